"""One plan carried out in one run, in its fixed order: when each ride really loads and arrives.

A `Course` is the plan made ready for it, once, as it is looked at again and again; what comes of it
is `Carried`: the legs as a planner sees them at a minute, and the closures when nothing more is
planned again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import polars as pl

from standto.kernels.fixed_order import NEVER
from standto.plan.plan import Plan
from standto.rehearse.closing import Closing, Minutes
from standto.rehearse.draws import Draws
from standto.rehearse.fixed_order import FixedOrder
from standto.rehearse.movement import LOAD, RIDE, UNLOAD, Movement, movement, ride_numbers
from standto.schedule.schedule import Schedule
from standto.world.network import Network

Longs = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
BEGUN = ("packet", "step")
"""What names a leg for as long as it is planned again."""
UNLOADED = 3
"""Column of `Course.planned` with the minute at which a ride is unloaded."""


@dataclass(frozen=True)
class Course:
    """A plan made ready to be carried out in one run.

    legs: with their `ride`. number: (rides, 3) activity of each phase of a ride. planned: (rides,
    4) minute at which each phase is planned to begin, and the last to end. last: (packets,) ride
    with which each arrives, -1 where the legs do not lead there. closing: of packets as its rows.
    """

    legs: pl.DataFrame
    engine: FixedOrder
    number: Longs
    planned: Longs
    last: Longs
    closing: Closing

    @classmethod
    def of(
        cls,
        schedule: Schedule,
        plan: Plan,
        contingencies: pl.DataFrame,
        network: Network,
        closing: Closing,
    ) -> Course:
        """What becomes of a plan's legs. schedule: with lines that can no longer arrive."""
        legs = schedule.legs.with_columns(ride=ride_numbers(schedule.legs))
        moves = movement(legs, network)
        number = np.empty((moves.rides.height, 3), dtype=np.int64)
        ride, phase, start, end = (
            moves.activities[c].to_numpy() for c in ("ride", "phase", "start_min", "end_min")
        )
        number[ride, phase] = np.arange(len(ride))
        packets = np.arange(moves.packets.height, dtype=np.int64)
        return cls(
            legs,
            FixedOrder.over(moves, closing, contingencies, network),
            number,
            np.column_stack([start[number], end[number[:, UNLOAD]]]),
            arriving(legs, moves, plan),
            Closing.of(moves, packets, plan, schedule),
        )

    def carried_out(
        self, begun: pl.DataFrame, draws: Draws, foresight: Foresight | None = None
    ) -> Carried:
        """The plan in one run. begun: legs (BEGUN) whose times are those of the run already.

        foresight: strike what has not begun only with what is known, as a planner expects it.
        """
        ride = np.empty(self.number.size, dtype=np.int64)
        ride[self.number] = np.arange(len(self.number))[:, None]
        strikes = self.engine.strikes
        felt = ~self.named(begun)[ride][strikes.owner]
        if foresight is not None:
            gone = self.named(foresight.gone)[ride][strikes.owner]
            felt &= gone | np.isin(strikes.hazard, foresight.rows)
        engine = replace(self.engine, strikes=strikes.only(felt))
        end = engine.ends(draws)[:, 0].astype(np.int64)
        begin = np.where(end < NEVER, end - takes(engine, draws), NEVER)
        end = np.minimum(end, NEVER)
        return Carried(self, begin[self.number], end[self.number])

    def named(self, legs: pl.DataFrame) -> Bools:
        """(rides,) whether some of these legs (BEGUN) are aboard."""
        made = np.zeros(len(self.number), dtype=np.bool_)
        made[self.legs.join(legs, on=BEGUN, how="semi")["ride"].to_numpy()] = True
        return made


def arriving(legs: pl.DataFrame, moves: Movement, plan: Plan) -> Longs:
    """(packets,) ride with which each arrives, -1 where its legs do not lead there."""
    goals = dict(plan.lines.select("line", "destination").iter_rows())
    last = legs.sort("packet", "step").group_by("packet", maintain_order=True).last()
    where = {packet: (ride, to) for packet, ride, to in last["packet", "ride", "to"].rows()}
    return np.array(
        [
            where[packet][0] if where[packet][1] == goals[line] else -1
            for packet, line in moves.packets.select("packet", "line").rows()
        ],
        dtype=np.int64,
    )


