"""A report and the day it was issued: as it states it, as its page states it, or inferred."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from msgspec.structs import replace

from standto.reports.blocks import lines, passages
from standto.reports.dates import find, flagged, report_dates
from standto.reports.intake import Source
from standto.reports.situation import Passage, Report, ReportDate
from standto.reports.tokens import tokens

SHARED_RUN = 6
"""So many words in a row, found in two reports, tie an undated one to a dated one."""
ORDER = ("published", "posted", "dateline", "updated", "modified", "inferred")
"""Which date counts as a report's own day: the first of these that it has."""


def make(source: Source, name: str) -> Report:
    """A report from its source: its dates, its passages, its title and its language."""
    dated = report_dates(source.text, lines(source.text))
    blocks = passages(source.text, dated)
    dates = (*flagged(_from_page(source)), *dated.dates, *_from_datelines(source.text, blocks))
    title = source.title or next(
        (source.text[p.start : p.end] for p in blocks if p.kind == "title"), ""
    )
    return Report(
        id=name,
        path=source.path,
        sha256=source.sha256,
        title=title,
        dates=dates,
        text=source.text,
        passages=blocks,
        media_type=source.media_type,
        encoding=source.encoding,
        language=language(source.text),
        publisher=source.publisher,
        url=source.url,
        entry=source.entry,
        flags=() if dates else ("no_date",),
    )


def _from_page(source: Source) -> list[ReportDate]:
    """Dates that a page's head or a feed's entry gives."""
    found = []
    for label, raw in source.dates:
        when = _parse(raw)
        if when is not None:
            zone = None if when.tzinfo is None else when.strftime("%z")
            value = when.strftime("%Y-%m-%dT%H:%M")
            flags = ("from_metadata",)
            found.append(ReportDate(label, value, None, None, raw, zone, flags))  # type: ignore[arg-type]
    return found


def _parse(raw: str) -> datetime | None:
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return parse(raw.strip())
        except (ValueError, TypeError):
            continue
    return None


def _from_datelines(text: str, blocks: Sequence[Passage]) -> list[ReportDate]:
    return [
        ReportDate("dateline", hit.value, hit.start, hit.end, text[hit.start : hit.end], hit.zone)
        for block in blocks
        if block.kind == "dateline"
        for hit in find(text, block.start, block.end)
    ]


def day_of(report: Report) -> tuple[datetime | None, bool]:
    """The report's day at midnight UTC, and whether it was inferred."""
    for label in ORDER:
        for date in report.dates:
            if date.label == label:
                day = datetime.fromisoformat(date.value[:10]).replace(tzinfo=UTC)
                return day, label == "inferred"
    return None, False


def infer(reports: Sequence[Report]) -> list[Report]:
    """The reports; an undated one takes the day of the dated one it shares most words with."""
    runs = [_runs(report) for report in reports]
    out = []
    for report, mine in zip(reports, runs, strict=True):
        if report.dates:
            out.append(report)
            continue
        shared = [
            (len(mine & theirs), -n)
            for n, (other, theirs) in enumerate(zip(reports, runs, strict=True))
            if other.dates and mine & theirs
        ]
        out.append(_dated_like(report, reports[-max(shared)[1]]) if shared else report)
    return out


def _dated_like(report: Report, other: Report) -> Report:
    day, _ = day_of(other)
    assert day is not None, "only a dated report is asked"
    date = ReportDate("inferred", day.date().isoformat(), None, None, "", inferred_from=other.id)
    return replace(report, dates=(date,), flags=("no_date", "date_inferred"))


def _runs(report: Report) -> set[tuple[str, ...]]:
    words = [
        t.lower
        for p in report.passages
        if p.kind == "body"
        for t in tokens(report.text, p.start, p.end, ())
        if t.kind != "sign"
    ]
    return {tuple(words[n : n + SHARED_RUN]) for n in range(len(words) - SHARED_RUN + 1)}


FREQUENT = {
    "en": "the of and to in that said is was for with has",
    "de": "der die und das den ist nicht mit von zu sagte wird",
    "fr": "le la les et des est une dans que pour du a",
    "pl": "i w na że się z do nie jest powiedział po dla",
    "ru": "и в на что не с по это как из его был",
    "uk": "і в на що не з та це як у до його",
}


def language(text: str) -> str:
    """The language of most of its frequent words; English where nothing tells."""
    words = [t.lower for t in tokens(text[:20_000], 0, min(len(text), 20_000), ())]
    if any("іїєґ".find(c) >= 0 for c in text[:20_000].lower()):
        return "uk"
    counts = {
        code: sum(w in set(common.split()) for w in words) for code, common in FREQUENT.items()
    }
    best = max(counts, key=lambda code: (counts[code], code == "en"))
    return best if counts[best] else "en"
