"""Lower bounds that hold for every plan, by a separate and simpler path than the scheduler's.

They hold for every plan that moves the same lines over the routes and by the packets that the
instance allows; a plan that leaves lines out is compared with plans that leave out the same.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from standto.kernels import columns as c
from standto.kernels.columns import NEVER
from standto.schedule.bound_closing import Flat
from standto.schedule.bound_closings import Closing, better, closings
from standto.schedule.bound_prices import SCALE, Relaxation
from standto.schedule.bound_search import searched
from standto.schedule.bound_solver import heed
from standto.schedule.bound_ways import Ways
from standto.schedule.charges import least_charged
from standto.schedule.closures import force_closure
from standto.schedule.problem import Problem
from standto.schedule.schedule import Bound

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
ALONE = "each packet alone: permits, where lift stands, its quickest way"
CLOSING = 0.4
"""Share of the time that goes to closure; prices of the objective have the rest."""
AIMS = {(True, False): 0.1, (False, True): 0.1, (True, True): 1.0}
"""What is bounded by prices: response, lateness, and both together for the objective; and what
share of the time that is left each may take."""
ROUNDS = 60
"""Most rounds of prices where no time is given: enough for the bundled scenarios to settle."""


@dataclass(frozen=True)
class Priced:
    """Prices that bound response, lateness or both, and what they prove, in 1/SCALE minutes.

    aims: which of response and lateness count. prices: (classes and calendars, blocks). remote:
    (classes, stops). grid, block: minutes of a slot, and of a price.
    """

    aims: tuple[bool, bool]
    prices: Ints
    remote: Ints
    grid: int
    block: int
    value: int
    rounds: int


@dataclass(frozen=True)
class Proofs:
    """Bounds of the measures; of each force's closure: (forces,) minutes; and what proves them.

    priced, closing: what the certificate says of response and lateness, and of closure. lines:
    (lines,) 1 where the bounds speak of a line.
    """

    bounds: tuple[Bound, ...]
    forces: Ints
    priced: tuple[Priced, ...]
    closing: Closing
    lines: Ints


@dataclass(frozen=True)
class Alone:
    """What bounds say of lines as if each packet moved alone, and what took so many seconds.

    known: (lines,) those that are moved and can be. forces: (forces,) earliest closure. soonest:
    minute of the last arrival. apart: response, lateness.
    """

    ways: Ways
    known: Bools
    forces: Ints
    soonest: int
    apart: list[float]
    seconds: float

    @classmethod
    def of(cls, problem: Problem, lines: Ints) -> Alone:
        """For the lines that `lines` (0 or 1) names."""
        begun = time.perf_counter()
        ways = Ways.of(problem, lines)
        last, first = by_line(problem, ways.arrive)
        known = (lines > 0) & (last < NEVER)
        forces = closures(problem, known, last, first)
        apart = [separate(problem, ways.arrive, known, aim) for aim in (0, 1)]
        soonest = int(last[known].max(initial=0))
        return cls(ways, known, forces, soonest, apart, time.perf_counter() - begun)


def bounds(
    problem: Problem,
    moved: Ints | None = None,
    seconds: float | None = None,
    tell: Callable[[str, str], None] = lambda stage, words: None,
) -> Proofs:
    """Bounds of closure, response, lateness and the objective, for the lines moved (all: None).

    seconds: for everything; where None, it makes ROUNDS rounds and repeats exactly. Ctrl-C gives
    what is proved so far.
    """
    begun = time.perf_counter()
    lines = np.ones(len(problem.lines), dtype=np.int64) if moved is None else moved
    if not problem.lines:
        return nothing(problem)
    alone = Alone.of(problem, lines)
    share = np.inf if seconds is None else CLOSING * seconds - alone.seconds
    try:
        for found in closings(alone.ways, alone.soonest, share):
            tell("bounds", f"no plan closes before {found.minute} min")
            heed()
    except KeyboardInterrupt:
        seconds = 0.0
    closed = time.perf_counter() - begun
    made: list[tuple[Priced, float]] = []
    for aims, share in AIMS.items():
        at = time.perf_counter()
        left = None if seconds is None else share * (seconds - (at - begun))
        made.append((priced(alone.ways, found, aims, left, tell), time.perf_counter() - begun))
    return proofs(problem, alone, found, closed, made)


def again(problem: Problem, moved: Ints, before: Proofs) -> Proofs:
    """What the prices of bounds prove for other lines than they were found for, without a search.

    moved: (lines,) 0 or 1.
    """
    begun = time.perf_counter()
    alone = Alone.of(problem, moved)
    least = replace(before.closing, minute=alone.soonest, flat=Flat.none(alone.ways), proof="")
    found = better(alone.ways, least, before.closing.flat)
    closed = time.perf_counter() - begun
    made: list[tuple[Priced, float]] = []
    for one in before.priced:
        relaxation = Relaxation.of(alone.ways, one.remote, one.aims, one.grid, one.block)
        value = relaxation.price(one.prices)
        made.append((replace(one, value=value), time.perf_counter() - begun))
    return proofs(problem, alone, found, closed, made)


def proofs(
    problem: Problem,
    alone: Alone,
    found: Closing,
    seconds: float,
    made: list[tuple[Priced, float]],
) -> Proofs:
    """All bounds from their parts; seconds: until closure was proved."""
    closed = closure_bound(problem, alone.forces, found, seconds)
    charges = least_charged(alone.ways, alone.known)
    return Proofs(
        (closed, *measures(problem, found, alone.apart, alone.seconds, made, charges)),
        alone.forces,
        tuple(one for one, _ in made),
        found,
        alone.ways.moved,
    )


def priced(
    ways: Ways,
    found: Closing,
    aims: tuple[bool, bool],
    seconds: float | None,
    tell: Callable[[str, str], None],
) -> Priced:
    """What prices prove of response, lateness or both, found in so many seconds."""
    relaxation = Relaxation.of(ways, found.remote, aims)
    limit, most = (np.inf, ROUNDS) if seconds is None else (seconds, 1 << 30)
    best, proof = searched(relaxation, limit, most, tell)
    return Priced(aims, best.prices, found.remote, proof.grid, proof.block, best.value, best.rounds)


def measures(
    problem: Problem,
    found: Closing,
    apart: list[float],
    alone_s: float,
    made: list[tuple[Priced, float]],
    charges: float,
) -> Iterator[Bound]:
    """Bounds of response, lateness and the objective: each packet alone, or by prices if better.

    charges: the least that lift and borders cost.
    """
    least = {(True, False): apart[0], (False, True): apart[1], (True, True): sum(apart)}
    names = {(True, False): "response", (False, True): "lateness", (True, True): "objective"}
    for one, spent in made:
        value, proof, took = one.value / SCALE, f"prices, {one.rounds} rounds", spent
        if value <= least[one.aims]:
            value, proof, took = least[one.aims], ALONE, alone_s
        if one.aims == (True, True):
            value += problem.closure_weight * found.minute + charges
            proof, took = f"closure, and {proof}", spent
        yield Bound(names[one.aims], value, proof, took)


def closure_bound(problem: Problem, forces: Ints, found: Closing, seconds: float) -> Bound:
    """The bound of the closure of all forces, which is the last arrival where all must arrive."""
    closed = int(forces[forces < NEVER].max(initial=0))
    every = bool((problem.plan.forces["closure_percent"] >= 100).all())
    if every and found.minute > closed:
        return Bound("closure", float(found.minute), found.proof, seconds)
    return Bound("closure", float(closed), ALONE, seconds)


def nothing(problem: Problem) -> Proofs:
    """Bounds of a plan that moves nothing: zero, and no prices."""
    measures = ("closure", "response", "lateness", "objective")
    none = np.zeros(0, dtype=np.int64)
    closed = np.full(len(problem.forces), NEVER, dtype=np.int64)
    zero = tuple(Bound(measure, 0.0, "nothing moves", 0.0) for measure in measures)
    empty = Flat(none.reshape(0, 1, 2), none.reshape(0, 1), none, none.reshape(0, 0))
    return Proofs(zero, closed, (), Closing(0, empty, "", none.reshape(0, 0)), none)


def by_line(problem: Problem, arrive: Ints) -> tuple[Ints, Ints]:
    """(lines,) earliest minute by which all of a line, and any of it, can have arrived."""
    options = problem.tables.options
    last = np.full(len(problem.lines), NEVER, dtype=np.int64)
    first = np.full(len(problem.lines), NEVER, dtype=np.int64)
    for entry in range(2 * last.size):
        part = arrive[options[entry] : options[entry + 1]]
        if part.size:
            last[entry // 2] = min(last[entry // 2], part.max())
            first[entry // 2] = min(first[entry // 2], part.min())
    return last, first


def closures(problem: Problem, known: Bools, last: Ints, first: Ints) -> Ints:
    """(forces,) earliest closure: all of a force, or the share of it that its row asks for."""
    t = problem.tables
    line = t.packets[:, c.P_LINE]
    option = np.searchsorted(t.options, np.arange(line.size), side="right") - 1 - 2 * line
    has_surface = np.diff(t.options)[0::2] > 0
    one = np.where(has_surface[line], option == 0, option == 1)
    packet = np.flatnonzero(one & known[line])
    made = force_closure(problem, packet, first[line[packet]])
    force = t.lines[:, c.L_FORCE]
    whole = problem.plan.forces["closure_percent"].to_numpy() >= 100
    for n in np.flatnonzero(known & whole[force]):
        made[force[n]] = max(made[force[n]], last[n])
    return made


def separate(problem: Problem, arrive: Ints, known: Bools, aim: int) -> float:
    """Least weighted response (aim 0) or lateness (1) with every packet alone."""
    t = problem.tables
    line = t.packets[:, c.P_LINE]
    due = t.lines[line, c.L_READY if aim == 0 else c.L_REQUIRED]
    cost = np.where(arrive < NEVER, t.weight * np.maximum(0, arrive - due) * t.aims[aim], np.inf)
    total = 0.0
    for n in np.flatnonzero(known):
        a, b, e = t.options[2 * n : 2 * n + 3]
        surface = float(cost[a:b].sum()) if b > a else np.inf
        total += min(surface, float(cost[b:e].sum()) if e > b else np.inf)
    return total
