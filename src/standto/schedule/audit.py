"""An independent check of a schedule: every rule again, in plain tables, without the kernels.

Everything is derived anew from the world, the plan and the limits. No code is shared with
`Problem` or the kernels, so a mistake there does not excuse itself here.
"""

from __future__ import annotations

import polars as pl

from standto.plan.plan import Limits, Plan
from standto.schedule.audit_fit import fit_faults
from standto.schedule.audit_hazard import hazard_faults
from standto.schedule.audit_lift import lift_faults
from standto.schedule.audit_room import room_faults
from standto.schedule.audit_tables import Faults, Travel, lift_types, travelled, trips
from standto.schedule.audit_unity import unity_faults
from standto.schedule.schedule import Schedule
from standto.world.world import World

SAMPLE = 3
"""Rows named for each broken rule; the message says how many there are."""


def audit(world: World, plan: Plan, limits: Limits, schedule: Schedule) -> list[str]:
    """Every rule that the schedule breaks, in words; empty when every rule holds."""
    legs = schedule.legs.sort("packet", "step")
    faults = [
        *journey_faults(world, plan, schedule, legs),
        *law_faults(world, plan, limits, legs),
        *unity_faults(plan, legs),
    ]
    return [words(rule, rows) for rule, rows in faults if rows.height]


def law_faults(world: World, plan: Plan, limits: Limits, legs: pl.DataFrame) -> Faults:
    """Faults of every law but the journey's, in a fixed order; legs by packet and step."""
    travel, runs = travelled(world, legs), trips(world, legs)
    return [
        *ground_faults(world, plan, limits, legs, travel),
        *permit_faults(world, plan, legs, travel),
        *room_faults(world, legs, travel, runs),
        *lift_faults(world, limits, legs, runs),
        *fit_faults(world, plan, limits, legs, travel),
        *hazard_faults(world, plan, legs),
    ]


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
    first, last = pl.col("before").is_null(), pl.col("last")
    out = pl.col("line").is_in(schedule.unplanned["line"].unique().to_list())
    broken = {
        "a leg of a line that the plan does not move": pl.col("origin").is_null(),
        "a leg of a line that is said to stay out": out,
        "a packet does not start at its line's origin": first
        & (pl.col("from") != pl.col("origin")),
        "a packet does not end at its line's destination": last
        & (pl.col("to") != pl.col("destination")),
        "a leg does not start where the last one ended": ~first
        & (pl.col("from") != pl.col("before")),
        "legs are not numbered from 0 in order": pl.col("step") != pl.col("number"),
        "a packet is loaded or leaves before it is there": ~first & (begin < pl.col("since")),
        "a packet leaves before its line is ready": first & (begin < pl.col("ready_min")),
        "a packet arrives before its line's earliest arrival": last
        & (free < pl.col("earliest_min")),
    }
    name = ["line", "packet", "step"]
    faults = [(law, ride.filter(where).select(name)) for law, where in broken.items()]
    return [*faults, ("a line does not arrive whole", _short(world, plan, schedule, legs))]


def _short(world: World, plan: Plan, schedule: Schedule, legs: pl.DataFrame) -> pl.DataFrame:
    """Lines that are planned, and whose people, pieces and tonnes do not arrive exactly once."""
    still = plan.lines.filter(pl.col("origin") == pl.col("destination"))["line"].to_list()
    gone = schedule.unplanned["line"].unique().to_list()
    sums = ["personnel", "pieces", "mass_t"]
    moved = (
        legs.group_by("packet", "line")
        .agg(pl.col(sums).first())
        .group_by("line")
        .agg(pl.col(sums).sum())
    )
    expected = _totals(world, plan).filter(~pl.col("line").is_in([*gone, *still]))
    short = expected.join(moved, on="line", how="left").filter(
        pl.col("personnel_right").is_null()
        | (pl.col("personnel") != pl.col("personnel_right"))
        | (pl.col("pieces") != pl.col("pieces_right"))
        | ((pl.col("mass_t") - pl.col("mass_t_right")).abs() > 0.01 + 1e-6 * pl.col("mass_t"))
    )
    return short.select("line", *(name + end for name in sums for end in ("", "_right")))


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


