"""Cues: the words of a sentence that attribute something to somebody."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass

from standto.reports.forms import (
    BE,
    FORCED,
    HELPING,
    VERBISH_ENDINGS,
    adverb,
    is_verb,
    lower,
    participle,
    surely,
)
from standto.reports.lexicon import (
    AUXILIARIES,
    CHAINS,
    COMPLEMENTISERS,
    DETERMINERS,
    FOREIGN_AUXILIARIES,
    NEGATIONS,
    PREPOSITIONS,
    PRONOUNS,
    TIMES,
    Verb,
    speech_phrase,
    speech_verb,
)
from standto.reports.tokens import ENDS, Sentence


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue in token numbers: `begin` with auxiliaries and adverbs, the verb from `core` to `end`.

    verb: None for a prepositional cue. passive: `was told`. infinitive: `to say` that no other verb
    governs.
    """

    begin: int
    core: int
    end: int
    verb: Verb | None
    passive: bool = False
    infinitive: bool = False
    form: str = "verb"


def cues(sentence: Sentence, verbs: Set[int] | None = None) -> Iterator[Cue]:
    """The cues of a sentence from left to right; `verbs` as a parser found them, if one did."""
    at = 0
    while at < len(sentence):
        cue = _preposition(sentence, at) or _verb(sentence, at, verbs)
        if cue is None:
            at += 1
            continue
        yield cue
        at = cue.end


PREPOSITIONAL = {
    ("according", "to"): 2,
    ("in", "the", "words", "of"): 4,
    ("in", "the", "view", "of"): 4,
    ("по", "словам"): 2,
    ("за", "словами"): 2,
    ("по", "данным"): 2,
    ("за", "даними"): 2,
    ("selon",): 1,
    ("d'après",): 1,
    ("d’après",): 1,
    ("laut",): 1,
    ("nach", "angaben"): 2,
    ("nach", "darstellung"): 2,
    ("nach", "einschätzung"): 2,
    ("по", "мнению"): 2,
    ("по", "сообщению"): 2,
    ("по", "информации"): 2,
    ("на", "думку"): 2,
    ("за", "інформацією"): 2,
    ("zdaniem",): 1,
    ("zufolge",): 1,
    ("według",): 1,
}


def _preposition(sentence: Sentence, at: int) -> Cue | None:
    opens = lower(sentence, at + 1) in DETERMINERS or (
        at + 1 < len(sentence) and sentence[at + 1].capital
    )
    if lower(sentence, at) == "per" and lower(sentence, at - 1) == "," and opens:
        return Cue(at, at, at + 1, None, form="preposition")
    for words, length in PREPOSITIONAL.items():
        if all(lower(sentence, at + n) == word for n, word in enumerate(words)):
            if words == ("zufolge",):
                return None
            return Cue(at, at, at + length, None, form="preposition")
    return None


def _phrase(sentence: Sentence, at: int) -> tuple[Verb, int] | None:
    """The verb that begins at a word, and its length: over `not` in `was not surprised`."""
    first = sentence[at].lower
    hit = speech_phrase(first, *(lower(sentence, n) for n in range(at + 1, at + 5)))
    if first not in BE or hit is not None:
        return hit
    skip = at + 1
    while skip < at + 3 and _between(sentence, skip):
        skip += 1
    if skip == at + 1:
        return None
    hit = speech_phrase(first, *(lower(sentence, n) for n in range(skip, skip + 3)))
    return None if hit is None or hit[1] == 1 else (hit[0], hit[1] + skip - at - 1)


def _between(sentence: Sentence, at: int) -> bool:
    """Whether a word may stand between `is` and `sure`."""
    low = lower(sentence, at)
    return low in DEGREES | NEGATIONS or (at < len(sentence) and adverb(sentence[at]))


DEGREES = frozenset("very so more less quite too pretty most least all".split())


def _needed(sentence: Sentence, end: int, verb: Verb) -> bool:
    """Whether a word follows without which the verb is no cue: `held that`, `viewed X as`."""
    soon = verb.needs & COMPLEMENTISERS
    if soon:
        return any(
            lower(sentence, n) in soon and all(_adjunct(sentence, m) for m in range(end, n))
            for n in range(end, end + 8)
        )
    reach = REACH if verb.needs & {"as", "at"} else NEAR
    for n in range(end, min(end + reach, len(sentence))):
        token = sentence[n]
        if token.kind == "sign" and token.text in ",;:":
            return False
        if token.lower in verb.needs:
            return _fits(sentence, end, n)
    return False


def _fits(sentence: Sentence, end: int, at: int) -> bool:
    """Whether the word that a verb needs is used so: `as a threat`, `at nine`, `no chance`."""
    token = sentence[at]
    if token.lower == "at":
        measured = any(t.lower in MEASURES for t in sentence[end:at])
        return measured and _figure(sentence, at + 1)
    if token.lower == "as":
        role = lower(sentence, at + 1)
        quoted = at + 1 < len(sentence) and sentence[at + 1].kind == "quote"
        clause = any(t.lower in AUXILIARIES for t in sentence[at + 2 : at + 6])
        return at > end and (quoted or (role not in PRONOUNS | {"the"} and not clause))
    return lower(sentence, end) != "the"


REACH = 16
"""So many words on, `as` after `viewed` and `at` before a figure still belong to the verb."""
NEAR = 5
"""So many words may stand between `sees` and `chance`."""
MEASURES = frozenset(
    "number numbers toll count cost costs price value worth odds chance chances likelihood crowd"
    " probability size figure damage loss losses total age strength turnout deficit population"
    " unemployment inflation growth shortfall share rate lead crowd".split()
)
"""What somebody may put at a figure."""


