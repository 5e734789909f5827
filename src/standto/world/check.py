"""Whether a network is sound: lengths, pieces, gauges, terminals, grades; no outside data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from standto.tables import read, schema
from standto.world.distance import great_circle_km
from standto.world.graph import MODES, RAIL, TRANSLOAD, graph, rail_layer
from standto.world.load import load_network, network_folder
from standto.world.network import Network

SHORTEST = 0.97
SLACK_KM = 3.0
"""A link may fall this short of the great circle: coordinates of towns are town centres."""
LONGEST = 2.5
LONGEST_SLACK_KM = 15.0
"""A link longer than this many times the great circle needs a note that says why."""


@dataclass(frozen=True)
class Check:
    """One law of a network: how many things were looked at, and each that breaks it."""

    law: str
    looked_at: int
    broken: tuple[str, ...]


@dataclass(frozen=True)
class Soundness:
    """What a check of a network found. counts: rows by table; grades: rows by table and grade."""

    network: str
    counts: dict[str, int]
    grades: dict[str, dict[str, int]]
    checks: tuple[Check, ...]

    @property
    def sound(self) -> bool:
        """Whether no law is broken."""
        return not any(check.broken for check in self.checks)

    def as_dict(self) -> dict[str, Any]:
        """Plain values, as `standto network check --json` prints them."""
        return asdict(self) | {"sound": self.sound}

    def lines(self, examples: int = 5) -> Iterator[str]:
        """The report as lines of text, with so many examples of each law that is broken."""
        yield f"network {self.network}: " + ", ".join(f"{n} {k}" for k, n in self.counts.items())
        for check in self.checks:
            mark = "broken" if check.broken else "holds"
            yield f"{mark:6}  {check.law} ({len(check.broken)} of {check.looked_at})"
            yield from (f"        {text}" for text in check.broken[:examples])
            if len(check.broken) > examples:
                yield f"        and {len(check.broken) - examples} more"
        for table, by_grade in self.grades.items():
            yield f"grades  {table}: " + ", ".join(f"{g} {n}" for g, n in by_grade.items())


def check_network(name: str = "europe") -> Soundness:
    """Check a network: a bundled name, or a folder. Raises DataError where it cannot be loaded."""
    network = load_network(name)
    folder = network_folder(name, Path())
    apart = folder / "apart.csv" if folder is not None else None
    reasons = read(apart, "apart") if apart is not None and apart.is_file() else None
    return check(network, reasons, name)


def check(network: Network, apart: pl.DataFrame | None = None, name: str = "") -> Soundness:
    """Check a network against the laws of this module.

    apart: rows of `schema/apart.csv`, the pieces of a mode's network that may stand apart.
    """
    reasons = schema("apart").empty() if apart is None else apart
    tables = {n: getattr(network, n) for n in network.__dataclass_fields__}
    return Soundness(
        network=name,
        counts={n: t.height for n, t in tables.items() if t.height},
        grades={n: _grades(t) for n, t in tables.items() if t.height and "grade" in t.columns},
        checks=(
            *_lengths(network),
            *(_pieces(network, mode, reasons) for mode in MODES[:3]),
            *_terminals(network, reasons),
            _gauges(network),
            _roads(network, reasons),
        ),
    )


def _grades(table: pl.DataFrame) -> dict[str, int]:
    return dict(table["grade"].value_counts().sort("grade").iter_rows())


def _lengths(network: Network) -> Iterator[Check]:
    at = network.places.select("place", "lat", "lon")
    links = network.links.join(at, left_on="u", right_on="place").join(
        at, left_on="v", right_on="place", suffix="_v"
    )
    direct = great_circle_km(*(links[c].to_numpy() for c in ("lat", "lon", "lat_v", "lon_v")))
    links = links.with_columns(direct=pl.Series(direct, dtype=pl.Float64))
    short = links.filter(pl.col("km") < SHORTEST * pl.col("direct") - SLACK_KM)
    law = "no link is shorter than the great circle"
    yield Check(law, links.height, tuple(_length(row) for row in short.iter_rows(named=True)))
    far = pl.col("km") > LONGEST * pl.col("direct") + LONGEST_SLACK_KM
    long = links.filter(far & pl.col("note").is_null())
    law = f"no link is over {LONGEST:g} times the great circle without a note"
    yield Check(law, links.height, tuple(_length(row) for row in long.iter_rows(named=True)))


def _length(row: dict[str, Any]) -> str:
    return f"{row['link']}: {row['km']:.0f} km, great circle {row['direct']:.0f} km"


def pieces(network: Network, mode: str) -> list[list[str]]:
    """Places of each connected piece of a mode's network, the largest first."""
    links = network.links.filter(pl.col("mode") == mode)
    places = sorted({*links["u"], *links["v"]})
    if not places:
        return []
    index = {place: n for n, place in enumerate(places)}
    u, v = ([index[p] for p in links[end]] for end in ("u", "v"))
    shape = (len(places), len(places))
    _, label = connected_components(coo_array((np.ones(len(u)), (u, v)), shape=shape))
    found: dict[int, list[str]] = {}
    for place, number in zip(places, label, strict=True):
        found.setdefault(int(number), []).append(place)
    return sorted(found.values(), key=lambda piece: (-len(piece), piece[0]))


