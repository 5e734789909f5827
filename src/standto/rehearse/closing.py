"""When a force has closed: of which packets, with what weight, up to what share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from standto.kernels.closing import close_block
from standto.kernels.fixed_order import NEVER
from standto.plan.plan import Plan
from standto.rehearse.ensemble import NOT_CLOSED
from standto.rehearse.movement import Movement
from standto.schedule.schedule import Schedule

Minutes = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Closing:
    """When a force has closed: of which packets, with what weight, up to what share.

    forces: keys, sorted. order: (packets,) rows of the packets' arrivals, sorted by force.
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
    def of(
        cls, moves: Movement, last: npt.NDArray[np.int64], plan: Plan, schedule: Schedule
    ) -> Closing:
        """Closing rules of the forces that a plan deploys, in order of their keys.

        last: (packets,) row of an engine's ends with which each packet has arrived.
        """
        forces = tuple(sorted(plan.lines["force"].unique()))
        index = {force: n for n, force in enumerate(forces)}
        owner = np.array([index[f] for f in moves.packets["force"].to_list()], dtype=np.int64)
        sort = np.argsort(owner, kind="stable")
        percent = dict(plan.forces.select("force", "closure_percent").iter_rows())
        lost = set(schedule.unplanned["force"])
        return cls(
            forces=forces,
            order=last[sort],
            bounds=np.searchsorted(owner[sort], np.arange(len(forces) + 1)).astype(np.int64),
            weight=np.maximum(moves.packets["weight"].to_numpy()[sort], 1).astype(np.float64),
            needed=np.array([percent[f] / 100 for f in forces], dtype=np.float64),
            hopeless=np.array([f in lost for f in forces], dtype=np.bool_),
        )

    def closures(self, end: npt.NDArray[np.int32]) -> Minutes:
        """(runs, forces) minutes of closure from (rows, runs) ends, NOT_CLOSED where none."""
        at = np.empty((len(self.needed), end.shape[1]), dtype=np.int32)
        close_block(end, self.order, self.bounds, self.weight, self.needed, at)
        never = (at >= NEVER) | self.hopeless[:, None]
        return np.where(never, NOT_CLOSED, at).T.astype(np.int64)
