"""The world of one scenario: an alliance on a network, every reference proven."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from standto.clock import Clock
from standto.world.alliance import Alliance, Scenario
from standto.world.network import Network


@dataclass(frozen=True)
class World:
    """Everything a scenario folder and its network say. Only `load` makes one.

    acts: what the council did or is to do, as `schema/acts.csv`.
    contingencies: what may go wrong, as `schema/contingencies.csv`.
    reports: paths of the report files, sorted by name.
    ledger: an exported ledger to replay instead of `acts`, where the folder holds one.
    """

    scenario: Scenario
    clock: Clock
    folder: Path
    alliance: Alliance
    network: Network
    acts: pl.DataFrame
    contingencies: pl.DataFrame
    reports: tuple[Path, ...]
    ledger: Path | None
