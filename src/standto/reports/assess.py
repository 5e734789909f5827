"""Reports to a situation: the way through this room, from paths to who said what and when."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from standto.errors import DataError
from standto.reports.codes import codes, framings
from standto.reports.frame import Attribution
from standto.reports.grammar import attributions
from standto.reports.intake import Source, take_in
from standto.reports.issued import day_of, infer, make
from standto.reports.links import link
from standto.reports.origins import grades, originators
from standto.reports.plain import analysed
from standto.reports.situation import Report, Situation, Statement
from standto.reports.speakers import Cast
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
    parser = parser_name() or "rules"
    reports = infer([make(source, f"r{n}") for n, source in enumerate(sources, start=1)])
    made = [one for report in reports for one in _statements(report, parser)]
    linked = link(made)
    return Situation(
        reports=tuple(reports),
        statements=tuple(made),
        links=linked.links,
        differences=linked.differences,
        framings=tuple(f for report in reports for f in framings(report)),
        originators=originators(made),
        grades=tuple(grades(made, linked.links)),
        parser=parser,
    )


def _statements(report: Report, parser: str) -> list[Statement]:
    """The statements of one report, with their codes."""
    parsed = parser != "rules" and report.language == "en"
    grammar: Grammar = by_syntax if parsed else _by_rules
    day, inferred = day_of(report)
    cast = Cast(analysed(report.text), day, inferred)
    relations = drawn(report.text, report.passages, grammar)
    by = "spacy" if parsed else "rules"
    return [
        replace(one, codes=codes(one))
        for one in statements(report.text, report.id, relations, cast, by)
    ]


def _by_rules(_text: str, cut: Sequence[Sentence]) -> list[list[Attribution]]:
    return [attributions(sentence) for sentence in cut]
