"""Measures as Markdown: a table for the screen, and rows renewed in the table of a page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from standto.errors import StandtoError
from standto.schedule.bench import Row

COLUMNS = {
    "instance": "instance",
    "lines": "lines",
    "solver": "solver",
    "threads": "threads",
    "seconds": "seconds",
    "objective": "objective",
    "closure": "closure",
    "closure_bound": "closure bound",
    "lower_bound": "lower bound",
    "gap": "gap",
    "closure_gap": "closure gap",
    "response_gap": "response gap",
    "unplanned": "stay out",
    "audited": "audited",
    "peak_mib": "MiB",
    "load": "load",
    "note": "note",
}
SHARES = {"gap", "closure_gap", "response_gap"}
KEY = (0, 2, 3)
"""Columns by which a new row replaces an old one: instance, solver and threads; and, rounded to a
second, its time, so that ours in two times are two rows."""


def table(rows: Sequence[Row]) -> str:
    """Rows as a Markdown table."""
    return "\n".join([*head(), *(line(row) for row in rows)])


def head() -> list[str]:
    """Names of the columns, and the rule under them."""
    names = list(COLUMNS.values())
    return [f"| {' | '.join(names)} |", "|" + "---|" * len(names)]


def line(row: Row) -> str:
    """One row."""
    return f"| {' | '.join(cell(name, row.get(name)) for name in COLUMNS)} |"


def cell(name: str, value: str | float | bool | None) -> str:
    """A value for readers: shares in per cent, thousands apart, yes and no."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "NO"
    if name in SHARES:
        return f"{float(value):.1%}".replace("%", " %")
    if name in {"lines", "objective", "closure", "closure_bound", "lower_bound", "peak_mib"}:
        return f"{float(value):,.0f}"
    return str(value)


def renew(page: Path, name: str, rows: Sequence[Row]) -> None:
    """Put rows into the table that stands between `<!-- NAME -->` and `<!-- end -->` of a page.

    A row of the same instance, solver, threads and seconds gives way to the new one; others stay.
    Raises StandtoError where the page has no such place.
    """
    text = page.read_text(encoding="utf-8")
    found = re.search(rf"(<!-- {name} -->\n)(.*?)(<!-- end -->)", text, re.DOTALL)
    if found is None:
        raise StandtoError(f"{page.name} has no table between <!-- {name} --> and <!-- end -->")
    kept = {key(old): old for old in found[2].splitlines()[2:] if old.startswith("|")}
    for row in rows:
        new = line(row)
        kept[key(new)] = new
    made = "\n".join([*head(), *kept.values()])
    page.write_text(text[: found.end(1)] + made + "\n" + text[found.start(3) :], encoding="utf-8")


def key(row: str) -> tuple[str, ...]:
    """What tells rows of a table apart."""
    cells = [part.strip() for part in row.strip("|").split("|")]
    seconds = float(cells[4]) if cells[4] else 0.0
    time = str(round(seconds)) if cells[2] == "standto" else ""
    return (*(cells[k] for k in KEY), time)
