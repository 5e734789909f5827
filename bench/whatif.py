"""Time of a plan made again under way after a port is lost, on a made-up instance.

`python bench/whatif.py --lines 10000` prints wall seconds of the instance, the state reached at
C+36 h, and the plan made again from it without search, bounds and audit.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace

import polars as pl

from standto.schedule.instances import KINDS, generate
from standto.schedule.problem import Problem
from standto.schedule.reached import state_at
from standto.schedule.replan import onward
from standto.schedule.solve import Stop, solve

LOST_AT = 36 * 60


def quiet(stage: str, words: str) -> None:
    """No progress."""


def measured(kind: str, lines: int) -> None:
    """One kind of instance, a line a measure."""
    made = generate(lines, 300, kind, 1)
    begun = time.perf_counter()
    problem = Problem.of(made.world, made.plan, made.limits)
    print(f"{kind}: instance {time.perf_counter() - begun:.2f} s", flush=True)
    schedule = solve(problem, Stop(iterations=0, seconds=5.0, proving=0.0), 1).schedule
    ports = made.world.network.ports
    network = replace(made.world.network, ports=ports[1:])
    world = replace(made.world, network=network)
    begun = time.perf_counter()
    state = state_at(problem, schedule, LOST_AT)
    print(f"{kind}: state {time.perf_counter() - begun:.2f} s", flush=True)
    for _ in range(3):
        begun = time.perf_counter()
        after = onward(problem, schedule, state, Stop(iterations=0), 1, quiet, world=world)
        spent = time.perf_counter() - begun
        legs = after.legs.filter(pl.col("depart_min") >= LOST_AT).height
        print(f"{kind}: {ports['place'][0]} lost, {legs} legs to come: {spent:.2f} s", flush=True)


def main() -> None:
    """Measure the kinds asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=10000)
    parser.add_argument("--kinds", default=",".join(KINDS))
    options = parser.parse_args()
    for kind in options.kinds.split(","):
        measured(kind, options.lines)


if __name__ == "__main__":
    main()
