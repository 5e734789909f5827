"""Time of a plan made again under way after a port is lost, on a made-up instance.

`python bench/whatif.py --lines 10000` prints wall seconds, and those of the processor, of the
instance, the state reached at C+36 h, and the plan made again from it without search, bounds and
audit.
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


def clocks() -> tuple[float, float]:
    """Seconds on the wall, and those of the processor."""
    return time.perf_counter(), time.process_time()


def since(begun: tuple[float, float]) -> str:
    """Seconds since the clocks were read, in words."""
    wall, processor = (now - then for now, then in zip(clocks(), begun, strict=True))
    return f"{wall:.2f} s ({processor:.2f} s of the processor)"


def measured(kind: str, lines: int) -> None:
    """One kind of instance, a line a measure."""
    made = generate(lines, 300, kind, 1)
    begun = clocks()
    problem = Problem.of(made.world, made.plan, made.limits)
    print(f"{kind}: instance {since(begun)}", flush=True)
    schedule = solve(problem, Stop(iterations=0, seconds=5.0, proving=0.0), 1).schedule
    ports = made.world.network.ports
    network = replace(made.world.network, ports=ports[1:])
    world = replace(made.world, network=network)
    begun = clocks()
    state = state_at(problem, schedule, LOST_AT)
    print(f"{kind}: state {since(begun)}", flush=True)
    for _ in range(3):
        begun = clocks()
        after = onward(problem, schedule, state, Stop(iterations=0), 1, quiet, world=world)
        spent = since(begun)
        legs = after.legs.filter(pl.col("depart_min") >= LOST_AT).height
        print(f"{kind}: {ports['place'][0]} lost, {legs} legs to come: {spent}", flush=True)


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
