"""Kill writers of a ledger without warning, again and again, and look for what was lost.

    python bench/ledger_kill.py --kills 1000 --seed 1

Two processes append to one ledger as fast as they can and say on a pipe which entries they were
told are on the disk. Both are killed (SIGKILL) at a random moment. Then the ledger is opened and
read through: chain, signatures, every entry that was acknowledged. Prints one line of JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import select
import signal
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from standto.errors import StandtoError
from standto.ledger.book import Ledger
from standto.ledger.entry import stamp
from standto.ledger.keys import REGISTRAR, enrolment, replay_key

AT = datetime(2030, 1, 1, tzinfo=UTC)
ROOT, XA = replay_key("kill", REGISTRAR), replay_key("kill", "XA")
KILLS_A_LEDGER = 50
WRITERS = 2
LONGEST_START_S = 10.0


def fresh(path: Path) -> None:
    ledger = Ledger.create(path, {"origin": "kill"}, ROOT, AT)
    ledger.append(REGISTRAR, AT, enrolment(XA, stamp(AT)), ROOT)
    ledger.close()


def write_for_ever(path: Path, pipe: int) -> None:
    ledger = Ledger(path)
    while True:
        entry = ledger.append("XA", AT, {"type": "act", "words": "x" * 400}, XA)
        os.write(pipe, f"{entry.n} {entry.hash}\n".encode())


def start_writer(path: Path) -> tuple[int, int]:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        write_for_ever(path, writing)
    os.close(writing)
    return child, reading


def read_all(pipe: int) -> list[tuple[int, str]]:
    with os.fdopen(pipe, "rb") as file:
        lines = file.read().decode().split("\n")[:-1]
    return [(int(line.split()[0]), line.split()[1]) for line in lines]


def kill_once(path: Path, rng: random.Random) -> list[tuple[int, str]]:
    """Start the writers, kill them at a random moment; give what they were told is on the disk.

    The moment is counted from the first word of a writer, three times in four: on a busy machine
    they would else be killed before they write. The fourth time they are killed as they open.
    """
    writers = [start_writer(path) for _ in range(WRITERS)]
    if rng.random() < 0.75:
        select.select([pipe for _, pipe in writers], [], [], LONGEST_START_S)
    time.sleep(rng.uniform(0.002, 0.06))
    for child, _ in rng.sample(writers, len(writers)):
        os.kill(child, signal.SIGKILL)
    for child, _ in writers:
        os.waitpid(child, 0)
    return [entry for _, pipe in writers for entry in read_all(pipe)]


def trial(folder: Path, kills: int, seed: int) -> dict[str, int]:
    rng = random.Random(seed)
    outcome = {"kills": kills, "acknowledged": 0, "entries": 0, "lost": 0, "broken": 0}
    path = folder / "none"
    for n in range(kills):
        if n % KILLS_A_LEDGER == 0:
            path = folder / f"ledger{n}.sqlite"
            fresh(path)
        told = kill_once(path, rng)
        outcome["acknowledged"] += len(told)
        try:
            ledger = Ledger(path)
            there = {entry.n: entry.hash for entry in ledger.entries()}
            ledger.close()
        except StandtoError as error:
            print(error, file=sys.stderr)
            outcome["broken"] += 1
            continue
        outcome["lost"] += sum(there.get(number) != hash_ for number, hash_ in told)
        outcome["entries"] = max(outcome["entries"], len(there))
    return outcome


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        print(json.dumps(trial(Path(scratch), given.kills, given.seed)))
