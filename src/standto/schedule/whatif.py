"""What if: the same plan on a world that differs in one thing, known from C-hour on."""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl

from standto.errors import DataError, Fault
from standto.schedule.schedule import Result
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
    minutes to enter a country in any mode, by country. without: forces that do not go.
    """

    closed: tuple[str, ...] = ()
    cut: tuple[str, ...] = ()
    more: tuple[tuple[str, int], ...] = ()
    permits: tuple[tuple[str, int], ...] = ()
    without: tuple[str, ...] = ()


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
            lines=world.alliance.lines.filter(~pl.col("force").is_in(list(change.without))),
        ),
    )


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
            ).select(table.columns)
            for iso, lead in permits.items()
        ]
    )
    return pl.concat([table.filter(~pl.col("iso").is_in(list(permits))), own])


def _check(world: World, change: Change) -> None:
    """Raise one DataError that names everything the change names and the world has not."""
    network = world.network
    known = {
        "--cut": (change.cut, network.links["link"], "a link"),
        "--more": ([k for k, _ in change.more], network.fleets["fleet"], "a fleet"),
        "--permit": ([k for k, _ in change.permits], network.countries["iso"], "a country"),
        "--without": (change.without, world.alliance.forces["force"], "a force"),
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
