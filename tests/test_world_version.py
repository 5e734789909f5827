"""The hash that a decision is bound to changes with the plan's content and with nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from standto.world.load import load
from standto.world.version import version

ALLIANCE = load(Path(__file__).parent / "small").alliance


def test_the_order_of_rows_and_of_plans_does_not_matter() -> None:
    turned = replace(
        ALLIANCE,
        forces=ALLIANCE.forces.reverse(),
        lines=ALLIANCE.lines.reverse(),
        loads=ALLIANCE.loads.reverse(),
    )
    both = version(ALLIANCE, ["east", "coast"])
    assert version(turned, ["coast", "east"]) == both
    assert len(both) == 64


@pytest.mark.parametrize(
    ("table", "column", "change"),
    [
        ("forces", "personnel", 1),
        ("lines", "personnel", 1),
        ("lines", "after_min", 60),
        ("loads", "count", 1),
    ],
)
def test_any_changed_value_changes_it(table: str, column: str, change: int) -> None:
    rows = getattr(ALLIANCE, table)
    first = pl.arange(0, rows.height) == 1
    changed = rows.with_columns(pl.when(first).then(pl.col(column) + change).otherwise(column))
    assert not changed.equals(rows)
    other = replace(ALLIANCE, **{table: changed})
    assert version(other, ["east"]) != version(ALLIANCE, ["east"])


def test_forces_of_other_plans_do_not_matter() -> None:
    kept = replace(ALLIANCE, forces=ALLIANCE.forces.filter(pl.col("plan") != "coast"))
    assert version(kept, ["east"]) == version(ALLIANCE, ["east"])
    assert version(kept, ["east", "coast"]) != version(ALLIANCE, ["east", "coast"])