def ground_faults(
    world: World, plan: Plan, limits: Limits, legs: pl.DataFrame, travel: Travel
) -> Faults:
    """Every link exists, leads on from the last, is allowed, and bears the load."""
    links = travel.links
    iso = dict(world.network.places.select("place", "iso").iter_rows())
    allowed = {*limits.countries, "--"}
    shut = [place for place, code in iso.items() if code not in allowed]
    air = legs.filter(pl.col("mode") == "air").select("leg", "line", "countries")
    over = air.explode("countries").filter(
        ~pl.col("countries").is_in([*limits.airspace, *limits.countries])
    )
    closed = links["tail"].is_in(shut) | links["head"].is_in(shut)
    return [
        (
            "a link that is not in the network, or of another mode",
            travel.where(links["km"].is_null()).drop("way"),
        ),
        (
            "links that do not lead from one to the next",
            travel.where(links["tail"].is_null()).drop("way"),
        ),
        (
            "a leg that does not say when it enters each link",
            travel.untimed.select("leg", "line"),
        ),
        ("a link in a country that is closed to the plan", travel.where(closed).drop("way")),
        (
            "a sea link closed to the plan",
            travel.where(links["link"].is_in(list(limits.sea_links))).drop("way"),
        ),
        ("a link that does not bear the load", overladen(world, plan, travel)),
        ("a mode that the line may not use", barred(plan, legs, travel)),
        ("a flight over a country that is closed", over),
        ("a link entered sooner than the last can be left", too_fast(world, travel)),
    ]


def overladen(world: World, plan: Plan, travel: Travel) -> pl.DataFrame:
    """Links that do not bear the heaviest piece of a line that goes over them."""
    heaviest = (
        plan.loads.join(world.network.items.select("item", "mass_t"), on="item")
        .group_by("line")
        .agg(heaviest_t=pl.col("mass_t").max())
    )
    weakest = travel.links.group_by("way").agg(bears_t=pl.col("max_t").min())
    return (
        travel.legs.join(heaviest, on="line", maintain_order="left")
        .join(weakest, on="way", maintain_order="left")
        .filter(pl.col("bears_t") < pl.col("heaviest_t"))
        .select("leg", "line", "way", "heaviest_t")
        .join(travel.links.select("way", "link", "max_t"), on="way", maintain_order="left")
        .filter(pl.col("max_t") < pl.col("heaviest_t"))
        .select("leg", "line", "link")
    )


def barred(plan: Plan, legs: pl.DataFrame, travel: Travel) -> pl.DataFrame:
    """Legs by a mode that their line may not use, but for those over access roads alone."""
    allowed = plan.lines.select("line", mode="modes").explode("mode")
    rows = legs.join(allowed, on=["line", "mode"], how="anti", maintain_order="left")
    rows = rows.join(plan.lines.select("line"), on="line", how="semi", maintain_order="left")
    by_access = travel.links.group_by("way").agg(
        access=pl.col("class").eq("access").all() | pl.col("link").is_null().all()
    )
    spared = (
        travel.legs.filter(pl.col("mode") == "road")
        .join(by_access.filter("access"), on="way", how="semi")
        .select("leg")
    )
    return rows.join(spared, on="leg", how="anti", maintain_order="left").select(
        "leg", "line", "mode"
    )


def speeds(world: World) -> pl.Expr:
    """Speed of a link without one of its own, km/h by its mode and class."""
    factors = dict(world.network.factors.select("factor", "value").iter_rows())
    known = {k.removesuffix("_kmh"): v for k, v in factors.items() if k.endswith("_kmh")}
    return pl.format("{}_{}", "mode", "class").replace_strict(
        known, default=None, return_dtype=pl.Float64
    )


