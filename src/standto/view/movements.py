"""Legs -> what the page draws: paths, and packets that travel alike as one itinerary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

LARGE = 4000
"""Itineraries that a page keeps fluid with; beyond, packets that leave close together go as one."""
FIRST_BUCKET_MIN = 60

Leg = tuple[int, int, int, int, int, int]
"""path, depart_min, arrive_min, load_min, unload_min, index of the lift in `Movements.lifts`."""


@dataclass
class Movements:
    """Everything that moves, small enough to hand to a browser.

    paths: mode, keys of the places passed, minutes from departure at each (0 at the first), and by
    air `via`: latitude and longitude of each turning point one after another, ends included.
    itineraries: force, line (`` where several lines go as one), packets, personnel, mass_t, pieces,
    legs in order. lifts: keys of the fleets used (`` is a unit's own wheels).
    bucket_min: packets of a force that take the same way and leave within this time of each other
    are shown as one; 0 when every packet is shown as it is.
    """

    paths: list[dict[str, Any]] = field(default_factory=list)
    itineraries: list[dict[str, Any]] = field(default_factory=list)
    lifts: list[str] = field(default_factory=list)
    bucket_min: int = 0


def movements(legs: pl.DataFrame, links: pl.DataFrame) -> Movements:
    """The paths and itineraries of a schedule's legs (`schedule.LEGS`)."""
    ends = {key: (u, v) for key, u, v in links.select("link", "u", "v").iter_rows()}
    moves = Movements()
    paths: dict[tuple[Any, ...], int] = {}
    lifts: dict[str, int] = {}
    grouped: dict[tuple[Any, ...], dict[str, Any]] = {}
    for packet in _packets(legs):
        ways = []
        for row in packet:
            path = _path(row, ends)
            index = paths.setdefault(path, len(paths))
            lift = lifts.setdefault(row["lift"] or "", len(lifts))
            times = (row["depart_min"], row["arrive_min"], row["load_min"], row["unload_min"])
            ways.append((index, *times, lift))
        first = packet[0]
        _add(grouped, (first["force"], first["line"], tuple(ways)), first)
    moves.paths = [
        {"mode": m, "places": list(p), "at_min": list(t), "via": list(via)}
        for m, p, t, via in paths
    ]
    moves.lifts = list(lifts)
    moves.itineraries = list(grouped.values())
    return _thinned(moves)


def _packets(legs: pl.DataFrame) -> Iterator[list[dict[str, Any]]]:
    """The legs of one packet after the other, in order of travel."""
    ordered = legs.sort("packet", "step")
    for _, part in ordered.group_by("packet", maintain_order=True):
        yield list(part.iter_rows(named=True))


def _path(row: Mapping[str, Any], ends: Mapping[str, tuple[str, str]]) -> tuple[Any, ...]:
    """Mode, places passed, minutes from departure at each, turning points by air."""
    here = row["from"]
    places, times = [here], [0]
    entered = row["link_depart_min"] or []
    for position, link in enumerate(row["links"] or []):
        u, v = ends[link]
        here = v if here == u else u
        left = entered[position + 1] if position + 1 < len(entered) else row["arrive_min"]
        places.append(here)
        times.append(left - row["depart_min"])
    if len(places) == 1:
        places.append(row["to"])
        times.append(row["arrive_min"] - row["depart_min"])
    return row["mode"], tuple(places), tuple(times), tuple(row["via"] or [])


def _add(
    grouped: dict[tuple[Any, ...], dict[str, Any]], key: tuple[Any, ...], row: Mapping[str, Any]
) -> None:
    """Add a packet to the itinerary of its key."""
    force, line, ways = key
    empty = {"packets": 0, "personnel": 0, "mass_t": 0.0, "pieces": 0}
    entry = grouped.setdefault(key, {"force": force, "line": line, **empty, "legs": list(ways)})
    entry["packets"] += row.get("packets", 1)
    for measure in ("personnel", "mass_t", "pieces"):
        entry[measure] += row[measure] or 0


def _thinned(moves: Movements) -> Movements:
    """The same, with packets that leave close together taken as one where there are too many."""
    thin, bucket = moves.itineraries, 0
    ways = [(path["mode"], *path["places"]) for path in moves.paths]
    while len(thin) > LARGE and bucket < 64 * FIRST_BUCKET_MIN:
        bucket = bucket * 2 or FIRST_BUCKET_MIN
        grouped: dict[tuple[Any, ...], dict[str, Any]] = {}
        kept: dict[tuple[Any, ...], tuple[Leg, ...]] = {}
        for entry in moves.itineraries:
            legs = tuple(entry["legs"])
            way = (entry["force"], tuple(ways[leg[0]] for leg in legs), legs[0][1] // bucket)
            _add(grouped, (entry["force"], "", kept.setdefault(way, legs)), entry)
        thin = list(grouped.values())
    moves.itineraries, moves.bucket_min = thin, bucket
    return _without_unused(moves)


def _without_unused(moves: Movements) -> Movements:
    """The same, without paths that no itinerary takes any more."""
    used = sorted({leg[0] for entry in moves.itineraries for leg in entry["legs"]})
    number = {path: at for at, path in enumerate(used)}
    for entry in moves.itineraries:
        entry["legs"] = [(number[leg[0]], *leg[1:]) for leg in entry["legs"]]
    moves.paths = [moves.paths[path] for path in used]
    return moves
