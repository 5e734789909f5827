"""One plan against another, run by run under the same random numbers."""

from __future__ import annotations

import numpy as np
import pytest

from standto.cli.rehearse import compared
from standto.rehearse.ensemble import NOT_CLOSED
from standto.rehearse.paired import against, gain
from standto.rehearse.rehearse import rehearse
from tests.rehearsal_case import BY_AIR, STORM, case, leg


def test_a_plan_gains_nothing_on_itself() -> None:
    made = case([leg(), BY_AIR], STORM)
    one = rehearse(*made, 300, 1)
    table = against(one, one)
    assert set(table["mean_min"]) == {0.0}
    assert table["p95_low_min"].to_list() == table["p95_high_min"].to_list() == [0.0] * 3
    assert table["force"].to_list() == ["", "a-gun", "b-inf"]


def test_a_constant_gain_is_known_exactly_however_much_the_runs_differ() -> None:
    first = np.random.default_rng(0).integers(1000, 90_000, 500)
    found = gain(first, first - 60, 1)
    assert (found.mean, found.low, found.high) == (60.0, 60.0, 60.0)
    assert (found.p95, found.p95_low, found.p95_high) == (60.0, 60.0, 60.0)


def test_runs_that_only_one_plan_closes_are_counted_and_never_averaged() -> None:
    first = np.array([100, NOT_CLOSED, NOT_CLOSED, 100])
    second = np.array([90, 80, NOT_CLOSED, NOT_CLOSED])
    found = gain(first, second, 1)
    assert found.both == 1
    assert found.mean == 10.0
    assert found.not_closed == 0
    assert found.p95 is None
    assert gain(first, np.array([90, 80, 80, 90]), 1).not_closed == -2


def test_a_plan_that_leaves_later_loses_by_what_it_leaves_later() -> None:
    later = leg(depart_min=160, arrive_min=1060, link_depart_min=[160, 260, 560, 860])
    bridge = "x,Bridge,link,road-birch-cedar,road,1,always,fixed,1 h,,,s,D"
    one, two = (rehearse(*case([row], bridge), 50, 1) for row in (leg(), later))
    table = against(one, two)
    assert table["mean_min"].to_list() == [-60.0, -60.0]
    assert "all forces: mean -1 h 00 min" in compared(table, "later")


def test_different_seeds_are_not_compared() -> None:
    made = case([leg()], STORM)
    with pytest.raises(AssertionError, match="same random numbers"):
        against(rehearse(*made, 10, 1), rehearse(*made, 10, 2))
