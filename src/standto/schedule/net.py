"""The net of one world: stops, lift, ways between terminals, and the routes and calendars made.

It is what stays the same when the same world is planned again from a later state, and most of the
time that an instance takes to make goes into it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from standto.clock import parse_duration
from standto.kernels.columns import HOLD, Ints
from standto.plan.plan import Limits
from standto.schedule.fleets import Fleets, fleets_of
from standto.schedule.ground import Ground
from standto.schedule.hops import Hops
from standto.schedule.positions import positions
from standto.schedule.resources import Calendars, Resource
from standto.schedule.routes import Routes
from standto.schedule.stops import stops_of, web_of
from standto.schedule.underway import Outage
from standto.schedule.web import Web
from standto.world.world import World


@dataclass(frozen=True)
class Net:
    """Routes and hops grow as they are asked for; everything else is fixed.

    index: row of each stop. moves: minutes of an empty move, (systems, stops, stops).
    near: ends of lines, which decide the airfields considered. outages: see `closed`.
    """

    world: World
    limits: Limits
    near: frozenset[str]
    ground: Ground
    stops: tuple[str, ...]
    index: dict[str, int]
    fleets: Fleets
    web: Web
    calendars: Calendars
    hops: Hops
    routes: Routes
    moves: Ints
    outages: tuple[Outage, ...]

    @classmethod
    def of(
        cls,
        world: World,
        limits: Limits,
        near: Iterable[str],
        beside: Iterable[str] = (),
        outages: tuple[Outage, ...] = (),
    ) -> Net:
        """The net around the ends of lines (`near`) and other places where a load or lift is."""
        network, ends = world.network, frozenset(near)
        ground = Ground.of(network, limits, set(ends))
        stops = stops_of(ground, [*ends, *beside])
        index = {place: n for n, place in enumerate(stops)}
        fleets = fleets_of(network.fleets, network.lift_types, index.__getitem__)
        web = web_of(ground, stops, fleets)
        watched = frozenset(outage.key for outage in outages)
        calendars = Calendars(
            parse_duration(world.scenario.slot), parse_duration(world.scenario.horizon), watched
        )
        hops = Hops(web, calendars)
        return cls(
            world, limits, ends, ground, stops, index, fleets, web, calendars, hops,
            Routes(web, hops), positions(web, fleets), outages,
        )  # fmt: skip

    def alike(self, other: Net) -> bool:
        """Whether loads are split, and told apart, alike on both: the same lift and ground."""
        return self.ground is other.ground and self.fleets is other.fleets

    def serves(
        self,
        world: World,
        limits: Limits,
        near: Iterable[str],
        beside: Iterable[str],
        outages: tuple[Outage, ...],
    ) -> bool:
        """Whether this is the net that `of` would make, or one with more stops."""
        return (
            self.world.network is world.network
            and self.world.scenario is world.scenario
            and self.limits == limits
            and self.outages == outages
            and set(near) == self.near
            and set(beside) <= self.index.keys()
        )


def closed(resources: Sequence[Resource], outages: Sequence[Outage]) -> list[Resource]:
    """Calendars with no room in any window that touches an outage of their link or place.

    A terminal is closed by its berths, ramps or apron places; its daily throughput is left, since
    a day's window would close the whole day.
    """
    made = list(resources)
    struck = {outage.key for outage in outages}
    of_key: dict[str, list[int]] = {}
    for n, r in enumerate(made):
        if r.key in struck and (r.kind == HOLD or r.what in ("link", "transload")):
            of_key.setdefault(r.key, []).append(n)
    for outage in outages:
        for n in of_key.get(outage.key, ()):
            r = made[n]
            cells = r.cells.copy()
            first = max(0, outage.from_min) // r.window_min
            end = -(-max(0, outage.until_min) // r.window_min)
            cells[first:end] = np.minimum(cells[first:end], 0)
            made[n] = replace(r, cells=cells)
    return made
