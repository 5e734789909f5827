"""The door: CSV and XLSX text -> typed, checked polars tables, against `schema/*.csv`.

Each table has a schema file, one row a column: name, type, key, required, default, low, high,
choices, refers, description. The documentation prints the same files: they cannot drift apart.
A `duration` column `x` becomes the table's Int64 column `x_min`; a `when` column stays aware UTC.
"""

from __future__ import annotations

import csv
import difflib
import io
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from standto.clock import format_duration, iso, parse_duration, parse_when
from standto.errors import DataError, Fault, StandtoError

SCHEMA_FOLDER = Path(__file__).parent / "schema"
GRADES = ("A", "B", "C", "D")
LINE = "line_number"
"""Column that each table read from a file carries: the line a row stood on, for later messages."""


@dataclass(frozen=True)
class Column:
    """One column of a table, as its schema file states it."""

    name: str
    type: str
    key: bool
    required: bool
    default: str
    low: float | None
    high: float | None
    choices: tuple[str, ...]
    refers: str
    description: str

    @property
    def field(self) -> str:
        """Name in the typed table: a duration says its unit."""
        return f"{self.name}_min" if self.type == "duration" else self.name


@dataclass(frozen=True)
class Schema:
    """A table's columns in order; its key columns together name a row."""

    name: str
    columns: tuple[Column, ...]

    @property
    def key(self) -> tuple[str, ...]:
        """Columns that together must be unique."""
        return tuple(c.field for c in self.columns if c.key)

    def polars(self) -> pl.Schema:
        """Types of the table this schema makes."""
        types = {c.field: POLARS_TYPES[c.type] for c in self.columns}
        return pl.Schema({**types, LINE: pl.Int64()})

    def empty(self) -> pl.DataFrame:
        """The table without a row."""
        return pl.DataFrame(schema=self.polars())


POLARS_TYPES: dict[str, pl.DataType] = {
    "text": pl.String(),
    "choice": pl.String(),
    "list": pl.List(pl.String),
    "int": pl.Int64(),
    "float": pl.Float64(),
    "bool": pl.Boolean(),
    "duration": pl.Int64(),
    "when": pl.Datetime("us", "UTC"),
}


def _text(text: str) -> str:
    return text


