"""The schedule against what may go wrong, run after run, in its fixed order."""

from __future__ import annotations

import time

from standto.plan.plan import Plan
from standto.rehearse.draws import draw
from standto.rehearse.engine import closures_of, engine_of
from standto.rehearse.ensemble import Ensemble
from standto.rehearse.quantiles import mattered, quantiles
from standto.rehearse.runs import How, Progress, play_all
from standto.schedule.schedule import Schedule
from standto.world.world import World

POLICY = "fixed order"
HERE = How()


def rehearse(
    world: World,
    plan: Plan,
    schedule: Schedule,
    runs: int,
    seed: int,
    progress: Progress | None = None,
    how: How = HERE,
) -> Ensemble:
    """Closures of a schedule under the scenario's contingencies, `runs` times.

    The same seed gives the same closures whatever the number of workers. Ctrl-C keeps the runs made
    so far. progress: called with ("rehearse", words).
    """
    began = time.perf_counter()
    engine = engine_of(schedule, plan, world.contingencies, world.network)
    draws = draw(world.contingencies, runs, seed)
    closures = play_all(engine, draws, how, progress, POLICY)
    return Ensemble(
        policy=POLICY,
        seed=seed,
        forces=engine.closing.forces,
        closure_min=closures,
        quantiles=quantiles(closures, engine.closing.forces, plan.forces),
        mattered=mattered(
            world.contingencies,
            draws,
            closures,
            lambda chosen, spared: closures_of(engine, spared, chosen),
        ),
        seconds=time.perf_counter() - began,
    )
