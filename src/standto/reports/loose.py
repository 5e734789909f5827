"""Quotations that no known verb claims: the word beside them is taken for the cue, or none is.

A quotation of a few words, or a title, is left alone: it is wording, not speech.
"""

from __future__ import annotations

from collections.abc import Sequence

from standto.reports.frame import Attribution, Draft, Frame, Range
from standto.reports.lexicon import (
    ADVERBS,
    AUXILIARIES,
    DETERMINERS,
    POSSESSIVES,
    PREPOSITIONS,
    SUBJECTS,
    speech_verb,
)
from standto.reports.phrases import apposition, noun_phrase_end, strip_leading
from standto.reports.situation import Span
from standto.reports.tokens import ENDS, Token

LEAST_WORDS = 5
"""Shorter quotations without a verb of speech are names, titles and scare quotes."""
INTRODUCED_WORDS = 2
"""After a colon, or before a comma inside the marks, even so few words are speech."""


def loose(frame: Frame, made: Sequence[Draft]) -> list[Attribution]:
    """Attributions of the quotations that are in no content yet."""
    taken = {n for draft in made for part in draft.content for n in range(*part)}
    found = []
    for at, token in enumerate(frame.words):
        if token.kind == "quote" and at not in taken and _speech(frame, at, token):
            found.append(_attribution(frame, at))
    return found


def _speech(frame: Frame, at: int, token: Token) -> bool:
    """Whether a quotation reads like something said, not like a name or a title."""
    assert token.quote is not None
    inner = frame.words[at].text[1:-1].strip()
    words = inner.split()
    small = PREPOSITIONS | DETERMINERS | {"and", "or", "of", "to"}
    if not words or (len(words) > 1 and all(w[0].isupper() or w in small for w in words)):
        return False
    begun = words[0][0].isupper() or frame.low(at - 1) == ":"
    stopped = inner[-1] in ENDS or inner[-1] == ","
    if frame.low(at - 1) == ":" or (begun and stopped):
        return len(words) >= INTRODUCED_WORDS
    return len(words) >= LEAST_WORDS and (begun or stopped)


def _attribution(frame: Frame, at: int) -> Attribution:
    source, cue = _after(frame, at) or _before(frame, at) or (None, None)
    quoted = frame.words[at]
    return Attribution(
        source=None if source is None else frame.span(source),
        cue=None if cue is None else frame.span(cue),
        content=(Span(quoted.start, quoted.end),),
        verb="" if cue is None else frame.low(cue[0]),
        klass="quote",
        flags=("no_cue",) if cue is None else ("unknown_verb",),
    )


def _named(frame: Frame, begin: int, end: int) -> bool:
    """Whether a name or a pronoun stands in a stretch."""
    return any(
        (frame.words[n].capital and frame.low(n) not in DETERMINERS) or frame.low(n) in SUBJECTS
        for n in range(begin, end)
    )


def _verb_like(frame: Frame, at: int) -> bool:
    """Whether a word could be a verb in the past or present: not capital, not a closed class."""
    if not 0 <= at < frame.last or frame.words[at].kind != "word" or frame.words[at].capital:
        return False
    low = frame.low(at)
    if "-" in low:
        return False
    closed = PREPOSITIONS | DETERMINERS | POSSESSIVES | SUBJECTS | ADVERBS
    return low not in closed and low.endswith(("ed", "s", "t", "d", "e", "k", "g", "n", "w"))


def _after(frame: Frame, at: int) -> tuple[Range, Range] | None:
    """`"X," NP fumed` and `"X," fumed NP`."""
    begin = at + 1
    while frame.low(begin) in {",", "-", "–", "—"}:
        begin += 1
    if begin >= frame.last or frame.quote(begin):
        return None
    inflected = frame.low(begin).endswith(("ed", "s")) or speech_verb(frame.low(begin)) is not None
    if inflected and _verb_like(frame, begin) and begin + 1 < frame.last:
        end = noun_phrase_end(frame, begin + 1, commas=False)
        common = frame.low(begin).endswith("ed") and frame.low(begin + 1) in DETERMINERS
        if end > begin + 1 and (common or _named(frame, begin + 1, end)):
            return (begin + 1, apposition(frame, end)), (begin, begin + 1)
    for verb in range(begin + 1, min(begin + 9, frame.last)):
        before = frame.low(verb - 1)
        if before != "," and _named(frame, begin, verb) and _verb_like(frame, verb):
            return (begin, verb), (verb, verb + 1)
    return None


def _before(frame: Frame, at: int) -> tuple[Range, Range] | None:
    """`NP fumed: "X"`: subject and verb after the last comma, or else after one before it."""
    if frame.low(at - 1) not in {":", ","}:
        return None
    commas = [n for n in range(at - 1) if frame.low(n) == ","]
    for begin in (*reversed(commas), -1):
        start = strip_leading(frame, begin + 1, at - 1)
        found = _subject_and_verb(frame, start, at - 1)
        if found is not None:
            return found
    return None


def _subject_and_verb(frame: Frame, start: int, end: int) -> tuple[Range, Range] | None:
    """The first word that could be a verb after a name, a pronoun or `the farmer`."""
    for n in range(start + 1, end):
        if frame.low(n) in AUXILIARIES:
            return None
        noun = frame.low(start) in DETERMINERS and n > start + 1
        subject = noun or _named(frame, start, n)
        if subject and _verb_like(frame, n) and frame.low(n - 1) != ",":
            return (start, n), (n, n + 1)
    return None