def too_fast(world: World, travel: Travel) -> pl.DataFrame:
    """Links left sooner than they can be travelled; at sea by the ship's own speed on lanes."""
    lane = (pl.col("mode") == "sea") & (pl.col("class") == "lane")
    on_land = (60.0 * pl.col("km") / pl.coalesce("speed_kmh", speeds(world))).ceil()
    facts = travel.links.select(
        "n",
        lane=lane.fill_null(False),
        km="km",
        minutes=pl.when(~lane.fill_null(False)).then(on_land),
    )
    rows = travel.entered.with_columns(
        facts[name].gather(travel.entered["at"]) for name in facts.columns
    )
    own = travel.legs.select("depart_min", "arrive_min").select(pl.all().gather(rows["row"]))
    paces = lift_types(world).select("lift", kmh=pl.col("speed_kmh").round())
    at_sea = (
        travel.legs.filter(pl.col("mode") == "sea")
        .select("row", "lift")
        .join(paces, on="lift", how="left", maintain_order="left")
    )
    same = pl.col("row") == pl.col("row").shift(-1)
    leave = pl.when(same).then(pl.col("enter_min").shift(-1)).otherwise("arrive_min")
    timed = rows.hstack(own).with_columns(leave=leave)
    sailed = (
        timed.filter("lane")
        .join(at_sea, on="row", how="left", maintain_order="left")
        .with_columns(minutes=60.0 * pl.col("km") / pl.col("kmh") - 1)
        .select(timed.columns)
    )
    early = (pl.col("n") == 0) & (pl.col("enter_min") != pl.col("depart_min"))
    hurried = pl.col("leave") - pl.col("enter_min") < pl.col("minutes").floor()
    bad = (
        pl.concat([timed.filter(~pl.col("lane")), sailed]).filter(early | hurried).sort("row", "n")
    )
    return bad.select(
        leg=travel.legs["leg"].gather(bad["row"]),
        line=travel.legs["line"].gather(bad["row"]),
        link=travel.links["link"].gather(bad["at"]),
        enter_min="enter_min",
        leave_min="leave",
        least_min="minutes",
    )


def permit_faults(world: World, plan: Plan, legs: pl.DataFrame, travel: Travel) -> Faults:
    """No border is crossed before the country permits that mode, asked for at the alert."""
    known = (
        world.network.clearances.filter(pl.col("phase") == world.scenario.phase)
        .group_by("iso", "mode")
        .agg(lead=(pl.col("lead_min") * pl.col("probability")).sum() / pl.col("probability").sum())
    )
    other = known.filter(pl.col("iso") == "**").select("mode", pl.col("lead").alias("other"))
    asked = plan.forces.select("force", "owner", "alerted_min")
    early = (
        crossings(world, legs, travel)
        .join(asked, on="force")
        .filter(pl.col("owner") != pl.col("iso_b"))
        .join(known.rename({"iso": "iso_b"}), on=["iso_b", "mode"], how="left")
        .join(other, on="mode", how="left")
        .with_columns(
            opens=pl.col("alerted_min") + pl.coalesce("lead", "other").fill_null(0).round()
        )
        .filter(pl.col("at_min") < pl.col("opens"))
        .select("leg", "line", "iso_b", "at_min", "opens")
        .sort("leg", "at_min")
    )
    return [("a border crossed before permission", early)]


def crossings(world: World, legs: pl.DataFrame, travel: Travel) -> pl.DataFrame:
    """Borders crossed: leg, line, force, mode, the country entered (iso_b) and the minute."""
    places = world.network.places.select("place", "iso")
    ends = [places.rename({"place": end, "iso": f"iso_{end}"}) for end in ("a", "b")]
    abroad = (pl.col("iso_a") != pl.col("iso_b")) & (pl.col("iso_b") != "--")
    on_land = (
        travel.links.select("at", a="tail", b="head")
        .join(ends[0], on="a")
        .join(ends[1], on="b")
        .filter(abroad)
        .select("at", "iso_b")
    )
    name = ["leg", "line", "force", "mode", "iso_b", "at_min"]
    by_land = (
        travel.entered.join(on_land, on="at")
        .rename({"enter_min": "at_min"})
        .join(travel.legs.select("row", *name[:4]), on="row")
        .select(name)
    )
    by_air = (
        legs.filter(pl.col("mode") == "air")
        .select(*name[:4], at_min="arrive_min", a="from", b="to")
        .join(ends[0], on="a")
        .join(ends[1], on="b")
        .filter(abroad)
        .select(name)
    )
    return pl.concat([by_land, by_air])
