"""Bound <= optimum <= plan on thousands of tiny random instances, the optimum by CP-SAT.

    nice python bench/oracle.py --instances 20000 --first 1 --file oracle.jsonl

Prints what is wrong as it is found, and a tally at the end and on Ctrl-C. Two runs with other
`--first` share the work: instance n depends on n alone. With `--file` every verdict is kept, with
the commit that gave it, and a run that was ended goes on after the last seed in the file.
"""

from __future__ import annotations

import argparse
import itertools
import json
import subprocess
import time
from collections import defaultdict
from dataclasses import asdict
from pathlib import Path

from standto.schedule.bench_oracle import Tally, Verdict, oracle

EVERY_S = 60.0


def main() -> None:
    """Examine instances until so many have a proved optimum."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--instances", type=int, default=20_000)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--file", type=Path, help="Verdicts are kept here, and gone on from.")
    args = parser.parse_args()
    begun = told = time.monotonic()
    code = commit()
    tallies, seen = kept(args.file)
    first = max(args.first, seen + 1)
    tally = tallies["all"]

    def tell(verdict: Verdict) -> None:
        nonlocal told
        tallies[code].add(verdict)
        if args.file:
            with args.file.open("a") as file:
                file.write(json.dumps({"code": code, **asdict(verdict)}) + "\n")
        if verdict.wrong:
            print(f"seed {verdict.seed}: {'; '.join(verdict.wrong)}", flush=True)
        if time.monotonic() - told > EVERY_S:
            told = time.monotonic()
            print(f"{told - begun:.0f} s, seed {verdict.seed}\n{tally.words()}", flush=True)

    try:
        oracle(itertools.count(first), args.instances, tally, tell)
    except KeyboardInterrupt:
        print("stopped")
    spent = time.process_time()
    print(f"{time.monotonic() - begun:.0f} s, {spent:.0f} s of processor without CP-SAT's")
    for name, one in tallies.items():
        print(f"{name}: {one.words()}")  # the whole first, then by commit


def commit() -> str:
    """The commit of this working copy, with a plus where files of it differ."""
    here = Path(__file__).parent

    def said(*words: str) -> str:
        asked = subprocess.run(
            ["git", *words], cwd=here, capture_output=True, text=True, check=False
        )
        return asked.stdout.strip()

    differs = said("status", "--porcelain", "--untracked-files=no")
    return said("rev-parse", "--short", "HEAD") + "+" * bool(differs)


def kept(file: Path | None) -> tuple[dict[str, Tally], int]:
    """What a file tells: a tally of all, one of each commit, and the last seed examined."""
    tallies: dict[str, Tally] = defaultdict(Tally)
    rows = [json.loads(line) for line in file.open()] if file and file.is_file() else []
    for row in rows:
        code = row.pop("code")
        for name in ("all", code):
            tallies[name].add(Verdict(**row))
    return tallies, max((row["seed"] for row in rows), default=0)


if __name__ == "__main__":
    main()
