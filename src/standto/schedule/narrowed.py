"""A net with some terminals lost, made from the whole one: only routes that went by them are new.

A what-if that closes a place changes few of thousands of routes. What is known of roads,
railways, hops and calendars is kept; a terminal lost keeps its node, by which nothing goes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace

import numpy as np
import polars as pl

from standto.plan.plan import Limits
from standto.schedule.hops import Hops
from standto.schedule.net import Net
from standto.schedule.routes import Routes
from standto.schedule.underway import Outage
from standto.schedule.web import CHANGE, GROUND, LOST, QUAY, Web
from standto.world.graph import RAIL, SEA
from standto.world.network import Network
from standto.world.world import World

TERMINALS = ("ports", "airfields", "railheads", "transloads")
ASIDE = ("clearances", "sources")
"""Tables that no net is made of."""


def narrowed(
    net: Net,
    world: World,
    limits: Limits,
    near: Iterable[str],
    beside: Iterable[str],
    outages: tuple[Outage, ...],
) -> Net | None:
    """The net of a world that differs by terminals lost; None where it differs otherwise.

    It also is None where a loss makes something new: an airfield in use (another takes its place),
    or a railhead beside a quay with rails that stays.
    """
    lost = losses(net.world.network, world.network)
    if (
        lost is None
        or net.world.scenario is not world.scenario
        or net.limits != limits
        or net.outages != outages
        or set(near) != net.near
        or not set(beside) <= net.index.keys()
        or lost["airfields"] & net.ground.airfields
        or lost["railheads"] & set(world.network.ports.filter("rail_at_quay")["place"])
    ):
        return None
    web = masked(net.web, lost)
    dead = cut_off(net.hops, web)
    hops, routes = copied(net.hops, web), net.routes
    found = {key: pair for key, pair in routes.found.items() if not dead & routes.asked[key]}
    asked = {key: routes.asked[key] for key in found}
    return replace(
        net,
        world=world,
        web=web,
        calendars=hops.calendars,
        hops=hops,
        routes=Routes(
            web, hops, [*routes.made], [*routes.floor], {}, found, asked, {}, routes.detours
        ),
    )


def copied(hops: Hops, web: Web) -> Hops:
    """Hops that may grow without the old ones growing: what is new must not hang on history."""
    old = hops.calendars
    return replace(
        hops,
        web=web,
        calendars=replace(old, made=[*old.made], index=dict(old.index)),
        rows=[*hops.rows],
        steps=[*hops.steps],
        borders=[*hops.borders],
        ends=[*hops.ends],
        arcs=[*hops.arcs],
        offsets=[*hops.offsets],
        km=[*hops.km],
        index=dict(hops.index),
        marches=dict(hops.marches),
        flows=dict(hops.flows),
    )


def cut_off(hops: Hops, web: Web) -> set[int]:
    """Hops made whose terminal at either end is lost."""
    gone = {
        RAIL: (web.node_state == LOST)
        | ((web.node_state == GROUND) & ~web.railhead[web.node_stop]),
        SEA: ~web.port[web.node_stop],
    }
    return {hop for mode, start, end, hop in hops.lifted() if gone[mode][[start, end]].any()}


def losses(before: Network, after: Network) -> dict[str, set[str]] | None:
    """Places of terminals lost, table by table; None where the networks differ otherwise."""
    lost = {}
    for name in (field.name for field in fields(Network)):
        old, new = getattr(before, name), getattr(after, name)
        if name in TERMINALS:
            left = set(new["place"])
            lost[name] = set(old["place"]) - left
            old = old.filter(pl.col("place").is_in(list(left)))
        if name not in ASIDE and new is not old and not new.equals(old):
            return None
    return lost


def masked(web: Web, lost: dict[str, set[str]]) -> Web:
    """The web without the terminals lost; what it knows of roads and railways is kept."""
    gone = {
        name: np.array([stop in places for stop in web.stops], dtype=bool)
        for name, places in lost.items()
    }
    state = web.node_state.copy()
    state[(state == QUAY) & gone["ports"][web.node_stop]] = LOST
    state[(state == CHANGE) & gone["transloads"][web.node_stop]] = LOST
    rides = ("lift", "rides")
    return replace(
        web,
        node_state=state,
        railhead=web.railhead & ~gone["railheads"],
        port=web.port & ~gone["ports"],
        cache={key: ways for key, ways in web.cache.items() if key[0] not in rides},  # type: ignore[index]
    )
