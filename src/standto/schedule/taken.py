"""Room that what has begun takes: on links, at ramps, quays and aprons, in the calendars of a net.

Read from the legs alone, as the audit reads them, so that it holds for legs of another instance
and for legs that a simulator observed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import polars as pl

from standto.kernels.columns import FLOW, Cells
from standto.schedule.net import Net
from standto.schedule.resources import Resource
from standto.schedule.underway import Underway

Key = tuple[str, ...]
Use = tuple[Key, int, int, int]
"""Calendar, first minute, length in minutes, units."""


def taken(net: Net, state: Underway, later: pl.DataFrame) -> list[Resource]:
    """The net's calendars with what has begun taken off.

    later: legs of the same packets that have not begun; they tell where a load changes trains.
    """
    made = list(net.calendars.made)
    cells: dict[int, Cells] = {}
    for key, minute, length, units in uses(net, state, later):
        n = net.calendars.index.get(key)
        if n is None:
            continue
        r = made[n]
        if n not in cells:
            cells[n] = r.cells.copy()
        own = cells[n]
        if r.kind == FLOW:
            if minute // r.window_min < own.size:
                own[minute // r.window_min] -= max(1, min(units, r.base))
        else:
            own[minute // r.window_min : (minute + max(length, 1) - 1) // r.window_min + 1] -= 1
    for n, own in cells.items():
        made[n] = replace(made[n], cells=own)
    return made


def uses(net: Net, state: Underway, later: pl.DataFrame) -> Iterator[Use]:
    """Every use of a calendar by a leg begun, but for those that ended before any window of now."""
    longest = max((r.window_min for r in net.calendars.made), default=0)
    onward = later.sort("packet", "step").group_by("packet", maintain_order=True).first()
    after = onward.select("packet", then_mode="mode", then_lift="lift")
    legs = (
        state.legs.sort("packet", "step")
        .join(after, on="packet", how="left", maintain_order="left")
        .with_columns(
            then_mode=pl.col("mode").shift(-1).over("packet").fill_null(pl.col("then_mode")),
            before_mode=pl.col("mode").shift(1).over("packet"),
        )
        .filter(pl.col("arrive_min") + pl.col("unload_min") > state.now_min - longest)
    )
    entered = pl.col("link").is_in(legs["links"].explode().unique().implode())
    links = net.world.network.links.filter(entered).select("link", "u", "v")
    ends = {key: (u, v) for key, u, v in links.rows()}
    known: set[int] = set()
    for leg in legs.iter_rows(named=True):
        if leg["mode"] == "sea":
            yield from _lanes(leg)
        if leg["trip"] >= 0:
            if leg["trip"] in known:
                continue
            known.add(leg["trip"])
            yield from _handled(net, leg)
        yield from _links(leg, ends)


def _links(leg: dict[str, Any], ends: dict[str, tuple[str, str]]) -> Iterator[Use]:
    """Links entered, each way: vehicles on the road, else one train or ship."""
    units = max(1, leg["pieces"]) if leg["mode"] == "road" else 1
    at = leg["from"]
    for link, minute in zip(leg["links"], leg["link_depart_min"], strict=True):
        u, v = ends.get(link, ("", ""))
        yield ("link", link, "forth" if at == u else "back"), minute, 0, units
        at = v if at == u else u


def _lanes(leg: dict[str, Any]) -> Iterator[Use]:
    """Lane metres handled at both ports, in dm."""
    units = max(1, round(leg["lane_m"] * 10))
    yield ("lanes", leg["from"]), leg["depart_min"] - leg["load_min"], 0, units
    yield ("lanes", leg["to"]), leg["arrive_min"], 0, units


def _handled(net: Net, leg: dict[str, Any]) -> Iterator[Use]:
    """Places taken while a trip loads and unloads, and trains handled."""
    load, unload = leg["load_min"], leg["unload_min"]
    begin = leg["depart_min"] - load
    what = {"sea": "berths", "air": "mog", "rail": "ramps"}.get(leg["mode"])
    if what is None:
        return
    rail = what == "ramps"
    if not (rail and leg["before_mode"] == "rail"):
        yield (what, leg["from"]), begin, load, 1
        if rail:
            yield ("trains", leg["from"]), begin, 0, 1
    if rail and leg["then_mode"] == "rail":
        for key in net.calendars.index:
            if key[:2] == ("transload", leg["to"]):
                yield key, leg["arrive_min"], 0, 1
    else:
        yield (what, leg["to"]), leg["arrive_min"], unload, 1
        if rail:
            yield ("trains", leg["to"]), leg["arrive_min"], 0, 1
