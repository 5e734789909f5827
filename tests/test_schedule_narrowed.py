"""A net with terminals lost: the routes are those of a net made anew."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import polars as pl
import pytest

from standto.kernels import columns as c
from standto.schedule.instances import Instance, generate
from standto.schedule.narrowed import narrowed
from standto.schedule.net import Net
from standto.schedule.packets import loads_of
from standto.schedule.problem import Problem
from standto.schedule.rows import kinds_of
from standto.schedule.whatif import Change, changed

KINDS = ("throughput", "lift", "readiness")
Ways = list[tuple[Counter[tuple[object, ...]], ...]]


def ways(net: Net, made: Instance) -> Ways:
    """Routes of each line by either option, by what they are made of: least minutes and rides."""
    lines = made.plan.lines
    loads = loads_of(lines, made.plan.loads, made.world.network.items)
    kinds = kinds_of(loads, lines, net.web)
    found: Ways = []
    for row, kind in zip(lines.iter_rows(named=True), kinds, strict=True):
        start, end = net.index[row["origin"]], net.index[row["destination"]]
        pair = net.routes.between(start, end, kind, tuple(sorted(row["modes"])))
        found.append(tuple(Counter(told(net, r) for r in option) for option in pair))
    return found


def told(net: Net, route: int) -> tuple[object, ...]:
    rides: list[object] = [net.routes.floor[route]]
    for hop in net.routes.made[route]:
        row = net.hops.rows[hop]
        ends = (net.stops[row[c.H_FROM]], net.stops[row[c.H_TO]])
        links = tuple(net.ground.graph.link[net.hops.arcs[hop]].tolist())
        rides.append((row[c.H_MODE], *ends, row[c.H_MIN], row[c.H_KM], links))
    return tuple(rides)


@pytest.mark.parametrize("kind", KINDS)
def test_routes_are_those_of_a_net_made_anew(kind: str) -> None:
    made = generate(120, 120, kind, 3)
    problem = Problem.of(made.world, made.plan, made.limits)
    before = (len(problem.net.hops.rows), len(problem.net.routes.made))
    whole, used = ways(problem.net, made), 0
    network = made.world.network
    for place in (*network.ports["place"][::3], *network.railheads["place"][::7]):
        world = changed(made.world, Change(closed=(place,)))
        if place in problem.net.ground.airfields:
            continue
        less = narrowed(problem.net, world, made.limits, problem.net.near, (), ())
        assert less is not None
        left = ways(less, made)
        assert left == ways(Net.of(world, made.limits, problem.net.near), made)
        used += left != whole
    assert used, "some place was used"
    assert before == (len(problem.net.hops.rows), len(problem.net.routes.made)), "nothing is shared"


def test_what_is_lost_beside_terminals_makes_a_new_net() -> None:
    made = generate(40, 80, "lift", 1)
    net = Problem.of(made.world, made.plan, made.limits).net
    network = made.world.network
    field = sorted(net.ground.airfields)[0]
    for world in (
        changed(made.world, Change(cut=(network.links["link"][0],))),
        changed(made.world, Change(more=((network.fleets["fleet"][0], 2),))),
        changed(made.world, Change(closed=(field,))),
        replace(made.world, network=replace(network, ports=network.ports.with_columns(berths=9))),
    ):
        assert narrowed(net, world, made.limits, net.near, (), ()) is None
    more = replace(network, clearances=network.clearances.with_columns(pl.col("lead_min") + 60))
    world = replace(made.world, network=more)
    assert narrowed(net, world, made.limits, net.near, (), ()) is not None
    assert narrowed(net, world, made.limits, {*net.near, "elsewhere"}, (), ()) is None
