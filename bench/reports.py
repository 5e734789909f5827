"""Precision and recall of the reports room on our own labelled reports.

    .venv/bin/python bench/reports.py [SET] [--rules] [--show]

SET is dev, held, fresh, news, news2 to news9 or unseen (tests/reports/SET.txt).

Prints one row a measure. `--show` prints each attribution that is wrong: for the development part
only, so that the held-out part stays unseen.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.reports_gold import Labelled, Pair, Score, load, overlaps, pairs

import standto.reports.assess
from standto.reports.assess import assess
from standto.reports.situation import Situation, Statement
from standto.reports.write import relations

PARTS = ("source", "cue", "content")
NEWS = ("news", "news2", "news3", "news4", "news5", "news6", "news7", "news8", "news9")
SETS = ("dev", "held", "fresh", *NEWS, "unseen", "tongues", "tongues2")
SHOWN = {"dev", "tongues", "tongues2", *NEWS} - {"news6", "news9"}
"""Sets whose errors may be shown; the others stay unseen."""
REPORTED = {"indirect", "mixed", "hearsay", "document"}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("part", nargs="?", choices=SETS, default="dev")
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--rules", action="store_true", help="without spaCy")
    given = parser.parse_args()
    if given.rules:
        standto.reports.assess.parser_name = lambda: None
    show = given.show and given.part in SHOWN
    print(f"{given.part}: parser {standto.reports.assess.parser_name() or 'rules'}")
    for name, one in scored(load(given.part), show=show).items():
        print(
            f"{name:28} precision {one.precision:.3f}  recall {one.recall:.3f}"
            f"  F1 {one.f1:.3f}  ({one.right} of {one.gold}, {one.found} found)"
        )
    sides = pairs(given.part) if given.part in {"dev", "held"} else []
    for name, one in linked(sides, show=show).items():
        print(f"pairs, {name:21} precision {one.precision:.3f}  recall {one.recall:.3f}  ({one})")


def scored(reports: list[Labelled], *, show: bool = False) -> dict[str, Score]:
    """Each measure over some labelled reports, each assessed alone."""
    scores: dict[str, Score] = defaultdict(Score)
    for report, situation in zip(reports, read(reports), strict=True):
        score(report, situation, scores, show=show)
    return scores


def linked(given: list[Pair], *, show: bool) -> dict[str, Score]:
    """What each pair's links and cards say, against its label."""
    scores: dict[str, Score] = defaultdict(Score)
    with tempfile.TemporaryDirectory() as folder:
        for pair in given:
            paths = [Path(folder) / f"{pair.name}{side}.txt" for side in "ab"]
            for path, text in zip(paths, (pair.a, pair.b), strict=True):
                path.write_text(text, encoding="utf-8")
            found = kinds(assess(paths))
            wanted = {pair.expected} - {"none"}
            for kind in sorted(found | wanted):
                scores[kind].add([kind] if kind in found else [], [kind] if kind in wanted else [])
            if show and found != wanted:
                print(pair.name, "found", found, "should be", wanted)
    return scores


def kinds(situation: Situation) -> set[str]:
    """How a pair was linked: the strongest of what was found."""
    types = {link.type for link in situation.links}
    aspects = {card.aspect for card in situation.differences} - {"extent"}
    if "contradicts" in types:
        return {"contradicts"}
    if aspects:
        return {"differs"}
    return {"same_utterance"} if "same_utterance" in types else set(types)


def read(reports: list[Labelled]) -> list[Situation]:
    """Each report assessed alone."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for report in reports:
            path = Path(folder) / f"{report.name}.txt"
            path.write_text(report.text, encoding="utf-8")
            found.append(assess([path]))
    return found


class Found(NamedTuple):
    """A statement, and its spans as `--format attributions` gives them."""

    statement: Statement
    relation: dict[str, Any]

    @property
    def speaker(self) -> str | None:
        return self.statement.speaker

    @property
    def exact(self) -> str:
        return self.statement.exact


def made_of(situation: Situation) -> list[Found]:
    """The attributions of a situation."""
    statements = {one.id: one for one in situation.statements}
    return [Found(statements[one["id"]], one) for one in relations(situation)]


def spans(one: Found, part: str) -> tuple[tuple[int, int], ...]:
    if part == "content":
        return tuple((start, end) for start, end in one.relation["content_parts"])
    span = one.relation[part]
    return () if span is None else ((span[0], span[1]),)


def score(report: Labelled, situation: Situation, scores: dict[str, Score], *, show: bool) -> None:
    made = made_of(situation)
    gold = list(report.gold.values())
    for part in PARTS:
        have = [spans(s, part) for s in made if spans(s, part)]
        want = [getattr(g, part) for g in gold if getattr(g, part)]
        scores[f"{part}, exact"].add(have, want)
    for kinds, name in (({"direct"}, "direct quotes"), (REPORTED, "reported speech")):
        chosen = [g for g in gold if g.kind in kinds]
        hit = [
            g for g in chosen if any(overlaps(g.content, spans(s, "content")) > 0.8 for s in made)
        ]
        scores[f"{name}, found"].right += len(hit)
        scores[f"{name}, found"].gold += len(chosen)
        scores[f"{name}, found"].found += len(hit)
    contents = scores["content, overlapping"]
    contents.found += len(made)
    contents.gold += len(made)
    contents.right += sum(
        any(overlaps(g.content, spans(s, "content")) > 0.8 for g in gold) for s in made
    )
    speakers = scores["speaker of those found"]
    for g in gold:
        near = [s for s in made if overlaps(g.content, spans(s, "content")) > 0.8]
        if near:
            best = max(near, key=lambda s: (spans(s, "content") == g.content, -len(s.exact)))
            speakers.found += 1
            speakers.gold += 1
            speakers.right += same(best.speaker, g.speaker)
            if show and not same(best.speaker, g.speaker):
                print(report.name, "SPEAKER", best.speaker, "should be", g.speaker)
    if show:
        differences(report, made)


def same(found: str | None, gold: str | None) -> bool:
    if found is None or gold is None:
        return found is gold
    return gold.lower() in found.lower() or found.lower() in gold.lower()


def differences(report: Labelled, made: list[Found]) -> None:
    def words(given: tuple[tuple[int, int], ...]) -> str:
        return " ... ".join(report.text[a:b] for a, b in given)

    for part in PARTS:
        have = [spans(s, part) for s in made if spans(s, part)]
        want = [getattr(g, part) for g in report.gold.values() if getattr(g, part)]
        for one in have:
            if one not in want:
                print(report.name, part, "found", repr(words(one)))
        for one in want:
            if one not in have:
                print(report.name, part, "MISSED", repr(words(one)))


if __name__ == "__main__":
    main()
