"""Lower bounds that hold for every plan, by a separate and simpler path than the scheduler's."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from standto.kernels import columns as c
from standto.kernels.columns import NEVER
from standto.schedule.closures import force_closure
from standto.schedule.orders import alone
from standto.schedule.problem import Problem
from standto.schedule.schedule import Bound

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Proofs:
    """Bounds of the measures, and of each force's closure: (forces,) minutes."""

    bounds: tuple[Bound, ...]
    forces: Ints


def bounds(problem: Problem) -> Proofs:
    """Each line alone: nothing arrives before it is ready and has travelled its quickest way."""
    begun = time.perf_counter()
    t = problem.tables
    soonest = np.minimum(t.lines[:, c.L_READY] + alone(problem), NEVER)
    soonest = np.maximum(soonest, t.lines[:, c.L_EARLIEST])
    line = t.packets[:, c.P_LINE]
    option = np.zeros(line.size, dtype=np.int64)
    for n in range(len(problem.lines)):
        option[t.options[2 * n + 1] : t.options[2 * n + 2]] = 1
    has_surface = np.diff(t.options)[0::2] > 0
    first = np.where(has_surface[line], option == 0, option == 1)
    packet = np.flatnonzero(first & (soonest[line] < NEVER))
    arrive = soonest[line[packet]]
    forces = force_closure(problem, packet, arrive)
    known = forces[forces < NEVER]
    closure = int(known.max(initial=0))
    weight = t.weight[packet]
    response = float((weight * (arrive - t.lines[line[packet], c.L_READY])).sum() * t.aims[0])
    late = np.maximum(0, arrive - t.lines[line[packet], c.L_REQUIRED])
    lateness = float((weight * late).sum() * t.aims[1])
    seconds = time.perf_counter() - begun
    words = "each line alone by its quickest way"
    total = problem.closure_weight * closure + response + lateness
    return Proofs(
        (
            Bound("closure", float(closure), words, seconds),
            Bound("response", response, words, seconds),
            Bound("lateness", lateness, words, seconds),
            Bound("objective", total, "sum of the three", seconds),
        ),
        forces,
    )
