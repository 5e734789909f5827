"""Builds data/europe from the sources in this folder: `python data/make/build.py`.

Needs the dependency group `make`. Writes countries, places, links, railheads, transloads,
clearances and sources. Sea and air parts come from sea_air.py and from sea_places.csv and
sea_links.csv, where they exist. Same input, same bytes.
"""

from __future__ import annotations

import csv
import hashlib
import io
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from air_names import air_names
from land import Row, access, countries, land, rows
from landmass import reachable
from names import once, other_names
from naturalearth import archive

HERE = Path(__file__).parent
OUT = HERE.parent / "europe"
SCHEMA = HERE.parents[1] / "src" / "standto" / "schema"
JOINED = {"airfield", "airbase", "port", "railhead"}
"""Kinds of places from other parts that get access roads to the nearest towns."""


def columns(table: str) -> list[str]:
    """Column names of a table, from the package's schema."""
    with (SCHEMA / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return [row["column"] for row in csv.DictReader(file)]


def write(table: str, lines: list[Row]) -> None:
    """Write a table to data/europe, columns in the schema's order."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns(table), lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(lines)
    OUT.mkdir(exist_ok=True)
    (OUT / f"{table}.csv").write_text(out.getvalue(), encoding="utf-8")
    print(f"{table}.csv: {len(lines)} rows")


def places_and_links() -> tuple[list[Row], list[Row]]:
    """All places and links: land, sea and air; a place that land has stays as land has it."""
    base = land()
    places = {row["place"]: row for row in base.places}
    towns = [row for row in base.places if row["kind"] == "town"]
    links = list(base.links)
    for row in rows("sea_places.csv") + rows("air_places.csv"):
        if row["place"] in places:
            continue
        places[row["place"]] = row
        if row["kind"] in JOINED:
            links += access(row, reachable(row, towns))
    links += missing_in(base.links, rows("sea_links.csv"))
    return _called(sorted(places.values(), key=lambda row: row["place"])), links


def _called(places: list[Row]) -> list[Row]:
    """The places with what else each is called: by us (other_names.csv), GeoNames, OurAirports."""
    own = {row["place"]: row["also"].split(";") for row in rows("other_names.csv")}
    strangers = sorted(set(own) - {row["place"] for row in places})
    if strangers:
        raise SystemExit(f"other_names.csv names places that are none: {', '.join(strangers)}")
    found = other_names(places)
    called = [
        row | {"also": "; ".join(once([*own.get(key, []), *found.get(key, [])]))}
        for row in places
        for key in [row["place"]]
    ]
    fields = air_names(called)
    return [_also(row, fields.get(row["place"], [])) for row in called]


def _also(row: Row, names: list[str]) -> Row:
    """The place called these names too, where nothing that it is called already finds them."""
    if not names:
        return row
    known = [row["name"], *filter(None, row["also"].split("; "))]
    return row | {"also": "; ".join(once([*known, *names])[1:])}


def missing_in(land_links: list[Row], others: list[Row]) -> list[Row]:
    """Links of the sea part, without a port's siding where land has that railway already."""
    served = {(row["mode"], row[end]) for row in land_links for end in ("u", "v")}
    return [
        row for row in others if row["class"] != "access" or (row["mode"], row["u"]) not in served
    ]


def sources() -> list[Row]:
    """Where each number comes from; the files read get their hash here."""
    hashed = {
        "natural-earth-admin0": archive(),
        "standto-chains": HERE / "chains.txt",
        "standto-sites": HERE / "sites.csv",
        "standto-km": HERE / "km.csv",
    }
    table = rows("sources_land.csv") + rows("sources_sea_air.csv")
    for row in table:
        path = hashed.get(row["source"])
        if path is not None and path.exists():
            row["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    return sorted(table, key=lambda row: row["source"])


def main() -> None:
    """Build every table that this folder owns."""
    write("countries", countries())
    places, links = places_and_links()
    write("places", places)
    write("links", links)
    for table in ("railheads", "transloads", "clearances"):
        write(table, rows(f"{table}.csv"))
    write("sources", sources())


if __name__ == "__main__":
    main()
