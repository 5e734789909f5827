"""Our own chains of towns (`chains.txt`) -> road and rail hops, each with class, gauge and tracks.

    road M: Lisbon,PT - Elvas - Badajoz,ES          M motorway, P primary, O other, F ferry
    rail 1435 main t2 e: Tapa,EE - Rakvere - Narva  gauge; main or secondary; tracks; e or ne
A country code holds until the next one. `parallel` keeps a link that another chain has in a
better class. `19kmh` and `3/day` state speed and units a day, as for a train ferry (`rail 1435 F`).
Lines that start with # are remarks.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from pathlib import Path

CLASSES = {"M": "motorway", "P": "primary", "O": "other", "F": "ferry"}
GAUGES = {"1000", "1435", "1520", "1524", "1600", "1668"}


@dataclass(frozen=True)
class Hop:
    """Two neighbouring towns of a chain, as (name, iso), and what runs between them."""

    mode: str
    kind: str
    a: tuple[str, str]
    b: tuple[str, str]
    gauge: int | None
    tracks: int | None
    electrified: str
    speed_kmh: float | None
    per_day: int | None
    parallel: bool
    line: int


def read(path: Path) -> list[Hop]:
    """Hops of all chains in a file, in its order."""
    hops: list[Hop] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        text = line.strip()
        if text and not text.startswith("#"):
            hops += _chain(text, number)
    return hops


def _chain(text: str, number: int) -> list[Hop]:
    head, _, tail = text.partition(":")
    words = head.split()
    towns = _towns(tail, number)
    mode, kind = words[0], ""
    gauge = tracks = speed = per_day = None
    electrified = "unknown"
    parallel = False
    for word in words[1:]:
        if word in CLASSES:
            kind = CLASSES[word]
        elif word in GAUGES:
            gauge = int(word)
        elif word in {"main", "secondary"}:
            kind = word
        elif re.fullmatch(r"t\d", word):
            tracks = int(word[1])
        elif word in {"e", "ne"}:
            electrified = "yes" if word == "e" else "no"
        elif re.fullmatch(r"\d+kmh", word):
            speed = float(word[:-3])
        elif re.fullmatch(r"\d+/day", word):
            per_day = int(word[:-4])
        elif word == "parallel":
            parallel = True
        else:
            raise SystemExit(f"chains.txt line {number}: {word!r} is not known")
    if mode not in {"road", "rail"} or (mode == "rail" and gauge is None):
        raise SystemExit(f"chains.txt line {number}: should start with road or rail and a gauge")
    kind = kind or ("main" if mode == "rail" else "primary")
    return [
        Hop(mode, kind, a, b, gauge, tracks, electrified, speed, per_day, parallel, number)
        for a, b in itertools.pairwise(towns)
        if a != b
    ]


def _towns(text: str, number: int) -> list[tuple[str, str]]:
    towns: list[tuple[str, str]] = []
    iso = ""
    for part in re.split(r"\s+-\s+", text.strip()):
        match = re.fullmatch(r"(.+?),\s*([A-Z]{2})", part.strip())
        name = part.strip()
        if match:
            name, iso = match.group(1).strip(), match.group(2)
        if not iso or not name:
            raise SystemExit(f"chains.txt line {number}: {part!r} has no country")
        towns.append((name, iso))
    return towns
