"""Countries that a hop touches, borders crossed there, and what the objective says of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from standto.kernels import columns as c
from standto.schedule.net import Net
from standto.schedule.web import Web
from standto.world.alliance import Objective
from standto.world.graph import AIR, MODES, SEA, Graph

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def driven(
    graph: Graph, arcs: Ints, ends: Sequence[str], countries: Mapping[str, str]
) -> list[str]:
    """Countries of a hop by road, rail or sea between two places."""
    places = [graph.places[p] for p in graph.node_place[graph.head[arcs]]]
    isos = [countries[place] for place in (ends[0], *places, ends[1])]
    return list(dict.fromkeys(iso for iso in isos if iso != "--"))


def flown(web: Web, start: int, end: int, own: Sequence[str]) -> list[str]:
    """Countries flown over between two stops, which lie in the countries `own`."""
    return list(dict.fromkeys([own[0], *web.skies.over(start, end), own[1]]))


def crossings(net: Net, countries: Mapping[str, str]) -> Ints:
    """(hops,) borders crossed over land or in the air; sea legs cross none."""
    made = np.zeros(len(net.hops.rows), dtype=np.int64)
    for n, row in enumerate(net.hops.rows):
        start, end = row[c.H_FROM], row[c.H_TO]
        places = [net.stops[start], net.stops[end]]
        if row[c.H_MODE] == AIR:
            made[n] = len(flown(net.web, start, end, [countries[p] for p in places])) - 1
        elif row[c.H_MODE] != SEA:
            made[n] = len(driven(net.ground.graph, net.hops.arcs[n], places, countries)) - 1
    return np.maximum(made, 0)


def dues_of(objective: Objective, net: Net, countries: Mapping[str, str]) -> Floats:
    """What counts in the objective besides arrivals, as kernels read it (see `columns`)."""
    lift = [objective.of_lift(mode) / 60 for mode in MODES]
    borders = objective.borders * crossings(net, countries) if objective.borders > 0 else ()
    return np.array([objective.closure, *lift, *borders], dtype=np.float64)
