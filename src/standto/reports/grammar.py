"""The attribution grammar by rules alone: who (source) says (cue) what (content), in one sentence.

It works on tokens, each quotation being one, so that what is said does not disturb the frame.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from standto.reports.according import according
from standto.reports.contents import right, titled, until
from standto.reports.cues import Cue, verb_group
from standto.reports.ends import clause_end, inverted_end, sentence_like
from standto.reports.foreign import as_they_say, unsaid
from standto.reports.forms import breaks, verbish
from standto.reports.frame import Attribution, Draft, Frame, Range
from standto.reports.lexicon import (
    ADVERBS,
    COMPLEMENTISERS,
    CONJUNCTIONS,
    DETERMINERS,
    HEARSAY_ADVERBS,
    PREPOSITIONS,
    SUBJECTS,
    SUBORDINATORS,
    TIMES,
)
from standto.reports.loose import loose
from standto.reports.nouns import owned, unowned
from standto.reports.phrases import (
    clause_start,
    noun_phrase_end,
    strip_leading,
    subject,
)
from standto.reports.tokens import DASHES, Sentence


def attributions(sentence: Sentence) -> list[Attribution]:
    """The attribution relations of one sentence, in order of their cues."""
    if not sentence:
        return []
    frame = Frame(sentence)
    made = drafts(frame)
    made += owned(frame, made)
    made += unowned(frame, made)
    return [*(finish(frame, draft) for draft in made), *loose(frame, made), *hearsay(frame, made)]


def hearsay(frame: Frame, made: Sequence[Draft]) -> list[Attribution]:
    """`The bridge was reportedly closed`: an adverb is the cue, and nobody is named."""
    at = next((n for n, t in enumerate(frame.words) if t.lower in HEARSAY_ADVERBS), None)
    if at is None or made:
        return []
    parts = ((0, at), (at + 1, frame.last))
    content = tuple(frame.span(part) for part in parts if part[0] < part[1])
    cue = frame.span((at, at + 1))
    flags = ("unnamed_source",)
    return (
        [Attribution(None, cue, content, frame.low(at), "rumour", None, flags)] if content else []
    )


def drafts(frame: Frame) -> list[Draft]:
    """The attributions of a sentence in token numbers."""
    found: list[Draft] = []
    for cue in frame.cues:
        prepositional = cue.form == "preposition"
        draft = according(frame, cue) if prepositional else clause(frame, cue, found)
        if draft is not None:
            found.append(draft)
    return [_told_whole(frame, draft, found) for draft in found]


def _after_comma(frame: Frame, draft: Draft) -> bool:
    """Whether a teller stands after a comma behind all that he tells: `, a clerk said`."""
    stop = draft.content[0][1]
    behind = draft.source is not None and draft.source[0] == stop + 1
    return behind and len(draft.content) == 1 and frame.low(stop) == ","


def _told_whole(frame: Frame, draft: Draft, made: Sequence[Draft]) -> Draft:
    """`Jurors asked to hear it, a clerk said`: what is told ends where the teller begins."""
    if draft.cue.verb is None or frame.quote(draft.content[-1][0]):
        return draft
    begin, end = draft.content[-1]
    tellers = (d for d in made if d.cue.begin > draft.cue.core and d.cue.end >= frame.last - 1)
    whole = (d.content[0] for d in tellers if _after_comma(frame, d))
    ends = (stop for start, stop in whole if start <= draft.cue.begin and begin < stop < end)
    return replace(draft, content=(*draft.content[:-1], (begin, next(ends, end))))


def clause(frame: Frame, cue: Cue, before: Sequence[Draft]) -> Draft | None:
    """The attribution that a verb makes, its content before or after it."""
    if cue.verb is None:
        return None
    turned = as_they_say(frame, cue) or inverted(frame, cue)
    if turned is not None:
        return turned
    source, flags = subject(frame, cue, before)
    if cue.passive:
        return passive(frame, cue, source)
    if flags and not cue.verb.ing and frame.low(cue.begin - 1) in WHEN:
        return None  # `"X," Hobbs shot back when told of the poll`
    if source is not None and frame.low(source[1] - 1) in RELATIVES:
        return relative(frame, cue, source)
    if (stated := as_clause(frame, cue, source)) is not None:
        return stated
    postposed = left(frame, cue, source)
    if postposed is not None:
        return with_rest(frame, replace(postposed, flags=flags), source)
    content, addressee = right(frame, cue)
    if content is not None and source is None and unsaid(frame, cue, content):
        return Draft(cue, None, (content,), None, ("speaker_from_context",))
    if content is None or (source is None and not flags and not cue.infinitive):
        return None
    if cue.infinitive and not any(frame.quote(n) for n in range(*content)):
        return purpose(frame, cue, content)
    return Draft(cue, source, (content,), addressee, flags)


WHEN = frozenset({"when", "once", "if", "while"})


def purpose(frame: Frame, cue: Cue, content: Range) -> Draft | None:
    """`protesters massed to demand that`: what somebody did something in order to say."""
    assert cue.verb is not None
    if cue.verb.klass not in {"say", "act", "object"} or frame.low(cue.begin - 1) != "to":
        return None
    if frame.low(content[0]) not in {"that", "what"} or any(c.core < cue.core for c in frame.cues):
        return None
    verb = next((n for n in range(cue.begin - 2, 0, -1) if verbish(frame.words[n])), None)
    if verb is None:
        return None
    verb = verb_group(frame.words, verb)
    start = strip_leading(frame, clause_start(frame, verb), verb)
    if start >= verb or frame.low(start) in PREPOSITIONS | CONJUNCTIONS:
        return None
    return Draft(replace(cue, begin=cue.begin - 1), (start, verb), (content,))


RELATIVES = frozenset({"who", "which"})


def relative(frame: Frame, cue: Cue, source: Range) -> Draft | None:
    """`the farmer who said that`, `Nolan, who asked not to be named, described`."""
    who = source[1] - 1
    content, addressee = right(frame, cue)
    if content is None:
        return None
    begin, end = content
    if frame.low(who - 1) == ",":
        cores = {other.begin for other in frame.cues if other.core > cue.core}
        closed = (
            n
            for n in range(begin + 1, end)
            if frame.low(n) == "," and (n + 1 in cores or verbish(frame.words[n + 1]))
        )
        end = next(closed, end)
    else:
        end = min(
            (c.begin for c in frame.cues if begin < c.begin < end and _main(frame, c)), default=end
        )
    named = (source[0], who) if who > source[0] else source
    return Draft(cue, named, ((begin, end),), addressee)


def _main(frame: Frame, cue: Cue) -> bool:
    """Whether a cue is the verb of the main clause: `MPs who had backed the bill felt`."""
    before = frame.low(cue.begin - 1)
    joined = before in CONJUNCTIONS | SUBORDINATORS | {",", "to"} or before in SUBJECTS
    return cue.verb is not None and not (joined or cue.infinitive or cue.verb.ing)


def as_clause(frame: Frame, cue: Cue, source: Range | None) -> Draft | None:
    """`As Kerr put it last month, content`: the clause that opens a sentence, and its main one."""
    assert cue.verb is not None
    if source is None or cue.verb.klass not in TELLING or frame.low(source[0] - 1) != "as":
        return None
    opens = source[0] == 1 or frame.low(source[0] - 2) in {",", "and", "but", ":"} | DASHES
    if not opens or (source[0] > 1 and cue.verb.lemma != "put it"):
        return None
    comma = next(
        (n for n in range(cue.end, min(cue.end + 9, frame.last)) if frame.low(n) == ","), 0
    )
    if not comma or any(frame.quote(n) or verbish(frame.words[n]) for n in range(cue.end, comma)):
        return None
    end = clause_end(frame, comma + 1, cue)
    if not (frame.quote(comma + 1) or sentence_like(frame, comma + 1, end)):
        return None
    return Draft(cue, source, ((comma + 1, end),))


TELLING = frozenset({"say", "quote", "think", "find"})


def inverted(frame: Frame, cue: Cue) -> Draft | None:
    """`content, said NP`: the verb straight after a comma, a dash or a quotation."""
    at = frame.signs_before(cue.begin)
    end = inverted_end(frame, cue, at)
    begin = frame.left_limit(at, cue)
    if end is None or begin >= at:
        return None
    draft = Draft(cue, (cue.end, end), ((begin, at),))
    return with_rest(frame, draft, (cue.end, end))


def left(frame: Frame, cue: Cue, source: Range | None) -> Draft | None:
    """`content, NP said`: something before the subject, parted by a comma or a quotation."""
    assert cue.verb is not None
    if source is None or source[1] > cue.begin or not cue.verb.takes_quote or cue.infinitive:
        return None
    if any(
        frame.low(n) in DETERMINERS
        and frame.words[n - 1].kind == "word"
        and frame.low(n - 1) not in PREPOSITIONS | {"of", "to", "and", "or"}
        for n in range(source[0] + 2, source[1])
    ):
        return None
    at = frame.signs_before(source[0] - (frame.low(source[0] - 1) == "as"))
    quoted = frame.quote(at - 1)
    if at == 0 or (at == source[0] and not quoted):
        return None
    begin = frame.left_limit(at, cue)
    if not quoted and any(c.end == at and frame.quote(begin) for c in frame.cues):
        return None  # `"X," Hobbs joked as supporters laughed`
    if begin >= at or (not quoted and not _could_be_said(frame, begin, at, cue)):
        return None
    if quoted and frame.low(begin) in CONJUNCTIONS and begin + 2 == at and frame.quote(begin + 1):
        begin += 1  # `But "the money is gone," she said`
    if quoted and frame.low(begin).endswith("ing") and not frame.quote(begin):
        return None  # `Appearing on "Sunday Today," Dorn brushed aside`
    aside = (
        cue.end >= frame.last or frame.low(cue.end) in {",", "at"} or breaks(frame.words[cue.end])
    )
    if not quoted and cue.verb.klass in {"think", "find"} and not aside:
        return None
    goes_on = right(frame, cue)[0]
    if goes_on is not None and not quoted and (cue.end >= frame.last or frame.low(cue.end) != ","):
        return None
    asking = COMPLEMENTISERS - {"when", "where"}  # `"X," Hobbs shot back when told of it`
    if goes_on is not None and quoted and frame.low(cue.end) in asking:
        return None
    return Draft(cue, source, ((begin, at),))


def _could_be_said(frame: Frame, begin: int, at: int, cue: Cue) -> bool:
    """A clause; or a subject whose predicate goes on after the attribution and a comma."""
    after = past_adjunct(frame, cue.end, cue) + 1
    goes_on = frame.low(after - 1) == "," and after < frame.last and verbish(frame.words[after])
    return goes_on or sentence_like(frame, begin, at)


def past_adjunct(frame: Frame, at: int, cue: Cue) -> int:
    """Past `in a statement`, `on Tuesday` or a person told, up to a comma; else `at` itself."""
    told = cue.verb is not None and cue.verb.addressee and at == cue.end
    if frame.low(at) not in PREPOSITIONS | TIMES | ADVERBS and not told:
        return at
    comma = next((n for n in range(at, min(at + 9, frame.last)) if frame.low(n) == ","), None)
    inner = () if comma is None else range(at, comma)
    plain = not any(frame.quote(n) or frame.low(n) in COMPLEMENTISERS for n in inner)
    return comma if comma is not None and plain else at


def with_rest(frame: Frame, draft: Draft, source: Range | None) -> Draft:
    """The same with what follows the attribution: `"X," he said, "Y."`"""
    after = max(draft.cue.end, source[1] if source else 0)
    stop = after
    while (
        stop < frame.last
        and not frame.quote(stop)
        and frame.low(stop) not in {",", ":"}
        and not breaks(frame.words[stop])
    ):
        stop += 1
    while stop < frame.last and frame.words[stop].kind == "sign":
        stop += 1
    if stop >= frame.last:
        return draft
    first_quoted = any(frame.quote(n) for part in draft.content for n in range(*part))
    further = next((n for n in range(stop, frame.last) if frame.quote(n)), None)
    cued = further is not None and any(draft.cue.core < c.core < further for c in frame.cues)
    if first_quoted and further is not None and not cued and frame.low(further - 1) in {",", ":"}:
        stop = further
    if frame.quote(stop):
        if frame.words[stop - 1].kind == "word" and titled(frame, stop):
            return draft  # `told Joe Reyes on "Morning Brief."`
        return replace(draft, content=(*draft.content, (stop, stop + 1)))
    if first_quoted or not _drawn_on(frame, stop, after, draft.cue):
        return draft
    end = clause_end(frame, stop, draft.cue)
    quoted = any(frame.quote(n) for n in range(stop, end))
    verbs = any(verbish(frame.words[n]) for n in range(stop, end))
    clause_of_it = frame.low(stop) == "that" and end - stop > 2
    if not clause_of_it and (not verbs or (end - stop < 3 and not quoted)):
        return draft
    return replace(draft, content=(*draft.content, (stop, end)))


def _drawn_on(frame: Frame, stop: int, after: int, cue: Cue) -> bool:
    """Whether what follows an attribution straight, or after an adjunct, may be more of it."""
    nexts = [c for c in frame.cues if c.core > cue.core]
    verb_next = bool(nexts) and nexts[0].begin <= stop + 1 and not nexts[0].passive
    adjunct = stop == past_adjunct(frame, after, cue) + 1
    beside = stop == after + 1 or (adjunct and verbish(frame.words[stop]))
    opens = frame.low(stop) in (SUBORDINATORS - {"that"}) | PREPOSITIONS
    return beside and not verb_next and not opens


SAID_TO = frozenset(
    "say believe think report allege understand estimate consider assume presume claim".split()
)
"""Verbs that, in the passive, take an infinitive of what is said."""


def passive(frame: Frame, cue: Cue, source: Range | None) -> Draft | None:
    """`it was reported that`, `NATO was notified that`: nobody is named."""
    assert cue.verb is not None
    if cue.verb.klass in {"intend", "decide", "quote"}:
        return None
    if cue.verb.lemma in SAID_TO and frame.low(cue.end) == "to":
        content = until(frame, cue.end, cue)  # `the donors are said to be unamused`
    else:
        content, _ = right(frame, replace(cue, passive=False), skip_addressee=False)
    if content is None or frame.low(content[0]) not in COMPLEMENTISERS | {"to"}:
        return None
    if cue.verb.lemma == "expect" and frame.low(content[0]) == "to":
        return None  # `is expected to arrive` says when, not who expects it
    by = next((n for n in range(cue.end, content[0]) if frame.low(n) == "by"), None)
    teller = (by + 1, noun_phrase_end(frame, by + 1, commas=False)) if by else None
    teller = None if teller is None or teller[0] == teller[1] else teller
    addressee = source if cue.verb.addressee else None
    minds = {"convince", "worry", "determine", "concern"}
    if cue.verb.lemma in minds and source is not None and frame.low(source[0]) != "it":
        return Draft(cue, source, (content,))
    stated = source is not None and not addressee and frame.low(source[0]) != "it"
    if stated and frame.low(content[0]) != "to":
        return None
    flags = () if teller else ("unnamed_source",)
    return Draft(cue, teller, (content,), addressee, flags)


def finish(frame: Frame, draft: Draft) -> Attribution:
    """The attribution in characters of the raw text."""
    cue = draft.cue
    content = tuple(frame.span(part) for part in draft.content if part[1] > part[0])
    klass = cue.form if cue.verb is None else cue.verb.klass
    hidden = (
        draft.source is not None
        and frame.low(draft.source[0]) == "it"
        and draft.source[1] - draft.source[0] == 1
        and (cue.passive or klass == "rumour")
    )
    return Attribution(
        source=None if draft.source is None or hidden else frame.span(draft.source),
        cue=frame.span((cue.begin, cue.end)),
        content=content,
        verb=cue.verb.lemma if cue.verb else "according to",
        klass="passive" if cue.passive and draft.source is None else klass,
        addressee=frame.span(draft.addressee) if draft.addressee else None,
        flags=draft.flags,
    )
