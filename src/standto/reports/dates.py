"""Dates: what a report says of its own date, and dates named in its sentences.

A small grammar over tokens, for month names of English, Russian, Ukrainian, Polish, German, French.
A word is a month only beside a day or a year, so that `May` and `We` stay words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from standto.reports.situation import ReportDate

LABELS = {
    "posted": "posted размещено dodano erstellt розміщено",
    "published": "published publié publiée publie publication опубликовано опубліковано публикация"
    " публикации публікації opublikowano publikacji veröffentlicht erschienen issued date released"
    " дата datum",
    "modified": "modified изменено змінено zmodyfikowano modifié modifiée geändert corrected",
    "updated": "updated обновлено оновлено zaktualizowano aktualisiert aktualizacja"
    " actualisé mis update stand",
}
LABEL = {word: label for label, words in LABELS.items() for word in words.split()}
_MONTHS = (
    "january jan januar jänner janvier janv января январь янв січня січень stycznia styczeń sty",
    "february feb februar février févr fevrier февраля февраль фев лютого лютий lutego luty lut",
    "march mar märz maerz mrz mars марта март мар березня березень marca marzec",
    "april apr avril avr апреля апрель апр квітня квітень kwietnia kwiecień kwi",
    "may mai мая май травня травень maja maj",
    "june jun juni juin июня июнь июн червня червень czerwca czerwiec cze",
    "july jul juli juillet juil июля июль июл липня липень lipca lipiec lip",
    "august aug août aout августа август авг серпня серпень sierpnia sierpień sie",
    "september sep sept septembre сентября сентябрь сен вересня вересень września wrzesień wrz",
    "october oct oktober okt octobre октября октябрь окт жовтня жовтень października październik",
    "november nov novembre ноября ноябрь ноя листопада листопад listopada listopad lis",
    "december dec dezember dez décembre déc decembre декабря декабрь дек грудня грудень grudnia"
    " grudzień gru",
)
MONTH = {name: n for n, names in enumerate(_MONTHS, start=1) for name in names.split()}
ZONES = {
    "z": "Z",
    "utc": "+00:00",
    "gmt": "+00:00",
    "bst": "+01:00",
    "cet": "+01:00",
    "cest": "+02:00",
    "mez": "+01:00",
    "mesz": "+02:00",
    "eet": "+02:00",
    "eest": "+03:00",
    "msk": "+03:00",
    "мск": "+03:00",
    "est": "-05:00",
    "edt": "-04:00",
}
PAUSES = frozenset(",.;|·-–—(")
BETWEEN = frozenset("at um à в о t г р r року roku godz o".split())
"""Words that may stand between a date and its time of day."""
_PIECE = re.compile(r"\d++|[^\W\d_]++|[^\w\s]")
BEFORE_DATE = frozenset(
    "on am um le et ct mt pt mon monday tue tues tuesday wed wednesday thu thur thurs thursday fri"
    " friday sat saturday sun sunday".split()
)
"""Words that may stand between a time of day and the date that follows it."""
_WINDOW = 14
"""A date with its time has at most this many pieces."""


@dataclass(frozen=True, slots=True)
class Found:
    """A date in a text: `value` ISO, with a time where one is given; `year_stated` or not."""

    start: int
    end: int
    value: str
    zone: str | None
    year_stated: bool
    flags: tuple[str, ...] = ()

    @property
    def day(self) -> date:
        """The day alone."""
        return date.fromisoformat(self.value[:10])


@dataclass(frozen=True)
class ReportDates:
    """A report's dates, and the lines that hold nothing else."""

    dates: tuple[ReportDate, ...]
    spans: tuple[tuple[int, int], ...]

    def covers(self, start: int, end: int) -> bool:
        """Whether a line only says when the report was issued."""
        return any(s <= start and end <= e for s, e in self.spans)


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    end: int
    text: str


def find(text: str, start: int, end: int, year: int | None = None) -> list[Found]:
    """The dates between two offsets; `year` completes a date that states none.

    Without `year`, dates that state none are left out.
    """
    pieces = [
        _Piece(m.start(), m.end(), m.group().lower()) for m in _PIECE.finditer(text, start, end)
    ]
    found: list[Found] = []
    at = 0
    while at < len(pieces):
        hit = _date(pieces, at, year)
        if hit is None:
            at += 1
            continue
        used = max((one.end for one in found), default=0)
        found += _ranged(pieces, at, hit, used)
        at = hit[1]
    return found


TO = frozenset("- – — to and bis au до по do".split())
"""Between two days of one month: `10-12 February`, `from 10 to 12 February`."""


