"""Findings: each rule, the number it turned on, and that a broken schedule is caught."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standto.rules.evidence import FINDINGS
from standto.rules.findings import findings
from standto.rules.packs import load_packs
from standto.tables import schema
from standto.world.world import World
from tests.made_rules import ROAD, SMALL, leg, made_plan, made_schedule, made_world, own_pack

THROUGH_XD = ["road-ashby-alder", "road-alder-dale", "road-dale-cedar", "road-cedar-crown"]
ENDS = ("ashby-xa", "crown-xc")
LIMITS = "limit,measure,country,link,value,status,text,source,grade\n"
ZONE = {"XA": "zone", "XB": "zone", "XC": "zone"}


def text_of(table: str) -> str:
    return (SMALL / f"{table}.csv").read_text(encoding="utf-8")


def found(world: World, *rows: dict[str, Any]) -> pl.DataFrame:
    return findings(world, made_plan(world), made_schedule(*rows))


def one(table: pl.DataFrame, key: str) -> dict[str, Any]:
    rows = table.filter(pl.col("finding") == key)
    assert rows.height == 1, f"{key} is not in {table['finding'].to_list()}"
    return rows.row(0, named=True)


def vienna(folder: Path, **edits: str) -> World:
    own_pack(folder, "vienna", ZONE)
    return made_world(folder, ["vienna"], **edits)


def test_a_clean_schedule_passes_every_rule_of_the_territory_pack(tmp_path: Path) -> None:
    world = made_world(tmp_path, ["territory"])
    table = found(world, leg(0, "a-mech-wheels", "a-mech", *ENDS, links=ROAD))
    assert table.schema == FINDINGS
    assert set(table["status"]) == {"passed"}
    assert (
        "1 of 1 legs stay on the territory of countries that consent"
        in one(table, "territory-consent/plan")["text"]
    )


def test_a_leg_through_a_country_without_consent_is_violated(tmp_path: Path) -> None:
    world = made_world(tmp_path, ["territory"])
    rows = [
        leg(0, "a-mech-wheels", "a-mech", *ENDS, links=THROUGH_XD, countries=["XA", "XC"]),
        leg(1, "a-mech-wheels", "a-mech", *ENDS, links=ROAD),
    ]
    row = one(found(world, *rows), "territory-consent/a-mech/XD")
    assert (row["status"], row["number"], row["limit"], row["country"]) == ("violated", 1, 0, "XD")
    assert row["at_min"] == 1440 + 60, "the minute it enters the first link that ends in Dunland"
    assert "Dunland, which has not consented" in row["text"]
    assert one(found(world, *rows), "territory-consent/plan")["status"] == "violated"


def test_consent_is_asked_at_the_minute_of_the_visit(tmp_path: Path) -> None:
    members = (
        "iso,status,consent,since,until,source,grade\nXA,member,yes,,,hand,D\n"
        "XB,member,yes,,2030-01-12,hand,D\nXC,member,yes,,,hand,D\n"
    )
    world = made_world(tmp_path, ["territory"], members=members)
    early = leg(0, "a-mech-wheels", "a-mech", *ENDS, links=ROAD, depart_min=0, arrive_min=600)
    late = leg(1, "a-mech-wheels", "a-mech", *ENDS, links=ROAD, depart_min=2880, arrive_min=3600)
    assert one(found(world, early), "territory-consent/plan")["status"] == "passed"
    assert one(found(world, late), "territory-consent/a-mech/XB")["status"] == "violated"


def test_a_ship_passes_a_strait_by_right_and_a_port_by_consent(tmp_path: Path) -> None:
    places = text_of("places").replace("sound,The Sound,--", "sound,The Sound,XD")
    world = made_world(tmp_path, ["territory"], places=places)
    way = {"mode": "sea", "links": ["sea-alder-sound", "sea-sound-brook"], "lift": "roro-xa"}
    row = leg(0, "a-mech-wheels", "a-mech", "alder-xa", "brook-xb", **way)
    assert one(found(world, row), "territory-consent/plan")["status"] == "passed"
    port = made_world(tmp_path / "port", ["territory"], places=places.replace(",strait,", ",port,"))
    assert one(found(port, row), "territory-consent/a-mech/XD")["status"] == "violated"


def test_a_flight_is_tested_at_its_ends_and_says_so_where_no_borders_are_known(
    tmp_path: Path,
) -> None:
    world = made_world(tmp_path, ["territory"])
    row = leg(0, "a-mech-advance", "a-mech", "ayr-xa", "cove-xc", mode="air", lift="liner-xa")
    passed = one(found(world, row), "territory-airspace/plan")
    assert passed["status"] == "passed"
    assert "no borders are on file" in passed["text"]


def test_a_flight_after_consent_has_ended_is_found_among_earlier_ones(tmp_path: Path) -> None:
    members = text_of("members").splitlines()
    head = members[0].replace("since,", "since,until,")
    rows = [
        r.replace("XC,member,yes,2009-01-01,", "XC,member,yes,2009-01-01,2030-01-15,")
        for r in members
    ]
    rows = [r.replace("-01-01,hand", "-01-01,,hand").replace("no,,", "no,,,") for r in rows[1:]]
    world = made_world(tmp_path, ["territory"], members="\n".join([head, *rows]) + "\n")
    flight = {"mode": "air", "lift": "liner-xa"}
    early = leg(0, "a-mech-advance", "a-mech", "ayr-xa", "cove-xc", **flight)
    late = leg(
        1, "a-mech-advance", "a-mech", "ayr-xa", "cove-xc",
        **{**flight, "depart_min": 9000, "arrive_min": 9100},
    )  # fmt: skip
    assert one(found(world, early), "territory-airspace/plan")["status"] == "passed"
    assert one(found(world, early, late), "territory-airspace/XC")["status"] == "violated"


def test_a_direct_line_over_a_country_without_consent_asks_for_attention(tmp_path: Path) -> None:
    world = made_world(tmp_path, ["territory"])
    square = "[[[-37.5, 44.5], [-36.5, 44.5], [-36.5, 45.9], [-37.5, 45.9], [-37.5, 44.5]]]"
    (tmp_path / "basemap.json").write_text(
        '{"land": {"features": [{"properties": {"iso": "XD"}, '
        f'"geometry": {{"type": "Polygon", "coordinates": {square}}}}}]}}}}',
        encoding="utf-8",
    )
    row = leg(0, "a-mech-advance", "a-mech", "ayr-xa", "cove-xc", mode="air", lift="liner-xa")
    over = one(found(world, row), "territory-airspace/XD")
    assert (over["status"], over["number"]) == ("attention", 1)
    assert "route them round it" in over["text"]
    round_it = {**row, "via": [45.2, -40.0, 46.5, -37.0, 45.15, -34.0]}
    assert one(found(world, round_it), "territory-airspace/plan")["status"] == "passed"
    through = {**row, "via": [45.2, -40.0, 45.0, -37.0, 45.15, -34.0]}
    assert one(found(world, through), "territory-airspace/XD")["status"] == "violated"
    away = leg(0, "a-mech-advance", "a-mech", "ayr-xa", "bow-xb", mode="air", lift="liner-xa")
    assert one(found(world, away), "territory-airspace/plan")["status"] == "passed"


def test_a_destination_outside_the_alliance_is_found(tmp_path: Path) -> None:
    members = text_of("members").replace("XC,member,yes", "XC,partner,yes")
    world = made_world(tmp_path, ["territory"], members=members)
    row = one(found(world), "territory-destination/XC")
    assert (row["status"], row["number"]) == ("attention", 4)
    members = text_of("members").replace("XC,member,yes", "XC,neutral,yes")
    world = made_world(tmp_path, ["territory"], members=members)
    assert one(found(world), "territory-destination/XC")["status"] == "violated"


def test_totals_run_over_forces_in_place_and_arrivals(tmp_path: Path) -> None:
    forces = text_of("forces").replace("c-home,31st Battalion,XC", "c-home,31st Battalion,XB")
    world = vienna(tmp_path, forces=forces)
    rows = [
        leg(0, "a-mech-wheels", "a-mech", *ENDS, personnel=8200, arrive_min=2880, unload_min=60),
        leg(1, "a-mech-ifv", "a-mech", *ENDS, personnel=120, arrive_min=4320, unload_min=0),
    ]
    row = one(found(world, *rows), "vienna-notification/XC")
    assert row["status"] == "attention"
    assert row["number"] == 700 + 8200 + 120
    assert row["at_min"] == 4320, "8 900 are there before the last 120 arrive"
    assert (row["limit"], row["grade"]) == (9000, "B")
    assert "of grade C" in row["text"], "the 42 days are not yet seen in the text"
    observed = one(found(world, *rows), "vienna-observation/XC")
    assert (observed["status"], observed["limit"]) == ("passed", 13000)


def test_what_is_assumed_is_said(tmp_path: Path) -> None:
    rows = text_of("forces").splitlines(keepends=True)
    forces = "".join(r.replace(",hand,D", ",hand,C") if r.startswith("b-inf,") else r for r in rows)
    world = vienna(tmp_path, forces=forces)
    known = leg(0, "a-mech-wheels", "a-mech", *ENDS, personnel=300)
    guess = leg(1, "b-inf-main", "b-inf", *ENDS, personnel=90)
    text = one(found(world, known, guess), "vienna-notification/XC")["text"]
    assert text.startswith("390 personnel (90 of them by assumption, grade C) present in Corland")


def test_a_hosts_own_garrison_is_no_activity(tmp_path: Path) -> None:
    row = one(found(vienna(tmp_path)), "vienna-notification/plan")
    assert (row["status"], row["number"]) == ("passed", 0)


def test_equipment_can_trip_the_rule_alone_and_its_grade_is_shown(tmp_path: Path) -> None:
    items = text_of("items").splitlines()
    head = items[0].replace("outsize,", "outsize,category,")
    body = [
        line.replace(",yes,hand", ",yes,tank,hand").replace(",no,hand", ",no,,hand")
        for line in items[1:]
    ]
    loads = text_of("loads").replace("a-mech-tanks,tank,14", "a-mech-tanks,tank,260")
    world = vienna(tmp_path, items="\n".join([head, *body]) + "\n", loads=loads)
    rows = [
        leg(0, "a-mech-tanks", "a-mech", *ENDS, personnel=40, pieces=10, arrive_min=2880),
        leg(1, "a-mech-tanks", "a-mech", *ENDS, personnel=0, pieces=250, arrive_min=9000),
    ]
    row = one(found(world, *rows), "vienna-notification/XC")
    assert (row["status"], row["number"], row["unit"]) == ("attention", 260, "battle tanks")
    assert row["at_min"] == 2880 + 60, "a line's equipment counts from its first arrival"
    assert row["grade"] == "C"
    assert "[grade C: the rule or its figure" in row["text"]


def test_what_is_brought_from_outside_the_zone_is_counted_where_it_lands(tmp_path: Path) -> None:
    own_pack(tmp_path, "vienna", {"XB": "zone", "XC": "zone", "XA": "outside_zone"})
    world = made_world(tmp_path, ["vienna"])
    rows = [
        leg(0, "a-mech-wheels", "a-mech", "alder-xa", "brook-xb", mode="sea", personnel=9500),
        leg(
            1, "a-mech-wheels", "a-mech", "brook-xb", "crown-xc", step=1, packet=0, arrive_min=4000
        ),
        leg(2, "b-inf-main", "b-inf", "birch-xb", "crown-xc", personnel=9500),
    ]
    table = found(world, *rows)
    row = one(table, "vienna-transfer/XB")
    assert (row["status"], row["number"], row["at_min"]) == ("attention", 9500, 2940)
    assert table.filter(pl.col("finding") == "vienna-transfer/XC").is_empty()


@pytest.mark.parametrize(
    ("value", "number", "status"), [("", 370, "attention"), ("400", 370, "passed")]
)
def test_the_founding_act_has_no_number_but_the_analysts(
    tmp_path: Path, value: str, number: int, status: str
) -> None:
    own_pack(tmp_path, "founding_act", {"XC": "joined_later"})
    rows = f"own,substantial_combat_forces,XC,,{value},attention,a brigade,hand,D\n"
    limits = LIMITS + (rows if value else "")
    world = made_world(tmp_path, ["founding_act"], rules__limits=limits)
    combat = leg(0, "a-mech-main", "a-mech", *ENDS, personnel=370)
    support = leg(1, "b-log-trucks", "b-log", "brook-xb", "cedar-xc", personnel=900)
    key = "founding-act-stationing/" + ("XC" if value else "plan")
    row = one(found(world, combat, support), key)
    assert (row["status"], row["number"]) == (status, number)
    assert row["limit"] == (float(value) if value else None)


def test_an_analysts_limit_may_be_reached_and_not_passed(tmp_path: Path) -> None:
    rows = (
        "at,personnel_present,XC,,50,violated,room for fifty,hand,D\n"
        "over,personnel_present,**,,49,attention,room for forty-nine,hand,D\n"
        "road,country_closed,XB,,,violated,kept free,hand,D\n"
    )
    world = made_world(tmp_path, [], rules__limits=LIMITS + rows)
    table = found(world, leg(0, "a-mech-main", "a-mech", *ENDS, links=ROAD))
    assert one(table, "limit-at/XC")["status"] == "passed"
    assert one(table, "limit-over/XC")["status"] == "attention"
    assert one(table, "limit-road/XB")["status"] == "violated"
    assert set(table["binding"]) == {"analyst"}


def test_a_rule_applies_only_while_it_is_in_force(tmp_path: Path) -> None:
    own_pack(tmp_path, "vienna", ZONE)
    path = tmp_path / "rules" / "vienna" / "rules.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("2011-12-01,,present", "2011-12-01,2029-12-31,present"))
    world = made_world(tmp_path, ["vienna"])
    assert set(found(world)["rule"]) == {"vienna-transfer", "vienna-constraint"}
    path.write_text(text.replace("2011-12-01,,present", "2030-01-12,,present"), encoding="utf-8")
    moved = leg(0, "a-mech-main", "a-mech", *ENDS, arrive_min=2880)
    assert "vienna-notification" not in set(found(made_world(tmp_path, ["vienna"]))["rule"])
    assert "vienna-notification" in set(found(made_world(tmp_path, ["vienna"]), moved)["rule"])


@pytest.mark.parametrize("bundled_pack", ["territory", "vienna", "montreux", "founding_act"])
def test_every_bundled_pack_gives_a_row_for_each_rule_it_tests(
    tmp_path: Path, bundled_pack: str
) -> None:
    from standto.rules.findings import CHECKS

    world = made_world(tmp_path, [bundled_pack])
    rules = [r.rule for r in load_packs(world).rules if r.check in CHECKS]
    assert set(found(world)["rule"]) == set(rules)
    assert found(world)["finding"].is_unique().all()


def test_every_check_is_tested_or_the_channels() -> None:
    from standto.channel.notify import CHECKS as CHANNEL
    from standto.rules.findings import CHECKS

    choices = next(c for c in schema("rules").columns if c.name == "check").choices
    assert set(choices) == set(CHECKS) | set(CHANNEL) | {"no_notice", "exchange"}


@settings(max_examples=25, deadline=None)
@given(
    arrivals=st.lists(
        st.tuples(st.integers(0, 20000), st.integers(0, 6000)), min_size=1, max_size=8
    )
)
def test_the_number_and_the_minute_are_those_of_a_plain_sum(
    tmp_path_factory: pytest.TempPathFactory, arrivals: list[tuple[int, int]]
) -> None:
    world = vienna(tmp_path_factory.mktemp("sum"))
    rows = [
        leg(
            n,
            "a-mech-main",
            "a-mech",
            *ENDS,
            personnel=p,
            depart_min=0,
            arrive_min=at,
            unload_min=0,
        )
        for n, (at, p) in enumerate(arrivals)
    ]
    row = one(found(world, *rows), "vienna-notification/XC")
    total = 0
    first = None
    for at in sorted({at for at, _ in arrivals}):
        total += sum(p for when, p in arrivals if when == at)
        first = at if first is None and total >= 9000 else first
    assert row["number"] == total
    assert (row["status"] == "attention") == (first is not None)
    assert first is None or row["at_min"] == first
