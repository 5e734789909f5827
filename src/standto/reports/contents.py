"""Contents by rules: what is attributed, to the right of a cue, and where it ends."""

from __future__ import annotations

from standto.reports.cues import Cue, breaks, verbish
from standto.reports.frame import Frame, Range
from standto.reports.lexicon import (
    ADVERBS,
    COMPLEMENTISERS,
    DETERMINERS,
    FOREIGN_STOPS,
    FOREIGN_THAT,
    PARTICLES,
    PREPOSITIONS,
    PRONOUNS,
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

INFINITIVES = frozenset({"decide", "intend", "act", "think"})
"""Classes of verb whose content may be an infinitive: `vowed to veto any bill that`."""


def right(
    frame: Frame, cue: Cue, *, skip_addressee: bool = True
) -> tuple[Range | None, Range | None]:
    """What follows a cue as its content, and who is addressed."""
    assert cue.verb is not None
    at, addressee = cue.end, None
    if cue.verb.addressee and skip_addressee:
        at, addressee = addressed(frame, cue)
    bare = frame.low(at) == "to" and cue.verb.klass in INFINITIVES
    bare = bare or prepositional(cue.verb.lemma, frame.low(at))
    opened = None if bare else opener(frame, at)
    if opened is not None:
        return from_opener(frame, opened, cue), addressee
    if at >= frame.last or frame.low(at) in {",", ";"} or breaks(frame.words[at]):
        return None, addressee
    begin = _begins(frame, at, cue, addressed=addressee is not None)
    return (None if begin is None else until(frame, begin, cue)), addressee


def _begins(frame: Frame, at: int, cue: Cue, *, addressed: bool) -> int | None:
    """Where content begins that neither `that`, a colon nor a quotation opens."""
    assert cue.verb is not None
    verb, low = cue.verb, frame.low(at)
    fresh = low in PRONOUNS or frame.quote(at)
    if verb.lemma in FINDING and not fresh and not judged(frame, at, frame.last):
        return None
    if low == "to" or (low in {"for", "not"} and verb.klass == "act" and addressed):
        return at if verb.klass in INFINITIVES or verb.lemma in {"tell", "warn", "advise"} else None
    if verb.klass in {"decide", "intend"}:
        infinitive = any(frame.low(n) == "to" for n in range(at, frame.last))
        noun = verb.object and starts_noun(frame, at)
        return at if noun or (infinitive and verb.klass == "intend") or low == "not" else None
    if verb.klass in {"say", "think", "find"} and (low in TIMES | ADVERBS or low == "on"):
        later = after_time(frame, at)
        if later is not None:
            return later
    if low in PREPOSITIONS - {"that"} or low in ADVERBS or low in TIMES:
        return at if prepositional(verb.lemma, low) else None
    if verb.klass == "quote":
        quoted = verb.object and any(frame.quote(n) for n in range(at, frame.last))
        return at if quoted else None
    if verb.object:
        return at
    clause = any(verbish(frame.words[n]) or frame.quote(n) for n in range(at + 1, frame.last))
    return at if clause and verb.klass in {"say", "think", "find"} else None


FINDING = frozenset({"find", "discover", "learn"})


def judged(frame: Frame, begin: int, end: int) -> bool:
    """Whether something is found to be so, not merely found: `found the shelter to be unsafe`."""
    words = {frame.low(n) for n in range(begin, min(begin + 14, end))}
    return bool(words & {"guilty", "that", "no", "unconstitutional"}) or any(
        frame.low(n) == "to" and frame.low(n + 1) in {"be", "have"} for n in range(begin, end)
    )


def after_time(frame: Frame, at: int) -> int | None:
    """Where a clause begins after `on Wednesday` or an adverb; None where none does."""
    while at < frame.last and (
        frame.low(at) in TIMES | ADVERBS | {"on", "late", "early"} or frame.low(at).endswith("ly")
    ):
        at += 1
    if at >= frame.last or frame.words[at].kind != "word":
        return None
    opens = frame.low(at) in DETERMINERS | PRONOUNS or frame.words[at].capital
    clause = any(verbish(frame.words[n]) for n in range(at + 1, frame.last))
    return at if opens and clause else None


def prepositional(lemma: str, low: str) -> bool:
    """Verbs whose content may be a prepositional phrase: `warned of`, `insisted on`."""
    return (lemma, low) in {
        ("warn", "of"),
        ("warn", "against"),
        ("warn", "about"),
        ("caution", "against"),
        ("caution", "about"),
        ("insist", "on"),
        ("complain", "about"),
        ("complain", "of"),
        ("vote", "for"),
        ("vote", "against"),
        ("plead", "for"),
        ("appeal", "for"),
        ("ask", "for"),
    }


def starts_noun(frame: Frame, at: int) -> bool:
    """Whether a noun phrase could begin at a token."""
    return frame.low(at) in DETERMINERS or frame.words[at].kind in {"word", "number", "quote"}


def addressed(frame: Frame, cue: Cue) -> tuple[int, Range | None]:
    """Past a person addressed: `told reporters in Brussels`, `called on Russia`."""
    at = cue.end
    if (
        at >= frame.last
        or frame.quote(at)
        or frame.low(at) in COMPLEMENTISERS | {",", ":", "of", "to", "against", "for"}
    ):
        return at, None
    opener = next(
        (
            n
            for n in range(at, min(at + 14, frame.last))
            if frame.low(n) in {"that", ":", "to", "whether"} or frame.quote(n)
        ),
        None,
    )
    comma = next(
        (n for n in range(at, min(at + 14, frame.last)) if frame.low(n) == ","), frame.last
    )
    if opener is not None and opener < comma:
        told = next((n for n in range(at + 1, opener) if _says_itself(frame, n, opener)), opener)
        if frame.low(told) == "to" and frame.low(told - 1) == "not":
            told -= 1
        return told, (at, told)
    assert cue.verb is not None
    if cue.verb.lemma in TOLD:
        end = at + 1
        if frame.low(at) not in PRONOUNS:
            while end < frame.last and not fresh_phrase(frame, end) and frame.low(end) != ",":
                end += 1
        return end, (at, end)
    return at, None


TOLD = frozenset("tell inform notify assure reassure remind convince".split())


def _says_itself(frame: Frame, at: int, opener: int) -> bool:
    """Whether a clause of its own begins before a quotation: `told a crew she had heard "x"`."""
    quoted = frame.quote(opener) and frame.low(at) in SUBJECTS
    return quoted and any(verbish(frame.words[n]) for n in range(at + 1, min(at + 4, opener)))


def fresh_phrase(frame: Frame, at: int) -> bool:
    """Whether a new noun phrase begins: a determiner, a pronoun, a name after a common noun."""
    here, back = frame.words[at], frame.words[at - 1]
    if back.lower in PREPOSITIONS | DETERMINERS | {"of", "to"}:
        return False
    return here.lower in DETERMINERS | PRONOUNS or (here.capital and not back.capital)


def opener(frame: Frame, at: int) -> int | None:
    """Where `that`, a colon or a quotation opens the content, over adverbials of time and place."""
    limit = min(at + 16, frame.last)
    far = next(
        (n for n in range(at, min(at + 4, frame.last)) if frame.low(n) in FOREIGN_THAT), None
    )
    if far is not None and all(frame.low(n) in PARTICLES | {","} for n in range(at, far)):
        return far
    if at < frame.last and (frame.quote(at) or frame.low(at) in {"that", ":", "whether"}):
        return at
    begun = at < frame.last and (
        frame.low(at) in PREPOSITIONS | TIMES | ADVERBS | {",", "as", "to", "late", "early"}
        or frame.low(at).endswith("ly")
        or frame.words[at].kind == "number"
    )
    if not begun:
        return None
    for n in range(at, limit):
        if frame.low(n) in {"that", ":"} or frame.quote(n):
            inner = any(verbish(frame.words[m]) for m in range(at, n))
            return None if inner and frame.low(n) != ":" else n
        if n > at and any(c.begin == n for c in frame.cues):
            return None
    return None


def from_opener(frame: Frame, at: int, cue: Cue) -> Range:
    """Content from the word or sign that opens it; a colon does not belong to it."""
    begin = at + 1 if frame.low(at) == ":" else at
    if cue.verb is not None and cue.verb.form.endswith("as_saying") and frame.quote(begin):
        return begin, begin + 1  # `was quoted as saying "I know" by a radio station`
    return begin, max(clause_end(frame, begin, cue), begin + 1)


def until(frame: Frame, at: int, cue: Cue) -> Range | None:
    """Content from a token on; None where nothing is left."""
    end = clause_end(frame, at, cue)
    return (at, end) if end > at else None


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
    elif cue.verb is not None and cue.verb.klass == "act" and frame.low(at) in {"to", "not"}:
        ands = (n for n in range(at, end) if frame.low(n) == "," and frame.low(n + 1) == "and")
        clause = (n for n in ands if any(verbish(frame.words[m]) for m in range(n, end)))
        end = next(clause, end)  # `called on Congress to act, and the lawyers are studying`
    if at >= cue.end:
        commas = (n for n in range(at + 3, end) if frame.low(n) == ",")
        though = (n for n in commas if frame.low(n + 1) in {"though", "although"})
        end = next(though, end)  # `denied it, though recordings tell another story`
    while end > at and frame.words[end - 1].text in {",", "-", "–", "—"}:
        end -= 1
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
    if inverted_end(frame, other, frame.signs_before(other.begin)) is not None:
        return frame.signs_before(other.begin)
    if other.verb.ing:
        return other.begin - 1 if previous == "," else None
    if previous in {"and", "but"}:
        comma = frame.low(other.begin - 2) == ","
        clause = frame.low(at) in COMPLEMENTISERS or any(
            verbish(frame.words[n]) for n in range(at + 1, other.begin - 1)
        )
        that = any(frame.low(n) == "that" for n in range(other.end, other.end + 4))
        modal = any(frame.low(n) in MODALS for n in range(other.begin, other.core))
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
    first = frame.low(begin)
    opening = PREPOSITIONS | (SUBORDINATORS - {"that", "what", "why", "how"}) | ADVERBS
    if first in opening - {"there", "here"}:
        tail = any(frame.low(n) == "," for n in range(begin, end))
        return tail and any(verbish(frame.words[n]) for n in range(begin, end))
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
    if cue.verb.klass == "object" and not frame.quote(at - 1):
        return None
    end = noun_phrase_end(frame, cue.end, commas=False, language=cue.verb.language)
    if end == cue.end:
        return None
    end = past_brackets(frame, end)
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
    return apposition(frame, end)
