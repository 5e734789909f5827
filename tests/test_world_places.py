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


def test_a_name_misspelt_has_its_place_first_among_the_nearest() -> None:
    for word, place in (
        ("Tapaa", "tapa-ee"),
        ("Rammstein", "ramstein-de"),
        ("Kaunass", "kaunas-lt"),
    ):
        with pytest.raises(PlaceError, match=f"the nearest are {place}"):
            find(EUROPE, word)


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
        find(EUROPE, "Краковв")


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("Кёльн Kolonia Keulen Cologne Colonia 쾰른", "koln-de"),
        ("Варшава Warschau Varsovie Varšuva Varssavi ワルシャワ", "warsaw-pl"),
        ("Αθήνα Atene Афины", "athens-gr"),
        ("Haag Гаага", "the-hague-nl"),
        ("Lwów Lviv Львов Львів Lemberg Leopolis", "lviv-ua"),
        ("Wilno Vilnius Вильнюс Вільнюс", "vilnius-lt"),
        ("Реймс Rheims", "reims-fr"),
        ("Múnich München Monachium Мюнхен Mnichov", "munich-de"),
        ("Gdańsk Danzig Гданьск", "gdansk-pl"),
        ("Λάρισα Larisa", "larisa-gr"),
        ("Рига Riga Ryga", "riga-lv"),
        ("Роттердам 鹿特丹", "rotterdam-nl"),
    ],
)
def test_a_town_is_found_by_its_name_in_other_languages(words: str, place: str) -> None:
    assert {word: find(EUROPE, word) for word in words.split()} == dict.fromkeys(
        words.split(), place
    )
    for word in ("Den Haag", "The Hague", "La Haye"):
        assert find(EUROPE, word) == "the-hague-nl"


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("Ramstein Air Base", "ramstein-de"),
        ("Rhein-Main Air Base", "frankfurt-airport-de"),
        ("RAF Laarbruch", "weeze-airport-de"),
        ("Flughafen München Franz Josef Strauß", "munich-airport-de"),
        ("Base Aérea de Beja", "beja-airport-airbase-pt"),
    ],
)
def test_an_airfield_is_found_by_its_other_names(words: str, place: str) -> None:
    assert find(EUROPE, words) == place


@pytest.mark.parametrize(
    ("word", "place"),
    [
        ("Minsk", "minsk-by"),  # Mińsk Mazowiecki is called so too
        ("Vienne", "vienne-fr"),  # Vienna is, in French
        ("Nis", "nis-rs"),  # and Nice, in Polish
        ("Verden", "verden-aller-de"),  # and Verdun, in German
        ("Брест", "brest-by"),  # Brest in Brittany is written so too, but not at home
        ("Viborg", "viborg-dk"),  # and Vyborg, in Swedish
        ("Baris", "paris-fr"),  # Bari and Isparta are far smaller
        ("Sparta", "sparti-gr"),
    ],
)
def test_no_namesake_takes_a_name_that_is_anothers_own(word: str, place: str) -> None:
    assert find(EUROPE, word) == place


def test_a_name_that_several_towns_claim_alike_lists_them() -> None:
    with pytest.raises(PlaceError, match=r"several meanings: .*,AT .*; .*,DE ") as caught:
        find(EUROPE, "Pons Aeni")
    assert set(caught.value.choices) == {"innsbruck-at", "rosenheim-de"}


def test_a_name_in_another_language_misspelt_has_its_place_among_the_nearest() -> None:
    for word, place in {
        "Warschauu": "warsaw-pl",
        "Лембергг": "lviv-ua",
        "Colgne": "koln-de",
    }.items():
        with pytest.raises(PlaceError) as caught:
            find(EUROPE, word)
        assert place in caught.value.choices


def test_every_town_is_found_by_its_name_and_country() -> None:
    """But for namesakes in one country, which the list with countries tells apart by key."""
    names = EUROPE.places.filter(pl.col("kind") == "town").select("place", "name", "iso")
    twice = names.filter(pl.struct("name", "iso").is_duplicated())
    for place, name, iso in names.sample(150, seed=3).iter_rows():
        if place not in twice["place"].to_list():
            assert find(EUROPE, f"{name},{iso}") == place


@pytest.mark.parametrize("word", ["", "  ", ","])
def test_an_empty_word_is_said_to_be_missing(word: str) -> None:
    with pytest.raises(PlaceError, match="a place is missing"):
        find(SMALL, word)
