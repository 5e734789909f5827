"""Tables that the audit shares among its own parts: links entered, trips run."""

from __future__ import annotations

import polars as pl

from standto.world.world import World

Faults = list[tuple[str, pl.DataFrame]]
SAME_TRACK = {1524: 1520}
"""Gauges that trains of the other run on."""


def gauge(column: str) -> pl.Expr:
    """Gauge of a column, 1524 counted as 1520."""
    return pl.col(column).replace(SAME_TRACK)


def entries(world: World, legs: pl.DataFrame) -> pl.DataFrame:
    """One row a link travelled: leg, order, link facts, `tail` and `head` in direction of travel.

    `tail` is null where the links do not lead on.
    """
    links = world.network.links.select(
        "link",
        "u",
        "v",
        "class",
        "km",
        "gauge_mm",
        "max_t",
        "speed_kmh",
        "per_day",
        "tracks",
        pl.col("mode").alias("link_mode"),
    )
    rows = (
        legs.filter(pl.col("mode") != "air")
        .select(
            "leg",
            "line",
            "mode",
            "from",
            "to",
            "depart_min",
            "arrive_min",
            "lift",
            "links",
            "link_depart_min",
            "trip",
            "packet",
            "pieces",
        )
        .explode("links", "link_depart_min")
        .rename({"links": "link", "link_depart_min": "enter_min"})
        .with_columns(n=pl.int_range(pl.len()).over("leg"))
        .join(links, on="link", how="left", maintain_order="left")
        .with_columns(km=pl.when(pl.col("mode") == pl.col("link_mode")).then("km"))
    )
    ends = {link: (u, v) for link, u, v in links.select("link", "u", "v").iter_rows()}
    known: dict[tuple[str, tuple[str, ...]], tuple[list[str | None], list[str | None]]] = {}
    heads: list[str | None] = []
    tails: list[str | None] = []
    for start, path in legs.filter(pl.col("mode") != "air").select("from", "links").iter_rows():
        way = (start, tuple(path or ("",)))
        if way not in known:
            known[way] = followed(way[0], way[1], ends)
        tails += known[way][0]
        heads += known[way][1]
    made = rows.with_columns(
        tail=pl.Series(tails, dtype=pl.String), head=pl.Series(heads, dtype=pl.String)
    )
    last = pl.col("n") == pl.col("n").max().over("leg")
    astray = (last & (pl.col("head") != pl.col("to"))).fill_null(True)
    return made.with_columns(tail=pl.when(~astray).then("tail"))


def followed(
    start: str, path: tuple[str, ...], ends: dict[str, tuple[str, str]]
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


def trips(world: World, legs: pl.DataFrame) -> pl.DataFrame:
    """One row a trip of lift: its fleet, its handling, what is aboard, and its lift type's facts.

    begin_min, end_min: handling included. changes_from, changes_to: whether its load comes from, or
    goes on to, a train of another gauge at a transload station.
    """
    rail = pl.col("mode") == "rail"
    beside = {
        "changes_to": pl.col("mode").shift(-1).over("packet") == "rail",
        "changes_from": pl.col("mode").shift(1).over("packet") == "rail",
    }
    marked = legs.sort("packet", "step").with_columns(
        changes_to=rail & beside["changes_to"].fill_null(False),
        changes_from=rail & beside["changes_from"].fill_null(False),
    )
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
    types = world.network.fleets.join(world.network.lift_types, on="lift").rename(
        {
            "lift": "type",
            "fleet": "lift",
            "mode": "lift_mode",
            "load_min": "type_load_min",
            "unload_min": "type_unload_min",
        }
    )
    return (
        marked.filter(pl.col("trip") >= 0)
        .group_by("trip", *same, maintain_order=True)
        .agg(
            pl.col("personnel", "mass_t", "lane_m", "pieces").sum(),
            pl.col("changes_to", "changes_from").any(),
            pl.col("leg", "line", "packet").first(),
        )
        .join(types, on="lift", how="left", maintain_order="left")
        .with_columns(
            begin_min=pl.col("depart_min") - pl.col("load_min"),
            end_min=pl.col("arrive_min") + pl.col("unload_min"),
        )
    )
