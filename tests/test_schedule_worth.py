"""What one more unit would buy: the world is wider by one, and the plan says what that gives."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from standto.respond import scheduled, widened
from standto.schedule.schedule import Result
from standto.schedule.solve import Stop
from standto.schedule.worth import wider, worth
from standto.world.load import load
from standto.world.world import World

SMALL = Path(__file__).parent / "small"


@pytest.fixture(scope="module")
def world() -> World:
    return load(SMALL)


def test_one_more_asset_is_one_more_of_that_fleet_alone(world: World) -> None:
    wide = wider(world, "het-xa anywhere", "lift")
    assert wide is not None
    before = dict(world.network.fleets.select("fleet", "count").iter_rows())
    after = dict(wide.world.network.fleets.select("fleet", "count").iter_rows())
    assert {
        fleet: after[fleet] - before[fleet] for fleet in before if after[fleet] != before[fleet]
    } == {"het-xa": 1}


def test_a_port_gets_a_berth_and_its_share_of_lane_metres(world: World) -> None:
    port = world.network.ports.row(0, named=True)
    wide = wider(world, port["place"], "terminal")
    assert wide is not None
    assert "berth" in wide.words
    row = wide.world.network.ports.row(0, named=True)
    assert row["berths"] == port["berths"] + 1
    share = port["lane_m_per_day"] * (port["berths"] + 1) / port["berths"]
    assert row["lane_m_per_day"] == pytest.approx(share, abs=1)
    assert wide.world.network.ports[1:].equals(world.network.ports[1:])


def test_a_permit_comes_a_day_sooner_at_each_chance(world: World) -> None:
    table = world.network.clearances.filter(pl.col("phase") == world.scenario.phase)
    row = table.row(0, named=True)
    wide = wider(world, f"XZ {row['mode']}", "clearance")
    assert wide is not None
    general = table.filter((pl.col("iso") == "**") & (pl.col("mode") == row["mode"]))
    own = wide.world.network.clearances.filter(
        (pl.col("iso") == "XZ") & (pl.col("mode") == row["mode"])
    )
    assert own["lead_min"].to_list() == [max(0, x - 1440) for x in general["lead_min"]]


@pytest.mark.parametrize(
    ("resource", "kind"), [("nowhere", "terminal"), ("x", "road"), ("x", "link")]
)
def test_what_cannot_be_one_more_is_left_out(world: World, resource: str, kind: str) -> None:
    assert wider(world, resource, kind) is None


def test_trials_are_ranked_by_what_they_buy(tmp_path: Path) -> None:
    stop = Stop(iterations=30, proving=0.0)
    before = scheduled(SMALL, tmp_path / "a.sqlite", stop, 1, lambda stage, words: None)
    table = widened(before, 3, stop, 1, lambda stage, words: None)
    assert 0 < table.height <= 3
    assert table["objective_gain"].is_sorted(descending=True)
    assert table["objective_gain"][0] > 0, "one more transporter helps where all wait for one"


def test_interrupted_trials_give_what_is_done(tmp_path: Path) -> None:
    stop = Stop(iterations=5, proving=0.0)
    before = scheduled(SMALL, tmp_path / "a.sqlite", stop, 1, lambda stage, words: None)
    given: list[str] = []

    def again(world: World, words: str) -> Result | None:
        given.append(words)
        return before.result if len(given) == 1 else None

    table = worth(before.world, before.result, 5, again)
    assert table.height == 1
    assert table["objective_gain"].to_list() == [0.0]
