"""Answers from many runs: quantiles with their error, dates kept, what mattered."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt
import polars as pl

from standto.rehearse.draws import Draws
from standto.rehearse.ensemble import NOT_CLOSED
from standto.rehearse.interrupts import Presses

Minutes = npt.NDArray[np.int64]
Job = tuple[npt.NDArray[np.int64], int]
"""Some runs, and the row of the contingency that is switched off in them (-1 for none)."""
ALL = ""
"""Stands for all forces together in a table of quantiles."""
LAST = np.iinfo(np.int64).max
"""Stands for a closure that never comes where closures are put in order."""


def overall(closures: Minutes) -> Minutes:
    """(runs,) last closure of all forces, NOT_CLOSED where some force did not close."""
    if closures.shape[1] == 0:
        return np.zeros(closures.shape[0], dtype=np.int64)
    lost = (closures == NOT_CLOSED).any(axis=1)
    return np.where(lost, NOT_CLOSED, closures.max(axis=1))


def in_order(closures: Minutes) -> Minutes:
    """Closures in rising order, those that never come last, as LAST."""
    return np.sort(np.where(closures == NOT_CLOSED, LAST, closures))


def quantile(closures: Minutes, share: float) -> int | None:
    """Smallest closure that this share of the runs keeps to; None where too many never close."""
    return _at(in_order(closures), share)


def quantile_error(closures: Minutes, share: float) -> float | None:
    """Monte Carlo standard error of a quantile in minutes, by order statistics: half the distance
    between the quantiles one binomial standard deviation to either side. None where these lie
    beyond the runs, which are too few to tell, or where they never close."""
    return _error(in_order(closures), share)


def _at(ordered: Minutes, share: float) -> int | None:
    if not len(ordered):
        return None
    place = int(np.ceil(share * len(ordered) - 1e-9)) - 1
    value = int(ordered[min(len(ordered) - 1, max(0, place))])
    return None if value == LAST else value


def _error(ordered: Minutes, share: float) -> float | None:
    runs = len(ordered)
    spread = np.sqrt(share * (1 - share) / max(1, runs))
    if share - spread < 1 / max(1, runs) or share + spread > 1:
        return None
    low, high = _at(ordered, share - spread), _at(ordered, share + spread)
    return None if low is None or high is None else (high - low) / 2


def quantiles(
    closures: Minutes, forces: tuple[str, ...], plan_forces: pl.DataFrame
) -> pl.DataFrame:
    """One row a force, and one for all: P5, P50, P95 with errors, runs not closed, dates kept."""
    required = dict(plan_forces.select("force", "required_min").iter_rows())
    columns = [(ALL, overall(closures), None)]
    columns += [(force, closures[:, n], required[force]) for n, force in enumerate(forces)]
    return pl.DataFrame([_row(*column) for column in columns], schema=QUANTILES)


def _row(force: str, values: Minutes, due: int | None) -> dict[str, object]:
    ordered = in_order(values)
    return {
        "force": force,
        "p05_min": _at(ordered, 0.05),
        "p50_min": _at(ordered, 0.50),
        "p95_min": _at(ordered, 0.95),
        "p50_error_min": _error(ordered, 0.50),
        "p95_error_min": _error(ordered, 0.95),
        "not_closed": int((values == NOT_CLOSED).sum()),
        "on_time": None if due is None else _share_by(values, due),
    }


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
    again: Callable[[list[Job]], Iterator[Minutes]],
    most: int,
    stop: Presses | None = None,
) -> pl.DataFrame:
    """What each contingency costs: mean delay of the forces' closures, with a 95 % interval.

    Each is switched off under the same random numbers; only the runs in which it happened (at most
    the first `most` of them) are played again, the others are the same. again: closures, in their
    order, of some runs without the contingency of a row. cost_min: over all runs, the mean over
    forces that close both ways. kept_open: runs in which some force closes only without it, in
    proportion where only some were played. Ctrl-C, which `stop` hears of, leaves out those not
    played yet.
    """
    runs = closures.shape[0]
    rows = []
    hits = [np.flatnonzero(happens[:runs]) for happens in draws.happens]
    chosen = [hit[: most if closures.shape[1] else 0] for hit in hits]
    played = again([(some, n) for n, some in enumerate(chosen) if len(some)])
    names = contingencies.select("contingency", "name").iter_rows()
    for (key, name), hit, some in zip(names, hits, chosen, strict=True):
        saved, opened = np.zeros(0), 0.0
        if len(some):
            try:
                with (stop or Presses()).heard():
                    spared = next(played)
            except KeyboardInterrupt:
                break
            struck = closures[some]
            both = (spared != NOT_CLOSED) & (struck != NOT_CLOSED)
            saved = np.where(both, struck - spared, 0).sum(axis=1) / np.maximum(both.sum(axis=1), 1)
            freed = ((spared != NOT_CLOSED) & (struck == NOT_CLOSED)).any(axis=1)
            opened = float(freed.mean()) * len(hit)
        mean, error = _mean_of_struck(saved, len(hit), runs)
        low, high = mean - 1.96 * error, mean + 1.96 * error
        rows.append((key, name, len(hit), mean, low, high, round(opened)))
    table = pl.DataFrame(rows, schema=MATTERED, orient="row")
    return table.sort(["kept_open", "cost_min", "contingency"], descending=[True, True, False])


def _mean_of_struck(saved: npt.NDArray[np.float64], hits: int, runs: int) -> tuple[float, float]:
    """Mean over all runs, and its standard error, of what is 0 in the runs that are not hit.

    saved: of the runs hit that were played again, all or the first of them.
    """
    if not len(saved):
        return 0.0, 0.0
    share = hits / runs
    mean = float(saved.mean())
    played = float(saved.var(ddof=1)) if len(saved) > 1 else mean**2  # one alone may be anything
    whether = share * (1 - share) * mean**2 / runs
    return share * mean, float(np.sqrt(share**2 * played / len(saved) + whether))
