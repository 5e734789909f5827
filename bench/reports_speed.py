"""Speed and memory of the reports room: reports a second, and the largest resident size.

    .venv/bin/python bench/reports_speed.py [--rules] [--copies N]

Reads our labelled reports joined to the length of a news report (about 350 words), N times over.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.reports_gold import load

import standto.reports.assess
from standto.reports.assess import situation
from standto.reports.intake import Source

WORDS = 350


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rules", action="store_true", help="without spaCy")
    parser.add_argument("--copies", type=int, default=4)
    given = parser.parse_args()
    if given.rules:
        standto.reports.assess.parser_name = lambda: None
    texts = joined(given.copies)
    situation(texts[:1])
    began, cpu = time.perf_counter(), time.process_time()
    found = situation(texts)
    wall, used = time.perf_counter() - began, time.process_time() - cpu
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    words = sum(len(text.text.split()) for text in texts) / len(texts)
    print(
        f"{found.parser}: {len(texts)} reports of {words:.0f} words in {wall:.2f} s"
        f" ({used:.2f} s of CPU): {len(texts) / wall:.1f} a second,"
        f" at most {size:.0f} MB, {len(found.statements)} statements, {len(found.links)} links"
    )


def joined(copies: int) -> list[Source]:
    """Reports of about WORDS words each, made of the labelled ones in English."""
    pieces = [r.text for part in ("dev", "held") for r in load(part) if r.text.isascii()]
    texts: list[str] = []
    now = ""
    for piece in pieces * copies:
        now += piece + "\n"
        if len(now.split()) >= WORDS:
            texts.append(now)
            now = ""
    return [
        Source(f"{n}.txt", f"{n:064d}", text, "text/plain", "utf-8") for n, text in enumerate(texts)
    ]


if __name__ == "__main__":
    main()
