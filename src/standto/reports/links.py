"""Across reports: the same utterance found again, the same event, and where the two differ."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from standto.reports.compare import (
    Compared,
    Slot,
    alike,
    longest_run,
    overlap,
    run_span,
    unlike,
    whole,
)
from standto.reports.situation import Difference, Link, Span, Statement

RUN_WORDS = 6
"""So many words in a row make a verbatim run: shorter ones are phrases that anybody uses."""
REWORDED_RUN = 5
"""Two direct quotations of one speaker that share so long a run may be one, worded anew."""
SHARED_LEAST, SHARED_STEMS = 2, 3
"""Pairs that share fewer meaningful words are not compared; not linked without a code."""
SAME_OVERLAP, SAME_ALIKE = 0.6, 0.4
"""From these shares on, two statements speak of one thing; set on the development pairs."""
OPPOSED_ALIKE = 0.6
"""Statements must be this much alike before a negation in one makes them contradict."""
CODED_OVERLAP = 0.3
"""The same for two statements that share a domain code."""
NEGATION_WORDS = 3
"""A negation and its auxiliary make a statement longer by at most so many words."""
COMMON = 60
"""A word in more statements than this does not by itself bring two together."""
Aspect = Literal["figure", "date", "name", "place", "polarity", "wording", "extent"]
PLACE_WORDS = frozenset("in at near to from towards outside around into across".split())


@dataclass(frozen=True)
class Linked:
    """The links between statements and the cards that show where they differ."""

    links: tuple[Link, ...]
    differences: tuple[Difference, ...]


def link(made: Sequence[Statement]) -> Linked:
    """Links and difference cards between statements of different reports, in order."""
    found: list[Link] = []
    cards: list[Difference] = []
    for a, b in _candidates([Compared(one) for one in made]):
        differing = list(_differences(a, b))
        one = _same_utterance(a, b) or _same_event(a, b, differing)
        if one is None:
            continue
        if one.type == "same_utterance":
            differing = [*_extent(a, b, one), *differing]
        found.append(one)
        cards += differing
        found += [_differs(card) for card in differing if card.aspect not in {"extent", "wording"}]
    return Linked(tuple(found), tuple(cards))


def _candidates(made: Sequence[Compared]) -> Iterator[tuple[Compared, Compared]]:
    """Pairs from different reports that share enough words which not everybody uses."""
    by_stem: dict[str, list[int]] = defaultdict(list)
    for n, one in enumerate(made):
        for stem in one.stems:
            by_stem[stem].append(n)
    for n, one in enumerate(made):
        shared: dict[int, int] = defaultdict(int)
        for stem in one.stems:
            if len(by_stem[stem]) <= COMMON:
                for m in by_stem[stem]:
                    shared[m] += m > n
        for m in sorted(shared):
            if shared[m] >= SHARED_LEAST and one.one.report != made[m].one.report:
                yield one, made[m]


def _same_utterance(a: Compared, b: Compared) -> Link | None:
    """One speaker and a long verbatim run, or a short statement that is found again whole."""
    if not _same_speaker(a.one, b.one):
        return None
    at_a, at_b, length = longest_run(a.lows, b.lows)
    shorter = min(len(a.lows), len(b.lows))
    apart = length < shorter and _negation_apart(a, b)
    if unlike(a.figures, b.figures) or unlike(a.days, b.days):
        return None
    if length >= RUN_WORDS and length * 2 >= shorter and not apart:
        why = f"the same speaker, and {length} words in a row are the same"
        return _link(a, b, "same_utterance", why, "verbatim_run", at_a, at_b, length)
    if length >= 3 and length >= 0.8 * shorter and not apart:
        why = f"the same speaker, and the shorter is found in the longer ({length} words)"
        return _link(a, b, "same_utterance", why, "whole_found", at_a, at_b, length)
    if length >= REWORDED_RUN and alike(a, b) >= SAME_ALIKE and _reworded(a, b):
        why = f"the same speaker, {length} words in a row are the same, the rest is worded anew"
        return _link(a, b, "same_utterance", why, "reworded", at_a, at_b, length)
    return None


def _negation_apart(a: Compared, b: Compared) -> bool:
    """Whether only a negation tells two statements of like length apart."""
    like = abs(len(a.lows) - len(b.lows)) <= NEGATION_WORDS
    return like and a.negative != b.negative


def _same_speaker(a: Statement, b: Statement) -> bool:
    """The same person, body or document; narration is the outlet's own, so never the same."""
    if a.kind == "narration" or b.kind == "narration":
        return False
    if a.speaker is None or b.speaker is None:
        return a.speaker is b.speaker is None
    left, right = a.speaker.lower(), b.speaker.lower()
    return left == right or left.endswith(f" {right}") or right.endswith(f" {left}")


