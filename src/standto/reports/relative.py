"""Days and spans that are named from the report's day: `last week`, `the 25th`, `in March`."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import date, timedelta

from standto.reports.dates import MONTH
from standto.reports.tokens import Token

WEEKDAYS = {
    name: n
    for n, names in enumerate(
        (
            "monday montag lundi понедельник понеділок poniedziałek",
            "tuesday dienstag mardi вторник вівторок wtorek",
            "wednesday mittwoch mercredi среду среда середу середа środę środa",
            "thursday donnerstag jeudi четверг четвер czwartek",
            "friday freitag vendredi пятницу пятница п'ятницю п’ятницю piątek",
            "saturday samstag sonnabend samedi субботу суббота суботу субота sobotę sobota",
            "sunday sonntag dimanche воскресенье неділю неділя niedzielę niedziela",
        )
    )
    for name in names.split()
}
SHIFTS = {
    name: shift
    for shift, names in {
        -2: "vorgestern avant-hier позавчера позавчора przedwczoraj",
        -1: "yesterday gestern hier вчера вчора wczoraj",
        0: "today tonight heute aujourd'hui aujourd’hui сегодня сьогодні dzisiaj dziś",
        1: "tomorrow demain завтра jutro",
        2: "übermorgen après-demain послезавтра післязавтра pojutrze",
    }.items()
    for name in names.split()
}
GERMAN = frozenset("der die das ist sind und wir ich nicht ein eine".split())
"""Beside one of these `hier` is German, and says where."""
LAST = frozenset(
    "last letzte letzten letzter dernier dernière прошлой прошлом прошлый минулого минулому zeszłym"
    " ubiegłym".split()
)
NEXT = frozenset(
    "next coming nächste nächsten prochain prochaine следующей следующем наступного наступному"
    " przyszłym".split()
)
THIS = frozenset("this diese diesen dieser cette этой этом цього цьому tym".split())
SPANS = {
    name: unit
    for unit, names in {
        "week": "week woche semaine неделе неделю тижня тижні tygodniu",
        "month": "month monat mois месяце месяца місяця місяці miesiącu",
        "year": "year jahr année году року році roku",
    }.items()
    for name in names.split()
}
NUMBERS = {
    word: n
    for n, word in enumerate("one two three four five six seven eight nine ten".split(), start=1)
}
SINCE = frozenset(
    "in since during until by before after through early late mid im seit en depuis в с у з w od"
    " from of".split()
)
"""Before a month or a year that stands alone."""
NOT_AFTER = frozenset("century floor time brigade division battalion place anniversary".split())
"""What has a number of its own: `the 14th floor`."""


def relative(words: Sequence[Token], day: date, *, future: bool) -> str | None:
    """The first day or span that some words name from the report's day: ISO, or None."""
    lows = [token.lower for token in words]
    for at in range(len(words)):
        found = (
            _shifted(lows, at, day)
            or _weekday(lows, at, day, future=future)
            or _span(lows, at, day)
            or _numbered(words, at, day, future=future)
            or _month_or_year(words, at, day, future=future)
        )
        if found is not None:
            return found
    return None


def nearest(day: date, weekday: int, *, future: bool) -> date:
    """The weekday nearest to a report's day: on or before it, or after it where it lies ahead."""
    back = (day.weekday() - weekday) % 7
    if future:
        return day + timedelta(days=(weekday - day.weekday()) % 7)
    return day - timedelta(days=back)


def _low(lows: Sequence[str], at: int) -> str:
    return lows[at] if 0 <= at < len(lows) else ""


def _days(first: date, last: date) -> str:
    return f"{first.isoformat()}/{last.isoformat()}"


