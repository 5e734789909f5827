"""Ports, sea points and named sea legs: `python data/make/sea.py`.

Reads ports.csv, port_facts.csv (published values), sea_points.csv and sea_chains.txt; writes
sea_places.csv, sea_links.csv and ../europe/ports.csv. A leg's length is the great circle times
BENDS, unless it is stated (`=61=`).
A port that is no town of the land chains and has rail at the quay gets a rail siding to the
nearest railway place of its country. Run build.py afterwards.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from geometry import great_circle_km
from land import Row, land, rows
from names import place_id
from sea_air import write

HERE = Path(__file__).parent
BENDS = 1.02
"""A ship keeps to its lanes: 2 % longer than the great circle between points of a named leg."""
APPROACH = 1.10
"""From the last sea point to the quay: 10 % longer, for channel and harbour."""
SIDING = 1.3
SIDING_REACH_KM = 80.0
HOP = re.compile(r"\s+(?:-|=(\d+)=)\s+")


def points() -> dict[str, Row]:
    """Sea points by key, as rows of places."""
    table = {}
    for row in rows("sea_points.csv"):
        table[row["place"]] = {
            **{k: row[k] for k in ("place", "name")},
            "iso": "--",
            **{k: row[k] for k in ("lat", "lon", "kind", "note")},
            "source": "standto-sea",
            "grade": "C",
        }
    return table


def ports() -> dict[str, Row]:
    """Ports by key, as rows of places; a town of the land chains stays where land has it."""
    known = {row["place"]: row for row in land().places}
    table = {}
    for row in rows("ports.csv"):
        key = place_id(row["name"], row["iso"])
        table[key] = {
            "place": key,
            **{k: row[k] for k in ("name", "iso", "lat", "lon")},
            "kind": "port",
            "note": "",
            "source": "standto-ports",
            "grade": "C",
        }
        if key in known:
            table[key] |= {k: known[key][k] for k in ("lat", "lon")}
    return table


def legs(at: dict[str, Row]) -> list[Row]:
    """Rows of links for every leg of sea_chains.txt."""
    table: dict[str, Row] = {}
    for number, line in enumerate((HERE / "sea_chains.txt").read_text("utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        head, _, body = line.partition(":")
        kind, _, rule = head.strip().partition(" ")
        parts = HOP.split(body.strip())
        for u, stated, v in zip(parts[:-2:2], parts[1:-1:2], parts[2::2], strict=True):
            for key in (u, v):
                assert key in at, f"sea_chains.txt line {number}: {key} is not in sea_points.csv"
            row = _leg(at[u], at[v], kind, rule, stated or "", BENDS)
            assert row["link"] not in table, f"sea_chains.txt line {number}: {row['link']} twice"
            table[row["link"]] = row
    return list(table.values())


def approaches(at: dict[str, Row]) -> list[Row]:
    """Rows of links from each port to its sea points."""
    table = []
    for row in rows("ports.csv"):
        key = place_id(row["name"], row["iso"])
        for n, point in enumerate(row["sea"].split()):
            assert point in at, f"ports.csv: {row['name']}: {point} is not in sea_points.csv"
            table.append(
                _leg(at[key], at[point], "lane", "", row["km"] if n == 0 else "", APPROACH)
            )
    return table


def _leg(u: Row, v: Row, kind: str, rule: str, stated: str, bends: float) -> Row:
    direct = great_circle_km(float(u["lat"]), float(u["lon"]), float(v["lat"]), float(v["lon"]))
    return {
        "link": f"sea-{u['place']}-{v['place']}",
        "u": u["place"],
        "v": v["place"],
        "mode": "sea",
        "class": kind,
        "km": stated or f"{max(1.0, direct * bends):.0f}",
        "gauge_mm": "",
        "rule": rule,
        "note": "stated length" if stated else "",
        "source": "standto-sea",
        "grade": "C" if stated else "D",
    }


def sidings(quays: dict[str, Row]) -> list[Row]:
    """Rail access of ports that land does not know, to the nearest railway place, each gauge."""
    base = land()
    known = {row["place"]: row for row in base.places}
    gauges: dict[str, set[str]] = {}
    for link in base.links:
        if link["mode"] == "rail":
            for end in ("u", "v"):
                gauges.setdefault(link[end], set()).add(link["gauge_mm"])
    table = []
    for row in rows("ports.csv"):
        key = place_id(row["name"], row["iso"])
        if row["rail"] != "yes" or key in known:
            continue
        at = float(row["lat"]), float(row["lon"])
        near = sorted(
            (great_circle_km(*at, float(known[p]["lat"]), float(known[p]["lon"])), p)
            for p in gauges
            if known[p]["iso"] == row["iso"]
        )
        if not near or near[0][0] > SIDING_REACH_KM:
            print(f"no railway place within {SIDING_REACH_KM:.0f} km of {key}")
            continue
        _, town = near[0]
        for gauge in sorted(gauges[town]):
            leg = _leg(quays[key], known[town], "access", "", "", SIDING)
            leg |= {"link": f"siding-{key}-{town}-{gauge}", "mode": "rail", "gauge_mm": gauge}
            table.append(
                leg | {"note": "siding of the port", "source": "standto-ports", "grade": "C"}
            )
    return table


SAID = {
    "draught_m": "draught", "berths": "berths", "roro_ramps": "berths", "rail": "rail",
    "lane_m_per_day": "lane",
}  # fmt: skip
"""Which source and grade of a row of ports.csv a published value of port_facts.csv sets."""


def port_rows() -> list[Row]:
    """Rows of ports.csv in the package's form, with what port_facts.csv has from publications."""
    table = {
        place_id(row["name"], row["iso"]): row | {"more": row["note"]} for row in rows("ports.csv")
    }
    for fact in rows("port_facts.csv"):
        key = place_id(fact["name"], fact["iso"])
        assert key in table, f"port_facts.csv: {fact['name']} is not in ports.csv"
        said = SAID[fact["column"]]
        table[key] |= {
            fact["column"]: fact["value"],
            f"{said}_source": fact["source"],
            f"{said}_grade": fact["grade"],
            "more": "; ".join(part for part in (table[key]["more"], fact["note"]) if part),
        }
    return [
        {
            "place": key,
            **{k: row[k] for k in ("berths", "draught_m", "roro_ramps", "lane_m_per_day")},
            **{
                f"{s}_{k}": row.get(f"{s}_{k}", "")
                for s in SAID.values()
                for k in ("source", "grade")
            },
            "rail_at_quay": row["rail"],
            "note": row["more"],
            "source": "standto-ports",
            "grade": "C",
        }
        for key, row in table.items()
    ]


