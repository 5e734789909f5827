"""Limits: what is closed to a plan before anything is scheduled, and why."""

from __future__ import annotations

from pathlib import Path

import pytest

from standto.errors import DataError
from standto.rules.limits import limits
from tests.made_rules import SMALL, made_plan, made_world, own_pack

MEMBERS = "iso,status,consent,since,until,source,grade\n"
LIMITS = "limit,measure,country,link,value,status,text,source,grade\n"
FRIGATE_LINE = "b-ship,b-coast,the ship itself,,,sea,0 min,,,,,180,0,no,no,,hand,D\n"


def text_of(table: str) -> str:
    """A table of the small scenario as it stands on disk."""
    return (SMALL / f"{table}.csv").read_text(encoding="utf-8")


def test_a_country_without_consent_is_closed_by_land_and_by_air(tmp_path: Path) -> None:
    world = made_world(tmp_path, ["territory"])
    found = limits(world, made_plan(world))
    assert found.countries == found.airspace == {"XA", "XB", "XC"}
    assert found.reasons == {"XD": "Dunland has not consented to transit or stationing"}
    assert found.sea_links == frozenset()


def test_without_the_territory_pack_nothing_is_closed(tmp_path: Path) -> None:
    world = made_world(tmp_path, ["vienna"])
    assert limits(world, made_plan(world)).countries == {"XA", "XB", "XC", "XD"}


@pytest.mark.parametrize(
    ("since", "until", "open_"),
    [
        ("2001", "", True),
        ("2030-01-10", "", True),
        ("2030-01-11", "", False),
        ("2001-01-01", "2030-01-20", False),
        ("2001-01-01", "2030-03", True),
        ("2001-01-01", "2029-12-31", False),
    ],
)
def test_consent_holds_for_the_whole_horizon_or_not_at_all(
    tmp_path: Path, since: str, until: str, open_: bool
) -> None:
    rows = f"XA,member,yes,,,hand,D\nXB,member,yes,{since},{until},hand,D\nXC,member,yes,,,hand,D\n"
    world = made_world(tmp_path, ["territory"], members=MEMBERS + rows)
    found = limits(world, made_plan(world))
    assert ("XB" in found.countries) is open_
    assert ("XB" in found.reasons) is not open_


def test_what_the_analyst_closes_is_closed_with_the_reason(tmp_path: Path) -> None:
    rows = (
        "a,country_closed,XB,,,,roads are needed for the harvest,hand,D\n"
        "b,airspace_closed,XC,,,,storm season,hand,D\n"
        "c,sea_link_closed,,sea-alder-sound,,,ice,hand,D\n"
    )
    world = made_world(tmp_path, ["territory"], rules__limits=LIMITS + rows)
    found = limits(world, made_plan(world))
    assert found.countries == {"XA", "XC"}
    assert found.airspace == {"XA"}
    assert found.sea_links == {"sea-alder-sound"}
    assert found.reasons["sea-alder-sound"] == "closed by the analyst: ice"


def test_a_strait_closes_only_to_a_plan_whose_warship_must_pass_it(tmp_path: Path) -> None:
    own_pack(tmp_path, "montreux", {"XC": "authority"})
    links = text_of("links").replace("small_strait", "montreux")
    forces = text_of("forces").replace(
        "coast,on_call,brook-xb,,", "coast,deploy,brook-xb,alder-xa,"
    )
    lines = text_of("lines") + FRIGATE_LINE
    world = made_world(tmp_path, ["montreux"], links=links, forces=forces, lines=lines)
    assert limits(world, made_plan(world)).sea_links == frozenset(), "the ship is of another plan"
    found = limits(world, made_plan(world, ("east", "coast")))
    assert found.sea_links == {"sea-sound-brook"}
    assert "b-coast" in found.reasons["sea-sound-brook"]


@pytest.mark.parametrize("exempt", ["the power that keeps the strait", "a ship going home"])
def test_a_strait_stays_open_to(tmp_path: Path, exempt: str) -> None:
    keeper = exempt.startswith("the power")
    own_pack(tmp_path, "montreux", {"XB" if keeper else "XC": "authority"})
    links = text_of("links").replace("small_strait", "montreux")
    way = "brook-xb,alder-xa," if keeper else "alder-xa,brook-xb,"
    forces = text_of("forces").replace("coast,on_call,brook-xb,,", f"coast,deploy,{way}")
    lines = text_of("lines") + FRIGATE_LINE
    world = made_world(tmp_path, ["montreux"], links=links, forces=forces, lines=lines)
    assert limits(world, made_plan(world, ("east", "coast"))).sea_links == frozenset()


def test_every_bad_cell_of_packs_and_limits_is_named_at_once(tmp_path: Path) -> None:
    rows = (
        "a,country_closed,**,,,,closes nothing in particular,hand,D\n"
        "b,personnel_present,XX,,,,no number and no country,nowhere,D\n"
        "c,sea_link_closed,,road-ashby-alder,,,a road,hand,D\n"
        "d,personell_present,XA,,5,,misspelt,hand,D\n"
    )
    world = made_world(tmp_path, ["viena", "territory"], rules__limits=LIMITS + rows)
    with pytest.raises(DataError) as caught:
        limits(world, made_plan(world))
    text = str(caught.value)
    for part in (
        "scenario.toml, rules: 'viena' is no rule pack (did you mean 'vienna'?)",
        "rules/limits.csv line 2, country: '**' should name one country",
        "rules/limits.csv line 3, value: is empty; personnel_present needs one",
        "rules/limits.csv line 3, country: 'XX' is not in countries",
        "rules/limits.csv line 3, source: 'nowhere' is not in sources",
        "rules/limits.csv line 4, link: 'road-ashby-alder' is not in links (of mode sea)",
        "rules/limits.csv line 5, measure: 'personell_present' should be one of",
    ):
        assert part in text


def test_a_date_of_consent_that_is_none_is_named(tmp_path: Path) -> None:
    world = made_world(
        tmp_path, ["territory"], members=MEMBERS + "XA,member,yes,last year,,hand,D\n"
        "XB,member,yes,,,hand,D\nXC,member,yes,,,hand,D\n",
    )  # fmt: skip
    with pytest.raises(DataError, match=r"members\.csv, since: 'last year' should be a date"):
        limits(world, made_plan(world))
