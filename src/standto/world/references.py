"""Every reference from one row to another is proven: what names nothing is a fault."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import chain

import polars as pl

from standto.errors import Fault
from standto.tables import LINE, schema
from standto.world.alliance import Scenario
from standto.world.folder import FILE
from standto.world.places import nearest

Tables = dict[str, pl.DataFrame]
WILD = {("places", "iso"): {"--"}, ("clearances", "iso"): {"**"}}
"""Values that stand for no row: a place at sea, every country without a row of its own."""

ROLES = ("commander", "military_committee", "chair", "secretary_general")
TARGETS = {
    "link": ("links",),
    "place": ("places",),
    "port": ("ports",),
    "airfield": ("airfields",),
    "railhead": ("railheads",),
    "border": ("countries",),
    "fleet": ("fleets",),
    "force": ("forces",),
    "consent": ("countries",),
    "clearance": ("countries",),
}
"""Tables that a contingency's target is a key of."""
PLACED = ("places", "countries")
"""Those of the kinds that are not named there."""


def reference_faults(
    tables: Tables, scenario: Scenario | None, unread: Collection[str] = ()
) -> Iterator[Fault]:
    """Faults of every column that refers to another table, and of the scenario's own keys.

    unread: tables of which no row could be read; what names their rows is not at fault.
    """
    named = {name: keys(tables, name) for name in tables}
    bare: dict[str, int] = {}
    for name in tables:
        for column in schema(name).columns:
            if column.refers:
                allowed = named[column.refers] | WILD.get((name, column.name), set())
                missing = unknown(tables[name], column.field, allowed)
                if tables[column.refers].is_empty():
                    bare[column.refers] = bare.get(column.refers, 0) + missing.height
                else:
                    yield from _faults(missing, column.name, column.refers, tables)
    for name, cells in bare.items():
        if cells and name not in unread:
            yield Fault(f"{name}.csv", None, None, None, f"has no row, and {cells} cells name one")
    yield from _owner_faults(tables)
    yield from _target_faults(tables, unread)
    if scenario is not None:
        yield from _plan_faults(tables, scenario)


def keys(tables: Tables, name: str) -> set[str]:
    """Keys of a table, where one column names a row; else values of its first column."""
    first = (*schema(name).key, schema(name).columns[0].field)[0]
    return set(tables[name][first].unique().drop_nulls().to_list())


def unknown(table: pl.DataFrame, field: str, allowed: Collection[str]) -> pl.DataFrame:
    """Rows whose cell names something that is not there: `value`, file, line."""
    missing = set(table[field].unique().drop_nulls().to_list()).difference(allowed)
    rows = table.filter(pl.col(field).is_in(sorted(missing))) if missing else table.clear()
    return rows.select(pl.col(field).alias("value"), FILE, LINE)


def _faults(missing: pl.DataFrame, column: str, refers: str, tables: Tables) -> Iterator[Fault]:
    names = tables[refers]
    for value, file, line in missing.iter_rows():
        yield Fault(file, line, column, value, f"is not in {refers}{_hint(value, refers, names)}")


def _hint(value: str, refers: str, table: pl.DataFrame) -> str:
    """The three nearest keys, with the name where the table has one."""
    key = schema(refers).key[0]
    rows = table.drop_nulls(key)
    named = dict(zip(rows[key], rows["name"], strict=True)) if "name" in rows.columns else {}
    words = nearest(value, rows[key].to_list(), named)
    return f"; the nearest are {', '.join(words)}" if words else ""


def _owner_faults(tables: Tables) -> Iterator[Fault]:
    members = keys(tables, "members")
    countries = keys(tables, "countries")
    missing = unknown(tables["forces"], "owner", members)
    for value, file, line in missing.iter_rows():
        if value in countries:
            right = "provides a force and is not in members; give its standing there"
            yield Fault(file, line, "owner", value, right)


def _target_faults(tables: Tables, unread: Collection[str]) -> Iterator[Fault]:
    table = tables["contingencies"].drop_nulls(["kind", "target"])
    named = {name: keys(tables, name) for name in {*PLACED, *chain(*TARGETS.values())}}
    for kind, target, file, line in table.select("kind", "target", FILE, LINE).iter_rows():
        refers = TARGETS.get(kind, PLACED)
        if target == "*" or not set(refers).isdisjoint(unread):
            continue
        allowed = set().union(*(named[name] for name in refers))
        parts = target.split("-") if kind == "border" else [target]
        if kind == "border" and (len(parts) != 2 or parts[0] == parts[1]):
            right = "should be two countries, such as DE-PL, or *"
            yield Fault(file, line, "target", target, right)
            continue
        for part in parts:
            if part not in allowed:
                hint = _hint(part, refers[0], tables[refers[0]])
                right = f"is not in {' or '.join(refers)}{hint}"
                yield Fault(file, line, "target", target, right)


def _plan_faults(tables: Tables, scenario: Scenario) -> Iterator[Fault]:
    plans = {plan.plan for plan in scenario.plans}
    listed = " ".join(sorted(plans))
    for value, file, line in unknown(tables["forces"], "plan", plans | {"-"}).iter_rows():
        yield Fault(file, line, "plan", value, f"is not a plan of scenario.toml ({listed}, or -)")
    members = keys(tables, "members") | set(ROLES)
    for plan, actor, file, line in tables["acts"].select("plan", "actor", FILE, LINE).iter_rows():
        for part in (plan or "").split():
            if part not in plans:
                yield Fault(file, line, "plan", part, f"is not a plan of scenario.toml ({listed})")
        if actor is not None and actor not in members:
            right = f"should be a member's code or one of {' '.join(ROLES)}"
            yield Fault(file, line, "actor", actor, right)
    countries = keys(tables, "countries")
    for code in scenario.other_side:
        if code not in countries:
            yield Fault("scenario.toml", None, "other_side", code, "is not in countries")