def _pieces(network: Network, mode: str, apart: pl.DataFrame) -> Check:
    explained = set(apart.filter(pl.col("mode") == mode)["place"])
    found = pieces(network, mode)
    loose = [piece for piece in found[1:] if not explained & set(piece)]
    broken = tuple(f"{len(p)} places apart from the rest: {', '.join(p[:4])}" for p in loose)
    return Check(f"the {mode} network is one piece, or a reason is given", len(found), broken)


def _terminals(network: Network, apart: pl.DataFrame) -> Iterator[Check]:
    for table, mode in (("railheads", "rail"), ("ports", "sea")):
        links = network.links.filter(pl.col("mode") == mode)
        on = {*links["u"], *links["v"]}
        law = f"all {table} have a {mode} link"
        if mode == "sea":
            on |= set(apart.filter(pl.col("mode") == mode)["place"])
            law += ", or a reason is given"
        places = getattr(network, table)["place"]
        yield Check(law, len(places), tuple(p for p in places if p not in on))
    stands = _gauges_of(network)
    rows = network.transloads.select(
        "place",
        rail_layer(pl.col("gauge_from_mm")).alias("a"),
        rail_layer(pl.col("gauge_to_mm")).alias("b"),
    )
    off = tuple(
        f"{place}: no {gauge} link"
        for place, *gauges in rows.iter_rows()
        for gauge in gauges
        if gauge not in stands.get(place, set())
    )
    yield Check("every transload station has links of both its gauges", rows.height, off)


def _gauges_of(network: Network) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    rails = network.links.filter(pl.col("mode") == "rail")
    layers = rails.select("u", "v", rail_layer(pl.col("gauge_mm")).alias("layer"))
    for u, v, layer in layers.iter_rows():
        for place in (u, v):
            found.setdefault(place, set()).add(layer)
    return found


def _gauges(network: Network) -> Check:
    """A train stays on its gauge: looked at in the arcs that the searches use."""
    g = graph(network, [])
    rail = g.layer_mode[g.node_layer] == RAIL
    between = np.flatnonzero(rail[g.tail] & rail[g.head])
    other = g.node_layer[g.tail[between]] != g.node_layer[g.head[between]]
    stations = set(network.transloads["place"])
    wild = [
        arc
        for arc in between[other]
        if g.kind[arc] != TRANSLOAD or g.places[g.node_place[g.tail[arc]]] not in stations
    ]
    named = tuple(f"{g.places[g.node_place[g.tail[arc]]]}: changes gauge" for arc in wild)
    return Check("no railway path changes gauge without a transload station", len(between), named)


def _roads(network: Network, apart: pl.DataFrame) -> Check:
    roads = network.links.filter(pl.col("mode") == "road")
    joined = {*roads["u"], *roads["v"], *apart.filter(pl.col("mode") == "road")["place"]}
    ashore = network.places.filter((pl.col("iso") != "--") & (roads.height > 0))["place"]
    loose = tuple(place for place in ashore if place not in joined)
    return Check("every place ashore has a road, or a reason is given", len(ashore), loose)
