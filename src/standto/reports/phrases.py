"""Noun phrases by rules: the subject before a verb, and the phrase that begins at a word."""

from __future__ import annotations

from collections.abc import Sequence

from standto.reports.cues import Cue
from standto.reports.forms import breaks, verbish
from standto.reports.frame import Draft, Frame, Range
from standto.reports.lexicon import (
    ADVERBS,
    CONJUNCTIONS,
    DETERMINERS,
    FOREIGN_STOPS,
    HONORIFICS,
    POSSESSIVES,
    PREPOSITIONS,
    PRONOUNS,
    SUBORDINATORS,
    TIMES,
)
from standto.reports.tokens import DASHES

FINITE = frozenset(
    "has have had is are was were be been being will would shall should can could may might must"
    " does did do".split()
)
"""No noun phrase goes past one of these."""


def subject(
    frame: Frame, cue: Cue, before: Sequence[Draft]
) -> tuple[Range | None, tuple[str, ...]]:
    """The subject of a cue, or one that it shares with an earlier verb."""
    assert cue.verb is not None
    begin = cue.begin
    previous = frame.low(begin - 1)
    if cue.verb.ing and not any(
        frame.low(n) in {"is", "was", "are", "were"} for n in range(begin, cue.core)
    ):
        return shared(frame, before, cue)
    if previous in CONJUNCTIONS or begin == 0:
        return shared(frame, before, cue)
    if previous == ",":
        if frame.low(begin - 2) in CONJUNCTIONS:
            return shared(frame, before, cue)
        closed = closed_by_comma(frame, begin - 1)
        if closed is None:
            return shared(frame, before, cue)
        return closed, ()
    start = clause_start(frame, begin)
    start = strip_leading(frame, start, begin)
    if start >= begin:
        return shared(frame, before, cue)
    return (start, strip_trailing(frame, start, begin)), ()


def shared(frame: Frame, before: Sequence[Draft], cue: Cue) -> tuple[Range | None, tuple[str, ...]]:
    """The subject of an earlier attribution, else of the sentence, and a flag that says so."""
    around = [d for d in before if _holds(d, cue)]
    beside = [d for d in before if d not in around and _inside(before, d.cue) == around]
    outer = beside or [d for d in before if not _inside(before, d.cue)]
    if outer:
        return outer[-1].source, ("shared_subject",) if outer[-1].source else ()
    stop = next((n for n in range(cue.begin) if verbish(frame.words[n])), cue.begin)
    start = strip_leading(frame, 0, stop)
    while stop > start and frame.words[stop - 1].lower in ADVERBS | {","} | CONJUNCTIONS:
        stop -= 1
    if start < stop and not any(
        breaks(frame.words[n]) or frame.quote(n) for n in range(start, stop)
    ):
        return (start, stop), ("clause_subject",)
    return None, ()


def _inside(before: Sequence[Draft], cue: Cue) -> list[Draft]:
    """The attributions in whose content a cue stands."""
    return [d for d in before if d.cue is not cue and _holds(d, cue)]


def _holds(outer: Draft, cue: Cue) -> bool:
    """Whether a cue stands inside the content of an attribution."""
    return any(begin <= cue.core < end for begin, end in outer.content)


def closed_by_comma(frame: Frame, comma: int) -> Range | None:
    """`NP, apposition or relative clause,` before a verb."""
    opened = comma - 1
    while (
        opened >= 0
        and frame.low(opened) != ","
        and not breaks(frame.words[opened])
        and not frame.quote(opened)
    ):
        opened = min(opened, bracket_start(frame, opened + 1)) - 1
    if opened <= 0 or frame.low(opened) != ",":
        return None
    start = strip_leading(frame, clause_start(frame, opened), opened)
    if start == opened - 1 and frame.words[start].kind == "number" and frame.low(start - 1) == ",":
        start = strip_leading(frame, clause_start(frame, start - 1), start - 1)
    aside = frame.low(opened + 1)
    active = doing(aside) and not frame.words[opened + 1].capital
    if aside in PREPOSITIONS or (active and not unnamed(frame, opened + 1)):
        comma = opened  # `Nolan, for his part, said`, `Nolan, speaking in Brussels, said`
    if start >= opened or frame.low(start) in PREPOSITIONS | SUBORDINATORS:
        return None
    return start, comma


def unnamed(frame: Frame, at: int) -> bool:
    """Whether an aside says why somebody is not named: `, speaking on condition of anonymity,`."""
    said = frame.low(at) == "speaking"
    return said and (
        frame.low(at + 1) in {"anonymously", "privately"}
        or "condition" in {frame.low(at + 2), frame.low(at + 3)}
    )


