"""The scheduler: portfolio of list schedules, then ruin and recreate until told to stop."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from standto.kernels.columns import (
    A_BUSY,
    DUE_CLOSURE,
    F_ASSET,
    F_ASSET_END,
    F_MODE,
    HABIT_END,
    HABIT_FIELDS,
    HABIT_TOLL,
    HABIT_WAIT,
    MODES,
    Cells,
)
from standto.kernels.listing import construct, improve, value_of
from standto.kernels.ruining import last_arrival
from standto.schedule.audit import audit
from standto.schedule.closures import planned
from standto.schedule.orders import mixtures, orders, rings
from standto.schedule.problem import Placeable, Problem
from standto.schedule.proving import Proving, beside
from standto.schedule.result import result_of
from standto.schedule.schedule import Result
from standto.schedule.state import empty, journal

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
logger = logging.getLogger(__name__)
Progress = Callable[[str, str], None]

HEAT, COOL = 1e-3, 0.01
"""By how much of the objective a plan may well get worse in one round at first, and what is left of
that at the end. Ten times less was as good on 200 lines."""
WARM, LONG = 1e-2, 25
"""The same in a search that is long for its instance, and how many rounds a packet that takes: in
10,000 rounds, plans of 25 and 50 lines were up to 3 % better; in few, of 200 lines, 2 % worse."""
DESCENT = 0.8
"""Share of the search after which busy lift counts no more."""
BATCH = 64
"""Most rounds of ruin and recreate between two looks at the clock."""
LOOKS = 20
"""Least number of looks in a search of so many rounds: at each, fewer worse plans are kept."""
KEEPING = 0.01
"""Share of the search that passes before a better plan is put aside again: that takes time."""
CHUNK = 256
"""Lines placed between two looks at the clock, and at the keyboard, while a list is made."""

TOLLS = (0, 25, 50, 100, 200, 400, 800)
"""Tolls tried, per cent of what a trip takes of its asset."""
TOLLED = 3
"""Orders tried with tolls: the best ones without."""
GUIDE = 0.5
"""How much the search minds busy lift, at first: 1 is what it would cost if lift alone decided."""
WAITS = (120, 480)
"""Minutes for which a new trip may wait for company, in a ninth of the rounds."""
STRANGE = 8
"""Habits of tolls at random."""

WORTH = 0.1
"""How much sooner a packet of mean weight is placed for it, as a part of the last arrival."""
WORST = 1.5
"""By how much worse than the best plan a first mixture of keys may be."""

LISTING, LISTS = (0.15, 0.5), 60
"""Share of the time given that goes to list schedules: the less, or up to the more where so many
lists have not been made by then. Half the time for all cost 6 % on 200 lines and 3 % on 1,000; the
less for all cost 7 % on 10,000, where better tolls are worth more than rounds of search. Mixtures
of keys and tolls take some 60 lists."""
LEAST_PROVING = 0.2
"""Least seconds for the bounds, however few are given."""


@dataclass(frozen=True)
class Stop:
    """When to stop: after so many seconds, or after so many rounds, which repeat exactly.

    proving: seconds for the bounds, which are made beside the search; None gives them as many as
    that has, or all they take.
    """

    seconds: float | None = None
    iterations: int | None = None
    proving: float | None = None


def plain() -> Ints:
    """The habit of placing packets without tolls."""
    return np.zeros(HABIT_FIELDS, dtype=np.int64)


@dataclass
class Search:
    """A plan in the making: its cells, the objective, and how it was made.

    order: (lines,) in which they were placed. habit: tolls and waits then (`kernels/columns.py`).
    """

    cells: Cells
    order: Ints
    value: float
    habit: Ints = field(default_factory=plain)


def solve(problem: Problem, stop: Stop, seed: int, progress: Progress | None = None) -> Result:
    """The best plan found, audited data and bounds with it. Ctrl-C gives the best so far.

    Bounds are made beside the search (`proving.py`).
    """
    begun = time.perf_counter()
    tell = progress or (lambda stage, words: None)
    seconds = stop.seconds if stop.proving is None else stop.proving
    with beside(problem, None if seconds is None else max(LEAST_PROVING, seconds)) as proving:
        best, rounds = searched(problem, stop, seed, begun, proving, tell)
        moved = (planned(problem, best.cells) >= 0).astype(np.int64)
        proofs = proving.ended(moved, tell)
    result = result_of(problem, best.cells, proofs, rounds, time.perf_counter() - begun)
    tell("audit", "checking every rule again")
    faults = audit(problem.world, problem.plan, problem.limits, result.schedule)
    for fault in faults:
        logger.error("the audit found %s", fault)
    return replace(result, faults=tuple(faults))


def searched(
    problem: Problem, stop: Stop, seed: int, begun: float, proving: Proving, tell: Progress
) -> tuple[Search, int]:
    """The best plan found, and rounds of search made; Ctrl-C ends both the search and the bounds.

    Raises KeyboardInterrupt where there is no plan yet.
    """
    made: list[Search] = []
    rounds = 0
    show = proving.shown(tell)
    try:
        best = built(problem, stop, seed, begun, show, made)
        if len(problem.lines) > 1:
            best, rounds = improved(problem, best, stop, seed, begun, show)
            if spent(stop, rounds, begun) < 1.0:
                proving.halt()  # the search ended by Ctrl-C
    except KeyboardInterrupt:
        if not made:
            raise
        tell("schedule", "stopped: the best plan so far")
        proving.halt()
        best = min(made, key=lambda search: search.value)
    return best, rounds


def built(
    problem: Placeable,
    stop: Stop,
    seed: int,
    begun: float,
    tell: Progress,
    made: list[Search] | None = None,
) -> Search:
    """The best of several list schedules, one an order of lines, in a part of the time.

    The first is always finished, so that there is a plan; a later one is left off when the time is
    over, or when its first lines alone cost as much as the best plan. Then come orders by mixtures
    of keys, and the best orders with tolls on lift. made: each is added to it, so that Ctrl-C loses
    none.
    """
    made = [] if made is None else made
    lists, first = stop, time.perf_counter()
    for name, order in orders(problem, seed):
        limit = min((search.value for search in made), default=np.inf)
        new = listed(problem, order, plain(), limit, lists, begun)
        if new is not None:
            tell("schedule", f"order {name}: {new.value:.0f}")
            made.append(new)
        if len(made) == 1:
            lists = listing_of(stop, time.perf_counter() - first)
        if over(lists, begun):
            break
    made.sort(key=lambda search: search.value)
    best = mixed(problem, lists, begun, tell, made[0]) if len(problem.lines) > 1 else None
    made[:0] = [] if best is None else [best]
    for n, start in enumerate(made[: TOLLED + (best is not None)]):
        made[n] = tolled(problem, start, lists, begun, tell)
    return min(made, key=lambda search: search.value)


def mixed(
    problem: Placeable, stop: Stop, begun: float, tell: Progress, start: Search
) -> Search | None:
    """The best list schedule by a mixture of keys, if it is better than the best by one key."""
    best: Search | None = None
    trials = mixtures(problem, last_arrival(start.cells, problem.tables.flat)[0] * WORTH)
    order = next(trials)
    while not over(stop, begun):
        limit = start.value * WORST if best is None else best.value
        new = listed(problem, order, plain(), limit, stop, begun)
        if new is not None and new.value < limit:
            best = new
            tell("schedule", f"mixed order: {new.value:.0f}")
        try:
            order = trials.send(np.inf if new is None else new.value)
        except StopIteration:
            break
    return best if best is not None and best.value < start.value else None


def listed(
    problem: Placeable, order: Ints, habit: Ints, limit: float, stop: Stop, begun: float
) -> Search | None:
    """One list schedule; None if it costs as much as `limit`, or if one is there and time over."""
    t = problem.tables
    cells, log = empty(t, problem.resources), journal(t)
    costs = np.zeros(len(problem.lines))
    for at in range(0, order.size, CHUNK):
        construct(cells, log, t.flat, t.pay, habit, order[at : at + CHUNK], costs)
        if limit < np.inf and (over(stop, begun) or costs.sum() >= limit):
            return None
    return Search(cells, order, value_of(cells, t.flat, t.pay, problem.dues), habit)


def tolled(problem: Placeable, start: Search, stop: Stop, begun: float, tell: Progress) -> Search:
    """The best list schedule of an order over tolls on lift, one mode's moved up or down at a time.

    Tolls fall to nothing at the last arrival of the plan they start from. Without them whoever is
    placed first takes any lift that gets it there sooner, whatever others lose.
    """
    best, before = start, np.inf
    while best.value < before and not over(stop, begun):
        before = best.value
        for mode in np.unique(problem.tables.fleets[:, F_MODE]):
            for step in (1, -1):
                best = climbed(problem, best, HABIT_TOLL + int(mode), step, stop, begun)
    tell("schedule", f"tolls {best.habit[:HABIT_WAIT].tolist()} %: {best.value:.0f}")
    return best


def climbed(
    problem: Placeable, best: Search, of: int, step: int, stop: Stop, begun: float
) -> Search:
    """A list schedule with one toll moved step by step for as long as that is better."""
    end = int(best.habit[HABIT_END]) or last_arrival(best.cells, problem.tables.flat)[0]
    while True:
        at = TOLLS.index(int(best.habit[of])) + step
        if not 0 <= at < len(TOLLS):
            return best
        habit = best.habit.copy()
        habit[of], habit[HABIT_END] = TOLLS[at], end
        new = listed(problem, best.order, habit, best.value, stop, begun)
        if new is None or new.value >= best.value:
            return best
        best = new


def guide_of(problem: Placeable, start: Search) -> Floats:
    """(4,) what a minute of lift costs all others, by mode: the closure that it may put off."""
    t = problem.tables
    busy = start.cells[t.at[A_BUSY] : t.at[A_BUSY] + MODES].astype(float)
    table = problem.tables.fleets
    count = np.zeros(MODES)
    np.add.at(count, table[:, F_MODE], table[:, F_ASSET_END] - table[:, F_ASSET])
    closed = max(1, last_arrival(start.cells, t.flat)[0])
    share = busy / np.maximum(count, 1) / closed
    cost: Floats = GUIDE * problem.dues[DUE_CLOSURE] * share / np.maximum(count, 1)
    return cost


def habits_of(problem: Placeable, search: Search, seed: int) -> Ints:
    """Habits to draw from while a plan is improved: none, those that made it, others, and to wait.

    Others are tolls at random: whoever is put back under them goes a way that is nobody's best.
    """
    rng = np.random.default_rng(seed)
    end = last_arrival(search.cells, problem.tables.flat)[0]
    rows = [*(plain() for _ in range(4)), *[search.habit] * 4]
    rows += [plain() for _ in range(STRANGE + len(WAITS))]
    for row in rows[-STRANGE - len(WAITS) : -len(WAITS)]:
        row[:HABIT_WAIT], row[HABIT_END] = rng.choice(TOLLS, MODES), end
    for row, wait in zip(rows[-len(WAITS) :], WAITS, strict=True):
        row[HABIT_WAIT] = wait
    return np.stack(rows)


def listing_of(stop: Stop, each: float) -> Stop:
    """The part of the time that goes to list schedules, by the seconds that one takes."""
    if stop.seconds is None:
        return stop
    least, most = (share * stop.seconds for share in LISTING)
    return replace(stop, seconds=max(least, min(most, LISTS * each)))


def over(stop: Stop, begun: float) -> bool:
    """Whether the seconds are gone."""
    return stop.seconds is not None and time.perf_counter() - begun > stop.seconds


def improved(
    problem: Placeable, start: Search, stop: Stop, seed: int, begun: float, tell: Progress
) -> tuple[Search, int]:
    """The best plan that ruin and recreate finds before the end or Ctrl-C, and the rounds made."""
    t = problem.tables
    log = journal(t)
    around, seats = rings(problem)
    habits = habits_of(problem, start, seed)
    guide = guide_of(problem, start)
    heat = start.value * heat_of(len(t.packets), stop)
    rank = np.empty(len(problem.lines), dtype=np.int64)
    rank[start.order] = np.arange(rank.size)
    state = np.array([seed & 0x7FFFFFFF], dtype=np.int64)
    rounds, kept = 0, 0.0
    best = replace(start, cells=start.cells.copy())
    try:
        while (share := spent(stop, rounds, begun)) < 1.0 or (rounds == 0 and searches(stop)):
            batch = batch_of(stop, rounds)
            start.value = improve(
                start.cells, log, t.flat, t.pay, problem.dues, habits, around, seats, rank, state,
                batch, heat * COOL ** min(1.0, share), guide * max(0.0, 1.0 - share / DESCENT),
            )  # fmt: skip
            rounds += batch
            if start.value < best.value and share >= kept:
                best, kept = replace(start, cells=start.cells.copy()), share + KEEPING
            tell("schedule", f"{rounds} rounds: {min(start.value, best.value):.0f}")
    except KeyboardInterrupt:
        tell("schedule", "stopped: the best plan so far")
        return best, rounds
    return min(best, start, key=lambda search: search.value), rounds


def heat_of(packets: int, stop: Stop) -> float:
    """Share of the objective by which a plan may well get worse in one round at first.

    A search by seconds is long where packets are few; where they are many, their number decides.
    """
    long = stop.iterations is None or stop.iterations >= LONG * packets
    return min(WARM if long else HEAT, 1 / max(1, packets))


def searches(stop: Stop) -> bool:
    """Whether there is to be a search at all, however little time is left for it."""
    return stop.seconds is not None and (stop.iterations is None or stop.iterations > 0)


def batch_of(stop: Stop, rounds: int) -> int:
    """Rounds until the next look at the clock."""
    if stop.iterations is None:
        return BATCH
    return min(BATCH, max(1, stop.iterations // LOOKS), stop.iterations - rounds)


def spent(stop: Stop, rounds: int, begun: float) -> float:
    """Share of the search that is over: of its rounds, or of its seconds."""
    shares = [1.0] if stop.iterations is None and stop.seconds is None else [0.0]
    if stop.iterations is not None:
        shares.append(rounds / stop.iterations if stop.iterations > 0 else 1.0)
    if stop.seconds is not None:
        shares.append((time.perf_counter() - begun) / max(1e-9, stop.seconds))
    return max(shares)
