"""The statements of one report: attributions put together over its sentences, and its narration."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from msgspec.structs import replace as changed

from standto.reports.frame import Attribution
from standto.reports.inserted import apart
from standto.reports.plain import HIDDEN, analysed, whole_marks
from standto.reports.quotes import DOUBLE, SINGLE, Quote, quotes
from standto.reports.situation import Kind, Passage, Span, Statement
from standto.reports.speakers import Cast, Speaker
from standto.reports.times import said, spoken_of
from standto.reports.tokens import Sentence, sentences, tokens

Grammar = Callable[[str, Sequence[Sentence]], list[list[Attribution]]]
"""Attributions of each sentence of a report; two grammars exist: by rules and by spaCy."""

ATTITUDES = {"think": "attitude", "intend": "intention", "decide": "decision", "find": "finding"}


@dataclass(frozen=True, slots=True)
class Drawn:
    """An attribution with its place: the passage and whether a sentence before gave the speaker."""

    attribution: Attribution
    passage: int
    sentence: Span
    quotes: tuple[Quote, ...]


def drawn(text: str, passages: Sequence[Passage], grammar: Grammar) -> list[Drawn]:
    """The attributions of a report's body, quotations that go on joined, orphans given none."""
    text = analysed(text)
    cut = list(_cut(text, passages))
    found: list[Drawn] = []
    answers = grammar(text, [sentence for _, sentence, _ in cut])
    for (number, sentence, marks), relations in zip(cut, answers, strict=True):
        span = Span(sentence[0].start, sentence[-1].end)
        whole = _whole_quote(sentence)
        if whole is not None and found and _goes_on(found[-1], number, passages):
            found[-1] = _joined(found[-1], whole, marks)
        elif whole is not None:
            orphan = Attribution(None, None, (whole,), "", "quote", None, ("no_cue",))
            found.append(Drawn(orphan, number, span, marks))
        elif relations:
            made = [Drawn(r, number, span, marks) for r in relations]
            if found and _left_open(found[-1], made[0], passages, text):
                before = found.pop()
                made[0] = _opened(before, made[0])
            found += made
        else:
            found.append(Drawn(_narration(span), number, span, marks))
    return found


def _cut(
    text: str, passages: Sequence[Passage]
) -> Iterator[tuple[int, Sentence, tuple[Quote, ...]]]:
    """Each sentence of the body with the number of its passage and the quotations in it."""
    for number, passage in enumerate(passages):
        if passage.kind != "body":
            continue
        marks = apart(text, quotes(text, passage.start, passage.end))
        begins = [q.start for q in marks]
        for sentence in sentences(tokens(text, passage.start, passage.end, marks)):
            start, end = sentence[0].start, sentence[-1].end
            if any(c.isalnum() for c in text[start:end]):
                inside = marks[bisect_left(begins, start) : bisect_left(begins, end)]
                yield number, sentence, tuple(inside)


def _narration(span: Span) -> Attribution:
    return Attribution(None, None, (span,), "", "narration")


def _whole_quote(sentence: Sentence) -> Span | None:
    """The span of a sentence that is nothing but quotations."""
    inside = [t for t in sentence if t.kind == "quote"]
    rest = [t for t in sentence if t.kind in {"word", "number"}]
    return Span(inside[0].start, inside[-1].end) if inside and not rest else None


SPOKEN = frozenset("say quote act object decide".split())
"""Classes of verb after which a quotation that stands alone is more of the same speech."""


def _goes_on(last: Drawn, passage: int, passages: Sequence[Passage]) -> bool:
    """Whether a quotation that stands alone goes on with what the attribution before it gives.

    In the same paragraph, or in the next of the body.
    """
    beside = last.passage == passage or _next(last.passage, passages) == passage
    return beside and last.attribution.klass in SPOKEN


def _next(passage: int, passages: Sequence[Passage]) -> int:
    """The paragraph of the body that follows one with nothing between them."""
    after = passage + 1
    return after if after < len(passages) and passages[after].kind == "body" else -1


