"""The event-driven kernel against SimPy's own resources: same rides, same draws, same minute."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from standto.kernels.fixed_order import NEVER
from standto.kernels.queue_state import GOAL, ORIGIN, VEHICLE, lowest_bit, lowest_bits
from standto.rehearse.bench import NONE_CLOSE
from standto.rehearse.bench_simpy import Desk, simpy_queueing
from standto.rehearse.draws import Draws
from standto.rehearse.impact import Impact
from standto.rehearse.queueing import Queueing


def random_case(seed: int, rides: int, runs: int) -> tuple[Queueing, Draws]:
    """Random rides over two vehicle pools and three terminals, with windows and factors."""
    rng = np.random.default_rng(seed)
    vehicles, terminals, hazards = 2, 3, 5
    needs = np.full((rides, 3), -1, dtype=np.int64)
    needs[:, VEHICLE] = rng.integers(-1, vehicles, rides)
    needs[:, ORIGIN] = rng.integers(-1, terminals, rides)
    needs[:, GOAL] = rng.integers(-1, terminals, rides)
    needs[:, 1:] += np.where(needs[:, 1:] >= 0, vehicles, 0)
    pairs = [
        (a, b) for b in range(1, rides) for a in {int(rng.integers(0, b))} if rng.random() < 0.4
    ]
    after: list[list[int]] = [[b for a, b in pairs if a == r] for r in range(rides)]
    met = rng.integers(0, 2, 3 * rides)
    servers = rng.integers(1, 4, vehicles + terminals).astype(np.int64)
    shape = (hazards, runs)
    engine = Queueing(
        strikes=Impact(
            np.concatenate([[0], np.cumsum(met)]).astype(np.int64),
            rng.integers(0, hazards, met.sum()).astype(np.int64),
            rng.integers(0, 30, met.sum()).astype(np.int32),
            np.ones(met.sum(), np.float32),
        ),
        closing=NONE_CLOSE,
        duration=rng.integers(0, 60, 3 * rides).astype(np.int32),
        stretches=np.array([0, 0, 0, 1, 1], np.uint8),
        release=rng.integers(0, 80, rides).astype(np.int64),
        priority=rng.integers(0, 3, rides).astype(np.int64),
        needs=needs,
        lag=rng.integers(0, 40, rides).astype(np.int64),
        before=np.bincount([b for _, b in pairs], minlength=rides).astype(np.int64),
        after_ptr=np.concatenate([[0], np.cumsum([len(a) for a in after])]).astype(np.int64),
        after=np.array([b for a in after for b in a], np.int64),
        servers=servers,
        queue_ptr=np.arange(len(servers) + 1, dtype=np.int64) * 3 * rides,
    )
    closes = np.where(rng.random(shape) < 0.05, NEVER, rng.integers(0, 500, shape))
    return engine, Draws(
        keys=tuple("abcde"),
        happens=np.ones(shape, dtype=np.bool_),
        opens=rng.integers(0, 200, shape),
        closes=closes,
        factor=rng.choice([0.5, 1, 3, 1e9], shape),
    )


def agree(engine: Queueing, draws: Draws) -> None:
    """Every ride ends at the minute at which it does in SimPy, in every run."""
    ends = engine.ends(draws)
    for run in range(draws.runs):
        alone = draws.part(np.array([run]))
        assert ends[run].tolist() == simpy_queueing(engine, alone, Desk)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 25))
def test_every_ride_ends_at_the_minute_simpy_says(seed: int, rides: int) -> None:
    agree(*random_case(seed, rides, 3))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 25))
def test_what_happens_after_the_calendar_ends_at_the_minute_simpy_says(seed: int, n: int) -> None:
    engine, draws = random_case(seed, n, 2)
    closes = np.where(draws.closes < NEVER, draws.closes * 200, NEVER)
    agree(engine, replace(draws, closes=closes))


def test_the_lowest_bit_of_a_word_is_found() -> None:
    places = lowest_bits()
    for place in range(32):
        assert lowest_bit(1 << place, places) == place
        assert lowest_bit(2**32 - (1 << place), places) == place
