"""A schedule as activities that wait for one another: load, ride and unload of each departure.

Fixed order: whatever is planned to use something first uses it first in every run, and nothing
leaves before its planned time. An activity waits for the load's own previous leg, for its vehicle's
previous trip, for the berth, apron or ramp that it takes over, and for the train path before it.
A wait is never longer than the plan's own gap, so a run without trouble is the plan itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from standto.world.distance import great_circle_km
from standto.world.network import Network

Ints = npt.NDArray[np.int64]
LOAD, RIDE, UNLOAD = 0, 1, 2
TERMINALS = {"sea": "ports", "air": "airfields", "rail": "railheads"}
SERVERS = {"ports": "berths", "airfields": "mog", "railheads": "ramps"}
DETOUR = 1.3
"""Empty runs are estimated at 1.3 times the great circle; a run's wait never exceeds the plan's."""


@dataclass(frozen=True)
class Movement:
    """Activities in planned order and what each waits for.

    activities: ride, phase (LOAD, RIDE, UNLOAD), start_min, end_min. rides: one row a departure,
    with its first leg's attributes. wait_for, waiter, lag, shared: one entry a wait; every wait_for
    is smaller than its waiter. last: (packets,) activity with which each packet has arrived.
    packets: packet, force, line, weight.
    """

    activities: pl.DataFrame
    rides: pl.DataFrame
    waiter: Ints
    wait_for: Ints
    lag: Ints
    shared: Ints
    packets: pl.DataFrame
    last: Ints


def movement(legs: pl.DataFrame, network: Network) -> Movement:
    """Activities of a schedule's legs."""
    legs = legs.with_columns(ride=ride_numbers(legs))
    rides = legs.group_by("ride").agg(
        pl.col(
            "mode lift asset trip from to depart_min arrive_min load_min unload_min links".split()
        ).first(),
        pl.col("link_depart_min", "countries", "km").first(),
        pl.col("mass_t", "pieces").sum(),
        pl.col("force").unique(maintain_order=True).alias("forces"),
        pl.col("step").min().alias("step"),
    )
    rides = rides.sort("ride")
    activities, number = _activities(rides)
    waits = [
        _own_legs(legs, number),
        _phases(rides, number),
        _vehicles(rides, activities, number, network),
        _terminals(rides, activities, number, network),
        _train_paths(rides, activities, number, network),
    ]
    waiter, wait_for, lag, shared = (np.concatenate(part) for part in zip(*waits, strict=True))
    assert (wait_for < waiter).all(), "what is waited for stands earlier in the planned order"
    last = legs.group_by("packet", maintain_order=True).agg(
        pl.col("force").first(),
        pl.col("line").first(),
        pl.col("ride").get(pl.col("step").arg_max()).alias("ride"),
        (pl.col("personnel") + pl.col("pieces")).first().alias("weight"),
    )
    return Movement(
        activities=activities,
        rides=rides,
        waiter=waiter,
        wait_for=wait_for,
        lag=lag,
        shared=shared,
        packets=last.drop("ride"),
        last=number[last["ride"].to_numpy(), UNLOAD],
    )


def ride_numbers(legs: pl.DataFrame) -> pl.Series:
    """Number of the departure each leg rides on: a shared trip, or the packet's own march."""
    key = pl.struct(
        pl.when(pl.col("trip") < 0).then(pl.col("leg")).otherwise(-1),
        "lift",
        pl.when(pl.col("trip") < 0).then(-1).otherwise(pl.col("asset")),
        "trip",
        "from",
        "to",
    )
    return legs.select(key.rank("dense").cast(pl.Int64) - 1).to_series()


def _activities(rides: pl.DataFrame) -> tuple[pl.DataFrame, npt.NDArray[np.int64]]:
    """Activities in planned order, and the number of each ride's three: (rides, 3)."""
    bounds = {
        LOAD: (pl.col("depart_min") - pl.col("load_min"), pl.col("depart_min")),
        RIDE: (pl.col("depart_min"), pl.col("arrive_min")),
        UNLOAD: (pl.col("arrive_min"), pl.col("arrive_min") + pl.col("unload_min")),
    }
    parts = [
        rides.select(
            "ride",
            "step",
            "trip",
            phase=pl.lit(phase, dtype=pl.Int64),
            start_min=start,
            end_min=end,
        )
        for phase, (start, end) in bounds.items()
    ]
    ordered = pl.concat(parts).sort("start_min", "end_min", "step", "trip", "ride", "phase")
    number = np.empty((rides.height, 3), dtype=np.int64)
    number[ordered["ride"].to_numpy(), ordered["phase"].to_numpy()] = np.arange(ordered.height)
    return ordered.drop("step", "trip"), number


Waits = tuple[Ints, Ints, Ints, Ints]


def _waits(pairs: list[tuple[int, int, int, int]]) -> Waits:
    """Columns of (waiter, wait_for, lag, shared); pairs that the plan itself does not order go."""
    table = np.array(pairs, dtype=np.int64).reshape(-1, 4)
    table = table[table[:, 1] < table[:, 0]]
    return table[:, 0], table[:, 1], table[:, 2], table[:, 3]


def _phases(rides: pl.DataFrame, number: Ints) -> Waits:
    """A ride follows its loading, an unloading its ride."""
    none = np.zeros(rides.height * 2, dtype=np.int64)
    waiter = np.concatenate([number[:, RIDE], number[:, UNLOAD]])
    before = np.concatenate([number[:, LOAD], number[:, RIDE]])
    return waiter, before, none, none


