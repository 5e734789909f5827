"""A word finds the place it means; one that finds none, or several, gets help."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from standto.world.load import load, load_network
from standto.world.places import PlaceError, find, nearest, plain

SMALL = load(Path(__file__).parent / "small").network
EUROPE = load_network("europe")


@pytest.mark.parametrize(
    ("word", "place"),
    [
        ("ashby-xa", "ashby-xa"),
        ("Ashby", "ashby-xa"),
        ("ASHBY", "ashby-xa"),
        ("alder", "alder-xa"),
        ("ålder", "alder-xa"),
        ("Birch,XB", "birch-xb"),
        ("birch, xd", "birch-xd"),
        ("XAAY", "ayr-xa"),
        ("the sound", "sound"),
    ],
)
def test_a_place_is_found_by_key_name_country_or_icao(word: str, place: str) -> None:
    assert find(SMALL, word) == place


def test_accents_and_letters_of_other_alphabets_do_not_matter() -> None:
    assert plain("Kaišiadorys") == "kaisiadorys"
    assert plain("Świnoujście") == "swinoujscie"
    assert plain("Tromsø") == "tromso"
    assert plain("İzmir") == "izmir"
    assert plain("Saint-Nazaire") == "saint nazaire"
    assert find(EUROPE, "Constanta") == find(EUROPE, "Constanța") == "constanta-ro"
    assert find(EUROPE, "ETAR") == "ramstein-de"


def test_an_unknown_place_gets_the_three_nearest_names() -> None:
    with pytest.raises(PlaceError) as caught:
        find(SMALL, "Crwn")
    assert len(caught.value.choices) == 3
    assert caught.value.choices[0] == "crown-xc"
    assert "crown-xc (Crown)" in str(caught.value)


def test_an_unknown_place_of_a_country_gets_names_of_that_country() -> None:
    with pytest.raises(PlaceError) as caught:
        find(EUROPE, "Tappa,EE")
    assert caught.value.choices[0] == "tapa-ee"
    assert all(choice.endswith("-ee") for choice in caught.value.choices)


def test_a_place_with_several_meanings_lists_them_with_their_countries() -> None:
    with pytest.raises(PlaceError) as caught:
        find(SMALL, "birch")
    assert str(caught.value) == (
        "'birch' has several meanings: Birch,XB (birch-xb); Birch,XD (birch-xd)"
    )


def test_nearest_compares_keys_and_names() -> None:
    names = {"a-1": "Rotterdam", "b-2": "Antwerpen"}
    assert nearest("Roterdam", list(names), names, 1) == ["a-1 (Rotterdam)"]
    assert nearest("b2", list(names), names, 1) == ["b-2 (Antwerpen)"]
    assert nearest("x", [], {}) == []


def test_a_place_is_found_by_what_else_it_is_called() -> None:
    for word, place in {
        "Lisboa": "lisbon-pt",
        "Київ": "kyiv-ua",
        "Kiev": "kyiv-ua",
        "Θεσσαλονίκη": "thessaloniki-gr",
        "Praha": "prague-cz",
        "Rome": "roma-it",
        "'s-Gravenhage": "the-hague-nl",
    }.items():
        assert find(EUROPE, word) == place
    assert find(EUROPE, "Kiev,UA") == "kyiv-ua"
    with pytest.raises(PlaceError):
        find(EUROPE, "Kiev,PL")


def test_a_name_of_its_own_goes_before_another_name() -> None:
    also = SMALL.places.with_columns(pl.lit("Birch; Elm").alias("also"))
    network = replace(SMALL, places=also)
    assert find(network, "Birch,XB") == "birch-xb"
    with pytest.raises(PlaceError, match="several meanings"):
        find(network, "Elm")


def test_a_word_that_fits_two_names_half_gets_both() -> None:
    with pytest.raises(PlaceError, match="Munster \\(Örtze\\)") as caught:
        find(EUROPE, "Munster")
    assert set(caught.value.choices) == {"munster-de", "munster-ortze-de"}
    assert find(EUROPE, "Münster") == "munster-de"
    assert find(EUROPE, "Görlitz") == find(EUROPE, "gorlitz") == "gorlitz-de"
    assert find(EUROPE, "Sennelager") == "paderborn-de"


def test_a_word_in_another_script_is_read_in_latin_letters_too() -> None:
    assert find(EUROPE, "Минск") == "minsk-by"
    assert find(EUROPE, "Брест") == "brest-by", "its name in its own alphabet goes first"
    assert find(EUROPE, "Дортмунд") == "dortmund-de"
    with pytest.raises(PlaceError, match="krakow-pl"):
        find(EUROPE, "Краков")