def doing(low: str) -> bool:
    """Whether a word opens a clause of what somebody is doing, not of who is included."""
    if low in {"joined", "flanked", "accompanied", "surrounded", "asked", "pressed", "reached"}:
        return True
    return low.endswith("ing") and low not in {"including", "excluding", "nothing", "something"}


WITHIN = frozenset("since as after before until who what".split())
"""Words that open no clause of their own before a subject."""


def clause_start(frame: Frame, end: int) -> int:
    """Where the clause begins that runs up to a token."""
    at = end
    floor = frame.floor(end)
    while at > floor:
        token = frame.words[at - 1]
        opened = bracket_start(frame, at)
        if opened < at:
            at = opened
            continue
        if token.kind == "quote" or breaks(token) or token.text == ",":
            break
        opens = token.lower in SUBORDINATORS - WITHIN
        if opens and not (token.lower == "that" and _relative_that(frame, at - 1)):
            break
        if token.lower in CONJUNCTIONS and any(
            verbish(frame.words[n]) for n in range(back_to_sign(frame, at - 1), at - 1)
        ):
            break
        at -= 1
    return at


def _relative_that(frame: Frame, at: int) -> bool:
    """Whether `that` opens a relative clause of the subject: `the commission that runs it`."""
    before, after = frame.words[at - 1], frame.words[at + 1]
    noun = at > 0 and before.kind == "word" and not verbish(before)
    verb = verbish(after) or (after.lower.endswith("s") and after.lower not in POSSESSIVES)
    return noun and verb and not after.capital and after.lower not in DETERMINERS


def bracket_start(frame: Frame, end: int) -> int:
    """Back over a short remark in brackets that ends before a token, else `end`: `(D-N.M.)`."""
    if frame.low(end - 1) != ")":
        return end
    return next((n for n in range(end - 2, max(end - 9, 0), -1) if frame.low(n) == "("), end)


def back_to_sign(frame: Frame, at: int) -> int:
    """Back over words to the sign or quotation before them."""
    while at > 0 and frame.words[at - 1].kind == "word":
        at -= 1
    return at


def strip_leading(frame: Frame, start: int, end: int) -> int:
    """Past adverbs, a conjunction, and a time phrase that open a clause."""
    moved = True
    while moved and start < end:
        moved = False
        low = frame.low(start)
        adverb = low.endswith("ly") and len(low) > 4 and end - start > 1
        adverb = adverb and not (low in NEARLY and frame.low(start + 1)[:5] in QUANTITIES)
        sign = frame.words[start].kind == "sign" and low not in {"(", "[", "$", "£", "€", "#", "@"}
        if (
            (sign and end - start > 1)
            or adverb
            or not low
            or (low == "as" and end - start > 1)
            or low in ADVERBS | CONJUNCTIONS | {","} | TIMES
        ):
            start, moved = start + 1, True
        elif low in {"on", "in", "by", "at"} and frame.low(start + 1) in TIMES:
            start, moved = start + 2, True
            while start < end and frame.words[start].kind == "number":
                start += 1
        elif low in CLAUSE_OPENERS and _short_name(frame, start + 1, end):
            start, moved = start + 1, True
        elif low in PREPOSITIONS and end - start > 2:
            nxt = phrase_after_preposition(frame, start, end)
            if nxt is None:
                break
            start, moved = nxt, True
    return start


NEARLY = frozenset({"nearly", "roughly", "virtually", "hardly", "practically", "exactly"})
QUANTITIES = DETERMINERS | {"half"}


def strip_trailing(frame: Frame, start: int, end: int) -> int:
    """Where a subject ends before `on Monday`, `late Tuesday` or `last week`."""
    stop = end
    if sum(frame.low(n) == "," for n in range(start, stop)) % 2:
        return end  # inside an aside: `who had been neutral until last week`
    if stop - start > 1 and frame.low(stop - 1) in TIMES:
        stop -= 1
        while stop - start > 1 and frame.low(stop - 1) in {"on", "late", "early", "last", "this"}:
            stop -= 1
        if frame.low(stop - 1).endswith("ed"):  # `a poll released on Wednesday`
            return end
        bare = frame.low(end - 1).endswith("day") or frame.low(end - 1) in {"today", "yesterday"}
        return stop if stop < end - 1 or bare else end
    return end


CLAUSE_OPENERS = frozenset({"after", "before", "until", "since"})


def _short_name(frame: Frame, start: int, end: int) -> bool:
    """Whether a name, a pronoun or `the mayor` is all that stands in a stretch."""
    named = all(frame.words[n].capital for n in range(start, end)) and end - start <= 3
    known = frame.low(start) in DETERMINERS | PRONOUNS and end - start <= 2
    return start < end and (named or known) and frame.low(start) not in TIMES


