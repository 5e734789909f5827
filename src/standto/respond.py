"""The one way through: from a scenario folder to the whole response. Read this file first."""

from __future__ import annotations

from pathlib import Path

from standto.channel.notify import notify
from standto.council.decide import decide
from standto.plan.activate import activate
from standto.rehearse.rehearse import rehearse
from standto.reports.assess import assess
from standto.rules.findings import findings
from standto.rules.limits import limits
from standto.schedule.problem import Problem
from standto.schedule.solve import Progress, Stop, solve
from standto.view.response import Response
from standto.world.load import load


def respond(
    scenario: str | Path, ledger: Path, stop: Stop, runs: int, seed: int, progress: Progress
) -> Response:
    """The response to one scenario, each noun made once and never changed.

    scenario: a folder, or the name of a bundled scenario. ledger: where the council's acts are
    recorded (a new SQLite file). runs: rehearsals. progress: called with (stage, words).
    Raises DataError for bad input and StandtoError when no activation stands.
    """
    world = load(scenario)
    situation = assess(world.reports)
    activation = decide(world, ledger)
    plan = activate(world, activation)
    forbidden = limits(world, plan)
    problem = Problem.of(world, plan, forbidden)
    result = solve(problem, stop, seed, progress)
    ensemble = rehearse(world, plan, result.schedule, runs, seed, progress)
    found = findings(world, plan, result.schedule)
    notices = notify(world, plan, result.schedule)
    return Response(
        world,
        situation,
        activation,
        ledger,
        plan,
        forbidden,
        result,
        ensemble,
        found,
        notices,
        seed,
    )
