"""A small schedule made by hand, for the tests of the rehearsal."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl

from standto import tables
from standto.council.activation import Activation
from standto.plan.activate import activate
from standto.plan.plan import Plan
from standto.schedule.schedule import LEGS, Schedule
from standto.world.load import load
from standto.world.version import version
from standto.world.world import World

STORM = "x,Storm,weather,XA,,0.5,0 h..1 d,uniform,1 h 2 d,,,s,D"
WORLD = load(Path(__file__).parent / "small")
HEADER = (
    "contingency,name,kind,target,mode,probability,start,distribution"
    ",parameters,group,note,source,grade"
)
ROAD = ["road-ashby-alder", "road-alder-birch", "road-birch-cedar", "road-cedar-crown"]


def plan_of(world: World) -> Plan:
    decided = Activation(
        plans=("east",),
        version=version(world.alliance, ("east",)),
        decided_at=world.clock.c_hour,
        alerted_at=world.clock.c_hour + timedelta(0),
        ledger_head="",
        entries=0,
    )
    return activate(world, decided)


def leg(**given: Any) -> dict[str, Any]:
    usual = {
        "leg": 0, "force": "a-gun", "line": "a-gun-guns", "packet": 0, "step": 0, "mode": "road",
        "lift": "", "asset": -1, "trip": -1, "from": "ashby-xa", "to": "crown-xc",
        "depart_min": 100, "arrive_min": 1000, "load_min": 0, "unload_min": 60, "km": 540.0,
        "links": ROAD, "link_depart_min": [100, 200, 500, 800], "countries": ["XA", "XB", "XC"],
        "via": [],
        "personnel": 10, "mass_t": 100.0, "lane_m": 50.0, "pieces": 5,
    }  # fmt: skip
    return usual | given


BY_AIR = leg(
    leg=1, force="b-inf", line="b-inf-main", packet=1, mode="air", lift="lifter-xa",
    trip=0, asset=0, depart_min=200, arrive_min=260, load_min=120, unload_min=90, links=[],
    link_depart_min=[],
    **{"from": "ayr-xa", "to": "cove-xc"},
)  # fmt: skip
BY_AIR_AGAIN = BY_AIR | {
    "leg": 2, "packet": 2, "trip": 1, "depart_min": 700, "arrive_min": 760,
}  # fmt: skip


def contingency_table(*rows: str) -> pl.DataFrame:
    """A table of contingencies from lines of CSV."""
    made = tables.parse("\n".join([HEADER, *rows]), "contingencies", "contingencies.csv")
    return made.drop(tables.LINE)


def case(rows: list[dict[str, Any]], *contingencies: str) -> tuple[World, Plan, Schedule]:
    world = replace(WORLD, contingencies=contingency_table(*contingencies))
    legs = pl.DataFrame(rows, schema=LEGS)
    unplanned = pl.DataFrame(schema={"line": pl.String, "force": pl.String, "why": pl.String})
    plan = plan_of(world)
    plan = replace(plan, lines=plan.lines.filter(pl.col("line").is_in(legs["line"].implode())))
    return world, plan, Schedule(legs, unplanned)
