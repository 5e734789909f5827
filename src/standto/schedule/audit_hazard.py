"""The audit of hazardous cargo: only where it is taken, and aboard what takes it."""

from __future__ import annotations

import polars as pl

from standto.plan.plan import Plan
from standto.schedule.audit_tables import Faults, lift_types
from standto.world.world import World


def hazard_faults(world: World, plan: Plan, legs: pl.DataFrame) -> Faults:
    """Hazardous lines at terminals, or aboard lift, that take no such cargo."""
    n = world.network
    rides = legs.join(plan.lines.filter("hazardous").select("line"), on="line", how="semi")
    rides = rides.filter(pl.col("trip") >= 0)
    barred = pl.concat(
        table.filter(~pl.col("hazardous").fill_null(True)).select("place", mode=pl.lit(mode))
        for mode, table in (("rail", n.railheads), ("air", n.airfields), ("sea", n.ports))
    )
    quays = n.ports.filter(~pl.col("hazardous").fill_null(True)).join(
        n.railheads.select("place"), on="place", how="anti"
    )
    barred = pl.concat([barred, quays.select("place", mode=pl.lit("rail"))])
    wary = lift_types(world).filter(~pl.col("hazardous").fill_null(True))
    name = ["leg", "line", "mode", "from", "to"]
    return [
        (
            "hazardous cargo at a terminal that does not take it",
            pl.concat(
                rides.join(barred.rename({"place": end}), on=[end, "mode"], how="semi")
                for end in ("from", "to")
            ).select(name),
        ),
        (
            "hazardous cargo aboard lift that does not take it",
            rides.join(wary.select("lift"), on="lift", how="semi").select("leg", "line", "lift"),
        ),
    ]
