"""The rehearsal of a small schedule that can be followed by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from standto.rehearse.ensemble import NOT_CLOSED, Ensemble
from standto.rehearse.movement import movement
from standto.rehearse.quantiles import overall, quantile
from standto.rehearse.rehearse import POLICIES, rehearse
from standto.rehearse.runs import How, Until
from standto.schedule.schedule import LEGS
from tests.rehearsal_case import BY_AIR, BY_AIR_AGAIN, STORM, WORLD, case, leg

ONCE = POLICIES[:3]
"""Policies that never plan again; `test_rehearse_replanning` has the others."""


def run(
    rows: list[dict[str, Any]],
    *contingencies: str,
    runs: int = 5,
    how: How | None = None,
    policy: str = "fixed",
) -> Ensemble:
    made = case(rows, *contingencies)
    return rehearse(*made, runs, 1, how=how or How(workers=1), policy=policy)


def closes(ensemble: Ensemble, force: str) -> set[int]:
    return set(ensemble.closure_min[:, ensemble.forces.index(force)].tolist())


@pytest.mark.parametrize("policy", ONCE)
def test_a_run_without_trouble_is_the_plan(policy: str) -> None:
    ensemble = run([leg(), BY_AIR, BY_AIR_AGAIN], policy=policy)
    assert closes(ensemble, "a-gun") == {1060}
    assert closes(ensemble, "b-inf") == {850}


def test_a_closed_bridge_holds_what_comes_to_it_until_it_opens() -> None:
    bridge = "x,Bridge,link,road-birch-cedar,road,1,always,fixed,650 min,,,s,D"
    ensemble = run([leg(), BY_AIR], bridge)
    assert closes(ensemble, "a-gun") == {1060 + 150}
    assert closes(ensemble, "b-inf") == {350}


def test_a_bridge_closed_after_the_convoy_has_passed_holds_nothing() -> None:
    late = "x,Bridge,link,road-birch-cedar,road,1,501 min,fixed,10 d,,,s,D"
    assert closes(run([leg()], late), "a-gun") == {1060}


def test_a_late_aircraft_makes_its_next_trip_late_but_only_by_what_the_slack_lets_through() -> None:
    fog = "x,Fog,airfield,ayr-xa,air,1,always,fixed,400 min,,,s,D"
    ensemble = run([BY_AIR, BY_AIR_AGAIN], fog)
    # loads at 400 instead of 80, lands 580, unloaded 670; back at Ayr after an hour's turn-round
    # and the flight: 1.3 times the great circle of 470 km at 700 km/h is 53 min; planned for 580
    assert closes(ensemble, "b-inf") == {670 + 60 + 53 + 120 + 60 + 90}


def test_a_delay_on_the_railways_does_not_touch_the_road() -> None:
    rail = "x,Rail,rail_delay,*,rail,1,always,fixed,8x,,,s,D"
    assert closes(run([leg()], rail), "a-gun") == {1060}


def test_congestion_stretches_the_share_of_the_ride_within_the_country() -> None:
    slow = "x,Slow,congestion,XC,road,1,always,fixed,2x,,,s,D"
    # birch-cedar (500-800) and cedar-crown (800-1000) touch XC: 500 of 900 minutes doubled
    assert closes(run([leg()], slow), "a-gun") == {1060 + 500}


def test_a_permit_that_comes_late_holds_at_the_border() -> None:
    permit = "x,Permit,clearance,XC,road,1,always,fixed,1 d,,,s,D"
    assert closes(run([leg()], permit), "a-gun") == {1060 + 1440 - 500}


def test_a_country_that_refuses_for_ever_leaves_the_force_open_and_says_so() -> None:
    refusal = "x,No,consent,XB,road,1,always,fixed,100000 w,,,s,D"
    ensemble = run([leg(), BY_AIR], refusal)
    assert closes(ensemble, "a-gun") == {NOT_CLOSED}
    row = ensemble.quantiles.filter(pl.col("force") == "a-gun").row(0, named=True)
    assert row["not_closed"] == 5
    assert row["p50_min"] is None
    assert ensemble.mattered["kept_open"][0] == 5


@pytest.mark.parametrize("policy", ONCE)
def test_a_hundred_years_are_for_ever_and_not_averaged(policy: str) -> None:
    shut = "x,Shut,link,road-birch-cedar,road,1,always,fixed,36500 d,,,s,D"
    ensemble = run([leg()], shut, policy=policy)
    assert closes(ensemble, "a-gun") == {NOT_CLOSED}


def test_what_mattered_is_what_was_switched_off() -> None:
    bridge = "x,Bridge,link,road-birch-cedar,road,1,always,fixed,650 min,,,s,D"
    rail = "y,Rail,rail_delay,*,rail,1,always,fixed,8x,,,s,D"
    table = run([leg()], bridge, rail).mattered
    assert table["contingency"].to_list() == ["x", "y"]
    assert table["cost_min"].to_list() == [150.0, 0.0]


def test_workers_change_nothing() -> None:
    storm = "x,Storm,weather,XA,,0.5,0 h..1 d,uniform,1 h 2 d,,,s,D"
    rows = [leg(), BY_AIR, BY_AIR_AGAIN]
    one, three = (run(rows, storm, runs=500, how=How(workers=n)) for n in (1, 3))
    assert (one.closure_min == three.closure_min).all()


def test_every_wait_is_kept_by_the_plan_itself() -> None:
    legs = pl.DataFrame([leg(), BY_AIR, BY_AIR_AGAIN], schema=LEGS)
    moves = movement(legs, WORLD.network)
    start, end = (moves.activities[c].to_numpy() for c in ("start_min", "end_min"))
    assert (end[moves.wait_for] + moves.lag <= start[moves.waiter]).all()


@pytest.mark.parametrize(("share", "expected"), [(0.05, 1), (0.5, 2), (0.75, 3), (0.95, None)])
def test_a_quantile_among_runs_that_never_close_is_none(share: float, expected: int | None) -> None:
    assert quantile(np.array([3, 1, 2, NOT_CLOSED]), share) == expected


def test_all_have_closed_only_when_each_has() -> None:
    assert overall(np.array([[5, 7], [5, NOT_CLOSED]])).tolist() == [7, NOT_CLOSED]


def test_an_interrupted_rehearsal_goes_on_from_what_is_on_disk(tmp_path: Path) -> None:
    rows = [leg(), BY_AIR, BY_AIR_AGAIN]
    whole = run(rows, STORM, runs=500, how=How(store=tmp_path))
    (kept,) = tmp_path.iterdir()
    blocks = sorted(kept.iterdir())
    assert len(blocks) == 4
    blocks[-1].unlink()
    marked = np.load(blocks[0]) + 1
    np.save(blocks[0], marked)
    again = run(rows, STORM, runs=500, how=How(store=tmp_path))
    first = len(marked)
    assert (again.closure_min[:first] == marked).all(), "blocks on disk are not played again"
    assert (again.closure_min[first:] == whole.closure_min[first:]).all()


def test_runs_stop_when_the_error_asked_for_is_reached() -> None:
    rows = [leg(), BY_AIR, BY_AIR_AGAIN]
    enough = run(rows, STORM, runs=20_000, how=How(until=Until(0.95, 60)))
    assert 100 <= enough.runs < 20_000
    error = enough.quantiles.filter(pl.col("force") == "")["p95_error_min"][0]
    assert error <= 60


def test_ctrl_c_keeps_the_runs_made_so_far() -> None:
    def interrupt(stage: str, words: str) -> None:
        if stage == "rehearse":
            raise KeyboardInterrupt

    world, plan, schedule = case([leg(), BY_AIR], STORM)
    ensemble = rehearse(world, plan, schedule, 1000, 1, interrupt)
    assert 0 < ensemble.runs < 1000


OTHER = BY_AIR | {
    "leg": 3, "force": "a-mech", "line": "a-mech-main", "packet": 3, "trip": 2, "depart_min": 400,
    "arrive_min": 460, "lift": "liner-xa",
}  # fmt: skip


def test_in_a_queue_the_better_priority_goes_first_where_the_planned_order_waits() -> None:
    """Cove Field takes one aircraft at a time; fog holds both, and a-mech is priority 1."""
    fog = "x,Fog,airfield,cove-xc,air,1,always,fixed,2 d,,,s,D"
    late = "y,Late,fleet,lifter-xa,air,1,always,fixed,1 d,,,s,D"
    closed = {
        policy: [sorted(closes(run([BY_AIR, OTHER], fog, late, policy=policy), f))[0]
                 for f in ("a-mech", "b-inf")]
        for policy in ONCE
    }  # fmt: skip
    assert closed["fixed"][0] > closed["fixed"][1], "planned second, so second"
    assert closed["priority"][0] < closed["priority"][1]
    assert closed["first-come"][0] < closed["first-come"][1], "the liner is there first"
