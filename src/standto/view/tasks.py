"""Who moves what and when, for the page: forces, requirement lines and their movements."""

from __future__ import annotations

from typing import Any

import polars as pl

from standto.view.figures import closures, named
from standto.view.ground import columns
from standto.view.movements import Movements
from standto.view.response import Response
from standto.view.symbols import sidc

FORCE = (
    "force name owner command domain echelon function plan posture home destination personnel"
    " notice_to_move_min raised_notice_to_move_min alerted_min ready_min required_min priority"
    " closure_percent note source grade sidc"
)
LINE = (
    "line force what origin destination personnel cargo_t ready_min required_min vehicles"
    " closed_min why note source grade"
)


def tasks(response: Response, moves: Movements) -> dict[str, Any]:
    """Forces, lines, paths, itineraries, lift, closures, bottlenecks and what mattered."""
    result = response.result
    words = named(result.bottlenecks["name"], response.world.network)
    bottlenecks = result.bottlenecks.with_columns(words)
    return {
        "forces": columns(forces(response), FORCE),
        "lines": columns(lines(response), LINE),
        "paths": moves.paths,
        "itineraries": moves.itineraries,
        "bucket_min": moves.bucket_min,
        "lifts": lifts(response, moves),
        "closures": closures(response).to_dict(as_series=False),
        "bottlenecks": bottlenecks.to_dicts(),
        "mattered": response.ensemble.mattered.to_dicts(),
        "bounds": [
            {"measure": b.measure, "value": b.value, "proved_by": b.proved_by}
            for b in result.bounds
        ],
    }


def forces(response: Response) -> pl.DataFrame:
    """Forces of the plan, each with its symbol code."""
    table = response.plan.forces
    rows = table.select("function", "domain", "echelon", "sidc").iter_rows()
    return table.with_columns(pl.Series("sidc", [sidc(*row) for row in rows], dtype=pl.String()))


def lines(response: Response) -> pl.DataFrame:
    """Requirement lines with vehicles, when each has closed, and why where it never does."""
    schedule, plan = response.result.schedule, response.plan
    arrived = schedule.legs.group_by("line").agg(
        closed_min=(pl.col("arrive_min") + pl.col("unload_min")).max()
    )
    vehicles = plan.loads.group_by("line").agg(vehicles=pl.col("count").sum())
    table = plan.lines.join(arrived, on="line", how="left", maintain_order="left")
    table = table.join(vehicles, on="line", how="left", maintain_order="left")
    why = schedule.unplanned.select("line", "why")
    table = table.join(why, on="line", how="left", maintain_order="left")
    planned = pl.col("why").is_null()
    return table.with_columns(closed_min=pl.when(planned).then(pl.col("closed_min")))


def lifts(response: Response, moves: Movements) -> list[dict[str, Any]]:
    """The fleets that the itineraries name by number, with what they are and their source."""
    network = response.world.network
    types = network.lift_types.select("lift", "name", "mode", "payload_t", "seats", "lane_m")
    fleets = network.fleets.join(types, on="lift", how="left", maintain_order="left")
    known = {row["fleet"]: row for row in fleets.iter_rows(named=True)}
    kept = ("lift", "name", "mode", "payload_t", "seats", "lane_m", "owner", "count", "base")
    found = []
    for key in moves.lifts:
        row = known.get(key, {})
        found.append({"fleet": key} | {k: row.get(k) for k in (*kept, "source", "grade", "note")})
    return found
