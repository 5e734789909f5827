"""Which places are stops, and the web between them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import polars as pl

from standto.kernels.columns import NEVER
from standto.schedule.fleets import Fleets, gauge_group
from standto.schedule.ground import Ground
from standto.schedule.skies import skies
from standto.schedule.web import CHANGE, GROUND, QUAY, Seaways, Web
from standto.world.graph import SEA

Ints = npt.NDArray[np.int64]


def stops_of(ground: Ground, ends: Iterable[str]) -> tuple[str, ...]:
    """Places where a load or a lift can be: ends of lines, terminals in use, bases of fleets."""
    network = ground.network
    allowed = {
        p
        for p, n in zip(ground.graph.places, ground.graph.place_country, strict=True)
        if _open(ground, int(n))
    }
    terminals = {
        *network.railheads["place"],
        *network.ports["place"],
        *network.transloads["place"],
        *ground.airfields,
    }
    return tuple(sorted({*ends, *network.fleets["base"], *(terminals & allowed)}))


def _open(ground: Ground, country: int) -> bool:
    return bool(ground.allowed[country])


def web_of(ground: Ground, stops: tuple[str, ...], fleets: Fleets) -> Web:
    """The web of terminals over the stops."""
    network = ground.network
    index = {place: n for n, place in enumerate(stops)}
    states: list[tuple[int, int, int, int, int]] = []
    railheads = {p for p in network.railheads["place"] if p in index}
    ports = {p for p in network.ports["place"] if p in index}
    fields = ground.airfields & set(stops)
    states += [(index[p], GROUND, 0, 0, 0) for p in sorted(railheads | ports | fields)]
    quays = network.ports.filter(pl.col("rail_at_quay"))["place"]
    states += [(index[p], QUAY, 0, 0, 0) for p in sorted(ports & set(quays) - railheads)]
    changes = network.transloads.select("place", "gauge_from_mm", "gauge_to_mm", "handling_min")
    for place, one, two, handling in changes.sort("place", "gauge_from_mm").iter_rows():
        if place in index:
            for a, b in ((one, two), (two, one)):
                states.append((index[place], CHANGE, gauge_group(a), gauge_group(b), handling))
    nodes = np.array(states, dtype=np.int64).reshape(len(states), 5).T
    return Web(
        ground=ground,
        fleets=fleets,
        stops=stops,
        node_stop=nodes[0],
        node_state=nodes[1],
        change_from=nodes[2],
        change_to=nodes[3],
        handling=nodes[4],
        railhead=np.array([p in railheads for p in stops], dtype=bool),
        airfield=np.array([p in fields for p in stops], dtype=bool),
        port=np.array([p in ports for p in stops], dtype=bool),
        wary=(
            _wary(network.railheads, stops),
            _wary(network.airfields, stops),
            _wary(network.ports, stops),
        ),
        sea=seaways(ground, stops),
        skies=skies(ground, stops, {*fields, *_air_bases(ground)}),
        cache={},
    )


def _wary(terminals: pl.DataFrame, stops: tuple[str, ...]) -> npt.NDArray[np.bool_]:
    """(stops,) whether a place is such a terminal and takes no hazardous cargo."""
    barred = {*terminals.filter(~pl.col("hazardous").fill_null(True))["place"]}
    return np.array([place in barred for place in stops], dtype=bool)


def _air_bases(ground: Ground) -> list[str]:
    """Places where aircraft stand at C-hour."""
    network = ground.network
    by_air = network.lift_types.filter(pl.col("mode") == "air")["lift"]
    return network.fleets.filter(pl.col("lift").is_in(by_air.implode()))["base"].to_list()


def seaways(ground: Ground, stops: tuple[str, ...]) -> Seaways:
    """Sea ways between stops by the quickest way of an ordinary ship."""
    ways = ground.ways(ground.travel(SEA, 0), ground.nodes(list(stops), "sea"))
    lane = ground.network.links["class"].to_numpy() == "lane"
    g = ground.graph
    is_lane = (
        (g.link >= 0) & lane[np.maximum(g.link, 0)] if lane.size else np.zeros(g.tail.size, bool)
    )
    fixed = np.full(ways.minutes.shape, NEVER, dtype=np.int64)
    far = np.full(ways.minutes.shape, NEVER, dtype=np.int64)
    for start, end in zip(*np.nonzero(ways.minutes < NEVER), strict=True):
        arcs = ways.arcs(int(start), int(end))
        at_sea = is_lane[arcs]
        fixed[start, end] = g.minutes[arcs[~at_sea]].sum()
        far[start, end] = np.ceil(g.km[arcs[at_sea]] * 10).sum()
    return Seaways(ways, fixed, far)


__all__ = ["seaways", "stops_of", "web_of"]
