"""Who and what is present in each country from when: forces in place, and arrivals so far."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from standto.plan.plan import Plan
from standto.schedule.schedule import Schedule
from standto.world.world import World

MEASURES = ("personnel", "tank", "acv", "artillery")
CATEGORIES = MEASURES[1:]
"""Treaty categories of `items.csv` that are counted: battle tanks, armoured vehicles, artillery."""

LAND = ("land", "support", "headquarters")
"""Domains that count towards thresholds of land activity; ships and aircraft do not."""

PRESENCE = pl.Schema(
    {
        "force": pl.String(),
        "owner": pl.String(),
        "domain": pl.String(),
        "country": pl.String(),
        "at_min": pl.Int64(),
        "outside": pl.String(),
        "grade": pl.String(),
        **dict.fromkeys(MEASURES, pl.Int64()),
    }
)
"""One row an arrival (or a force in place, at minute 0): what it adds to its country.

outside: country the packet came from, at its first leg; empty for a force in place. grade: of the
force, for its figures.
"""


def presence(world: World, plan: Plan, schedule: Schedule) -> pl.DataFrame:
    """What each country holds and gains, as PRESENCE.

    Counted in place: forces of other countries that stand there already; a host's own forces in
    garrison are no activity. Counted as arrived: each packet at its last place, when it has been
    unloaded; the equipment of a line counts in full with the line's first packet that carries any,
    so it is never counted late.
    """
    return pl.concat([_in_place(world), _arrived(world, plan, schedule)])


def entries(world: World, plan: Plan, schedule: Schedule, zone: Collection[str]) -> pl.DataFrame:
    """What is brought into a zone from outside, as PRESENCE: each packet where it first lands."""
    legs = _located(world, schedule)
    inside = pl.col("to_iso").is_in(sorted(zone))
    crossing = (
        legs.filter(~pl.col("origin_iso").is_in(sorted(zone)) & inside)
        .sort("packet", "step")
        .unique(subset="packet", keep="first", maintain_order=True)
    )
    return _table(world, plan, crossing)


def running(rows: pl.DataFrame, measure: str) -> pl.DataFrame:
    """Running total of a measure: country, at_min, total; one row a country and minute."""
    return (
        rows.group_by("country", "at_min")
        .agg(pl.col(measure).sum())
        .sort("country", "at_min")
        .select("country", "at_min", total=pl.col(measure).cum_sum().over("country"))
    )


def reached(rows: pl.DataFrame, measure: str, value: float) -> tuple[int, int, int | None]:
    """Highest total of a measure in one country, when, and when it first reaches a value (or None).

    rows: PRESENCE of one country, or of several taken together.
    """
    totals = rows.sort("at_min").select("at_min", total=pl.col(measure).cum_sum())
    if totals.is_empty():
        return 0, 0, None
    peak = int(totals["total"][-1])
    when = int(totals.filter(pl.col("total") == peak)["at_min"][0])
    over = totals.filter(pl.col("total") >= value)["at_min"]
    return peak, when, int(over[0]) if len(over) else None


def _in_place(world: World) -> pl.DataFrame:
    country = dict(world.network.places.select("place", "iso").iter_rows())
    forces = world.alliance.forces.filter(pl.col("posture") == "in_place").select(
        "force",
        "owner",
        "domain",
        country=pl.coalesce("destination", "home").replace_strict(country, default=None),
        at_min=pl.lit(0, pl.Int64),
        outside=pl.lit(""),
        grade="grade",
        personnel="personnel",
    )
    per_line = _equipment(world, world.alliance.loads)
    owners = world.alliance.lines.select("line", "force")
    per_force = owners.join(per_line, on="line").group_by("force").agg(pl.col(*CATEGORIES).sum())
    return (
        forces.join(per_force, on="force", how="left", maintain_order="left")
        .with_columns(pl.col(*CATEGORIES).fill_null(0))
        .filter(pl.col("owner") != pl.col("country"))
        .select(list(PRESENCE))
        .cast(PRESENCE)
    )


def _arrived(world: World, plan: Plan, schedule: Schedule) -> pl.DataFrame:
    last = _located(world, schedule).filter(pl.col("step") == pl.col("step").max().over("packet"))
    return _table(world, plan, last)


def _located(world: World, schedule: Schedule) -> pl.DataFrame:
    """Legs with the country of their end (`to_iso`) and of their packet's start (`origin_iso`)."""
    country = dict(world.network.places.select("place", "iso").iter_rows())
    return (
        schedule.legs.sort("packet", "step")
        .with_columns(
            to_iso=pl.col("to").replace_strict(country, default=None),
            origin_iso=pl.col("from")
            .first()
            .over("packet")
            .replace_strict(country, default=None, return_dtype=pl.String),
        )
        .with_columns(at_min=pl.col("arrive_min") + pl.col("unload_min"))
    )


def _table(world: World, plan: Plan, ends: pl.DataFrame) -> pl.DataFrame:
    """PRESENCE of legs that end a packet's way (or its way into a zone)."""
    owned = plan.forces.select("force", "owner", "domain", "grade")
    first = (
        ends.filter(pl.col("pieces") > 0)
        .sort("at_min", "packet")
        .unique(subset="line", keep="first", maintain_order=True)
        .select("packet", carries=pl.lit(True))
    )
    return (
        ends.join(owned, on="force", how="left", maintain_order="left")
        .join(first, on="packet", how="left", maintain_order="left")
        .join(_equipment(world, plan.loads), on="line", how="left", maintain_order="left")
        .with_columns(
            pl.when("carries").then(pl.col(name)).otherwise(0).fill_null(0).alias(name)
            for name in CATEGORIES
        )
        .with_columns(country="to_iso", outside="origin_iso")
        .select(list(PRESENCE))
        .cast(PRESENCE)
        .sort("at_min", "force", maintain_order=True)
    )


def _equipment(world: World, loads: pl.DataFrame) -> pl.DataFrame:
    """Pieces of each treaty category by line: line, tank, acv, artillery."""
    kinds = loads.join(world.network.items.select("item", "category"), on="item")
    return kinds.group_by("line", maintain_order=True).agg(
        pl.col("count").filter(pl.col("category") == name).sum().cast(pl.Int64).alias(name)
        for name in CATEGORIES
    )
