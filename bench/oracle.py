"""Bound <= optimum <= plan on thousands of tiny random instances, the optimum by CP-SAT.

    nice python bench/oracle.py --instances 20000 --first 1

Prints what is wrong as it is found, and a tally at the end and on Ctrl-C. Two runs with other
`--first` share the work: instance n depends on n alone.
"""

from __future__ import annotations

import argparse
import itertools
import time

from standto.schedule.bench_oracle import Tally, Verdict, oracle

EVERY_S = 60.0


def main() -> None:
    """Examine instances until so many have a proved optimum."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--instances", type=int, default=20_000)
    parser.add_argument("--first", type=int, default=1)
    args = parser.parse_args()
    begun = told = time.monotonic()
    tally = Tally()

    def tell(verdict: Verdict) -> None:
        nonlocal told
        if verdict.wrong:
            print(f"seed {verdict.seed}: {'; '.join(verdict.wrong)}", flush=True)
        if time.monotonic() - told > EVERY_S:
            told = time.monotonic()
            print(f"{told - begun:.0f} s, seed {verdict.seed}\n{tally.words()}", flush=True)

    try:
        oracle(itertools.count(args.first), args.instances, tally, tell)
    except KeyboardInterrupt:
        print("stopped")
    print(f"{time.monotonic() - begun:.0f} s\n{tally.words()}")


if __name__ == "__main__":
    main()
