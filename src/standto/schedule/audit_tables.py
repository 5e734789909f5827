"""Tables that the audit shares among its own parts: ways over ground, links entered, trips run.

Thousands of legs go the same few hundred ways. What a way alone decides is judged once a way, and
what a leg adds to it, the minutes, by whole numbers that say where in the table of ways to look.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from standto.world.world import World

Faults = list[tuple[str, pl.DataFrame]]
SAME_TRACK = {1524: 1520}
"""Gauges that trains of the other run on."""
LINK = ("u", "v", "class", "km", "gauge_mm", "max_t", "speed_kmh", "per_day", "tracks")


def gauge(column: str) -> pl.Expr:
    """Gauge of a column, 1524 counted as 1520."""
    return pl.col(column).replace(SAME_TRACK)


@dataclass(frozen=True)
class Travel:
    """Legs over ground, the ways they go, and when they enter each link.

    legs: legs by road, rail and sea, each with its `way` and `row`, its number among them.
    links: one row a link of each way: `way`, `mode`, `n` in order, facts of the link (km null where
    there is no such link of the mode), `tail` and `head` in direction of travel (tail null where
    the links do not lead on). entered: one row a link of each leg: `row`, `at` (row in `links`),
    `enter_min`. untimed: legs that do not say of each link when they enter it; they are left out
    of `entered`.
    """

    legs: pl.DataFrame
    links: pl.DataFrame
    entered: pl.DataFrame
    untimed: pl.DataFrame

    def where(self, wrong: pl.Series, *facts: str) -> pl.DataFrame:
        """Legs that enter one of these links, with the link: wrong: (links,) which."""
        rows = self.links.filter(wrong).select("way", "link", *facts)
        return self.legs.select("leg", "line", "way").join(rows, on="way", maintain_order="left")


def travelled(world: World, legs: pl.DataFrame) -> Travel:
    """The ways of all legs over ground, and the links they enter."""
    same = ["mode", "from", "to", "links"]
    ground = legs.filter(pl.col("mode") != "air").with_row_index("row")
    ways = ground.group_by(same, maintain_order=True).agg("row").with_row_index("way")
    links = links_of(world, ways.select("way", *same))
    first = links.group_by("way", maintain_order=True).agg(
        start=pl.col("at").min(), stop=pl.col("at").max() + 1
    )
    numbered = ways.select("way", "row").explode("row").sort("row")["way"]
    rows = ground.with_columns(numbered).join(first, on="way", how="left", maintain_order="left")
    said = pl.col("link_depart_min").list.drop_nulls().list.len()
    known = (pl.col("links").list.len() == said).fill_null(False)
    known &= pl.col("link_depart_min").list.len() == said
    timed = known & (pl.col("links").list.len() > 0)
    entered = (
        rows.filter(timed)
        .select("row", at=pl.int_ranges("start", "stop"), enter_min="link_depart_min")
        .explode("at", "enter_min")
    )
    return Travel(rows, links, entered, rows.filter(~known))


def links_of(world: World, ways: pl.DataFrame) -> pl.DataFrame:
    """Links of each way in order, with the facts of each and its ends in direction of travel."""
    facts = world.network.links.select("link", *LINK, pl.col("mode").alias("link_mode"))
    rows = (
        ways.explode("links")
        .rename({"links": "link"})
        .with_columns(at=pl.int_range(pl.len()))
        .with_columns(n=pl.int_range(pl.len()).over("way"))
        .join(facts, on="link", how="left", maintain_order="left")
        .with_columns(km=pl.when(pl.col("mode") == pl.col("link_mode")).then("km"))
    )
    ends = {link: (u, v) for link, u, v in facts.select("link", "u", "v").iter_rows()}
    heads: list[str | None] = []
    tails: list[str | None] = []
    for start, path in ways.select("from", "links").iter_rows():
        tail, head = followed(start, path or [""], ends)
        tails += tail
        heads += head
    made = rows.with_columns(
        tail=pl.Series(tails, dtype=pl.String), head=pl.Series(heads, dtype=pl.String)
    )
    last = pl.col("n") == pl.col("n").max().over("way")
    astray = (last & (pl.col("head") != pl.col("to"))).fill_null(True)
    return made.with_columns(tail=pl.when(~astray).then("tail"))


def followed(
    start: str, path: list[str], ends: dict[str, tuple[str, str]]
) -> tuple[list[str | None], list[str | None]]:
    """Where each link of a path is entered and left; None from where it does not lead on."""
    at: str | None = start
    tails: list[str | None] = []
    heads: list[str | None] = []
    for link in path:
        u, v = ends.get(link, (None, None))
        ahead = None if at is None else v if at == u else u if at == v else None
        tails.append(None if ahead is None else at)
        heads.append(ahead)
        at = ahead
    return tails, heads


def lift_types(world: World) -> pl.DataFrame:
    """Fleets by `lift`, with the facts of their types, as `trips` names them."""
    return world.network.fleets.join(world.network.lift_types, on="lift").rename(
        {
            "lift": "type",
            "fleet": "lift",
            "mode": "lift_mode",
            "load_min": "type_load_min",
            "unload_min": "type_unload_min",
        }
    )


def trips(world: World, legs: pl.DataFrame) -> pl.DataFrame:
    """One row a trip of lift: its fleet, its handling, what is aboard, and its lift type's facts.

    legs: by packet and step. begin_min, end_min: handling included. changes_from, changes_to:
    whether its load comes from, or goes on to, a train of another gauge at a transload station.
    """
    rail = pl.col("mode") == "rail"
    beside = {
        name: (pl.col("mode").shift(by) == "rail")
        & (pl.col("packet").shift(by) == pl.col("packet"))
        for name, by in (("changes_to", -1), ("changes_from", 1))
    }
    same = [
        "lift",
        "asset",
        "mode",
        "from",
        "to",
        "depart_min",
        "arrive_min",
        "load_min",
        "unload_min",
        "km",
    ]
    return (
        legs.with_columns(**{name: rail & found.fill_null(False) for name, found in beside.items()})
        .filter(pl.col("trip") >= 0)
        .group_by("trip", *same, maintain_order=True)
        .agg(
            pl.col("personnel", "mass_t", "lane_m", "pieces").sum(),
            pl.col("changes_to", "changes_from").any(),
            pl.col("leg", "line", "packet").first(),
        )
        .join(lift_types(world), on="lift", how="left", maintain_order="left")
        .with_columns(
            begin_min=pl.col("depart_min") - pl.col("load_min"),
            end_min=pl.col("arrive_min") + pl.col("unload_min"),
        )
    )
