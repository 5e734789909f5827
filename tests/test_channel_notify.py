"""Notices: what is told to whom, when it is due, and that the decision can come too late for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from standto.channel.notify import NOTICES, notify
from standto.errors import DataError
from standto.world.world import World
from tests.made_rules import SMALL, leg, made_plan, made_schedule, made_world, own_pack

DAY = 1440
ENDS = ("ashby-xa", "crown-xc")
ZONE = {"XA": "zone", "XB": "zone", "XC": "zone"}
AREAS = "area,name,domain,start,end,text,source,grade\n"
FRIGATE_LINE = "b-ship,b-coast,the ship itself,,,sea,0 min,,,,,180,0,no,no,,hand,D\n"


def told(world: World, *rows: dict[str, Any], plans: tuple[str, ...] = ("east",)) -> pl.DataFrame:
    return notify(world, made_plan(world, plans), made_schedule(*rows))


def one(table: pl.DataFrame, key: str) -> dict[str, Any]:
    rows = table.filter(pl.col("notice") == key)
    assert rows.height == 1, f"{key} is not in {table['notice'].to_list()}"
    return rows.row(0, named=True)


def vienna(folder: Path) -> World:
    own_pack(folder, "vienna", ZONE)
    return made_world(folder, ["vienna"])


def mass(number: int, arrive: int) -> dict[str, Any]:
    return leg(0, "a-mech-main", "a-mech", *ENDS, personnel=number, arrive_min=arrive, unload_min=0)


def test_nothing_is_due_where_no_rule_is_named(tmp_path: Path) -> None:
    table = told(made_world(tmp_path, []), mass(90000, DAY))
    assert table.is_empty()
    assert table.schema == NOTICES


def test_forty_two_days_before_the_decision_means_when_it_begins(tmp_path: Path) -> None:
    row = one(told(vienna(tmp_path), mass(9000, 10 * DAY)), "vienna-notification/XC")
    assert (row["kind"], row["status"], row["number"]) == ("prior_notification", "due", 9000)
    assert (row["event_min"], row["due_min"]) == (10 * DAY, 10 * DAY)
    assert "lie before the decision" in row["text"]
    assert row["to"] == "all OSCE participating states"


def test_an_activity_far_ahead_is_notified_forty_two_days_before(tmp_path: Path) -> None:
    row = one(told(vienna(tmp_path), mass(9000, 50 * DAY)), "vienna-notification/XC")
    assert (row["status"], row["due_min"]) == ("due", 8 * DAY)


def test_without_the_clause_for_sudden_activities_the_notice_is_late(tmp_path: Path) -> None:
    own_pack(tmp_path, "vienna", ZONE)
    path = tmp_path / "rules" / "vienna" / "rules.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(x for x in lines if "vienna-no-notice" not in x), encoding="utf-8")
    row = one(
        told(made_world(tmp_path, ["vienna"]), mass(9000, 10 * DAY)), "vienna-notification/XC"
    )
    assert (row["status"], row["due_min"]) == ("late", -32 * DAY)


def test_below_the_threshold_telling_is_recommended(tmp_path: Path) -> None:
    table = told(vienna(tmp_path), mass(8999, 10 * DAY))
    assert set(table["status"]) == {"recommended"}
    assert one(table, "vienna-voluntary/XC")["number"] == 8999
    assert one(table, "vienna-unusual/plan")["due_min"] == -120 + 2 * DAY


def test_observers_are_invited_from_the_higher_threshold(tmp_path: Path) -> None:
    table = told(vienna(tmp_path), mass(13000, 10 * DAY))
    assert one(table, "vienna-observation/XC")["kind"] == "observation"


@pytest.mark.parametrize(
    ("enter", "statuses"), [(5, ["late"]), (10, ["due"]), (20, ["recommended", "due"])]
)
def test_a_warship_is_notified_eight_days_ahead_and_better_fifteen(
    tmp_path: Path, enter: int, statuses: list[str]
) -> None:
    own_pack(tmp_path, "montreux", {"XC": "authority"})
    text = {
        name: (SMALL / f"{name}.csv").read_text(encoding="utf-8")
        for name in ("links", "forces", "lines")
    }
    forces = text["forces"].replace("coast,on_call,brook-xb,,", "coast,deploy,brook-xb,alder-xa,")
    world = made_world(
        tmp_path,
        ["montreux"],
        links=text["links"].replace("small_strait", "montreux"),
        forces=forces,
        lines=text["lines"] + FRIGATE_LINE,
    )
    way = {"mode": "sea", "links": ["sea-sound-brook", "sea-alder-sound"]}
    times = {"depart_min": enter * DAY, "arrive_min": enter * DAY + 900}
    row = leg(0, "b-ship", "b-coast", "brook-xb", "alder-xa", **way, **times)
    table = told(world, row, plans=("east", "coast"))
    assert table["status"].to_list() == statuses
    assert one(table, "montreux-notice/b-coast")["due_min"] == (enter - 8) * DAY


def test_a_danger_area_is_announced_where_the_pack_asks_for_it(tmp_path: Path) -> None:
    areas = AREAS + "a1,Sound South,sea,6 d,8 d,Live firing.,hand,D\n"
    world = made_world(tmp_path, ["incidents"], rules__danger_areas=areas)
    table = told(world)
    assert one(table, "incidents-danger-area/a1")["due_min"] == 3 * DAY
    assert one(table, "incidents-danger-area-desirable/a1")["status"] == "recommended"
    without = made_world(tmp_path, ["territory"], rules__danger_areas=areas)
    assert told(without).is_empty()


def test_a_danger_area_that_ends_before_it_starts_is_refused(tmp_path: Path) -> None:
    areas = AREAS + "a1,Sound South,sea,8 d,6 d,Live firing.,hand,D\n"
    world = made_world(tmp_path, ["incidents"], rules__danger_areas=areas)
    with pytest.raises(DataError, match=r"rules/danger_areas\.csv line 2, end: should be after"):
        told(world)


def test_notices_come_in_the_order_they_are_due_and_each_once(tmp_path: Path) -> None:
    table = told(vienna(tmp_path), mass(45000, 50 * DAY))
    assert table["due_min"].is_sorted()
    assert table["notice"].is_unique().all()
