"""The audit of a plan made again under way: what had begun stays, the rest keeps every law.

The laws are those of `audit`. What had begun is a fact, and was audited when it was planned: a
fault of the legs begun alone, judged by the world as it is now, is left out (they may have loaded
at a port since lost). Any fault that new legs make, or make worse, is not, and no leg may be
forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from standto.plan.plan import Limits, Plan
from standto.schedule.audit import journey_faults, law_faults, words
from standto.schedule.audit_lift import SLACK_MIN, Ways, timed
from standto.schedule.audit_tables import Faults
from standto.schedule.audit_unity import unity_faults
from standto.schedule.schedule import Schedule
from standto.schedule.underway import Outage, Underway
from standto.world.world import World

TWO_PLACES = "an asset in two places at once"
UNFINISHED = (
    "a leg of a line that the plan does not move",
    "a leg of a line that is said to stay out",
    "a packet does not end at its line's destination",
    "a line does not arrive whole",
)
"""Laws that a line which was stopped under way cannot keep."""


@dataclass(frozen=True)
class Case:
    """What a plan is judged by."""

    world: World
    plan: Plan
    limits: Limits


def audit_underway(
    before: Case, after: Case, state: Underway, schedule: Schedule, outages: tuple[Outage, ...] = ()
) -> list[str]:
    """Every rule that the schedule breaks from the state on, in words; empty when none.

    before: the case that the state comes from; it names lines that are no longer moved.
    """
    legs = schedule.legs.sort("packet", "step")
    key = ["packet", "step"]
    begun = legs.join(state.legs.select(key), on=key, how="semi", maintain_order="left")
    fresh = legs.join(state.legs.select(key), on=key, how="anti", maintain_order="left")
    firsts = _firsts(state, fresh)
    faults = [
        *_journeys(before, after, schedule, legs, begun),
        *_by_law(after, legs, begun, firsts),
        ("an asset is not where the state says", _misplaced(after, firsts)),
        *outage_faults(after.world, fresh, outages),
        *unity_faults(after.plan, legs.filter(~pl.col("line").is_in(state.legs["line"].to_list()))),
        ("a leg that had begun is forgotten or changed", _forgotten(state, begun)),
        (
            "a leg begins before the state it starts from",
            fresh.filter(pl.col("depart_min") - pl.col("load_min") < state.now_min).select(
                "leg", "line", "packet"
            ),
        ),
    ]
    return [words(rule, rows) for rule, rows in faults if rows.height]


def _forgotten(state: Underway, begun: pl.DataFrame) -> pl.DataFrame:
    """Legs of the state that the schedule has not, or has otherwise."""
    same = [
        "packet", "step", "line", "mode", "lift", "asset", "from", "to", "depart_min", "arrive_min"
    ]  # fmt: skip
    return state.legs.select(same).join(begun, on=same, how="anti").select("line", "packet", "step")


def _journeys(
    before: Case, after: Case, schedule: Schedule, legs: pl.DataFrame, begun: pl.DataFrame
) -> Faults:
    """Faults of journeys; a line that was stopped on the way need not arrive."""
    known = set(before.plan.lines["line"])
    going = set(after.plan.lines["line"]) - set(schedule.unplanned["line"])
    whole, part = pl.col("line").is_in(list(going)), pl.col("line").is_in(list(known))
    made = []
    for case, mine in ((after, whole), (before, ~whole & part), (after, ~whole & ~part)):
        said = Schedule(legs, schedule.unplanned if mine is whole else schedule.unplanned.clear())
        rows = journey_faults(case.world, case.plan, said, legs.filter(mine))
        if not any(found.height for _, found in rows):
            continue
        old = journey_faults(case.world, case.plan, said, begun.filter(mine))
        unfinished = [fault for fault in rows if fault[0] in UNFINISHED]
        made += unfinished if mine is whole else []
        made += _beyond(
            [fault for fault in rows if fault[0] not in UNFINISHED],
            [fault for fault in old if fault[0] not in UNFINISHED],
        )
    return made


def _by_law(case: Case, legs: pl.DataFrame, begun: pl.DataFrame, firsts: pl.DataFrame) -> Faults:
    """Faults of every law but the journey's that the legs begun do not have alone.

    firsts: trips whose asset starts from where the state says, which `_misplaced` judges.
    """
    known = firsts["trip"].to_list() if firsts.height else []
    rows = [
        (rule, rows.filter(~pl.col("trip").is_in(known)) if rule == TWO_PLACES else rows)
        for rule, rows in law_faults(case.world, case.plan, case.limits, legs)
    ]
    if not any(found.height for _, found in rows):
        return rows
    return _beyond(rows, law_faults(case.world, case.plan, case.limits, begun))


def _firsts(state: Underway, fresh: pl.DataFrame) -> pl.DataFrame:
    """First new trip of each asset whose place the state gives, with that place."""
    return (
        fresh.filter(pl.col("trip") >= 0)
        .with_columns(begin_min=pl.col("depart_min") - pl.col("load_min"))
        .sort("begin_min")
        .unique(["lift", "asset"], keep="first", maintain_order=True)
        .join(state.assets, on=["lift", "asset"])
        .select("trip", "lift", "asset", "mode", "from", "place", "free_min", "begin_min")
    )


def _misplaced(case: Case, firsts: pl.DataFrame) -> pl.DataFrame:
    """First trips that begin before their asset can be there from where the state has it."""
    types = case.world.network.fleets.join(case.world.network.lift_types, on="lift").select(
        pl.col("fleet").alias("lift"), "gauge_mm", "speed_kmh"
    )
    rows = firsts.join(types, on="lift", how="left", maintain_order="left")
    made = timed(Ways(case.world, case.limits), rows, "place")
    late = pl.col("free_min") + pl.col("need") > pl.col("begin_min") + SLACK_MIN
    return made.filter(pl.col("free_min").is_null() | late).select(
        "lift", "asset", "trip", "place", "from", "free_min", "need", "begin_min"
    )


def _beyond(faults: Faults, known: Faults) -> Faults:
    """Faults that are not among those known, law by law."""
    return [
        (rule, rows.join(old, on=rows.columns, how="anti", nulls_equal=True))
        if rows.height and old.height
        else (rule, rows)
        for (rule, rows), (_, old) in zip(faults, known, strict=True)
    ]


def outage_faults(world: World, legs: pl.DataFrame, outages: tuple[Outage, ...]) -> Faults:
    """Legs that enter a link, or are handled at a place, while it is shut.

    A train may still be unloaded that came in before; what changes trains is handled on arrival.
    """
    places = {*world.network.places["place"]}
    made: Faults = []
    for shut in outages:
        if shut.key in places:
            lifted = (pl.col("trip") >= 0) & (pl.col("mode") != "road")
            begin, end = pl.col("depart_min") - pl.col("load_min"), pl.col("depart_min")
            loads = (begin < shut.until_min) & (end > shut.from_min) & (end > begin)
            begin, end = pl.col("arrive_min"), pl.col("arrive_min") + pl.col("unload_min")
            end = pl.when(pl.col("mode") == "rail").then(begin + 1).otherwise(end)
            unloads = (begin < shut.until_min) & (end > shut.from_min)
            out = (pl.col("from") == shut.key) & loads
            into = (pl.col("to") == shut.key) & unloads
            rows = legs.filter(lifted & (out | into)).select("leg", "line", "from", "to")
        else:
            rows = (
                legs.select("leg", "line", "links", "link_depart_min")
                .explode("links", "link_depart_min")
                .filter(
                    (pl.col("links") == shut.key)
                    & (pl.col("link_depart_min") >= shut.from_min)
                    & (pl.col("link_depart_min") < shut.until_min)
                )
            )
        made.append((f"a ride through {shut.key} while it is shut", rows))
    return made
