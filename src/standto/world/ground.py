"""The network made ready for one search: which arcs a path may take under its terms."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from standto.world.airspace import NOWHERE, Airspace, airspace
from standto.world.distance import great_circle_km, unit
from standto.world.graph import AIR, MODES, TRANSFER, TRAVEL, Graph, Int, graph
from standto.world.network import Network
from standto.world.search import Bool, fastest
from standto.world.terms import Terms

Float = npt.NDArray[np.float64]

NEAREST_FIELDS = 30
ON_THE_WAY = 100
HUB_MOG = 4
"""Flights are proposed between the airfields nearest to either end, those of the least detour and
the hubs: all pairs of 900 airfields would be 400,000 flights, hardly one of them of use."""
SAMPLES = 120
"""Points of each flight that are compared with the map before the search; the flights of the path
that is found are then followed closely."""
TRIES = 40
"""How many flights over a closed country are struck out one by one before the search gives up."""


@dataclass(frozen=True)
class Ground:
    """A network, its arrays with the flights worth proposing, and the map under them.

    graph: each flight lasts `stop_min` longer than in the air, for the landing before the next.
    lat, lon: (places,) degrees.
    """

    network: Network
    graph: Graph
    sky: Airspace
    ends: tuple[str, str]
    lat: Float
    lon: Float
    stop_min: int

    @classmethod
    def of(
        cls, network: Network, ends: tuple[str, str], terms: Terms, basemap: Path | None
    ) -> Ground:
        """Make the network ready for a search between two places (keys)."""
        fields = _fields(network, ends, terms) if "air" in terms.modes else []
        arrays = graph(network, fields)
        flight = (arrays.mode == AIR) & (arrays.kind == TRAVEL)
        stop = int(network.factor("air_stop_min")) if flight.any() else 0
        return cls(
            network,
            replace(arrays, minutes=arrays.minutes + stop * flight),
            airspace(network, basemap),
            ends,
            network.places["lat"].to_numpy(),
            network.places["lon"].to_numpy(),
            stop,
        )

    def search(self, terms: Terms) -> Int | None:
        """Arcs of the fastest path under the terms, or None."""
        g = self.graph
        if not all(terms.open(g.countries[g.place_country[g.places.index(e)]]) for e in self.ends):
            return None
        use = self._allowed(terms)
        sources, targets = (self.nodes(end, terms) for end in self.ends)
        for _ in range(TRIES):
            arcs = fastest(self.graph, use, sources, targets)
            if arcs is None:
                return None
            over = [a for a in arcs if not all(terms.open(iso) for iso in self.touched(int(a)))]
            if not over:
                return arcs
            use[over] = False
        return None

    def minutes(self, arcs: Int) -> Int:
        """Minutes of each arc of a path; a flight that follows another counts its landing."""
        g = self.graph
        flight = (g.mode[arcs] == AIR) & (g.kind[arcs] == TRAVEL)
        first = flight & ~np.concatenate([[False], flight[:-1]])
        return np.asarray(g.minutes[arcs] - self.stop_min * first, dtype=np.int64)

    def nodes(self, place: str, terms: Terms) -> Int:
        """Nodes where a path may begin or end: on the ground, or aboard in the one mode asked."""
        g = self.graph
        here = np.flatnonzero(g.node_place == g.places.index(place))
        if terms.lone is not None:
            aboard = g.layer_mode[g.node_layer[here]] == MODES.index(terms.lone)
            return np.asarray(here[aboard], dtype=np.int64)
        ground = [n for n in here if g.layers[g.node_layer[n]] == "road"]
        return np.array(ground, dtype=np.int64) if ground else here

    def touched(self, arc: int) -> tuple[str, ...]:
        """Countries that an arc touches, in order: those of its ends, and those under a flight."""
        g = self.graph
        tail, head = int(g.node_place[g.tail[arc]]), int(g.node_place[g.head[arc]])
        first, last = (g.countries[g.place_country[n]] for n in (tail, head))
        between: tuple[str, ...] = ()
        if g.mode[arc] == AIR and g.kind[arc] == TRAVEL:
            a, b = ((float(self.lat[n]), float(self.lon[n])) for n in (tail, head))
            between = self.sky.under(a, b)
        return tuple(dict.fromkeys(iso for iso in (first, *between, last) if iso != NOWHERE))

    def _allowed(self, terms: Terms) -> Bool:
        """Arcs that keep to the terms."""
        g = self.graph
        use = np.ones(len(g.tail), dtype=np.bool_)
        if terms.mode != "any":
            use &= np.isin(g.mode, [MODES.index(mode) for mode in sorted(terms.modes)])
        if terms.lone is not None:
            use &= g.kind != TRANSFER
        shut = np.array([not terms.open(iso) for iso in g.countries])
        use &= ~shut[g.country(g.tail)] & ~shut[g.country(g.head)]
        if terms.max_t is not None:
            use &= self._carries() >= terms.max_t
        if terms.gauge_layer is not None:
            other = np.array([n.startswith("rail") and n != terms.gauge_layer for n in g.layers])
            use &= ~other[g.node_layer[g.tail]] & ~other[g.node_layer[g.head]]
        if terms.runway_m is not None:
            short = self._short(terms.runway_m)
            touches = short[g.node_place[g.tail]] | short[g.node_place[g.head]]
            use &= ~((g.mode == AIR) & touches)
        if shut.any():
            use[self._over_closed(use, terms)] = False
        return use

    def _carries(self) -> Float:
        """Heaviest piece on each arc (t): the link's own limit, or the largest aircraft's."""
        limit = self.graph.max_t.copy()
        pieces = self.network.lift_types.filter(pl.col("mode") == "air")["max_piece_t"].drop_nulls()
        if len(pieces):
            limit[self.graph.mode == AIR] = float(pieces.to_numpy().max())
        return limit

    def _short(self, runway_m: int) -> Bool:
        """Which places have a runway shorter than this."""
        short = self.network.airfields.filter(pl.col("runway_m") < runway_m)["place"]
        return self.network.places["place"].is_in(short.implode()).to_numpy()

    def _over_closed(self, use: Bool, terms: Terms) -> Int:
        """Flights whose direct line passes over a closed country, seen at SAMPLES points."""
        g = self.graph
        half = len(g.tail) // 2
        arcs = np.flatnonzero((g.mode == AIR) & (g.kind == TRAVEL) & (use | np.roll(use, half)))
        arcs = arcs[arcs < half]  # the second half of a graph's arcs is the first, turned round
        shut = np.array([not terms.open(iso) for iso in self.sky.isos])
        vectors = unit(self.lat, self.lon)
        a, b = vectors[g.node_place[g.tail[arcs]]], vectors[g.node_place[g.head[arcs]]]
        angle = np.maximum(np.arccos(np.clip((a * b).sum(axis=1), -1.0, 1.0)), 1e-9)[:, None]
        over = np.zeros(len(arcs), dtype=np.bool_)
        for share in np.linspace(0.0, 1.0, SAMPLES):
            point = np.sin((1 - share) * angle) * a + np.sin(share * angle) * b
            point = point / np.sin(angle)
            lat = np.degrees(np.arcsin(np.clip(point[:, 2], -1.0, 1.0)))
            over |= shut[self.sky.at(lat, np.degrees(np.arctan2(point[:, 1], point[:, 0])))]
        return np.concatenate([arcs[over], arcs[over] + half])


def _fields(network: Network, ends: tuple[str, str], terms: Terms) -> list[str]:
    """Airfields between which flights are proposed: see NEAREST_FIELDS, ON_THE_WAY, HUB_MOG."""
    table = network.airfields.join(network.places, on="place", maintain_order="left")
    if table.is_empty():
        return []
    lat, lon = table["lat"].to_numpy(), table["lon"].to_numpy()
    wanted = (table["mog"] >= HUB_MOG).to_numpy().copy()
    usable = np.array([terms.open(iso) for iso in table["iso"]])
    usable &= (table["runway_m"] >= (terms.runway_m or 0)).to_numpy()
    km = []
    for end in ends:
        row = network.places.filter(pl.col("place") == end)
        km.append(great_circle_km(lat, lon, row["lat"].to_numpy(), row["lon"].to_numpy()))
    open_fields = np.flatnonzero(usable)
    picks = (km[0], NEAREST_FIELDS), (km[1], NEAREST_FIELDS), (km[0] + km[1], ON_THE_WAY)
    for measure, count in picks:
        order = np.argsort(measure[open_fields], kind="stable")[:count]
        wanted[open_fields[order]] = True
    return table.filter(pl.Series(wanted))["place"].to_list()
