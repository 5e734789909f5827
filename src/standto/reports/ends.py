"""Where contents end by rules, and which stretches before a cue could be one."""

from __future__ import annotations

from standto.reports.cues import Cue
from standto.reports.forms import verbish
from standto.reports.frame import Frame
from standto.reports.lexicon import (
    ADVERBS,
    CHAINS,
    COMPLEMENTISERS,
    FOREIGN_STOPS,
    PARTICLES,
    PREPOSITIONS,
    SUBJECTS,
    SUBORDINATORS,
    TIMES,
)
from standto.reports.phrases import (
    apposition,
    clause_start,
    closed_by_comma,
    noun_phrase_end,
    past_brackets,
    strip_leading,
    strip_trailing,
)


def clause_end(frame: Frame, at: int, cue: Cue) -> int:
    """Where content that begins at a token ends: before a clause that is not part of it."""
    end = frame.last
    for other in frame.cues:
        if other.core <= cue.core or other.begin <= at:
            continue
        cut = cut_before(frame, other, at, cue)
        if cut is not None:
            end = min(end, cut)
    for n in range(at, end):
        if frame.words[n].text == ";":
            end = n
            break
    if cue.verb is not None and cue.verb.klass == "object":
        end = _object_end(frame, at, end)
    elif cue.verb is not None and cue.verb.klass in WILLED and frame.low(at) in {"to", "not"}:
        ands = (n for n in range(at, end) if frame.low(n) == "," and frame.low(n + 1) == "and")
        clause = (n for n in ands if any(verbish(frame.words[m]) for m in range(n, end)))
        end = next(clause, end)  # `called on Congress to act, and the lawyers are studying`
    if at >= cue.end:
        commas = (n for n in range(at + 1, min(at + SHORT_CLAUSE, end)) if frame.low(n) == ",")
        though = (n for n in commas if frame.low(n + 1) in {"though", "although"})
        end = next(though, end)  # `denied it, though recordings tell another story`
        end = _before_remark(frame, at, _before_aside(frame, at, end))
    while end > at and frame.words[end - 1].text in {",", "-", "–", "—"}:
        end -= 1
    return end


WILLED = frozenset({"act", "decide", "intend"})
SHORT_CLAUSE = 5
"""A clause of fewer words is not what `though` answers: that is the report's own remark."""


def _before_aside(frame: Frame, at: int, end: int) -> int:
    """Where one dash parts the report's own remark from what was said; two dashes are inside it."""
    dashes = [
        n
        for n in range(at + 1, end - 1)
        if frame.words[n].text in {"—", "–", "-"}
        and frame.words[n].start > frame.words[n - 1].end
        and frame.words[n].end < frame.words[n + 1].start
    ]
    if len(dashes) != 1 or any(frame.quote(n) for n in range(dashes[0], end)):
        return end
    return dashes[0] if dashes[0] - at >= SHORT_CLAUSE else end


REMARKS = frozenset("pledge move claim position charge assertion accusation stance step".split())
"""Nouns by which a report sums up what somebody said: `that it was moot, a claim that`."""


def _before_remark(frame: Frame, at: int, end: int) -> int:
    """Where the report's own remark on what was said begins: `, a pledge that complicates`."""
    for n in range(at + 2, end - 2):
        if frame.low(n) == "," and frame.low(n + 1) in {"a", "an"}:
            near = {frame.low(m) for m in (n + 2, n + 3)}
            if near & REMARKS:
                return n
    return end


def _object_end(frame: Frame, at: int, end: int) -> int:
    """Where a thing ends that somebody defended or described: before asides and the day."""
    asides = PREPOSITIONS | {"who", "which", "and"}
    commas = (n for n in range(at, end) if frame.low(n) == "," and frame.low(n + 1) in asides)
    end = next(commas, end)  # `defended her vote, in a debate that`
    end = strip_trailing(frame, at, end)
    quoted = (n + 1 for n in range(at, end - 1) if frame.quote(n))
    return next((n for n in quoted if frame.low(n) in PREPOSITIONS), end)


MODALS = frozenset("would will could might may should must".split())


