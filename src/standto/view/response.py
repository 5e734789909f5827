"""The whole response of one run: every noun of the chain, for the page and the files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from standto.council.activation import Activation
from standto.plan.plan import Limits, Plan
from standto.rehearse.ensemble import Ensemble
from standto.reports.situation import Situation
from standto.schedule.schedule import Result
from standto.world.world import World


@dataclass(frozen=True)
class Response:
    """One answer to one scenario, from the first report to the last arrival.

    findings: as `rules.FINDINGS`. notices: as `channel.NOTICES`.
    ledger: the ledger in SQLite that `activation` was proved from, for export.
    """

    world: World
    situation: Situation
    activation: Activation
    ledger: Path
    plan: Plan
    limits: Limits
    result: Result
    ensemble: Ensemble
    findings: pl.DataFrame
    notices: pl.DataFrame
    seed: int
