"""How long an append takes on the disk, and how long a large ledger takes to verify.

python bench/ledger_speed.py --entries 100000
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from standto.council.acts import Act, body_of
from standto.council.charter import Charter
from standto.council.decide import export_lines, record
from standto.council.pack import Member, load_pack
from standto.council.verify import verify
from standto.ledger.book import Ledger
from standto.ledger.keys import REGISTRAR, replay_key

AT = datetime(2030, 1, 1, tzinfo=UTC)
MEMBERS = tuple(Member(a + b) for a in "ABCDE" for b in "ABCDEF")
CHARTER = Charter("standto/bench", "Thirty members", "replay", load_pack("nato"), MEMBERS)


def talk(n: int) -> Act:
    """A member's proposal, about as long as one sentence is; each fortieth is a new draft."""
    if n % 40 == 0:
        text = f"The chair circulates draft {n}, which takes up what members have proposed."
        at = AT + timedelta(seconds=n)
        return Act(at=at, act="draft_decision", actor="chair", text=text, plans=("east",))
    member = MEMBERS[n % len(MEMBERS)].iso
    text = f"{member} proposes words for entry {n}, since the situation has changed this morning."
    return Act(at=AT + timedelta(seconds=n), act="amendment", actor=member, text=text)


def acts(entries: int) -> list[Act]:
    first = Act(at=AT, act="consultations_called", actor="AA", text="AA asks for consultations.")
    draft = Act(at=AT, act="draft_decision", actor="chair", text="A draft.", plans=("east",))
    return [first, draft, *(talk(n) for n in range(entries))]


def appends(path: Path, count: int) -> list[float]:
    """Seconds of each of `count` appends to a ledger, each signed and synchronised."""
    ledger = Ledger(path)
    took = []
    for n in range(count):
        act = talk(10**7 + 1 + n)
        key = replay_key(CHARTER.origin, act.actor)
        start = time.perf_counter()
        ledger.append(act.actor, act.at, body_of(act), key)
        took.append(time.perf_counter() - start)
    ledger.seal(replay_key(CHARTER.origin, REGISTRAR))
    ledger.close()
    return took


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--appends", type=int, default=500)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        book, lines = Path(scratch) / "l.sqlite", Path(scratch) / "l.jsonl"
        record(CHARTER, acts(given.entries), book)
        lines.write_bytes(export_lines(book))
        wall, cpu = time.perf_counter(), time.process_time()
        report = verify(lines)
        assert report.good, report.summary
        figures = {
            "entries": report.entries,
            "verify_cpu_s": round(time.process_time() - cpu, 2),
            "verify_wall_s": round(time.perf_counter() - wall, 2),
            "bytes": lines.stat().st_size,
        }
        took = appends(book, given.appends)
        figures["append_median_ms"] = round(1000 * statistics.median(took), 2)
        figures["append_p95_ms"] = round(1000 * statistics.quantiles(took, n=20)[18], 2)
    print(json.dumps(figures))
