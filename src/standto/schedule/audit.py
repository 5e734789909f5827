"""An independent check of a schedule: every rule again, in plain tables, without the kernels.

Everything is derived anew from the world, the plan and the limits. No code is shared with
`Problem` or the kernels, so a mistake there does not excuse itself here.
"""

from __future__ import annotations

import polars as pl

from standto.plan.plan import Limits, Plan
from standto.schedule.audit_fit import fit_faults
from standto.schedule.audit_lift import lift_faults
from standto.schedule.audit_room import room_faults
from standto.schedule.audit_tables import Faults, entries
from standto.schedule.schedule import Schedule
from standto.world.world import World

SAMPLE = 3
"""Rows named for each broken rule; the message says how many there are."""


def audit(world: World, plan: Plan, limits: Limits, schedule: Schedule) -> list[str]:
    """Every rule that the schedule breaks, in words; empty when every rule holds."""
    legs = schedule.legs.sort("packet", "step")
    faults = [
        *journey_faults(world, plan, schedule, legs),
        *ground_faults(world, plan, limits, legs),
        *permit_faults(world, plan, legs),
        *room_faults(world, plan, legs),
        *lift_faults(world, plan, limits, legs),
        *fit_faults(world, plan, limits, legs),
    ]
    return [words(rule, rows) for rule, rows in faults if rows.height]


def words(rule: str, rows: pl.DataFrame) -> str:
    """A rule and the first rows that break it."""
    named = "; ".join(
        " ".join(f"{k}={v}" for k, v in row.items()) for row in rows.head(SAMPLE).to_dicts()
    )
    return f"{rule} ({rows.height}): {named}"


def journey_faults(world: World, plan: Plan, schedule: Schedule, legs: pl.DataFrame) -> Faults:
    """Each packet goes from its line's origin to its destination, and each line arrives whole."""
    lines = plan.lines.select("line", "origin", "destination", "ready_min", "earliest_min")
    free = pl.col("arrive_min") + pl.col("unload_min")
    begin = pl.col("depart_min") - pl.col("load_min")
    ride = legs.join(lines, on="line", how="left").with_columns(
        before=pl.col("to").shift(1).over("packet"),
        since=free.shift(1).over("packet"),
        last=pl.col("step") == pl.col("step").max().over("packet"),
        number=pl.int_range(pl.len()).over("packet"),
    )
    first = pl.col("before").is_null()
    gone = set(schedule.unplanned["line"])
    still = plan.lines.filter(pl.col("origin") == pl.col("destination"))["line"]
    expected = _totals(world, plan).filter(
        ~pl.col("line").is_in(list(gone)) & ~pl.col("line").is_in(still.to_list())
    )
    moved = (
        legs.group_by("packet", "line")
        .agg(pl.col("personnel", "mass_t", "pieces").first())
        .group_by("line")
        .agg(pl.col("personnel", "mass_t", "pieces").sum())
    )
    short = expected.join(moved, on="line", how="left").filter(
        pl.col("personnel_right").is_null()
        | (pl.col("personnel") != pl.col("personnel_right"))
        | (pl.col("pieces") != pl.col("pieces_right"))
        | ((pl.col("mass_t") - pl.col("mass_t_right")).abs() > 0.01 + 1e-6 * pl.col("mass_t"))
    )
    name = ["line", "packet", "step"]
    return [
        (
            "a leg of a line that the plan does not move",
            ride.filter(pl.col("origin").is_null()).select(name),
        ),
        (
            "a leg of a line that is said to stay out",
            legs.filter(pl.col("line").is_in(list(gone))).select(name),
        ),
        (
            "a packet does not start at its line's origin",
            ride.filter(first & (pl.col("from") != pl.col("origin"))).select(name),
        ),
        (
            "a packet does not end at its line's destination",
            ride.filter(pl.col("last") & (pl.col("to") != pl.col("destination"))).select(name),
        ),
        (
            "a leg does not start where the last one ended",
            ride.filter(~first & (pl.col("from") != pl.col("before"))).select(name),
        ),
        (
            "legs are not numbered from 0 in order",
            ride.filter(pl.col("step") != pl.col("number")).select(name),
        ),
        (
            "a packet is loaded or leaves before it is there",
            ride.filter(~first & (begin < pl.col("since"))).select(name),
        ),
        (
            "a packet leaves before its line is ready",
            ride.filter(first & (begin < pl.col("ready_min"))).select(name),
        ),
        (
            "a packet arrives before its line's earliest arrival",
            ride.filter(pl.col("last") & (free < pl.col("earliest_min"))).select(name),
        ),
        (
            "a line does not arrive whole",
            short.select(
                "line",
                "personnel",
                "personnel_right",
                "pieces",
                "pieces_right",
                "mass_t",
                "mass_t_right",
            ),
        ),
    ]


def _totals(world: World, plan: Plan) -> pl.DataFrame:
    """Persons, tonnes and pieces of each line."""
    mass = pl.col("count") * pl.col("mass_t")
    carried = (
        plan.loads.join(world.network.items.select("item", "mass_t"), on="item")
        .group_by("line")
        .agg(pieces=pl.col("count").sum(), load_t=mass.sum())
    )
    return (
        plan.lines.select("line", "personnel", "cargo_t")
        .join(carried, on="line", how="left")
        .select(
            "line",
            "personnel",
            pieces=pl.col("pieces").fill_null(0),
            mass_t=pl.col("cargo_t") + pl.col("load_t").fill_null(0.0),
        )
    )


