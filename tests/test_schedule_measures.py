"""Measures worked out from the legs alone add up to what the search minimised."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from standto.respond import Scheduled, scheduled
from standto.schedule.measures import measures
from standto.schedule.solve import Stop

SMALL = Path(__file__).parent / "small"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Scheduled:
    ledger = tmp_path_factory.mktemp("measures") / "ledger.sqlite"
    return scheduled(SMALL, ledger, Stop(iterations=10), 1, lambda stage, words: None)


@pytest.fixture(scope="module")
def table(made: Scheduled) -> pl.DataFrame:
    return measures(made.plan, made.result, made.world.scenario.objective)


def test_weighted_measures_add_up_to_the_objective(made: Scheduled, table: pl.DataFrame) -> None:
    weighed = table.filter(pl.col("weight").is_not_null())
    assert weighed["measure"].to_list() == ["closure", "response", "lateness"]
    total = (weighed["value"] * weighed["weight"]).sum()
    assert total == pytest.approx(made.result.objective, rel=1e-9)


def test_no_measure_is_below_its_bound(table: pl.DataFrame) -> None:
    proved = table.filter(pl.col("lower_bound").is_not_null())
    assert proved.height == 4
    assert (proved["value"] >= proved["lower_bound"] - 1e-6).all()


def test_lift_hours_count_each_trip_once(made: Scheduled, table: pl.DataFrame) -> None:
    legs = made.result.schedule.legs.filter((pl.col("mode") == "rail") & (pl.col("trip") >= 0))
    hours = {
        (row["lift"], row["asset"], row["trip"]): (
            row["arrive_min"] + row["unload_min"] - row["depart_min"] + row["load_min"]
        )
        / 60
        for row in legs.iter_rows(named=True)
    }
    assert len(hours) < legs.height, "some trip carries several packets"
    rail = table.filter(pl.col("measure") == "lift rail")["value"].item()
    assert rail == pytest.approx(sum(hours.values()))
