"""One path through the network: the fastest, over every mode, with what it needs at borders."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from standto.errors import StandtoError
from standto.tables import near
from standto.world.airspace import NOWHERE
from standto.world.distance import great_circle_km
from standto.world.graph import MODES, TRANSLOAD, TRAVEL, Int
from standto.world.ground import Ground
from standto.world.network import Network
from standto.world.places import find, labels
from standto.world.terms import Terms

KINDS = ("travel", "transfer", "transload")


class RouteError(StandtoError):
    """No path: the message says which constraint cuts it, or that the network has none."""


@dataclass(frozen=True)
class Step:
    """One link, flight or change of a path. kind: travel, transfer or transload."""

    start: str
    end: str
    mode: str
    kind: str
    km: float
    hours: float
    link: str


@dataclass(frozen=True)
class Clearance:
    """A permission that a path needs: hours from request, expected, least and most; the grade."""

    country: str
    mode: str
    hours: float
    least_hours: float
    most_hours: float
    grade: str


@dataclass(frozen=True)
class GaugeBreak:
    """A change of gauge on a path, from one rail layer to another."""

    place: str
    rail_from: str
    rail_to: str
    hours: float


@dataclass(frozen=True)
class Route:
    """The fastest path. hours: travel and changes; permissions are counted beside them."""

    origin: str
    destination: str
    km: float
    hours: float
    modes: tuple[str, ...]
    countries: tuple[str, ...]
    gauge_breaks: tuple[GaugeBreak, ...]
    clearances: tuple[Clearance, ...]
    path: tuple[Step, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain values, as `standto route --json` prints them."""
        return asdict(self)


def route(
    network: Network,
    origin: str,
    destination: str,
    mode: str = "any",
    *,
    avoid: Collection[str] = (),
    allies: Collection[str] | None = None,
    max_t: float | None = None,
    gauge_mm: int | None = None,
    runway_m: int | None = None,
    phase: str = "crisis",
    basemap: Path | None = None,
) -> Route:
    """The fastest path between two places, each given as `places.find` reads it.

    mode: any, one of MODES (then the path begins and ends aboard), or several with commas.
    avoid, allies: countries not to be touched; the only ones that may be. max_t: heaviest piece.
    basemap: land by country, for what lies under a flight; the bundled map where None.
    Raises PlaceError where a word names no place or several, RouteError where no path is left.
    """
    if mode != "any" and not set(mode.split(",")) <= set(MODES):
        modes = f"one of any {' '.join(MODES)}, or several of the last four such as road,rail,sea"
        raise RouteError(f"{mode!r} is not a mode; it should be {modes}")
    for iso in avoid:
        if iso not in set(network.countries["iso"]):
            hint = near(iso, network.countries["iso"].to_list())
            raise RouteError(f"{iso!r} is not a country of this network{hint}")
    gauges = sorted(network.links["gauge_mm"].drop_nulls().unique().to_list())
    if gauge_mm is not None and gauge_mm not in gauges:
        have = f"its railways have {' '.join(map(str, gauges))}" if gauges else "it has no railway"
        raise RouteError(f"{gauge_mm} is not a gauge (mm) of this network: {have}")
    if max_t is not None and not 0 <= max_t < math.inf:
        raise RouteError(f"{max_t:g} t is not a weight that a piece can have")
    ends = find(network, origin), find(network, destination)
    only = None if allies is None else frozenset(allies)
    terms = Terms(mode, frozenset(avoid), only, max_t, gauge_mm, runway_m, phase)
    ground = Ground.of(network, ends, terms, basemap)
    arcs = ground.search(terms)
    if arcs is None:
        raise RouteError(_why(ground, terms, basemap, labels(network.places)))
    return _told(ground, arcs, phase)


def _told(ground: Ground, arcs: Int, phase: str) -> Route:
    """A path in words and numbers."""
    g = ground.graph
    first = g.countries[g.place_country[g.places.index(ground.ends[0])]]
    entries = list(_entries(ground, arcs, first))
    modes = [MODES[g.mode[a]] for a in arcs if g.kind[a] == TRAVEL]
    touched = [iso for iso in (first, *(iso for iso, _ in entries)) if iso != NOWHERE]
    return Route(
        origin=ground.ends[0],
        destination=ground.ends[1],
        km=round(float(g.km[arcs].sum()), 1),
        hours=_hours(int(ground.minutes(arcs).sum())),
        modes=tuple(m for n, m in enumerate(modes) if n == 0 or modes[n - 1] != m),
        countries=tuple(dict.fromkeys(touched)),
        gauge_breaks=tuple(
            GaugeBreak(
                g.places[g.node_place[g.tail[a]]],
                g.layers[g.node_layer[g.tail[a]]],
                g.layers[g.node_layer[g.head[a]]],
                _hours(int(g.minutes[a])),
            )
            for a in arcs
            if g.kind[a] == TRANSLOAD
        ),
        clearances=tuple(clearances(ground.network, entries, phase)),
        path=tuple(_steps(ground, arcs)),
    )


