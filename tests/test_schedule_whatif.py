"""What if: one thing is different, the rest is not, and the answer says who is later."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from standto.cli import main
from standto.errors import DataError
from standto.schedule.whatif import Change, changed
from standto.world.load import load

SMALL = Path(__file__).parent / "small"
WORLD = load(SMALL)


def answer(*words: str) -> str:
    result = CliRunner().invoke(main, ["what-if", str(SMALL), "--iterations", "10", *words])
    assert result.exit_code == 0, result.output
    return result.output


def test_no_change_changes_nothing() -> None:
    assert "0 forces change" in answer()


def test_a_closed_terminal_is_gone_and_nothing_else() -> None:
    world = changed(WORLD, Change(closed=("Brook",)))
    assert "brook-xb" not in set(world.network.ports["place"])
    assert "brook-xb" not in set(world.network.railheads["place"])
    assert world.network.ports.height == WORLD.network.ports.height - 1
    assert world.network.links.equals(WORLD.network.links)


def test_a_fleet_grows_shrinks_and_vanishes() -> None:
    counts = dict(
        changed(WORLD, Change(more=(("train-xa", 3), ("lifter-xa", -2))))
        .network.fleets.select("fleet", "count")
        .iter_rows()
    )
    assert counts["train-xa"] == 5
    assert "lifter-xa" not in counts


def test_a_permit_is_certain_in_each_mode() -> None:
    table = changed(WORLD, Change(permits=(("XC", 90),))).network.clearances
    own = table.filter(pl.col("iso") == "XC")
    assert set(own["lead_min"]) == {90}
    assert set(own["probability"]) == {1.0}


def test_a_later_permit_makes_its_forces_later_and_says_why() -> None:
    told = answer("--permit", "XC=12d")
    assert "later" in told
    assert "forces change" in told


def test_a_force_that_stays_at_home_is_not_planned() -> None:
    told = answer("--without", "a-mech")
    assert "a-mech" in told
    assert "not closed" in told


def test_a_line_that_can_no_longer_arrive_is_named() -> None:
    told = answer("--cut", "road-birch-cedar", "--cut", "rail-birch-cedar")
    assert "cannot arrive" in told
    assert "b-log-trucks" in told


def test_everything_that_is_not_there_is_named_at_once() -> None:
    wrong = Change(cut=("road-x",), more=(("train-xz", 1),), permits=(("XZ", 1),), without=("x",))
    with pytest.raises(DataError) as caught:
        changed(WORLD, wrong)
    assert len(caught.value.faults) == 4
