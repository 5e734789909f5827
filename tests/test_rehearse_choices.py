"""What to do beforehand, each choice checked by playing it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from standto.plan.plan import Plan
from standto.rehearse.choices import choices, choices_words
from standto.rehearse.ensemble import Ensemble
from standto.rehearse.rehearse import rehearse
from standto.rehearse.runs import How
from standto.respond import Scheduled, scheduled
from standto.schedule.solve import Stop
from standto.world.world import World
from tests.rehearsal_case import contingency_table

PERMIT = "late,Permit late,clearance,XC,,1,always,fixed,40 d,,,hand,D"
FOG = "fog,Fog,weather,XA,air,0.5,always,fixed,3 h,,,hand,D"
STOP = Stop(iterations=3)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Scheduled:
    folder = Path(__file__).parent / "small"
    ledger = tmp_path_factory.mktemp("choices") / "ledger.sqlite"
    return scheduled(folder, ledger, STOP, 1, lambda stage, words: None)


@pytest.fixture(scope="module")
def table(made: Scheduled) -> tuple[World, Plan, Ensemble, pl.DataFrame]:
    world = replace(made.world, contingencies=contingency_table(PERMIT, FOG))
    ensemble = rehearse(world, made.plan, made.result.schedule, 60, 1)
    tried = choices(world, made.plan, made.limits, made.result, ensemble, STOP, How(), most=2)
    return world, made.plan, ensemble, tried


def test_a_permit_that_always_comes_40_days_late_is_the_best_to_ask_for_beforehand(
    table: tuple[World, Plan, Ensemble, pl.DataFrame],
) -> None:
    tried = table[3]
    best = tried.row(0, named=True)
    assert (best["choice"], best["key"]) == ("pre-clear", "late")
    assert best["p95_gain_min"] > 20 * 1440
    assert best["p95_low_min"] > 0


def test_all_three_sorts_are_tried_and_none_of_them_harms_by_much(
    table: tuple[World, Plan, Ensemble, pl.DataFrame],
) -> None:
    tried = table[3]
    assert set(tried["choice"]) == {"pre-clear", "reserve", "pre-position"}
    assert tried["p95_gain_min"].is_sorted(descending=True)


def test_weather_cannot_be_cleared_beforehand(
    table: tuple[World, Plan, Ensemble, pl.DataFrame],
) -> None:
    cleared = table[3].filter(pl.col("choice") == "pre-clear")
    assert cleared["key"].to_list() == ["late"]


def test_each_choice_is_told_with_its_interval(
    table: tuple[World, Plan, Ensemble, pl.DataFrame],
) -> None:
    told = choices_words(table[3]).splitlines()
    assert told[1].startswith("  pre-clear Permit late: P95 ")
    assert len(told) == table[3].height + 2
    assert "not: berths" in told[-1], "what is left out is said"


def test_reserves_are_of_fleets_that_packets_wait_for(
    made: Scheduled, table: tuple[World, Plan, Ensemble, pl.DataFrame]
) -> None:
    waited = made.result.bottlenecks.filter(pl.col("kind") == "lift")["resource"].to_list()
    tried = table[3].filter(pl.col("choice") == "reserve")["key"].to_list()
    assert tried, "the small schedule waits for lift"
    assert set(tried) <= {resource.split(" ")[0] for resource in waited}