def _ranged(pieces: Sequence[_Piece], at: int, hit: tuple[Found, int], used: int) -> list[Found]:
    """A date, and the day of the same month that a range names beside it."""
    found, after = hit
    back = at - 2 - (at > 1 and pieces[at - 2].text == ".")
    if back >= 0 and pieces[at - 1].text in TO and pieces[back].start >= used:
        first = _same_month(found, pieces[back].text)
        if first is not None and first < found.day:
            begun = replace(found, start=pieces[back].start, end=pieces[back].end)
            return [replace(begun, value=first.isoformat(), flags=()), found]
    named = pieces[at].text in MONTH
    if named and after + 1 < len(pieces) and pieces[after].text in TO - {"and"}:
        last = _same_month(found, pieces[after + 1].text)
        beyond = [piece.text for piece in pieces[after + 2 : after + 4]]
        clock = len(beyond) == 2 and beyond[0] in ":." and beyond[1].isdecimal()
        if last is not None and last > found.day and not clock and not {*beyond[:1]} & MONTH.keys():
            ended = replace(found, start=pieces[after + 1].start, end=pieces[after + 1].end)
            return [found, replace(ended, value=last.isoformat(), flags=())]
    return [found]


def _same_month(found: Found, number: str) -> date | None:
    if not (number.isdecimal() and len(number) <= 2):
        return None
    return _day(found.day.year, found.day.month, int(number))


def _date(pieces: Sequence[_Piece], at: int, year: int | None) -> tuple[Found, int] | None:
    window = pieces[at : at + _WINDOW]
    parsed = _iso(window) or _named(window, year) or _numeric(window)
    if parsed is None:
        return None
    day, used, stated = parsed
    flags: tuple[str, ...] = ()
    after, marks = used, ""
    while after < len(window) and (window[after].text in BETWEEN or window[after].text in PAUSES):
        marks += window[after].text if window[after].text in PAUSES else " "
        after += 1
    clock = _clock(window, after)
    value, zone, end = day.isoformat(), None, window[used - 1].end
    if clock is not None:
        hour_minute, zone, last = clock
        value, end, used = f"{value}T{hour_minute}", window[last - 1].end, last
        if any(2 * mark in marks for mark in ",.;"):
            flags = ("doubled_punctuation",)
    return Found(window[0].start, end, value, zone, stated, flags), at + used


def _iso(window: Sequence[_Piece]) -> tuple[date, int, bool] | None:
    texts = [p.text for p in window[:5]]
    if len(texts) < 5 or texts[1] != texts[3] or texts[1] not in "-./":
        return None
    if not (
        len(texts[0]) == 4 and texts[0].isdigit() and texts[2].isdigit() and texts[4].isdigit()
    ):
        return None
    day = _day(int(texts[0]), int(texts[2]), int(texts[4]))
    return (day, 5, True) if day else None


def _numeric(window: Sequence[_Piece]) -> tuple[date, int, bool] | None:
    """`24.02.2022`, `24/02/2022`: day first unless that cannot be."""
    texts = [p.text for p in window[:5]]
    if len(texts) < 5 or texts[1] != texts[3] or texts[1] not in "./-":
        return None
    first, second, year = texts[0], texts[2], texts[4]
    if not (first.isdigit() and second.isdigit() and year.isdigit()) or len(year) not in {2, 4}:
        return None
    if len(first) > 2 or len(second) > 2 or window[0].end != window[1].start:
        return None
    full = int(year) + (2000 if len(year) == 2 else 0)
    if texts[1] != "." and int(second) > 12:
        first, second = second, first
    day = _day(full, int(second), int(first))
    return (day, 5, True) if day else None


def _named(window: Sequence[_Piece], year: int | None) -> tuple[date, int, bool] | None:
    """`24 February 2022`, `February 24, 2022`, `24. Februar 2022`, `1er mars 2022`, `24-го`."""
    first = window[0].text
    if first.isdigit() and len(first) <= 2:
        after = _skip(window, 1, {".", "st", "nd", "rd", "th", "er", "of", "го", "-", "e"})
        if after < len(window) and (month := MONTH.get(window[after].text)):
            return _complete(window, after + 1, int(first), month, year)
    elif (month := MONTH.get(first)) is not None and len(window) > 1:
        after = _skip(window, 1, {"."})
        if after < len(window) and window[after].text.isdigit() and len(window[after].text) <= 2:
            number = int(window[after].text)
            after = _skip(window, after + 1, {"st", "nd", "rd", "th"})
            if after < len(window) and window[after].text == ":":
                return None
            return _complete(window, after, number, month, year)
    return None


def _complete(
    window: Sequence[_Piece], after: int, number: int, month: int, year: int | None
) -> tuple[date, int, bool] | None:
    last = _skip(window, after, {",", "."})
    if last < len(window) and window[last].text.isdigit() and len(window[last].text) == 4:
        day = _day(int(window[last].text), month, number)
        return (day, last + 1, True) if day else None
    day = _day(year, month, number) if year else None
    return (day, after, False) if day else None


def _skip(window: Sequence[_Piece], at: int, words: set[str]) -> int:
    while at < len(window) and window[at].text in words:
        at += 1
    return at


