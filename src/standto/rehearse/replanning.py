"""Policies that plan again in the middle of a run, from the state that the run has reached.

replan: every so many hours, if anything has gone otherwise than planned or something known has
begun or ended, the scheduler plans again what has not begun: it keeps what still holds, places the
rest anew and searches. reroute: at the minute at which something known begins or ends, what can no
longer go as planned is placed anew, by other ways where they are better; nothing is searched.
Neither plans again while forces are foreseen to close about as when it was last planned.

The new plan is taken where it is foreseen to close earlier, all forces together, than to wait in
the planned order; what is taken is carried out as under the fixed order. What a planner knows, and
when, stands in `rehearse.foreseen`.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import polars as pl
from msgspec import structs

from standto.clock import parse_duration
from standto.plan.plan import Limits, Plan
from standto.rehearse.carried import BEGUN, Carried, Course, Foresight
from standto.rehearse.closing import Closing, Minutes
from standto.rehearse.draws import Draws
from standto.rehearse.engine import Scratch
from standto.rehearse.ensemble import NOT_CLOSED
from standto.rehearse.fixed_order import FixedOrder
from standto.rehearse.foreseen import EVERYWHERE, Shutting, known, outages, shutting
from standto.rehearse.movement import ride_numbers
from standto.schedule.closures import planned
from standto.schedule.hops import Hops
from standto.schedule.problem import Problem
from standto.schedule.reached import state_at
from standto.schedule.replan import onward
from standto.schedule.resources import Calendars
from standto.schedule.routes import Routes
from standto.schedule.schedule import Schedule
from standto.schedule.solve import Stop
from standto.schedule.underway import ASSETS, Outage, Underway
from standto.world.world import World

ROUNDS = 64
"""Rounds of ruin and recreate at each re-plan: one batch of the search. Ten times as many cost half
as much again in time a run."""

PATIENCE_MIN = 360
"""Under reroute, a load aboard that is held for longer than this may be unloaded and sent on, and
forces that close later by more than this, all together, are worth a new plan."""

FEW_AGAIN = 8
"""Runs in which a contingency happened that are played again without it."""

LONGER = 2
"""A run may last so many times the scenario's horizon: with trouble, what was to be there by its
end comes later. What cannot be planned within it is not closed."""


Lateness = tuple[int, int]
"""Forces that are not to close, and the sum of the minutes at which the others do."""


@dataclass(frozen=True)
class Replanning:
    """A schedule that is planned again as it goes. every_min: 0 to re-route only.

    problem: the instance that the schedule was made for, in which everything that a contingency may
    shut has a calendar. fixed: the schedule as it is, which a run in which nothing happens follows.
    """

    world: World
    problem: Problem
    schedule: Schedule
    contingencies: pl.DataFrame
    shuts: tuple[Shutting, ...]
    fixed: FixedOrder
    every_min: int
    seed: int

    @classmethod
    def of(
        cls,
        world: World,
        plan: Plan,
        limits: Limits,
        schedule: Schedule,
        contingencies: pl.DataFrame,
        every_min: int,
        seed: int,
    ) -> Replanning:
        """The policy for a schedule and what may strike it."""
        network = world.network
        given = world
        days = parse_duration(world.scenario.horizon) * LONGER // 1440
        world = replace(world, scenario=structs.replace(world.scenario, horizon=f"{days} d"))
        shuts = shutting(contingencies, network)
        keys = sorted({key for one in shuts for key in one.keys})
        open_all = tuple(Outage(key, 0, 0) for key in keys)
        watched = Problem.of(world, plan, limits, open_all)
        return cls(
            world=given,
            problem=watched,
            schedule=schedule,
            contingencies=contingencies,
            shuts=shuts,
            fixed=FixedOrder.of(schedule, plan, contingencies, network),
            every_min=every_min,
            seed=seed,
        )

    def __reduce__(self) -> tuple[object, ...]:
        """What another process makes it from: the instance is large, its makings are not."""
        made = self.world, self.problem.plan, self.problem.limits
        return Replanning.of, (*made, self.schedule, self.contingencies, self.every_min, self.seed)

    @property
    def closing(self) -> Closing:
        """When its forces have closed, by the schedule as it is."""
        return self.fixed.closing

    @property
    def block(self) -> int:
        """Runs in one block: each takes seconds."""
        return 1

    @property
    def again(self) -> int:
        """So few that what contingencies cost takes about as long as some hundred runs."""
        return FEW_AGAIN

    @property
    def threads(self) -> bool:
        """Planning again holds the interpreter's lock: each worker is a process."""
        return False

    def arrays(self) -> tuple[npt.NDArray[np.generic], ...]:
        """All that its closures depend on, for a digest."""
        return (*self.fixed.arrays(), np.array([self.every_min, self.seed, ROUNDS]))

    def closures(self, draws: Draws, scratch: Scratch | None = None) -> Minutes:
        """Closures (runs, forces) of the runs drawn."""
        return np.concatenate([self.played(draws.part(np.array([n]))) for n in range(draws.runs)])

    def played(self, draws: Draws) -> Minutes:
        """Closures (1, forces) of one run."""
        happens = draws.happens[:, 0]
        run = Run(
            fresh(self.problem),
            self.contingencies.filter(pl.Series(happens)),
            tuple(s for s, here in zip(self.shuts, happens, strict=True) if here),
            draws.only(happens),
        )
        begun, minute = self.schedule.legs.clear().select(BEGUN), -1
        course = self.course(run, self.schedule.legs)
        now = course.carried_out(begun, run.draws)
        settled = lateness(course.carried_out(begun, run.draws, Foresight([], begun)))
        while (minute := self.next_look(run, now, minute)) >= 0:
            rides = now.under_way(minute, self.patience_min)
            gone = now.names(rides)
            sight = Foresight(known(run.shuts, run.draws, 0, minute), gone)
            foreseen = lateness(course.carried_out(begun, run.draws, sight))
            if not self.worse(foreseen, settled):
                continue
            legs = self.planned_again(run, now.legs_at(rides), sight.rows, minute)
            other = self.course(run, legs)
            better = lateness(other.carried_out(gone, run.draws, sight))
            settled = min(better, foreseen)
            if better < foreseen:
                course, begun = other, gone
                now = course.carried_out(begun, run.draws)
        return now.closures()

    def course(self, run: Run, legs: pl.DataFrame) -> Course:
        """A plan's legs made ready to be carried out in a run."""
        schedule = Schedule(legs, self.schedule.unplanned)
        problem = run.problem
        return Course.of(
            schedule, problem.plan, run.contingencies, problem.world.network, self.closing
        )

    def worse(self, foreseen: Lateness, settled: Lateness) -> bool:
        """Whether what is foreseen is worth a new plan: later than when it was last planned."""
        return foreseen[0] > settled[0] or foreseen[1] > settled[1] + self.patience_min

    @property
    def patience_min(self) -> int:
        """How long a load that is held stays aboard, and what delay is worth a new plan."""
        return self.every_min or PATIENCE_MIN

    def next_look(self, run: Run, now: Carried, last: int) -> int:
        """Minute at which it is next planned again, -1 where there is no more reason to."""
        reasons = run.changes()
        if self.every_min:
            reasons = np.concatenate([reasons, np.maximum(now.surprises(), last + 1)])
        reasons = reasons[reasons > last]
        if not len(reasons):
            return -1
        minute = int(reasons.min())
        if self.every_min:
            minute = max(1, -(-minute // self.every_min)) * self.every_min
        left = ~now.under_way(minute, self.patience_min)
        return minute if left.any() and minute < run.problem.horizon_min else -1

    def planned_again(
        self, run: Run, seen: pl.DataFrame, rows: list[int], minute: int
    ) -> pl.DataFrame:
        """Legs from a minute on, with those begun. A line that cannot be placed anew waits.

        seen: the legs at that minute (`Carried.legs_at`). rows: contingencies known.
        """
        problem, legs, none = run.problem, seen.drop("gone"), self.schedule.unplanned
        shut = outages(run.shuts, rows, run.draws, 0)
        state = state_at(problem, Schedule(not_before(seen, minute), none), minute)
        made = onward(
            replace(problem, net=replace(problem.net, outages=shut)),
            Schedule(legs, none),
            replace(state, assets=run.held_lift(state, rows)),
            Stop(iterations=ROUNDS if self.every_min else 0),
            self.seed,
            lambda stage, words: None,
            plan=run.held_forces(rows),
            outages=shut,
        )
        out = np.flatnonzero(planned(made.problem, made.search.cells) < 0)
        stuck = pl.col("line").is_in({made.problem.lines[n] for n in out})
        waiting = put_off(seen.filter(stuck & ~pl.col("gone")), minute)
        both = made.legs.join(waiting, on=BEGUN, how="anti")
        return pl.concat([both, waiting]).sort(BEGUN).with_columns(leg=pl.int_range(pl.len()))


def lateness(now: Carried) -> Lateness:
    """How late a plan is foreseen to close: forces that do not, and the sum of the others."""
    closed = now.closures()
    return int((closed == NOT_CLOSED).sum()), int(closed[closed != NOT_CLOSED].sum())


def fresh(problem: Problem) -> Problem:
    """The instance with lists of its own that grow while it is planned again.

    So each run begins with the same routes in the same order, whatever was played before.
    """
    net = problem.net
    calendars = grown(net.calendars)
    hops = replace(grown(net.hops), calendars=calendars)
    routes = replace(grown(net.routes), hops=hops)
    return replace(problem, net=replace(net, calendars=calendars, hops=hops, routes=routes))


Growing = TypeVar("Growing", Calendars, Hops, Routes)


def grown(one: Growing) -> Growing:
    """The same with copies of its lists and dictionaries."""
    made = copy(one)
    for name, value in vars(one).items():
        if isinstance(value, list | dict):
            setattr(made, name, value.copy())
    return made


def put_off(legs: pl.DataFrame, minute: int) -> pl.DataFrame:
    """Legs put off until the first of each packet begins at a minute or later, trips as wholes."""
    late = minute - (pl.col("depart_min") - pl.col("load_min"))
    late = pl.max_horizontal(late.max().over("packet"), 0)
    put = legs.with_columns(late=late, ride=ride_numbers(legs))
    for _ in range(legs.height):  # each time at least one more trip is put off
        more = put.with_columns(late=pl.col("late").max().over("ride"))
        more = more.with_columns(late=pl.col("late").max().over("packet"))
        if more["late"].equals(put["late"]):
            break
        put = more
    return put.with_columns(
        pl.col("depart_min", "arrive_min") + pl.col("late"),
        link_depart_min=pl.concat_list("late", "link_depart_min").list.eval(
            pl.element().slice(1) + pl.element().first()
        ),
    ).select(legs.drop("gone").columns)


def not_before(seen: pl.DataFrame, minute: int) -> pl.DataFrame:
    """Legs of which those that should have begun but have not do so at a minute at the earliest."""
    begin = pl.col("depart_min") - pl.col("load_min")
    late = pl.when("gone").then(0).otherwise(pl.max_horizontal(0, minute - begin))
    return seen.with_columns(
        depart_min=pl.col("depart_min") + late, arrive_min=pl.col("arrive_min") + late
    ).drop("gone")


@dataclass(frozen=True)
class Run:
    """What happens in one run: only the contingencies that do, and what each shuts."""

    problem: Problem
    contingencies: pl.DataFrame
    shuts: tuple[Shutting, ...]
    draws: Draws

    def changes(self) -> npt.NDArray[np.int64]:
        """Minutes from which something more is known: a window has begun, or has ended."""
        shut = [n for n, s in enumerate(self.shuts) if s.keys or s.fleet or s.force]
        begin, end = self.draws.opens[shut, 0], self.draws.closes[shut, 0]
        real = end > begin
        return np.concatenate([begin[real], end[real]])

    def held_lift(self, state: Underway, rows: list[int]) -> pl.DataFrame:
        """Where lift is and when it is free; not before the windows of its fleet end."""
        problem = self.problem
        at = {(r["lift"], r["asset"]): r for r in state.assets.iter_rows(named=True)}
        for n in rows:
            closes = int(self.draws.closes[n, 0])
            for fleet in problem.fleets.names:
                if self.shuts[n].fleet not in (fleet, EVERYWHERE):
                    continue
                count = self.count_of(fleet)
                for number in range(count):
                    row = at.setdefault((fleet, number), self.at_base(fleet, number))
                    row["free_min"] = max(closes, row["free_min"])
        for row in at.values():
            if row["free_min"] >= problem.horizon_min:
                row["free_min"] = None
        return pl.DataFrame([at[key] for key in sorted(at)], schema=ASSETS)

    def count_of(self, fleet: str) -> int:
        """Vehicles of a fleet."""
        table = self.problem.world.network.fleets.filter(pl.col("fleet") == fleet)
        return int(table["count"].sum())

    def at_base(self, fleet: str, number: int) -> dict[str, object]:
        """An asset that has not moved."""
        asset = self.problem.fleets.asset(fleet, number)
        stop, free = self.problem.tables.asset_from[asset].tolist()
        return {
            "lift": fleet, "asset": number, "place": self.problem.stops[stop], "free_min": free
        }  # fmt: skip

    def held_forces(self, rows: list[int]) -> Plan:
        """The plan with the lines of forces that are held ready only when they no longer are."""
        plan = self.problem.plan
        for n in rows:
            held = pl.col("force") == self.shuts[n].force
            if self.shuts[n].force == EVERYWHERE:
                held = pl.lit(True)
            if self.shuts[n].force:
                closes = int(self.draws.closes[n, 0])
                ready = pl.when(held).then(pl.max_horizontal("ready_min", pl.lit(closes)))
                lines = plan.lines.with_columns(ready_min=ready.otherwise("ready_min"))
                plan = replace(plan, lines=lines)
        return plan
