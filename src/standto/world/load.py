"""A scenario folder and its network -> `World`. Every fault of every file comes in one message."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from standto.clock import Clock
from standto.errors import DataError, Fault
from standto.tables import LINE, near
from standto.world.alliance import Alliance, Scenario
from standto.world.bundled import bundled, bundled_names
from standto.world.contingencies import contingency_faults
from standto.world.folder import (
    ALLIANCE,
    FILE,
    FOLDERS,
    NETWORK,
    SUFFIXES,
    gather,
    nothing,
    overlay,
    strangers,
)
from standto.world.network import Network
from standto.world.references import Tables, reference_faults
from standto.world.scenario import named, read_scenario
from standto.world.sense import sense_faults
from standto.world.world import World

NEEDED = ("members", "forces", "lines")
REPORT_SUFFIXES = (".txt", ".md", ".html")
OWN = "own"


def load(folder: str | Path) -> World:
    """The world of a scenario: a folder, or the name of a bundled scenario.

    Raises DataError with every fault of every file: cells, columns, duplicates, references,
    file names.
    """
    path = scenario_folder(folder)
    tabled = [f"{name}{suffix}" for name in (*ALLIANCE, *NETWORK) for suffix in SUFFIXES]
    if not any((path / file).exists() for file in ("scenario.toml", *tabled)):
        right = "holds no scenario: neither scenario.toml nor a table (docs/tables.md lists them)"
        raise DataError.one("scenario", right, value=str(folder))
    faults: list[Fault] = []
    scenario, clock = None, None
    try:
        scenario, clock = read_scenario(path / "scenario.toml")
    except DataError as error:
        faults += error.faults
    tables, wrong = _tables(path, named(path / "scenario.toml", "network", "europe"))
    faults += wrong
    library = named(path / "scenario.toml", "contingencies", "")
    tables["contingencies"], wrong = _with_library(tables["contingencies"], library, path)
    faults += wrong
    told = {Path(fault.file).stem for fault in faults}
    unread = {name for name, table in tables.items() if name in told and table.is_empty()}
    faults += reference_faults(tables, scenario, unread)
    faults += sense_faults(tables)
    faults += contingency_faults(tables)
    if faults:
        raise DataError(_once(faults))
    assert scenario is not None, "a scenario that cannot be read is a fault"
    assert clock is not None, "a scenario that cannot be read is a fault"
    return _world(path, scenario, clock, tables)


def load_network(name: str = "europe") -> Network:
    """A network alone, without a scenario: a bundled name, or a folder of network tables."""
    folder = network_folder(name, Path())
    if folder is None:
        raise DataError.one(name, f"is not a network{near(name, ['europe'])}")
    gathered = gather(folder, NETWORK, f"{folder.name}/")
    tables = gathered.tables | nothing(ALLIANCE)
    faults = [*gathered.faults, *reference_faults(tables, None), *sense_faults(tables)]
    if faults:
        raise DataError(_once(faults))
    return _network(tables)


def scenario_folder(folder: str | Path) -> Path:
    """Path of a scenario folder, which may be given by the name of a bundled one."""
    path = Path(folder)
    if path.is_dir():
        return path
    inside = bundled("scenarios", str(folder))
    if len(path.parts) == 1 and inside.is_dir():
        return inside
    names = bundled_names("scenarios")
    listed = f" (bundled: {' '.join(names)})" if names else ""
    right = f"is neither a folder nor a bundled scenario{near(str(folder), names)}{listed}"
    raise DataError.one("scenario", right, value=str(folder))


def network_folder(name: str, scenario: Path) -> Path | None:
    """Folder of a network: a bundled name, or a path from in or beside the scenario; else None."""
    for folder in (bundled(name), scenario / name, scenario.resolve().parent / name):
        if name not in {"", "scenarios", "rules", "make"} and (folder / "places.csv").is_file():
            return folder
    return None


def _tables(path: Path, network: str) -> tuple[Tables, list[Fault]]:
    """All tables of a scenario: its own, laid over those of its network; and their faults."""
    own = gather(path, [*ALLIANCE, *NETWORK])
    faults = [*own.faults, *strangers(path, [*ALLIANCE, *NETWORK])]
    tables = dict(own.tables)
    if network != OWN:
        below = network_folder(network, path)
        if below is None:
            right = (
                "is no network; it should be own, europe or a folder in or beside the scenario"
                f"{near(network, ['europe'])}"
            )
            faults.append(Fault("scenario.toml", None, "network", network, right))
        else:
            base = gather(below, NETWORK, f"{below.name}/")
            faults += base.faults
            tables |= {name: overlay(base.tables[name], own.tables[name], name) for name in NETWORK}
    needed = (*NEEDED, "countries", "places", "factors") if network == OWN else NEEDED
    for name in needed:
        if not any((path / f"{name}{suffix}").is_file() for suffix in (".csv", ".xlsx")):
            faults.append(Fault(f"{name}.csv", None, None, None, "there is no such file"))
    return tables, faults


def _with_library(
    own: pl.DataFrame, library: str, scenario: Path
) -> tuple[pl.DataFrame, list[Fault]]:
    """A scenario's contingencies laid over those of the library that it names, and its faults."""
    if not library:
        return own, []
    folders = (bundled(library), scenario / library)
    folder = next((f for f in folders if (f / "contingencies.csv").is_file()), None)
    if folder is None:
        hint = near(library, ["europe"])
        right = f"is no library of contingencies; it should be europe or a folder{hint}"
        return own, [Fault("scenario.toml", None, "contingencies", library, right)]
    below = gather(folder, ["contingencies"], f"{folder.name}/")
    return overlay(below.tables["contingencies"], own, "contingencies"), list(below.faults)


