"""Across reports: the same utterance found again, the same event, and where the two differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from standto.reports.situation import Link, Span, Statement
from standto.reports.tokens import Token, tokens

RUN_WORDS = 6
"""So many words in a row make a verbatim run: shorter ones are phrases that anybody uses."""


def links(made: Sequence[Statement]) -> Iterator[Link]:
    """Links between statements of different reports, in order."""
    for n, a in enumerate(made):
        for b in made[n + 1 :]:
            if a.report != b.report and (link := _same_words(a, b)):
                yield link


def _words(one: Statement) -> list[Token]:
    found = tokens(one.exact, 0, len(one.exact), ())
    return [t for t in found if t.kind in {"word", "number"}]


def _same_words(a: Statement, b: Statement) -> Link | None:
    left, right = _words(a), _words(b)
    at_left, at_right, length = longest_run([t.lower for t in left], [t.lower for t in right])
    if length < RUN_WORDS or a.speaker != b.speaker:
        return None
    return Link(
        a=a.id,
        b=b.id,
        type="same_utterance",
        why=f"the same speaker, and {length} words in a row are the same",
        rule="verbatim_run",
        a_span=_span(a, left, at_left, length),
        b_span=_span(b, right, at_right, length),
    )


def _span(one: Statement, words: Sequence[Token], at: int, length: int) -> Span:
    return Span(one.start + words[at].start, one.start + words[at + length - 1].end)


def longest_run(left: Sequence[str], right: Sequence[str]) -> tuple[int, int, int]:
    """Where the longest run of equal words begins in each, and its length."""
    best = (0, 0, 0)
    row = [0] * (len(right) + 1)
    for n, word in enumerate(left):
        fresh = [0] * (len(right) + 1)
        for m, other in enumerate(right):
            if word == other:
                fresh[m + 1] = row[m] + 1
                if fresh[m + 1] > best[2]:
                    best = (n + 1 - fresh[m + 1], m + 1 - fresh[m + 1], fresh[m + 1])
        row = fresh
    return best
