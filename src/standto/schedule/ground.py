"""The network as a planner sees it: stops, and how long each mode takes between any two of them.

A stop is a place where a load can be: an origin, a destination, or a terminal (railhead, quay,
port, airfield, transload station). Countries, links and rails that are forbidden or that the load
is too heavy for are left out before anything is measured.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from standto.kernels.columns import NEVER
from standto.kernels.paths import trace, tree
from standto.plan.plan import Limits
from standto.world.distance import great_circle_km
from standto.world.graph import AIR, RAIL, ROAD, SEA, TRAVEL, Graph, graph
from standto.world.network import Network

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

NEAREST_AIRFIELDS = 4
"""Airfields considered near each origin and destination; more lengthens every search for a gain
only where all four are full. Bounds hold for the same choice."""
AIRFIELD_REACH_KM = 400.0


@dataclass(frozen=True)
class Ways:
    """Quickest ways of one mode and one class of load between stops.

    minutes: (stops, stops) driving or running minutes at the pace of the way, NEVER where none.
    arcs: arcs of the way from one stop to another, made when asked for.
    """

    stops: Ints
    minutes: Ints
    first: list[Ints]
    head: Ints

    def arcs(self, start: int, end: int) -> Ints:
        """Arcs from stop `start` to stop `end`, in order of travel."""
        arcs: Ints = trace(self.first[end], self.head, int(self.stops[start]))
        return arcs


@dataclass(frozen=True)
class Ground:
    """The allowed network: its graph, and which arcs are open at all.

    open: (arcs,) whether the arc may be used. allowed: (countries,) whether land may be used.
    airspace: codes of countries that may be flown over. airfields: those considered.
    factors: planning factors by key.
    """

    network: Network
    graph: Graph
    open: npt.NDArray[np.bool_]
    allowed: npt.NDArray[np.bool_]
    airspace: frozenset[str]
    airfields: frozenset[str]
    factors: dict[str, float]
    start: Ints
    entry: Ints

    @classmethod
    def of(cls, network: Network, limits: Limits, near: Iterable[str]) -> Ground:
        """The network without what is forbidden, with airfields near the places named."""
        airfields = chosen_airfields(network, limits, near)
        whole = graph(network, airfields)
        allowed = np.array([c in limits.countries or c == "--" for c in whole.countries])
        ends = [whole.country(whole.tail), whole.country(whole.head)]
        usable = allowed[ends[0]] & allowed[ends[1]]
        shut = np.array([key in limits.sea_links for key in network.links["link"]], dtype=bool)
        is_link = whole.link >= 0
        usable[is_link] &= ~shut[whole.link[is_link]]
        order = np.argsort(whole.head, kind="stable")
        start = np.searchsorted(whole.head[order], np.arange(whole.node_place.size + 1))
        factors = {str(k): float(v) for k, v in network.factors.select("factor", "value").rows()}
        return cls(
            network,
            whole,
            usable,
            allowed,
            limits.airspace,
            frozenset(airfields),
            factors,
            start.astype(np.int64),
            order.astype(np.int64),
        )

    def ways(self, minutes: Ints, stops: Ints) -> Ways:
        """Quickest ways between stops (nodes, -1 where a stop has none), arcs barred at NEVER."""
        size = stops.size
        table = np.full((size, size), NEVER, dtype=np.int64)
        first: list[Ints] = []
        nothing = np.zeros(0, dtype=np.int64)
        for end, node in enumerate(stops):
            if node < 0:
                first.append(nothing)
                continue
            reach, arc = tree(self.start, self.entry, self.graph.tail, minutes, int(node))
            table[:, end] = np.where(stops >= 0, reach[np.maximum(stops, 0)], NEVER)
            first.append(arc)
        return Ways(stops, table, first, self.graph.head)

    def travel(self, mode: int, heaviest_kg: int, layer: str | None = None) -> Ints:
        """Minutes of each travel arc of a mode (and layer) that bears the load; others NEVER."""
        g = self.graph
        use = self.open & (g.mode == mode) & (g.kind == TRAVEL) & (g.max_t * 1000 >= heaviest_kg)
        if layer is not None:
            use &= g.node_layer[g.tail] == g.layers.index(layer)
        return np.where(use, g.minutes, NEVER)

    def nodes(self, places: list[str], layer: str) -> Ints:
        """Node of each place in a layer, -1 where there is none."""
        g = self.graph
        if layer not in g.layers:
            return np.full(len(places), -1, dtype=np.int64)
        here = g.node_layer == g.layers.index(layer)
        at = {g.places[p]: n for n, p in zip(np.flatnonzero(here), g.node_place[here], strict=True)}
        return np.array([at.get(place, -1) for place in places], dtype=np.int64)

    @property
    def rail_layers(self) -> tuple[str, ...]:
        """Layers of the railway, one a gauge."""
        return tuple(
            n for n, m in zip(self.graph.layers, self.graph.layer_mode, strict=True) if m == RAIL
        )


def chosen_airfields(network: Network, limits: Limits, near: Iterable[str]) -> list[str]:
    """Airfields in allowed countries that serve the places named: themselves and the nearest few.

    The largest by aircraft on the ground within reach is always among them.
    """
    wanted = network.places.filter(pl.col("place").is_in(list(near))).sort("place")
    fields = (
        network.airfields.select("place", "mog", "runway_m")
        .join(network.places.select("place", "iso", "lat", "lon"), on="place")
        .filter(pl.col("iso").is_in(list(limits.countries)))
        .sort("place")
    )
    if fields.is_empty():
        return []
    names, mog = fields["place"].to_list(), fields["mog"].to_numpy()
    lat, lon = fields["lat"].to_numpy(), fields["lon"].to_numpy()
    chosen: set[str] = set()
    for place_lat, place_lon in wanted.select("lat", "lon").iter_rows():
        km = great_circle_km(np.full(lat.size, place_lat), np.full(lat.size, place_lon), lat, lon)
        order = np.argsort(km, kind="stable")
        within = order[km[order] <= AIRFIELD_REACH_KM]
        picked = list(within[:NEAREST_AIRFIELDS])
        if within.size:
            picked.append(within[np.argmax(mog[within])])
        chosen |= {names[k] for k in picked}
    return sorted(chosen)


def elapsed(driving: Ints, daily: int) -> Ints:
    """Minutes on the march for minutes of driving, with at most `daily` of them in a day."""
    rests = np.maximum(driving - 1, 0) // daily
    return np.where(driving >= NEVER, NEVER, driving + rests * (1440 - daily))


def entered(driving: Ints, daily: int) -> Ints:
    """Minutes on the march at which a link is entered after so many minutes of driving."""
    return driving + driving // daily * (1440 - daily)


def daily_driving(factors: dict[str, float], transporters: bool) -> int:
    """Minutes a day that a column drives: `march_hours_per_day`, less for transporters.

    Transporters cover fewer kilometres a day (`het_convoy_km_per_day` against
    `wheeled_convoy_km_per_day`); without these factors a column does not rest.
    """
    hours = factors.get("march_hours_per_day", 24.0)
    if transporters:
        wheeled = factors.get("wheeled_convoy_km_per_day", 1.0)
        hours *= min(1.0, factors.get("het_convoy_km_per_day", wheeled) / wheeled)
    return max(1, min(1440, round(hours * 60)))


__all__ = ["AIR", "RAIL", "ROAD", "SEA", "Ground", "Ways", "chosen_airfields"]
