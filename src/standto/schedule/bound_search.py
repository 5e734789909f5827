"""Looking for prices: where they begin, how they are refined, and what is proved at the end.

The search works on part of the lines and at first on coarse blocks, where a round is quick.
Whatever it finds is then proved for all lines; a poor search gives a weak bound, never a wrong one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt

from standto.schedule.bound_master import Search, mastered
from standto.schedule.bound_prices import (
    DAY,
    SCALE,
    Relaxation,
    fitting_grid,
    sampled,
)
from standto.schedule.bound_solver import heed

Ints = npt.NDArray[np.int64]
Tell = Callable[[str, str], None]

LINES, FEWEST, EACH = 1000, 300, 20
"""Most lines of the search; how many are drawn where there are more: so many for each second that
there is, but not fewer. Of 10,000 lines in 33 s, 800 proved 8 % more than 400 where terminals are
short and 2 % where lift is; 1,500 less than either, because the program then makes few rounds."""
SEED = 1
"""Seed of what is drawn: the same instance gives the same bound."""
STAGES = ((1440, 120), (360, 60))
"""Minutes of a price and of a slot, one stage of the search after another."""
ENOUGH = 0.75
"""Part of a stage's rounds and time that is not left to the next."""


def searched(
    relaxation: Relaxation,
    seconds: float,
    most: int,
    tell: Tell = lambda stage, words: None,
) -> tuple[Search, Relaxation]:
    """The best prices found in so many seconds or rounds, proved for all lines; and on what grid.

    Ctrl-C leaves what is proved so far.
    """
    end = time.perf_counter() + seconds
    none = np.zeros(relaxation.capacity.shape, dtype=np.int64)
    best = Search(none, relaxation.price(none), 1)
    finest = relaxation.at(STAGES[-1][0], relaxation.grid)
    if seconds <= 0 or not finest.short():
        return best, relaxation  # where nothing is short by the block, no price proves more
    try:
        found, part, took = looked(relaxation, end, most, tell)
        grid = relaxation.grid
        while grid < DAY and time.perf_counter() + took * part.grid / grid > end:
            grid *= 2
        grid = fitting_grid(relaxation.ways, found.prices, grid, part.block)
        proof = relaxation.at(part.block, grid)
        value = proof.price(found.prices)
        if value > best.value:
            return Search(found.prices, value, found.rounds), proof
    except KeyboardInterrupt:
        tell("bounds", "stopped: what is proved so far")
    return best, relaxation


def looked(
    relaxation: Relaxation, end: float, most: int, tell: Tell
) -> tuple[Search, Relaxation, float]:
    """The best prices by part of the lines, for what blocks, and seconds of a proof for all.

    Ends in time for a proof of all lines before `end`.
    """
    seconds = min(end - time.perf_counter(), LINES / EACH)
    lines = max(FEWEST, round(EACH * seconds))
    part = drawn(relaxation, lines, *STAGES[0])
    share = max(1, int(part.ways.moved.sum())) / max(1, int(relaxation.ways.moved.sum()))
    found, took = Search(np.zeros(part.capacity.shape, dtype=np.int64), -1, 0), 0.0

    def kept(steps: Iterator[Search], rounds: int, until: float) -> Search:
        best, at = found, time.perf_counter()
        for best in steps:
            tell("bounds", f"{best.rounds} rounds of prices: {best.value / SCALE / share:.0f}")
            heed()
            now = time.perf_counter()
            if 2 * now - at > until or best.rounds >= rounds:
                break  # another round as long as this one would not end in time
            at = now
        return best

    for n, (block, grid) in enumerate(STAGES):
        if n:
            finer = drawn(relaxation, lines, block, grid)
            prices = refined(found.prices, part, finer)
            part, found = finer, Search(prices, -1, found.rounds)
            took = proving(relaxation.at(block, grid), prices)
        if n == len(STAGES) - 1:
            rounds, until = most, end - took * part.grid / relaxation.grid
        else:
            rounds = found.rounds + max(1, round(ENOUGH * (most - found.rounds)))
            until = time.perf_counter() + ENOUGH * (end - time.perf_counter())
        found = kept(mastered(part, found, until, rounds), rounds, until)
    return found, part, took


def proving(relaxation: Relaxation, prices: Ints) -> float:
    """Seconds that it takes to prove prices for all lines."""
    at = time.perf_counter()
    relaxation.price(prices)
    return time.perf_counter() - at


def drawn(relaxation: Relaxation, most: int, block: int, grid: int) -> Relaxation:
    """The relaxation on other blocks and slots, and of `most` lines where there are many."""
    lines = int(relaxation.ways.moved.sum())
    part = lines if lines <= LINES else most
    return sampled(relaxation.at(block, grid), part, np.random.default_rng(SEED))


def refined(prices: Ints, coarse: Relaxation, fine: Relaxation) -> Ints:
    """The same prices for shorter blocks; none where blocks and windows do not begin together."""
    made: Ints = np.repeat(prices, coarse.block // fine.block, axis=1)
    made[fine.capacity[:, 0] < 0] = 0
    return made
