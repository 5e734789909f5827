"""Reports to a situation: the way through this room, from paths to who said what and when."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from standto.errors import DataError
from standto.reports.blocks import lines, passages
from standto.reports.dates import report_dates
from standto.reports.frame import Attribution
from standto.reports.grammar import attributions
from standto.reports.intake import Source, take_in
from standto.reports.links import links
from standto.reports.situation import Report, Situation
from standto.reports.speakers import Cast, day_of
from standto.reports.statements import Grammar, drawn, statements
from standto.reports.syntax import by_syntax, parser_name
from standto.reports.tokens import Sentence


def assess(paths: Sequence[Path]) -> Situation:
    """The situation that the reports in some files describe.

    Raises DataError with one line for each file that cannot be read.
    """
    sources, faults = take_in(paths)
    if faults:
        raise DataError(faults)
    return situation(sources)


def situation(sources: Sequence[Source]) -> Situation:
    """The situation that some reports describe, in the order given."""
    reports = [_report(source, f"r{n}") for n, source in enumerate(sources, start=1)]
    parser = parser_name() or "rules"
    made = []
    for report in reports:
        relations = drawn(report.text, report.passages, _grammar(report, parser))
        cast = Cast(report.text, day_of(_day(report)))
        cast.meet(0, 0)
        made += statements(report.text, report.id, relations, cast, "rules")
    return Situation(
        reports=tuple(reports),
        statements=tuple(made),
        links=tuple(links(made)),
        parser=parser,
    )


def _grammar(report: Report, parser: str) -> Grammar:
    return by_syntax if parser != "rules" and report.language == "en" else _by_rules


def _by_rules(_text: str, cut: Sequence[Sentence]) -> list[list[Attribution]]:
    return [attributions(sentence) for sentence in cut]


def _report(source: Source, name: str) -> Report:
    dated = report_dates(source.text, lines(source.text))
    blocks = passages(source.text, dated)
    title = source.title or next(
        (source.text[p.start : p.end] for p in blocks if p.kind == "title"), ""
    )
    return Report(
        id=name,
        path=source.path,
        sha256=source.sha256,
        title=title,
        dates=dated.dates,
        text=source.text,
        passages=blocks,
        media_type=source.media_type,
        encoding=source.encoding,
        publisher=source.publisher,
        url=source.url,
        entry=source.entry,
        flags=() if dated.dates else ("no_date",),
    )


def _day(report: Report) -> str | None:
    """The day a report was issued: published, posted, or the date at its head."""
    for label in ("published", "posted", "dateline", "updated", "modified"):
        for date in report.dates:
            if date.label == label:
                return date.value
    return None
