"""A folder of tables -> typed tables that remember file and line, with every fault gathered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from standto.errors import Fault
from standto.tables import near, read_lenient, schema

FILE = "file_name"
"""Column that a gathered table carries beside the line number: the file a row stood in."""

NETWORK = (
    "countries places links airfields ports railheads transloads clearances"
    " items lift_types fleets factors sources"
).split()
ALLIANCE = "members forces lines loads acts contingencies".split()
REPLACED_BY = {"clearances": ("iso", "mode", "phase")}
"""Columns by which a scenario's rows replace the network's, where that is not the whole key: a
lead time given for a country stands in place of the whole distribution that the network gives."""
OTHER_FILES = ("scenario.toml", "ledger.jsonl", "expected.json", "council_weights.csv")
FOLDERS = ("reports",)
SUFFIXES = (".csv", ".xlsx")
DATA_SUFFIXES = {*SUFFIXES, ".xls", ".tsv", ".ods", ".toml", ".jsonl", ".txt", ".json"}


@dataclass(frozen=True)
class Gathered:
    """The tables of a folder by name, each with line and file of its rows, and their faults."""

    tables: dict[str, pl.DataFrame]
    faults: tuple[Fault, ...]


def gather(folder: Path, names: list[str], prefix: str = "") -> Gathered:
    """Read the named tables of a folder; one that is not there is empty.

    prefix: stands before the file names in the messages, such as `europe/`.
    """
    tables: dict[str, pl.DataFrame] = {}
    faults: list[Fault] = []
    for name in names:
        paths = [folder / f"{name}{suffix}" for suffix in SUFFIXES]
        found = [path for path in paths if path.is_file()]
        if len(found) == 2:
            right = f"stands beside {found[0].name}; keep one of the two"
            faults.append(Fault(prefix + found[1].name, None, None, None, right))
        if found:
            table, wrong = read_lenient(found[0], name)
            file = prefix + found[0].name
            faults += [Fault(file, f.line, f.column, f.value, f.right) for f in wrong]
        else:
            table, file = schema(name).empty(), f"{prefix}{name}.csv"
        tables[name] = table.with_columns(pl.lit(file).alias(FILE))
    return Gathered(tables, tuple(faults))


def nothing(names: list[str]) -> dict[str, pl.DataFrame]:
    """The named tables without a row."""
    return {name: schema(name).empty().with_columns(pl.lit("").alias(FILE)) for name in names}


def overlay(below: pl.DataFrame, above: pl.DataFrame, name: str) -> pl.DataFrame:
    """Rows of both tables; rows above replace those below that have their key, and come last."""
    key = REPLACED_BY.get(name, schema(name).key)
    return pl.concat([below.join(above, on=key, how="anti", maintain_order="left"), above])


def strangers(folder: Path, names: list[str]) -> Iterator[Fault]:
    """Files and folders that look like input and are none, with what was probably meant."""
    known = {f"{name}{suffix}" for name in names for suffix in SUFFIXES} | set(OTHER_FILES)
    for path in sorted(folder.iterdir()):
        if path.name in known or path.name.startswith((".", "~$")):
            continue
        if path.is_dir():
            hint = near(path.name, FOLDERS)
            if hint and path.name not in FOLDERS:
                yield Fault(path.name, None, None, None, f"is not a folder of a scenario{hint}")
        elif path.suffix.lower() in DATA_SUFFIXES:
            hint = near(path.name, sorted(known))
            yield Fault(path.name, None, None, None, f"is not a file of a scenario{hint}")
