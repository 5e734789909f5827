"""Legs to movements: nobody is lost, nobody is in two places, and a large plan stays small."""

from __future__ import annotations

from itertools import pairwise

import polars as pl
import pytest

from standto.schedule.schedule import LEGS
from standto.view import movements as module
from standto.view.movements import Movements, movements
from standto.world.load import load
from tests import made_response


@pytest.fixture(scope="module")
def links() -> pl.DataFrame:
    return load(made_response.SMALL).network.links


@pytest.fixture(scope="module")
def moves(links: pl.DataFrame) -> Movements:
    return movements(made_response.legs(), links)


def test_every_packet_is_in_one_itinerary(moves: Movements) -> None:
    legs = made_response.legs()
    assert sum(entry["packets"] for entry in moves.itineraries) == legs["packet"].n_unique()
    assert sum(len(e["legs"]) * e["packets"] for e in moves.itineraries) == legs.height


def test_personnel_and_cargo_are_counted_once_a_packet(moves: Movements) -> None:
    first = made_response.legs().filter(pl.col("step") == 0)
    assert sum(e["personnel"] for e in moves.itineraries) == first["personnel"].sum()
    assert sum(e["mass_t"] for e in moves.itineraries) == first["mass_t"].sum()


def test_a_path_runs_from_place_to_place_in_order_of_time(moves: Movements) -> None:
    road = next(path for path in moves.paths if len(path["places"]) == 5)
    assert road["places"] == ["ashby-xa", "alder-xa", "birch-xb", "cedar-xc", "crown-xc"]
    assert road["at_min"] == [0, 240, 480, 720, 960]
    assert all(a <= b for path in moves.paths for a, b in pairwise(path["at_min"]))


def test_a_flight_is_a_path_of_two_places(moves: Movements) -> None:
    flight = next(path for path in moves.paths if path["mode"] == "air")
    assert flight["places"] == ["ayr-xa", "cove-xc"]
    assert flight["at_min"] == [0, 120]


def test_a_flight_keeps_its_turning_points(links: pl.DataFrame) -> None:
    turns = [45.2, -40.0, 46.0, -37.0, 45.15, -34.0]
    legs = made_response.legs().with_columns(
        via=pl.when(pl.col("mode") == "air")
        .then(pl.lit(turns))
        .otherwise(pl.lit([], dtype=pl.List(pl.Float64)))
    )
    paths = movements(legs, links).paths
    assert [path["via"] for path in paths if path["mode"] == "air"] == [turns]
    assert all(path["via"] == [] for path in paths if path["mode"] != "air")


def test_packets_on_the_same_way_share_its_path(moves: Movements) -> None:
    convoys = [e for e in moves.itineraries if e["line"] == "a-mech-wheels"]
    assert len(convoys) == 2
    assert len({entry["legs"][0][0] for entry in convoys}) == 1


def test_packets_aboard_one_departure_are_one_itinerary(links: pl.DataFrame) -> None:
    legs = made_response.legs().filter(pl.col("packet") == 0)
    twin = legs.with_columns(pl.lit(9, dtype=pl.Int64).alias("packet"))
    moves = movements(pl.concat([legs, twin]), links)
    assert [entry["packets"] for entry in moves.itineraries] == [2]
    assert moves.itineraries[0]["personnel"] == 2 * legs["personnel"][0]


def test_a_large_plan_is_thinned_and_keeps_every_packet(
    links: pl.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LARGE", 20)
    one = made_response.legs().filter(pl.col("packet") == 0)
    copies = [
        one.with_columns(
            pl.lit(n, dtype=pl.Int64).alias("packet"),
            (pl.col("depart_min") + 7 * n).alias("depart_min"),
            (pl.col("arrive_min") + 7 * n).alias("arrive_min"),
        )
        for n in range(200)
    ]
    moves = movements(pl.DataFrame(pl.concat(copies), schema=LEGS), links)
    assert len(moves.itineraries) <= 20
    assert moves.bucket_min > 0
    assert sum(entry["packets"] for entry in moves.itineraries) == 200


def test_an_empty_schedule_has_no_movements(links: pl.DataFrame) -> None:
    moves = movements(pl.DataFrame(schema=LEGS), links)
    assert (moves.paths, moves.itineraries, moves.lifts) == ([], [], [])
