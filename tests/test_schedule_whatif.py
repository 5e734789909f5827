"""What if: one thing is different, the rest is not, and the answer says who is later."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from standto.cli import main
from standto.cli.whatif import minute_of
from standto.errors import DataError
from standto.schedule.instances import generate
from standto.schedule.problem import Problem
from standto.schedule.reached import state_at
from standto.schedule.replan import replan
from standto.schedule.schedule import Result
from standto.schedule.solve import Stop, solve
from standto.schedule.whatif import Change, changed, leg_changes
from standto.world.load import load
from tests.test_schedule_audit import small

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


def test_a_permit_may_change_where_the_network_is_ones_own() -> None:
    one = generate(10, 40, "lift", 1)
    table = changed(one.world, Change(permits=(("XC", 90),))).network.clearances
    assert table.columns == one.world.network.clearances.columns
    assert set(table.filter(pl.col("iso") == "XC")["lead_min"]) == {90}


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


def test_later_on_what_has_begun_stays_and_the_legs_that_change_are_listed() -> None:
    told = answer("--at", "C+36h", "--close", "Brook")
    assert "at C+1 12:00: " in told
    assert "legs begun stay" in told
    assert "kept" in told
    assert "lines change" in told


def test_nothing_different_later_on_keeps_every_leg() -> None:
    result = CliRunner().invoke(main, ["what-if", str(SMALL), "--iterations", "0", "--at", "C+2"])
    assert result.exit_code == 0, result.output
    assert "0 forces change" in result.output
    assert "0 dropped, 0 new; 0 lines change" in result.output


def test_one_more_force_goes_and_its_notice_runs_from_then() -> None:
    told = answer("--at", "C+1 06:00", "--another", "a-mech")
    assert "a-mech-more" in told
    assert "arrives not at all -> C+" in told
    assert "a-mech-more" in answer("--another", "a-mech")


def test_the_minute_may_be_written_in_several_ways() -> None:
    same = ("C+36h", "36 h", "c+1 12:00", "C+1d 12h")
    assert {minute_of(text) for text in same} == {2160}
    for wrong in ("", "C-2", "noon", "-3 h"):
        with pytest.raises(DataError, match="--at"):
            minute_of(wrong)


def test_legs_kept_dropped_and_new_are_all_there_are() -> None:
    problem, result = planned()
    state = state_at(problem, result.schedule, 3000)
    world = changed(problem.world, Change(cut=("rail-birch-cedar",)))
    after = replan(problem, result.schedule, state, Stop(iterations=5), seed=1, world=world)
    changes = leg_changes(result.schedule, after.schedule, state)
    assert changes.begun + changes.kept + changes.dropped == result.schedule.legs.height
    assert changes.begun + changes.kept + changes.new == after.schedule.legs.height
    assert changes.lines["dropped"].sum() == changes.dropped
    assert changes.lines["new"].sum() == changes.new


def planned() -> tuple[Problem, Result]:
    problem = Problem.of(*small())
    return problem, solve(problem, Stop(iterations=10), seed=1)
