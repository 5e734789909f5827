"""The policy of the fixed order: the planned turn is kept everywhere, everything shifts right."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from standto.kernels.fixed_order import rehearse_block
from standto.plan.plan import Plan
from standto.rehearse.closing import Closing, Minutes
from standto.rehearse.draws import Draws
from standto.rehearse.engine import Arrays, Scratch, stretches, struck
from standto.rehearse.impact import impact
from standto.rehearse.movement import Movement, movement
from standto.schedule.schedule import Schedule
from standto.world.network import Network


@dataclass(frozen=True)
class FixedOrder(Arrays):
    """A schedule's activities as arrays; see `kernels.fixed_order` for each."""

    wait_ptr: npt.NDArray[np.int64]
    wait_for: npt.NDArray[np.int64]
    lag: npt.NDArray[np.int32]
    shared: npt.NDArray[np.uint8]
    release: npt.NDArray[np.int32]

    @classmethod
    def of(
        cls, schedule: Schedule, plan: Plan, contingencies: pl.DataFrame, network: Network
    ) -> FixedOrder:
        """The policy for a schedule and what may strike it."""
        moves = movement(schedule.legs, network)
        return cls.over(
            moves, Closing.of(moves, moves.last, plan, schedule), contingencies, network
        )

    @classmethod
    def over(
        cls, moves: Movement, closing: Closing, contingencies: pl.DataFrame, network: Network
    ) -> FixedOrder:
        """The policy for the activities of a movement."""
        order = np.lexsort((moves.wait_for, moves.waiter))
        count = moves.activities.height
        start = moves.activities["start_min"].to_numpy()
        length = moves.activities["end_min"].to_numpy() - start
        rows = moves.activities.select("ride", "phase")
        return cls(
            strikes=impact(moves, rows, contingencies, network),
            closing=closing,
            wait_ptr=np.searchsorted(moves.waiter[order], np.arange(count + 1)).astype(np.int64),
            wait_for=moves.wait_for[order],
            lag=moves.lag[order].astype(np.int32),
            shared=moves.shared[order].astype(np.uint8),
            release=start.astype(np.int32),
            duration=length.astype(np.int32),
            stretches=stretches(contingencies["parameters"].to_list()),
        )

    def closures(self, draws: Draws, scratch: Scratch | None = None) -> Minutes:
        """Closures (runs, forces) of the runs drawn."""
        return self.closing.closures(self.ends(draws, scratch))

    def ends(self, draws: Draws, scratch: Scratch | None = None) -> npt.NDArray[np.int32]:
        """(activities, runs) minute at which each activity ends, NEVER where it does not happen.

        They stand in `scratch` until its next block.
        """
        end = (scratch or Scratch()).ends(len(self.release), draws.runs)
        rehearse_block(
            self.release,
            self.duration,
            self.wait_ptr,
            self.wait_for,
            self.lag,
            self.shared,
            *self.strikes.arrays(),
            self.stretches,
            *struck(draws),
            end,
        )
        return end
