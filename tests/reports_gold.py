"""Our own labelled reports: reading their marks, and scoring attributions against them.

`[S1 ...]` is the source of attribution 1, `[C1 ...]` its cue, `[X1 ...]` a piece of its content.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(__file__).parent / "reports"
Spans = tuple[tuple[int, int], ...]


@dataclass
class Gold:
    """One labelled attribution."""

    kind: str
    speaker: str | None
    source: Spans = ()
    cue: Spans = ()
    content: Spans = ()


@dataclass
class Labelled:
    """One labelled report."""

    name: str
    text: str
    gold: dict[str, Gold] = field(default_factory=dict)


def load(name: str) -> list[Labelled]:
    """The labelled reports of `dev.txt`, `held.txt` or `fresh.txt`."""
    reports = []
    for block in (FOLDER / f"{name}.txt").read_text(encoding="utf-8").split("=== ")[1:]:
        head, marked = block.split("\n---\n", 1)
        title, *labels = head.splitlines()
        report = Labelled(title.split()[0], "")
        for label in labels:
            key, rest = label.split(" ", 1)
            kind, speaker = (part.strip() for part in rest.split("|"))
            report.gold[key] = Gold(kind, None if speaker == "-" else speaker)
        report.text = _strip(marked.strip() + "\n", report.gold)
        reports.append(report)
    return reports


def _strip(marked: str, gold: dict[str, Gold]) -> str:
    out: list[str] = []
    stack: list[tuple[str, str, int]] = []
    length = at = 0
    names = {"S": "source", "C": "cue", "X": "content"}
    while at < len(marked):
        if marked[at] == "[" and marked[at + 1] in names:
            space = marked.index(" ", at)
            stack.append((names[marked[at + 1]], marked[at + 2 : space], length))
            at = space + 1
        elif marked[at] == "]" and stack:
            part, key, start = stack.pop()
            one = gold[key]
            setattr(one, part, (*getattr(one, part), (start, length)))
            at += 1
        else:
            out.append(marked[at])
            length, at = length + 1, at + 1
    assert not stack, f"a mark is left open: {stack}"
    return "".join(out)


@dataclass
class Pair:
    """Two short reports, and how they should be linked: `aspect` of the difference, if any."""

    name: str
    expected: str
    aspect: str
    a: str
    b: str


def pairs(part: str) -> list[Pair]:
    """The labelled pairs: odd ones to develop on (`dev`), even ones held out (`held`)."""
    found = []
    for block in (FOLDER / "pairs.txt").read_text(encoding="utf-8").split("=== ")[1:]:
        head, body = block.split("\n", 1)
        name, expected, *aspect = head.split()
        a, b = (side.strip() + "\n" for side in body.split("\n---\n"))
        if int(name[1:]) % 2 == (part == "dev"):
            found.append(Pair(name, expected, aspect[0] if aspect else "", a, b))
    return found


@dataclass
class Score:
    """Counts of one measure over many reports."""

    right: int = 0
    found: int = 0
    gold: int = 0

    def add(self, found: Iterable[object], gold: Iterable[object]) -> None:
        """Count what was found and what should have been."""
        have, want = list(found), list(gold)
        self.found += len(have)
        self.gold += len(want)
        left = list(want)
        for one in have:
            if one in left:
                left.remove(one)
                self.right += 1

    @property
    def precision(self) -> float:
        """Share of what was found that is right."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Share of what should be found that was."""
        return self.right / self.gold if self.gold else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of the two."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def overlaps(one: Spans, other: Spans) -> float:
    """Share of the shorter stretch that two sets of pieces have in common."""
    shared = sum(max(0, min(b, d) - max(a, c)) for a, b in one for c, d in other)
    shorter = min(sum(b - a for a, b in one), sum(d - c for c, d in other))
    return shared / shorter if shorter else 0.0
