"""One plan carried out in one run, in its fixed order: when each ride really loads and arrives.

From it come the legs as a planner sees them at a minute, and the closures when nothing more is
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


@dataclass(frozen=True)
class Carried:
    """A plan's rides in one run. legs: with their `ride`.

    planned, begin, end: (rides, 3) minute at which each phase is planned to begin, begins and ends;
    NEVER where it does not.
    """

    legs: pl.DataFrame
    moves: Movement
    planned: Longs
    begin: Longs
    end: Longs

    def surprises(self) -> Longs:
        """Minutes at which rides are seen to go otherwise than planned."""
        planned_end = np.append(self.planned[:, 1:], self.unloaded()[:, None], axis=1)
        other = (self.begin != self.planned).any(axis=1) | (self.end != planned_end).any(axis=1)
        return np.asarray(self.planned[other, LOAD] + 1)

    def unloaded(self) -> Longs:
        """(rides,) minute at which each is planned to be unloaded."""
        last = self.moves.activities.filter(pl.col("phase") == UNLOAD).sort("ride")["end_min"]
        return last.to_numpy().astype(np.int64)

    def under_way(self, minute: int, patience_min: int) -> Bools:
        """(rides,) what has begun to load or march by a minute.

        What is loaded and held where it is for longer than `patience_min` may go another way.
        """
        begin, end = self.begin, self.end
        held = begin[:, RIDE] - end[:, LOAD]
        loaded = (end[:, LOAD] > begin[:, LOAD]) & (held <= patience_min)
        left = begin[:, RIDE] < minute
        return (begin[:, LOAD] < minute) & (end[:, RIDE] < NEVER) & (left | loaded)

    def legs_at(self, gone: Bools) -> pl.DataFrame:
        """The legs with what has begun as it goes, and the rest as planned. gone: (rides,)."""
        depart = np.where(gone, self.begin[:, RIDE], self.planned[:, RIDE])
        arrive = np.where(gone, self.end[:, RIDE], self.planned[:, UNLOAD])
        load = np.where(gone, self.begin[:, LOAD], self.planned[:, LOAD])
        unload = np.where(gone, self.end[:, UNLOAD], self.unloaded())
        ride = self.legs["ride"].to_numpy()
        entered = [
            _spread(at, int(self.planned[r, RIDE]), int(self.planned[r, UNLOAD]),
                    int(depart[r]), int(arrive[r]))
            for r, at in zip(ride.tolist(), self.legs["link_depart_min"].to_list(), strict=True)
        ]  # fmt: skip
        return self.legs.with_columns(
            depart_min=pl.Series(depart[ride]),
            arrive_min=pl.Series(arrive[ride]),
            load_min=pl.Series((depart - load)[ride]),
            unload_min=pl.Series((unload - arrive)[ride]),
            link_depart_min=pl.Series(entered, dtype=pl.List(pl.Int64())),
            gone=pl.Series(gone[ride]),
        ).drop("ride")

    def closures(self, plan: Plan, unplanned: pl.DataFrame) -> Minutes:
        """Closures (1, forces). unplanned: lines that can no longer arrive, and their forces."""
        moves, goals = self.moves, dict(plan.lines.select("line", "destination").iter_rows())
        last = self.legs.sort("packet", "step").group_by("packet", maintain_order=True).last()
        where = {packet: (ride, to) for packet, ride, to in last["packet", "ride", "to"].rows()}
        rows = moves.packets.select("packet", "line").rows()
        arrived = [
            int(self.end[where[packet][0], UNLOAD]) if where[packet][1] == goals[line] else NEVER
            for packet, line in rows
        ]
        closing = Closing.of(
            moves, np.arange(len(rows), dtype=np.int64), plan, Schedule(self.legs, unplanned)
        )
        return closing.closures(np.array(arrived, dtype=np.int32)[:, None])


@dataclass(frozen=True)
class Foresight:
    """What a planner goes by. rows: contingencies known. gone: legs (BEGUN) that have begun, whose
    times are seen whatever struck them."""

    rows: list[int]
    gone: pl.DataFrame


def carried_out(
    legs: pl.DataFrame,
    begun: pl.DataFrame,
    contingencies: pl.DataFrame,
    draws: Draws,
    network: Network,
    closing: Closing,
    foresight: Foresight | None = None,
) -> Carried:
    """The plan in one run. begun: legs (BEGUN) whose times are those of the run already.

    foresight: strike what has not begun only with what is known, as a planner expects it.
    """
    legs = legs.with_columns(ride=ride_numbers(legs))
    moves = movement(legs, network)
    number = np.empty((moves.rides.height, 3), dtype=np.int64)
    ride, phase = (moves.activities[c].to_numpy() for c in ("ride", "phase"))
    number[ride, phase] = np.arange(len(ride))
    engine = FixedOrder.over(moves, closing, contingencies, network)
    strikes = engine.strikes
    felt = ~_rides(legs, begun, len(number))[ride][strikes.owner]
    if foresight is not None:
        gone = _rides(legs, foresight.gone, len(number))[ride][strikes.owner]
        felt &= gone | np.isin(strikes.hazard, foresight.rows)
    engine = replace(engine, strikes=strikes.only(felt))
    end = engine.ends(draws)[:, 0].astype(np.int64)
    begin = np.where(end < NEVER, end - takes(engine, draws), NEVER)
    end = np.minimum(end, NEVER)
    planned = moves.activities["start_min"].to_numpy()[number]
    return Carried(legs, moves, planned, begin[number], end[number])


def _rides(legs: pl.DataFrame, named: pl.DataFrame, count: int) -> Bools:
    """(rides,) whether some of the legs named are aboard."""
    made = np.zeros(count, dtype=np.bool_)
    made[legs.join(named, on=BEGUN, how="semi")["ride"].to_numpy()] = True
    return made


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
    if (left, there) == (depart, arrive):
        return entered
    longer = (there - left) / max(1, arrive - depart)
    return [left + round((at - depart) * longer) for at in entered]