def phrase_after_preposition(frame: Frame, start: int, end: int) -> int | None:
    """Where a second noun phrase begins after `In Brussels`, without a comma between."""
    for at in range(start + 2, end):
        here, back = frame.words[at], frame.words[at - 1]
        if here.lower in DETERMINERS | PRONOUNS and back.lower not in PREPOSITIONS | {
            "of",
            "to",
        }:
            return at
        common = back.kind == "word" and not back.capital and back.lower not in NAMED_AFTER
        if here.capital and common and back.lower not in DETERMINERS | PREPOSITIONS | TITLED:
            return at  # `Within the hour Marsh`
    return None


NAMED_AFTER = frozenset("of to and or for than as".split())
TITLED = HONORIFICS | frozenset("candidate nominee leader agency senator lawyer".split())
"""Words after which a name belongs to the same phrase: `president Obama`."""


def noun_phrase_end(frame: Frame, at: int, *, commas: bool, language: str = "en") -> int:
    """End of the noun phrase that begins at a token; `at` itself where none does."""
    start = at
    if frame.low(at) in PREPOSITIONS | {"to", "not"}:
        return at
    while at < frame.last and not _never_inside(frame, at, language):
        low = frame.low(at)
        if low in PREPOSITIONS - {"of", "for"} and not commas:
            break
        if at > start and _not_after_first(frame, start, at):
            break
        if low == "and" and not (at + 1 < frame.last and frame.words[at + 1].kind == "word"):
            break
        at += 1
    while at > start and frame.low(at - 1) in {"and", "of", "the", "to", "for"}:
        at -= 1
    return at


def _never_inside(frame: Frame, at: int, language: str) -> bool:
    """Whether a token ends any noun phrase: a sign, a quotation, a finite auxiliary."""
    token = frame.words[at]
    if language != "en" and (token.lower in FOREIGN_STOPS or token.text in ".!?"):
        return True
    sign = token.text in ",;:()" or token.text in DASHES
    return token.kind == "quote" or sign or token.lower in FINITE


def _not_after_first(frame: Frame, start: int, at: int) -> bool:
    """Whether a token cannot stand in a noun phrase after its first word."""
    low = frame.low(at)
    if low in SUBORDINATORS or low in PRONOUNS or low in {"to", "not"}:
        return True
    if low == "for":
        return not frame.low(at - 1).endswith(("man", "woman", "person", "or", "people"))
    return low in ADVERBS or low in TIMES or frame.low(start) in PRONOUNS


def apposition(frame: Frame, end: int) -> int:
    """The end of `(D-Ore.), 61, the alliance's head,` after a name; else `end` itself."""
    end = past_brackets(frame, end)
    if frame.low(end) != "," or end + 1 >= frame.last:
        return end
    stop = end + 1
    if frame.words[stop].kind == "number":
        stop += 1
        if stop >= frame.last or frame.low(stop) == ",":
            return max(stop, apposition(frame, stop))
        return end
    opens = frame.low(stop) in DETERMINERS | POSSESSIVES | {"who", "whose"} | HONORIFICS
    if not (opens or _described(frame, stop) or _named_after(frame, stop)):
        return end
    while stop < frame.last and frame.low(stop) != "," and not frame.quote(stop):
        stop += 1
    return stop if stop >= frame.last or frame.low(stop) == "," else end


def _described(frame: Frame, at: int) -> bool:
    """Whether a bare description follows a name: `Zomahoun, director of the forum`."""
    token, back = frame.words[at], frame.words[at - 2]
    closed = PREPOSITIONS | CONJUNCTIONS | ADVERBS | SUBORDINATORS | PRONOUNS | FINITE
    party = token.lower in {"democrat", "republican", "independent", "conservative"}
    named = back.capital or frame.low(at - 2) == ")"
    if not named or token.kind != "word" or (token.capital and not party):
        return False
    if token.lower in closed or token.lower.endswith(("ing", "ed", "ly")):
        return False
    near = {frame.low(n) for n in range(at + 1, min(at + 5, frame.last))}
    return bool(near & {"of", "for", "at", "with"})


def _named_after(frame: Frame, at: int) -> bool:
    """Whether a name closes a description: `its director, Helen Finch`."""
    if frame.words[at - 2].capital or not frame.words[at].capital:
        return False
    stop = at
    while stop < frame.last and (frame.words[stop].capital or frame.low(stop) == "."):
        stop += 1
    return 2 <= stop - at <= 5 and (stop >= frame.last or frame.low(stop) == ",")


def past_brackets(frame: Frame, end: int) -> int:
    """Past a short remark in brackets after a name, such as a party; else `end` itself."""
    if frame.low(end) != "(":
        return end
    close = next((n for n in range(end, min(end + 7, len(frame.words))) if frame.low(n) == ")"), 0)
    return min(close + 1, frame.last) if close else end
