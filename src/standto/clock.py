"""Time: whole minutes since C-hour inside, aware UTC at the edges, date-time groups, C+n."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

MINUTES_A_DAY = 1440
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DTG = re.compile(r"(\d{2})(\d{2})(\d{2})Z([A-Z]{3})(\d{2})")
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(min|h|d|w)")
_UNIT_MIN = {"min": 1, "h": 60, "d": MINUTES_A_DAY, "w": 7 * MINUTES_A_DAY}
DURATION_FORM = "a duration with its unit, such as 90 min, 36 h, 5 d or 1 d 12 h"
WHEN_FORM = "a UTC time, such as 2022-02-24T17:37Z, or a date-time group, such as 241737ZFEB22"


@dataclass(frozen=True)
class Clock:
    """The clock of one scenario: minute 0 is C-hour.

    c_hour: aware UTC, on a whole minute.
    """

    c_hour: datetime

    def __post_init__(self) -> None:
        """Refuse a C-hour that is not aware UTC on a whole minute."""
        assert self.c_hour.utcoffset() == timedelta(0), "C-hour is kept in UTC"
        assert self.c_hour.second == self.c_hour.microsecond == 0, "C-hour is a whole minute"

    def minute(self, when: datetime) -> int:
        """Minutes from C-hour to `when` (aware), rounded down; negative before C-hour."""
        return (when - self.c_hour) // timedelta(minutes=1)

    def utc(self, minute: int) -> datetime:
        """Aware UTC time of a minute."""
        return self.c_hour + timedelta(minutes=int(minute))

    def iso(self, minute: int) -> str:
        """UTC as text: `2022-02-24T17:37Z`."""
        return iso(self.utc(minute))

    def dtg(self, minute: int) -> str:
        """Date-time group: `241737ZFEB22`."""
        return dtg(self.utc(minute))


def c_plus(minute: int) -> str:
    """C-day notation: `C+3 04:00`; before C-hour `C-1 20:00` counts from that day's start."""
    day, rest = divmod(int(minute), MINUTES_A_DAY)
    return f"C{day:+d} {rest // 60:02d}:{rest % 60:02d}"


def iso(when: datetime) -> str:
    """UTC as text to the minute: `2022-02-24T17:37Z`."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")


def dtg(when: datetime) -> str:
    """Date-time group of an aware time: `241737ZFEB22`."""
    utc = when.astimezone(UTC)
    return f"{utc:%d%H%M}Z{_MONTHS[utc.month - 1]}{utc:%y}"


def parse_when(text: str) -> datetime:
    """Aware UTC from an ISO time with zone, a date, or a date-time group.

    Raises ValueError, with the form that would be right.
    """
    stripped = text.strip()
    group = _DTG.fullmatch(stripped.upper())
    try:
        if group:
            day, hour, minute, month, year = group.groups()
            return datetime(
                2000 + int(year),
                _MONTHS.index(month) + 1,
                int(day),
                int(hour),
                int(minute),
                tzinfo=UTC,
            )
        when = datetime.fromisoformat(stripped)
    except ValueError:
        raise ValueError(f"should be {WHEN_FORM}") from None
    if when.tzinfo is None:
        if len(stripped) > len("2022-02-24"):
            raise ValueError(f"has no time zone; it should be {WHEN_FORM}")
        when = when.replace(tzinfo=UTC)
    return when.astimezone(UTC).replace(second=0, microsecond=0)


def parse_duration(text: str) -> int:
    """Whole minutes of `36 h`, `5 d`, `1 d 12 h`; a leading `-` turns it round.

    Raises ValueError, with the form that would be right.
    """
    stripped = text.strip().lower()
    sign = -1 if stripped.startswith("-") else 1
    body = stripped.lstrip("-").strip()
    parts = _DURATION.findall(body)
    if not parts or _DURATION.sub("", body).strip():
        raise ValueError(f"should be {DURATION_FORM}")
    minutes = sum(float(number) * _UNIT_MIN[unit] for number, unit in parts)
    if minutes != int(minutes):
        raise ValueError(f"should come to whole minutes: {DURATION_FORM}")
    return sign * int(minutes)


def format_duration(minutes: int) -> str:
    """Shortest exact text of whole minutes: 2160 -> `36 h`, 7200 -> `5 d`, 2200 -> `2200 min`."""
    for unit in ("d", "h"):
        if minutes % _UNIT_MIN[unit] == 0 and minutes:
            return f"{minutes // _UNIT_MIN[unit]} {unit}"
    return f"{minutes} min"


def in_words(minutes: float) -> str:
    """Length of time for a reader: `4 d 19 h`, `7 h 05 min`, `45 min`."""
    sign = "-" if minutes < 0 else ""
    whole = abs(round(minutes))
    days, rest = divmod(whole, MINUTES_A_DAY)
    hours, left = divmod(rest, 60)
    if days:
        return f"{sign}{days} d {hours} h"
    if hours:
        return f"{sign}{hours} h {left:02d} min"
    return f"{sign}{left} min"
