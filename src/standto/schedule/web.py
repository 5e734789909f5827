"""The web of terminals: how long each class of load takes between any two by each mode, alone.

Nodes are terminals on the ground, quays reached by rail only, and transload stations under way
from one gauge to another. Times take no account of other loads, permits or where lift stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from standto.kernels import columns as c
from standto.kernels.columns import NEVER
from standto.schedule.fleets import Fleets, gauge_group
from standto.schedule.ground import Ground, Ways, daily_driving, elapsed
from standto.schedule.skies import Skies
from standto.world.graph import AIR, RAIL, ROAD, SEA

Ints = npt.NDArray[np.int64]

TRACKED_OWN_MIN = 60
"""Tracked vehicles drive this long on their own tracks, to a ramp nearby; beyond it they ride on
transporters. Longer saves transporters and wears out tracks and roads."""
GROUND, QUAY, CHANGE, LOST = range(4)
"""What a node is; LOST where its terminal was (see `narrowed`)."""


class Kind(NamedTuple):
    """A class of load that the network treats alike; `roads` whether it may march at all.

    A tuple, because it is a key of what is looked up most.
    """

    heaviest_kg: int
    tracked: bool
    outsize: bool
    flying: bool
    roads: bool
    hazardous: bool = False


@dataclass(frozen=True)
class Seaways:
    """Quickest sea ways between stops: minutes in straits and canals, hectometres at sea."""

    ways: Ways
    fixed: Ints
    hectometres: Ints


@dataclass(frozen=True)
class Web:
    """Terminals and the ways between them.

    stops: places, in order; node_stop, node_state: (nodes,) stop of each node, and whether it is
    GROUND, QUAY or CHANGE; change_from, change_to: (nodes,) gauges of a CHANGE, else 0;
    handling: (nodes,) minutes of a CHANGE. railhead, airfield, port: (stops,) what each is.
    wary: (stops,) for each of these three, in that order, whether it takes no hazardous cargo.
    """

    ground: Ground
    fleets: Fleets
    stops: tuple[str, ...]
    node_stop: Ints
    node_state: Ints
    change_from: Ints
    change_to: Ints
    handling: Ints
    railhead: npt.NDArray[np.bool_]
    airfield: npt.NDArray[np.bool_]
    port: npt.NDArray[np.bool_]
    wary: tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_], npt.NDArray[np.bool_]]
    sea: Seaways
    skies: Skies
    cache: dict[object, object]

    @property
    def flights(self) -> Ints:
        """Hectometres by air between stops, NEVER where none is allowed."""
        return self.skies.hectometres

    def roads(self, heaviest_kg: int, everywhere: bool) -> Ways:
        """Road ways between stops for loads up to a mass; over access roads alone or everywhere."""
        key = ("roads", heaviest_kg, everywhere)
        if key not in self.cache:
            minutes = self.ground.travel(ROAD, heaviest_kg)
            if not everywhere:
                links = self.ground.network.links["class"].to_numpy() == "access"
                link = self.ground.graph.link
                minutes = np.where((link >= 0) & links[np.maximum(link, 0)], minutes, NEVER)
            self.cache[key] = self._ways("road", minutes)
        return self._known(key)

    def rails(self, layer: str, heaviest_kg: int) -> Ways:
        """Rail ways of one gauge between stops."""
        key = ("rails", layer, heaviest_kg)
        if key not in self.cache:
            self.cache[key] = self._ways(layer, self.ground.travel(RAIL, heaviest_kg, layer))
        return self._known(key)

    def _ways(self, layer: str, minutes: Ints) -> Ways:
        """Ways in a layer over arcs that take so long; made once for the arcs that are open."""
        key = (layer, minutes.tobytes())
        if key not in self.cache:
            nodes = self.ground.nodes(list(self.stops), layer)
            self.cache[key] = self.ground.ways(minutes, nodes)
        return self._known(key)

    def _known(self, key: object) -> Ways:
        found = self.cache[key]
        assert isinstance(found, Ways), "under this key only ways are kept"
        return found

    def march(self, kind: Kind) -> Ints:
        """Minutes on the road between stops, transporters loaded and unloaded where needed."""
        key = ("march", kind)
        if key not in self.cache:
            self.cache[key] = self.marching(kind, self.roads(kind.heaviest_kg, kind.roads).minutes)
        found = self.cache[key]
        assert isinstance(found, np.ndarray)
        return found

    def marching(self, kind: Kind, driving: Ints) -> Ints:
        """Minutes on the road for so many of driving, loaded and unloaded where carried."""
        own = elapsed(driving, daily_driving(self.ground.factors, False))
        if not kind.tracked:
            return own
        carried = np.full_like(own, NEVER)
        rows = self.fleets.eligible(ROAD, kind.heaviest_kg, False, kind.hazardous)
        if rows.size:
            table = self.fleets.table[rows]
            handle = int((table[:, c.F_LOAD] + table[:, c.F_UNLOAD]).min())
            carried = elapsed(driving, daily_driving(self.ground.factors, True)) + handle
        return np.where(driving <= TRACKED_OWN_MIN, own, np.minimum(carried, NEVER))

    @cached_property
    def _grid(self) -> tuple[Ints, Ints]:
        return self.node_stop[:, None], self.node_stop[None, :]

    def lift(self, mode: int, kind: Kind) -> Ints:
        """Minutes from node to node by one ride of a mode, handling included; NEVER where none."""
        key = ("lift", mode, kind.heaviest_kg, kind.outsize, kind.flying, kind.hazardous)
        if key not in self.cache:
            made = {RAIL: self._rail, SEA: self._sea, AIR: self._air}[mode](kind)
            made[self.node_stop[:, None] == self.node_stop[None, :]] = NEVER
            self.cache[key] = made
        found = self.cache[key]
        assert isinstance(found, np.ndarray)
        return found

    def marches(self, kind: Kind) -> Ints:
        """Minutes by road from node to node on the ground, NEVER to and from the others."""
        key = ("marches", kind)
        if key not in self.cache:
            land = self.node_state == GROUND
            both = land[:, None] & land[None, :]
            self.cache[key] = np.where(both, self.march(kind)[self._grid], NEVER)
        found = self.cache[key]
        assert isinstance(found, np.ndarray)
        return found

    def rides(self, modes: tuple[int, ...], kind: Kind) -> Ints:
        """Least minutes from node to node by one ride of any of the modes."""
        key = ("rides", modes, kind.heaviest_kg, kind.outsize, kind.flying, kind.hazardous)
        if key not in self.cache:
            self.cache[key] = np.minimum.reduce([self.lift(mode, kind) for mode in modes])
        found = self.cache[key]
        assert isinstance(found, np.ndarray)
        return found

    def _rail(self, kind: Kind) -> Ints:
        best = self._nowhere()
        rows = self.fleets.eligible(RAIL, kind.heaviest_kg, kind.outsize, kind.hazardous)
        for layer in self.ground.rail_layers:
            gauge = gauge_group(int(layer.removeprefix("rail")))
            fit = self.fleets.table[rows[self.fleets.table[rows, c.F_GAUGE] == gauge]]
            if not fit.size:
                continue
            load, unload = int(fit[:, c.F_LOAD].min()), int(fit[:, c.F_UNLOAD].min())
            takes = self._takes(RAIL, kind)[self.node_stop]
            change = (self.node_state == CHANGE) & takes
            stands = self.railhead[self.node_stop] & (self.node_state == GROUND) & takes
            stands |= (self.node_state == QUAY) & self._takes(SEA, kind)[self.node_stop]
            begin = np.where(stands, load, NEVER)
            begin[change & (self.change_to == gauge)] = 0
            end = np.where(stands, unload, NEVER)
            into = change & (self.change_from == gauge)
            end[into] = self.handling[into]
            at, to = np.flatnonzero(begin < NEVER), np.flatnonzero(end < NEVER)
            ways = self.rails(layer, kind.heaviest_kg).minutes
            run = ways[np.ix_(self.node_stop[at], self.node_stop[to])]
            run = run + begin[at][:, None] + end[to][None, :]
            best[np.ix_(at, to)] = np.minimum(best[np.ix_(at, to)], run)
        return best

    def _sea(self, kind: Kind) -> Ints:
        ports = self.port & self._takes(SEA, kind)
        at = np.flatnonzero((self.node_state != CHANGE) & ports[self.node_stop])
        pairs = np.ix_(self.node_stop[at], self.node_stop[at])
        far, fixed = self.sea.hectometres[pairs], self.sea.fixed[pairs]
        made = self._nowhere()
        run = made[np.ix_(at, at)]
        for row in self.fleets.eligible(SEA, kind.heaviest_kg, kind.outsize, kind.hazardous):
            f = self.fleets.table[row]
            open_sea = -(-far * 6 // f[c.F_SPEED])
            run = np.minimum(run, fixed + open_sea + f[c.F_LOAD] + f[c.F_UNLOAD])
        made[np.ix_(at, at)] = run
        return made

    def _air(self, kind: Kind) -> Ints:
        fields = self.airfield & self._takes(AIR, kind)
        at = np.flatnonzero((self.node_state == GROUND) & fields[self.node_stop])
        far = self.flights[np.ix_(self.node_stop[at], self.node_stop[at])]
        made = self._nowhere()
        run = made[np.ix_(at, at)]
        if kind.flying:
            speed = round(self.ground.factors["air_kmh"])
            run = np.minimum(run, -(-far * 6 // speed))
        rows = self.fleets.eligible(AIR, kind.heaviest_kg, kind.outsize, kind.hazardous)
        for row in () if kind.flying else rows:
            f = self.fleets.table[row]
            minutes = -(-far * 6 // f[c.F_SPEED]) + f[c.F_LOAD] + f[c.F_UNLOAD]
            run = np.where(far <= f[c.F_RANGE] * 10, np.minimum(run, minutes), run)
        made[np.ix_(at, at)] = np.where(far >= NEVER, NEVER, run)
        return made

    def _takes(self, mode: int, kind: Kind) -> npt.NDArray[np.bool_]:
        """(stops,) whether the terminals of a mode take a class of load, hazardous or not."""
        wary = self.wary[{RAIL: 0, AIR: 1, SEA: 2}[mode]]
        return ~wary if kind.hazardous else np.ones_like(wary)

    def _nowhere(self) -> Ints:
        """A table from node to node with no way yet."""
        return np.full((self.node_stop.size,) * 2, NEVER, dtype=np.int64)
