"""The files of a response: tables, log, ledger, statement, page; written together or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import polars as pl

from standto.clock import Clock, c_plus
from standto.errors import StandtoError
from standto.ledger.book import Ledger
from standto.ledger.export import export
from standto.view.figures import CLOSURES, closures, headline, summary
from standto.view.page import page
from standto.view.provenance import used
from standto.view.response import Response
from standto.view.statement import statement

__all__ = ["FILES", "headline", "try_folder", "write"]

FILES = (
    "summary.json",
    "schedule.csv",
    "closure.csv",
    "situation.json",
    "findings.csv",
    "notices.csv",
    "statement.md",
    "ledger.jsonl",
    "index.html",
)
"""What `write` writes, the page last."""


def try_folder(folder: Path) -> None:
    """Raise StandtoError where `write` could not write; nothing is left, nor the folder made.

    Asked before the work, for nobody wants to hear it after.
    """
    folder = folder.absolute()
    try:
        _no_file(folder)
        made = [path for path in (folder, *folder.parents) if path.exists()]
        for path in made[: 2 if folder.exists() else 1]:
            with TemporaryDirectory(prefix=f".{folder.name}-", dir=path):
                pass
    except OSError as error:
        raise _unwritable(folder, error) from error


def _no_file(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise StandtoError(f"{folder.name} is a file; the response needs a folder")


def _unwritable(folder: Path, error: OSError) -> StandtoError:
    reason = os.strerror(error.errno) if error.errno else str(error)
    return StandtoError(f"the response cannot be written to {folder}: {reason}")


def write(response: Response, folder: Path) -> None:
    """Write every file of the response into a folder, which is made where there is none.

    All files are made first, beside the folder, and then moved in: when something fails, the folder
    is as it was. Files of the same name are replaced, others stay. Raises StandtoError when the
    folder cannot be written.
    """
    try:
        folder = folder.absolute()
        folder.parent.mkdir(parents=True, exist_ok=True)
        _no_file(folder)
        with TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as scratch:
            for name, content in contents(response).items():
                (Path(scratch) / name).write_bytes(content)
            folder.mkdir(exist_ok=True)
            for name in FILES:
                (Path(scratch) / name).replace(folder / name)
    except OSError as error:
        raise _unwritable(folder, error) from error


def contents(response: Response) -> dict[str, bytes]:
    """Every file's name and bytes, in the order of `FILES`."""
    clock, rows = response.world.clock, used(response)
    ledger = ledger_lines(response.ledger)
    told = statement(response)
    made = {
        "summary.json": _json(summary(response, rows)),
        "schedule.csv": _csv(schedule_table(response)),
        "closure.csv": _csv(closure_table(response)),
        "situation.json": _json(response.situation),
        "findings.csv": _csv(timed(response.findings, clock, "at_min")),
        "notices.csv": _csv(timed(response.notices, clock, "due_min", "event_min")),
        "statement.md": told.encode(),
        "ledger.jsonl": ledger,
        "index.html": page(response, rows, told, ledger).encode(),
    }
    assert tuple(made) == FILES, "every file has its content"
    return made


def schedule_table(response: Response) -> pl.DataFrame:
    """One row a leg, as a reader wants it: who, what, how, from where to where, when."""
    places = response.world.network.places
    names = dict(places.select("place", "name").iter_rows())
    table = response.result.schedule.legs.sort("depart_min", "force", "line", "packet", "step")
    table = table.with_columns(
        pl.col("from").replace(names).alias("from_name"),
        pl.col("to").replace(names).alias("to_name"),
        pl.col("countries").list.join(" "),
        pl.col("km", "mass_t", "lane_m").round(2),
    )
    table = timed(table, response.world.clock, "depart_min", "arrive_min")
    return table.select(SCHEDULE)


SCHEDULE = (
    "force line leg mode lift from to depart_utc depart_c arrive_utc arrive_c from_name to_name"
    " packet step asset trip km countries personnel mass_t lane_m pieces"
).split()
"""Columns of schedule.csv. `depart_c` and `arrive_c` count days and hours from C-hour."""


LENGTHS = ("late_min", "held_min")
"""Columns of closures that are lengths of time, not times."""


def closure_table(response: Response) -> pl.DataFrame:
    """One row a force that deploys: ready, required, closed, bound, late or not, P5 to P95."""
    table = closures(response)
    late = (
        pl.when(pl.col("required_min").is_null())
        .then(pl.lit("no date set"))
        .when(pl.col("closed_min").is_null() | (pl.col("late_min") > 0))
        .then(pl.lit("late"))
        .otherwise(pl.lit("in time"))
    )
    names = [name for name in CLOSURES if name.endswith("_min") and name not in LENGTHS]
    return timed(table.with_columns(late=late), response.world.clock, *names)


def timed(table: pl.DataFrame, clock: Clock, *names: str) -> pl.DataFrame:
    """The table with minutes since C-hour told twice: `x_min` becomes `x_utc` and `x_c`.

    names: the columns that are such minutes; other columns stay as they are.
    """
    columns: list[pl.Series] = []
    for series in table:
        if series.name not in names:
            columns.append(series)
            continue
        stem = series.name.removesuffix("_min")
        minutes = [None if value is None else round(value) for value in series.to_list()]
        utc = [None if minute is None else clock.iso(minute) for minute in minutes]
        count = [None if minute is None else c_plus(minute) for minute in minutes]
        columns += [_texts(f"{stem}_utc", utc), _texts(f"{stem}_c", count)]
    return pl.DataFrame(columns)


def _texts(name: str, values: list[str | None]) -> pl.Series:
    return pl.Series(name, values, dtype=pl.String())


def ledger_lines(path: Path) -> bytes:
    """The ledger as JSON lines, closed by its last checkpoint."""
    ledger = Ledger(path)
    try:
        return export(ledger)
    finally:
        ledger.close()


def _csv(table: pl.DataFrame) -> bytes:
    """CSV in UTF-8; lists are joined by blanks."""
    lists = [name for name, kind in table.schema.items() if kind == pl.List(pl.String)]
    return table.with_columns(pl.col(lists).list.join(" ")).write_csv().encode()


def _json(value: Any) -> bytes:
    """Indented JSON with a newline at its end."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"
