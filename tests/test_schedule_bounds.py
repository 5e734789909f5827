"""Bounds against plans on made-up instances: no plan is ever better than what is proved."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import numpy as np
import pytest

from standto.kernels import columns as c
from standto.kernels import ways as k
from standto.kernels.pricing import SHARE
from standto.schedule.bound_closing import Flat, least, settled
from standto.schedule.bound_closings import closings
from standto.schedule.bound_parts import SIZES, dual_feasible, likely, owners
from standto.schedule.bound_prices import SCALE, Relaxation
from standto.schedule.bound_search import searched
from standto.schedule.bound_ways import LARGEST, Ways, remoteness
from standto.schedule.bounds import bounds
from standto.schedule.instances import KINDS, generate
from standto.schedule.problem import Problem
from standto.schedule.schedule import Result
from standto.schedule.solve import Stop, solve
from standto.world.alliance import Objective

SEEDS = range(12)


def problem(lines: int, kind: str, seed: int) -> Problem:
    """A small made-up instance."""
    made = generate(lines, 24, kind, seed)
    return Problem.of(made.world, made.plan, made.limits)


def crowded() -> Problem:
    """An instance in which transporters decide when all is over."""
    made = generate(400, 60, "lift", 1)
    return Problem.of(made.world, made.plan, made.limits)


def all_ways(instance: Problem) -> Ways:
    """The ways of all lines."""
    return Ways.of(instance, np.ones(len(instance.lines), dtype=np.int64))


def rest(instance: Problem, result: Result) -> float:
    """What a result's response and lateness cost together."""
    return result.objective - instance.closure_weight * result.closure_min


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("response", "lateness"), [(1.0, 10.0), (1.0, 0.0), (0.0, 10.0)])
def test_no_plan_beats_its_bounds(kind: str, response: float, lateness: float) -> None:
    """Proves: every measure and every force's closure of real plans stay above bounds."""
    for seed in range(4):
        made = generate(3 + 4 * seed, 24, kind, seed)
        aims = Objective(1.0, response, lateness)
        scenario = msgspec.structs.replace(made.world.scenario, objective=aims)
        instance = Problem.of(replace(made.world, scenario=scenario), made.plan, made.limits)
        result = solve(instance, Stop(iterations=64), seed)
        by_name = {bound.measure: bound.value for bound in result.bounds}
        assert by_name["objective"] <= result.objective + 1e-6
        assert by_name["closure"] <= result.closure_min
        both = by_name["response"] + by_name["lateness"]
        assert both <= rest(instance, result) + 1e-6
        slack = result.closure["closed_min"] - result.closure["lower_bound_min"]
        assert slack.drop_nulls().min() >= 0


@pytest.mark.parametrize("seed", range(6))
def test_any_prices_prove_a_bound(seed: int) -> None:
    """Proves: validity rests on no search: prices drawn at random stay below a plan's cost."""
    made = problem(6, KINDS[seed % 3], seed)
    result = solve(made, Stop(iterations=64), seed)
    rng = np.random.default_rng(seed)
    ways = all_ways(made)
    for grid, block in ((20, 360), (60, 1440), (240, 1440), (45, 120), (7, 60)):
        raw = rng.integers(-900, 900, (ways.fleets.shape[0], len(made.stops)))
        relaxation = Relaxation.of(ways, remoteness(ways, raw), grid=grid, block=block)
        usable = relaxation.capacity.min(axis=1) >= 0
        for _ in range(10):
            prices = rng.integers(0, 10 ** int(rng.integers(2, 7)), relaxation.capacity.shape)
            prices *= (usable[:, None]) & (rng.random(prices.shape) < rng.choice([0.02, 0.1, 0.5]))
            value = relaxation.price(prices) / SCALE
            assert value <= rest(made, result) + 1e-6


def test_columns_find_prices_that_prove_more() -> None:
    """Proves: where lift is short the linear program's prices rise, and stay below the plan."""
    made = crowded()
    result = solve(made, Stop(iterations=64, proving=0.0), 1)
    ways = all_ways(made)
    relaxation = Relaxation.of(ways, remoteness(ways, np.zeros_like(ways.tables[:, 0])))
    best, proof = searched(relaxation, np.inf, 10)
    none = np.zeros(relaxation.capacity.shape, dtype=np.int64)
    assert relaxation.price(none) <= best.value == proof.price(best.prices)
    assert best.value / SCALE <= rest(made, result) + 1e-6
    assert best.value > 1.1 * relaxation.price(none)


def test_a_window_longer_than_a_block_has_one_price() -> None:
    """Proves: a port's day of lane metres counts once, whatever its later blocks are said to be."""
    ways = all_ways(problem(8, "lift", 1))
    relaxation = Relaxation.of(ways, remoteness(ways, np.zeros_like(ways.tables[:, 0])), block=360)
    day = Relaxation.of(ways, relaxation.remote, block=1440)
    long = np.flatnonzero(relaxation.spans == 4)
    assert long.size
    assert (relaxation.capacity[long].sum(axis=1) == day.capacity[long].sum(axis=1)).all()
    prices = np.zeros(relaxation.capacity.shape, dtype=np.int64)
    prices[long, ::4] = 1000
    other = prices.copy()
    other[long, 1::4] = 10**9
    assert relaxation.price(prices) == relaxation.price(other)


