"""Draws the land network: `python data/make/picture.py` writes docs/network.svg.

Roads grey (motorways darker), railways by gauge, transload stations as dots; equirectangular at
52 degrees north. Built from data/europe alone.
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[2]
EUROPE = ROOT / "data" / "europe"
OUT = ROOT / "docs" / "network.svg"
WEST, EAST, SOUTH, NORTH = -12.0, 45.0, 34.0, 71.5
SQUEEZE = 0.62
SCALE = 26.0
"""Points of the picture to a degree of latitude."""
COLOURS = {
    "primary": "#c9c4b8", "motorway": "#9a9486", "1435": "#1f5fa8", "1520": "#b0302a",
    "1524": "#c77a1b", "1668": "#2f8a4e", "1600": "#7a3f9d",
}  # fmt: skip


def table(name: str) -> list[dict[str, str]]:
    """Rows of a table of data/europe."""
    with (EUROPE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def spot(lon: float, lat: float) -> tuple[int, int]:
    """Point of the picture, in whole units."""
    return round((lon - WEST) * SQUEEZE * SCALE), round((NORTH - lat) * SCALE)


def land() -> str:
    """Outlines of the countries as one path; small islands and points off the frame left out."""
    parts = []
    base = json.loads((EUROPE / "basemap.json").read_text(encoding="utf-8"))
    for feature in base["land"]["features"]:
        for polygon in feature["geometry"]["coordinates"]:
            points = []
            for lon, lat in polygon[0]:
                point = spot(min(max(lon, WEST), EAST), min(max(lat, SOUTH), NORTH))
                if not points or abs(point[0] - points[-1][0]) + abs(point[1] - points[-1][1]) > 2:
                    points.append(point)
            if len(points) > 8:
                parts.append("M" + "L".join(f"{x} {y}" for x, y in points) + "z")
    return "".join(parts)


def main() -> None:
    """Write the picture and say how large it is."""
    at = {r["place"]: spot(float(r["lon"]), float(r["lat"])) for r in table("places")}
    lines: dict[str, list[str]] = defaultdict(list)
    width, height = spot(EAST, SOUTH)
    for row in table("links"):
        colour = COLOURS.get(row["gauge_mm"] if row["mode"] == "rail" else row["class"])
        ends = [at[row[end]] for end in ("u", "v")]
        if colour is None or not all(0 <= x <= width and 0 <= y <= height for x, y in ends):
            continue
        lines[colour].append("M{} {}L{} {}".format(*ends[0], *ends[1]))
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" fill="none">',
        f'<rect width="{width}" height="{height}" fill="#dfe8ee"/>',
        f'<path d="{land()}" fill="#f6f3ec" stroke="#b9b3a4" stroke-width=".6"/>',
    ]
    out += [
        f'<path d="{"".join(sorted(lines[c]))}" stroke="{c}" stroke-width="1.1"/>'
        for c in COLOURS.values()
    ]
    for row in table("transloads"):
        x, y = at[row["place"]]
        out.append(f'<circle cx="{x}" cy="{y}" r="3.5" fill="#fff" stroke="#222"/>')
    out.append("</svg>\n")
    text = "\n".join(out)
    OUT.write_text(text, encoding="utf-8")
    print(f"network.svg: {len(text) / 1000:.0f} kB")


if __name__ == "__main__":
    main()