def _joined(last: Drawn, more: Span, marks: tuple[Quote, ...]) -> Drawn:
    content = (*last.attribution.content, more)
    relation = replace(last.attribution, content=content)
    return replace(last, attribution=relation, quotes=(*last.quotes, *marks))


def _left_open(last: Drawn, now: Drawn, passages: Sequence[Passage], text: str) -> bool:
    """Whether a paragraph is a quotation left open, and the next, attributed, opens with more."""
    first = now.attribution.content[0]
    return (
        last.attribution.cue is None
        and last.attribution.klass == "quote"
        and _next(last.passage, passages) == now.passage
        and any("unclosed" in quote.flags for quote in last.quotes)
        and first.start == now.sentence.start
        and first.of(text)[0] in DOUBLE
    )


def _opened(before: Drawn, now: Drawn) -> Drawn:
    """An attribution, and what the paragraphs before it give of the same quotation."""
    content = (*before.attribution.content, *now.attribution.content)
    relation = replace(now.attribution, content=content)
    return replace(now, attribution=relation, quotes=(*before.quotes, *now.quotes))


def statements(
    text: str, report: str, found: Sequence[Drawn], cast: Cast, by: str
) -> list[Statement]:
    """The statements of a report in the order they stand, each with its speaker resolved."""
    made: list[Statement] = []
    at = begun = 0
    sentence = None
    for number, one in enumerate(sorted(found, key=_place), start=1):
        cast.meet(at, one.sentence.end)
        at = max(at, one.sentence.end)
        if one.sentence != sentence:
            made[begun:] = _nested(made[begun:])
            begun, sentence = len(made), one.sentence
        made.append(_statement(text, report, number, one, cast, by))
    made[begun:] = _nested(made[begun:])
    return made


def _place(one: Drawn) -> tuple[int, int, int]:
    first = one.attribution.content[0]
    cue = one.attribution.cue
    return one.sentence.start, cue.start if cue else first.start, first.start


def _statement(text: str, report: str, number: int, one: Drawn, cast: Cast, by: str) -> Statement:
    relation = one.attribution
    speaker = _speaker(text, one, cast)
    plain = analysed(text)
    parts = tuple(_inner(plain, part, one.quotes) for part in relation.content)
    start, end = parts[0].start, parts[-1].end
    kind = _kind(plain, one, speaker)
    flags = [f for f in relation.flags if f not in {"shared_subject", "clause_subject", "no_cue"}]
    flags += [f for f in speaker.flags if f not in flags]
    flags += [ATTITUDES[relation.klass]] if relation.klass in ATTITUDES else []
    day = cast.day.date() if cast.day else None
    about = spoken_of(text, start, end, day, inferred=cast.inferred)
    made = said(text, _frame(one, parts), day, inferred=cast.inferred)
    flags += ["future"] if about.future else []
    flags += sorted({f for q in _inside(one, start, end) for f in q.flags})
    return Statement(
        id=f"{report}.{number}",
        report=report,
        start=start,
        end=end,
        exact=text[start:end],
        kind=kind,
        speaker=speaker.name and speaker.name.replace(HIDDEN, ""),
        speaker_as_written=relation.source.of(text) if relation.source else None,
        speaker_how=speaker.how,
        cue=relation.cue.of(text) if relation.cue else None,
        flags=tuple(flags),
        said_at=made.value,
        said_at_basis=made.basis,
        about=about.value,
        about_basis=about.basis,
        addressee=relation.addressee.of(text) if relation.addressee else None,
        parts=parts,
        marked=tuple(Span(*whole_marks(text, part.start, part.end)) for part in relation.content),
        speaker_span=relation.source,
        cue_span=relation.cue,
        mentions=cast.mentions(start, end),
        by=by,
    )


def _frame(one: Drawn, parts: Sequence[Span]) -> list[tuple[int, int]]:
    """The stretches of a sentence around its content."""
    edges = [one.sentence.start]
    for part in parts:
        edges += [part.start, part.end]
    edges.append(max(one.sentence.end, parts[-1].end))
    return [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if a < b]


