"""The small world under rule packs of its own, and schedules made by hand to break them."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import polars as pl

from standto.council.activation import Activation
from standto.plan.activate import activate
from standto.plan.plan import Plan
from standto.schedule.schedule import LEGS, Schedule
from standto.world.bundled import bundled
from standto.world.load import load
from standto.world.version import version
from standto.world.world import World

SMALL = Path(__file__).parent / "small"
NO_LINES = pl.DataFrame(schema={"line": pl.String, "force": pl.String, "why": pl.String})
ROAD = ["road-ashby-alder", "road-alder-birch", "road-birch-cedar", "road-cedar-crown"]


def made_world(folder: Path, packs: list[str], **edits: str) -> World:
    """The small scenario copied to a folder, with packs named and the files of `edits` rewritten.

    edits: file stem with `__` for a folder, such as rules__limits -> rules/limits.csv.
    """
    shutil.copytree(SMALL, folder, dirs_exist_ok=True)
    scenario = folder / "scenario.toml"
    text = scenario.read_text(encoding="utf-8")
    named = "[" + ", ".join(f'"{pack}"' for pack in packs) + "]"
    scenario.write_text(text.replace('rules = ["territory"]', f"rules = {named}"), encoding="utf-8")
    for name, content in edits.items():
        path = folder / f"{name.replace('__', '/')}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return load(folder)


def own_pack(folder: Path, pack: str, states: dict[str, str]) -> None:
    """A bundled pack copied into a scenario's folder, its states replaced: role by country code."""
    target = folder / "rules" / pack
    shutil.copytree(bundled("rules", pack), target)
    source = (target / "states.csv").read_text(encoding="utf-8").splitlines()[1].split(",")[2]
    rows = [f"{iso},{role},{source},D" for iso, role in states.items()]
    text = "\n".join(["iso,role,source,grade", *rows]) + "\n"
    (target / "states.csv").write_text(text, encoding="utf-8")


def made_plan(world: World, plans: tuple[str, ...] = ("east",)) -> Plan:
    """The plan of a world decided two hours before C-hour."""
    at = world.clock.utc(-120)
    return activate(world, Activation(plans, version(world.alliance, plans), at, at, "ab" * 32, 6))


def leg(number: int, line: str, force: str, start: str, end: str, **more: Any) -> dict[str, Any]:
    """One leg: by road from C+1 to C+2 unless told otherwise, its own packet."""
    row: dict[str, Any] = {"leg": number, "force": force, "line": line, "packet": number}
    row |= {"step": 0, "mode": "road", "lift": "", "asset": 0, "trip": -1, "from": start, "to": end}
    row |= {"depart_min": 1440, "arrive_min": 2880, "load_min": 60, "unload_min": 60, "km": 500.0}
    row |= {"links": [], "link_depart_min": [], "countries": [], "personnel": 50, "mass_t": 10.0}
    row |= {"lane_m": 20.0, "pieces": 2} | more
    if row["links"] and not row["link_depart_min"]:
        row["link_depart_min"] = [row["depart_min"] + 60 * n for n in range(len(row["links"]))]
    return row


def made_schedule(*rows: dict[str, Any]) -> Schedule:
    """A schedule of legs made by `leg`."""
    return Schedule(pl.DataFrame(list(rows), schema=LEGS), NO_LINES)
