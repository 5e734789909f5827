"""The audit of lift: what is aboard fits, what carries it exists, and none is in two places."""

from __future__ import annotations

import heapq

import polars as pl

from standto.plan.plan import Limits
from standto.schedule.audit_tables import SAME_TRACK, Faults, gauge
from standto.world.distance import great_circle_km
from standto.world.world import World

HET_SECTION = 8
SLACK_MIN = 2
"""Rounding of a sailing's minutes, link by link, against the whole way at once."""


def lift_faults(world: World, limits: Limits, legs: pl.DataFrame, runs: pl.DataFrame) -> Faults:
    """Trips too full, of the wrong kind, or of an asset that cannot be there."""
    own = legs.filter((pl.col("trip") < 0) & pl.col("mode").is_in(["rail", "sea"]))
    twice = runs.filter(pl.col("trip").is_duplicated())
    name = ["trip", "lift", "asset"]
    return [
        ("a ride by rail or sea without lift", own.select("leg", "line")),
        ("a trip with two departures, fleets or places", twice.select(name)),
        (
            "a fleet that does not exist, or of another mode",
            runs.filter(pl.col("type").is_null() | (pl.col("mode") != pl.col("lift_mode"))).select(
                name
            ),
        ),
        (
            "an asset that the fleet does not have",
            runs.filter((pl.col("asset") < 0) | (pl.col("asset") >= assets())).select(name),
        ),
        (
            "a trip that carries too much",
            runs.filter(too_full()).select(*name, "mass_t", "lane_m", "personnel"),
        ),
        (
            "a trip before its fleet is ready",
            runs.filter(pl.col("begin_min") < pl.col("ready_min")).select(name),
        ),
        ("loaded or unloaded too fast", runs.filter(hurried()).select(name)),
        (
            "an aircraft beyond its range or too fast",
            runs.filter((pl.col("mode") == "air") & flown_wrong()).select(*name, "km"),
        ),
        *terminal_faults(world, runs),
        ("an asset in two places at once", overlaps(world, limits, runs)),
    ]


def assets() -> pl.Expr:
    """Assets of a fleet: its count; transporters move in sections."""
    sections = (pl.col("count") + HET_SECTION - 1) // HET_SECTION
    return pl.when(pl.col("mode") == "road").then(sections).otherwise("count")


def too_full() -> pl.Expr:
    """Whether mass, lane metres or seats of a trip are exceeded; seats bind by air only."""
    road = pl.col("mode") == "road"
    air = pl.col("mode") == "air"
    mass = ~road & (pl.col("mass_t") > pl.col("payload_t") + 1e-6)
    lane = ~road & (pl.col("lane_m") > pl.col("lane_m_right") + 1e-6) & (pl.col("lane_m_right") > 0)
    seats = air & (pl.col("personnel") > pl.col("seats"))
    return (mass | lane | seats).fill_null(False)


def hurried() -> pl.Expr:
    """Whether handling takes less than the lift type says, but for a change of gauge."""
    load = (pl.col("load_min") < pl.col("type_load_min")) & ~pl.col("changes_from")
    unload = (pl.col("unload_min") < pl.col("type_unload_min")) & ~pl.col("changes_to")
    return load | unload


def flown_wrong() -> pl.Expr:
    """Whether a flight is longer than its range, or faster than its speed."""
    minutes = pl.col("arrive_min") - pl.col("depart_min")
    fast = minutes < (60 * pl.col("km") / pl.col("speed_kmh").round()).floor() - 1
    return (pl.col("km") > pl.col("range_km") + 0.1).fill_null(False) | fast


def terminal_faults(world: World, runs: pl.DataFrame) -> Faults:
    """Runways too short, water too shallow, rails of another gauge, no terminal at all."""
    network = world.network
    made: Faults = []
    for end in ("from", "to"):
        fields = network.airfields.select(pl.col("place").alias(end), "runway_m")
        air = runs.filter(pl.col("mode") == "air").join(fields, on=end, how="left")
        short = (pl.col("runway_m") < pl.col("min_runway_m")).fill_null(False)
        made.append(
            (
                "a runway too short, or none",
                air.filter(short | pl.col("runway_m").is_null()).select("trip", "lift", end),
            )
        )
        ports = network.ports.select(
            pl.col("place").alias(end), pl.col("draught_m").alias("depth_m"), "berths"
        )
        sea = runs.filter(pl.col("mode") == "sea").join(ports, on=end, how="left")
        shallow = (pl.col("depth_m") < pl.col("draught_m")).fill_null(False)
        made.append(
            (
                "a port too shallow, or none",
                sea.filter(shallow | pl.col("berths").is_null()).select("trip", "lift", end),
            )
        )
        known = {
            *network.railheads["place"],
            *network.transloads["place"],
            *network.ports.filter(pl.col("rail_at_quay"))["place"],
        }
        rail = runs.filter(pl.col("mode") == "rail").filter(~pl.col(end).is_in(list(known)))
        made.append(("a train handled where no ramp is", rail.select("trip", "lift", end)))
    return made