def _hours(minutes: int) -> float:
    return round(minutes / 60, 2)


def _entries(ground: Ground, arcs: Int, first: str) -> Iterator[tuple[str, str]]:
    """Each country entered and the mode of entry, once; the country of departure is not entered."""
    here, seen = first, {(first, mode) for mode in MODES}
    for arc in arcs:
        mode = MODES[ground.graph.mode[arc]]
        for iso in ground.touched(int(arc)):
            if iso != here and (iso, mode) not in seen:
                seen.add((iso, mode))
                yield iso, mode
            here = iso


def _steps(ground: Ground, arcs: Int) -> Iterator[Step]:
    g = ground.graph
    names = ground.network.links["link"]
    for a, minutes in zip(arcs, ground.minutes(arcs), strict=True):
        yield Step(
            start=g.places[g.node_place[g.tail[a]]],
            end=g.places[g.node_place[g.head[a]]],
            mode=MODES[g.mode[a]],
            kind=KINDS[g.kind[a]],
            km=round(float(g.km[a]), 1),
            hours=_hours(int(minutes)),
            link=names[int(g.link[a])] if g.link[a] >= 0 else "",
        )


def clearances(
    network: Network, entries: Collection[tuple[str, str]], phase: str
) -> Iterator[Clearance]:
    """Permission to enter each country in each mode; where sources differ, the weighted mean."""
    table = network.clearances.filter(pl.col("phase") == phase)
    for iso, mode in entries:
        in_mode = table.filter(pl.col("mode") == mode)
        own = in_mode.filter(pl.col("iso") == iso)
        rows = own if own.height else in_mode.filter(pl.col("iso") == "**")
        if rows.is_empty():
            continue
        lead, weight = rows["lead_min"].to_numpy() / 60, rows["probability"].to_numpy()
        mean = float(np.average(lead, weights=weight if weight.sum() else None))
        worst = max(rows["grade"], key="ADBC".index)
        yield Clearance(iso, mode, round(mean, 1), float(lead.min()), float(lead.max()), worst)


def _why(ground: Ground, terms: Terms, basemap: Path | None, label: dict[str, str]) -> str:
    """What cuts the path: each constraint is left out in turn, then two at a time, and so on."""
    origin, destination = ground.ends
    message = f"no path from {label[origin]} to {label[destination]}"
    stranded = [end for end in ground.ends if not len(ground.nodes(end, terms))]
    if stranded:
        where = "; ".join(
            _off_network(ground, end, terms.lone or "road", label) for end in stranded
        )
        message = f"{message}: {where}"
    found: list[str] = []
    fewest = 0
    for left_out, relaxed in terms.relaxed():
        if found and len(left_out) > fewest:
            break
        other = Ground.of(ground.network, ground.ends, relaxed, basemap)
        arcs = other.search(relaxed)
        if arcs is not None:
            fewest = len(left_out)
            found.append(_opens(left_out, _told(other, arcs, terms.phase), terms))
    if found:
        return "\n  ".join([f"{message}; what cuts it:", *found])
    return f"{message}: their parts of the network do not meet, in any mode"


def _opens(left_out: tuple[str, ...], path: Route, terms: Terms) -> str:
    closed = [iso for iso in path.countries if not terms.open(iso)]
    through = f", through {', '.join(closed)}" if closed else ""
    return (
        f"without {' and '.join(left_out)}, it is {path.km:.0f} km in {path.hours:.1f} h"
        f" by {' and '.join(dict.fromkeys(path.modes))}{through}"
    )


def _off_network(ground: Ground, place: str, mode: str, label: dict[str, str]) -> str:
    """Which places of the mode's network are nearest to one that is not on it."""
    g = ground.graph
    on = np.unique(g.node_place[g.layer_mode[g.node_layer] == MODES.index(mode)])
    if not len(on):
        return f"the network has no {mode} link"
    at = g.places.index(place)
    lat, lon = ground.lat, ground.lon
    km = great_circle_km(lat[at : at + 1], lon[at : at + 1], lat[on], lon[on])
    order = np.argsort(km, kind="stable")[:3]
    named = ", ".join(f"{label[g.places[on[n]]]} ({km[n]:.0f} km)" for n in order)
    return f"{label[place]} is not on the {mode} network; the nearest that are: {named}"
