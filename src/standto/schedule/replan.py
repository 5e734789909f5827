"""Planning again from a state: what has begun stays, everything else may change.

The instance is made anew from where every packet and asset is; as much of the old plan as still
holds is written into it, the rest is placed by list schedules, and ruin and recreate goes on from
there. The legs are what has begun and the new ones together.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import polars as pl

from standto.kernels import columns as c
from standto.kernels.listing import construct, value_of
from standto.plan.plan import Limits, Plan
from standto.schedule.audit_underway import Case, audit_underway
from standto.schedule.begun import Begun, Known
from standto.schedule.bounds import Proofs, bounds
from standto.schedule.closures import planned
from standto.schedule.collector import uncollected
from standto.schedule.kept import kept
from standto.schedule.legs import legs_by_packet
from standto.schedule.matched import sought
from standto.schedule.net import Net
from standto.schedule.orders import orders
from standto.schedule.problem import Problem
from standto.schedule.reached import parts_at, unbegun
from standto.schedule.resources import Resource
from standto.schedule.result import result_of
from standto.schedule.schedule import LEGS, Result, Schedule
from standto.schedule.solve import Progress, Search, Stop, improved, over, plain, spent
from standto.schedule.state import journal
from standto.schedule.taken import taken
from standto.schedule.underway import Outage, Underway
from standto.world.world import World

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Onward:
    """A plan made again: the instance under way, the plan in the making, and all legs.

    problem: the instance from the state on. kept: rows of the instance kept as they were planned.
    """

    problem: Problem
    search: Search
    legs: pl.DataFrame
    kept: int
    rounds: int


def replan(
    problem: Problem,
    schedule: Schedule,
    state: Underway,
    stop: Stop,
    seed: int,
    progress: Progress | None = None,
    *,
    world: World | None = None,
    plan: Plan | None = None,
    limits: Limits | None = None,
    outages: tuple[Outage, ...] = (),
) -> Result:
    """The plan from a state on, with what had begun before it; audited.

    problem: the instance that `schedule` was made for. world, plan, limits: as they are from the
    state's minute on, where they differ: links, terminals and lift lost or regained, new lines,
    forces that no longer go. outages: links and places shut for a span. Packets keep their numbers;
    packets of lines that are split anew get new ones. Same seed and iterations: the same legs.
    """
    begun = time.perf_counter()
    tell = progress or (lambda stage, words: None)
    made = onward(
        problem, schedule, state, stop, seed, tell,
        world=world, plan=plan, limits=limits, outages=outages,
    )  # fmt: skip
    now, cells = made.problem, made.search.cells
    result = result_of(now, cells, proofs_of(now, made.search), made.rounds, 0.0)
    schedule = Schedule(made.legs, result.schedule.unplanned)
    tell("audit", "checking every rule again")
    faults = audit_underway(
        Case(problem.world, problem.plan, problem.limits),
        Case(now.world, now.plan, now.limits),
        state,
        schedule,
        outages,
    )
    for fault in faults:
        logger.error("the audit found %s", fault)
    spent = time.perf_counter() - begun
    return replace(result, schedule=schedule, seconds=spent, faults=tuple(faults))


def onward(
    problem: Problem,
    schedule: Schedule,
    state: Underway,
    stop: Stop,
    seed: int,
    tell: Progress,
    *,
    world: World | None = None,
    plan: Plan | None = None,
    limits: Limits | None = None,
    outages: tuple[Outage, ...] = (),
) -> Onward:
    """As `replan`, without bounds and audit: for a simulation that plans again many times."""
    clock = time.perf_counter()
    with uncollected():
        rest = unbegun(schedule, state)
        now = under_way(
            problem, state, rest, world or problem.world, plan or problem.plan,
            limits or problem.limits, outages,
        )  # fmt: skip
        tell("schedule", f"{len(now.lines)} moves from {state.legs.height} legs begun")
        search, lost = repaired(now, rest, stop, seed, clock, tell)
    rounds = 0
    if len(now.lines) > 1 and spent(stop, 0, clock) < 1.0:
        search, rounds = improved(now, search, stop, seed, clock, tell)
    with uncollected():
        legs = legs_after(now, search, schedule, state)
    return Onward(now, search, legs, len(now.lines) - lost, rounds)


def under_way(
    problem: Problem,
    state: Underway,
    rest: pl.DataFrame,
    world: World,
    plan: Plan,
    limits: Limits,
    outages: tuple[Outage, ...],
) -> Problem:
    """The instance from a state on. rest: legs not begun."""
    parts = parts_at(problem, plan.lines, state, rest)
    assets = {
        (lift, number): None if free is None else (place, free)
        for lift, number, place, free in state.assets.iter_rows()
    }

    def room(net: Net) -> list[Resource]:
        return taken(net, state, rest)

    known = known_of(problem, plan)
    return Problem.of(
        world, plan, limits, outages, Begun(state.now_min, parts, assets, room, problem.net, known)
    )


SPLIT = ("line", "origin", "modes", "personnel", "cargo_t", "together", "hazardous")
"""What a plan says of a line that decides how it is split into packets."""


def known_of(problem: Problem, plan: Plan) -> Known | None:
    """What the instance before made of its lines; None where the plan says otherwise of any."""
    before = problem.plan
    if not (
        plan.loads.equals(before.loads)
        and plan.lines.select(SPLIT).equals(before.lines.select(SPLIT))
    ):
        return None
    kinds = dict(zip(problem.lines, problem.kinds, strict=True))
    rows = Counter(problem.lines)
    moves = {
        line: move
        for line, move in zip(problem.lines, problem.moves, strict=True)
        if rows[line] == 1
        and move.onward is None
        and all(p.number < 0 for p in (*move.surface, *move.air))
    }
    return Known(moves, kinds)


def repaired(
    problem: Problem, rest: pl.DataFrame, stop: Stop, seed: int, begun: float, tell: Progress
) -> tuple[Search, int]:
    """The old plan with all that still holds, the rest by the best of several list schedules.

    Returns how many rows were not kept, too.
    """
    t = problem.tables
    start = kept(problem, rest)
    tell("schedule", f"{int((~start.lost).sum())} of {start.lost.size} moves kept")
    log = journal(t)
    best: Search | None = None
    cells, tried = start.cells.copy(), set()
    for name, order in orders(problem, seed):
        anew, costs = order[start.lost[order]], np.zeros(len(problem.lines))
        if anew.tobytes() in tried:
            continue
        tried.add(anew.tobytes())
        np.copyto(cells, start.cells)
        construct(cells, log, t.flat, t.pay, plain(), anew, costs)
        value = value_of(cells, t.flat, t.pay, problem.dues)
        tell("schedule", f"order {name}: {value:.0f}")
        if best is None or value < best.value:
            spare = best.cells if best else np.empty_like(cells)
            best, cells = Search(cells, order, value), spare
        if anew.size < 2 or over(stop, begun):
            break
    assert best is not None, "there is always an order"
    return best, int(start.lost.sum())


def proofs_of(problem: Problem, search: Search) -> Proofs:
    """Bounds of the plan from the state on, with what packets have waited and ridden so far.

    Without a search for prices: every packet alone, which takes a fraction of a second.
    """
    moved = (planned(problem, search.cells) >= 0).astype(np.int64)
    past = so_far(problem, moved)
    made = bounds(problem, moved, 0.0)
    return replace(
        made,
        bounds=tuple(
            replace(b, value=b.value + past) if b.measure in ("response", "objective") else b
            for b in made.bounds
        ),
    )


def so_far(problem: Problem, moved: npt.NDArray[np.int64]) -> float:
    """Response that is spent at the state already, by the lighter option of each row moved."""
    t = problem.tables
    line = t.packets[:, c.P_LINE]
    spent = t.weight * t.aims[0] * (t.lines[line, c.L_READY] - problem.since[line])
    total = np.add.reduceat(np.append(spent, 0.0), t.options[:-1]) * (np.diff(t.options) > 0)
    total = np.where(np.diff(t.options) > 0, total, np.inf).reshape(-1, 2).min(axis=1)
    return float(total[(moved > 0) & np.isfinite(total)].sum())


def legs_after(
    problem: Problem, search: Search, schedule: Schedule, state: Underway
) -> pl.DataFrame:
    """Legs begun and legs to come, by packet and step.

    Packets keep their numbers: those under way, and those of lines that are split as before.
    """
    ahead = legs_by_packet(problem, search.cells)
    used = ahead["packet"].to_numpy()
    number = numbers(problem, ahead, schedule, state)[used]
    steps = state.legs.group_by("packet").len("steps")
    known = steps["packet"].to_numpy()
    at = sought(known, number)
    first = np.append(steps["steps"].to_numpy(), 0).astype(np.int64)[at]
    first_trip = 1 + max(largest(schedule.legs["trip"]), largest(state.legs["trip"]))
    ahead = ahead.with_columns(
        packet=pl.Series(number),
        step=pl.col("step") + pl.Series(first),
        trip=pl.when(pl.col("trip") < 0).then(-1).otherwise(pl.col("trip") + first_trip),
    )
    both = pl.concat([state.legs.select(LEGS.names()), ahead.select(LEGS.names())])
    return both.sort("packet", "step").with_columns(leg=pl.int_range(pl.len(), dtype=pl.Int64))


def largest(numbers: pl.Series) -> int:
    """The largest number, -1 where there is none."""
    found = numbers.max()
    return found if isinstance(found, int) else -1


def numbers(
    problem: Problem, ahead: pl.DataFrame, schedule: Schedule, state: Underway
) -> npt.NDArray[np.int64]:
    """(packets,) number of each packet of the instance that still moves; -1 for the others."""
    old = pl.concat([schedule.legs.select("line", "packet"), state.legs.select("line", "packet")])
    place, count = pl.int_range(pl.len()).over("line"), pl.len().over("line")
    before = old.unique().sort("packet").with_columns(place=place, known=count)
    used = ahead.select("line", "packet").unique(maintain_order=True)
    fresh = used.filter(pl.Series(problem.number[used["packet"].to_numpy()]) < 0)
    fresh = fresh.with_columns(place=place, count=count).join(
        before, on=["line", "place"], how="left", maintain_order="left", suffix="_before"
    )
    same = (pl.col("known") == pl.col("count")).fill_null(False)
    anew = largest(old["packet"]) + (~same).cast(pl.Int64).cum_sum()
    fresh = fresh.select("packet", number=pl.when(same).then("packet_before").otherwise(anew))
    made = problem.number.copy()
    made[fresh["packet"].to_numpy()] = fresh["number"].to_numpy()
    return made
