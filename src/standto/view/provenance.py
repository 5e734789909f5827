"""Where the numbers come from: the rows a response rests on, and which are grade C."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from standto.tables import schema
from standto.view.response import Response

NUMBERS = {"int", "float", "duration"}


@dataclass(frozen=True)
class Used:
    """The rows of each table that this response rests on.

    tables: name of the table (as in `schema/`) -> its rows that were used, typed.
    """

    tables: dict[str, pl.DataFrame]

    @property
    def grade_c_numbers(self) -> int:
        """Number of grade-C numbers among them: figures that nobody has seen in a source yet."""
        return sum(_grade_c(name, table) for name, table in self.tables.items())

    def by_source(self) -> pl.DataFrame:
        """One row a source and table: source, table, rows, numbers, grade_c_numbers."""
        parts = [_by_source(name, table) for name, table in self.tables.items() if table.height]
        if not parts:
            return pl.DataFrame(schema=BY_SOURCE)
        return pl.concat(parts).sort("source", "table")


BY_SOURCE = {
    "source": pl.String(),
    "table": pl.String(),
    "rows": pl.Int64(),
    "numbers": pl.Int64(),
    "grade_c_numbers": pl.Int64(),
}


def used(response: Response) -> Used:
    """The rows that this response rests on, table by table."""
    network, alliance = response.world.network, response.world.alliance
    legs, plan = response.result.schedule.legs, response.plan
    links = _keys(legs, "links")
    fleets = network.fleets.filter(pl.col("fleet").is_in(_keys(legs, "lift")))
    chosen = network.links.filter(pl.col("link").is_in(links))
    countries = _keys(legs, "countries")
    ends = {mode: _ends(legs, mode) for mode in ("road", "rail", "sea", "air")}
    places = _keys(chosen, "u") | _keys(chosen, "v") | set().union(*ends.values())
    places |= _keys(plan.forces, "home") | _keys(plan.forces, "destination")
    phase = response.world.scenario.phase
    force = pl.col("force").is_in(plan.forces["force"].to_list())
    return Used(
        {
            "forces": alliance.forces.filter(force),
            "lines": alliance.lines.filter(pl.col("line").is_in(plan.lines["line"].to_list())),
            "loads": alliance.loads.filter(pl.col("line").is_in(plan.lines["line"].to_list())),
            "items": network.items.filter(pl.col("item").is_in(_keys(plan.loads, "item"))),
            "fleets": fleets,
            "lift_types": network.lift_types.filter(pl.col("lift").is_in(_keys(fleets, "lift"))),
            "places": network.places.filter(pl.col("place").is_in(places)),
            "links": chosen,
            "airfields": network.airfields.filter(pl.col("place").is_in(ends["air"])),
            "ports": network.ports.filter(pl.col("place").is_in(ends["sea"])),
            "railheads": network.railheads.filter(pl.col("place").is_in(ends["rail"])),
            "transloads": network.transloads.filter(pl.col("place").is_in(ends["rail"])),
            "clearances": network.clearances.filter(
                pl.col("iso").is_in({*countries, "**"}) & (pl.col("phase") == phase)
            ),
            "members": alliance.members.filter(pl.col("iso").is_in(countries)),
            "factors": network.factors,
            "contingencies": response.world.contingencies,
        }
    )


def _keys(table: pl.DataFrame, column: str) -> set[str]:
    """Distinct values of a column, of the lists' elements where it holds lists."""
    values = table[column]
    if values.dtype == pl.List:
        values = values.explode()
    return set(values.drop_nulls().to_list())


def _ends(legs: pl.DataFrame, mode: str) -> set[str]:
    """Places where legs of a mode begin or end."""
    part = legs.filter(pl.col("mode") == mode)
    return _keys(part, "from") | _keys(part, "to")


def number_columns(name: str, table: pl.DataFrame) -> list[str]:
    """Columns of a table that hold sourced numbers."""
    return [c.field for c in schema(name).columns if c.type in NUMBERS and c.field in table.columns]


def _grade_of(name: str, column: str) -> str:
    """Column that grades a number: an airfield's maximum on ground and hours have their own."""
    own = {"mog": "mog_grade", "hours_per_day": "hours_grade"} if name == "airfields" else {}
    return own.get(column, "grade")


def _grade_c(name: str, table: pl.DataFrame) -> int:
    """Grade-C numbers in these rows."""
    return sum(
        int((table[column].is_not_null() & (table[_grade_of(name, column)] == "C")).sum())
        for column in number_columns(name, table)
    )


def _by_source(name: str, table: pl.DataFrame) -> pl.DataFrame:
    rows = []
    for (source,), part in table.group_by("source", maintain_order=True):
        numbers = sum(int(part[c].is_not_null().sum()) for c in number_columns(name, part))
        rows.append((source, name, part.height, numbers, _grade_c(name, part)))
    return pl.DataFrame(rows, schema=BY_SOURCE, orient="row")
