"""The twin: one list schedule of a made-up instance; seconds, objective and closure are printed.

Run with NUMBA_DISABLE_JIT=1 its kernels are plain Python, which shows what compiling is worth.
"""

from __future__ import annotations

import sys
import time

import numpy as np

from standto.kernels.ruining import last_arrival
from standto.schedule.instances import generate
from standto.schedule.orders import orders
from standto.schedule.problem import Problem
from standto.schedule.result import measured
from standto.schedule.solve import Stop, listed, plain


def main(lines: str, towns: str, kind: str, seed: str) -> None:
    """Make the instance and place its lines once."""
    made = generate(int(lines), int(towns), kind, int(seed))
    problem = Problem.of(made.world, made.plan, made.limits)
    order = orders(problem, 1)[0][1]
    begun = time.perf_counter()
    search = listed(problem, order, plain(), np.inf, Stop(), begun)
    spent = time.perf_counter() - begun
    assert search is not None, "without a limit there is always a plan"
    value = measured(problem, search.cells)
    closure = last_arrival(search.cells, problem.tables.flat)[0]
    sys.stdout.write(f"{spent} {value} {closure}\n")


if __name__ == "__main__":
    main(*sys.argv[1:5])