def _same_event(a: Compared, b: Compared, differing: Sequence[Difference]) -> Link | None:
    """Enough meaningful words in common, whoever says so."""
    code = _shared_code(a.one, b.one)
    close = overlap(a, b) >= SAME_OVERLAP and alike(a, b) >= SAME_ALIKE
    coded = code is not None and overlap(a, b) >= CODED_OVERLAP
    least = min(SHARED_STEMS, len(a.stems), len(b.stems)) if close else 2
    if not (close or coded) or len(a.stems & b.stems) < least:
        return None
    aspects = sorted({card.aspect for card in differing})
    tail = f"; they differ in {', '.join(aspects)}" if aspects else ""
    shared = len(a.stems & b.stems)
    union = len(a.stems | b.stems)
    coding = f"both are coded {code}, and " if code else ""
    return Link(
        a=a.one.id,
        b=b.one.id,
        type="same_event",
        why=f"{coding}{shared} of their {union} meaningful words are the same{tail}",
        rule="shared_words" if close else "shared_code",
        a_span=whole(a),
        b_span=whole(b),
    )


def _shared_code(a: Statement, b: Statement) -> str | None:
    """A code that both statements have with the same sign, the first in order."""
    left = {(c.code, c.negated) for c in a.codes if c.event}
    both = sorted(left & {(c.code, c.negated) for c in b.codes})
    return both[0][0] if both else None


def _link(
    a: Compared,
    b: Compared,
    kind: Literal["same_utterance"],
    why: str,
    rule: str,
    at_a: int,
    at_b: int,
    length: int,
) -> Link:
    return Link(
        a=a.one.id,
        b=b.one.id,
        type=kind,
        why=why,
        rule=rule,
        a_span=run_span(a, at_a, length),
        b_span=run_span(b, at_b, length),
    )


def _differences(a: Compared, b: Compared) -> Iterator[Difference]:
    """The slots in which two comparable statements differ; contradiction only in polarity."""
    if overlap(a, b) < SAME_OVERLAP or alike(a, b) < SAME_ALIKE:
        return
    found = False
    for aspect, left, right in (("figure", a.figures, b.figures), ("date", a.days, b.days)):
        pair = unlike(left, right)
        if pair is not None and not (aspect == "date" and _same_day(a.one, b.one)):
            found = True
            yield _card(a, b, aspect, *pair)  # type: ignore[arg-type]
    pair = unlike(a.names, b.names)
    if pair is not None and not _speakers(a.one, b.one, pair):
        found = True
        yield _card(a, b, "place" if pair[0].of in PLACE_WORDS else "name", *pair)
    contained = longest_run(a.lows, b.lows)[2] == min(len(a.lows), len(b.lows))
    if not found and not contained and _negation_apart(a, b) and alike(a, b) >= OPPOSED_ALIKE:
        yield Difference(
            a=a.one.id,
            b=b.one.id,
            aspect="polarity",
            a_words=a.one.exact,
            b_words=b.one.exact,
            a_span=whole(a),
            b_span=whole(b),
            contradicts=True,
        )
    elif not found and _same_speaker(a.one, b.one) and _reworded(a, b):
        yield _card(a, b, "wording", _all(a), _all(b))


def _same_day(a: Statement, b: Statement) -> bool:
    """Whether two wordings name one day: `on Thursday`, and `yesterday` in Friday's report."""
    return a.about is not None and a.about == b.about


def _reworded(a: Compared, b: Compared) -> bool:
    """Whether two direct quotations share less than four fifths of the shorter in one run."""
    if not (_quoted(a.one) and _quoted(b.one)):
        return False
    return longest_run(a.lows, b.lows)[2] < 0.8 * min(len(a.lows), len(b.lows))


def _quoted(one: Statement) -> bool:
    return one.kind == "direct"


def _speakers(a: Statement, b: Statement, pair: tuple[Slot, Slot]) -> bool:
    """Whether a name that differs is only how the two call their speakers."""
    names = {(a.speaker or "").lower(), (b.speaker or "").lower()}
    return any(slot.words.lower() in name for slot in pair for name in names if name)


def _all(one: Compared) -> Slot:
    return Slot("", "", one.one.start, one.one.end, one.one.exact)


def _card(a: Compared, b: Compared, aspect: Aspect, left: Slot, right: Slot) -> Difference:
    return Difference(
        a=a.one.id,
        b=b.one.id,
        aspect=aspect,
        a_words=a.one.exact[left.start - a.one.start : left.end - a.one.start],
        b_words=b.one.exact[right.start - b.one.start : right.end - b.one.start],
        a_span=Span(left.start, left.end),
        b_span=Span(right.start, right.end),
    )


def _extent(a: Compared, b: Compared, one: Link) -> Iterator[Difference]:
    """One report gives more of the same utterance than the other."""
    run = len([w for w in a.words if one.a_span.start <= w.start < one.a_span.end])
    longer, shorter = max(len(a.lows), len(b.lows)), min(len(a.lows), len(b.lows))
    if longer - shorter >= 3 and run >= 0.5 * shorter:
        yield _card(a, b, "extent", _all(a), _all(b))


def _differs(card: Difference) -> Link:
    return Link(
        a=card.a,
        b=card.b,
        type="contradicts" if card.contradicts else "differs",
        why=f"{card.aspect}: {_short(card.a_words)} against {_short(card.b_words)}",
        rule=f"slot_{card.aspect}",
        a_span=card.a_span,
        b_span=card.b_span,
    )


def _short(words: str) -> str:
    text = " ".join(words.split())
    return text if len(text) <= 60 else f"{text[:57]}..."