def cut_before(frame: Frame, other: Cue, at: int, cue: Cue) -> int | None:
    """Where an earlier content ends because another attribution begins beside it."""
    previous = frame.low(other.begin - 1)
    if other.form == "preposition":
        return other.begin - 1 if previous == "," and not opens_clause(frame, other.begin) else None
    assert other.verb is not None
    if other.infinitive:
        return None
    if inverted_end(frame, other, frame.signs_before(other.begin)) is not None:
        return frame.signs_before(other.begin)
    if other.verb.ing:
        if frame.quote(other.begin - 1):
            return other.begin  # `there would be "no deal," adding that`
        return other.begin - 1 if previous == "," else None
    if previous in {"and", "but"}:
        comma = frame.low(other.begin - 2) == ","
        clause = frame.low(at) in COMPLEMENTISERS or any(
            verbish(frame.words[n]) for n in range(at + 1, other.begin - 1)
        )
        that = any(frame.low(n) == "that" for n in range(other.end, other.end + 4))
        modal = any(frame.low(n) in MODALS for n in range(other.begin, other.core))
        person = {frame.low(at), frame.low(at + 1)} & SUBJECTS
        if other.verb.klass in {"act", "decide"} and clause and not person and not modal:
            return other.begin - 1  # `warned that it was late and urged calm`
        if modal and clause and not comma and other.verb.klass != "say":
            return None  # `he was "disappointed" but would support the nominee`
        if comma or not clause or that or previous == "but":
            return other.begin - 2 if comma else other.begin - 1
        return None
    start = strip_leading(frame, clause_start(frame, other.begin), other.begin)
    conj = start - 1
    subordinate = frame.low(0) in SUBORDINATORS | {"asked", "although", "pressed"}
    if frame.low(conj) == "," and subordinate and conj > at and cue.core < conj:
        return conj
    if frame.low(conj) in {"and", "but", "while", "whereas"} and conj > at:
        return conj - 1 if frame.low(conj - 1) == "," else conj
    return None


def opens_clause(frame: Frame, at: int) -> bool:
    """Whether what follows, not what precedes, is the content: `recalled that, according to`."""
    return frame.low(at - 1) in {"that"} or (
        frame.low(at - 1) == "," and frame.low(at - 2) == "that"
    )


def sentence_like(frame: Frame, begin: int, end: int) -> bool:
    """Whether a stretch could be a clause: not a mere adverbial of time or place."""
    while begin < end and frame.low(begin) in {"but", "and", "yet", "even", "so"}:
        begin += 1
    first = frame.low(begin)
    if first == "at" and frame.low(begin + 1) in {"least", "most"}:
        begin, first = begin + 2, frame.low(begin + 2)
    opening = PREPOSITIONS | (SUBORDINATORS - {"that", "what", "why", "how"}) | ADVERBS
    if first in opening - {"there", "here"}:
        commas = [n for n in range(begin, end) if frame.low(n) == ","]
        mains = [n for n in commas if frame.low(n + 1) not in SUBORDINATORS | {"and"}]
        return any(verbish(frame.words[n]) for main in mains for n in range(main, end))
    if first.endswith("ing") and end - begin < 12:
        return False
    return end - begin >= 3 and any(
        verbish(frame.words[n]) or frame.quote(n) for n in range(begin, end)
    )


def inverted_end(frame: Frame, cue: Cue, at: int) -> int | None:
    """End of the subject of an inverted verb; None where the verb is not inverted."""
    assert cue.verb is not None
    if at == 0 or (at == cue.begin and not frame.quote(at - 1)) or cue.verb.ing:
        return None
    english = cue.verb.language == "en"
    if frame.low(cue.end) in COMPLEMENTISERS | {"to"}:
        return None
    if (english and cue.begin != cue.core) or cue.verb.klass not in {
        "say",
        "act",
        "quote",
        "object",
    }:
        return None
    if cue.verb.klass in {"object", "quote"} and not frame.quote(at - 1):
        return None
    end = noun_phrase_end(frame, cue.end, commas=False, language=cue.verb.language)
    if end == cue.end:
        return None
    end = past_brackets(frame, end)
    if frame.low(end) in {"from", "with", "who", "whose"} and english:
        stop = next((n for n in range(end, frame.last) if frame.low(n) in {",", ":", ";"}), 0)
        stop = stop or frame.last  # `said a teacher from Nashua who would not give her name`
        end = end if any(frame.quote(n) for n in range(end, stop)) else stop
    after = frame.low(end)
    free = (
        PREPOSITIONS
        | FOREIGN_STOPS
        | PARTICLES
        | {",", ":", "as", "when", "while", "to"}
        | ADVERBS
        | TIMES
    )
    if end < frame.last and after not in free and not frame.quote(end):
        return None
    if after == "to" and cue.verb.klass != "say":
        return None
    phrase = closed_by_comma(frame, cue.begin - 1)
    if phrase is not None and (cue.verb.addressee or (end < frame.last and after != ",")):
        return None
    if phrase is not None and any(frame.low(n) in CHAINS for n in range(cue.end + 1, end)):
        return None  # `Burke, a lawyer, said his clients want an apology`
    return apposition(frame, end)
