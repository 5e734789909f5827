"""Bounds against plans on made-up instances: no plan is ever better than what is proved."""

from __future__ import annotations

import numpy as np
import pytest

from standto.schedule.bound_lift import dual_feasible
from standto.schedule.bound_prices import SCALE, Relaxation
from standto.schedule.bounds import bounds
from standto.schedule.instances import KINDS, generate
from standto.schedule.problem import Problem
from standto.schedule.solve import Stop, solve

SEEDS = range(12)


def problem(lines: int, kind: str, seed: int) -> Problem:
    """A small made-up instance."""
    made = generate(lines, 24, kind, seed)
    return Problem.of(made.world, made.plan, made.limits)


@pytest.mark.parametrize("kind", KINDS)
def test_no_plan_beats_its_bounds(kind: str) -> None:
    """Proves: closure, every force's closure and the objective of real plans stay above bounds."""
    for seed in SEEDS:
        result = solve(problem(2 + seed, kind, seed), Stop(iterations=64), seed)
        by_name = {bound.measure: bound.value for bound in result.bounds}
        assert by_name["objective"] <= result.objective + 1e-6
        assert by_name["closure"] <= result.closure_min
        slack = result.closure["closed_min"] - result.closure["lower_bound_min"]
        assert slack.drop_nulls().min() >= 0


@pytest.mark.parametrize("seed", range(4))
def test_any_prices_prove_a_bound(seed: int) -> None:
    """Proves: validity rests on no search: prices drawn at random stay below a plan's cost."""
    made = problem(6, "lift", seed)
    result = solve(made, Stop(iterations=64), seed)
    closing = made.closure_weight * result.closure_min
    relaxation = Relaxation.of(made, np.ones(len(made.lines), dtype=np.int64))
    rng = np.random.default_rng(seed)
    use = np.zeros(relaxation.capacity.shape, dtype=np.int64)
    usable = relaxation.capacity.min(axis=1) >= 0
    for _ in range(20):
        prices = rng.integers(0, 10 ** int(rng.integers(2, 7)), relaxation.capacity.shape)
        prices *= (usable[:, None]) & (rng.random(prices.shape) < 0.1)
        value = relaxation.price(prices, use, np.zeros(len(made.lines), dtype=np.int64))
        assert value / SCALE <= result.objective - closing + 1e-6


def test_a_single_line_alone_is_proved_optimal() -> None:
    """Proves: with nothing in its way a line's plan meets its bound, so the bound is tight."""
    gaps = [solve(problem(1, "lift", seed), Stop(iterations=8), seed).gap for seed in SEEDS]
    assert min(gaps) <= 1e-6


def test_parts_of_a_room_never_exceed_it() -> None:
    """Proves: whatever fits together has parts that sum to one room at most."""
    rng = np.random.default_rng(1)
    for _ in range(300):
        room = int(rng.integers(10, 500))
        demand = rng.integers(0, room + 1, 12)
        kept = demand[np.cumsum(demand) <= room]
        for part in dual_feasible(kept, room):
            assert part.sum() <= 1 << 16


def test_bounds_repeat_exactly_without_a_time() -> None:
    """Proves: the same instance gives the same bound, so that a certificate can be compared."""
    one, two = (bounds(problem(8, "lift", 3)) for _ in range(2))
    assert [b.value for b in one.bounds] == [b.value for b in two.bounds]
