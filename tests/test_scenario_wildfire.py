"""The bundled scenario of civil protection: another pact, council, rules and cargo, same data."""

from __future__ import annotations

import csv
from pathlib import Path

import polars as pl
import pytest

from standto.council.decide import decide
from standto.plan.activate import activate
from standto.tables import schema
from standto.world.load import load
from standto.world.world import World

FOLDER = Path(__file__).parent.parent / "data" / "scenarios" / "wildfire"
TABLES = sorted(path.stem for path in FOLDER.glob("*.csv"))


@pytest.fixture(scope="module")
def world() -> World:
    return load("wildfire")


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_its_pact_is_not_the_military_alliance(world: World) -> None:
    members = world.alliance.members.filter(pl.col("status") == "member")["iso"]
    assert world.scenario.council == "lead_body"
    assert world.scenario.rules == ("territory",)
    assert world.scenario.other_side == ()
    assert members.len() == 33
    assert {"AT", "CY", "FI", "IE", "MT", "RS", "SE"} <= set(members)
    assert not {"US", "CA", "GB"} & set(members)


def test_it_holds_the_modules_and_lines_that_it_should(world: World) -> None:
    assert world.alliance.forces.height >= 12
    assert world.alliance.lines.height >= 30
    assert set(world.alliance.forces["domain"]) == {"support"}


def test_lines_add_up_to_the_people_of_their_module(world: World) -> None:
    of_lines = world.alliance.lines.group_by("force").agg(pl.col("personnel").sum().alias("lines"))
    both = world.alliance.forces.join(of_lines, on="force", how="inner")
    assert both.filter(pl.col("personnel") != pl.col("lines")).is_empty()


@pytest.mark.parametrize(
    ("module", "vehicles"),
    [
        ("rou-module", 23),
        ("pol-module", 46),
        ("svk-module", 30),
        ("deu-nrw", 19),
        ("deu-hesse", 34),
        ("aut-module", 11),
        ("fra-column", 59),
        ("cze-team", 13),
        ("srb-team", 13),
        ("mda-team", 4),
        ("cyp-team", 2),
    ],
)
def test_a_module_has_the_vehicles_of_the_record(world: World, module: str, vehicles: int) -> None:
    loads = world.alliance.loads.filter(pl.col("line").str.starts_with(f"{module}-"))
    assert loads["count"].sum() == vehicles


def test_its_own_cargo_is_fire_engines(world: World) -> None:
    own = {row["item"] for row in rows("items")}
    assert set(world.alliance.loads["item"]) == own


@pytest.mark.parametrize("name", TABLES)
def test_every_row_is_sourced_and_graded(name: str) -> None:
    known = {row["source"] for row in rows("sources")}
    for row in rows(name):
        assert row["source"] in known, row
        assert row["grade"] in {"A", "B", "C", "D"}, row


@pytest.mark.parametrize("name", [name for name in TABLES if "note" in schema(name).polars()])
def test_what_is_assumed_says_so_in_a_sentence(name: str) -> None:
    for row in rows(name):
        if row["grade"] == "C" and name != "sources":
            assert len(row["note"].split()) >= 2, row
            assert row["note"].rstrip().endswith("."), row


def test_the_lead_body_decides_alone(world: World, tmp_path: Path) -> None:
    activation = decide(world, tmp_path / "ledger.sqlite")
    plan = activate(world, activation)
    assert activation.plans == ("gr-fires", "mk-fires")
    assert plan.lines.height == world.alliance.lines.height
