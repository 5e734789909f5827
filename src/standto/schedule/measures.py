"""What a schedule costs, side by side: closure, response, lateness, lift used, borders crossed.

All are worked out anew from the legs, so that they can be set against what the search minimised.
"""

from __future__ import annotations

import polars as pl

from standto.plan.plan import Plan
from standto.schedule.schedule import Result
from standto.world.alliance import Objective

MINUTES_A_DAY = 1440
DUE = pl.min_horizontal("latest_min", "required_min")
"""When a line should be there: the sooner of its latest arrival and its required date."""
MEASURES = pl.Schema(
    {
        "measure": pl.String(),
        "unit": pl.String(),
        "value": pl.Float64(),
        "lower_bound": pl.Float64(),
        "weight": pl.Float64(),
    }
)
"""Columns of `measures`. weight: of a unit in the objective; null where it is shown only.

lower_bound: null where none was proved.
"""


def measures(plan: Plan, result: Result, objective: Objective) -> pl.DataFrame:
    """Every measure of a schedule with its proven bound and its weight (columns `MEASURES`)."""
    proved = {bound.measure: bound.value for bound in result.bounds}
    arrived = arrivals(plan, result)
    weights = {"response": objective.response, "lateness": objective.lateness}

    def bound(measure: str) -> float | None:
        weighed, weight = proved.get(measure), weights[measure]
        return None if weighed is None or weight <= 0 else weighed / weight

    late = late_days(plan, arrived), late_days_at_least(plan, result)
    rows: list[tuple[str, str, float, float | None, float | None]] = [
        ("closure", "min", result.closure_min, proved.get("closure"), objective.closure),
        ("response", "min", _mean(arrived, "response"), bound("response"), objective.response),
        ("lateness", "min", _mean(arrived, "late"), bound("lateness"), objective.lateness),
        ("behind dates of lines", "force-days", *late, None),
    ]
    for mode, hours, _ in lift_used(result).iter_rows():
        rows.append((f"lift {mode}", "h", hours, None, objective.of_lift(mode) or None))
    rows.append(("borders crossed", "packets", crossings(result), None, objective.borders or None))
    return pl.DataFrame(rows, schema=MEASURES, orient="row")


def arrivals(plan: Plan, result: Result) -> pl.DataFrame:
    """Each packet that travels: packet, line, weight, response and late in minutes.

    weight: people and tonnes, times 10 less the line's priority.
    """
    lines = plan.lines.select("line", "ready_min", DUE.alias("due_min"), "priority")
    last = pl.col("arrive_min") + pl.col("unload_min")
    heavy = pl.col("personnel") + pl.col("mass_t")
    behind = pl.max_horizontal(pl.col("at_min") - pl.col("due_min"), pl.lit(0))
    return (
        result.schedule.legs.group_by("packet", "line", maintain_order=True)
        .agg(last.max().alias("at_min"), heavy.first().alias("heavy"))
        .join(lines, on="line", maintain_order="left")
        .select(
            "packet",
            "line",
            weight=pl.col("heavy") * (10 - pl.col("priority").fill_null(5)),
            response=pl.col("at_min") - pl.col("ready_min"),
            late=pl.when(pl.col("due_min").is_null()).then(0).otherwise(behind),
        )
    )


def late_days(plan: Plan, arrived: pl.DataFrame) -> float:
    """Days by which forces are late, all together: each by its packet that is the latest."""
    worst = arrived.join(plan.lines.select("line", "force"), on="line").group_by("force")
    return float(worst.agg(pl.col("late").max())["late"].sum()) / MINUTES_A_DAY


def late_days_at_least(plan: Plan, result: Result) -> float:
    """The least that those days can be: closures no sooner than bounds, dates the last."""
    dates = plan.lines.group_by("force").agg(
        DUE.max().alias("due_min"), DUE.null_count().alias("n")
    )
    late = pl.col("lower_bound_min") - pl.col("due_min")
    both = result.closure.join(dates.filter(pl.col("n") == 0), on="force")
    return float(both.select(late.clip(0).fill_null(0).sum()).item() or 0) / MINUTES_A_DAY


def lift_used(result: Result) -> pl.DataFrame:
    """Hours that lift is loaded, under way with loads or unloaded, and its trips, by mode."""
    trips = result.schedule.legs.filter(pl.col("trip") >= 0).unique(
        ["lift", "asset", "trip"], maintain_order=True
    )
    busy = pl.col("arrive_min") - pl.col("depart_min") + pl.col("load_min") + pl.col("unload_min")
    return (
        trips.group_by("mode")
        .agg((busy.sum() / 60).alias("hours"), pl.len().alias("trips"))
        .sort("mode")
    )


def crossings(result: Result) -> float:
    """Borders crossed by packets on the way, over land and in the air; sea legs cross none."""
    legs = result.schedule.legs.filter(pl.col("mode") != "sea")
    return float(
        legs.select((pl.col("countries").list.len().cast(pl.Int64) - 1).clip(0).sum()).item()
    )


def _mean(arrived: pl.DataFrame, column: str) -> float:
    total = float(arrived["weight"].sum())
    return float((arrived[column] * arrived["weight"]).sum()) / total if total > 0 else 0.0
