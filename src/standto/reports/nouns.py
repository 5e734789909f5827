"""Nouns as cues: `Kerr's claim that`, `fears among investors that`, `reports that`."""

from __future__ import annotations

from collections.abc import Sequence

from standto.reports.cues import Cue
from standto.reports.ends import clause_end
from standto.reports.forms import verbish
from standto.reports.frame import Draft, Frame, Range
from standto.reports.lexicon import AUXILIARIES, CUE_NOUNS, POSSESSIVES
from standto.reports.phrases import clause_start, noun_phrase_end, strip_leading

NOBODYS = frozenset(
    "fears concerns concern speculation allegations accusations claims rumours rumors suspicions"
    " hopes expectations reports suggestions warnings predictions".split()
)
"""Nouns that attribute though nobody owns them: `amid fears that the bridge would close`."""
BETWEEN = frozenset("from among by of".split())


def owned(frame: Frame, made: Sequence[Draft]) -> list[Draft]:
    """`Kerr's claim that he won has been denied`: a noun that somebody owns, and its clause."""
    taken = {n for draft in made for part in draft.content for n in range(*part)}
    found = []
    for at in range(1, frame.last - 3):
        noun = frame.low(at) in CUE_NOUNS and frame.low(at + 1) == "that"
        if not noun or not _has_owner(frame, at) or at in taken:
            continue
        cue = Cue(at, at, at + 1, None, form="noun")
        begin = strip_leading(frame, clause_start(frame, at), at)
        end = _main_verb(frame, at + 2, clause_end(frame, at + 1, cue))
        found.append(Draft(cue, (begin, at), ((at + 1, end),)))
    return found


def _main_verb(frame: Frame, at: int, end: int) -> int:
    """Where the main clause goes on after a clause with a verb of its own; else the end."""
    verbs = [n for n in range(at, end) if verbish(frame.words[n])]
    first = next((n for n in verbs if frame.low(n) in AUXILIARIES), None)
    own = verbs[0] if verbs else end
    later = (n for n in verbs if n > own + 1 and frame.low(n) in AUXILIARIES)
    later = (n for n in later if not all(m in verbs for m in range(own, n)))
    return next(later, end) if first is not None else end


def unowned(frame: Frame, made: Sequence[Draft]) -> list[Draft]:
    """`a warning from the bank that`, `concern among investors that`, `amid fears that`."""
    taken = {n for draft in made for part in draft.content for n in range(*part)}
    taken |= {n for draft in made for n in range(draft.cue.begin, draft.cue.end)}
    found = []
    for at in range(1, frame.last - 3):
        if frame.low(at) not in NOBODYS | CUE_NOUNS or at in taken or _has_owner(frame, at):
            continue
        source: Range | None = None
        that = at + 1
        if frame.low(that) in BETWEEN:
            that = noun_phrase_end(frame, at + 2, commas=False)
            source = (at + 2, that)
        if frame.low(that) != "that" or (source is None and not _feared(frame, at)):
            continue
        cue = Cue(at, at, at + 1, None, form="noun")
        end = _main_verb(frame, that + 1, clause_end(frame, that, cue))
        flags = () if source else ("unnamed_source",)
        found.append(Draft(cue, source, ((that, end),), None, flags))
    return found


def _feared(frame: Frame, at: int) -> bool:
    """Whether a clause, not a relative one, follows a noun: not `the claims that reached`."""
    definite = frame.low(at - 1) in {"the", "these", "those", "all"}
    return frame.low(at) in NOBODYS and not definite and not verbish(frame.words[at + 2])


def _has_owner(frame: Frame, at: int) -> bool:
    owner = frame.low(at - 1)
    return owner in POSSESSIVES or owner.endswith(("'s", "’s", "s'", "s’"))