def overlaps(world: World, limits: Limits, runs: pl.DataFrame) -> pl.DataFrame:
    """Trips that begin before their asset can be there from the trip before, or from its base."""
    rows = runs.sort("lift", "asset", "begin_min").with_columns(
        stood=pl.col("to").shift(1).over("lift", "asset"),
        free=(pl.col("end_min") + pl.col("turnround_min").fill_null(0))
        .shift(1)
        .over("lift", "asset"),
    )
    rows = rows.with_columns(
        stood=pl.coalesce("stood", "base"),
        free=pl.coalesce("free", pl.max_horizontal(0, pl.col("ready_min"))),
    )
    made = timed(Ways(world, limits), rows, "stood")
    late = pl.col("free") + pl.col("need") > pl.col("begin_min") + SLACK_MIN
    return made.filter(late).select(
        "lift", "asset", "trip", "stood", "from", "free", "need", "begin_min"
    )


def timed(ways: Ways, rows: pl.DataFrame, stood: str) -> pl.DataFrame:
    """Rows with `need`: least minutes of the empty move from where an asset stood to its load."""
    name = ["mode", "gauge_mm", "speed_kmh", stood, "from"]
    moves = rows.select(name).unique(maintain_order=True)
    need = pl.Series([ways.minutes(*move) for move in moves.iter_rows()], dtype=pl.Float64)
    return rows.join(
        moves.with_columns(need=need), on=name, how="left", nulls_equal=True, maintain_order="left"
    )


class Ways:
    """Least minutes of empty moves between places, each way looked up once."""

    def __init__(self, world: World, limits: Limits) -> None:
        """Take the links that are open to the plan."""
        network = world.network
        closed = network.places.filter(~pl.col("iso").is_in([*limits.countries, "--"]))["place"]
        factors = dict(network.factors.select("factor", "value").iter_rows())
        speeds = {k.removesuffix("_kmh"): v for k, v in factors.items() if k.endswith("_kmh")}
        by_class = pl.format("{}_{}", "mode", "class").replace_strict(speeds, default=None)
        self.links = network.links.filter(
            ~pl.col("u").is_in(closed.to_list()) & ~pl.col("v").is_in(closed.to_list())
            & ~pl.col("link").is_in(list(limits.sea_links))
        ).with_columns(kmh=pl.coalesce("speed_kmh", by_class), gauge=gauge("gauge_mm"))  # fmt: skip
        places = network.places.select("place", "lat", "lon")
        self.where = {p: (lat, lon) for p, lat, lon in places.iter_rows()}
        self.graphs: dict[tuple[str, int, float], dict[str, list[tuple[str, float]]]] = {}
        self.found: dict[tuple[str, int, float, str], dict[str, float]] = {}

    def minutes(
        self, mode: str, gauge_mm: int | None, kmh: float | None, start: str, end: str
    ) -> float:
        """Least minutes of an empty move; infinite where there is no way, or no such lift."""
        if start == end:
            return 0.0
        if kmh is None or start not in self.where or end not in self.where:
            return float("inf")
        if mode == "air":
            (a, b), (c, d) = self.where[start], self.where[end]
            one = [pl.Series([x]).to_numpy() for x in (a, b, c, d)]
            return float(great_circle_km(*one)[0]) * 60 / round(kmh) - 1
        track = SAME_TRACK.get(gauge_mm or 0, gauge_mm or 0) if mode == "rail" else 0
        pace = float(round(kmh)) if mode == "sea" else 0.0
        key = (mode, track, pace)
        if (*key, start) not in self.found:
            self.found[(*key, start)] = self._reach(key, start)
        return self.found[(*key, start)].get(end, float("inf"))

    def _reach(self, key: tuple[str, int, float], start: str) -> dict[str, float]:
        graph = self._graph(key)
        done: dict[str, float] = {}
        queue = [(0.0, start)]
        while queue:
            at, place = heapq.heappop(queue)
            if place in done:
                continue
            done[place] = at
            for far, minutes in graph.get(place, ()):
                if far not in done:
                    heapq.heappush(queue, (at + minutes, far))
        return done

    def _graph(self, key: tuple[str, int, float]) -> dict[str, list[tuple[str, float]]]:
        if key not in self.graphs:
            mode, track, pace = key
            rows = self.links.filter(pl.col("mode") == mode)
            if track:
                rows = rows.filter(pl.col("gauge") == track)
            made: dict[str, list[tuple[str, float]]] = {}
            for u, v, km, kmh, kind in rows.select("u", "v", "km", "kmh", "class").iter_rows():
                minutes = 60 * km / (pace if pace and kind == "lane" else kmh)
                made.setdefault(u, []).append((v, minutes))
                made.setdefault(v, []).append((u, minutes))
            self.graphs[key] = made
        return self.graphs[key]
