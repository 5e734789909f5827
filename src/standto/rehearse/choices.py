"""Robust choices: what to clear, hold in reserve or pre-position so that the P95 improves most.

Each choice is checked by playing it: the schedule is solved again where the choice changes it, and
every run meets the same trouble with and without the choice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import polars as pl

from standto.plan.plan import Limits, Plan
from standto.rehearse.ensemble import NOT_CLOSED, Ensemble
from standto.rehearse.paired import gain
from standto.rehearse.quantiles import LAST, in_order, overall
from standto.rehearse.rehearse import closures_of
from standto.rehearse.runs import How, Minutes, Progress
from standto.schedule.problem import Problem
from standto.schedule.schedule import Result, Schedule
from standto.schedule.solve import Stop, solve
from standto.world.world import World

CLEARABLE = ("clearance", "consent", "road_refusal")
"""Kinds of contingencies that asking beforehand can spare."""
CHOICES = pl.Schema(
    {
        "choice": pl.String(),
        "key": pl.String(),
        "name": pl.String(),
        "p95_gain_min": pl.Float64(),
        "p95_low_min": pl.Float64(),
        "p95_high_min": pl.Float64(),
        "gain_min": pl.Float64(),
        "low_min": pl.Float64(),
        "high_min": pl.Float64(),
        "kept_open": pl.Int64(),
    }
)


@dataclass(frozen=True)
class Choice:
    """One thing to do beforehand, and the world and plan as they are when it is done.

    choice: pre-clear, reserve or pre-position. schedule: None where it must be solved again.
    """

    choice: str
    key: str
    name: str
    world: World
    plan: Plan
    schedule: Schedule | None


def choices(
    world: World,
    plan: Plan,
    limits: Limits,
    result: Result,
    ensemble: Ensemble,
    stop: Stop,
    how: How,
    most: int = 3,
    progress: Progress | None = None,
) -> pl.DataFrame:
    """What each choice gains on the last closure of all forces, best P95 first.

    ensemble: the rehearsal of the schedule as it is; its runs, seed and policy are used again.
    stop: for the schedules that are solved again. most: choices of each sort that are tried.
    Solving again ends elsewhere even without a choice; the interval holds the runs' error only.
    Ctrl-C leaves out the choices not played yet.
    """
    before = overall(ensemble.closure_min)
    rows = []
    tried = list(candidates(world, plan, result, ensemble, most))
    for n, choice in enumerate(tried):
        words = f"{n + 1} of {len(tried)}: {choice.choice} {choice.name}"
        try:
            after = played(choice, limits, ensemble, stop, how, words, progress)
        except KeyboardInterrupt:
            break
        g = gain(before, overall(after), ensemble.seed)
        rows.append(
            (choice.choice, choice.key, choice.name, g.p95, g.p95_low, g.p95_high)  # noqa: RUF005
            + (g.mean, g.low, g.high, g.not_closed)
        )
    table = pl.DataFrame(rows, schema=CHOICES, orient="row")
    return table.sort("p95_gain_min", "gain_min", "key", descending=[True, True, False])


def played(
    choice: Choice,
    limits: Limits,
    ensemble: Ensemble,
    stop: Stop,
    how: How,
    words: str,
    progress: Progress | None,
) -> Minutes:
    """Closures of the runs where a choice is made. words: which one, for `progress`."""

    def tell(stage: str, more: str) -> None:
        if progress:
            progress("choices", f"{words}: {more}")

    tell("choices", "schedule")
    schedule = choice.schedule
    if schedule is None:
        problem = Problem.of(choice.world, choice.plan, limits)
        schedule = solve(problem, stop, ensemble.seed).schedule
    runs, seed, policy = ensemble.runs, ensemble.seed, ensemble.policy
    return closures_of(choice.world, choice.plan, schedule, runs, seed, how, policy, limits, tell)


def candidates(
    world: World, plan: Plan, result: Result, ensemble: Ensemble, most: int
) -> Iterator[Choice]:
    """Choices worth trying: dearest permissions, fleets waited for, forces that are often last."""
    yield from _pre_clear(world, plan, result, ensemble, most)
    yield from _reserve(world, plan, result, most)
    yield from _pre_position(world, plan, ensemble, most)


def _pre_clear(
    world: World, plan: Plan, result: Result, ensemble: Ensemble, most: int
) -> Iterator[Choice]:
    """Permissions asked in advance, so that their contingency cannot strike: dearest first.

    The likeliest first where the ensemble does not say what each costs.
    """
    kinds = dict(world.contingencies.select("contingency", "kind").iter_rows())
    dear = ensemble.mattered.filter((pl.col("cost_min") > 0) | (pl.col("kept_open") > 0))
    if ensemble.mattered.is_empty():
        dear = world.contingencies.sort("probability", "contingency", descending=[True, False])
    keys = [key for key in dear["contingency"] if kinds[key] in CLEARABLE]
    names = dict(world.contingencies.select("contingency", "name").iter_rows())
    for key in keys[:most]:
        spared = world.contingencies.filter(pl.col("contingency") != key)
        yield Choice(
            "pre-clear",
            key,
            names[key],
            replace(world, contingencies=spared),
            plan,
            result.schedule,
        )


def _reserve(world: World, plan: Plan, result: Result, most: int) -> Iterator[Choice]:
    """One more vehicle of a fleet: those that packets wait for longest in the schedule."""
    fleets = world.network.fleets
    waited = (
        result.bottlenecks.filter(pl.col("kind") == "lift")
        .with_columns(fleet=pl.col("resource").str.split(" ").list.first())
        .group_by("fleet")
        .agg(pl.col("hours").sum())
        .join(fleets.select("fleet"), on="fleet", how="semi")
        .sort("hours", "fleet", descending=[True, False])
    )
    for key in waited["fleet"].head(most):
        more = fleets.with_columns(count=pl.col("count") + (pl.col("fleet") == key).cast(pl.Int64))
        network = replace(world.network, fleets=more)
        yield Choice(
            "reserve", key, f"one more of {key}", replace(world, network=network), plan, None
        )


def _pre_position(world: World, plan: Plan, ensemble: Ensemble, most: int) -> Iterator[Choice]:
    """Forces that stand at their destination beforehand: those oftenest last in the worst runs."""
    if not ensemble.closure_min.size:
        return
    last = overall(ensemble.closure_min)
    worst = ensemble.closure_min[_worst(last)]
    late = np.where(worst == NOT_CLOSED, LAST, worst)
    counts = np.bincount(late.argmax(axis=1), minlength=len(ensemble.forces))
    names = dict(plan.forces.select("force", "name").iter_rows())
    for n in np.argsort(-counts, kind="stable")[:most]:
        if not counts[n] or len(ensemble.forces) == 1:
            continue
        key = ensemble.forces[n]
        lines = plan.lines.filter(pl.col("force") != key)
        loads = plan.loads.filter(pl.col("line").is_in(lines["line"].implode()))
        yield Choice(
            "pre-position", key, names[key], world, replace(plan, lines=lines, loads=loads), None
        )


def _worst(last: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Runs whose last closure is at the 90 % quantile or later."""
    ordered = in_order(last)
    limit = ordered[int(0.9 * (len(ordered) - 1))]
    return np.asarray(np.where(last == NOT_CLOSED, LAST, last) >= limit)


def choices_words(table: pl.DataFrame) -> str:
    """The choices as lines of text, each figure with its interval."""
    from standto.clock import in_words

    def cell(minutes: float | None) -> str:
        return "not known" if minutes is None else in_words(minutes)

    lines = [
        "what to do beforehand (gain in the last closure, 95 % interval, same random numbers):"
    ]
    for row in table.iter_rows(named=True):
        opened = -row["kept_open"]
        lines.append(
            f"  {row['choice']} {row['name']}: P95 {cell(row['p95_gain_min'])}"
            f" ({cell(row['p95_low_min'])} to {cell(row['p95_high_min'])}),"
            f" mean {cell(row['gain_min'])} ({cell(row['low_min'])} to {cell(row['high_min'])})"
            + (f", closes {opened:+,} more runs" if opened else "")
        )
    lines.append("  tried: the first few of each sort; not: berths, ramps, links, two at once")
    return "\n".join(lines)
