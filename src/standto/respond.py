"""The one way through: from a scenario folder to the whole response. Read this file first."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from standto.channel.notify import notify
from standto.council.activation import Activation
from standto.council.decide import decide
from standto.errors import StandtoError
from standto.plan.activate import activate
from standto.plan.plan import Limits, Plan
from standto.rehearse.rehearse import rehearse
from standto.reports.assess import assess
from standto.rules.findings import findings
from standto.rules.limits import limits
from standto.schedule.problem import Problem
from standto.schedule.reached import state_at
from standto.schedule.replan import replan
from standto.schedule.schedule import Result
from standto.schedule.solve import Progress, Stop, solve
from standto.schedule.whatif import Change, LegChanges, amended, changed, leg_changes
from standto.schedule.worth import worth
from standto.view.response import Response
from standto.world.load import load
from standto.world.world import World


def respond(
    scenario: str | Path, ledger: Path, stop: Stop, runs: int, seed: int, progress: Progress
) -> Response:
    """The response to one scenario, each noun made once and never changed.

    scenario: a folder, or the name of a bundled scenario. ledger: where the council's acts are
    recorded (a new SQLite file). runs: rehearsals. progress: called with (stage, words).
    Raises DataError for bad input and StandtoError when no activation stands.
    """
    made = scheduled(scenario, ledger, stop, seed, progress)
    world, plan, schedule = made.world, made.plan, made.result.schedule
    return Response(
        world=world,
        situation=assess(world.reports),
        activation=made.activation,
        ledger=ledger,
        plan=plan,
        limits=made.limits,
        result=made.result,
        ensemble=rehearse(world, plan, schedule, runs, seed, progress),
        findings=findings(world, plan, schedule),
        notices=notify(world, plan, schedule),
        seed=seed,
    )


@dataclass(frozen=True)
class Scheduled:
    """The first half of the chain: from the folder to a schedule."""

    world: World
    activation: Activation
    plan: Plan
    limits: Limits
    problem: Problem
    result: Result


def scheduled(
    scenario: str | Path | World, ledger: Path, stop: Stop, seed: int, progress: Progress
) -> Scheduled:
    """The schedule of a scenario, with all that it was made from; arguments as in `respond`.

    scenario: also its world, where that is loaded already.
    """
    world = scenario if isinstance(scenario, World) else load(scenario)
    return _scheduled(world, ledger, stop, seed, progress)


def replanned(
    world: World, change: Change, ledger: Path, stop: Stop, seed: int, progress: Progress
) -> Scheduled:
    """The same on a world with one thing different from C-hour on; the council decides anew."""
    return _scheduled(changed(world, change), ledger, stop, seed, progress)


def widened(before: Scheduled, top: int, stop: Stop, seed: int, progress: Progress) -> pl.DataFrame:
    """What one more of each of the `top` bottlenecks buys (`worth.WORTH`); Ctrl-C ends it early."""

    def again(world: World, words: str) -> Result | None:
        progress("trial", words)
        problem = Problem.of(world, before.plan, limits(world, before.plan))
        result = audited(solve(problem, stop, seed, lambda stage, text: None))
        return result if result.iterations == before.result.iterations else None

    return worth(before.world, before.result, top, again)


def replanned_at(
    before: Scheduled, change: Change, minute: int, stop: Stop, seed: int, progress: Progress
) -> tuple[Result, LegChanges]:
    """The schedule with one thing different from a minute on, and what becomes of the old legs.

    What has begun by then stays; no new decision is taken.
    """
    old = before.result.schedule
    state = state_at(before.problem, old, minute)
    world, plan = changed(before.world, change), amended(before.plan, change, minute)
    result = replan(
        before.problem, old, state, stop, seed, progress,
        world=world, plan=plan, limits=limits(world, plan),
    )  # fmt: skip
    return audited(result), leg_changes(old, result.schedule, state)


def _scheduled(world: World, ledger: Path, stop: Stop, seed: int, progress: Progress) -> Scheduled:
    activation = decide(world, ledger)
    plan = activate(world, activation)
    forbidden = limits(world, plan)
    problem = Problem.of(world, plan, forbidden)
    result = audited(solve(problem, stop, seed, progress))
    return Scheduled(world, activation, plan, forbidden, problem, result)


def audited(result: Result) -> Result:
    """The result, when its independent audit found nothing; nothing unaudited is ever shown."""
    if result.faults:
        shown = "\n".join(result.faults[:10])
        raise StandtoError(
            f"the schedule did not pass its audit and is not shown; this is a fault of Standto,"
            f" please report it with the scenario and the seed:\n{shown}"
        )
    return result
