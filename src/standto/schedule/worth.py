"""What one more unit would buy: each bottleneck widened in turn, and the plan made again.

The hours that packets wait for a resource only say where to look. Whether one more helps is tried:
the same iterations and seed on a world with one more aircraft, ship, berth, ramp or place on the
apron, or with a permit a day sooner.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import polars as pl

from standto.schedule.schedule import Result
from standto.world.network import Network
from standto.world.world import World

DAY = 1440
WORTH = pl.Schema(
    {
        "resource": pl.String(),
        "kind": pl.String(),
        "name": pl.String(),
        "hours": pl.Float64(),
        "one_more": pl.String(),
        "objective_gain": pl.Float64(),
        "closure_gain_min": pl.Int64(),
        "forces_sooner": pl.Int64(),
        "forces_later": pl.Int64(),
    }
)
"""Columns of `worth`; gains are before minus after, so that more is better."""


@dataclass(frozen=True)
class Wider:
    """A world with one more of something, and what that is in words."""

    world: World
    words: str


def wider(world: World, resource: str, kind: str) -> Wider | None:
    """The world with one more unit of a bottleneck; None where one more means nothing.

    resource, kind: as in `Result.bottlenecks`: `fleet place` (lift), `CC mode` (clearance), or
    a place (terminal)
    """
    network = world.network
    if kind == "lift":
        fleet = resource.split(" ", maxsplit=1)[0]
        table = network.fleets.with_columns(
            count=pl.col("count") + (pl.col("fleet") == fleet).cast(pl.Int64)
        )
        return Wider(replace(world, network=replace(network, fleets=table)), f"1 more in {fleet}")
    if kind == "clearance":
        iso, mode = resource.split(" ")
        return Wider(_sooner(world, iso, mode), f"{mode} permit of {iso} 24 h sooner")
    if kind == "terminal":
        return _terminal(world, resource)
    return None


def _sooner(world: World, iso: str, mode: str) -> World:
    """A country's lead time in one mode and the scenario's phase, a day shorter at each chance."""
    table, phase = world.network.clearances, world.scenario.phase
    same = (pl.col("mode") == mode) & (pl.col("phase") == phase)
    own = table.filter(same & (pl.col("iso") == iso))
    if own.is_empty():
        own = table.filter(same & (pl.col("iso") == "**")).with_columns(iso=pl.lit(iso))
    shorter = pl.max_horizontal(pl.col("lead_min") - DAY, pl.lit(0, dtype=pl.Int64))
    rest = table.filter(~(same & (pl.col("iso") == iso)))
    made = pl.concat([rest, own.with_columns(lead_min=shorter)])
    return replace(world, network=replace(world.network, clearances=made))


TERMINALS = (
    ("ports", "berths", "lane_m_per_day", "berth"),
    ("railheads", "ramps", "trains_per_day", "ramp"),
    ("airfields", "mog", None, "place on the apron"),
)
"""Tables of terminals: the column that counts places, what passes through them a day, in words."""


def _terminal(world: World, place: str) -> Wider | None:
    """One more berth, ramp and place on the apron, with its share of what passes a day."""
    network, words = world.network, []
    tables: dict[str, pl.DataFrame] = {}
    for name, count, rate, unit in TERMINALS:
        table: pl.DataFrame = getattr(network, name)
        here = pl.col("place") == place
        if table.filter(here & pl.col(count).is_not_null()).is_empty():
            continue
        changes = [pl.when(here).then(pl.col(count) + 1).otherwise(pl.col(count)).alias(count)]
        if rate is not None:
            more = pl.col(rate) * (pl.col(count) + 1) / pl.max_horizontal(pl.col(count), pl.lit(1))
            kind = table.schema[rate]
            changes.append(pl.when(here).then(more).otherwise(pl.col(rate)).cast(kind).alias(rate))
        tables[name] = table.with_columns(changes)
        words.append(unit)
    if not tables:
        return None
    changed: Network = replace(network, **tables)
    return Wider(replace(world, network=changed), f"1 more {' and '.join(words)} at {place}")


def worth(
    world: World, before: Result, top: int, plan_again: Callable[[World, str], Result | None]
) -> pl.DataFrame:
    """What one more of each of the `top` bottlenecks buys, the best first (columns `WORTH`).

    plan_again: plans a world with the same stop and seed as `before`; None ends the trials, and
    what is known by then is given.
    """
    rows: list[tuple[object, ...]] = []
    tried: set[str] = set()
    for resource, kind, name, hours in before.bottlenecks.iter_rows():
        if len(rows) == top:
            break
        wide = wider(world, resource, kind)
        if wide is None or wide.words in tried:
            continue
        tried.add(wide.words)
        after = plan_again(wide.world, wide.words)
        if after is None:
            break
        rows.append((resource, kind, name, hours, wide.words, *_gains(before, after)))
    table = pl.DataFrame(rows, schema=WORTH, orient="row")
    return table.sort("objective_gain", "one_more", descending=[True, False])


def _gains(before: Result, after: Result) -> tuple[float, int, int, int]:
    both = before.closure.select("force", "closed_min").join(
        after.closure.select("force", "closed_min"), on="force", suffix="_after"
    )
    sooner = (both["closed_min_after"] < both["closed_min"]).sum()
    later = (both["closed_min_after"] > both["closed_min"]).sum()
    gain = before.objective - after.objective
    return gain, before.closure_min - after.closure_min, int(sooner), int(later)
