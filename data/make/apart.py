"""Which places stand apart, and why: `python data/make/apart.py` writes ../europe/apart.csv.

Own reasons for pieces of several places stand in apart_own.csv. A single place without a road gets
its reason here: an island without a town of the chains, or a town too far away. Run after build.py.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from land import Row, rows
from landmass import REACH_KM, piece
from sea_air import write

EUROPE = Path(__file__).parent.parent / "europe"


def table(name: str) -> list[Row]:
    """Rows of a built table."""
    with (EUROPE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def reason(place: Row, towns: list[Row]) -> str:
    """Why a place has no road."""
    here = piece(place["iso"], float(place["lat"]), float(place["lon"]))
    same = [
        town
        for town in towns
        if town["iso"] == place["iso"]
        and piece(town["iso"], float(town["lat"]), float(town["lon"])) == here
    ]
    if same and here >= 0:
        return f"no town of the chains within {REACH_KM:.0f} km"
    return "an island without a road of the network"


def main() -> None:
    """Write the file."""
    joined = {row[end] for row in table("links") if row["mode"] == "road" for end in ("u", "v")}
    places = table("places")
    towns = [row for row in places if row["kind"] == "town"]
    found = rows("apart_own.csv")
    for row in places:
        if row["iso"] != "--" and row["place"] not in joined:
            found.append({"mode": "road", "place": row["place"], "reason": reason(row, towns)})
    origin = {"source": "standto-estimate-sea-air", "grade": "C"}
    write(EUROPE / "apart.csv", [row | origin for row in found])


if __name__ == "__main__":
    main()
