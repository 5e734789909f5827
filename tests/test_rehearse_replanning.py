"""Policies that plan again in mid-run: what has begun stays, nothing is lost, and it helps."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
import polars as pl
import pytest

from standto.errors import DataError
from standto.kernels.fixed_order import NEVER
from standto.plan.plan import Limits, Plan
from standto.rehearse.carried import Carried
from standto.rehearse.draws import draw
from standto.rehearse.ensemble import NOT_CLOSED, Ensemble
from standto.rehearse.foreseen import shutting
from standto.rehearse.rehearse import POLICIES, engine_of, policy_of, rehearse
from standto.rehearse.replanning import Replanning, Run
from standto.rehearse.runs import How
from standto.rules.limits import limits
from standto.schedule.problem import Problem
from standto.schedule.schedule import Schedule
from standto.schedule.solve import Stop, solve
from standto.world.world import World
from tests.rehearsal_case import WORLD, contingency_table, plan_of

AGAIN = ("reroute", "replan:6h")
BRIDGE = "x,Bridge,link,road-birch-cedar,road,1,5 d,fixed,10 d,,,s,D"
TROUBLE = (
    "a,Bridge,link,road-birch-cedar,road,0.5,1 d..6 d,fixed,4 d,,,s,D",
    "b,Trains,fleet,train-xa,rail,0.4,2 d..5 d,uniform,1 d 5 d,,,s,D",
    "c,Slow,congestion,XB,road,0.5,always,fixed,1.5x,,,s,D",
    "d,Late,force,b-inf,,0.4,0 h,uniform,1 d 6 d,,,s,D",
    "e,Snow,weather,XC,,0.4,1 d..7 d,uniform,12 h 3 d,,,s,D",
)


@lru_cache(maxsize=1)
def planned() -> tuple[World, Plan, Limits, Schedule]:
    plan = plan_of(WORLD)
    limited = limits(WORLD, plan)
    result = solve(Problem.of(WORLD, plan, limited), Stop(iterations=20), 1)
    return WORLD, plan, limited, result.schedule


def run(policy: str, *contingencies: str, runs: int = 1, how: How | None = None) -> Ensemble:
    world, plan, limited, schedule = planned()
    world = replace(world, contingencies=contingency_table(*contingencies))
    how = how or How(workers=1)
    return rehearse(world, plan, schedule, runs, 1, None, how, policy, limited)


def engine(policy: str, *contingencies: str) -> Replanning:
    world, plan, limited, schedule = planned()
    world = replace(world, contingencies=contingency_table(*contingencies))
    made = engine_of(world, plan, schedule, policy, 1, limited)
    assert isinstance(made, Replanning)
    return made


@pytest.mark.parametrize("policy", AGAIN)
def test_a_run_without_trouble_is_the_plan(policy: str) -> None:
    never = "x,Bridge,link,road-birch-cedar,road,0,5 d,fixed,10 d,,,s,D"
    assert (run(policy, never).closure_min == run("fixed", never).closure_min).all()


@pytest.mark.parametrize("policy", AGAIN)
def test_what_is_blocked_goes_by_rail_where_the_planned_order_waits(policy: str) -> None:
    waits, goes = run("fixed", BRIDGE), run(policy, BRIDGE)
    gun = waits.forces.index("a-gun")
    assert waits.closure_min[0, gun] > 15 * 1440, "the bridge opens on day 15"
    assert goes.closure_min[0, gun] < 13 * 1440


@pytest.mark.parametrize("policy", AGAIN)
def test_what_can_never_arrive_is_not_closed_and_shown(policy: str) -> None:
    ends = [f"{key},Cut,consent,XC,,1,0 h,fixed,100000 w,,,s,D" for key in "xy"]
    ensemble = run(policy, *ends)
    assert (ensemble.closure_min == NOT_CLOSED).all()
    assert ensemble.quantiles["not_closed"].min() == 1


def test_a_fleet_and_a_force_that_are_held_are_planned_around() -> None:
    trains = "t,Trains,fleet,train-xa,rail,1,0 h,fixed,12 d,,,s,D"
    late = "l,Late,force,b-inf,,1,0 h,fixed,4 d,,,s,D"
    waits, goes = run("fixed", trains, late), run("replan:6h", trains, late)
    assert goes.closure_min.max() <= waits.closure_min.max()
    inf = waits.forces.index("b-inf")
    assert goes.closure_min[0, inf] >= 4 * 1440


@pytest.mark.parametrize("policy", AGAIN)
def test_what_has_begun_stays_and_no_packet_is_lost(
    policy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[int, pl.DataFrame, pl.DataFrame]] = []
    real = Replanning.planned_again

    def watched(
        self: Replanning, run: Run, legs: pl.DataFrame, rows: list[int], minute: int
    ) -> pl.DataFrame:
        made = real(self, run, legs, rows, minute)
        seen.append((minute, legs, made))
        return made

    monkeypatch.setattr(Replanning, "planned_again", watched)
    made = engine(policy, *TROUBLE)
    made.closures(draw(made.contingencies, 6, 3))
    assert len(seen) > 6, "runs are planned again"
    facts = ["packet", "step", "from", "to", "depart_min", "arrive_min", "load_min", "unload_min"]
    lines = set(planned()[3].legs["line"])
    for minute, before, after in seen:
        begun = before.filter("gone").select(facts)
        assert after.join(begun, on=facts, how="semi").height == begun.height
        new = after.join(begun, on=["packet", "step"], how="anti")
        assert ((new["depart_min"] - new["load_min"]) >= minute).all()
        assert set(after["line"]) == lines
        ordered = after.sort("packet", "step")
        end = (pl.col("arrive_min") + pl.col("unload_min")).shift(1).over("packet")
        ready = ordered.select(pl.col("depart_min") - pl.col("load_min") >= end).to_series()
        assert ready.fill_null(True).all()


def test_each_run_is_the_same_whatever_was_played_before_it() -> None:
    made = engine("replan:6h", *TROUBLE)
    draws = draw(made.contingencies, 4, 1)
    together = made.closures(draws)
    alone = [made.closures(draws.part(np.array([n]))) for n in (3, 1, 0, 2)]
    assert (together == np.concatenate([alone[2], alone[1], alone[3], alone[0]])).all()


def test_processes_change_nothing() -> None:
    one, two = (run("reroute", *TROUBLE, runs=3, how=How(workers=n)) for n in (1, 2))
    assert (one.closure_min == two.closure_min).all()


def test_a_planner_keeps_off_what_is_known_to_be_shut() -> None:
    table = contingency_table(*TROUBLE, "p,Port,port,brook-xb,sea,1,0 h,fixed,1 d,,,s,D")
    shut = dict(zip(table["contingency"], shutting(table, WORLD.network), strict=True))
    assert shut["a"].keys == ("road-birch-cedar",)
    assert (shut["b"].fleet, shut["d"].force) == ("train-xa", "b-inf")
    assert shut["c"].keys == (), "a stretched time is not foreseen"
    assert {"cove-xc", "rail-birch-cedar", "road-cedar-crown"} <= set(shut["e"].keys)
    assert shut["p"].keys == ("brook-xb",)


def test_surprises_are_rides_that_go_otherwise_than_planned() -> None:
    begin = np.array([[0, 10, 20], [0, 10, 25], [0, NEVER, NEVER]])
    end = np.array([[10, 20, 30], [10, 20, 35], [10, NEVER, NEVER]])
    made = Carried(_Course(), begin, end)  # type: ignore[arg-type]
    assert made.surprises().tolist() == [1, 1]
    assert made.under_way(5, 60).tolist() == [True, True, False]


class _Course:
    planned = np.array([[0, 10, 20, 30]] * 3)


@pytest.mark.parametrize("text", ["replan", "fixed:6h", "replan:6", "replan:-1h", "best", ""])
def test_a_policy_that_does_not_exist_is_told_what_would_be_right(text: str) -> None:
    with pytest.raises(DataError, match="replan:6h"):
        policy_of(text)


def test_policies_are_told_apart() -> None:
    assert [policy_of(p) for p in POLICIES[:-1]] == [(p, 0) for p in POLICIES[:-1]]
    assert policy_of("replan:90 min") == ("replan", 90)
