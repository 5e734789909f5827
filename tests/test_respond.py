"""The one way through: what has not passed the audit is not shown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from standto.errors import StandtoError
from standto.respond import audited, scheduled
from standto.schedule.solve import Stop

SMALL = Path(__file__).parent / "small"


def test_a_schedule_with_a_fault_is_refused_and_the_fault_is_told(tmp_path: Path) -> None:
    stop = Stop(iterations=0)
    made = scheduled(SMALL, tmp_path / "ledger.sqlite", stop, 1, lambda stage, words: None)
    assert made.result.faults == ()
    with pytest.raises(StandtoError, match="leg 3 is in two places"):
        audited(replace(made.result, faults=("leg 3 is in two places",)))
