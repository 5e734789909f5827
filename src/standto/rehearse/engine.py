"""What stays the same from run to run, as arrays, and the closures of a block of runs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from standto.kernels.fixed_order import NEVER, rehearse_block
from standto.plan.plan import Plan
from standto.rehearse.draws import Draws
from standto.rehearse.ensemble import NOT_CLOSED
from standto.rehearse.impact import Impact, impact
from standto.rehearse.movement import Movement, movement
from standto.schedule.schedule import Schedule
from standto.world.network import Network

Minutes = npt.NDArray[np.int64]
BLOCK_BYTES = 32 * 2**20
"""Memory of one block of runs: near the size of a shared cache, where waits are looked up."""


@dataclass(frozen=True)
class Closing:
    """When a force has closed: of which packets, with what weight, up to what share.

    forces: keys, sorted. order: (packets,) activities of the packets' arrivals, sorted by force.
    bounds: (forces + 1,) where each force's begin. weight: (packets,) personnel and pieces.
    needed: (forces,) share of the weight that must have arrived.
    hopeless: (forces,) some line of it is not in the schedule.
    """

    forces: tuple[str, ...]
    order: npt.NDArray[np.int64]
    bounds: npt.NDArray[np.int64]
    weight: npt.NDArray[np.float64]
    needed: npt.NDArray[np.float64]
    hopeless: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, moves: Movement, plan: Plan, schedule: Schedule) -> Closing:
        """Closing rules of the forces that a plan deploys, in order of their keys."""
        forces = tuple(sorted(plan.lines["force"].unique()))
        index = {force: n for n, force in enumerate(forces)}
        owner = np.array([index[f] for f in moves.packets["force"].to_list()], dtype=np.int64)
        sort = np.argsort(owner, kind="stable")
        percent = dict(plan.forces.select("force", "closure_percent").iter_rows())
        lost = set(schedule.unplanned["force"])
        return cls(
            forces=forces,
            order=moves.last[sort],
            bounds=np.searchsorted(owner[sort], np.arange(len(forces) + 1)).astype(np.int64),
            weight=np.maximum(moves.packets["weight"].to_numpy()[sort], 1).astype(np.float64),
            needed=np.array([percent[f] / 100 for f in forces], dtype=np.float64),
            hopeless=np.array([f in lost for f in forces], dtype=np.bool_),
        )

    def closures(self, end: npt.NDArray[np.int32]) -> Minutes:
        """(runs, forces) minutes of closure from (activities, runs) ends, NOT_CLOSED where none."""
        closed = np.full((end.shape[1], len(self.needed)), NOT_CLOSED, dtype=np.int64)
        for f, needed in enumerate(self.needed):
            first, last = self.bounds[f], self.bounds[f + 1]
            if self.hopeless[f] or first == last:
                continue
            arrived = end[self.order[first:last]]
            at = (
                arrived.max(axis=0)
                if needed >= 1
                else _reached(arrived, self.weight[first:last], needed)
            )
            closed[:, f] = np.where(at < NEVER, at, NOT_CLOSED)
        return closed


@dataclass(frozen=True)
class Engine:
    """Everything that stays the same from run to run, as arrays for the kernel."""

    strikes: Impact
    closing: Closing
    wait_ptr: npt.NDArray[np.int64]
    wait_for: npt.NDArray[np.int64]
    lag: npt.NDArray[np.int32]
    shared: npt.NDArray[np.uint8]
    release: npt.NDArray[np.int32]
    duration: npt.NDArray[np.int32]
    stretches: npt.NDArray[np.uint8]

    @property
    def block(self) -> int:
        """Runs in one block."""
        return int(np.clip(BLOCK_BYTES // (4 * max(1, len(self.release))), 8, 128))


def engine_of(
    schedule: Schedule, plan: Plan, contingencies: pl.DataFrame, network: Network
) -> Engine:
    """Arrays for the kernel, from a schedule's legs and what may strike them."""
    moves = movement(schedule.legs, network)
    order = np.lexsort((moves.wait_for, moves.waiter))
    count = moves.activities.height
    start = moves.activities["start_min"].to_numpy()
    length = moves.activities["end_min"].to_numpy() - start
    return Engine(
        strikes=impact(moves, contingencies, network),
        closing=Closing.of(moves, plan, schedule),
        wait_ptr=np.searchsorted(moves.waiter[order], np.arange(count + 1)).astype(np.int64),
        wait_for=moves.wait_for[order],
        lag=moves.lag[order].astype(np.int32),
        shared=moves.shared[order].astype(np.uint8),
        release=start.astype(np.int32),
        duration=length.astype(np.int32),
        stretches=np.array(["x" in p for p in contingencies["parameters"]], dtype=np.uint8),
    )


def _reached(
    arrived: npt.NDArray[np.int32], weight: npt.NDArray[np.float64], needed: float
) -> npt.NDArray[np.int32]:
    """Minute at which a share of the weight has arrived, in each run."""
    order = np.argsort(arrived, axis=0, kind="stable")
    reached = np.cumsum(weight[order], axis=0) >= needed * weight.sum() - 1e-9
    at = order[reached.argmax(axis=0), np.arange(arrived.shape[1])]
    return np.asarray(arrived[at, np.arange(arrived.shape[1])])


def closures_of(engine: Engine, draws: Draws, chosen: npt.NDArray[np.int64]) -> Minutes:
    """Closures (chosen runs, forces) of some of the runs."""
    end = np.empty((len(engine.release), len(chosen)), dtype=np.int32)
    happens = draws.happens[:, chosen]
    rehearse_block(
        engine.release,
        engine.duration,
        engine.wait_ptr,
        engine.wait_for,
        engine.lag,
        engine.shared,
        engine.strikes.ptr,
        engine.strikes.hazard,
        engine.strikes.offset,
        engine.strikes.share,
        engine.stretches,
        draws.opens[:, chosen].astype(np.int32),
        np.where(happens, draws.closes[:, chosen], 0).astype(np.int32),
        np.where(happens, draws.factor[:, chosen], 1).astype(np.float32),
        end,
    )
    return engine.closing.closures(end)
