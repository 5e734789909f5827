"""Turns of other languages: `jak podał resort`, `как сообщил X`, verbs without a subject."""

from __future__ import annotations

from standto.reports.cues import Cue
from standto.reports.frame import Draft, Frame, Range
from standto.reports.lexicon import FOREIGN_STOPS, FOREIGN_THAT, PARTICLES

AS = frozenset("jak как як wie comme".split())
LONGEST_SOURCE = 8
"""More words than this between the verb and the comma are no mere name of a source."""
DROPPING = frozenset({"pl", "ru", "uk"})
"""Languages whose verbs may stand without a subject: Polish `Dodał, że`."""


def as_they_say(frame: Frame, cue: Cue) -> Draft | None:
    """`Jak podał resort, prace potrwają rok`: a clause that opens the sentence names the source."""
    assert cue.verb is not None
    if cue.verb.language == "en" or cue.begin != 1 or frame.low(0) not in AS:
        return None
    end = next((n for n in range(cue.end, frame.last) if frame.low(n) == ","), frame.last)
    if not cue.end < end <= cue.end + LONGEST_SOURCE or end + 3 > frame.last:
        return None
    return Draft(cue, (cue.end, end), ((end + 1, frame.last),))


def unsaid(frame: Frame, cue: Cue, content: Range) -> bool:
    """Whether a verb opens a sentence without a subject, and `that` follows."""
    assert cue.verb is not None
    opens = cue.begin == 0 and cue.verb.language in DROPPING
    return opens and frame.low(content[0]) in FOREIGN_THAT


def foreign_opener(frame: Frame, at: int) -> int | None:
    """Where `dass`, `что` or `że` opens the content, over a particle, a day or a place."""
    far = next(
        (n for n in range(at, min(at + 8, frame.last)) if frame.low(n) in FOREIGN_THAT), None
    )
    if far is None:
        return None
    near = all(frame.low(n) in PARTICLES | {","} for n in range(at, far))
    placed = frame.low(far - 1) == "," and frame.low(at) in FOREIGN_STOPS
    plain = not any(frame.quote(n) or frame.low(n) == "," for n in range(at, far - 1))
    return far if near or (placed and plain) else None


def foreign_clause(frame: Frame, cue: Cue) -> Range | None:
    """German speech without `dass`: `sagte am Montag, die Brücke bleibe gesperrt`."""
    assert cue.verb is not None
    if cue.verb.language != "de":
        return None
    near = range(cue.end, min(cue.end + 6, frame.last))
    comma = next((n for n in near if frame.low(n) == ","), None)
    if comma is None or any(frame.quote(n) for n in range(cue.end, frame.last)):
        return None
    placed = all(
        frame.low(n) in FOREIGN_STOPS | PARTICLES or frame.words[n].capital
        for n in range(cue.end, comma)
    )
    relative = frame.low(comma + 1) in {"und", "aber", "weil", "wenn", "als", "um", "ohne"}
    return (comma + 1, frame.last) if placed and not relative and comma + 3 < frame.last else None
