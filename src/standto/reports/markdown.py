"""A situation as Markdown: what a person reads first, and what `standto read` prints."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from standto.reports.plain import analysed
from standto.reports.situation import (
    Difference,
    Framing,
    Link,
    Report,
    Review,
    Situation,
    Statement,
)

SPECIAL = re.compile(r"[\\`*_<\[\]|]")
"""Signs of Markdown, written with a backslash where a report uses them."""


def to_markdown(situation: Situation) -> str:
    """Markdown: reports, statements in order, where reports differ and agree, who stands behind."""
    reviews = {review.statement: review for review in situation.reviews}
    parts = ["# Situation log\n", f"Parsed by: {situation.parser}.\n"]
    for report in situation.reports:
        parts += _report(report)
        parts += [
            _line(report, one) + _decision(reviews.get(one.id))
            for one in situation.statements
            if one.report == report.id
        ]
    parts += _section("Where reports differ", [_card(one) for one in situation.differences])
    parts += _section("Links", [_link(one) for one in situation.links])
    parts += _section("Behind the statements", list(_originators(situation)))
    parts += _section("Wording that carries a view", list(_framings(situation.framings)))
    return "\n".join(parts) + "\n"


def _section(title: str, lines: Sequence[str]) -> list[str]:
    return [f"\n## {title}\n", *lines] if lines else []


def _report(report: Report) -> list[str]:
    dates = [
        f"{d.label} {d.value}{f' from {d.inferred_from}' if d.inferred_from else ''}"
        f"{_flags(d.flags)}"
        for d in report.dates
    ]
    return [
        f"\n## {report.id}: {_words(report.title or report.path)}\n",
        f"`{report.path}`, sha256 {report.sha256}\n",
        f"Dates: {'; '.join(dates) if dates else 'it states none'}.\n",
    ]


def _line(report: Report, one: Statement) -> str:
    """One statement: who said it with which word, when, the words, and what is known of it."""
    known = [one.kind, *(f"inside {one.inside}" for _ in [1] if one.inside)]
    known += [f"{'not: ' if code.negated else ''}{code.label}" for code in one.codes]
    known += [_plain(flag) for flag in one.flags if flag != "nested"]
    text = analysed(report.text)
    said = " … ".join(_words(text[part.start : part.end]) for part in one.parts)
    said = said or _words(one.exact)
    said = f"“{said}”" if one.kind == "direct" else said
    if one.kind == "narration":
        return f"- **{one.id}** the report itself: {said} [{'; '.join(known)}]"
    return f"- **{one.id}** {_told(one)}{_when(one)}: {said} [{'; '.join(known)}]"


def _told(one: Statement) -> str:
    """Who said it, with the word of the report: `NATO stressed`, `according to NATO officials`."""
    cue = _words(one.cue or "")
    if one.speaker is None and not one.speaker_as_written:
        return f"not named (“{cue}”)" if cue else "not named"
    if cue.lower().endswith(" to") and cue.lower().startswith("according"):
        return f"{cue.lower()} {_who(one)}"
    return f"{_who(one)} {cue}".rstrip()


def _who(one: Statement) -> str:
    """The speaker, and how the report names them where that is another word."""
    written = _words(one.speaker_as_written or "")
    if one.speaker is None:
        return f"“{written}” (not resolved)" if one.speaker_how == "pronoun" else written
    same = not written or one.speaker in (one.speaker_as_written or "")
    return written or _words(one.speaker) if same else f"{_words(one.speaker)} (“{written}”)"


def _when(one: Statement) -> str:
    if not one.said_at:
        return ""
    start, _, end = one.said_at.partition("/")
    shown = f"by {end}" if start == ".." else one.said_at.replace("/..", " or later")
    basis = "" if one.said_at_basis in {"stated", "bounded"} else f" ({one.said_at_basis})"
    return f", {shown.replace('/', ' to ')}{basis}"


def _link(link: Link) -> str:
    return f"- {link.a} and {link.b}: {_plain(link.type)}, {link.why}"


def _card(card: Difference) -> str:
    kind = "contradict each other" if card.contradicts else "differ"
    sides = f"“{_words(card.a_words)}” and “{_words(card.b_words)}”"
    return f"- {card.a} and {card.b} {kind} in {card.aspect}: {sides}"


def _originators(situation: Situation) -> Iterator[str]:
    """Who stands behind statements, those with most first."""
    for one in sorted(situation.originators, key=lambda o: -len(o.statements)):
        number, reports = len(one.statements), len(one.reports)
        many = "" if number == 1 else "s"
        where = one.reports[0] if reports == 1 else f"{reports} reports"
        yield f"- {_words(one.name)} ({one.kind}): {number} statement{many} in {where}"


def _framings(framings: Sequence[Framing]) -> Iterator[str]:
    seen: set[tuple[str, str]] = set()
    for one in framings:
        if (one.report, one.exact.lower()) not in seen:
            seen.add((one.report, one.exact.lower()))
            yield f"- {one.report}: “{_words(one.exact)}”, used by {one.used_by}: {one.gloss}"


def _decision(review: Review | None) -> str:
    """What a person decided, beside what the machine proposed."""
    if review is None:
        return ""
    if review.status == "proposed":
        return f" [proposed by {review.proposed.by}; nobody has decided]"
    who = review.person or review.decided_by
    said = f"{review.status} by {who}, {review.decided_at}"
    grade = f", grade {review.grade}" if review.grade else ""
    why = f": {_words(review.why)}" if review.why else ""
    was = _words(review.proposed.exact)
    before = f"; proposed was: {was}" if review.status == "edited" else ""
    return f" [{said}{grade}{why}{before}]"


def _words(text: str) -> str:
    """Words of a report on one line, signs of Markdown made plain."""
    return SPECIAL.sub(lambda sign: "\\" + sign.group(), " ".join(text.split()))


def _plain(name: str) -> str:
    return name.replace("_", " ")


def _flags(flags: Sequence[str]) -> str:
    return f" ({', '.join(_plain(flag) for flag in flags)})" if flags else ""