def _inside(one: Drawn, start: int, end: int) -> list[Quote]:
    return [q for q in one.quotes if q.start < end and q.end > start]


def _speaker(text: str, one: Drawn, cast: Cast) -> Speaker:
    relation = one.attribution
    if relation.klass == "narration":
        return Speaker(None, "outlet")
    if relation.source is not None:
        owned = relation.source.of(text).endswith(("'s", "’s"))
        return cast.resolve(relation.source.start, relation.source.end - 2 * owned)
    if relation.klass == "quote" or "speaker_from_context" in relation.flags:
        known = cast.last_person
        return Speaker(known, "pronoun" if known else "unnamed", ("speaker_from_context",))
    return Speaker(None, "unnamed", ("unnamed_source",))


def _kind(text: str, one: Drawn, speaker: Speaker) -> Kind:
    relation = one.attribution
    if relation.klass == "narration":
        return "narration"
    if speaker.how == "document":
        return "document"
    if relation.klass in {"passive", "rumour"}:
        return "hearsay"
    quoted = [_marked(text, part) for part in relation.content]
    if all(quoted) or (relation.klass == "quote" and relation.cue is None):
        return "direct"
    if any(
        q.depth == 0 and p.start <= q.start < p.end for q in one.quotes for p in relation.content
    ):
        return "mixed"
    return "indirect"


def _marked(text: str, part: Span) -> bool:
    """Whether a piece of content begins and ends with a quote mark, and is one quotation."""
    words = part.of(text)
    ends = words[-1] in DOUBLE | SINGLE or words[-1] in ",.?!"
    return len(words) > 1 and words[0] in DOUBLE | SINGLE and ends


def _inner(text: str, part: Span, marks: Sequence[Quote]) -> Span:
    """Content without its outer quote marks, a leading `that`, and a comma at its end."""
    start, end = part.start, part.end
    quote = next((q for q in marks if q.start == start and q.end >= end - 1), None)
    if quote is not None:
        start, end = quote.inner_start, min(end, quote.inner_end)
    elif end - start > 2 and text[start] in DOUBLE and _alone(text, start, end):
        start, end = start + 1, end - 1
    else:
        if text[start : start + 4].lower() == "that" and text[start + 4 : start + 5] in {" ", ","}:
            start += 4
        while start < end and text[start] in ", ":
            start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] == ","):
        end -= 1
    while start < end and text[start].isspace():
        start += 1
    return Span(start, end)


def _alone(text: str, start: int, end: int) -> bool:
    """Whether a double mark stands at the end and none between it and the first."""
    inside = text[start + 1 : end - 1]
    return text[end - 1] in DOUBLE and not any(mark in inside for mark in DOUBLE)


def _stretches(one: Statement) -> tuple[Span, ...]:
    """The content of a statement, and its source, in which `who plans to` may stand."""
    return one.parts if one.speaker_span is None else (*one.parts, one.speaker_span)


def _holds(outer: Statement, inner: Statement) -> bool:
    """Whether the cue of one statement stands in the content or the source of another."""
    cue = inner.cue_span
    return cue is not None and any(
        p.start <= cue.start and cue.end <= p.end for p in _stretches(outer)
    )


def _nested(made: Sequence[Statement]) -> list[Statement]:
    """The statements of one sentence, each that stands inside another's content saying so."""
    out = []
    for one in made:
        cue = one.cue_span
        outer = None
        if cue is not None:
            holds = [
                other
                for other in made
                if other is not one
                and other.kind != "narration"
                and _holds(other, one)
                and not (_holds(one, other) and other.end - other.start < one.end - one.start)
            ]
            outer = min(holds, key=lambda s: s.end - s.start, default=None)
        if outer is None:
            out.append(one)
        else:
            out.append(changed(one, inside=outer.id, flags=(*one.flags, "nested")))
    return out