def near_towns(quays: dict[str, Row]) -> None:
    """Say which ports lie beside a town of another name: perhaps they are that town."""
    towns = [row for row in land().places if row["kind"] == "town"]
    known = {row["place"] for row in land().places}
    for key, row in quays.items():
        if key in known:
            continue
        near = sorted(
            (
                great_circle_km(*(float(x) for x in (row["lat"], row["lon"], t["lat"], t["lon"]))),
                t["place"],
            )
            for t in towns
            if t["iso"] == row["iso"]
        )
        print(f"{key}: nearest town {near[0][1]} {near[0][0]:.0f} km" if near else f"{key}: alone")


def main() -> None:
    """Write the three files."""
    quays = ports()
    at = points() | quays
    overseas_places, overseas_links = rows("overseas_places.csv"), rows("overseas_links.csv")
    links = legs(at) + approaches(at) + sidings(quays) + overseas_links
    assert len({row["link"] for row in links}) == len(links), "a leg stands twice"
    write(HERE / "sea_places.csv", [*at.values(), *overseas_places])
    write(HERE / "sea_links.csv", links)
    write(HERE.parent / "europe" / "ports.csv", sorted(port_rows(), key=lambda r: r["place"]))
    if "--towns" in sys.argv:
        near_towns(quays)


if __name__ == "__main__":
    main()
