"""The bundled sea, air and lift data: how much there is, where it comes from, and its sense."""

from __future__ import annotations

import csv
import gzip
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from standto.tables import schema
from standto.world.airspace import airspace
from standto.world.bundled import bundled
from standto.world.distance import along, great_circle_km
from standto.world.load import load_network
from standto.world.route import RouteError, route

EUROPE = load_network("europe")
ROOT = Path(__file__).parent.parent
WPI = ROOT.parent / "shared" / "data" / "ports" / "wpi.csv.gz"
NOT_IN_THE_INDEX = {"Igoumenitsa"}
ALLIES = (
    "AL BE BG CA HR CZ DK EE FR DE GR HU IS IT LV LT LU ME NL MK NO PL PT RO SK SI ES TR GB US"
).split()


def test_there_are_ports_legs_and_airfields_enough() -> None:
    sea = EUROPE.links.filter(mode="sea")
    assert EUROPE.ports.height >= 70
    assert sea.height >= 150
    assert 850 <= EUROPE.airfields.height <= 1000
    assert EUROPE.airfields["runway_m"].min() == 1500
    assert {"kiel", "montreux", "suez", "belts", "gibraltar"} <= set(sea["rule"].drop_nulls())


def test_every_coastal_ally_has_a_port_and_every_ally_an_airfield() -> None:
    country = dict(EUROPE.places.select("place", "iso").iter_rows())
    inland = {"CZ", "HU", "LU", "MK", "SK"}
    assert {country[p] for p in EUROPE.ports["place"]} >= set(ALLIES) - inland
    assert {country[p] for p in EUROPE.airfields["place"]} >= set(ALLIES)


def test_every_number_has_a_source_and_a_grade() -> None:
    known = set(EUROPE.sources["source"])
    for name in "ports airfields lift_types fleets items factors links places".split():
        table = getattr(EUROPE, name)
        assert table["source"].null_count() == table["grade"].null_count() == 0, name
        assert set(table["source"]) <= known, name


def test_what_rests_on_our_own_estimate_is_grade_c_or_d() -> None:
    for name in "ports lift_types fleets items factors".split():
        table = getattr(EUROPE, name)
        own = table.filter(pl.col("source").str.starts_with("standto"))
        assert set(own["grade"]) <= {"C", "D"}, name
    assert set(EUROPE.airfields.filter(mog_source="standto-mog")["mog_grade"]) == {"C"}


def test_a_factor_lies_between_its_lowest_and_highest() -> None:
    for row in EUROPE.factors.iter_rows(named=True):
        low = row["value"] if row["low"] is None else row["low"]
        high = row["value"] if row["high"] is None else row["high"]
        assert low <= row["value"] <= high, row["factor"]


def test_every_type_of_lift_can_stand_where_its_fleets_stand() -> None:
    types = EUROPE.lift_types.drop("source", "grade")
    fleets = EUROPE.fleets.drop("source", "grade").join(types, on="lift")
    by_air = fleets.filter(mode="air").join(
        EUROPE.airfields, left_on="base", right_on="place", suffix="_field"
    )
    assert by_air.filter(pl.col("runway_m") < pl.col("min_runway_m"))["fleet"].to_list() == []
    by_sea = fleets.filter(mode="sea").join(
        EUROPE.ports, left_on="base", right_on="place", suffix="_port"
    )
    shallow = by_sea.filter(pl.col("draught_m") > pl.col("draught_m_port"))
    assert shallow["fleet"].to_list() == []


def test_every_mode_of_lift_has_a_fleet_and_every_air_type_its_range_and_runway() -> None:
    used = EUROPE.fleets.join(EUROPE.lift_types, on="lift")
    assert set(used["mode"]) == {"road", "rail", "sea", "air"}
    air = EUROPE.lift_types.filter(mode="air")
    assert air["range_km"].null_count() == air["min_runway_m"].null_count() == 0
    assert EUROPE.lift_types.filter(mode="rail")["gauge_mm"].null_count() == 0
    assert EUROPE.lift_types.filter(mode="sea")["draught_m"].null_count() == 0


def test_a_tank_fits_a_c17_a_train_and_a_transporter_but_no_hercules() -> None:
    mass = dict(EUROPE.items.select("item", "mass_t").iter_rows())
    piece = dict(EUROPE.lift_types.select("lift", "max_piece_t").iter_rows())
    for lift in ("c17", "train-1435", "het", "roro-point"):
        assert piece[lift] >= mass["m1a2"] >= mass["leopard-2a4"], lift
    assert piece["c130h"] < mass["m113"] + 5
    assert piece["a400m"] < mass["m1a2"]


