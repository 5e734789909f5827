"""Measures as Markdown: a table for the screen, and rows renewed in the table of a page."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from standto.errors import StandtoError
from standto.schedule.bench import Row


@dataclass(frozen=True)
class Form:
    """How rows of one sort of measure are shown.

    columns: names for readers, by those in a row. shares: columns in per cent. whole: columns
    rounded, with thousands apart. key: what tells rows of a table apart, by their cells as shown.
    """

    columns: Mapping[str, str]
    shares: frozenset[str]
    whole: frozenset[str]
    key: Callable[[Mapping[str, str]], tuple[str, ...]]


def told_apart(cells: Mapping[str, str]) -> tuple[str, ...]:
    """Instance, solver and threads of a row; of ours its time too, so that two times are two rows.

    Times are rounded to a second.
    """
    seconds = float(cells["seconds"] or 0.0)
    time = str(round(seconds)) if cells["solver"] == "standto" else ""
    return cells["instance"], cells["solver"], cells["threads"], time


SCHEDULES = Form(
    columns={
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
    },
    shares=frozenset({"gap", "closure_gap", "response_gap"}),
    whole=frozenset({"lines", "objective", "closure", "closure_bound", "lower_bound", "peak_mib"}),
    key=told_apart,
)
"""Measures of the scheduler."""


def table(form: Form, rows: Sequence[Row]) -> str:
    """Rows as a Markdown table."""
    return "\n".join([*head(form), *(line(form, row) for row in rows)])


def head(form: Form) -> list[str]:
    """Names of the columns, and the rule under them."""
    names = list(form.columns.values())
    return [f"| {' | '.join(names)} |", "|" + "---|" * len(names)]


def line(form: Form, row: Row) -> str:
    """One row."""
    return f"| {' | '.join(cell(form, name, row.get(name)) for name in form.columns)} |"


def cell(form: Form, name: str, value: str | float | bool | None) -> str:
    """A value for readers: shares in per cent, thousands apart, yes and no."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "NO"
    if name in form.shares:
        return f"{float(value):.1%}".replace("%", " %")
    if name in form.whole:
        return f"{float(value):,.0f}"
    return str(value)


def place(page: Path, name: str) -> re.Match[str]:
    """The place between `<!-- NAME -->` and `<!-- end -->` of a page.

    Raises StandtoError where the page has none.
    """
    text = page.read_text(encoding="utf-8")
    found = re.search(rf"(<!-- {name} -->\n)(.*?)(<!-- end -->)", text, re.DOTALL)
    if found is None:
        raise StandtoError(f"{page.name} has no table between <!-- {name} --> and <!-- end -->")
    return found


def renew(form: Form, page: Path, name: str, rows: Sequence[Row]) -> None:
    """Put rows into the table of a page (see `place`): each gives way to a newer one, others stay.

    A row is newer than one with the same key.
    """
    found = place(page, name)
    old = [row for row in found[2].splitlines()[2:] if row.startswith("|")]
    kept = {key(form, row): row for row in (*old, *(line(form, row) for row in rows))}
    made = "\n".join([*head(form), *kept.values()])
    text = found.string
    page.write_text(text[: found.end(1)] + made + "\n" + text[found.start(3) :], encoding="utf-8")


def key(form: Form, row: str) -> tuple[str, ...]:
    """What tells rows of a table apart. Raises StandtoError where a row is of another table."""
    cells = [part.strip() for part in row.removeprefix("|").removesuffix("|").split("|")]
    if len(cells) != len(form.columns):
        wanted = ", ".join(form.columns.values())
        raise StandtoError(f"a row has {len(cells)} cells, should have {wanted}: {row}")
    return form.key(dict(zip(form.columns, cells, strict=True)))
