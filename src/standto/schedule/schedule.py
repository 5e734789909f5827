"""What the scheduler gives: legs, closures, a lower bound, and what held each force back."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

LEGS = pl.Schema(
    {
        "leg": pl.Int64(),
        "force": pl.String(),
        "line": pl.String(),
        "packet": pl.Int64(),
        "step": pl.Int64(),
        "mode": pl.String(),
        "lift": pl.String(),
        "asset": pl.Int64(),
        "trip": pl.Int64(),
        "from": pl.String(),
        "to": pl.String(),
        "depart_min": pl.Int64(),
        "arrive_min": pl.Int64(),
        "load_min": pl.Int64(),
        "unload_min": pl.Int64(),
        "km": pl.Float64(),
        "links": pl.List(pl.String()),
        "link_depart_min": pl.List(pl.Int64()),
        "countries": pl.List(pl.String()),
        "via": pl.List(pl.Float64()),
        "personnel": pl.Int64(),
        "mass_t": pl.Float64(),
        "lane_m": pl.Float64(),
        "pieces": pl.Int64(),
    }
)
"""Columns of `Schedule.legs`, one row a packet's leg.

A leg is one packet's uninterrupted ride in one mode: `mode` road, rail, sea or air; `lift` the key
of the fleet (empty for a unit on its own wheels); `asset` the number of the vehicle, train, ship
or aircraft within the fleet; `trip` shared by all packets aboard one departure (-1 without lift).
`load_min` before `depart_min` and `unload_min` after `arrive_min` are minutes of handling: the
packet is at `from` until depart and free at `to` from `arrive_min + unload_min`. `links` are the
network links in order of travel (empty by air) with the minute each is entered. `via` by air:
latitude and longitude of each turning point in degrees, both ends included, one after another;
`countries` are then those flown over. A train that
changes gauge, or a convoy that waits for a permit, ends a leg there and begins another.
`packet` numbers packets over the whole plan, `step` the packet's legs from 0.
"""


@dataclass(frozen=True)
class Schedule:
    """A feasible, audited set of legs. Lines that cannot arrive are in `unplanned`, with why.

    unplanned: line, force, why.
    """

    legs: pl.DataFrame
    unplanned: pl.DataFrame


@dataclass(frozen=True)
class Bound:
    """A proven lower bound of one measure, with the argument that proves it."""

    measure: str
    value: float
    proved_by: str
    seconds: float


@dataclass(frozen=True)
class Result:
    """A schedule, how good it is, and how good any could be.

    closure: one row a force that deploys: force, ready_min, required_min, closed_min (null where a
    line is unplanned), lower_bound_min, late_min, held_by (the binding resource or rule in words),
    held_min (minutes it cost).
    bottlenecks: resource, kind, name, hours (delay it causes over all packets), ranked.
    status: `proved optimal`, `feasible`, `incomplete` (some line can never arrive), `empty`.
    faults: rules that the audit found broken; empty in every schedule that may be shown.
    """

    schedule: Schedule
    closure: pl.DataFrame
    bottlenecks: pl.DataFrame
    objective: float
    bounds: tuple[Bound, ...]
    closure_min: int
    closure_lower_bound_min: int
    gap: float
    iterations: int
    seconds: float
    status: str
    faults: tuple[str, ...] = ()
