"""What a thousand rehearsals give: closure per run and force, quantiles, and what mattered."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

NOT_CLOSED = -1


@dataclass(frozen=True)
class Ensemble:
    """Closures of one schedule under one policy, run after run.

    policy: which engine (fixed order, priority, reroute, replan). forces: keys, sorted.
    closure_min: (runs, forces) minutes since C-hour, NOT_CLOSED where a force did not close.
    quantiles: force (`` for all together), p05_min, p50_min, p95_min, p50_error_min (Monte Carlo
    standard error), not_closed (runs), on_time (share of runs that met the required date, null
    where none is set).
    mattered: contingency, name, cost_min (mean closure it costs, by switching it off under the same
    random numbers), low_min, high_min (95 % interval), happened (runs).
    """

    policy: str
    seed: int
    forces: tuple[str, ...]
    closure_min: npt.NDArray[np.int64]
    quantiles: pl.DataFrame
    mattered: pl.DataFrame
    seconds: float

    @property
    def runs(self) -> int:
        """Number of runs made."""
        return int(self.closure_min.shape[0])
