"""Room that what has begun takes: on links, at ramps, quays and aprons, in the calendars of a net.

Read from the legs alone, as the audit reads them, so that it holds for legs of another instance
and for legs that a simulator observed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import polars as pl

from standto.kernels.columns import HOLD, Cells, Ints
from standto.schedule.net import Net
from standto.schedule.resources import Resource
from standto.schedule.underway import Underway

Bools = npt.NDArray[np.bool_]

USES = pl.Schema(
    {
        "what": pl.String(),
        "key": pl.String(),
        "way": pl.String(),
        "minute": pl.Int64(),
        "length": pl.Int64(),
        "units": pl.Int64(),
    }
)
"""Uses of calendars: what, the link or place, the way along a link, first minute, length, units."""


def taken(net: Net, state: Underway, later: pl.DataFrame) -> list[Resource]:
    """The net's calendars with what has begun taken off.

    later: legs of the same packets that have not begun; they tell where a load changes trains.
    """
    made = list(net.calendars.made)
    found = pl.concat(uses(net, state, later)).join(calendars(net), on=["what", "key", "way"])
    which, window, units = less(made, *(found[name].to_numpy() for name in NUMBERS))
    order = np.argsort(which, kind="stable")
    for part in np.split(order, np.flatnonzero(np.diff(which[order])) + 1):
        if part.size:
            r = made[which[part[0]]]
            cells = r.cells.copy()
            np.subtract.at(cells, window[part], units[part])
            made[which[part[0]]] = replace(r, cells=cells)
    return made


NUMBERS = ("n", "minute", "length", "units")


def less(
    made: list[Resource], which: Ints, minute: Ints, length: Ints, units: Ints
) -> tuple[Ints, Ints, Cells]:
    """Calendar, window and units of every use: one window's units, or a place in each of a span."""
    facts = [(r.window_min, r.cells.size, r.base, int(r.kind == HOLD)) for r in made]
    wide, size, base, hold = np.array(facts, dtype=np.int64).reshape(len(made), 4)[which].T
    first = minute // wide
    last = np.where(hold > 0, (minute + np.maximum(length, 1) - 1) // wide, first)
    first, last = np.maximum(first, 0), np.minimum(last, size - 1)
    count = np.maximum(0, last - first + 1)
    use = np.repeat(np.arange(which.size), count)
    window = np.arange(use.size) - np.repeat(np.cumsum(count) - count - first, count)
    least = np.where(hold > 0, 1, np.clip(units, 1, np.maximum(base, 1)))
    return which[use], window, least[use].astype(np.int32)


def calendars(net: Net) -> pl.DataFrame:
    """what, key, way (empty but for links) and row `n` of every calendar."""
    index = net.calendars.index
    return pl.DataFrame(
        {
            "what": [key[0] for key in index],
            "key": [key[1] for key in index],
            "way": [key[2] if key[0] == "link" else "" for key in index],
            "n": list(index.values()),
        },
        schema={"what": pl.String, "key": pl.String, "way": pl.String, "n": pl.Int64},
    )


def uses(net: Net, state: Underway, later: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Every use of a calendar by a leg begun, but for those that ended before any window of now."""
    longest = max((r.window_min for r in net.calendars.made), default=0)
    onward = later.sort("packet", "step").group_by("packet", maintain_order=True).first()
    after = onward.select("packet", then_mode="mode")
    legs = (
        state.legs.sort("packet", "step")
        .join(after, on="packet", how="left", maintain_order="left")
        .with_columns(
            then_mode=pl.col("mode").shift(-1).over("packet").fill_null(pl.col("then_mode")),
            before_mode=pl.col("mode").shift(1).over("packet"),
        )
        .filter(pl.col("arrive_min") + pl.col("unload_min") > state.now_min - longest)
    )
    yield from lanes(legs.filter(pl.col("mode") == "sea"))
    aboard = pl.col("trip") >= 0
    trips = legs.filter(aboard).unique("trip", keep="first", maintain_order=True)
    yield from handled(trips)
    yield entered(net, pl.concat([trips, legs.filter(~aboard)]))


def used(
    legs: pl.DataFrame, what: str, place: str, minute: pl.Expr, **more: pl.Expr
) -> pl.DataFrame:
    """One use a leg, at one of its ends."""
    columns = {"way": pl.lit(""), "length": pl.lit(0), "units": pl.lit(1)} | more
    made = legs.select(what=pl.lit(what), key=place, minute=minute, **columns)
    return made.select(pl.col(name).cast(kind) for name, kind in USES.items())


BEGIN = pl.col("depart_min") - pl.col("load_min")


def lanes(legs: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Lane metres handled at both ports, in dm."""
    units = pl.max_horizontal(1, (pl.col("lane_m") * 10).round(mode="half_to_even"))
    yield used(legs, "lanes", "from", BEGIN, units=units)
    yield used(legs, "lanes", "to", pl.col("arrive_min"), units=units)


def handled(trips: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Places taken while a trip loads and unloads, and trains handled."""
    load, arrive, unload = (pl.col(name) for name in ("load_min", "arrive_min", "unload_min"))
    for what, mode in (("berths", "sea"), ("mog", "air"), ("ramps", "rail")):
        own = trips.filter(pl.col("mode") == mode)
        rail = pl.lit(mode == "rail")
        starts = own.filter(~(rail & (pl.col("before_mode") == "rail").fill_null(False)))
        changes = rail & (pl.col("then_mode") == "rail").fill_null(False)
        ends = own.filter(~changes)
        yield used(starts, what, "from", BEGIN, length=load)
        yield used(ends, what, "to", arrive, length=unload)
        yield used(own.filter(changes), "transload", "to", arrive)
        if mode == "rail":
            yield used(starts, "trains", "from", BEGIN)
            yield used(ends, "trains", "to", arrive)


def entered(net: Net, legs: pl.DataFrame) -> pl.DataFrame:
    """Links entered, each way: vehicles on the road, else one train or ship."""
    marched = pl.col("mode") == "road"
    units = pl.when(marched).then(pl.max_horizontal(1, "pieces")).otherwise(1)
    links = (
        legs.select("from", "to", "links", "link_depart_min", units=units)
        .with_row_index("row")
        .filter(pl.col("links").list.len() > 0)
        .explode("links", "link_depart_min")
        .join(
            net.world.network.links.select("link", "u", "v"),
            left_on="links", right_on="link", how="left", maintain_order="left",
        )
    )  # fmt: skip
    return links.select(
        what=pl.lit("link"), key="links", way=ways(links), minute="link_depart_min",
        length=pl.lit(0), units="units",
    ).select(pl.col(name).cast(kind) for name, kind in USES.items())  # fmt: skip


def ways(links: pl.DataFrame) -> pl.Series:
    """Along which way each link is entered: by the end at which its leg then is.

    Where a link is no longer in the network, those after it are followed back from the leg's end.
    """
    columns = ("u", "v", "from", "to")
    ends = pl.concat([links[name] for name in columns]).rank("dense").fill_null(0)
    u, v, start, end = np.split(ends.to_numpy().astype(np.int64), len(columns))
    row = links["row"].to_numpy()
    last = np.flatnonzero(np.append(row[1:] != row[:-1], True)[: row.size])
    size = np.diff(last, prepend=-1)
    first = last - size + 1
    forth, sure = along(start[first], u, v, first, size, 1)
    back, _ = along(end[last], v, u, last, size, -1)
    return pl.Series(np.where(np.where(sure, forth, back), "forth", "back"))


def along(
    at: Ints, near: Ints, far: Ints, begin: Ints, size: Ints, step: int
) -> tuple[Bools, Bools]:
    """Which links are entered at their near end, leg by leg from a place on, and which surely.

    begin, size: first row of each leg and its number of links. step: 1 onward, -1 back.
    """
    nearly, sure = np.zeros(near.size, dtype=bool), np.zeros(near.size, dtype=bool)
    for k in range(int(size.max(initial=0))):
        on = np.flatnonzero(size > k)
        here = begin[on] + step * k
        nearly[here] = at[on] == near[here]
        sure[here] = nearly[here] | (at[on] == far[here])
        at[on] = np.where(nearly[here], far[here], near[here])
    return nearly, sure