def _int(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        raise ValueError("should be a whole number") from None
    if abs(number) > 2**53:
        raise ValueError("should be a whole number below 9 007 199 254 740 993")
    return number


def _float(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        raise ValueError("should be a number") from None
    if not math.isfinite(number):
        raise ValueError("should be a finite number")
    return number


def _bool(text: str) -> bool:
    if text not in {"yes", "no"}:
        raise ValueError("should be yes or no")
    return text == "yes"


PARSERS: dict[str, Callable[[str], Any]] = {
    "text": _text,
    "choice": _text,
    "list": str.split,
    "int": _int,
    "float": _float,
    "bool": _bool,
    "duration": parse_duration,
    "when": parse_when,
}


@cache
def schema(name: str) -> Schema:
    """The schema of a table, read from `schema/<name>.csv`."""
    with (SCHEMA_FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return Schema(name, tuple(_column(row) for row in rows))


def schemas() -> tuple[str, ...]:
    """Names of all tables that have a schema, in order."""
    return tuple(sorted(path.stem for path in SCHEMA_FOLDER.glob("*.csv")))


def _column(row: dict[str, str]) -> Column:
    choices = GRADES if row["column"] == "grade" else tuple(row["choices"].split())
    return Column(
        name=row["column"],
        type=row["type"],
        key=row["key"] == "yes",
        required=row["required"] == "yes",
        default=row["default"],
        low=float(row["low"]) if row["low"] else None,
        high=float(row["high"]) if row["high"] else None,
        choices=choices,
        refers=row["refers"],
        description=row["description"],
    )


def read(path: Path, name: str) -> pl.DataFrame:
    """Typed table from a CSV or XLSX file.

    Raises DataError with every bad cell, an unknown or missing column, a duplicate id,
    a wrong encoding, an empty file.
    """
    table, faults = read_lenient(path, name)
    if faults:
        raise DataError(faults)
    return table


def read_lenient(path: Path, name: str) -> tuple[pl.DataFrame, list[Fault]]:
    """Typed table of the good rows, and every fault: for a caller that gathers several files."""
    spec = schema(name)
    try:
        header, rows = _rows_xlsx(path) if path.suffix == ".xlsx" else _rows_csv(path)
    except StandtoError as error:
        return spec.empty(), list(getattr(error, "faults", ()))
    return _typed(spec, path.name, header, rows)


def parse(text: str, name: str, file: str) -> pl.DataFrame:
    """Typed table from CSV text; `file` is what the messages call it. Raises as `read` does."""
    header, rows = _rows_text(text, file)
    table, faults = _typed(schema(name), file, header, rows)
    if faults:
        raise DataError(faults)
    return table


Rows = list[tuple[int, list[str]]]


def _rows_csv(path: Path) -> tuple[list[str], Rows]:
    if not path.is_file():
        raise DataError.one(path.name, "there is no such file")
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise DataError.one(
            path.name,
            "is not UTF-8; save the file with the encoding UTF-8",
            line=line,
            value=data[error.start : error.start + 1].hex(),
        ) from None
    return _rows_text(text, path.name)


def _rows_text(text: str, file: str) -> tuple[list[str], Rows]:
    if "\0" in text:
        raise DataError.one(file, "holds NUL bytes; it is not a text file")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: Rows = []
    start = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((start, cells))
            start = reader.line_num + 1
    except csv.Error as error:
        raise DataError.one(
            file, f"cannot be read as CSV ({error}); check the quotes", line=start
        ) from None
    if not rows:
        raise DataError.one(file, "is empty; its first line should name the columns")
    if len(rows[0][1]) == 1 and any(sign in rows[0][1][0] for sign in ";\t|"):
        raise DataError.one(file, "should have a comma between columns", line=rows[0][0])
    return [cell.strip() for cell in rows[0][1]], rows[1:]


def _rows_xlsx(path: Path) -> tuple[list[str], Rows]:
    if not path.is_file():
        raise DataError.one(path.name, "there is no such file")
    import fastexcel

    try:
        sheet = fastexcel.read_excel(path.read_bytes()).load_sheet(
            0, header_row=None, dtypes="string"
        )
    except Exception as error:
        raise DataError.one(path.name, f"cannot be read as a workbook ({error})") from None
    cells = [
        ["" if cell is None else str(cell) for cell in row] for row in sheet.to_polars().rows()
    ]
    rows = [(n, row) for n, row in enumerate(cells, start=1) if any(cell.strip() for cell in row)]
    if not rows:
        raise DataError.one(path.name, "is empty; its first row should name the columns")
    return [cell.strip() for cell in rows[0][1]], rows[1:]


def _typed(
    spec: Schema, file: str, header: list[str], rows: Rows
) -> tuple[pl.DataFrame, list[Fault]]:
    faults = _header_faults(spec, file, header)
    faults += [
        Fault(file, line, None, None, f"has {len(cells)} cells, the first line names {len(header)}")
        for line, cells in rows
        if len(cells) > len(header)
    ]
    lines = [line for line, _ in rows]
    columns = _columns(header, rows)
    values: dict[str, list[Any]] = {}
    for column in spec.columns:
        known = column.name in header
        texts = columns[header.index(column.name)] if known else ("",) * len(rows)
        values[column.field], wrong = _values(column, texts, known=known)
        faults += [
            Fault(file, line, column.name, text.strip(), wrong[text])
            for line, text in zip(lines, texts, strict=True)
            if wrong and text in wrong
        ]
    values[LINE] = lines
    faults += _duplicates(spec, file, values)
    return pl.DataFrame(values, schema=spec.polars()), faults


def _columns(header: list[str], rows: Rows) -> list[tuple[str, ...]]:
    """Texts of each column of the header; empty where a row is too short."""
    width = len(header)
    blank = [""] * width
    even = (c if len(c) == width else [*c[:width], *blank[len(c) :]] for _, c in rows)
    return list(zip(*even, strict=True)) or [()] * width


def _values(
    column: Column, texts: tuple[str, ...], *, known: bool
) -> tuple[list[Any], dict[str, str]]:
    """Values of a column, and what would be right for each text that is wrong.

    Each distinct text is read once: a network has many cells and few spellings.
    """
    read_once = {text: _cell(column, text.strip(), known=known) for text in set(texts)}
    wrong = {text: right for text, (_, right) in read_once.items() if right}
    value = {text: found for text, (found, _) in read_once.items()}
    return [value[text] for text in texts], wrong


def _cell(column: Column, raw: str, *, known: bool) -> tuple[Any, str]:
    """Value of one cell, and what would be right if it is wrong (empty when it is not)."""
    text = raw or column.default
    if not text:
        return None, "is empty; a value is required" if column.required and known else ""
    try:
        value = PARSERS[column.type](text)
    except ValueError as error:
        return None, str(error)
    if column.choices:
        parts = value if column.type == "list" else [text]
        for part in parts:
            if part not in column.choices:
                return (
                    None,
                    f"should be one of {' '.join(column.choices)}{near(part, column.choices)}",
                )
    unit = " min" if column.type == "duration" else ""
    if column.low is not None and value < column.low:
        return None, f"should be at least {column.low:g}{unit}"
    if column.high is not None and value > column.high:
        return None, f"should be at most {column.high:g}{unit}"
    return value, ""


def _header_faults(spec: Schema, file: str, header: list[str]) -> list[Fault]:
    names = [c.name for c in spec.columns]
    faults = [
        Fault(file, 1, name, None, f"is not a column of {spec.name}{near(name, names)}")
        for name in header
        if name not in names
    ]
    faults += [
        Fault(file, 1, name, None, "stands twice in the first line")
        for name in sorted({name for name in header if header.count(name) > 1})
    ]
    faults += [
        Fault(file, 1, column.name, None, f"this column is missing ({column.description})")
        for column in spec.columns
        if column.required and not column.default and column.name not in header
    ]
    return faults


def _duplicates(spec: Schema, file: str, values: dict[str, list[Any]]) -> list[Fault]:
    if not spec.key:
        return []
    seen: dict[tuple[Any, ...], int] = {}
    faults = []
    for line, key in zip(
        values[LINE], zip(*(values[k] for k in spec.key), strict=True), strict=True
    ):
        if None in key:
            continue
        if key in seen:
            text = ", ".join(str(part) for part in key)
            right = f"stands already on line {seen[key]}; an id must be unique"
            faults.append(Fault(file, line, spec.key[0], text, right))
        seen.setdefault(key, line)
    return faults


def near(word: str, words: Iterable[str]) -> str:
    """Hint for a misspelt word: ` (did you mean 'home'?)`, or nothing."""
    close = difflib.get_close_matches(word.lower(), {w.lower(): w for w in words}, n=1, cutoff=0.6)
    found = [w for w in words if w.lower() in close]
    return f" (did you mean {found[0]!r}?)" if found else ""


def write(table: pl.DataFrame, name: str, *, terse: bool = False) -> str:
    """CSV text of a typed table, which `parse` reads back to the same table.

    terse: without optional columns that say nothing but their default.
    """
    columns = schema(name).columns
    if terse:
        silent = {c: {str(_cell(c, "", known=False)[0])} for c in columns}
        said = {c: {str(value) for value in table[c.field].to_list()} for c in columns}
        columns = tuple(c for c in columns if c.key or c.required or said[c] - silent[c])
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([c.name for c in columns])
    for row in table.iter_rows(named=True):
        writer.writerow([_written(column, row[column.field]) for column in columns])
    return out.getvalue()


def _written(column: Column, value: Any) -> str:
    if value is None:
        return ""
    match column.type:
        case "duration":
            return format_duration(value)
        case "bool":
            return "yes" if value else "no"
        case "list":
            return " ".join(value)
        case "when":
            assert isinstance(value, datetime), "a when column holds times"
            return iso(value)
        case _:
            return repr(value) if isinstance(value, float) else str(value)
