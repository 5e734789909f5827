"""Findings on straits: warships are told from transport ships, counted, timed and notified."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from standto.rules.findings import findings
from standto.world.world import World
from tests.made_rules import SMALL, leg, made_plan, made_schedule, made_world, own_pack

DAY = 1440
SHIP_LINE = "b-ship,b-coast,the ship itself,,,sea,0 min,,,,,180,0,no,no,,hand,D\n"
WAY = {"mode": "sea", "links": ["sea-sound-brook", "sea-alder-sound"]}


def text_of(table: str) -> str:
    return (SMALL / f"{table}.csv").read_text(encoding="utf-8")


def made(folder: Path, states: dict[str, str]) -> World:
    """XB's ship goes through the strait to XA; which power is which is the test's choice."""
    own_pack(folder, "montreux", states)
    return made_world(
        folder,
        ["montreux"],
        links=text_of("links").replace("small_strait", "montreux"),
        forces=text_of("forces").replace(
            "coast,on_call,brook-xb,,", "coast,deploy,brook-xb,alder-xa,"
        ),
        lines=text_of("lines") + SHIP_LINE,
    )


def ship(number: int, day: float, **more: Any) -> dict[str, Any]:
    start = round(day * DAY)
    times = {
        "depart_min": start,
        "arrive_min": start + 900,
        "link_depart_min": [start, start + 300],
    }
    return leg(number, "b-ship", "b-coast", "brook-xb", "alder-xa", **{**WAY, **times, **more})


def found(world: World, *rows: dict[str, Any]) -> pl.DataFrame:
    return findings(world, made_plan(world, ("east", "coast")), made_schedule(*rows))


def one(table: pl.DataFrame, key: str) -> dict[str, Any]:
    rows = table.filter(pl.col("finding") == key)
    assert rows.height == 1, f"{key} is not in {table['finding'].to_list()}"
    return rows.row(0, named=True)


def test_a_warship_that_passes_a_closed_strait_is_violated(tmp_path: Path) -> None:
    table = found(made(tmp_path, {"XC": "authority"}), ship(0, 3))
    row = one(table, "montreux-closed/plan")
    assert (row["status"], row["number"], row["at_min"]) == ("violated", 1, 3 * DAY)
    assert "b-coast" in row["text"]


@pytest.mark.parametrize("authority", ["XB", "XC"])
def test_the_power_that_keeps_the_strait_passes_it(tmp_path: Path, authority: str) -> None:
    table = found(made(tmp_path, {authority: "authority"}), ship(0, 3))
    status = "passed" if authority == "XB" else "violated"
    assert one(table, "montreux-closed/plan")["status"] == status


def test_a_transport_ship_is_no_warship_and_counts_once_a_departure(tmp_path: Path) -> None:
    world = made(tmp_path, {"XC": "authority"})
    aboard = {"lift": "roro-xa", "asset": 0, "trip": 4, **WAY}
    rows = [leg(n, "a-mech-wheels", "a-mech", "brook-xb", "alder-xa", **aboard) for n in range(3)]
    later = leg(
        3, "a-mech-wheels", "a-mech", "brook-xb", "alder-xa",
        **{**aboard, "trip": 5, "depart_min": 9000, "arrive_min": 9900},
    )  # fmt: skip
    table = found(world, *rows, later)
    assert one(table, "montreux-merchant/plan")["number"] == 2
    assert one(table, "montreux-closed/plan")["status"] == "passed"
    assert one(table, "montreux-tonnage/plan")["number"] == 0


def test_warships_in_transit_at_once_are_counted_by_the_minute(tmp_path: Path) -> None:
    world = made(tmp_path, {"XC": "authority"})
    together = [ship(n, 3 + n / 1440) for n in range(10)]
    row = one(found(world, *together), "montreux-ships/plan")
    assert (row["status"], row["number"], row["limit"]) == ("violated", 10, 9)
    assert row["at_min"] == 3 * DAY + 9
    apart = [ship(n, 3 + n) for n in range(10)]
    assert one(found(world, *apart), "montreux-ships/plan")["number"] == 1
    touching = [ship(0, 3), ship(1, 3 + 300 / 1440)]
    assert one(found(world, *touching), "montreux-ships/plan")["number"] == 1


def test_powers_on_the_sea_behind_are_not_counted_among_the_others(tmp_path: Path) -> None:
    table = found(made(tmp_path, {"XB": "black_sea", "XC": "authority"}), ship(0, 3))
    assert one(table, "montreux-ships/plan")["number"] == 0
    assert one(table, "montreux-tonnage/plan")["status"] == "passed"


def test_tonnage_is_not_invented_but_asked_for_by_power(tmp_path: Path) -> None:
    row = one(found(made(tmp_path, {"XC": "authority"}), ship(0, 3)), "montreux-tonnage/XB")
    assert (row["status"], row["number"], row["limit"]) == ("attention", 1, None)
    assert "displacement is not on file" in row["text"]


def test_a_stay_ends_twenty_one_days_after_the_strait_is_left(tmp_path: Path) -> None:
    world = made(tmp_path, {"XA": "black_sea", "XC": "authority"})
    row = one(found(world, ship(0, 3)), "montreux-stay/b-coast")
    assert row["at_min"] == 3 * DAY + 300 + 21 * DAY


@pytest.mark.parametrize(
    ("day", "status", "limit"), [(5, "violated", 8), (10, "attention", 15), (20, "passed", 15)]
)
def test_notice_counts_from_the_decision(tmp_path: Path, day: int, status: str, limit: int) -> None:
    row = one(found(made(tmp_path, {"XC": "authority"}), ship(0, day)), "montreux-notice/b-coast")
    assert (row["status"], row["limit"]) == (status, limit)
    assert row["number"] == round(day + 120 / DAY, 1)


def test_a_strait_of_another_rule_is_not_the_packs(tmp_path: Path) -> None:
    own_pack(tmp_path, "montreux", {"XC": "authority"})
    world = made_world(tmp_path, ["montreux"])
    row = leg(0, "a-mech-wheels", "a-mech", "brook-xb", "alder-xa", **WAY)
    table = findings(world, made_plan(world), made_schedule(row))
    assert one(table, "montreux-closed/plan")["number"] == 0