@dataclass(frozen=True)
class Foresight:
    """What a planner goes by. rows: contingencies known. gone: legs (BEGUN) that have begun, whose
    times are seen whatever struck them."""

    rows: list[int]
    gone: pl.DataFrame


@dataclass(frozen=True)
class Carried:
    """A plan's rides in one run.

    begin, end: (rides, 3) minute at which each phase begins and ends; NEVER where it does not.
    """

    course: Course
    begin: Longs
    end: Longs

    def surprises(self) -> Longs:
        """Minutes at which rides are seen to go otherwise than planned."""
        planned = self.course.planned
        other = (self.begin != planned[:, :3]).any(axis=1) | (self.end != planned[:, 1:]).any(
            axis=1
        )
        return np.asarray(planned[other, LOAD] + 1)

    def under_way(self, minute: int, patience_min: int) -> Bools:
        """(rides,) what has begun to load or march by a minute.

        What is loaded and held where it is for longer than `patience_min` may go another way.
        """
        begin, end = self.begin, self.end
        held = begin[:, RIDE] - end[:, LOAD]
        loaded = (end[:, LOAD] > begin[:, LOAD]) & (held <= patience_min)
        left = begin[:, RIDE] < minute
        return (begin[:, LOAD] < minute) & (end[:, RIDE] < NEVER) & (left | loaded)

    def names(self, rides: Bools) -> pl.DataFrame:
        """Legs (BEGUN) on these rides."""
        legs = self.course.legs
        return legs.filter(pl.Series(rides[legs["ride"].to_numpy()])).select(BEGUN)

    def legs_at(self, gone: Bools) -> pl.DataFrame:
        """The legs with what has begun as it goes, and the rest as planned. gone: (rides,)."""
        legs, planned = self.course.legs, self.course.planned
        depart = np.where(gone, self.begin[:, RIDE], planned[:, RIDE])
        arrive = np.where(gone, self.end[:, RIDE], planned[:, UNLOAD])
        load = np.where(gone, self.begin[:, LOAD], planned[:, LOAD])
        unload = np.where(gone, self.end[:, UNLOAD], planned[:, UNLOADED])
        ride = legs["ride"].to_numpy()
        seen = legs.with_columns(
            depart_min=pl.Series(depart[ride]),
            arrive_min=pl.Series(arrive[ride]),
            load_min=pl.Series((depart - load)[ride]),
            unload_min=pl.Series((unload - arrive)[ride]),
            gone=pl.Series(gone[ride]),
        ).drop("ride")
        other = (depart != planned[:, RIDE]) | (arrive != planned[:, UNLOAD])
        changed = np.flatnonzero(other[ride])
        at = ride[changed]
        times = (planned[at, RIDE], planned[at, UNLOAD], depart[at], arrive[at])
        entered = seen["link_depart_min"].gather(changed).to_list()
        spread = [_spread(*row) for row in zip(entered, *(t.tolist() for t in times), strict=True)]
        anew = pl.Series(spread, dtype=pl.List(pl.Int64()))
        of_row = np.arange(seen.height)
        of_row[changed] = seen.height + np.arange(len(changed))
        entries = pl.concat([seen["link_depart_min"], anew]).gather(of_row)
        return seen.with_columns(link_depart_min=entries)

    def closures(self) -> Minutes:
        """Closures (1, forces)."""
        last = self.course.last
        arrived = np.where(last >= 0, self.end[last, UNLOAD], NEVER)
        return self.course.closing.closures(arrived.astype(np.int32)[:, None])


def takes(engine: FixedOrder, draws: Draws) -> Longs:
    """Minutes that each activity takes in a run, without its waits."""
    alone = replace(
        engine,
        release=np.zeros_like(engine.release),
        wait_ptr=np.zeros_like(engine.wait_ptr),
    )
    return alone.ends(replace(draws, closes=np.zeros_like(draws.closes)))[:, 0].astype(np.int64)


def _spread(entered: list[int], depart: int, arrive: int, left: int, there: int) -> list[int]:
    """Minutes at which links are entered by a ride that left and arrived at other minutes."""
    longer = (there - left) / max(1, arrive - depart)
    return [left + round((at - depart) * longer) for at in entered]
