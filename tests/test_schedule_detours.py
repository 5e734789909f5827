"""Other roads: found where the quickest are full or shut, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from standto.kernels.columns import H_LIFT, H_MODE, NEVER, ROAD
from standto.schedule.instances import Instance, generate
from standto.schedule.problem import Problem
from standto.schedule.reached import state_at
from standto.schedule.replan import replan
from standto.schedule.schedule import Result
from standto.schedule.solve import Stop, solve
from standto.schedule.underway import Outage
from standto.schedule.whatif import Change, changed

STOP = Stop(iterations=0, proving=0.0)


def narrow(part: float) -> Instance:
    """Trucks on a small land, whose roads admit a part of what they usually do."""
    case = generate(80, 60, "throughput", 2)
    network = case.world.network
    value = pl.when(pl.col("factor").is_in(["road_motorway_per_day", "road_primary_per_day"]))
    factors = network.factors.with_columns(
        value=value.then(pl.col("value") * part).otherwise("value")
    )
    world = replace(case.world, network=replace(network, factors=factors))
    lines = case.plan.lines.filter(~pl.col("origin").str.starts_with("i")).with_columns(
        modes=pl.lit(["road"], dtype=pl.List(pl.String))
    )
    loads = case.plan.loads.with_columns(item=pl.lit("truck"))
    loads = loads.filter(pl.col("line").is_in(lines["line"].to_list()))
    return Instance(world, replace(case.plan, lines=lines, loads=loads), case.limits)


def planned(case: Instance, outages: tuple[Outage, ...] = ()) -> tuple[Problem, Result]:
    problem = Problem.of(case.world, case.plan, case.limits, outages)
    return problem, solve(problem, STOP, 1)


def roads_of(result: Result) -> dict[tuple[str, str], set[tuple[str, ...]]]:
    """Roads taken between two places, by their links."""
    made: dict[tuple[str, str], set[tuple[str, ...]]] = {}
    legs = result.schedule.legs.filter(mode="road").select("from", "to", "links")
    for start, end, links in legs.iter_rows():
        made.setdefault((start, end), set()).add(tuple(links))
    return made


def test_wide_roads_have_no_others_beside_them() -> None:
    problem, result = planned(narrow(5.0))
    assert problem.net.routes.detours == {}
    assert all(len(roads) == 1 for roads in roads_of(result).values())


def test_full_roads_have_others_and_all_arrive_sooner(monkeypatch: pytest.MonkeyPatch) -> None:
    case = narrow(0.05)
    _, with_others = planned(case)
    assert with_others.faults == ()
    assert any(len(roads) > 1 for roads in roads_of(with_others).values())
    monkeypatch.setattr("standto.schedule.rows.detours_of", lambda *_: {})
    _, without = planned(case)
    assert with_others.closure_min < 0.9 * without.closure_min


def test_others_lead_from_end_to_end_over_roads_that_bear_the_load() -> None:
    problem, _ = planned(narrow(0.05))
    graph = problem.graph
    nodes = problem.web.ground.nodes(list(problem.stops), "road")
    found = problem.net.routes.detours
    assert found
    for (mass, start, end), roads in found.items():
        open_arcs = problem.web.ground.travel(ROAD, mass)
        quickest = problem.web.roads(mass, True).arcs(start, end).tobytes()
        assert len({road.tobytes() for road in roads} | {quickest}) == len(roads) + 1
        for arcs in roads:
            assert graph.tail[arcs[0]] == nodes[start]
            assert graph.head[arcs[-1]] == nodes[end]
            np.testing.assert_array_equal(graph.head[arcs[:-1]], graph.tail[arcs[1:]])
            assert (open_arcs[arcs] == graph.minutes[arcs]).all()


def test_a_road_shut_for_weeks_is_gone_round() -> None:
    case = narrow(5.0)
    _, before = planned(case)
    used = before.schedule.legs.filter(mode="road")["links"].explode()
    busiest = str(used.value_counts(sort=True)["links"][0])
    _, after = planned(case, (Outage(busiest, 0, 30 * 1440),))
    assert after.faults == ()
    assert after.closure_min < 10 * 1440
    assert busiest not in set(after.schedule.legs["links"].explode())


@pytest.mark.parametrize("share", [0.0, 0.3, 0.7])
def test_nothing_different_keeps_everybody_on_their_road(share: float) -> None:
    problem, result = planned(narrow(0.05))
    state = state_at(problem, result.schedule, int(share * result.closure_min))
    again = replan(problem, result.schedule, state, STOP, seed=1)
    assert again.faults == ()
    roads = ["packet", "step", "links", "depart_min", "arrive_min"]
    assert again.schedule.legs.select(roads).equals(result.schedule.legs.select(roads))


def test_other_roads_stay_where_a_terminal_is_lost() -> None:
    problem, result = planned(narrow(0.05))
    state = state_at(problem, result.schedule, 600)
    lost = problem.world.network.railheads["place"][0]
    less = changed(problem.world, Change(closed=(lost,)))
    again = replan(problem, result.schedule, state, STOP, seed=1, world=less)
    roads = ["packet", "step", "links", "depart_min", "arrive_min"]
    assert again.schedule.legs.select(roads).equals(result.schedule.legs.select(roads))


def test_tracked_vehicles_that_nobody_carries_ask_for_no_other_road() -> None:
    case = narrow(0.05)
    loads = case.plan.loads.with_columns(item=pl.lit("ifv"))
    network = case.world.network
    fleets = network.fleets.filter(pl.col("lift") != "het")
    world = replace(case.world, network=replace(network, fleets=fleets))
    problem = Problem.of(world, replace(case.plan, loads=loads), case.limits)
    nowhere = [
        (heaviest, start, end)
        for heaviest, start, end in problem.net.routes.detours or {}
        if all(problem.web.march(kind)[start, end] >= NEVER for kind in set(problem.kinds))
    ]
    assert nowhere == []
    carried = problem.tables.hops[(problem.tables.hops[:, H_MODE] == ROAD), H_LIFT]
    assert not carried.any()
