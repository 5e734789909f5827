"""Instances made up for tests and measures: a land of grid towns, an island, lines to the east.

An instance is a World, a Plan and Limits like any other; nothing in it is a real place or force.
`lift` is short in a lift-bound instance, terminals in a throughput-bound one, and in one that is
readiness-bound lines become ready over twenty days.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from standto.clock import Clock, parse_when
from standto.plan.plan import Limits, Plan
from standto.tables import schema
from standto.world.alliance import Alliance, PlanTitle, Scenario
from standto.world.network import Network
from standto.world.world import World

KINDS = ("throughput", "lift", "readiness")
ISO = ("XI", "XA", "XB", "XC", "XD")
"""The island, and the countries of the land from west to east."""
FILL: dict[str, Any] = {"source": "made", "grade": "D", "mog_source": "made", "mog_grade": "D"}
Row = dict[str, Any]


@dataclass(frozen=True)
class Instance:
    """What the scheduler is given: `Problem.of(world, plan, limits)`."""

    world: World
    plan: Plan
    limits: Limits


@dataclass(frozen=True)
class Land:
    """Towns of the land (rows x columns) and of the island (rows x 2), by key."""

    rows: int
    columns: int

    @classmethod
    def of(cls, nodes: int) -> Land:
        """A land of about so many towns, twice as long as it is high."""
        rows = max(2, round((nodes / 2) ** 0.5))
        return cls(rows, max(3, nodes // rows - 2))

    def key(self, row: int, column: int) -> str:
        """Key of a town; columns -2 and -1 are the island."""
        return f"i{row}-{column + 2}" if column < 0 else f"t{row}-{column}"

    def country(self, column: int) -> str:
        """Country of a column."""
        return ISO[0] if column < 0 else ISO[1 + min(3, 4 * column // self.columns)]

    def towns(self) -> list[tuple[int, int]]:
        """Row and column of every town."""
        return [(r, k) for r in range(self.rows) for k in range(-2, self.columns)]


def table(name: str, rows: Sequence[Row]) -> pl.DataFrame:
    """Rows as the table of a schema; what a row does not say is null."""
    spec = schema(name).polars()
    columns = {
        column: pl.Series(column, [r.get(column, FILL.get(column)) for r in rows], kind)
        for column, kind in spec.items()
    }
    return pl.DataFrame(columns, schema=spec)


def generate(lines: int, nodes: int = 300, kind: str = "lift", seed: int = 1) -> Instance:
    """An instance of so many requirement lines on a land of about so many towns."""
    assert kind in KINDS, f"{kind} is none of {KINDS}"
    rng = np.random.default_rng([seed, lines, nodes, KINDS.index(kind)])
    land = Land.of(nodes)
    network = network_of(land, lines, kind)
    forces, needed, loads = demand(land, lines, kind, rng)
    title = PlanTitle("made", "Made up", "XD")
    scenario = Scenario(
        f"{kind}-{lines}-{nodes}-{seed}", "Made up", "", "None", "2030-01-01T00:00Z", (title,),
        network="own", horizon="90 d", slot="1 h",
    )  # fmt: skip
    none = Alliance(schema("members").empty(), forces, needed, loads)
    world = World(
        scenario, Clock(parse_when(scenario.c_hour)), Path(), none, network,
        schema("acts").empty(), schema("contingencies").empty(), (), None,
    )  # fmt: skip
    plan = Plan("made", ("made",), 0, forces, needed, loads)
    countries = frozenset(ISO)
    return Instance(world, plan, Limits(countries, countries, frozenset(), {}))


def network_of(land: Land, lines: int, kind: str) -> Network:
    """Roads between neighbours, railways along every third row, a strait, airfields, and lift."""
    heads, ports, fields = terminals(land)
    thin = 4 if kind == "throughput" else 1
    each = max(1, lines // (300 * thin))
    towns = [
        {
            "place": land.key(r, k), "name": land.key(r, k), "iso": land.country(k),
            "lat": 45.0 + 0.3 * r, "lon": 5.0 + 0.4 * k - (4.0 if k < 0 else 0.0), "kind": "town",
        }
        for r, k in land.towns()
    ]  # fmt: skip
    return Network(
        countries=table("countries", [{"iso": i, "name": i, "lat": 0.0, "lon": 0.0} for i in ISO]),
        places=table("places", towns),
        links=table("links", links_of(land, ports)),
        airfields=table("airfields", [
            {"place": p, "runway_m": 2500, "mog": 1 + each, "hours_per_day": 24.0} for p in fields
        ]),
        ports=table("ports", [
            {"place": p, "berths": 1 + each, "rail_at_quay": True, "lane_m_per_day": 3000 * each}
            for p in (*ports[0], *ports[1])
        ]),
        railheads=table("railheads", [
            {"place": p, "ramps": each, "trains_per_day": 4.0 * each} for p in heads
        ]),
        transloads=table("transloads", []),
        clearances=table("clearances", [
            {"iso": "**", "mode": m, "phase": "crisis", "lead_min": 1440, "probability": 1.0}
            for m in ("road", "rail", "sea", "air")
        ]),
        items=table("items", ITEMS),
        lift_types=table("lift_types", LIFT),
        fleets=table("fleets", fleets(land, heads, ports, fields, lines, kind)),
        factors=table("factors", [
            {"factor": f, "value": v, "unit": "", "source": "made"} for f, v in FACTORS.items()
        ]),
        sources=schema("sources").empty(),
    )  # fmt: skip


def terminals(land: Land) -> tuple[list[str], tuple[list[str], list[str]], list[str]]:
    """Railheads, ports (of the island, of the land) and airfields, by key."""
    rails = range(0, land.rows, 3)
    step = max(1, land.columns // 12)
    heads = [land.key(r, k) for r in rails for k in range(0, land.columns, step)]
    coast = range(0, land.rows, max(2, land.rows // 6))
    ports = ([land.key(r, -1) for r in coast], [land.key(r, 0) for r in coast])
    across = range(1, land.columns, max(2, land.columns // 8))
    fields = [land.key(r, k) for r in range(0, land.rows, max(2, land.rows // 5)) for k in across]
    island = [land.key(r, -2) for r in range(0, land.rows, max(2, land.rows // 4))]
    return heads, ports, [*fields, *island]


def links_of(land: Land, ports: tuple[list[str], list[str]]) -> list[Row]:
    """Roads, railways and sea lanes."""
    made: list[Row] = []

    def link(mode: str, kind: str, one: str, two: str, km: float, **more: Any) -> None:
        made.append(
            {
                "link": f"{mode}-{one}-{two}",
                "u": one,
                "v": two,
                "mode": mode,
                "class": kind,
                "km": km,
            }
            | more
        )

    for r, k in land.towns():
        if k + 1 < land.columns and k != -1:
            kind = "motorway" if r % 4 == 0 else "primary"
            link("road", kind, land.key(r, k), land.key(r, k + 1), 32.0)
            if r % 3 == 0 and k >= 0:
                ends = (land.key(r, k), land.key(r, k + 1))
                link("rail", "main", *ends, 32.0, gauge_mm=1435, tracks=2)
        if r + 1 < land.rows:
            link("road", "primary", land.key(r, k), land.key(r + 1, k), 33.0)
    for n, one in enumerate(ports[0]):
        for m, two in enumerate(ports[1]):
            link("sea", "lane", one, two, 350.0 + 60.0 * abs(n - m))
    return made


def fleets(
    land: Land,
    heads: list[str],
    ports: tuple[list[str], list[str]],
    fields: list[str],
    lines: int,
    kind: str,
) -> list[Row]:
    """Trains, ships, aircraft and transporters: for a lift-bound instance a quarter as many."""
    many = max(1, lines // (60 if kind == "lift" else 15))
    rows: list[Row] = []
    for lift, bases in (
        ("train", heads[:: max(1, len(heads) // 6)]),
        ("ship", ports[0]),
        ("plane", fields[:: max(1, len(fields) // 3)]),
        ("het", [*heads[:: max(1, len(heads) // 4)], ports[0][0]]),
    ):
        count = max(1, many // len(bases)) * (16 if lift == "het" else 1)
        for n, base in enumerate(bases):
            owner = ISO[0] if lift == "ship" else ISO[1]
            row = {"fleet": f"{lift}-{n}", "lift": lift, "owner": owner, "base": base}
            rows.append(row | {"count": count, "ready_min": 0})
    return rows


def demand(
    land: Land, lines: int, kind: str, rng: np.random.Generator
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Forces of up to eight lines each, their lines, and what these carry."""
    forces: list[Row] = []
    needed: list[Row] = []
    loads: list[Row] = []
    east = [
        land.key(int(r), land.columns - 1) for r in rng.choice(land.rows, min(12, land.rows), False)
    ]
    homes = [
        land.towns()[int(n)] for n in rng.choice(len(land.towns()), min(60, len(land.towns())))
    ]
    span = 20 * 1440 if kind == "readiness" else 2 * 1440
    for n in range(lines):
        if n % 8 == 0:
            row, column = homes[int(rng.integers(len(homes)))]
            ready = int(rng.integers(0, span // 60)) * 60
            due = ready + int(rng.integers(4, 14)) * 1440
            forces.append(force(len(forces), land, row, column, east, ready, due, rng))
        of = forces[-1]
        needed.append(line(n, of, rng))
        item = ("truck", "ifv", "tank")[int(rng.choice(3, p=(0.6, 0.25, 0.15)))]
        count = int(rng.integers(2, 24))
        loads.append({"line": f"l{n}", "item": item, "count": count})
    made = table("forces", forces).with_columns(
        alerted_min=pl.lit(0, dtype=pl.Int64),
        ready_min=pl.Series([f["ready_min"] for f in forces], dtype=pl.Int64),
    )
    ready_min = pl.Series("ready_min", [row["ready_min"] for row in needed], dtype=pl.Int64)
    return made, table("lines", needed).with_columns(ready_min), table("loads", loads)


def force(
    n: int, land: Land, row: int, column: int, east: list[str], ready: int, due: int,
    rng: np.random.Generator,
) -> Row:  # fmt: skip
    """One force: where it stands, where it is required, and when."""
    return {
        "force": f"f{n}", "name": f"f{n}", "owner": land.country(column), "domain": "land",
        "echelon": "battalion", "function": "infantry", "plan": "made", "posture": "deploy",
        "home": land.key(row, column), "destination": east[int(rng.integers(len(east)))],
        "personnel": 400, "notice_to_move_min": ready, "required_min": due, "ready_min": ready,
        "closure_percent": 100.0, "priority": int(rng.integers(1, 6)),
    }  # fmt: skip


def line(n: int, of: Row, rng: np.random.Generator) -> Row:
    """One requirement line of a force."""
    flies = "air" if rng.random() < 0.2 else "sea"
    return {
        "line": f"l{n}", "force": of["force"], "what": "a part of it", "origin": of["home"],
        "destination": of["destination"], "modes": sorted({"road", "rail", "sea", flies}),
        "after_min": 0, "required_min": of["required_min"], "priority": of["priority"],
        "personnel": int(rng.integers(0, 80)), "cargo_t": 0.0, "hazardous": False,
        "together": False, "same_route": False,
        "ready_min": of["ready_min"] + int(rng.integers(0, 12)) * 60,
    }  # fmt: skip


ITEMS: list[Row] = [
    {"item": "truck", "name": "truck", "class": "wheeled", "length_m": 9.0, "width_m": 2.5,
     "mass_t": 14.0, "outsize": False},
    {"item": "ifv", "name": "ifv", "class": "tracked", "length_m": 7.0, "width_m": 3.0,
     "mass_t": 32.0, "outsize": True},
    {"item": "tank", "name": "tank", "class": "tracked", "length_m": 10.0, "width_m": 3.6,
     "mass_t": 62.0, "outsize": True},
]  # fmt: skip
LIFT: list[Row] = [
    {"lift": "train", "name": "train", "mode": "rail", "payload_t": 1200.0, "lane_m": 420.0,
     "seats": 0, "pallets": 0, "max_piece_t": 75.0, "outsize": True, "speed_kmh": 50.0,
     "load_min": 240, "unload_min": 240, "turnround_min": 60, "gauge_mm": 1435},
    {"lift": "ship", "name": "ship", "mode": "sea", "payload_t": 6000.0, "lane_m": 1200.0,
     "seats": 0, "pallets": 0, "max_piece_t": 100.0, "outsize": True, "speed_kmh": 30.0,
     "load_min": 480, "unload_min": 480, "turnround_min": 120, "draught_m": 6.0},
    {"lift": "plane", "name": "plane", "mode": "air", "payload_t": 60.0, "lane_m": 20.0,
     "seats": 100, "pallets": 18, "max_piece_t": 60.0, "outsize": True, "speed_kmh": 700.0,
     "load_min": 120, "unload_min": 90, "turnround_min": 120, "range_km": 5000.0,
     "min_runway_m": 1500},
    {"lift": "het", "name": "het", "mode": "road", "payload_t": 70.0, "seats": 0, "pallets": 0,
     "max_piece_t": 70.0, "outsize": True, "speed_kmh": 40.0, "load_min": 60, "unload_min": 60,
     "turnround_min": 0},
]  # fmt: skip
FACTORS = {
    "road_motorway_kmh": 60.0, "road_primary_kmh": 45.0, "rail_main_kmh": 50.0,
    "sea_lane_kmh": 30.0, "air_kmh": 700.0, "air_range_km": 4000.0, "air_stop_min": 60.0,
    "road_motorway_per_day": 2400.0, "road_primary_per_day": 1200.0, "rail_main_per_day": 24.0,
    "rail_single_track_share": 0.5, "sea_lane_per_day": 200.0, "transfer_port_min": 720.0,
    "transfer_railhead_min": 240.0, "transfer_airfield_min": 120.0, "march_hours_per_day": 10.0,
    "wheeled_convoy_km_per_day": 350.0, "het_convoy_km_per_day": 250.0,
}  # fmt: skip
