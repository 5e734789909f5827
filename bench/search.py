"""How good plans get in so many rounds of search, from several seeds, in processor time.

    python bench/search.py --rounds 5000,50000 --seeds 3 lift-50 throughput-200

The same rounds give the same plan on any machine, however busy it is; the seconds are those of the
processor, list schedules included, without bounds and audit.
"""

from __future__ import annotations

import argparse
import sys
import time
from statistics import median

from standto.schedule.instances import generate
from standto.schedule.problem import Problem
from standto.schedule.result import measured
from standto.schedule.solve import Stop, built, improved


def main() -> None:
    """Print a row for each instance and number of rounds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("instances", nargs="+", help="kind-lines, as lift-50")
    parser.add_argument("--rounds", default="5000,50000")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--towns", type=int, default=300)
    asked = parser.parse_args()
    for name in asked.instances:
        kind, lines = name.rsplit("-", 1)
        made = generate(int(lines), asked.towns, kind, 1)
        problem = Problem.of(made.world, made.plan, made.limits)
        for rounds in map(int, asked.rounds.split(",")):
            row(problem, name, rounds, asked.seeds)


def row(problem: Problem, name: str, rounds: int, seeds: int) -> None:
    """Objectives from each seed, their median, the first plan's, and the mean seconds."""
    found, begun = list[float](), time.process_time()
    for seed in range(1, seeds + 1):
        stop = Stop(iterations=rounds)
        start = built(problem, stop, seed, 0.0, quiet)
        first = start.value
        search, _ = improved(problem, start, stop, seed, 0.0, quiet)
        found.append(measured(problem, search.cells))
    spent = (time.process_time() - begun) / seeds
    each = ", ".join(f"{value:,.0f}" for value in found)
    sys.stdout.write(
        f"| {name} | {rounds:,} | {first:,.0f} | {each} | {median(found):,.0f} | {spent:.1f} |\n"
    )
    sys.stdout.flush()


def quiet(stage: str, words: str) -> None:
    """Tell nobody."""


if __name__ == "__main__":
    main()
