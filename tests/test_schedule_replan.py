"""Laws of planning again from a state: what has begun stays, nothing is lost, every law holds."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standto.schedule.audit import audit
from standto.schedule.audit_underway import Case, audit_underway
from standto.schedule.instances import generate
from standto.schedule.problem import Problem
from standto.schedule.reached import state_at, unbegun
from standto.schedule.replan import replan
from standto.schedule.schedule import Result, Schedule
from standto.schedule.solve import Stop, solve
from standto.schedule.taken import taken
from standto.schedule.underway import Outage
from standto.schedule.whatif import Change, changed
from tests.test_schedule_laws import made

NOTHING = Stop(iterations=0)
SAME = ["packet", "step", "line", "lift", "asset", "from", "to", "depart_min", "arrive_min"]


@lru_cache(maxsize=8)
def planned(seed: int, kind: str = "lift", lines: int = 30) -> tuple[Problem, Result]:
    one = generate(lines, 60, kind, seed)
    problem = Problem.of(one.world, one.plan, one.limits)
    return problem, solve(problem, Stop(iterations=20, proving=0.0), seed=1)


@lru_cache(maxsize=32)
def small(seed: int) -> tuple[Problem, Result]:
    problem = Problem.of(*made(seed))
    return problem, solve(problem, Stop(iterations=10, proving=0.0), seed=1)


def of(problem: Problem) -> Case:
    return Case(problem.world, problem.plan, problem.limits)


def at(result: Result, share: float) -> int:
    """A minute, as a share of the time to the last arrival."""
    last = result.schedule.legs.select((pl.col("arrive_min") + pl.col("unload_min")).max()).item()
    return int(share * (last or 1440))


@pytest.mark.parametrize("gone", [0, 2, -1])
def test_room_behind_and_beyond_a_link_that_is_cut_is_taken_as_before(gone: int) -> None:
    """Whoever is on the way enters the links that are left in the same direction."""
    problem, result = planned(1)
    legs = result.schedule.legs.select("links", "depart_min").rows()
    longest, depart = max(legs, key=lambda leg: len(leg[0]))
    state = state_at(problem, result.schedule, depart + 1)
    rest = unbegun(result.schedule, state)
    cut, links = longest[gone], problem.world.network.links
    world = replace(
        problem.world,
        network=replace(problem.world.network, links=links.filter(pl.col("link") != cut)),
    )
    before = taken(problem.net, state, rest)
    after = taken(replace(problem.net, world=world), state, rest)
    kept = [r.what == "link" and r.key != cut for r in before]
    same = [np.array_equal(a.cells, b.cells) for a, b in zip(before, after, strict=True)]
    touched = [r is not old for r, old in zip(before, problem.net.calendars.made, strict=True)]
    assert sum(k and t for k, t in zip(kept, touched, strict=True)) > 3, "links are used"
    assert all(s for k, s in zip(kept, same, strict=True) if k)


@settings(max_examples=6, deadline=None, derandomize=True)
@given(st.integers(0, 2**32 - 1), st.floats(0, 1.1))
def test_nothing_different_keeps_every_leg_at_any_minute(seed: int, share: float) -> None:
    problem, result = small(seed)
    state = state_at(problem, result.schedule, at(result, share))
    again = replan(problem, result.schedule, state, NOTHING, seed=1)
    assert again.faults == ()
    assert audit(problem.world, problem.plan, problem.limits, again.schedule) == []
    assert again.schedule.legs.select(SAME).equals(result.schedule.legs.select(SAME))
    assert again.objective == pytest.approx(result.objective)


@pytest.mark.parametrize("kind", ["lift", "throughput", "readiness"])
@pytest.mark.parametrize("share", [0.0, 0.15, 0.5, 0.9])
def test_a_larger_plan_is_kept_and_is_never_made_worse(kind: str, share: float) -> None:
    problem, result = planned(1, kind)
    state = state_at(problem, result.schedule, at(result, share))
    kept = replan(problem, result.schedule, state, NOTHING, seed=1)
    assert kept.objective == pytest.approx(result.objective)
    assert kept.closure.equals(result.closure) or kept.closure_min == result.closure_min
    better = replan(problem, result.schedule, state, Stop(iterations=60), seed=1)
    assert better.objective <= result.objective + 1e-6
    assert better.faults == ()
    assert audit(problem.world, problem.plan, problem.limits, better.schedule) == []


def conserved(before: Schedule, after: Schedule, lines: list[str]) -> None:
    """The same people, tonnes and pieces of each line, each packet once."""
    sums = ["personnel", "pieces", "mass_t"]
    for one, two in ((before, after),):
        old, new = (
            s.legs.filter(pl.col("line").is_in(lines) & (pl.col("step") == 0))
            .group_by("line")
            .agg(pl.col(sums).sum())
            .sort("line")
            for s in (one, two)
        )
        assert old["line"].equals(new["line"])
        assert np.allclose(old.select(sums).to_numpy(), new.select(sums).to_numpy(), atol=0.01)


@settings(max_examples=8, deadline=None, derandomize=True)
@given(st.integers(0, 2**32 - 1), st.floats(0, 0.9), st.integers(0, 10**6))
def test_whatever_is_lost_what_has_begun_stays_and_every_law_holds(
    seed: int, share: float, pick: int
) -> None:
    problem, result = small(seed)
    rng = np.random.default_rng(pick)
    network = problem.world.network
    links = rng.choice(network.links["link"].to_numpy(), 2, replace=False).tolist()
    places = rng.choice(
        [*network.ports["place"], *network.railheads["place"], *network.airfields["place"]], 1
    ).tolist()
    fleet = str(rng.choice(network.fleets["fleet"].to_numpy()))
    change = Change(closed=tuple(places), cut=tuple(links), more=((fleet, -1),))
    world = changed(problem.world, change)
    state = state_at(problem, result.schedule, at(result, share))
    again = replan(problem, result.schedule, state, Stop(iterations=5), seed=1, world=world)
    assert again.faults == ()
    begun = again.schedule.legs.join(state.legs, on=SAME, how="semi")
    assert begun.height == state.legs.height
    new = again.schedule.legs.join(state.legs, on=["packet", "step"], how="anti")
    assert not set(new.explode("links")["links"]) & set(links)
    assert not set(new.filter(pl.col("mode") != "road")["from"]) & set(places)
    out = {*result.schedule.unplanned["line"], *again.schedule.unplanned["line"]}
    going = [line for line in problem.plan.lines["line"] if line not in out]
    conserved(result.schedule, again.schedule, going)


@settings(max_examples=6, deadline=None, derandomize=True)
@given(st.integers(0, 2**32 - 1), st.floats(0, 0.8))
def test_what_is_shut_for_a_span_is_not_used_in_it(seed: int, share: float) -> None:
    problem, result = small(seed)
    minute = at(result, share)
    legs = result.schedule.legs.filter(pl.col("depart_min") > minute)
    keys = {*legs["from"], *legs.explode("links")["links"].drop_nulls()}
    shut = tuple(Outage(key, minute, minute + 2880) for key in sorted(keys)[::3])
    state = state_at(problem, result.schedule, minute)
    again = replan(problem, result.schedule, state, NOTHING, seed=1, outages=shut)
    assert again.faults == ()


def test_planning_again_and_again_keeps_every_law() -> None:
    problem, result = planned(2, "throughput")
    schedule, last = result.schedule, at(result, 1.0)
    for share in (0.1, 0.3, 0.6, 0.95):
        state = state_at(problem, schedule, int(share * last))
        again = replan(problem, schedule, state, Stop(iterations=10), seed=1)
        assert again.faults == ()
        assert again.objective <= result.objective + 1e-6
        schedule = again.schedule
    assert audit(problem.world, problem.plan, problem.limits, schedule) == []


def test_a_new_line_and_a_force_that_stays_are_planned_under_way() -> None:
    problem, result = planned(1)
    plan, minute = problem.plan, at(result, 0.3)
    state = state_at(problem, result.schedule, minute)
    gone = plan.lines["force"][0]
    lines = plan.lines.filter(pl.col("force") != gone)
    more = lines.tail(1).with_columns(
        line=pl.lit("pop-up"), ready_min=pl.lit(minute + 60, dtype=pl.Int64)
    )
    load = plan.loads.filter(pl.col("line") == lines["line"][-1]).with_columns(
        line=pl.lit("pop-up")
    )
    then = replace(plan, lines=pl.concat([lines, more]), loads=pl.concat([plan.loads, load]))
    again = replan(problem, result.schedule, state, NOTHING, seed=1, plan=then)
    assert again.faults == ()
    assert again.schedule.legs.filter(pl.col("line") == "pop-up").height > 0
    ahead = again.schedule.legs.join(state.legs, on=["packet", "step"], how="anti")
    assert ahead.filter(pl.col("force") == gone).is_empty()


def test_the_audit_names_a_leg_that_was_forgotten() -> None:
    problem, result = planned(1)
    state = state_at(problem, result.schedule, at(result, 0.5))
    again = replan(problem, result.schedule, state, NOTHING, seed=1).schedule
    lost = replace(again, legs=again.legs.filter(pl.col("packet") != state.legs["packet"][0]))
    faults = audit_underway(of(problem), of(problem), state, lost)
    assert any("forgotten" in fault for fault in faults)
    assert any("whole" in fault for fault in faults)


def test_the_same_seed_gives_the_same_legs() -> None:
    problem, result = planned(1)
    state = state_at(problem, result.schedule, at(result, 0.2))
    one, two = (
        replan(problem, result.schedule, state, Stop(iterations=15), seed=3) for _ in range(2)
    )
    assert one.schedule.legs.equals(two.schedule.legs)


def test_a_delay_that_a_simulator_saw_is_planned_round() -> None:
    problem, result = planned(1, "throughput")
    minute = at(result, 0.4)
    state = state_at(problem, result.schedule, minute)
    going = pl.col("arrive_min") + pl.col("unload_min") > minute
    late = pl.when(going).then(180).otherwise(0)
    seen = replace(
        state,
        legs=state.legs.with_columns(pl.col("arrive_min") + late),
        assets=state.assets.with_columns(
            pl.col("free_min") + pl.when(pl.col("free_min") > minute).then(180).otherwise(0)
        ),
    )
    again = replan(problem, result.schedule, seen, NOTHING, seed=1)
    assert again.faults == ()
    assert again.schedule.unplanned.is_empty()
    assert again.schedule.legs.join(seen.legs, on=SAME, how="semi").height == seen.legs.height


def test_an_asset_that_is_lost_is_not_used_again() -> None:
    problem, result = planned(1)
    minute = at(result, 0.3)
    state = state_at(problem, result.schedule, minute)
    gone = state.assets.row(0, named=True)
    here = (pl.col("lift") == gone["lift"]) & (pl.col("asset") == gone["asset"])
    seen = replace(
        state,
        assets=state.assets.with_columns(
            free_min=pl.when(here).then(None).otherwise(pl.col("free_min"))
        ),
    )
    again = replan(problem, result.schedule, seen, NOTHING, seed=1)
    new = again.schedule.legs.join(state.legs, on=["packet", "step"], how="anti")
    assert again.faults == ()
    assert new.filter(here).is_empty()