def _adjunct(sentence: Sentence, at: int) -> bool:
    """Whether a word may stand between a verb and its `that`: a day, a place."""
    token = sentence[at] if at < len(sentence) else None
    day = token is not None and (token.kind == "number" or token.lower in TIMES | PREPOSITIONS)
    return day or (token is not None and (token.capital or token.lower in DETERMINERS))


def _figure(sentence: Sentence, at: int) -> bool:
    """Whether a number, perhaps after `nearly`, begins at a word."""
    return any(
        token.kind in {"number", "quote"} or token.lower in NUMBERS
        for token in sentence[at : at + 3]
    )


NUMBERS = frozenset(
    "one two three four five six seven eight nine ten eleven twelve dozen dozens hundred hundreds"
    " thousand thousands million billion zero".split()
)


def _quoted(sentence: Sentence, at: int, verb: Verb) -> int:
    """Where `was quoted by The Times as saying` begins; else the word itself."""
    if verb.form != "saying" or lower(sentence, at - 1) != "as":
        return at
    back = range(at - 2, max(at - 10, -1), -1)
    return next((n for n in back if lower(sentence, n) in {"quoted", "cited"}), at)


def _verb(sentence: Sentence, at: int, verbs: Set[int] | None) -> Cue | None:
    token = sentence[at]
    if token.kind != "word":
        return None
    hit = _phrase(sentence, at)
    if hit is None:
        return None
    verb, length = hit
    end = at + length
    if verb.needs and not _needed(sentence, end, verb):
        return None
    if verb.language != "en":
        return Cue(verb_group(sentence, at, verb), at, end, verb)
    if verb.lemma == "know" and lower(sentence, end) == "as":
        return None
    known = is_verb(sentence, at, end, verb) or _quoted(sentence, at, verb) < at
    sure = verb.form in {"said", "says"} and not known
    sure = sure or (known and surely(sentence, at, end, verb))
    if verbs is not None and not sure:
        known = at in verbs and (known or not participle(sentence, at, verb))
    if not known:
        return None
    if lower(sentence, end) == "only" and lower(sentence, end + 1) in COMPLEMENTISERS:
        end += 1
    pair = speech_verb(lower(sentence, end + 1))
    if lower(sentence, end) in {"or", "nor"} and verb.base and pair is not None and pair.base:
        verb, end = pair, end + 2  # `would neither confirm nor deny that`
    begin = verb_group(sentence, _quoted(sentence, at, verb))
    infinitive = lower(sentence, begin - 1) == "to" and not verb.ing
    if infinitive:
        if _governs_alone(sentence, begin - 1, end):
            return None
        governed = _governor(sentence, begin - 1)
        if governed is not None:
            begin, infinitive = governed, False
    return Cue(begin, at, end, verb, _passive(sentence, begin, at, verb), infinitive)


def verb_group(sentence: Sentence, at: int, verb: Verb | None = None) -> int:
    """First token of the verb group: auxiliaries, negations and adverbs before the verb."""
    begin = at
    while begin > 0:
        token = sentence[begin - 1]
        if verb is not None and verb.language != "en":
            if token.lower not in FOREIGN_AUXILIARIES:
                break
        elif adverb(token):
            opens = begin == 1 or sentence[begin - 2].lower in {",", "and", "but"}
            if opens and not (begin > 1 and token.lower in {"now", "still", "also", "again"}):
                break
        elif token.lower not in AUXILIARIES | NEGATIONS | HELPING and token.text not in {"'", "’"}:
            break
        begin -= 1
    return begin


def _governs_alone(sentence: Sentence, to: int, end: int) -> bool:
    """Whether `to answer questions` is itself what somebody declined or vowed to do."""
    hit = speech_verb(lower(sentence, to - 1))
    if hit is None or hit.klass not in {"decide", "intend"}:
        return False
    after = sentence[end] if end < len(sentence) else None
    told = after is not None and (
        after.kind == "quote" or after.lower in COMPLEMENTISERS | {":", ",", "only"}
    )
    if after is None or after.text in ENDS:
        verb = speech_verb(lower(sentence, end - 1))
        return verb is not None and verb.lemma not in SILENT
    return not told


SILENT = frozenset("say tell comment answer respond reply elaborate specify".split())
"""What somebody declines to do with words: `"X," he declined to say`, not a thing decided."""


def _governor(sentence: Sentence, to: int) -> int | None:
    """Start of the verb group that governs an infinitive: `declined to`, `thought it right to`."""
    back = to - 2 if lower(sentence, to - 1) == "on" else to - 1
    if back >= 2 and sentence[back - 1].lower == "it":
        back -= 2
    if back < 0 or sentence[back].kind != "word":
        return None
    low = sentence[back].lower
    hit = speech_phrase(low, "", "")
    passive = back > 0 and sentence[back - 1].lower in BE and low not in FORCED
    if passive and low.endswith(VERBISH_ENDINGS):
        return None
    if low in CHAINS or (low.endswith(VERBISH_ENDINGS) and not (hit and hit[0].addressee)):
        return verb_group(sentence, back)
    return verb_group(sentence, to) if low in AUXILIARIES else None


def _passive(sentence: Sentence, begin: int, at: int, verb: Verb) -> bool:
    """Whether a form of `be` stands in the group before a participle."""
    if verb.ing or verb.base or verb.form.endswith(("s", "as_saying")):
        return False
    return any(sentence[n].lower in BE for n in range(begin, at))
