"""When a statement was made and what time it speaks of, each with the basis it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from standto.reports.dates import Found, find
from standto.reports.relative import relative
from standto.reports.situation import Basis
from standto.reports.tokens import tokens

FUTURE = frozenset("will would shall 'll going intends intend wird werden".split())
BEFORE = frozenset("earlier previously before already".split())


@dataclass(frozen=True, slots=True)
class When:
    """A time and its basis: a day `2022-02-24`, an interval `../2022-02-24`, or None."""

    value: str | None
    basis: Basis
    future: bool = False


def spoken_of(text: str, start: int, end: int, day: date | None, *, inferred: bool) -> When:
    """The time that a stretch of a report speaks of; `day` is the report's own."""
    found = tokens(text, start, end, ())
    words = {token.lower for token in found}
    future = bool(words & FUTURE)
    stated = find(text, start, end, day.year if day else None)
    if stated:
        return When(_joined(stated), _basis(stated, inferred=inferred), future)
    if day is None:
        return When(None, "unknown", future)
    named = relative(found, day, future=future)
    if named is not None:
        return When(named, "relative", future)
    if words & BEFORE:
        return When(f"../{day.isoformat()}", "bounded", future)
    if future:
        return When(f"{day.isoformat()}/..", "bounded", future)
    return When(None, "unknown", future)


def _basis(stated: list[Found], *, inferred: bool) -> Basis:
    """`stated`; or `inferred` where the year is that of a report whose own date was inferred."""
    return "inferred" if inferred and not all(f.year_stated for f in stated) else "stated"


def _joined(stated: list[Found]) -> str:
    days = sorted({f.value[:10] for f in stated})
    if len(days) == 1:
        return stated[0].value
    return f"{days[0]}/{days[-1]}"


def said(text: str, frame: list[tuple[int, int]], day: date | None, *, inferred: bool) -> When:
    """When a statement was made, from the words around its content: the frame.

    A frame that names no day leaves the report's own as a bound: it was said by then.
    """
    for start, end in frame:
        when = spoken_of(text, start, end, day, inferred=inferred)
        if when.value is not None and when.basis in {"stated", "relative"}:
            return When(when.value, when.basis)
    if day is None:
        return When(None, "unknown")
    earlier = any(t.lower in BEFORE for start, end in frame for t in tokens(text, start, end, ()))
    if earlier:
        return When(f"../{day.isoformat()}", "bounded")
    return When(day.isoformat(), "inferred" if inferred else "bounded")
