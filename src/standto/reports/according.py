"""Attributions that a preposition makes: `according to NP, content` and `content, per NP`."""

from __future__ import annotations

from standto.reports.cues import Cue
from standto.reports.ends import clause_end, opens_clause
from standto.reports.forms import breaks, verbish
from standto.reports.frame import Draft, Frame, Range
from standto.reports.lexicon import ADVERBS, AUXILIARIES, CONJUNCTIONS, TIMES
from standto.reports.phrases import apposition, noun_phrase_end
from standto.reports.tokens import DASHES

GERMAN = frozenset({"laut", "nach"})
INSIDE = frozenset("der die das des dem den und von für in im am zur zum eines einer".split())
"""Small words inside a German noun phrase."""


def _german_verb(frame: Frame, cue: Cue) -> int | None:
    """After `Laut X` at a sentence's head the verb comes next: the first small word after X."""
    if cue.begin or frame.low(0) not in GERMAN:
        return None
    for n in range(cue.end + 1, frame.last - 1):
        token, before = frame.words[n], frame.words[n - 1]
        if token.text == ",":
            return None
        if (
            before.capital
            and token.kind == "word"
            and not token.capital
            and token.lower not in INSIDE
        ):
            return n
    return None


def according(frame: Frame, cue: Cue) -> Draft | None:
    """`according to NP, content` and `content, according to NP`."""
    verb = _german_verb(frame, cue)
    if verb is not None:
        return Draft(cue, (cue.end, verb), ((verb, frame.last),))  # `laut Behörde sind die`
    end = noun_phrase_end(frame, cue.end, commas=True)
    if end == cue.end:
        return None
    leading = all(frame.low(n) in ADVERBS | CONJUNCTIONS | {","} for n in range(cue.begin))
    end = _past_time(frame, end)
    if leading:
        end = _past_relative(frame, end)
    source = (cue.end, end)
    if (leading or frame.low(cue.begin - 1) in {",", "that"} | DASHES) and frame.low(end) == ",":
        stop = clause_end(frame, end + 1, cue)
        if stop > end + 1 and (leading or opens_clause(frame, cue.begin)):
            return Draft(cue, source, ((end + 1, stop),))
    end = apposition(frame, end)
    source = (cue.end, end)
    stop = cue.begin
    while stop and frame.low(stop - 1) in {",", "-", "–", "—"}:
        stop -= 1
    begin = frame.left_limit(stop, cue)
    if stop <= begin:
        return None
    parts: list[Range] = [(begin, stop)]
    if frame.low(end) == "," and end + 1 < frame.last:
        rest = clause_end(frame, end + 1, cue)
        if rest > end + 2:
            parts.append((end + 1, rest))
    return Draft(cue, source, tuple(parts))


def _past_relative(frame: Frame, end: int) -> int:
    """Past `, which was leaked on Monday` or `, a pollster` before the comma that closes it."""
    if frame.low(end) != "," or frame.low(end + 1) not in {"which", "who", "whose", "a", "an"}:
        return end
    close = next((n for n in range(end + 1, frame.last) if frame.low(n) == ","), end)
    verbs = any(verbish(frame.words[n]) or frame.quote(n) for n in range(end + 1, close))
    described = frame.low(end + 1) in {"a", "an"}
    return end if described and verbs else close


def _past_time(frame: Frame, end: int) -> int:
    """Past the day on which a document came out: `a poll released Thursday by the group`."""
    if not (
        frame.low(end) in TIMES | {"on", "late", "early"} and frame.low(end - 1).endswith("ed")
    ):
        return end
    stop = end
    while stop < frame.last and frame.low(stop) != "," and not breaks(frame.words[stop]):
        if frame.quote(stop) or frame.low(stop) in AUXILIARIES:
            return end
        stop += 1
    return stop
