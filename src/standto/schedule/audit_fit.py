"""The audit of what fits: packets in their lift, trains on their track, flights in their sky."""

from __future__ import annotations

from itertools import pairwise

import polars as pl

from standto.plan.plan import Limits, Plan
from standto.schedule.audit_tables import Faults, Travel, gauge, lift_types
from standto.world.airspace import airspace
from standto.world.distance import great_circle_km
from standto.world.world import World


def fit_faults(
    world: World, plan: Plan, limits: Limits, legs: pl.DataFrame, travel: Travel
) -> Faults:
    """Pieces too heavy or too large for their lift, trains off their gauge, flights astray."""
    return [
        ("pieces too heavy for their lift", too_heavy(world, plan, legs)),
        ("pieces too large for their aircraft", too_large(world, plan, legs)),
        ("a train on a track of another gauge", off_gauge(world, travel)),
        ("a flight whose turning points do not fit its ends or length", astray(world, legs)),
        ("a flight over a country that is not named or closed", overflown(world, limits, legs)),
    ]


def too_heavy(world: World, plan: Plan, legs: pl.DataFrame) -> pl.DataFrame:
    """Lines with more pieces aboard lift of small limits than they have pieces so light.

    Legs do not say which pieces a packet holds, so pieces are counted: those in packets whose
    lift takes at most L tonnes a piece, against the line's pieces of at most L tonnes. Transporters
    on the road are left out: only the tracked vehicles of a packet ride on them.
    """
    packets = (
        _aboard(world, legs.filter(pl.col("mode") != "road"))
        .group_by("line", "packet")
        .agg(limit_t=pl.coalesce("max_piece_t", "payload_t").min(), pieces=pl.col("pieces").first())
        .drop_nulls("limit_t")
    )
    carried = (
        packets.group_by("line", "limit_t")
        .agg(pl.col("pieces").sum())
        .sort("line", "limit_t")
        .with_columns(aboard=pl.col("pieces").cum_sum().over("line"))
    )
    light = (
        carried.join(_pieces(world, plan), on="line")
        .filter(pl.col("mass_t") <= pl.col("limit_t") + 1e-9)
        .group_by("line", "limit_t")
        .agg(fit=pl.col("count").sum())
    )
    made = carried.join(light, on=["line", "limit_t"], how="left").with_columns(
        pl.col("fit").fill_null(0)
    )
    return made.filter(pl.col("aboard") > pl.col("fit")).select("line", "limit_t", "aboard", "fit")


def too_large(world: World, plan: Plan, legs: pl.DataFrame) -> pl.DataFrame:
    """Lines with more pieces aboard small holds than they have pieces that are not outsize."""
    packets = (
        _aboard(world, legs.filter(pl.col("mode") == "air"))
        .group_by("line", "packet")
        .agg(pl.col("takes_outsize").all(), pl.col("pieces").first())
    )
    small = (
        packets.filter(~pl.col("takes_outsize")).group_by("line").agg(aboard=pl.col("pieces").sum())
    )
    fit = pl.col("count").filter(~pl.col("outsize")).sum()
    rows = small.join(_pieces(world, plan).group_by("line").agg(fit=fit), on="line", how="left")
    return rows.filter(pl.col("aboard") > pl.col("fit").fill_null(0))


def _pieces(world: World, plan: Plan) -> pl.DataFrame:
    """Each line's pieces: count, mass_t, outsize."""
    items = world.network.items.select("item", "mass_t", pl.col("outsize").fill_null(False))
    return plan.loads.join(items, on="item").select("line", "count", "mass_t", "outsize")


def _aboard(world: World, legs: pl.DataFrame) -> pl.DataFrame:
    """Legs aboard lift, with what its type takes."""
    types = world.network.fleets.join(world.network.lift_types, on="lift").select(
        pl.col("fleet").alias("lift"),
        "payload_t",
        "max_piece_t",
        takes_outsize=pl.col("outsize").fill_null(False),
    )
    return legs.filter(pl.col("trip") >= 0).join(types, on="lift")


def off_gauge(world: World, travel: Travel) -> pl.DataFrame:
    """Links of a train's leg whose gauge is not the train's: a gauge changes only between legs."""
    types = lift_types(world).select("lift", pl.col("gauge_mm").alias("train_mm"))
    trains = travel.legs.filter(pl.col("mode") == "rail").join(types, on="lift")
    wrong = (
        trains.unique(["way", "train_mm"], maintain_order=True)
        .select("way", "train_mm")
        .join(travel.links.select("way", "link", "gauge_mm"), on="way")
        .filter(gauge("gauge_mm") != gauge("train_mm"))
    )
    rows = trains.join(wrong, on=["way", "train_mm"], maintain_order="left")
    return rows.select("leg", "lift", "link", "gauge_mm", "train_mm")


def astray(world: World, legs: pl.DataFrame) -> pl.DataFrame:
    """Flights whose first or last turning point is not where they begin or end, or too short."""
    where = {
        p: (a, o) for p, a, o in world.network.places.select("place", "lat", "lon").iter_rows()
    }
    wrong = []
    air = legs.filter(pl.col("mode") == "air").select("leg", "from", "to", "km", "via")
    for (start, end, km, via), leg in _flights(air).items():
        track = _track(via)
        known = len(track) > 1 and start in where and end in where
        good = known and _near(track[0], where[start]) and _near(track[-1], where[end])
        flown = sum(_km(a, b) for a, b in pairwise(track))
        if not good or km < flown * 0.999 - 1:
            wrong.append({"leg": leg, "from": start, "to": end, "km": km, "flown_km": flown})
    return pl.DataFrame(wrong)


def overflown(world: World, limits: Limits, legs: pl.DataFrame) -> pl.DataFrame:
    """Flights over a country that the leg does not name, or that is closed, read off the map."""
    space = airspace(world.network)
    free = limits.airspace
    wrong = []
    air = legs.filter(pl.col("mode") == "air").select("leg", "from", "to", "km", "via")
    own = dict(world.network.places.select("place", "iso").iter_rows())
    named = dict(legs.select("leg", "countries").iter_rows())
    for (start, end, _, via), leg in _flights(air).items():
        under = [c for a, b in pairwise(_track(via)) for c in space.under(a, b)]
        for iso in dict.fromkeys(under):
            home = iso in (own.get(start), own.get(end))
            if iso not in named[leg] or (iso not in free and not home):
                wrong.append({"leg": leg, "from": start, "to": end, "over": iso})
    return pl.DataFrame(wrong)


def _flights(air: pl.DataFrame) -> dict[tuple[str, str, float, tuple[float, ...]], int]:
    """One leg of each different flight."""
    return {(a, b, km, tuple(via)): leg for leg, a, b, km, via in air.iter_rows()}


def _track(via: tuple[float, ...]) -> list[tuple[float, float]]:
    return list(zip(via[::2], via[1::2], strict=False))


def _near(a: tuple[float, float], b: tuple[float, float]) -> bool:
    return _km(a, b) < 1.0


def _km(a: tuple[float, float], b: tuple[float, float]) -> float:
    one = [pl.Series([x]).to_numpy() for x in (*a, *b)]
    return float(great_circle_km(*one)[0])
