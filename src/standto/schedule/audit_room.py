"""The audit of room: links, ramps, berths, aprons and transload stations never overfull."""

from __future__ import annotations

import polars as pl

from standto.clock import parse_duration
from standto.schedule.audit_tables import Faults, Travel
from standto.world.world import World

MARCH_UNIT = 20
DAY = 1440


def room_faults(world: World, legs: pl.DataFrame, travel: Travel, runs: pl.DataFrame) -> Faults:
    """Windows in which more is admitted, or moments at which more is held, than there is room."""
    slot = parse_duration(world.scenario.slot)
    full = [
        overfull(*link_flows(world, travel), slot),
        overfull(*terminal_flows(world, legs, runs), slot),
    ]
    held = holds(world, runs)
    return [
        ("more admitted in a window than it has room for", pl.concat(full)),
        ("more held at once than there are places", crowded(held)),
        ("handled outside working hours", closed_hours(held)),
    ]


def link_flows(world: World, travel: Travel) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Units entering each link in each direction: vehicles, trains, ships; and the links' rates.

    A trip enters a link once, whatever packets are aboard.
    """
    factors = dict(world.network.factors.select("factor", "value").iter_rows())
    units = {k.removesuffix("_per_day"): v for k, v in factors.items() if k.endswith("_per_day")}
    by_class = pl.format("{}_{}", "mode", "class").replace_strict(
        units, default=None, return_dtype=pl.Float64
    )
    single = (pl.col("mode") == "rail") & (pl.col("tracks") == 1)
    share = pl.when(single).then(factors.get("rail_single_track_share", 1.0)).otherwise(1.0)
    marched = pl.col("mode") == "road"
    facts = travel.links.with_columns(
        rate=pl.coalesce("per_day", by_class * share).cast(pl.Float64),
        least=pl.when(marched).then(float(MARCH_UNIT)).otherwise(1.0),
    )
    arc = ["link", "tail", "rate", "least"]
    arcs = facts.unique(arc, maintain_order=True).select(
        *arc, key=pl.format("{} from {}", "link", pl.col("tail").fill_null("nowhere"))
    ).filter(pl.col("rate").is_not_null()).with_row_index("arc")  # fmt: skip
    on = facts.join(arcs, on=arc, how="left", nulls_equal=True, maintain_order="left")["arc"]
    own = travel.legs.select(
        "trip", units=pl.when(marched).then(pl.max_horizontal(1, "pieces")).otherwise(1)
    )
    entered = travel.entered.select(
        arc=on.gather(travel.entered["at"]),
        at="enter_min",
        trip=own["trip"].gather(travel.entered["row"]),
        units=own["units"].gather(travel.entered["row"]).cast(pl.Float64),
    ).filter(pl.col("arc").is_not_null())
    alone, shared = entered.filter(pl.col("trip") < 0), entered.filter(pl.col("trip") >= 0)
    once = shared.unique(["trip", "arc", "at"], keep="first", maintain_order=True)
    return pl.concat([alone, once]).select("arc", "at", "units"), arcs.drop("link", "tail")


def terminal_flows(
    world: World, legs: pl.DataFrame, runs: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Trains handled at railheads and transload stations, lane metres at ports; and the rates."""
    network = world.network
    heads = network.railheads.select("place", rate=pl.col("trains_per_day"))
    trains = runs.filter(pl.col("mode") == "rail")
    loaded = trains.filter(~pl.col("changes_from")).select(place="from", at="begin_min")
    unloaded = trains.filter(~pl.col("changes_to")).select(place="to", at="arrive_min")
    at_heads = (
        pl.concat([loaded, unloaded])
        .join(heads, on="place")
        .select(
            key=pl.format("trains at {}", "place"),
            at="at",
            units=pl.lit(1.0),
            rate=pl.col("rate").cast(pl.Float64),
            least=pl.lit(1.0),
        )
    )
    ports = network.ports.select("place", rate=pl.col("lane_m_per_day") * 10.0)
    cargo = legs.filter(pl.col("mode") == "sea").with_columns(
        units=pl.max_horizontal(1.0, (pl.col("lane_m") * 10).round())
    )
    lanes = (
        pl.concat(
            [
                cargo.select(
                    place="from", at=pl.col("depart_min") - pl.col("load_min"), units="units"
                ),
                cargo.select(place="to", at="arrive_min", units="units"),
            ]
        )
        .join(ports, on="place")
        .select(
            key=pl.format("lanes at {}", "place"), at="at", units="units", rate="rate", least="rate"
        )
    )
    change = network.transloads.group_by("place").agg(rate=pl.col("trains_per_day").sum())
    changed = trains.filter(pl.col("changes_to")).select(place="to", at="arrive_min")
    at_change = changed.join(change, on="place").select(
        key=pl.format("transloads at {}", "place"),
        at="at",
        units=pl.lit(1.0),
        rate=pl.col("rate").cast(pl.Float64),
        least=pl.lit(1.0),
    )
    flows = pl.concat([at_heads, lanes, at_change])
    known = flows.select("key", "rate", "least").unique(maintain_order=True).with_row_index("arc")
    return (
        flows.join(known, on=["key", "rate", "least"]).select("arc", "at", "units"),
        known,
    )


