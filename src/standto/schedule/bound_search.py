"""Looking for prices: where they begin, subgradient steps, and what is proved at the end.

The search works on part of the lines and on coarse slots, where a round is quick. Whatever it
finds is then proved for all lines; a poor search gives a weak bound, never a wrong one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from standto.kernels.pricing import BLOCK, SHARE
from standto.schedule.bound_closings import Peak
from standto.schedule.bound_prices import (
    COARSE,
    LARGEST_PRICE,
    SCALE,
    Relaxation,
    fitting_grid,
    sampled,
)

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Tell = Callable[[str, str], None]

LINES = 1500
"""Lines of the search: of more a part is drawn."""
SEED = 1
"""Seed of what is drawn: the same instance gives the same bound."""
STEEP = (0.3, 0.1, 0.03)
"""Slopes tried for the first prices, as parts of that at which all that is moved is delayed."""
RISE = 0.3
"""Part by which the value aimed at lies above the best so far, at first."""
FLOOR = 0.1
"""What is proved counts as this part of the target at least when the aim is set above it."""
LEAST_RISE = 0.004
"""The search ends where it cannot rise by this part of the best."""


@dataclass(frozen=True)
class Search:
    """The best prices found so far, what they prove in 1/SCALE minutes, and in how many rounds."""

    prices: Ints
    value: int
    rounds: int


def slope(relaxation: Relaxation, peak: Peak, steep: float) -> Ints:
    """(days,) prices that fall evenly until all is over: what waits behind is less and less."""
    middle = np.arange(relaxation.capacity.shape[1]) * BLOCK + BLOCK // 2
    paid = float(relaxation.pay.sum()) / max(1.0, peak.closing * peak.rate)
    prices = np.floor(steep * paid * np.maximum(0, peak.closing - middle))
    made: Ints = np.minimum(prices, LARGEST_PRICE).astype(np.int64)
    return made


def begun(relaxation: Relaxation, peaks: Sequence[Peak]) -> Iterator[Search]:
    """First prices: for one row after another the slope that proves most, if any proves more."""
    prices = np.zeros(relaxation.capacity.shape, dtype=np.int64)
    best = Search(prices, relaxation.price(prices), 1)
    yield best
    for peak in peaks:
        if relaxation.capacity[peak.row].min() < 0:
            continue
        for steep in STEEP:
            tried = best.prices.copy()
            tried[peak.row] = slope(relaxation, peak, steep)
            value = relaxation.price(tried)
            best = replace(best, rounds=best.rounds + 1)
            if value > best.value:
                best = Search(tried, value, best.rounds)
            yield best


def searches(relaxation: Relaxation, target: float, begin: Search) -> Iterator[Search]:
    """Better and better prices by subgradient steps of Polyak's length towards a rising aim.

    target: minutes, what a plan costs: the aim is never above it. One result a round; ends where
    steps lead nowhere.
    """
    capacity = relaxation.capacity
    usable = capacity.min(axis=1, initial=0) >= 0
    weight = 1.0 / np.maximum(capacity.max(axis=1, initial=1), 1)[:, None] ** 2
    best, prices, before = begin, begin.prices.astype(np.float64), np.zeros(capacity.shape)
    rise, stuck = RISE, 0
    while rise > LEAST_RISE:
        use = np.zeros(capacity.shape, dtype=np.int64)
        whole = np.floor(prices).astype(np.int64)
        value = relaxation.price(whole, use)
        rounds = best.rounds + 1
        stuck = 0 if value > best.value else stuck + 1
        best = Search(whole, value, rounds) if value > best.value else replace(best, rounds=rounds)
        yield best
        if stuck >= 4:
            rise, stuck, before = rise / 2, 0, before * 0.0
            prices = best.prices.astype(np.float64)
            continue
        excess = np.where(usable[:, None], use / SHARE - capacity, 0.0)
        excess = np.where((whole <= 0) & (excess < 0), 0.0, excess) + 0.3 * before
        before = excess
        size = float((excess * excess * weight).sum())
        aim = best.value + rise * max(best.value, FLOOR * target * SCALE)
        aim = min(target * SCALE, aim)
        if size <= 0 or aim <= value:
            return
        prices = prices + (aim - value) / size * excess * weight
        prices = np.clip(np.nan_to_num(prices), 0.0, float(LARGEST_PRICE))


def searched(
    relaxation: Relaxation,
    peaks: Sequence[Peak],
    target: float,
    seconds: float,
    most: int,
    tell: Tell = lambda stage, words: None,
) -> tuple[Search, Relaxation]:
    """The best prices found in so many seconds or rounds, proved for all lines; and on what grid.

    target: what a plan costs in minutes. Ctrl-C leaves what is proved so far.
    """
    end = time.perf_counter() + seconds
    none = np.zeros(relaxation.capacity.shape, dtype=np.int64)
    use = np.zeros_like(none)
    best = Search(none, relaxation.price(none, use), 1)
    room = relaxation.capacity
    if seconds <= 0 or not bool(((room >= 0) & (use > room * SHARE)).any()):
        return best, relaxation  # where nothing is short by the day, no price proves more
    try:
        found, took = looked(relaxation, peaks, target, end, most, tell)
        grid = relaxation.grid
        while grid < COARSE and time.perf_counter() + took * COARSE / grid > end:
            grid *= 2
        proof = replace(relaxation, grid=fitting_grid(relaxation.ways, found.prices, grid))
        value = proof.price(found.prices)
        if value > best.value:
            return Search(found.prices, value, found.rounds), proof
    except KeyboardInterrupt:
        tell("bounds", "stopped: what is proved so far")
    return best, relaxation


def looked(
    relaxation: Relaxation,
    peaks: Sequence[Peak],
    target: float,
    end: float,
    most: int,
    tell: Tell,
) -> tuple[Search, float]:
    """The best prices by part of the lines, and seconds of a round of all lines on COARSE slots.

    Ends in time for a proof of all lines before `end`.
    """
    part = sampled(relaxation, LINES, np.random.default_rng(SEED))
    part = replace(part, grid=COARSE)
    share = max(1, int(part.ways.moved.sum())) / max(1, int(relaxation.ways.moved.sum()))
    finer = COARSE / relaxation.grid
    at, took = time.perf_counter(), 0.0
    found = Search(np.zeros(part.capacity.shape, dtype=np.int64), 0, 0)
    for stage in range(2):
        steps = searches(part, target * share, found) if stage else begun(part, peaks)
        for found in steps:
            tell("bounds", f"{found.rounds} rounds of prices: {found.value / SCALE / share:.0f}")
            now = time.perf_counter()
            at, took = now, max(0.7 * took, (now - at) / share)
            late = now + took * (share + (finer if stage else 1.0)) > end
            if late or found.rounds >= (most if stage else max(1, most // 2)):
                break
    return found, took
