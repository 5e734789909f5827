"""Two rehearsals run against run: what one gains on the other under the same random numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from standto.rehearse.draws import stream
from standto.rehearse.ensemble import NOT_CLOSED, Ensemble
from standto.rehearse.quantiles import ALL, overall, quantile

Minutes = npt.NDArray[np.int64]
RESAMPLES = 300
"""Resamples of the runs, drawn in pairs, for the interval of the P95; more would narrow it by less
than the Monte Carlo error of the runs themselves."""


@dataclass(frozen=True)
class Gain:
    """Minutes by which the second closes earlier than the first, each with its 95 % interval.

    mean, low, high: over the runs in which both close (`both` of them). p95, p95_low, p95_high: of
    the 95 % quantiles over all runs, None where a quantile does not close.
    not_closed: runs in which only the first closes, less those in which only the second does.
    """

    both: int
    mean: float
    low: float
    high: float
    p95: float | None
    p95_low: float | None
    p95_high: float | None
    not_closed: int


def gain(first: Minutes, second: Minutes, seed: int) -> Gain:
    """What the second gains on the first. first, second: (runs,) closures of the same draws."""
    assert first.shape == second.shape, "paired runs are as many on either side"
    both = (first != NOT_CLOSED) & (second != NOT_CLOSED)
    saved = (first[both] - second[both]).astype(np.float64)
    mean = float(saved.mean()) if len(saved) else 0.0
    error = float(saved.std(ddof=1) / np.sqrt(len(saved))) if len(saved) > 1 else 0.0
    p95, low, high = _quantile_gain(first, second, 0.95, seed)
    opened = int((first == NOT_CLOSED).sum()) - int((second == NOT_CLOSED).sum())
    return Gain(
        both=int(both.sum()),
        mean=mean,
        low=mean - 1.96 * error,
        high=mean + 1.96 * error,
        p95=p95,
        p95_low=low,
        p95_high=high,
        not_closed=-opened,
    )


def _quantile_gain(
    first: Minutes, second: Minutes, share: float, seed: int
) -> tuple[float | None, float | None, float | None]:
    """Difference of a quantile, and its interval by resampling runs in pairs."""
    ends = quantile(first, share), quantile(second, share)
    if ends[0] is None or ends[1] is None:
        return None, None, None
    draws = stream(seed, "resamples")
    gains = []
    for _ in range(RESAMPLES):
        chosen = draws.integers(0, len(first), len(first))
        a, b = quantile(first[chosen], share), quantile(second[chosen], share)
        if a is None or b is None:
            return float(ends[0] - ends[1]), None, None
        gains.append(a - b)
    low, high = np.quantile(gains, [0.025, 0.975])
    return float(ends[0] - ends[1]), float(low), float(high)


GAINS = pl.Schema(
    {
        "force": pl.String(),
        "both": pl.Int64(),
        "mean_min": pl.Float64(),
        "low_min": pl.Float64(),
        "high_min": pl.Float64(),
        "p95_min": pl.Float64(),
        "p95_low_min": pl.Float64(),
        "p95_high_min": pl.Float64(),
        "not_closed": pl.Int64(),
    }
)


def against(first: Ensemble, second: Ensemble) -> pl.DataFrame:
    """What the second plan gains on the first: for all forces together, and for each in both."""
    assert first.seed == second.seed, "plans are compared under the same random numbers"
    runs = min(first.runs, second.runs)
    pairs = [(ALL, overall(first.closure_min), overall(second.closure_min))]
    for force in sorted(set(first.forces) & set(second.forces)):
        a, b = (e.closure_min[:, e.forces.index(force)] for e in (first, second))
        pairs.append((force, a, b))
    rows = []
    for force, a, b in pairs:
        g = gain(a[:runs], b[:runs], first.seed)
        rows.append(
            (force, g.both, g.mean, g.low, g.high, g.p95, g.p95_low, g.p95_high, g.not_closed)
        )
    return pl.DataFrame(rows, schema=GAINS, orient="row")
