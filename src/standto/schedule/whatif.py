"""What if: the same plan on a world that differs in one thing, from C-hour or a later minute on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from standto.errors import DataError, Fault
from standto.plan.plan import Plan
from standto.schedule.schedule import Result, Schedule
from standto.schedule.underway import Underway
from standto.tables import near
from standto.world.network import Network
from standto.world.places import find
from standto.world.world import World

TERMINALS = ("ports", "airfields", "railheads", "transloads")


@dataclass(frozen=True)
class Change:
    """What is different. Keys are checked by `changed`.

    closed: places whose port, airfield, railhead and transload station are shut. cut: links taken
    out. more: assets added to fleets (negative: taken away), by fleet. permits: lead time in
    minutes to enter a country in any mode, by country. without: forces that do not go. another:
    forces of which one more goes, from the same home with the same lines.
    """

    closed: tuple[str, ...] = ()
    cut: tuple[str, ...] = ()
    more: tuple[tuple[str, int], ...] = ()
    permits: tuple[tuple[str, int], ...] = ()
    without: tuple[str, ...] = ()
    another: tuple[str, ...] = ()


MORE = "-more"
"""What the keys of one more force, and of its lines, end in."""


def changed(world: World, change: Change) -> World:
    """The world with the change made. Raises DataError where it names what is not there."""
    _check(world, change)
    network = world.network
    places = [find(network, place) for place in change.closed]
    tables = {
        name: getattr(network, name).filter(~pl.col("place").is_in(places)) for name in TERMINALS
    }
    return replace(
        world,
        network=replace(
            network,
            **tables,
            links=network.links.filter(~pl.col("link").is_in(list(change.cut))),
            fleets=_fleets(network, dict(change.more)),
            clearances=_clearances(network, dict(change.permits)),
        ),
        alliance=replace(
            world.alliance,
            forces=_and_more(world.alliance.forces, change.another, "force"),
            lines=_and_more(
                world.alliance.lines.filter(~pl.col("force").is_in(list(change.without))),
                change.another,
                "force",
                "line",
            ),
            loads=_and_more(
                world.alliance.loads, _lines_of(world.alliance.lines, change.another), "line"
            ),
        ),
    )


def amended(plan: Plan, change: Change, minute: int) -> Plan:
    """The plan of a change that comes at a minute: forces that stay, and forces that go as well.

    One more force is alerted then, and its notice to move runs from then.
    """
    old = plan.forces.filter(pl.col("force").is_in(list(change.another)))
    shift = {f"{f}{MORE}": minute - a for f, a in old.select("force", "alerted_min").iter_rows()}
    forces = _and_more(plan.forces, change.another, "force")
    gone = pl.col("force").is_in(list(change.without))
    lines = _and_more(plan.lines.filter(~gone), change.another, "force", "line")
    later = pl.col("force").replace_strict(shift, default=0, return_dtype=pl.Int64)
    loads = _and_more(plan.loads, _lines_of(plan.lines, change.another), "line")
    return replace(
        plan,
        forces=forces.with_columns(pl.col("alerted_min", "ready_min") + later),
        lines=lines.with_columns(pl.col("ready_min") + later),
        loads=loads.join(lines.select("line"), on="line", how="semi", maintain_order="left"),
    )


def _and_more(table: pl.DataFrame, keys: Sequence[str], *columns: str) -> pl.DataFrame:
    """The table and, below it, a copy of the rows of some keys under new ones."""
    copies = table.filter(pl.col(columns[0]).is_in(list(keys)))
    return pl.concat([table, copies.with_columns(pl.col(columns) + MORE)])


def _lines_of(lines: pl.DataFrame, forces: Sequence[str]) -> list[str]:
    return lines.filter(pl.col("force").is_in(list(forces)))["line"].to_list()


def _fleets(network: Network, more: dict[str, int]) -> pl.DataFrame:
    added = pl.col("fleet").replace_strict(more, default=0, return_dtype=pl.Int64)
    return network.fleets.with_columns(count=pl.col("count") + added).filter(pl.col("count") > 0)


def _clearances(network: Network, permits: dict[str, int]) -> pl.DataFrame:
    """One certain lead time in each mode and phase for the countries named."""
    table = network.clearances
    if not permits:
        return table
    sample = table.select("mode", "phase").unique(maintain_order=True)
    own = pl.concat(
        [
            sample.with_columns(
                iso=pl.lit(iso),
                lead_min=pl.lit(lead, dtype=pl.Int64),
                probability=pl.lit(1.0),
                source=pl.lit("what-if"),
                grade=pl.lit("C"),
            )
            for iso, lead in permits.items()
        ]
    )
    kept = table.filter(~pl.col("iso").is_in(list(permits)))
    return pl.concat([kept, own], how="diagonal")  # a table read from a file knows its lines


def _check(world: World, change: Change) -> None:
    """Raise one DataError that names everything the change names and the world has not."""
    network = world.network
    known = {
        "--cut": (change.cut, network.links["link"], "a link"),
        "--more": ([k for k, _ in change.more], network.fleets["fleet"], "a fleet"),
        "--permit": ([k for k, _ in change.permits], network.countries["iso"], "a country"),
        "--without": (change.without, world.alliance.forces["force"], "a force"),
        "--another": (change.another, world.alliance.lines["force"], "a force with lines"),
    }
    faults = [
        Fault(option, None, None, word, f"is not {what} of this scenario{near(word, keys)}")
        for option, (words, keys, what) in known.items()
        for word in words
        if word not in set(keys)
    ]
    if faults:
        raise DataError(faults)


def difference(before: Result, after: Result) -> pl.DataFrame:
    """Forces whose closure changes: force, before_min, after_min, later_min, held_by; worst first.

    A force that cannot close has a null closure; `later_min` is null where one of the two is.
    """
    columns = ("force", "closed_min", "held_by")
    both = before.closure.select(columns).join(
        after.closure.select(columns), on="force", how="full", coalesce=True, suffix="_after"
    )
    return (
        both.rename({"closed_min": "before_min", "closed_min_after": "after_min"})
        .with_columns(later_min=pl.col("after_min") - pl.col("before_min"))
        .filter(pl.col("before_min").ne_missing(pl.col("after_min")))
        .select("force", "before_min", "after_min", "later_min", held_by="held_by_after")
        .sort("later_min", "force", descending=[True, False], nulls_last=False)
    )


@dataclass(frozen=True)
class LegChanges:
    """What a new plan does with the legs of the old: how many had begun, stay, go and are new.

    lines: line, force, kept, dropped, new (legs), before_min, after_min (last arrival, null where
    the line does not arrive), of lines whose legs change; those that become latest first.
    """

    begun: int
    kept: int
    dropped: int
    new: int
    lines: pl.DataFrame


SAME_LEG = ("line", "packet", "mode", "lift", "asset", "from", "to", "depart_min", "arrive_min")


def leg_changes(before: Schedule, after: Schedule, state: Underway) -> LegChanges:
    """Legs kept, dropped and new from a state on."""
    begun = state.legs.select("packet", "step")
    old, new = (
        s.legs.join(begun, on=["packet", "step"], how="anti", maintain_order="left")
        for s in (before, after)
    )
    kept = old.join(new, on=SAME_LEG, how="semi")
    dropped, fresh = old.join(new, on=SAME_LEG, how="anti"), new.join(old, on=SAME_LEG, how="anti")
    force = pl.concat([s.legs.select("line", "force") for s in (before, after)]).unique()
    counts = [
        table.group_by("line").agg(pl.len().cast(pl.Int64).alias(name))
        for name, table in (("kept", kept), ("dropped", dropped), ("new", fresh))
    ]
    lines = (
        pl.concat([dropped.select("line"), fresh.select("line")]).unique().join(force, on="line")
    )
    for table in counts:
        lines = lines.join(table, on="line", how="left")
    for name, schedule in (("before_min", before), ("after_min", after)):
        lines = lines.join(_arrivals(schedule, name), on="line", how="left")
    return LegChanges(
        state.legs.height,
        kept.height,
        dropped.height,
        fresh.height,
        lines.with_columns(pl.col("kept", "dropped", "new").fill_null(0))
        .with_columns(later=pl.col("after_min") - pl.col("before_min"))
        .sort("later", "line", descending=[True, False], nulls_last=False)
        .drop("later"),
    )


def _arrivals(schedule: Schedule, name: str) -> pl.DataFrame:
    """Last arrival of each line that arrives."""
    out = schedule.unplanned["line"].to_list()
    free = pl.col("arrive_min") + pl.col("unload_min")
    return (
        schedule.legs.filter(~pl.col("line").is_in(out))
        .group_by("line")
        .agg(free.max().alias(name))
    )
