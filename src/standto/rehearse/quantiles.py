"""Answers from many runs: quantiles with their error, dates kept, what mattered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import polars as pl

from standto.rehearse.draws import Draws
from standto.rehearse.ensemble import NOT_CLOSED

Minutes = npt.NDArray[np.int64]
ALL = ""
"""Stands for all forces together in a table of quantiles."""


def overall(closures: Minutes) -> Minutes:
    """(runs,) last closure of all forces, NOT_CLOSED where some force did not close."""
    if closures.shape[1] == 0:
        return np.zeros(closures.shape[0], dtype=np.int64)
    lost = (closures == NOT_CLOSED).any(axis=1)
    return np.where(lost, NOT_CLOSED, closures.max(axis=1))


def quantile(closures: Minutes, share: float) -> int | None:
    """Smallest closure that this share of the runs keeps to; None where too many never close."""
    ordered = np.sort(np.where(closures == NOT_CLOSED, np.iinfo(np.int64).max, closures))
    if not len(ordered):
        return None
    value = int(ordered[min(len(ordered) - 1, int(np.ceil(share * len(ordered))) - 1)])
    return None if value == np.iinfo(np.int64).max else value


def quantile_error(closures: Minutes, share: float) -> float | None:
    """Monte Carlo standard error of a quantile in minutes, by order statistics: half the distance
    between the quantiles one binomial standard deviation to either side."""
    runs = len(closures)
    spread = np.sqrt(share * (1 - share) / runs) if runs else 0.0
    low = quantile(closures, max(1 / max(runs, 1), share - spread))
    high = quantile(closures, min(1.0, share + spread))
    return None if low is None or high is None else (high - low) / 2


def quantiles(
    closures: Minutes, forces: tuple[str, ...], plan_forces: pl.DataFrame
) -> pl.DataFrame:
    """One row a force, and one for all: P5, P50, P95 with errors, runs not closed, dates kept."""
    required = dict(plan_forces.select("force", "required_min").iter_rows())
    columns = [(ALL, overall(closures), None)]
    columns += [(force, closures[:, n], required[force]) for n, force in enumerate(forces)]
    return pl.DataFrame(
        [
            {
                "force": force,
                "p05_min": quantile(values, 0.05),
                "p50_min": quantile(values, 0.50),
                "p95_min": quantile(values, 0.95),
                "p50_error_min": quantile_error(values, 0.50),
                "p95_error_min": quantile_error(values, 0.95),
                "not_closed": int((values == NOT_CLOSED).sum()),
                "on_time": None if due is None else _share_by(values, due),
            }
            for force, values, due in columns
        ],
        schema=QUANTILES,
    )


QUANTILES = pl.Schema(
    {
        "force": pl.String(),
        "p05_min": pl.Int64(),
        "p50_min": pl.Int64(),
        "p95_min": pl.Int64(),
        "p50_error_min": pl.Float64(),
        "p95_error_min": pl.Float64(),
        "not_closed": pl.Int64(),
        "on_time": pl.Float64(),
    }
)
MATTERED = pl.Schema(
    {
        "contingency": pl.String(),
        "name": pl.String(),
        "happened": pl.Int64(),
        "cost_min": pl.Float64(),
        "low_min": pl.Float64(),
        "high_min": pl.Float64(),
        "kept_open": pl.Int64(),
    }
)


def _share_by(values: Minutes, due: int) -> float:
    return float(((values != NOT_CLOSED) & (values <= due)).mean()) if len(values) else 0.0


def mattered(
    contingencies: pl.DataFrame,
    draws: Draws,
    closures: Minutes,
    again: Callable[[npt.NDArray[np.int64], Draws], Minutes],
) -> pl.DataFrame:
    """What each contingency costs: mean delay of the forces' closures, with a 95 % interval.

    Each is switched off under the same random numbers; only the runs in which it happened are
    played again, the others are the same. cost_min: over all runs, the mean over forces that close
    both ways. kept_open: runs in which some force closes only without it.
    """
    runs = closures.shape[0]
    rows = []
    for n, (key, name) in enumerate(contingencies.select("contingency", "name").iter_rows()):
        hit = np.flatnonzero(draws.happens[n, :runs])
        saved = np.zeros(runs)
        opened = 0
        if len(hit) and closures.shape[1]:
            happens = draws.happens.copy()
            happens[n] = False
            spared = again(hit, replace(draws, happens=happens))
            both = (spared != NOT_CLOSED) & (closures[hit] != NOT_CLOSED)
            gained = np.where(both, closures[hit] - spared, 0).sum(axis=1)
            saved[hit] = gained / np.maximum(both.sum(axis=1), 1)
            opened = int(((spared != NOT_CLOSED) & (closures[hit] == NOT_CLOSED)).any(axis=1).sum())
        mean, error = float(saved.mean()), float(saved.std() / np.sqrt(max(runs, 1)))
        rows.append((key, name, len(hit), mean, mean - 1.96 * error, mean + 1.96 * error, opened))
    table = pl.DataFrame(rows, schema=MATTERED, orient="row")
    return table.sort(["kept_open", "cost_min", "contingency"], descending=[True, True, False])
