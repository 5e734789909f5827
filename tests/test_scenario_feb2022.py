"""The bundled scenario of February 2022: complete, consistent, and every figure with its source."""

from __future__ import annotations

import csv
import re
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from standto.clock import parse_when
from standto.council.decide import decide
from standto.plan.activate import activate
from standto.tables import schema
from standto.world.load import load, scenario_folder
from standto.world.world import World

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "data" / "scenarios" / "feb2022"
TABLES = sorted(path.stem for path in FOLDER.glob("*.csv"))
FORBIDDEN = "target_ weapon lethal casualt kill damage attrition losses".split()
DAY = datetime.fromisoformat("2022-02-24T00:00+00:00")


@pytest.fixture(scope="module")
def world() -> World:
    return load("feb2022")


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_it_is_bundled_under_its_name() -> None:
    assert scenario_folder("feb2022") == FOLDER


def test_c_hour_is_the_noon_briefing_in_brussels(world: World) -> None:
    assert world.clock.c_hour == parse_when("2022-02-24T11:00Z")
    made_public = world.acts.filter(pl.col("act") == "activated")["at"].to_list()
    assert made_public == [world.clock.c_hour]


def test_the_alliance_has_the_thirty_members_of_that_day(world: World) -> None:
    members = world.alliance.members.filter(pl.col("status") == "member")
    assert members.height == 30
    assert members["consent"].all()
    assert all(parse_when(since) < DAY for since in members["since"])
    assert not {"FI", "SE", "UA", "RU", "BY"} & set(members["iso"])


def test_every_country_with_a_place_in_the_network_has_a_standing(world: World) -> None:
    standing = set(world.alliance.members["iso"])
    assert set(world.network.places["iso"]) - {"--"} <= standing


def test_the_other_side_does_not_consent(world: World) -> None:
    consents = dict(world.alliance.members.select("iso", "consent").iter_rows())
    assert world.scenario.other_side == ("RU", "BY")
    assert not any(consents[iso] for iso in ("RU", "BY", "UA", "FI", "CH", "RS"))


def test_it_holds_the_forces_and_lines_that_it_should(world: World) -> None:
    forces = world.alliance.forces
    assert forces.height >= 60
    assert world.alliance.lines.height >= 150
    assert set(forces["posture"]) == {"deploy", "on_call", "in_place"}
    assert set(forces["domain"]) == {"land", "air", "sea", "support", "headquarters"}
    assert {plan.plan for plan in world.scenario.plans} == set(forces["plan"])
    assert world.contingencies.height >= 25
    assert len(world.reports) >= 5


def test_lines_add_up_to_the_people_of_their_force(world: World) -> None:
    of_lines = world.alliance.lines.group_by("force").agg(pl.col("personnel").sum().alias("lines"))
    both = world.alliance.forces.join(of_lines, on="force", how="inner")
    wrong = both.filter(pl.col("personnel") != pl.col("lines"))
    assert wrong.is_empty(), wrong.select("force", "personnel", "lines")


def test_only_forces_that_deploy_have_lines(world: World) -> None:
    deploying = world.alliance.forces.filter(pl.col("posture") == "deploy")["force"]
    assert set(world.alliance.lines["force"]) == set(deploying)


def test_forces_go_to_members_only(world: World) -> None:
    iso = dict(world.network.places.select("place", "iso").iter_rows())
    members = set(world.alliance.members.filter(pl.col("status") == "member")["iso"])
    ends = world.alliance.forces.filter(pl.col("destination").is_not_null())["destination"]
    assert {iso[place] for place in ends} <= members


@pytest.mark.parametrize(("what", "count"), [("vab", 43), ("vbl", 27), ("pvp", 19)])
def test_the_french_battalion_has_the_vehicles_of_the_record(
    world: World, what: str, count: int
) -> None:
    loads = world.alliance.loads.filter(pl.col("line").str.starts_with("fra-aigle-"))
    assert loads.filter(pl.col("item") == what)["count"].sum() == count


def test_the_brigade_from_fort_stewart_numbers_what_was_ordered(world: World) -> None:
    brigade = world.alliance.forces.filter(pl.col("force").str.starts_with("usa-1abct"))
    others = world.alliance.forces.filter(
        pl.col("force").is_in(["usa-fires-de", "usa-sust-de", "usa-hq-de"])
    )
    assert brigade["personnel"].sum() == 3800
    assert brigade["personnel"].sum() + others["personnel"].sum() == 7000


@pytest.mark.parametrize("name", TABLES)
def test_every_row_is_sourced_and_graded(name: str) -> None:
    known = {row["source"] for row in rows("sources")}
    for row in rows(name):
        assert row["source"] in known, row
        assert row["grade"] in {"A", "B", "C", "D"}, row


def test_a_row_is_not_graded_better_than_its_source() -> None:
    order = "ABDC"
    grades = {row["source"]: row["grade"] for row in rows("sources")}
    for name in TABLES:
        for row in rows(name):
            at_best = order.index(grades[row["source"]])
            assert order.index(row["grade"]) >= at_best, (name, row)


@pytest.mark.parametrize("name", [name for name in TABLES if "note" in schema(name).polars()])
def test_what_is_assumed_says_so_in_a_sentence(name: str) -> None:
    for row in rows(name):
        if row["grade"] == "C" and name != "sources":
            assert len(row["note"].split()) >= 2, row
            assert row["note"].rstrip().endswith("."), row


def test_acts_whose_hour_is_assumed_say_so() -> None:
    for row in rows("acts"):
        known = row["at"] == "2022-02-24T11:00Z" or "derived" in row["text"]
        assert known or "hour is assumed" in row["text"], row


def test_no_column_is_about_harm() -> None:
    for name in TABLES:
        header = (FOLDER / f"{name}.csv").read_text(encoding="utf-8").splitlines()[0]
        assert not any(word in header for word in FORBIDDEN), name


def test_the_council_activates_all_five_plans(world: World, tmp_path: Path) -> None:
    activation = decide(world, tmp_path / "ledger.sqlite")
    plan = activate(world, activation)
    assert len(activation.plans) == 5
    assert activation.decided_at == world.clock.c_hour
    assert plan.forces.height == world.alliance.forces.height
    assert plan.lines.height == world.alliance.lines.height


def test_eight_members_asked_for_consultations(world: World) -> None:
    asked = world.acts.filter(pl.col("act") == "consultations_called")["actor"]
    assert sorted(asked) == ["BG", "CZ", "EE", "LT", "LV", "PL", "RO", "SK"]


def test_reports_are_our_own_and_say_so(world: World) -> None:
    for path in world.reports:
        text = path.read_text(encoding="utf-8")
        assert "(an outlet invented for this scenario)" in text.splitlines()[0], path.name
        assert re.search(r"(Published|Posted).*2022", text), path.name


def test_no_sentence_of_the_real_reports_is_in_ours(world: World) -> None:
    real = ROOT.parent / "shared" / "reports"
    if not real.is_dir():
        pytest.skip("../shared/reports is not beside the project")
    ours = " ".join(path.read_text(encoding="utf-8") for path in world.reports)
    spoken = set(_runs(ours))
    for path in real.glob("*.txt"):
        shared = spoken & set(_runs(path.read_text(encoding="utf-8")))
        assert not shared, (path.name, sorted(shared)[:3])


def _runs(text: str) -> list[str]:
    """Every run of nine words: shorter ones are names, titles and set phrases."""
    words = re.findall(r"[\w'-]+", text.lower())
    return [" ".join(words[n : n + 9]) for n in range(len(words) - 8)]
