"""One path: checked by hand on the small network, and against what is known of Europe."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from standto.world.airspace import airspace
from standto.world.load import load, load_network
from standto.world.places import PlaceError
from standto.world.route import RouteError, route

WORLD = load(Path(__file__).parent / "small")
SMALL = WORLD.network
EUROPE = load_network("europe")
ALLIES = {"XA", "XB", "XC"}


def why(*ends: str, **terms: Any) -> str:
    with pytest.raises(RouteError) as caught:
        route(SMALL, *ends, **terms)
    return str(caught.value)


def test_the_fastest_road_not_the_shortest_decides() -> None:
    """By hand: 90 + 210 + 210 km at 60 km/h and 90 km at 45 km/h are 10.5 h, through Dunland."""
    found = route(SMALL, "ashby", "crown", "road")
    assert (found.km, found.hours) == (600, 10.5)
    assert found.countries == ("XA", "XD", "XC")
    assert [c.country for c in found.clearances] == ["XD", "XC"]


def test_a_country_that_has_not_consented_is_not_touched() -> None:
    """By hand: 90 + 180 km at 60, 180 km at 30 and 90 km at 45 km/h are 12.5 h."""
    for terms in ({"avoid": {"XD"}}, {"allies": ALLIES}):
        found = route(SMALL, "ashby", "crown", "road", **terms)
        assert (found.km, found.hours) == (540, 12.5)
        assert found.countries == ("XA", "XB", "XC")


def test_a_train_changes_gauge_at_the_transload_station() -> None:
    """By hand: 100 + 200 + 200 + 100 km at 50 km/h and 6 h of transloading are 18 h."""
    found = route(SMALL, "ashby", "crown", "rail")
    assert (found.km, found.hours) == (600, 18)
    (gauge_break,) = found.gauge_breaks
    assert (gauge_break.place, gauge_break.rail_from, gauge_break.rail_to) == (
        "cedar-xc",
        "rail1435",
        "rail1520",
    )
    assert gauge_break.hours == 6


def test_by_any_mode_changes_take_their_time() -> None:
    """By hand: 25 km at 30, 2 h loading, 470 km at 700, 2 h unloading, 20 km at 30 km/h."""
    found = route(SMALL, "ashby", "crown")
    assert found.modes == ("road", "air", "road")
    assert [step.kind for step in found.path] == [
        "travel",
        "transfer",
        "travel",
        "transfer",
        "travel",
    ]
    assert found.hours == pytest.approx((50 + 120 + 41 + 120 + 40) / 60, abs=0.01)


def test_permissions_are_counted_where_they_are_needed() -> None:
    found = route(SMALL, "ashby", "crown", "road", allies=ALLIES)
    assert [(c.country, c.mode, c.hours) for c in found.clearances] == [
        ("XB", "road", 24),
        ("XC", "road", 12),
    ]
    peace = route(SMALL, "ashby", "crown", "road", allies=ALLIES, phase="peace")
    assert [c.hours for c in peace.clearances] == [120, 120]


def test_the_steps_of_a_path_join_and_add_up() -> None:
    found = route(EUROPE, "Marchwood", "Tapa", avoid={"RU", "BY"})
    assert found.path[0].start == found.origin
    assert found.path[-1].end == found.destination
    for before, after in zip(found.path, found.path[1:], strict=False):
        assert before.end == after.start
    assert sum(step.km for step in found.path) == pytest.approx(found.km, abs=1)
    assert sum(step.hours for step in found.path) == pytest.approx(found.hours, abs=0.1)
    json.dumps(found.as_dict())


def test_weight_cuts_and_the_message_says_so() -> None:
    told = why("ashby", "crown", mode="road", allies=ALLIES, max_t=65)
    assert "without the weight of 65 t, it is 540 km in 12.5 h by road" in told
    assert "without the countries closed to it, it is 600 km in 10.5 h by road, through XD" in told
    assert "without travel by road alone" in told


def test_gauge_cuts_and_the_message_says_so() -> None:
    told = why("ashby", "crown", mode="rail", gauge_mm=1435)
    assert "without the gauge of 1435 mm alone, it is 600 km in 18.0 h by rail" in told


def test_a_runway_cuts_and_the_message_says_so() -> None:
    told = why("ayr field", "cove field", mode="air", runway_m=2800)
    assert "without the runway of 2800 m, it is 470 km in 0.7 h by air" in told


def test_a_closed_country_cuts_and_the_message_says_so() -> None:
    told = why("ashby", "birch,xd", allies=ALLIES)
    assert told.startswith("no path from ashby-xa to birch-xd; what cuts it:")
    assert "without the countries closed to it" in told
    assert told.endswith("through XD")


def test_two_constraints_that_cut_only_together_are_named_together() -> None:
    told = why("ashby", "dale", mode="rail", avoid={"XD"})
    assert "dale-xd is not on the rail network; the nearest that are" in told
    assert "without the countries closed to it and travel by rail alone, it is" in told


def test_parts_that_do_not_meet_are_told() -> None:
    cut = replace(SMALL, links=SMALL.links.filter(SMALL.links["link"] != "road-dale-birch"))
    with pytest.raises(RouteError, match="their parts of the network do not meet"):
        route(cut, "ashby", "birch-xd")


def test_words_that_are_no_place_mode_or_country_are_told() -> None:
    with pytest.raises(PlaceError):
        route(SMALL, "ashby", "nowhere")
    assert "should be one of any road rail sea air" in why("ashby", "crown", mode="rode")
    assert "'XE' is not a country of this network" in why("ashby", "crown", avoid={"XE"})


def test_a_path_to_where_one_stands_is_empty() -> None:
    found = route(SMALL, "ashby", "ashby")
    assert (found.km, found.hours, found.path, found.countries) == (0, 0, (), ("XA",))


PLACES = st.sampled_from(sorted(SMALL.places.filter(SMALL.places["iso"] != "--")["place"]))


@settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))
@given(PLACES, PLACES, st.sampled_from(["any", "road"]))
def test_a_constraint_never_makes_a_path_faster(a: str, b: str, mode: str) -> None:
    free = route(SMALL, a, b, mode).hours
    try:
        bound = route(SMALL, a, b, mode, allies=ALLIES, max_t=65, runway_m=1700)
    except RouteError:
        return
    assert bound.hours >= free
    assert set(bound.countries) <= ALLIES


@pytest.mark.parametrize(
    ("ends", "mode", "km"),
    [
        (("Istres", "Mihail Kogălniceanu"), "air", 1883),
        (("Bremerhaven", "Charleston"), "sea", 7900),
        (("Southampton", "Tallinn"), "sea", 2250),
        (("Rotterdam", "Gdańsk"), "sea", 1280),
        (("Marseille", "Constanța"), "sea", 3050),
    ],
)
def test_distances_of_europe_agree_with_what_seafarers_reckon(
    ends: tuple[str, str], mode: str, km: float
) -> None:
    """Port to port by stages as seafarers reckon it (grade C); by air the great circle of V1."""
    assert route(EUROPE, *ends, mode).km == pytest.approx(km, rel=0.06)


def test_a_flight_counts_the_countries_under_it() -> None:
    over = route(EUROPE, "EYVI", "UKBB", "air")
    assert over.countries == ("LT", "BY", "UA")
    round_about = route(EUROPE, "EYVI", "UKBB", "air", avoid={"RU", "BY"})
    assert not {"RU", "BY"} & set(round_about.countries)
    assert round_about.hours > over.hours + 2, "it lands and refuels on the way"


def test_the_map_knows_whose_land_lies_where() -> None:
    sky = airspace(EUROPE)
    assert sky.under((54.68, 25.3), (50.4, 30.4)) == ("LT", "BY", "UA")
    assert "RU" in sky.under((54.35, 18.6), (54.9, 23.9)), "Gdansk to Kaunas passes Kaliningrad"
    assert sky.under((57.7, 9.0), (58.0, 8.0)) in {(), ("NO",)}


def test_where_no_map_knows_the_land_the_nearest_place_does() -> None:
    sky = airspace(SMALL)
    assert sky.under((45.2, -40.0), (45.15, -34.0)) == ("XA", "XB", "XC")
    assert sky.under((45.0, -38.9), (45.0, -38.8)) == ("XA",)


def test_several_modes_leave_the_others_out() -> None:
    every = route(SMALL, "ashby", "crown")
    some = route(SMALL, "ashby", "crown", mode="road,rail,sea")
    assert set(some.modes) <= {"road", "rail", "sea"}
    assert some.hours >= every.hours
    lone = why("ashby", "crown", mode="road,rude")
    assert "should be one of any road rail sea air, or several" in lone


@pytest.mark.parametrize("weight", [float("nan"), float("inf"), -1.0])
def test_a_weight_that_is_none_is_refused(weight: float) -> None:
    with pytest.raises(RouteError, match="is not a weight that a piece can have"):
        route(SMALL, "Ashby", "Crown", max_t=weight)


def test_a_gauge_that_no_railway_has_is_refused() -> None:
    with pytest.raises(RouteError, match=r"1111 is not a gauge .* have 1435 1520"):
        route(SMALL, "Ashby", "Crown", gauge_mm=1111)