@pytest.mark.parametrize("seed", range(6))
def test_any_flat_prices_prove_a_closure(seed: int) -> None:
    """Proves: prices, windows and remoteness drawn at random prove no closure after a plan's."""
    made = problem(10 + seed, KINDS[seed % 3], seed)
    result = solve(made, Stop(iterations=64), seed)
    rng = np.random.default_rng(seed)
    ways = all_ways(made)
    for _ in range(30):
        flat = Flat.none(ways, 2)
        shape = flat.prices.shape
        flat.windows[:, :, 0] = rng.integers(0, 3000, shape) * (rng.random(shape) < 0.7)
        flat.windows[:, :, 1] = rng.integers(0, 1500, shape) * (rng.random(shape) < 0.5)
        flat.prices[:] = rng.integers(0, LARGEST, shape) * (rng.random(shape) < 0.1)
        flat.lift[:] = rng.integers(0, LARGEST, flat.lift.shape) * (
            rng.random(flat.lift.size) < 0.5
        )
        flat.remote[:] = rng.integers(-3000, 3000, flat.remote.shape)
        assert least(ways, settled(ways, flat)) <= result.closure_min


def test_lift_that_must_come_back_bounds_closure() -> None:
    """Proves: where transporters are short, their ways back prove more than each packet alone."""
    made = crowded()
    ways = all_ways(made)
    alone = int(bounds(made, seconds=0.0).bounds[0].value)
    *_, last = closings(ways, alone, 60.0)
    assert last.minute > alone
    assert "transporters" in last.proof


def test_remoteness_is_never_more_than_the_way_back() -> None:
    """Proves: whatever is asked for, no move makes up more remoteness than it takes minutes."""
    ways = all_ways(problem(8, "lift", 2))
    rng = np.random.default_rng(1)
    remote = remoteness(
        ways, rng.integers(-9999, 9999, (ways.fleets.shape[0], len(ways.problem.stops)))
    )
    for of, used in enumerate(ways.used):
        away = remote[of, used][:, None] - remote[of, used][None, :]
        assert (away <= ways.tables[of][np.ix_(used, used)]).all()


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


def test_passengers_of_a_trip_never_ask_for_more_than_it() -> None:
    """Proves: on each hop, whoever fits aboard together has parts that sum to one trip at most."""
    made = problem(40, "lift", 5)
    ways = all_ways(made)
    packet = owners(ways)
    rng = np.random.default_rng(1)
    checked = 0
    for of, row in enumerate(ways.fleets):
        if row[c.F_MODE] == c.ROAD:
            continue
        for hop in np.unique(ways.pieces[ways.pieces[:, k.W_CLASS] == of, k.W_HOP]):
            mine = np.flatnonzero(
                (ways.pieces[:, k.W_CLASS] == of) & (ways.pieces[:, k.W_HOP] == hop)
            )
            _, once = np.unique(packet[mine], return_index=True)
            for _ in range(20):
                order = rng.permutation(mine[once])
                aboard = np.ones(order.size, dtype=bool)
                for demand, room in SIZES:
                    total = np.cumsum(ways.packets[packet[order], demand])
                    aboard &= total <= row[room]
                assert ways.pieces[order[aboard], k.W_SHARE].sum() <= SHARE
                checked += int(aboard.sum() > 1)
    assert checked > 100


def test_a_ride_is_measured_by_what_its_likely_passengers_take_most_of() -> None:
    """Proves: lorries that drive themselves do not decide how a train's room is measured."""
    made = problem(60, "lift", 1)
    ways = all_ways(made)
    train = int(np.flatnonzero(ways.fleets[:, c.F_MODE] == c.RAIL)[0])
    packet, sure = owners(ways), likely(ways) == 1.0
    by_mass = ways.packets[packet, c.P_MASS] * SHARE // int(ways.fleets[train, c.F_MASS])
    hops = 0
    for hop in np.unique(ways.pieces[:, k.W_HOP]):
        mine = (ways.pieces[:, k.W_CLASS] == train) & (ways.pieces[:, k.W_HOP] == hop) & sure
        if (ways.packets[packet[mine], c.P_TRACKED] > 0).any():
            hops += 1
            assert ways.pieces[mine, k.W_SHARE].sum() >= 0.99 * by_mass[mine].sum()
    assert hops > 5


def test_bounds_repeat_exactly_without_a_time() -> None:
    """Proves: the same instance gives the same bound, so that a certificate can be compared."""
    one, two = (bounds(problem(8, "lift", 3)) for _ in range(2))
    assert [b.value for b in one.bounds] == [b.value for b in two.bounds]