def _clock(window: Sequence[_Piece], at: int) -> tuple[str, str | None, int] | None:
    """A time of day `17:37`, `17.37`, `17h37`, `5:37 p.m.`, and its zone."""
    texts = [p.text for p in window]
    if at + 2 >= len(texts) or not (texts[at].isdigit() and texts[at + 2].isdigit()):
        return None
    if texts[at + 1] not in {":", ".", "h"} or len(texts[at]) > 2 or len(texts[at + 2]) != 2:
        return None
    hour, minute, used = int(texts[at]), int(texts[at + 2]), at + 3
    if used + 1 < len(texts) and texts[used] == ":" and texts[used + 1].isdigit():
        used += 2
    half = texts[used] if used < len(texts) else ""
    if half in {"am", "pm", "a", "p"}:
        used = _skip(window, used, {"am", "pm", "a", "p", "m", "."})
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    if hour > 23 or minute > 59:
        return None
    zone, used = _zone(texts, used)
    return f"{hour:02d}:{minute:02d}", zone, used


def _zone(texts: Sequence[str], at: int) -> tuple[str | None, int]:
    after = at + 1 if at < len(texts) and texts[at] in {"(", ",", "uhr"} else at
    if after < len(texts) and texts[after] in {"+", "-"} and after + 1 < len(texts):
        digits = texts[after + 1]
        if digits.isdigit() and len(digits) == 4:
            return f"{texts[after]}{digits[:2]}:{digits[2:]}", after + 2
        if digits.isdigit() and len(digits) == 2:
            colon = after + 3 < len(texts) and texts[after + 2] == ":"
            minutes = texts[after + 3] if colon else "00"
            return f"{texts[after]}{digits}:{minutes}", after + (4 if colon else 2)
    if after < len(texts) and texts[after] in ZONES:
        return ZONES[texts[after]], after + 1
    return None, at


def _day(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None


def report_dates(text: str, spans: Sequence[tuple[int, int]]) -> ReportDates:
    """The dates that a report's own lines state, told apart by their labels, with flags.

    spans: the report's lines. Only a line that holds a date and at most a label, a place or a
    day's name besides is such a line.
    """
    dates: list[ReportDate] = []
    used: list[tuple[int, int]] = []
    for start, end in spans:
        if end - start > 160:
            continue
        hits = [_with_time_before(text, start, hit) for hit in find(text, start, end)]
        rest = _rest(text, start, end, hits)
        if not hits or len(rest) > 4:
            continue
        labels = [LABEL[word] for word in rest if word in LABEL]
        if len(rest) > 2 and not labels:
            continue
        used.append((start, end))
        for number, hit in enumerate(hits):
            label = labels[min(number, len(labels) - 1)] if labels else "dateline"
            dates.append(
                ReportDate(
                    label,  # type: ignore[arg-type]
                    hit.value,
                    hit.start,
                    hit.end,
                    text[hit.start : hit.end],
                    hit.zone,
                    hit.flags,
                )
            )
    return ReportDates(flagged(dates), tuple(used))


def _with_time_before(text: str, start: int, hit: Found) -> Found:
    """A date with the time of day that stands before it: `9:05 AM ET, Mon August 8, 2016`."""
    if "T" in hit.value:
        return hit
    pieces = [
        _Piece(m.start(), m.end(), m.group().lower())
        for m in _PIECE.finditer(text, start, hit.start)
    ][-_WINDOW:]
    for at in range(len(pieces)):
        clock = _clock(pieces, at)
        between = [piece.text for piece in pieces[clock[2] :]] if clock else []
        if clock and all(word in BEFORE_DATE or word in PAUSES for word in between):
            value = f"{hit.value}T{clock[0]}"
            return replace(hit, start=pieces[at].start, value=value, zone=clock[1])
    return hit


def _rest(text: str, start: int, end: int, hits: Sequence[Found]) -> list[str]:
    """The words of a line outside its dates, in lower case."""
    return [
        m.group().lower()
        for m in _PIECE.finditer(text, start, end)
        if m.group()[0].isalpha() and not any(h.start <= m.start() < h.end for h in hits)
    ]


LATE = timedelta(days=30)
"""A modification later than this after publication is flagged: news is corrected within days."""


def flagged(dates: Sequence[ReportDate]) -> tuple[ReportDate, ...]:
    """The dates of a report, each with what is odd beside the others."""
    first = [d for d in dates if d.label in {"posted", "published", "dateline"}]
    if not first:
        return tuple(dates)
    begun = min(date.fromisoformat(d.value[:10]) for d in first)
    conflict = len({d.value[:10] for d in first}) > 1
    marked = []
    for one in dates:
        flags = list(one.flags)
        day = date.fromisoformat(one.value[:10])
        if one.label in {"modified", "updated"} and day - begun > LATE:
            flags.append("changed_long_after")
        if one.label in {"modified", "updated"} and day < begun:
            flags.append("changed_before_published")
        if conflict and one.label in {"posted", "published", "dateline"}:
            flags.append("dates_conflict")
        marked.append(
            ReportDate(one.label, one.value, one.start, one.end, one.exact, one.zone, tuple(flags))
        )
    return tuple(marked)
