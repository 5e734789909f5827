"""The schedule against what may go wrong, run after run, under one policy."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import islice

import numpy as np

from standto.clock import parse_duration
from standto.errors import DataError
from standto.plan.plan import Limits, Plan
from standto.rehearse.draws import draw
from standto.rehearse.engine import Engine
from standto.rehearse.ensemble import Ensemble
from standto.rehearse.fixed_order import FixedOrder
from standto.rehearse.interrupts import presses
from standto.rehearse.quantiles import Job, mattered, quantiles
from standto.rehearse.runs import How, Minutes, Play, Progress, blocks_of, play_all, player
from standto.schedule.schedule import Schedule
from standto.world.world import World

POLICIES = ("fixed", "first-come", "priority", "reroute", "replan")
"""fixed: the planned order everywhere. first-come, priority: queues; see `rehearse.queueing`.
reroute, replan:6h (any time): planned again in mid-run; see `rehearse.replanning`."""
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
    limits: Limits | None = None,
    costs: bool = True,
) -> Ensemble:
    """Closures of a schedule under the scenario's contingencies, `runs` times.

    The same seed gives the same closures whatever the number of workers. Ctrl-C keeps the runs made
    so far, a second one the costs worked out so far. progress: called with ("rehearse", words).
    policy: one of POLICIES, replan with its time. limits: those of the schedule, for policies that
    plan again. costs: whether it is asked what each contingency costs.
    """
    began = time.perf_counter()
    engine = engine_of(world, plan, schedule, policy, seed, limits)
    draws = draw(world.contingencies, runs, seed)
    with presses() as stop, player(engine, draws, how) as play:
        closures = play_all(engine, draws, how, play, progress, policy, stop)
        most = engine.again if costs else 0
        again = partial(_without, play, engine.block, progress)
        cost = mattered(world.contingencies, draws, closures, again, most, stop)
    return Ensemble(
        policy=policy,
        seed=seed,
        forces=engine.closing.forces,
        closure_min=closures,
        quantiles=quantiles(closures, engine.closing.forces, plan.forces),
        mattered=cost,
        seconds=time.perf_counter() - began,
    )


def _without(
    play: Play, block: int, progress: Progress | None, asked: list[Job]
) -> Iterator[Minutes]:
    """Closures of some runs without a contingency, for each asked, in blocks."""
    parts = [[(part, row) for part in blocks_of(chosen, block)] for chosen, row in asked]
    blocks, done, began = sum(map(len, parts)), 0, time.perf_counter()
    played = play([job for some in parts for job in some])
    for n, some in enumerate(parts):
        if progress:
            words = f"what each of {len(parts)} contingencies costs: {n} known"
            left = (blocks - done) * (time.perf_counter() - began) / max(1, done)
            progress("rehearse", f"{words}, {left:.0f} s left" if done else words)
        yield np.concatenate(list(islice(played, len(some))))
        done += len(some)


def closures_of(
    world: World,
    plan: Plan,
    schedule: Schedule,
    runs: int,
    seed: int,
    how: How,
    policy: str,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> Minutes:
    """Closures (runs, forces) alone, of the same draws as `rehearse`, always all the runs.

    progress: told of the runs so far. Raises KeyboardInterrupt where Ctrl-C ends them.
    """
    engine = engine_of(world, plan, schedule, policy, seed, limits)
    draws = draw(world.contingencies, runs, seed)
    whole = replace(how, store=None, until=None)
    with player(engine, draws, whole) as play:
        closures = play_all(engine, draws, whole, play, progress, policy)
    if len(closures) < runs:
        raise KeyboardInterrupt
    return closures


def engine_of(
    world: World, plan: Plan, schedule: Schedule, policy: str, seed: int, limits: Limits | None
) -> Engine:
    """The engine of one policy for a schedule. seed: of searches in mid-run."""
    name, every_min = policy_of(policy)
    if name == "fixed":
        return FixedOrder.of(schedule, plan, world.contingencies, world.network)
    if name in ("first-come", "priority"):
        from standto.rehearse.queueing import Queueing

        return Queueing.of(
            schedule, plan, world.contingencies, world.network, by_priority=name == "priority"
        )
    from standto.rehearse.replanning import Replanning

    assert limits is not None, "to plan again takes the limits of the schedule"
    return Replanning.of(world, plan, limits, schedule, world.contingencies, every_min, seed)


def policy_of(text: str) -> tuple[str, int]:
    """Name of a policy, and the minutes after which it plans again (0: it has none).

    Raises DataError with the right form.
    """
    name, colon, every = text.partition(":")
    if name in POLICIES and bool(colon) == (name == "replan"):
        try:
            minutes = parse_duration(every) if colon else 0
        except ValueError:
            minutes = -1
        if minutes > 0 or not colon:
            return name, minutes
    known = ", ".join(p for p in POLICIES if p != "replan")
    raise DataError.one("--policy", f"should be one of {known}, or replan:6h", value=text)