@pytest.mark.parametrize(
    ("ends", "rule"),
    [
        (("Piraeus", "Constanța"), "montreux"),
        (("Hamburg", "Gdynia"), "kiel"),
        (("Lisbon", "Barcelona"), "gibraltar"),
    ],
)
def test_a_ship_meets_the_rule_of_its_strait(ends: tuple[str, str], rule: str) -> None:
    rules = dict(EUROPE.links.select("link", "rule").iter_rows())
    assert rule in {rules[step.link] for step in route(EUROPE, *ends, "sea").path}


def test_the_built_network_stays_under_three_megabytes() -> None:
    tables = list(bundled("europe").glob("*.csv"))
    assert sum(path.stat().st_size for path in tables) < 3_000_000
    assert {path.stem for path in tables} >= {"apart", "ports"}
    known = {*EUROPE.__dataclass_fields__, "apart", "contingencies"}
    assert {path.stem for path in tables} <= known
    assert schema("apart").key == ("mode", "place")


def legs() -> list[tuple[str, str, float, float, float, float]]:
    at = {p: (a, b) for p, a, b in EUROPE.places.select("place", "lat", "lon").iter_rows()}
    rows = EUROPE.links.filter(mode="sea").select("u", "v").iter_rows()
    return [(u, v, *at[u], *at[v]) for u, v in rows]


def test_a_sea_leg_between_sea_points_does_not_cross_much_land() -> None:
    """Named straits and canals may touch land on a map of 11 km cells; open legs may not.

    West of 30 degrees the map ends, and the nearest place stands for its country.
    """
    sky = airspace(EUROPE)
    kinds = dict(EUROPE.places.select("place", "kind").iter_rows())
    for u, v, *ends in legs():
        if {kinds[u], kinds[v]} <= {"sea_point"} and min(ends[1], ends[3]) > -30:
            points = along(*ends, 5.0)
            ashore = np.count_nonzero(sky.at(points[:, 0], points[:, 1])) * 5
            assert ashore <= 25, f"{u} - {v}: {ashore} km over land"


@pytest.mark.skipif(not WPI.is_file(), reason="the World Port Index is not beside this checkout")
def test_our_ports_lie_where_the_world_port_index_has_ports() -> None:
    with gzip.open(WPI, "rt", encoding="utf-8-sig") as file:
        rows = [(float(r["Latitude"]), float(r["Longitude"])) for r in csv.DictReader(file)]
    index = np.array(rows)
    far = {}
    with (ROOT / "data" / "make" / "ports.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            here = (np.full(len(index), float(row[column])) for column in ("lat", "lon"))
            km = float(great_circle_km(*here, index[:, 0], index[:, 1]).min())
            if km > 15:
                far[row["name"]] = round(km)
    assert set(far) <= NOT_IN_THE_INDEX, far


def test_the_page_counts_what_there_is() -> None:
    page = (ROOT / "docs" / "network-sea-air.md").read_text(encoding="utf-8")
    counted = {
        "ports for ro-ro and heavy lift": EUROPE.ports.height,
        "sea links": EUROPE.links.filter(mode="sea").height,
        "airfields, paved runway of 1,500 m or more": EUROPE.airfields.height,
        "types of lift": EUROPE.lift_types.height,
        "fleets": EUROPE.fleets.height,
        "vehicles and cargo": EUROPE.items.height,
        "planning factors": EUROPE.factors.height,
    }
    for what, rows in counted.items():
        assert f"| {what} | {rows} |" in page, f"{what}: {rows}"


def test_no_port_lets_a_ship_slip_round_the_rule_of_a_strait() -> None:
    """Without the links of a rule, its two ends are joined only by the long way round."""
    for rule, ends in {
        "kiel": ("kiel-canal-west", "kiel-canal-east"),
        "montreux": ("dardanelles-west", "dardanelles-east"),
        "gibraltar": ("gibraltar-west", "gibraltar-east"),
    }.items():
        links = EUROPE.links.filter(pl.col("rule").is_null() | (pl.col("rule") != rule))
        cut = replace(EUROPE, links=links)
        direct = EUROPE.links.filter((pl.col("u") == ends[0]) & (pl.col("v") == ends[1]))["km"][0]
        try:
            assert route(cut, *ends, "sea").km > 5 * direct, rule
        except RouteError:
            continue
