"""An engine that processes share is the engine itself, wherever it is opened."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from standto.rehearse.draws import draw
from standto.rehearse.replanning import Replanning
from standto.rehearse.shared import ALIGNED, laid, shared
from tests.rehearsal_case import contingency_table
from tests.test_rehearse_replanning import TROUBLE, engine


def test_an_engine_is_mapped_not_made_again(tmp_path: Path) -> None:
    made, draws = engine("reroute", *TROUBLE), draw(contingency_table(*TROUBLE), 2, 1)
    there = laid(made, tmp_path / "engine")
    before = there.path.read_bytes()
    opened = replace(there, makings=b"no makings").engine()
    assert isinstance(opened, Replanning)
    assert (opened.closures(draws) == made.closures(draws)).all()
    assert there.path.read_bytes() == before, "what one process writes is its own"
    table = opened.problem.tables.lines
    assert table.ctypes.data % ALIGNED == 0
    assert table.flags.writeable == made.problem.tables.lines.flags.writeable, "the same kernels"


def test_on_another_machine_it_is_made_from_its_makings(tmp_path: Path) -> None:
    made, draws = engine("reroute", *TROUBLE), draw(contingency_table(*TROUBLE), 1, 1)
    there = laid(made, tmp_path / "engine")
    there.path.unlink()
    assert (there.engine().closures(draws) == made.closures(draws)).all()


def test_the_file_goes_when_all_have_played() -> None:
    with pytest.raises(KeyboardInterrupt), shared(engine("reroute", *TROUBLE)) as there:
        path = there.path
        assert path.is_file()
        assert np.sum([size for _, size in there.spans]) < path.stat().st_size
        raise KeyboardInterrupt
    assert not path.exists()
