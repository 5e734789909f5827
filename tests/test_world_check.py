"""A network is checked against laws, and a place is explained with the source of each number."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from standto.tables import parse
from standto.world.check import Check, check, check_network, pieces
from standto.world.explain import explain
from standto.world.load import load, load_network
from standto.world.network import Network
from standto.world.places import PlaceError

SMALL = load(Path(__file__).parent / "small").network
APART = "mode,place,reason,source,grade\n"


def broken(network: Network, apart: str = APART) -> dict[str, tuple[str, ...]]:
    found = check(network, parse(apart, "apart", "apart.csv")).checks
    return {item.law: item.broken for item in found if item.broken}


def without(network: Network, link: str) -> Network:
    return replace(network, links=network.links.filter(pl.col("link") != link))


def test_the_small_network_and_the_bundled_one_are_sound() -> None:
    assert broken(SMALL) == {}
    found = check_network("europe")
    assert found.sound, list(found.lines())
    assert found.counts["links"] > 1800
    json.dumps(found.as_dict())


def test_a_link_shorter_than_the_great_circle_is_found() -> None:
    short = SMALL.links.with_columns(
        km=pl.when(pl.col("link") == "road-alder-birch").then(140.0).otherwise("km")
    )
    (law,) = broken(replace(SMALL, links=short)).items()
    assert law == (
        "no link is shorter than the great circle",
        ("road-alder-birch: 140 km, great circle 157 km",),
    )


def test_a_long_way_round_needs_a_note() -> None:
    long = pl.when(pl.col("link") == "road-alder-birch").then(500.0).otherwise("km")
    links = SMALL.links.with_columns(km=long)
    assert list(broken(replace(SMALL, links=links))) == [
        "no link is over 2.5 times the great circle without a note"
    ]
    noted = links.with_columns(note=pl.lit("round the bay"))
    assert broken(replace(SMALL, links=noted)) == {}


def test_a_piece_that_stands_apart_needs_a_reason() -> None:
    cut = without(SMALL, "road-dale-birch")
    told = broken(cut)
    assert told == {"every place ashore has a road, or a reason is given": ("birch-xd",)}
    assert broken(cut, f"{APART}road,birch-xd,an island,hand,D\n") == {}
    halved = without(without(SMALL, "rail-alder-birch"), "rail-alder-birch-old")
    (named,) = broken(halved)["the rail network is one piece, or a reason is given"]
    assert named == "2 places apart from the rest: alder-xa, ashby-xa"
    assert broken(halved, f"{APART}rail,ashby-xa,no bridge,hand,D\n") == {}


def test_pieces_come_the_largest_first() -> None:
    assert [len(piece) for piece in pieces(SMALL, "rail")] == [6]
    halved = without(without(SMALL, "rail-alder-birch"), "rail-alder-birch-old")
    assert [len(piece) for piece in pieces(halved, "rail")] == [4, 2]
    assert pieces(replace(SMALL, links=SMALL.links.clear()), "rail") == []


def test_a_terminal_off_its_network_is_found() -> None:
    told = broken(without(SMALL, "rail-cedar-crown"))
    assert told["all railheads have a rail link"] == ("crown-xc",)
    assert told["every transload station has links of both its gauges"] == (
        "cedar-xc: no rail1520 link",
    )
    assert broken(without(SMALL, "sea-alder-sound"))[
        "all ports have a sea link, or a reason is given"
    ] == ("alder-xa",)


def test_the_report_gives_some_examples_and_counts_the_rest() -> None:
    links = SMALL.links.with_columns(km=pl.lit(1.0))
    found = check(replace(SMALL, links=links), name="spoilt")
    assert not found.sound
    lines = list(found.lines(examples=2))
    assert lines[0].startswith("network spoilt: 4 countries, 12 places")
    shown = lines.index("broken  no link is shorter than the great circle (19 of 19)")
    assert lines[shown + 3] == "        and 17 more"
    assert isinstance(found.checks[0], Check)


def test_a_place_is_explained_with_the_source_of_every_number() -> None:
    found = explain(SMALL, "cedar")
    texts = [fact.text for fact in found.facts]
    assert "ramps 2, trains per day 6" in texts
    assert "gauge from 1435 mm, gauge to 1520 mm, handling 6 h 00 min, trains per day 2" in texts
    assert any("to birch-xb, 180 km, heaviest 60 t, an old bridge" in text for text in texts)
    assert "nearest airfield cove-xc, 80 km as the crow flies" in texts
    assert "road in crisis: 12 h 00 min" in texts, "its own lead time, not the one of all"
    assert all(fact.source in found.sources for fact in found.facts)
    json.dumps(found.as_dict())


def test_an_airfield_a_port_and_a_strait_are_explained() -> None:
    air = [fact.text for fact in explain(SMALL, "XAAY").facts]
    assert "maximum on ground 2" in air
    assert "icao XAAY, runway 3000 m, width 45 m, elevation 20 m" in air
    assert ("works 24 hours a day", "hand", "C") in {
        (fact.text, fact.source, fact.grade) for fact in explain(SMALL, "XAAY").facts
    }
    assert "2 Heavy transport aircraft of XA, after 0 min" in air
    port = [fact.text for fact in explain(SMALL, "Alder").facts]
    assert any(
        text.startswith("berths 2, draught 11 m, roro ramps 2, rail at quay") for text in port
    )
    strait = explain(SMALL, "sound")
    assert strait.country == "at sea"
    assert any("under the rule small_strait" in fact.text for fact in strait.facts)


def test_a_grade_c_number_is_shown_as_such() -> None:
    lines = list(explain(load_network("europe"), "constanta").lines())
    draught = next(line for line in lines if line.startswith("  port ") and "draught" in line)
    assert draught.endswith("[standto-ports, C]")


def test_the_nearest_terminals_are_those_that_a_road_reaches() -> None:
    near = [f.text for f in explain(load_network("europe"), "Valletta").facts if f.about == "near"]
    assert [text.split()[1] for text in near] == ["airfield", "port"], "no railway on Malta"
    assert "marsaxlokk-mt" in near[1]
    strait = [f.text for f in explain(SMALL, "sound").facts if f.about == "near"]
    assert strait, "at sea the nearest lie across water"


def test_a_place_that_is_none_cannot_be_explained() -> None:
    with pytest.raises(PlaceError, match="the nearest are"):
        explain(SMALL, "nowhere at all")