def _own_legs(legs: pl.DataFrame, number: Ints) -> Waits:
    """A packet's next leg follows its last."""
    ordered = legs.sort("packet", "step")
    packet, ride = ordered["packet"].to_numpy(), ordered["ride"].to_numpy()
    same = packet[1:] == packet[:-1]
    waiter, before = number[ride[1:][same], LOAD], number[ride[:-1][same], UNLOAD]
    none = np.zeros(len(waiter), dtype=np.int64)
    return waiter, before, none, none


def _vehicles(
    rides: pl.DataFrame, activities: pl.DataFrame, number: Ints, network: Network
) -> Waits:
    """A vehicle's next trip follows its last, after turning round and running to its load."""
    pairs = empty_runs(rides, network)
    return _capped(
        activities,
        number[pairs["ride"], LOAD],
        number[pairs["last_ride"], UNLOAD],
        pairs["need_min"].to_numpy(),
    )


def empty_runs(rides: pl.DataFrame, network: Network) -> pl.DataFrame:
    """Between a vehicle's trips: last_ride, ride, need_min to turn round and run to the load."""
    lifts = network.fleets.join(network.lift_types, on="lift").select(
        pl.col("fleet").alias("lift"), "turnround_min", "speed_kmh"
    )
    place = network.places.select("place", "lat", "lon")
    trips = rides.filter(pl.col("trip") >= 0).join(lifts, on="lift", how="left")
    trips = trips.sort("lift", "asset", "depart_min", "ride")
    before = trips.select(pl.all().shift(1).over("lift", "asset").name.prefix("last_"))
    pairs = (
        pl.concat([trips, before], how="horizontal")
        .filter(pl.col("last_ride").is_not_null())
        .join(place.rename({"lat": "lat_a", "lon": "lon_a"}), left_on="last_to", right_on="place")
        .join(place.rename({"lat": "lat_b", "lon": "lon_b"}), left_on="from", right_on="place")
        .sort("ride")
    )
    km = great_circle_km(*(pairs[c].to_numpy() for c in "lat_a lon_a lat_b lon_b".split()))
    need = pairs["turnround_min"].fill_null(0) + DETOUR * 60 * pl.Series(km) / pairs["speed_kmh"]
    return pairs.select("last_ride", "ride").with_columns(need.alias("need_min"))


def terminals(network: Network) -> dict[tuple[str, str], int]:
    """How many each port, airfield and railhead handles at once, by mode and place."""
    return {
        (mode, place): count
        for mode, table in TERMINALS.items()
        for place, count in getattr(network, table).select("place", SERVERS[table]).iter_rows()
    }


def _terminals(
    rides: pl.DataFrame, activities: pl.DataFrame, number: Ints, network: Network
) -> Waits:
    """At a port, airfield or railhead each takes over the berth, stand or ramp in planned order."""
    servers = terminals(network)
    start, end = activities["start_min"].to_list(), activities["end_min"].to_list()
    queues: dict[tuple[str, str], list[int]] = {}
    for n, (mode, origin, goal) in enumerate(rides.select("mode", "from", "to").iter_rows()):
        for place, phase in ((origin, LOAD), (goal, UNLOAD)):
            a = int(number[n, phase])
            if (mode, place) in servers and end[a] > start[a]:
                queues.setdefault((mode, place), []).append(a)
    pairs = []
    for key, queue in queues.items():
        taken: list[int] = []
        for a in sorted(queue):
            if len(taken) >= servers[key]:
                before = min(taken, key=lambda b: (end[b], b))
                taken.remove(before)
                pairs.append((a, before, min(0, start[a] - end[before]), 1))
            taken.append(a)
    return _waits(pairs)


def _train_paths(
    rides: pl.DataFrame, activities: pl.DataFrame, number: Ints, network: Network
) -> Waits:
    """On a railway line in one direction trains keep their order and their distance."""
    per_day = _trains_per_day(network)
    start, end = activities["start_min"].to_list(), activities["end_min"].to_list()
    last: dict[tuple[str, str], tuple[int, int]] = {}
    pairs = []
    trains = rides.filter(pl.col("mode") == "rail").sort("depart_min", "ride")
    for ride, links, entered in trains.select("ride", "links", "link_depart_min").iter_rows():
        a = int(number[ride, RIDE])
        for k, (link, at) in enumerate(zip(links, entered, strict=True)):
            key = (link, links[k - 1] if k else "")
            if key in last:
                before, passed = last[key]
                headway = int(1440 / per_day[link])
                # start[a] + (at - start[a]) >= passed + headway, as a wait for the end of `before`
                gap = passed - end[before] + min(headway, max(0, at - passed)) - (at - start[a])
                pairs.append((a, before, min(gap, start[a] - end[before]), 1))
            last[key] = (a, at)
    return _waits(pairs)


def _trains_per_day(network: Network) -> dict[str, float]:
    """Trains a day each way on each railway link, from the link or from its class."""
    usual = network.factors.select(
        (pl.col("factor").str.extract("^rail_(.*)_per_day$")).alias("class"),
        pl.col("value").alias("usual"),
    ).drop_nulls("class")
    rail = network.links.filter(pl.col("mode") == "rail").join(usual, on="class", how="left")
    return dict(rail.select("link", pl.coalesce("per_day", "usual")).iter_rows())


def _capped(activities: pl.DataFrame, waiter: Ints, before: Ints, need: Ints) -> Waits:
    """Waits of a given length, but never longer than the plan's own gap."""
    start, end = activities["start_min"].to_numpy(), activities["end_min"].to_numpy()
    lag = np.minimum(np.ceil(need).astype(np.int64), start[waiter] - end[before])
    ordered = before < waiter
    shared = np.ones(len(waiter), dtype=np.int64)
    return waiter[ordered], before[ordered], lag[ordered], shared[ordered]
