"""What happens in each run: contingencies drawn under common random numbers.

Each contingency draws from its own stream, keyed by the seed and its key. So run 17 meets the same
trouble whatever the plan, the policy, the number of runs or of workers, and switching one
contingency off changes nothing for the others.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from standto.world.contingencies import shape_of, start_range

FOR_EVER = 2**29
"""Minutes after which nothing arrives: a window that ends here never opens again."""
LIFETIME_MIN = 90 * 365 * 1440
"""A window as long as this, some hundred years, is a way to write that it never opens again."""


@dataclass(frozen=True)
class Draws:
    """What happens in each run: arrays of shape (contingencies, runs).

    happens: whether it strikes. opens, closes: the window in minutes since C-hour during which what
    is struck is shut (closes = FOR_EVER: it stays shut). factor: on travel time, 1 where none.
    """

    keys: tuple[str, ...]
    happens: npt.NDArray[np.bool_]
    opens: npt.NDArray[np.int64]
    closes: npt.NDArray[np.int64]
    factor: npt.NDArray[np.float64]

    @property
    def runs(self) -> int:
        """Number of runs drawn."""
        return int(self.happens.shape[1])

    def part(self, chosen: npt.NDArray[np.int64], without: int = -1) -> Draws:
        """Some of the runs, with one contingency (its row) switched off where it is not -1."""
        happens = self.happens.take(chosen, axis=1)
        if without >= 0:
            happens[without] = False
        return Draws(
            self.keys,
            happens,
            self.opens.take(chosen, axis=1),
            self.closes.take(chosen, axis=1),
            self.factor.take(chosen, axis=1),
        )

    def only(self, rows: npt.NDArray[np.bool_]) -> Draws:
        """Some of the contingencies."""
        return Draws(
            tuple(key for key, kept in zip(self.keys, rows, strict=True) if kept),
            self.happens[rows],
            self.opens[rows],
            self.closes[rows],
            self.factor[rows],
        )


def draw(table: pl.DataFrame, runs: int, seed: int) -> Draws:
    """What happens in each of `runs` runs; the first n runs are the same whatever `runs` is."""
    size = (table.height, runs)
    happens = np.zeros(size, dtype=np.bool_)
    opens, closes = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
    factor = np.ones(size)
    for n, row in enumerate(table.iter_rows(named=True)):
        struck = stream(seed, f"group:{row['group']}" if row["group"] else row["contingency"])
        happens[n] = struck.random(runs) < row["probability"]
        own = stream(seed, f"length:{row['contingency']}").random((runs, 2))
        shape = shape_of(row["distribution"], row["parameters"])
        low, high = start_range(row["start"])
        opens[n] = np.minimum(np.floor(low + own[:, 0] * (high - low)), FOR_EVER)
        value = shape.quantile(own[:, 1])
        if shape.is_factor:
            factor[n] = np.where(happens[n], value, 1.0)
            closes[n] = FOR_EVER
        else:
            ends = np.where(value < LIFETIME_MIN, opens[n] + np.rint(value), FOR_EVER)
            closes[n] = np.minimum(ends, FOR_EVER)
    return Draws(tuple(table["contingency"]), happens, opens, closes, factor)


def stream(seed: int, key: str) -> np.random.Generator:
    """The stream of random numbers that belongs to one key under one seed."""
    digest = hashlib.sha256(key.encode()).digest()
    return np.random.default_rng([seed, int.from_bytes(digest[:8], "big")])