def ground_faults(world: World, plan: Plan, limits: Limits, legs: pl.DataFrame) -> Faults:
    """Every link exists, leads on from the last, is allowed, and bears the load."""
    entered = entries(world, legs)
    iso = world.network.places.select("place", "iso")
    ends = entered.join(
        iso.rename({"place": "tail", "iso": "tail_iso"}), on="tail", how="left"
    ).join(iso.rename({"place": "head", "iso": "head_iso"}), on="head", how="left")
    allowed = [*limits.countries, "--"]
    shut = ~pl.col("tail_iso").is_in(allowed) | ~pl.col("head_iso").is_in(allowed)
    heaviest = (
        plan.loads.join(world.network.items.select("item", "mass_t"), on="item")
        .group_by("line")
        .agg(heaviest_t=pl.col("mass_t").max())
    )
    modes = plan.lines.select("line", pl.col("modes").alias("may"))
    barred = legs.join(modes, on="line").filter(~pl.col("may").list.contains(pl.col("mode")))
    by_access = entered.group_by("leg").agg(pl.col("class").eq("access").all().alias("access"))
    barred = barred.join(by_access, on="leg", how="left").filter(
        ~((pl.col("mode") == "road") & pl.col("access").fill_null(True))
    )
    air = legs.filter(pl.col("mode") == "air")
    over = air.explode("countries").filter(
        ~pl.col("countries").is_in([*limits.airspace, *limits.countries])
    )
    name = ["leg", "line", "link"]
    return [
        (
            "a link that is not in the network, or of another mode",
            entered.filter(pl.col("km").is_null()).select(name),
        ),
        (
            "links that do not lead from one to the next",
            entered.filter(pl.col("tail").is_null()).select(name),
        ),
        ("a link in a country that is closed to the plan", ends.filter(shut).select(name)),
        (
            "a sea link closed to the plan",
            entered.filter(pl.col("link").is_in(list(limits.sea_links))).select(name),
        ),
        (
            "a link that does not bear the load",
            entered.join(heaviest, on="line")
            .filter(pl.col("max_t") < pl.col("heaviest_t"))
            .select(name),
        ),
        ("a mode that the line may not use", barred.select("leg", "line", "mode")),
        ("a flight over a country that is closed", over.select("leg", "line", "countries")),
        (
            "a link entered sooner than the last can be left",
            too_fast(world, entered, legs).select(name),
        ),
    ]


def paced(world: World, entered: pl.DataFrame) -> pl.DataFrame:
    """The same with `minutes`: least time on each link; at sea by the ship's own speed on lanes."""
    factors = dict(world.network.factors.select("factor", "value").iter_rows())
    speeds = {k.removesuffix("_kmh"): v for k, v in factors.items() if k.endswith("_kmh")}
    lifts = world.network.fleets.join(world.network.lift_types, on="lift").select(
        pl.col("fleet").alias("lift"), pl.col("speed_kmh").alias("lift_kmh")
    )
    by_class = pl.format("{}_{}", "mode", "class").replace_strict(speeds, default=None)
    lane = (pl.col("mode") == "sea") & (pl.col("class") == "lane")
    kmh = (
        pl.when(lane).then(pl.col("lift_kmh").round()).otherwise(pl.coalesce("speed_kmh", by_class))
    )
    minutes = 60.0 * pl.col("km") / kmh
    return entered.join(lifts, on="lift", how="left", maintain_order="left").with_columns(
        minutes=pl.when(lane).then(minutes - 1).otherwise(minutes.ceil())
    )


def too_fast(world: World, entered: pl.DataFrame, legs: pl.DataFrame) -> pl.DataFrame:
    """Links left sooner than they can be travelled."""
    rows = paced(world, entered)
    leave = pl.col("enter_min").shift(-1).over("leg").fill_null(pl.col("arrive_min"))
    first = (pl.col("n") == 0) & (pl.col("enter_min") != pl.col("depart_min"))
    return rows.filter(first | (leave - pl.col("enter_min") < pl.col("minutes").floor()))


def permit_faults(world: World, plan: Plan, legs: pl.DataFrame) -> Faults:
    """No border is crossed before the country permits that mode, asked for at the alert."""
    places = world.network.places.select("place", "iso")
    known = (
        world.network.clearances.filter(pl.col("phase") == world.scenario.phase)
        .group_by("iso", "mode")
        .agg(lead=(pl.col("lead_min") * pl.col("probability")).sum() / pl.col("probability").sum())
    )
    other = known.filter(pl.col("iso") == "**").select("mode", pl.col("lead").alias("other"))
    asked = plan.forces.select("force", "owner", "alerted_min")
    surface = entries(world, legs).select(
        "leg", "mode", pl.col("tail").alias("a"), pl.col("head").alias("b"), at=pl.col("enter_min")
    )
    air = legs.filter(pl.col("mode") == "air").select(
        "leg", "mode", pl.col("from").alias("a"), pl.col("to").alias("b"), at=pl.col("arrive_min")
    )
    crossed = (
        pl.concat([surface, air])
        .join(places.rename({"place": "a", "iso": "iso_a"}), on="a")
        .join(places.rename({"place": "b", "iso": "iso_b"}), on="b")
        .filter((pl.col("iso_a") != pl.col("iso_b")) & (pl.col("iso_b") != "--"))
        .join(legs.select("leg", "line", "force"), on="leg")
        .join(asked, on="force")
        .filter(pl.col("owner") != pl.col("iso_b"))
        .join(known.rename({"iso": "iso_b"}), on=["iso_b", "mode"], how="left")
        .join(other, on="mode", how="left")
        .with_columns(
            opens=pl.col("alerted_min") + pl.coalesce("lead", "other").fill_null(0).round()
        )
    )
    early = crossed.filter(pl.col("at") < pl.col("opens")).select(
        "leg", "line", "iso_b", "at", "opens"
    )
    return [("a border crossed before permission", early)]