def overfull(flows: pl.DataFrame, arcs: pl.DataFrame, slot: int) -> pl.DataFrame:
    """Windows whose units exceed what the daily rate admits in them (docs/model.md, "Windows").

    flows: arc (row in `arcs`), at, units. arcs: key, rate, least.
    """
    rates = arcs.select("rate", "least").iter_rows()
    sized = arcs.with_columns(
        window=pl.Series([window_min(rate, least, slot) for rate, least in rates], dtype=pl.Int64)
    )
    share = pl.col("rate") * pl.col("window") / DAY
    at = flows["arc"]
    base = sized.select(pl.max_horizontal(1.0, (share + 1e-9).floor())).to_series().gather(at)
    k = pl.col("k")
    admitted = ((k + 1) * share + 1e-9).floor() - (k * share + 1e-9).floor()
    return (
        flows.select(
            "arc",
            k=flows["at"] // sized["window"].gather(at),
            units=pl.min_horizontal("units", base),
        )
        .group_by("arc", "k")
        .agg(pl.col("units").sum())
        .join(sized, on="arc")
        .with_columns(room=admitted)
        .filter(pl.col("units") > pl.col("room"))
        .select("key", "units", "room", from_min=k * pl.col("window"), window_min="window")
        .sort("key", "from_min")
    )


def window_min(rate: float, least: float, slot: int) -> int:
    """Window of a daily rate: the shortest part of a day, in whole slots, that admits `least`."""
    for part in range(slot, DAY + 1, slot):
        if DAY % part == 0 and rate * part / DAY >= round(least) - 1e-9:
            return part
    return DAY if rate >= 1 else DAY * -int(-1 // max(rate, 1e-3))


def holds(world: World, runs: pl.DataFrame) -> pl.DataFrame:
    """Who stands where while loading or unloading: place, from, to, places and hours there are."""
    network = world.network
    kinds = {
        "rail": network.railheads.select("place", room="ramps", hours=pl.lit(24.0)),
        "sea": network.ports.select("place", room="berths", hours=pl.lit(24.0)),
        "air": network.airfields.select("place", room="mog", hours=pl.col("hours_per_day")),
    }
    made = []
    for mode, rooms in kinds.items():
        of_mode = runs.filter(pl.col("mode") == mode)
        loading = of_mode.filter(~pl.col("changes_from")).select(
            place="from", start="begin_min", end="depart_min"
        )
        unloading = of_mode.filter(~pl.col("changes_to")).select(
            place="to", start="arrive_min", end="end_min"
        )
        both = pl.concat([loading, unloading]).join(rooms, on="place")
        made.append(both.with_columns(mode=pl.lit(mode), room=pl.col("room").cast(pl.Int64)))
    return pl.concat(made).filter(pl.col("end") > pl.col("start"))


def crowded(held: pl.DataFrame) -> pl.DataFrame:
    """Moments at which more are held than there are places."""
    key = ["mode", "place", "room"]
    ups = held.select(*key, at="start", step=pl.lit(1))
    downs = held.select(*key, at="end", step=pl.lit(-1))
    return (
        pl.concat([ups, downs])
        .group_by(*key, "at")
        .agg(pl.col("step").sum())
        .sort(*key, "at")
        .with_columns(held=pl.col("step").cum_sum().over(key))
        .filter(pl.col("held") > pl.col("room"))
        .select("mode", "place", "at", "held", "room")
    )


def closed_hours(held: pl.DataFrame) -> pl.DataFrame:
    """Handling that reaches beyond a day's working hours, counted from C-hour's time of day."""
    open_min = pl.col("hours") * 60
    over = (pl.col("start") % DAY + (pl.col("end") - pl.col("start"))) > open_min
    return held.filter((pl.col("hours") < 24) & over).select(
        "mode", "place", "start", "end", "hours"
    )
