"""Rows that are well formed, refer to real rows, and still make no sense together."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from standto.errors import Fault
from standto.tables import LINE
from standto.world.folder import FILE
from standto.world.references import Tables, keys

CLASSES = {
    "road": "motorway primary other access ferry".split(),
    "rail": "main secondary access ferry".split(),
    "sea": "lane canal strait ferry".split(),
}

TERMINALS = {
    "ports": ("transfer_port_min",),
    "railheads": ("transfer_railhead_min",),
    "airfields": ("transfer_airfield_min", "air_kmh", "air_range_km", "air_stop_min"),
}
"""Factors that a table's rows need."""


def sense_faults(tables: Tables) -> Iterator[Fault]:
    """Faults between the cells of a row, and between rows of different tables."""
    yield from _links(tables)
    yield from _lines(tables)
    yield from _forces(tables)
    yield from _fleets(tables)
    yield from _commands(tables)
    yield from _factors(tables)


def _rows(table: pl.DataFrame, where: pl.Expr, value: str) -> Iterator[tuple[str, int, str]]:
    yield from table.filter(where).select(FILE, LINE, pl.col(value).cast(pl.String)).iter_rows()


def _links(tables: Tables) -> Iterator[Fault]:
    links = tables["links"]
    for file, line, value in _rows(links, pl.col("u") == pl.col("v"), "v"):
        yield Fault(file, line, "v", value, "is where the link begins; it should end elsewhere")
    for mode, classes in CLASSES.items():
        wrong = (pl.col("mode") == mode) & ~pl.col("class").is_in(classes)
        for file, line, value in _rows(links, wrong, "class"):
            right = f"should be one of {' '.join(classes)} on a {mode} link"
            yield Fault(file, line, "class", value, right)
    bare = (pl.col("mode") == "rail") & pl.col("gauge_mm").is_null()
    for file, line, _ in _rows(links, bare, "mode"):
        yield Fault(file, line, "gauge_mm", "", "is empty; a rail link needs its gauge")
    strange = (pl.col("mode") != "rail") & pl.col("gauge_mm").is_not_null()
    for file, line, value in _rows(links, strange, "gauge_mm"):
        yield Fault(file, line, "gauge_mm", value, "stands on a link that is no railway")


def _lines(tables: Tables) -> Iterator[Fault]:
    forces = tables["forces"].select(
        "force", "posture", pl.col("destination").alias("force_destination")
    )
    lines = tables["lines"].join(forces, on="force", how="left", maintain_order="left")
    deploys = pl.col("posture") == "deploy"
    homeless = deploys & pl.col("destination").is_null() & pl.col("force_destination").is_null()
    for file, line, force in _rows(lines, homeless, "force"):
        right = f"is empty, and so is the destination of {force}; give one of the two"
        yield Fault(file, line, "destination", "", right)
    for first, last in (("earliest", "latest"), ("earliest", "required")):
        wrong = pl.col(f"{first}_min") > pl.col(f"{last}_min")
        for file, line, _ in _rows(lines, wrong, "force"):
            yield Fault(file, line, last, None, f"comes before {first}")
    moving = set(tables["loads"]["line"].drop_nulls())
    empty = (pl.col("personnel") == 0) & (pl.col("cargo_t") == 0) & ~pl.col("line").is_in(moving)
    for file, line, value in _rows(lines, empty, "line"):
        yield Fault(file, line, "line", value, "moves nothing: no personnel, no cargo, no load")


def _forces(tables: Tables) -> Iterator[Fault]:
    forces = tables["forces"]
    moving = tables["lines"]["force"].drop_nulls().implode()
    idle = (pl.col("posture") == "deploy") & ~pl.col("force").is_in(moving)
    for file, line, value in _rows(forces, idle, "force"):
        right = "deploys and has no requirement line; give it one in lines, or the posture on_call"
        yield Fault(file, line, "force", value, right)
    slower = pl.col("raised_notice_to_move_min") > pl.col("notice_to_move_min")
    for file, line, _ in _rows(forces, slower, "force"):
        right = "is longer than the notice before readiness was raised"
        yield Fault(file, line, "raised_notice_to_move", None, right)


def _fleets(tables: Tables) -> Iterator[Fault]:
    modes = tables["lift_types"].select("lift", "mode")
    fleets = tables["fleets"].join(modes, on="lift", how="left", maintain_order="left")
    for mode, name in (("air", "airfields"), ("sea", "ports")):
        wrong = (pl.col("mode") == mode) & ~pl.col("base").is_in(keys(tables, name))
        known = wrong & pl.col("base").is_in(keys(tables, "places"))
        for file, line, value in _rows(fleets, known, "base"):
            yield Fault(file, line, "base", value, f"is not in {name}; {mode} lift stands there")


def _commands(tables: Tables) -> Iterator[Fault]:
    """A force that stands, through its commands, under itself."""
    rows = tables["forces"].select("force", "command", FILE, LINE).drop_nulls("force")
    above = {force: command for force, command, _, _ in rows.iter_rows()}
    for force, _, file, line in rows.iter_rows():
        seen, at = {force}, above.get(force)
        while at is not None and at not in seen:
            seen.add(at)
            at = above.get(at)
        if at == force:
            yield Fault(file, line, "command", above[force], f"puts {force} under itself")


def _factors(tables: Tables) -> Iterator[Fault]:
    """Factors that the links, ports, railheads and airfields of this network are computed with."""
    links = tables["links"].drop_nulls(["mode", "class"])
    classes = links.select(pl.format("{}_{}", "mode", "class")).unique().to_series().sort()
    needed = {f"{name}_{what}" for name in classes for what in ("kmh", "per_day")}
    for name, factors in TERMINALS.items():
        needed |= set() if tables[name].is_empty() else set(factors)
    if "road_refusal" in tables["contingencies"]["kind"]:
        needed.add("civil_gross_t")
    for factor in sorted(needed - keys(tables, "factors")):
        right = f"is missing: links, terminals or contingencies need the factor {factor}"
        yield Fault("factors.csv", None, "factor", None, right)