def _shifted(lows: Sequence[str], at: int, day: date) -> str | None:
    """`yesterday`, `the day before yesterday`, `three days ago`."""
    low = lows[at]
    if low == "hier" and GERMAN & set(lows):
        return None
    if low == "day" and _low(lows, at + 1) in {"before", "after"}:
        further = {"before": "yesterday", "after": "tomorrow"}[lows[at + 1]]
        if _low(lows, at + 2) == further:
            return (day + timedelta(days=-2 if further == "yesterday" else 2)).isoformat()
    if low in SHIFTS:
        return (day + timedelta(days=SHIFTS[low])).isoformat()
    count = NUMBERS.get(low) or (int(low) if low.isdecimal() and len(low) < 3 else None)
    unit = {"day": 1, "days": 1, "week": 7, "weeks": 7}.get(_low(lows, at + 1))
    if count and unit and _low(lows, at + 2) in {"ago", "earlier"}:
        return (day - timedelta(days=count * unit)).isoformat()
    return None


def _weekday(lows: Sequence[str], at: int, day: date, *, future: bool) -> str | None:
    """`on Thursday`, `last Friday`, `next Tuesday`."""
    if lows[at] not in WEEKDAYS:
        return None
    weekday, before = WEEKDAYS[lows[at]], _low(lows, at - 1)
    if before in LAST | NEXT and weekday == day.weekday():
        return (day + timedelta(days=7 if before in NEXT else -7)).isoformat()
    ahead = before in NEXT or (future and before not in LAST)
    return nearest(day, weekday, future=ahead).isoformat()


def _span(lows: Sequence[str], at: int, day: date) -> str | None:
    """`last week`, `this month`, `la semaine dernière`: a whole week, month or year."""
    unit = SPANS.get(lows[at])
    if unit is None:
        return None
    beside = {_low(lows, at - 1), _low(lows, at + 1)}
    step = -1 if beside & LAST else 1 if beside & NEXT else 0 if beside & THIS else None
    if step is None:
        return None
    if unit == "week":
        monday = day - timedelta(days=day.weekday()) + timedelta(days=7 * step)
        return _days(monday, monday + timedelta(days=6))
    if unit == "year":
        return _year(day.year + step)
    months = day.year * 12 + day.month - 1 + step
    return _month(months // 12, months % 12 + 1)


def _month(year: int, month: int) -> str:
    return _days(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))


def _year(year: int) -> str:
    return _days(date(year, 1, 1), date(year, 12, 31))


def _numbered(words: Sequence[Token], at: int, day: date, *, future: bool) -> str | None:
    """`the 25th`: the nearest day of a month with that number."""
    lows = [token.lower for token in words[at : at + 4]]
    ordinal = len(lows) > 2 and lows[0] == "the" and lows[1].isdecimal()
    if not ordinal or lows[2] not in {"st", "nd", "rd", "th"} or not 1 <= int(lows[1]) <= 31:
        return None
    after = words[at + 3] if len(lows) > 3 else None
    if words[at + 1].end != words[at + 2].start or (
        after is not None
        and after.kind == "word"
        and after.lower not in SINCE | {"and", "at", "on"}
    ):
        return None
    months = day.year * 12 + day.month - 1
    order = (0, 1, 2) if future else (0, -1, -2)
    for step in order:
        year, month = divmod(months + step, 12)
        if int(lows[1]) <= calendar.monthrange(year, month + 1)[1]:
            found = date(year, month + 1, int(lows[1]))
            if (found >= day) if future else (found <= day):
                return found.isoformat()
    return None


def _month_or_year(words: Sequence[Token], at: int, day: date, *, future: bool) -> str | None:
    """`in January 2021`, `in January`, `in 2014`."""
    token, before = words[at], words[at - 1].lower if at else ""
    after = words[at + 1] if at + 1 < len(words) else None
    month = MONTH.get(token.lower) if token.kind == "word" else None
    stated = after is not None and _is_year(after)
    if (
        month is not None
        and (token.capital or stated)
        and (before in SINCE | LAST | NEXT or stated)
    ):
        if stated and after is not None:
            return _month(int(after.text), month)
        past = month > day.month and not future
        ahead = month < day.month and (future or before in NEXT)
        return _month(day.year - past + ahead, month)
    alone = after is None or after.lower not in NOT_AFTER
    if _is_year(token) and before in SINCE - {"of", "from"} and alone:
        return _year(int(token.text))
    return None


def _is_year(token: Token) -> bool:
    return token.kind == "number" and token.text.isdecimal() and 1900 <= int(token.text) <= 2099
