"""A situation as JSON, CSV, or attribution relations as JSON lines."""

from __future__ import annotations

import csv
import io
from typing import Any

import msgspec

from standto.reports.situation import Report, Situation, Span, Statement

COLUMNS = (
    "id report path start end kind speaker speaker_as_written speaker_how cue said_at said_at_basis"
    " about codes flags exact"
).split()
DECIDED = "status decided_by person decided_at grade why".split()
"""Further columns, where the log was read with the ledger of those who decided."""


def to_json(situation: Situation) -> str:
    """JSON: every field of Situation, statements by their ids."""
    data = msgspec.json.encode(situation)
    return msgspec.json.format(data, indent=1).decode("utf-8") + "\n"


def to_csv(situation: Situation) -> str:
    """CSV, one row a statement; with a ledger, also what was decided on it."""
    paths = {report.id: report.path for report in situation.reports}
    reviews = {review.statement: msgspec.structs.asdict(review) for review in situation.reviews}
    columns = [*COLUMNS, *(DECIDED if reviews else [])]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for one in situation.statements:
        row: dict[str, Any] = {
            **reviews.get(one.id, {}),
            **msgspec.structs.asdict(one),
            "path": paths[one.report],
            "codes": " ".join(code.code for code in one.codes),
            "flags": " ".join(flag.replace(" ", "_") for flag in one.flags),
        }
        writer.writerow(["" if row[name] is None else row[name] for name in columns])
    return out.getvalue()


def to_attributions(situation: Situation) -> str:
    """JSON lines, one attribution relation each: file and spans as [start, end] in code points.

    Spans are drawn as attribution corpora draw them: quote marks and `that` belong to the content,
    the comma that closes an aside to the source, a colon to the cue. Where an attribution
    interrupts it, `content` is the whole stretch and `content_parts` are its pieces. The fields
    that end in `_bare` are without all that. A statement in the report's own voice is no
    attribution relation; one nested in another's content would mark words twice. Both are left out.
    """
    return "".join(msgspec.json.encode(one).decode("utf-8") + "\n" for one in relations(situation))


def relations(situation: Situation) -> list[dict[str, Any]]:
    """The attribution relations of a situation, in the order they stand."""
    reports = {report.id: report for report in situation.reports}
    return [_relation(reports[one.report], one) for one in situation.statements if _attributed(one)]


def _attributed(one: Statement) -> bool:
    return one.kind != "narration" and one.inside is None


def _relation(report: Report, one: Statement) -> dict[str, Any]:
    source, cue = one.speaker_span, one.cue_span
    if source is not None and cue is not None and source.end <= cue.start:
        closed = report.text[source.end : source.end + 1] == "," and "," in source.of(report.text)
        source = Span(source.start, source.end + closed)
    if cue is not None:
        cue = Span(cue.start, cue.end + (report.text[cue.end : cue.end + 1] == ":"))
    return {
        "file": report.path,
        "entry": report.entry,
        "id": one.id,
        "kind": one.kind,
        "source": _pair(source),
        "cue": _pair(cue),
        "content": [one.marked[0].start, one.marked[-1].end],
        "content_parts": [_pair(part) for part in one.marked],
        "source_bare": _pair(one.speaker_span),
        "cue_bare": _pair(one.cue_span),
        "content_bare": [_pair(part) for part in one.parts],
        "source_text": None if source is None else source.of(report.text),
        "cue_text": None if cue is None else cue.of(report.text),
        "content_text": report.text[one.marked[0].start : one.marked[-1].end],
    }


def _pair(span: Span | None) -> list[int] | None:
    return None if span is None else [span.start, span.end]
