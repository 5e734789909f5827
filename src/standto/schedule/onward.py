"""The way that a packet under way was to go on by, as a route of the net."""

from __future__ import annotations

from itertools import pairwise

from standto.kernels import columns as c
from standto.kernels.columns import NEVER
from standto.schedule.moves import Move, Onward
from standto.schedule.net import Net
from standto.schedule.web import CHANGE, GROUND, Kind
from standto.world.graph import RAIL, ROAD


def onward_route(net: Net, move: Move, kind: Kind) -> list[int]:
    """The planned rides as one route, if the net still has every one of them; else none."""
    rides = move.onward or ()
    before = [move.after, *(ride.mode for ride in rides)]
    hops = []
    for k, ride in enumerate(rides):
        after = rides[k + 1].mode if k + 1 < len(rides) else -1
        hop = _hop(net, ride, kind, before[k] == RAIL, after == RAIL)
        if hop < 0:
            return []
        hops.append(hop)
    if not hops:
        return []
    assert all(net.hops.ends[a][1] == net.hops.ends[b][0] for a, b in pairwise(hops)), "rides join"
    made = net.routes.made
    made.append(tuple(hops))
    net.routes.floor.append(sum(net.hops.rows[hop][c.H_MIN] for hop in hops))
    return [len(made) - 1]


def _hop(net: Net, ride: Onward, kind: Kind, from_train: bool, to_train: bool) -> int:
    """The hop of one ride; -1 where the net has none any more."""
    web = net.web
    start, end = (net.index.get(place, -1) for place in (ride.start, ride.end))
    if start < 0 or end < 0:
        return -1
    if ride.mode == ROAD:
        minutes = web.march(kind)[start, end]
        return net.hops.road(kind, start, end) if minutes < NEVER else -1
    changes = (ride.mode == RAIL and from_train, ride.mode == RAIL and to_train)
    ends = [_nodes(net, stop, change) for stop, change in zip((start, end), changes, strict=True)]
    ways = web.lift(ride.mode, kind)
    best = min(((int(ways[a, b]), a, b) for a in ends[0] for b in ends[1]), default=(NEVER, 0, 0))
    return net.hops.lift(ride.mode, kind, best[1], best[2]) if best[0] < NEVER else -1


def _nodes(net: Net, stop: int, change: bool) -> list[int]:
    """Nodes of the web at a stop: under way between gauges, or else on the ground, or the quay."""
    web = net.web
    here = [int(n) for n in (web.node_stop == stop).nonzero()[0]]
    if change:
        return [n for n in here if web.node_state[n] == CHANGE]
    ground = [n for n in here if web.node_state[n] == GROUND]
    return ground or [n for n in here if web.node_state[n] != CHANGE]
