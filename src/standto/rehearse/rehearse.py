"""The schedule against what may go wrong, run after run, under one policy."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from standto.plan.plan import Plan
from standto.rehearse.draws import draw
from standto.rehearse.engine import Engine
from standto.rehearse.ensemble import Ensemble
from standto.rehearse.fixed_order import FixedOrder
from standto.rehearse.quantiles import mattered, quantiles
from standto.rehearse.runs import Chosen, How, Minutes, Progress, blocks_of, play_all, player
from standto.schedule.schedule import Schedule
from standto.world.world import World

POLICIES = ("fixed", "first-come", "priority")
"""fixed: the planned order everywhere. first-come, priority: queues; see `rehearse.queueing`."""
HERE = How()


def rehearse(
    world: World,
    plan: Plan,
    schedule: Schedule,
    runs: int,
    seed: int,
    progress: Progress | None = None,
    how: How = HERE,
    policy: str = "fixed",
) -> Ensemble:
    """Closures of a schedule under the scenario's contingencies, `runs` times.

    The same seed gives the same closures whatever the number of workers. Ctrl-C keeps the runs made
    so far. progress: called with ("rehearse", words). policy: one of POLICIES.
    """
    began = time.perf_counter()
    engine = engine_of(world, plan, schedule, policy)
    draws = draw(world.contingencies, runs, seed)
    with player(engine, draws, how) as play:
        closures = play_all(engine, draws, how, play, progress, policy)

        def again(chosen: Chosen, without: int) -> Minutes:
            return np.concatenate(
                list(play([(part, without) for part in blocks_of(chosen, engine.block)]))
            )

        cost = mattered(world.contingencies, draws, closures, again)
    return Ensemble(
        policy=policy,
        seed=seed,
        forces=engine.closing.forces,
        closure_min=closures,
        quantiles=quantiles(closures, engine.closing.forces, plan.forces),
        mattered=cost,
        seconds=time.perf_counter() - began,
    )


def closures_of(
    world: World, plan: Plan, schedule: Schedule, runs: int, seed: int, how: How, policy: str
) -> Minutes:
    """Closures (runs, forces) alone, of the same draws as `rehearse`, always all the runs."""
    engine = engine_of(world, plan, schedule, policy)
    draws = draw(world.contingencies, runs, seed)
    whole = replace(how, store=None, until=None)
    with player(engine, draws, whole) as play:
        return play_all(engine, draws, whole, play, None, policy)


def engine_of(world: World, plan: Plan, schedule: Schedule, policy: str) -> Engine:
    """The engine of one policy for a schedule."""
    assert policy in POLICIES, f"policy should be one of {POLICIES}"
    if policy == "fixed":
        return FixedOrder.of(schedule, plan, world.contingencies, world.network)
    from standto.rehearse.queueing import Queueing

    by_priority = policy == "priority"
    return Queueing.of(schedule, plan, world.contingencies, world.network, by_priority=by_priority)
