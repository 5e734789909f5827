"""What is known of a place, with the source and grade of each number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import polars as pl

from standto.clock import in_words
from standto.world.distance import great_circle_km
from standto.world.network import Network
from standto.world.places import find

ROLES = ("airfields", "ports", "railheads", "transloads")
PORT_VALUES = {
    "berths": "berths",
    "draught_m": "draught",
    "roro_ramps": "berths",
    "rail_at_quay": "rail",
    "lane_m_per_day": "lane",
}
"""Values of a port, and the beginning of the columns that hold their source and grade."""
QUIET = {"place", "source", "grade", "note"} | {
    f"{what}_{known}"
    for what in ("mog", "hours", *PORT_VALUES.values())
    for known in ("source", "grade")
}
SHOWN = 8
"""Other names told of a place; `places.csv` has them all."""
UNITS = {"_min": "min", "_mm": "mm", "_m": "m", "_km": "km", "_t": "t"}
Row = dict[str, Any]


@dataclass(frozen=True)
class Fact:
    """One thing known of a place: in words, with the key of its source and its grade."""

    about: str
    text: str
    source: str
    grade: str


@dataclass(frozen=True)
class Explanation:
    """Everything that a network says of one place.

    sources: title of each source named, by key.
    """

    place: str
    name: str
    country: str
    facts: tuple[Fact, ...]
    sources: dict[str, str]

    def as_dict(self) -> dict[str, Any]:
        """Plain values, as `standto network explain --json` prints them."""
        return asdict(self)

    def lines(self) -> Iterator[str]:
        """The explanation as lines of text."""
        yield f"{self.name}, {self.country} ({self.place})"
        for fact in self.facts:
            yield f"  {fact.about:10} {fact.text}  [{fact.source}, {fact.grade}]"
        yield "Sources:"
        yield from (f"  {key}: {title}" for key, title in self.sources.items())


def explain(network: Network, word: str) -> Explanation:
    """What is known of the place that a word means. Raises PlaceError as `places.find` does."""
    key = find(network, word)
    row = network.places.filter(pl.col("place") == key).row(0, named=True)
    facts = (
        _where(row),
        *_roles(network, key),
        *_links(network, key),
        *_fleets(network, key),
        *_nearest(network, row),
        *_clearances(network, row["iso"]),
    )
    titles = dict(network.sources.select("source", "title").iter_rows())
    countries = dict(network.countries.select("iso", "name").iter_rows())
    used = dict.fromkeys(fact.source for fact in facts)
    return Explanation(
        place=key,
        name=row["name"],
        country=countries.get(row["iso"], "at sea"),
        facts=facts,
        sources={source: titles[source] for source in used if source in titles},
    )


def _where(row: Row) -> Fact:
    north = f"{abs(row['lat']):.3f} {'N' if row['lat'] >= 0 else 'S'}"
    east = f"{abs(row['lon']):.3f} {'E' if row['lon'] >= 0 else 'W'}"
    names = [name.strip() for name in (row["also"] or "").split(";") if name.strip()]
    more = f" and {len(names) - SHOWN} names more" if len(names) > SHOWN else ""
    also = f", also called {', '.join(names[:SHOWN])}{more}" if names else ""
    note = f"; {row['note']}" if row["note"] else ""
    return Fact("place", f"{_plain(row['kind'])} at {north}, {east}{also}{note}", *_from(row))


def _from(row: Row) -> tuple[str, str]:
    return row["source"], row["grade"]


def _plain(text: str) -> str:
    return text.replace("_", " ")


def _roles(network: Network, key: str) -> Iterator[Fact]:
    for role in ROLES:
        table: pl.DataFrame = getattr(network, role)
        for row in table.filter(pl.col("place") == key).iter_rows(named=True):
            told = [_told(k, v) for k, v in row.items() if k not in QUIET and v is not None]
            told = [text for text in told if text != "hazardous yes"]
            if role == "airfields":
                told = [text for text in told if not text.startswith(("mog ", "hours per day "))]
                text = f"maximum on ground {row['mog']}"
                yield Fact("airfield", text, row["mog_source"], row["mog_grade"])
                text = f"works {row['hours_per_day']:g} hours a day"
                source = row["hours_source"] or row["mog_source"]
                yield Fact("airfield", text, source, row["hours_grade"] or "C")
            if role == "ports":
                own = list(_published(row))
                told = [text for text in told if text not in {fact.text for fact in own}]
                yield from own
            note = [row["note"]] if row.get("note") else []
            yield Fact(role[:-1], ", ".join([*told, *note]), *_from(row))


def _published(row: Row) -> Iterator[Fact]:
    """Values of a port that have a source of their own."""
    for column, name in PORT_VALUES.items():
        source, grade = row[f"{name}_source"], row[f"{name}_grade"]
        if row[column] is not None and source is not None and grade is not None:
            yield Fact("port", _told(column, row[column]), source, grade)


def _told(column: str, value: Any) -> str:
    """A cell in words: `runway 3000 m`, `rail at quay yes`."""
    if column.endswith("_min"):
        return f"{_plain(column.removesuffix('_min'))} {in_words(value)}"
    if isinstance(value, bool):
        return f"{_plain(column)} {'yes' if value else 'no'}"
    number = f"{value:g}" if isinstance(value, float) else str(value)
    for ending, unit in UNITS.items():
        if column.endswith(ending):
            return f"{_plain(column.removesuffix(ending))} {number} {unit}"
    return f"{_plain(column)} {number}"


def _links(network: Network, key: str) -> Iterator[Fact]:
    links = network.links.filter((pl.col("u") == key) | (pl.col("v") == key))
    for row in links.sort("mode", "km").iter_rows(named=True):
        other = row["v"] if row["u"] == key else row["u"]
        told = [f"{row['class']} to {other}", f"{row['km']:g} km"]
        told += [f"{row['gauge_mm']} mm"] if row["gauge_mm"] else []
        told += [f"{row['tracks']} tracks"] if row["tracks"] else []
        told += [f"heaviest {row['max_t']:g} t"] if row["max_t"] else []
        told += [f"under the rule {row['rule']}"] if row["rule"] else []
        told += [row["note"]] if row["note"] else []
        yield Fact(row["mode"], ", ".join(told), *_from(row))


def _fleets(network: Network, key: str) -> Iterator[Fact]:
    names = dict(network.lift_types.select("lift", "name").iter_rows())
    for row in network.fleets.filter(pl.col("base") == key).iter_rows(named=True):
        text = f"{row['count']} {names[row['lift']]} of {row['owner']}, after "
        text += in_words(row["ready_min"]) + (f"; {row['note']}" if row["note"] else "")
        yield Fact("lift", text, *_from(row))


def _by_road(network: Network, key: str) -> set[str]:
    """The places that roads join to one, ferries aside; none where no road leads to it."""
    roads = network.links.filter((pl.col("mode") == "road") & (pl.col("class") != "ferry"))
    beside: dict[str, list[str]] = {}
    for u, v in roads.select("u", "v").iter_rows():
        beside.setdefault(u, []).append(v)
        beside.setdefault(v, []).append(u)
    seen: set[str] = set()
    edge = [key] if key in beside else []
    while edge:
        seen.update(edge)
        edge = list({to for at in edge for to in beside[at]} - seen)
    return seen


def _nearest(network: Network, place: Row) -> Iterator[Fact]:
    """The nearest terminals: on the same roads, where there are roads; across water else."""
    ashore = _by_road(network, place["place"])
    for role in ("airfields", "ports", "railheads"):
        table: pl.DataFrame = getattr(network, role)
        others = table.select("place").filter(pl.col("place") != place["place"])
        if ashore:
            others = others.filter(pl.col("place").is_in(list(ashore)))
        rows = others.join(network.places, on="place", maintain_order="left")
        if rows.is_empty():
            continue
        lat, lon = rows["lat"].to_numpy(), rows["lon"].to_numpy()
        km = great_circle_km(lat * 0 + place["lat"], lon * 0 + place["lon"], lat, lon)
        at = int(km.argmin())
        near = rows.row(at, named=True)
        text = f"nearest {role[:-1]} {near['place']}, {km[at]:.0f} km as the crow flies"
        yield Fact("near", text, near["source"], "D")


def _clearances(network: Network, iso: str) -> Iterator[Fact]:
    if iso == "--":
        return
    table = network.clearances
    for mode, phase in table.select("mode", "phase").unique(maintain_order=True).iter_rows():
        rows = table.filter((pl.col("mode") == mode) & (pl.col("phase") == phase))
        own = rows.filter(pl.col("iso") == iso)
        for row in (own if own.height else rows.filter(pl.col("iso") == "**")).iter_rows(
            named=True
        ):
            share = f", weight {row['probability']:g}" if row["probability"] < 1 else ""
            text = f"{mode} in {phase}: {in_words(row['lead_min'])}{share}"
            yield Fact("clearance", text, *_from(row))
