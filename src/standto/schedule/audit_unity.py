"""The audit of lines whose parts belong together: one route, and arrivals close to each other.

Under way these laws hold for lines of which nothing has begun: what has, may no longer keep them.
"""

from __future__ import annotations

import polars as pl

from standto.plan.plan import Plan
from standto.schedule.audit_tables import Faults


def unity_faults(plan: Plan, legs: pl.DataFrame) -> Faults:
    """Lines whose packets take several routes, or arrive further apart than they may.

    A route is the modes and places of its legs; which train, ship or aircraft does not matter.
    """
    rules = plan.lines.select("line", "same_route", "arrive_within_min")
    last = pl.col("step") == pl.col("step").max().over("packet")
    routes = (
        legs.sort("packet", "step")
        .group_by("line", "packet", maintain_order=True)
        .agg(way=pl.concat_str("mode", "from", "to", separator=" ").str.join(" / "))
        .group_by("line", maintain_order=True)
        .agg(routes=pl.col("way").n_unique())
    )
    arrivals = (
        legs.filter(last)
        .group_by("line", maintain_order=True)
        .agg(
            first_min=(pl.col("arrive_min") + pl.col("unload_min")).min(),
            last_min=(pl.col("arrive_min") + pl.col("unload_min")).max(),
        )
    )
    apart = pl.col("last_min") - pl.col("first_min") > pl.col("arrive_within_min")
    return [
        (
            "parts of a line by different routes",
            routes.join(rules.filter("same_route"), on="line", maintain_order="left")
            .filter(pl.col("routes") > 1)
            .select("line", "routes"),
        ),
        (
            "parts of a line that arrive too far apart",
            arrivals.join(rules, on="line", maintain_order="left")
            .filter(apart)
            .select("line", "first_min", "last_min", "arrive_within_min"),
        ),
    ]
