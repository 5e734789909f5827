"""The bundled land network: its size, its gauges, and its lengths against independent networks."""

from __future__ import annotations

import itertools
import json
import re
import sys
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any

import polars as pl
import pytest

from standto.tables import read

ROOT = Path(__file__).parents[1]
EUROPE = ROOT / "data" / "europe"
SHARED = ROOT.parent / "shared" / "data"
independent = pytest.mark.skipif(
    not (SHARED / "lines" / "edges.parquet").exists(),
    reason="../shared/data, which holds the independent line and highway networks, is not here",
)
GEOGRAPHY_ONLY = ("ru", "by")
COUNTRIES = (
    "al be bg hr cz dk ee fr de gr hu is it lv lt lu me nl mk no pl pt ro sk si es tr gb "
    "se fi ch at ie rs ba xk md ua"
)


@pytest.fixture(scope="module")
def links() -> pl.DataFrame:
    return read(EUROPE / "links.csv", "links")


@pytest.fixture(scope="module")
def places() -> pl.DataFrame:
    return read(EUROPE / "places.csv", "places")


@cache
def compared() -> tuple[list[Any], list[str]]:
    sys.path.insert(0, str(ROOT / "data" / "make"))
    import compare

    return compare.compare(SHARED)


def errors(network: str = "", mode: str = "") -> list[float]:
    return [
        abs(c.error(network))
        for c in compared()[0]
        if mode in ("", c.mode) and (not network or network in c.references)
    ]


def test_there_are_1800_land_links_and_800_towns_without_the_neighbours(
    links: pl.DataFrame, places: pl.DataFrame
) -> None:
    land = links.filter(
        pl.col("mode").is_in(["road", "rail"]) & ~pl.col("class").is_in(["access", "ferry"])
    )
    own = ~(
        pl.col("u").str.slice(-2).is_in(GEOGRAPHY_ONLY)
        | pl.col("v").str.slice(-2).is_in(GEOGRAPHY_ONLY)
    )
    assert land.filter(own).height >= 1800
    towns = places.filter((pl.col("kind") == "town") & ~pl.col("iso").is_in(["RU", "BY", "US"]))
    assert towns.height >= 800


def test_every_country_has_towns_with_roads(links: pl.DataFrame) -> None:
    ends = set(links.filter(pl.col("mode") == "road")["u"].str.slice(-2))
    assert set(COUNTRIES.split()) <= ends


def test_parallel_lines_of_two_gauges_are_separate_links(links: pl.DataFrame) -> None:
    rail = links.filter(pl.col("mode") == "rail")
    for u, v in (("medyka-pl", "przemysl-pl"), ("chop-ua", "zahony-hu")):
        between = rail.filter((pl.col("u") == u) & (pl.col("v") == v))
        assert set(between["gauge_mm"]) == {1435, 1520}
    kaunas = rail.filter((pl.col("u") == "kaunas-lt") | (pl.col("v") == "kaunas-lt"))
    assert set(kaunas["gauge_mm"]) == {1435, 1520}


def test_the_broad_gauge_line_to_slawkow_does_not_touch_the_standard_gauge(
    links: pl.DataFrame,
) -> None:
    broad = links.filter((pl.col("mode") == "rail") & (pl.col("gauge_mm") == 1520))
    ends = set(broad["u"]) | set(broad["v"])
    assert {"slawkow-pl", "zamosc-pl", "hrubieszow-pl"} <= ends


def test_gauges_are_those_of_their_countries(links: pl.DataFrame) -> None:
    allowed = {"ee": {1520}, "fi": {1524}, "ie": {1600}, "pt": {1668}, "de": {1435}}
    rail = links.filter(pl.col("mode") == "rail")
    for iso, gauges in allowed.items():
        inside = rail.filter(
            (pl.col("u").str.slice(-2) == iso) & (pl.col("v").str.slice(-2) == iso)
        )
        assert set(inside["gauge_mm"]) == gauges, iso


def test_the_probabilities_of_a_clearance_add_up_to_one() -> None:
    table = read(EUROPE / "clearances.csv", "clearances")
    sums = table.group_by("iso", "mode", "phase").agg(pl.col("probability").sum())
    assert sums["probability"].is_between(0.999, 1.001).all()
    assert sums.filter(pl.col("iso") == "**").height == 12


def test_place_ids_are_the_slug_of_the_name_and_the_country(places: pl.DataFrame) -> None:
    towns = places.filter(pl.col("kind") == "town")
    for place, iso in zip(towns["place"], towns["iso"], strict=True):
        assert re.fullmatch(rf"[a-z0-9-]+-{iso.lower()}", place)


def test_the_map_base_is_light_and_shows_crimea_as_ukraine() -> None:
    paths = [EUROPE / "basemap.json", EUROPE / "areas.geojson"]
    assert sum(path.stat().st_size for path in paths) < 600_000
    base = json.loads(paths[0].read_text(encoding="utf-8"))
    held = [f["properties"]["iso"] for f in base["land"]["features"] if _holds(f, 34.1, 45.0)]
    assert held == ["UA"]
    names = {f["properties"]["name"] for f in json.loads(paths[1].read_text())["features"]}
    assert len(names) == 3


def _holds(feature: dict[str, Any], x: float, y: float) -> bool:
    inside = False
    for polygon in feature["geometry"]["coordinates"]:
        for ring in polygon:
            for (x0, y0), (x1, y1) in itertools.pairwise(ring):
                if (y0 > y) != (y1 > y) and x < (x1 - x0) * (y - y0) / (y1 - y0) + x0:
                    inside = not inside
    return inside


@independent
def test_link_lengths_have_a_median_error_of_four_percent_and_nine_in_ten_are_within_ten() -> None:
    found = errors()
    assert len(found) > 3000
    assert median(found) <= 0.04
    assert sum(e <= 0.10 for e in found) / len(found) >= 0.90


@independent
def test_no_link_is_off_by_a_quarter_without_a_note() -> None:
    far = [c.link for c in compared()[0] if abs(c.error()) > 0.25 and not c.note]
    assert far == []


@cache
def paths(mode: str) -> list[Any]:
    sys.path.insert(0, str(ROOT / "data" / "make"))
    import paths

    return paths.town_pairs(SHARED, mode)


@independent
@pytest.mark.parametrize("mode", ["road", "rail"])
def test_nine_town_pairs_in_ten_are_within_ten_percent_of_the_completed_line_network(
    mode: str,
) -> None:
    found = [pair.completed_error for pair in paths(mode)]
    assert len(found) == 300
    assert sum(abs(error) <= 0.10 for error in found) / len(found) >= 0.90
    assert abs(median(found)) < 0.05


@independent
@pytest.mark.parametrize("mode", ["road", "rail"])
def test_nine_paths_in_ten_are_no_detour_against_the_line_network_as_it_is(mode: str) -> None:
    found = [pair.error for pair in paths(mode)]
    assert sum(error <= 0.10 for error in found) / len(found) >= 0.90


@independent
def test_the_page_shows_the_comparison_as_it_is() -> None:
    sys.path.insert(0, str(ROOT / "data" / "make"))
    import compare
    import paths as whole

    page = (ROOT / "docs" / "network.md").read_text(encoding="utf-8")
    for line in compare.summary(*compared())[:6]:
        assert line in page
    pairs = {mode: paths(mode) for mode in ("road", "rail")}
    for line in whole.summary(SHARED, pairs):
        assert line.strip() in page