def _once(faults: list[Fault]) -> Iterator[Fault]:
    """Each fault once, and no complaint about a cell that another fault has already named."""
    seen: set[tuple[str, int | None, str | None]] = set()
    for fault in faults:
        cell = (fault.file, fault.line, fault.column)
        if fault.line is None or fault.column is None or cell not in seen:
            yield fault
        seen.add(cell)


def _world(path: Path, scenario: Scenario, clock: Clock, tables: Tables) -> World:
    bare = {name: table.drop(FILE, LINE) for name, table in tables.items()}
    reports = path / FOLDERS[0]
    found = (
        [p for p in reports.glob("*") if p.suffix in REPORT_SUFFIXES] if reports.is_dir() else []
    )
    ledger = path / "ledger.jsonl"
    return World(
        scenario=scenario,
        clock=clock,
        folder=path,
        alliance=Alliance(
            members=bare["members"],
            forces=bare["forces"],
            lines=inherit(bare["lines"], bare["forces"]),
            loads=bare["loads"],
        ),
        network=_network(tables),
        acts=bare["acts"],
        contingencies=bare["contingencies"],
        reports=tuple(sorted(found)),
        ledger=ledger if ledger.is_file() else None,
    )


def _network(tables: Tables) -> Network:
    return Network(**{name: tables[name].drop(FILE, LINE) for name in NETWORK})


def inherit(lines: pl.DataFrame, forces: pl.DataFrame) -> pl.DataFrame:
    """Lines whose blank origin, destination, required date and priority come from their force."""
    given = forces.select(
        "force",
        pl.col("home").alias("origin_f"),
        pl.col("destination").alias("destination_f"),
        pl.col("required_min").alias("required_min_f"),
        pl.col("priority").alias("priority_f"),
    )
    columns = ("origin", "destination", "required_min", "priority")
    filled = lines.join(given, on="force", how="left", maintain_order="left")
    return filled.with_columns(
        pl.coalesce(column, f"{column}_f").alias(column) for column in columns
    ).select(lines.columns)
