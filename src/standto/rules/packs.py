"""Rule packs as data: the rules that a scenario names, with their numbers, states and sources."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from standto.errors import DataError, Fault
from standto.tables import LINE, near, read_lenient, schema
from standto.world.bundled import bundled
from standto.world.world import World

TABLES = ("rules", "thresholds", "states", "sources")
NEEDS: dict[str, tuple[str, ...]] = {
    "passage_ships": ("ships",),
    "passage_tonnage": ("tonnage",),
    "passage_stay": ("stay",),
    "passage_notice": ("notice",),
    "danger_area": ("notice",),
    "reply": ("reply",),
}
"""Thresholds without which a check has nothing to test against."""

COUNTS = ("present", "transfer", "total")
COUNTED = ("personnel", "tank", "acv", "artillery")
"""Checks that count forces, and the measures of which each needs at least one."""

OWN = "rules"
"""Folder of a scenario that holds its own packs, its `limits.csv` and its `danger_areas.csv`."""


@dataclass(frozen=True)
class Threshold:
    """A number of a rule: at or above it the rule speaks with `status`."""

    measure: str
    value: float
    unit: str
    status: str
    source: str
    grade: str


@dataclass(frozen=True)
class Rule:
    """One rule of a pack, as `schema/rules.csv`, with its thresholds by measure.

    states: country codes by their role under the pack (`zone`, `black_sea`...).
    """

    rule: str
    pack: str
    title: str
    text: str
    article: str
    basis: str
    binding: str
    in_force_from: datetime
    in_force_to: datetime | None
    check: str
    addressee: str
    source: str
    grade: str
    thresholds: dict[str, Threshold]
    states: dict[str, frozenset[str]]

    def in_force(self, when: datetime) -> bool:
        """Whether the rule applies at an aware UTC time."""
        return self.in_force_from <= when and (self.in_force_to is None or when < self.in_force_to)


@dataclass(frozen=True)
class Packs:
    """The rules a scenario names, in the order it names their packs, and the analyst's own limits.

    limits: as `schema/limits.csv`. danger_areas: as `schema/danger_areas.csv`.
    sources: rows of the packs' own sources.csv, as `schema/sources.csv`.
    """

    rules: tuple[Rule, ...]
    limits: pl.DataFrame
    danger_areas: pl.DataFrame
    sources: pl.DataFrame

    def in_force(self, when: datetime) -> tuple[Rule, ...]:
        """Rules that apply at an aware UTC time."""
        return tuple(rule for rule in self.rules if rule.in_force(when))


def load_packs(world: World) -> Packs:
    """The packs that `scenario.toml` names, and the limits and danger areas of its folder.

    A scenario's own pack, `rules/<pack>/` in its folder, stands before a bundled one of that name.
    Raises DataError with every fault of all of them.
    """
    rules: list[Rule] = []
    sources = [schema("sources").empty()]
    faults: list[Fault] = []
    for pack in dict.fromkeys(world.scenario.rules):
        folder = _pack_folder(world, pack)
        if folder is None:
            right = f"is no rule pack{near(pack, pack_names(world))}"
            faults.append(Fault("scenario.toml", None, "rules", pack, right))
            continue
        found, own_sources, wrong = _read_pack(world, pack, folder)
        rules += found
        sources.append(own_sources)
        faults += wrong
    limits, limit_faults = _read_limits(world)
    areas, area_faults = _read_areas(world)
    faults += limit_faults + area_faults
    if faults:
        raise DataError(faults)
    every = pl.concat(sources).unique(subset="source", keep="last", maintain_order=True)
    return Packs(tuple(rules), limits, areas, every.drop(LINE))


def rule_sources(world: World) -> pl.DataFrame:
    """Sources of the network and scenario and of the packs named, as `schema/sources.csv`."""
    own = load_packs(world).sources
    return pl.concat([world.network.sources, own]).unique("source", maintain_order=True)


def pack_names(world: World) -> tuple[str, ...]:
    """Names of the packs a scenario can name: the bundled ones and its own."""
    folders = (bundled("rules"), world.folder / OWN)
    return tuple(
        sorted({p.parent.name for f in folders if f.is_dir() for p in f.glob("*/rules.csv")})
    )


def _pack_folder(world: World, pack: str) -> Path | None:
    for folder in (world.folder / OWN / pack, bundled("rules", pack)):
        if pack and (folder / "rules.csv").is_file():
            return folder
    return None


def _read_pack(
    world: World, pack: str, folder: Path
) -> tuple[list[Rule], pl.DataFrame, list[Fault]]:
    tables: dict[str, pl.DataFrame] = {}
    faults: list[Fault] = []
    for name in TABLES:
        tables[name], wrong = _read(folder / f"{name}.csv", name, f"{pack}/")
        faults += wrong
    known = {*tables["sources"]["source"], *world.network.sources["source"]}
    for name in ("rules", "thresholds", "states"):
        faults += _unknown(tables[name], "source", known, f"{pack}/{name}.csv", "sources")
    names = set(tables["rules"]["rule"])
    faults += _unknown(tables["thresholds"], "rule", names, f"{pack}/thresholds.csv", "rules")
    if faults:
        return [], tables["sources"], faults
    rules = _rules(pack, tables)
    return rules, tables["sources"], [fault for rule in rules for fault in _wanting(rule)]


def _wanting(rule: Rule) -> Iterator[Fault]:
    """Faults of a rule whose thresholds its check cannot do without."""
    file = f"{rule.pack}/thresholds.csv"
    for measure in NEEDS.get(rule.check, ()):
        if measure not in rule.thresholds:
            right = f"needs a row with the measure {measure}; its check is {rule.check}"
            yield Fault(file, None, "rule", rule.rule, right)
    if rule.check in COUNTS and not set(COUNTED) & rule.thresholds.keys():
        right = f"needs a row with one of the measures {' '.join(COUNTED)}"
        yield Fault(file, None, "rule", rule.rule, right)


def _rules(pack: str, tables: dict[str, pl.DataFrame]) -> list[Rule]:
    states: dict[str, frozenset[str]] = {
        str(role): frozenset(rows["iso"])
        for (role,), rows in tables["states"].group_by("role", maintain_order=True)
    }
    rules = []
    for row in tables["rules"].drop(LINE, "note").iter_rows(named=True):
        own = tables["thresholds"].filter(pl.col("rule") == row["rule"]).drop(LINE, "note", "rule")
        numbers = {t["measure"]: Threshold(**t) for t in own.iter_rows(named=True)}
        row["addressee"] = row["addressee"] or ""
        rules.append(Rule(**row, pack=pack, thresholds=numbers, states=states))
    return rules


def _read_limits(world: World) -> tuple[pl.DataFrame, list[Fault]]:
    table, faults = _read(world.folder / OWN / "limits.csv", "limits", f"{OWN}/")
    file = f"{OWN}/limits.csv"
    countries = {*world.network.countries["iso"], "**"}
    faults += _unknown(table, "country", countries, file, "countries")
    sea = world.network.links.filter(pl.col("mode") == "sea")
    faults += _unknown(table, "link", set(sea["link"]), file, "links (of mode sea)")
    faults += _unknown(table, "source", set(world.network.sources["source"]), file, "sources")
    for row in table.drop_nulls("measure").iter_rows(named=True):
        counted = not row["measure"].endswith("_closed")
        wanted = "value" if counted else "link" if row["measure"] == "sea_link_closed" else ""
        if wanted and row[wanted] is None:
            right = f"is empty; {row['measure']} needs one"
            faults.append(Fault(file, row[LINE], wanted, None, right))
        if row["measure"] in {"country_closed", "airspace_closed"} and row["country"] == "**":
            right = f"should name one country; {row['measure']} closes that one"
            faults.append(Fault(file, row[LINE], "country", "**", right))
    return table, faults


def _read_areas(world: World) -> tuple[pl.DataFrame, list[Fault]]:
    table, faults = _read(world.folder / OWN / "danger_areas.csv", "danger_areas", f"{OWN}/")
    file = f"{OWN}/danger_areas.csv"
    faults += _unknown(table, "source", set(world.network.sources["source"]), file, "sources")
    for row in table.drop_nulls(["start_min", "end_min"]).iter_rows(named=True):
        if row["end_min"] <= row["start_min"]:
            faults.append(Fault(file, row[LINE], "end", None, "should be after its start"))
    return table, faults


def _read(path: Path, name: str, prefix: str) -> tuple[pl.DataFrame, list[Fault]]:
    """Typed table of a file, empty where there is none, and its faults under the file's name."""
    if not path.is_file():
        return schema(name).empty(), []
    table, faults = read_lenient(path, name)
    return table, [Fault(prefix + f.file, f.line, f.column, f.value, f.right) for f in faults]


def _unknown(
    table: pl.DataFrame, column: str, known: Collection[str], file: str, refers: str
) -> list[Fault]:
    """Faults of the cells of a column that name nothing known."""
    rows: list[dict[str, Any]] = list(table.drop_nulls(column).iter_rows(named=True))
    return [
        Fault(file, row[LINE], column, row[column], f"is not in {refers}{near(row[column], known)}")
        for row in rows
        if row[column] not in known
    ]
