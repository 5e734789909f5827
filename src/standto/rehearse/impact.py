"""Which contingency strikes which activity: a window met on the way, or a share of it stretched."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from standto.rehearse.movement import LOAD, RIDE, TERMINALS, UNLOAD, Movement
from standto.world.network import Network


@dataclass(frozen=True)
class Impact:
    """CSR lists over activities: which hazards strike it, when, and how much of it.

    ptr: (activities + 1,). hazard: row of the table of contingencies. offset: minutes after the
    activity's start at which it is met. share: of its duration, that a factor stretches.
    """

    ptr: npt.NDArray[np.int64]
    hazard: npt.NDArray[np.int64]
    offset: npt.NDArray[np.int32]
    share: npt.NDArray[np.float32]

    def arrays(
        self,
    ) -> tuple[
        npt.NDArray[np.int64],
        npt.NDArray[np.int64],
        npt.NDArray[np.int32],
        npt.NDArray[np.float32],
    ]:
        """The lists in the order in which the kernels take them."""
        return self.ptr, self.hazard, self.offset, self.share

    @property
    def owner(self) -> npt.NDArray[np.int64]:
        """Activity that each entry strikes."""
        return np.repeat(np.arange(len(self.ptr) - 1), np.diff(self.ptr))

    def only(self, kept: npt.NDArray[np.bool_]) -> Impact:
        """The same with some of its entries."""
        ptr = np.searchsorted(self.owner[kept], np.arange(len(self.ptr))).astype(np.int64)
        return Impact(ptr, self.hazard[kept], self.offset[kept], self.share[kept])


@dataclass(frozen=True)
class Ways:
    """Rides as a contingency sees them.

    rides: ride, mode, lift, from, to, from_iso, to_iso, heavy, sets_out (its packets' first leg),
    forces. steps: one row a link of a ride: ride, link, u, v, u_iso, v_iso, offset (minutes after
    departure at which it is entered), share (of the ride's time).
    """

    rides: pl.DataFrame
    steps: pl.DataFrame


def impact(
    moves: Movement, rows: pl.DataFrame, contingencies: pl.DataFrame, network: Network
) -> Impact:
    """What each contingency of a table strikes; rows of the table number the hazards.

    rows: ride and phase of each activity, in the order in which an engine numbers them.
    """
    ways = ways_of(moves, network)
    met = [
        met_by(row, ways).select(pl.lit(hazard, dtype=pl.Int64).alias("hazard"), *MET)
        for hazard, row in enumerate(contingencies.iter_rows(named=True))
    ]
    activities = rows.with_row_index("activity")
    struck = (
        pl.concat([NOTHING.select(pl.lit(0, dtype=pl.Int64).alias("hazard"), *MET), *met])
        .join(activities, on=["ride", "phase"])
        .sort("activity", "hazard", "offset")
    )
    at = struck["activity"].to_numpy()
    return Impact(
        ptr=np.searchsorted(at, np.arange(rows.height + 1)).astype(np.int64),
        hazard=struck["hazard"].to_numpy().astype(np.int64),
        offset=struck["offset"].to_numpy().astype(np.int32),
        share=struck["share"].to_numpy().astype(np.float32),
    )


def ways_of(moves: Movement, network: Network) -> Ways:
    """What a contingency looks up, from a movement and its network."""
    iso = network.places.select("place", "iso")
    rides = moves.rides.join(
        iso.rename({"place": "from", "iso": "from_iso"}), on="from", how="left"
    ).join(iso.rename({"place": "to", "iso": "to_iso"}), on="to", how="left")
    limit = _civil_limit_t(network)
    rides = rides.with_columns(
        heavy=(pl.col("mode") == "road")
        & (pl.col("pieces") > 0)
        & ((pl.col("lift") != "") | (pl.col("mass_t") > limit * pl.col("pieces"))),
        sets_out=pl.col("step") == 0,
    ).sort("ride")
    ends = (
        network.links.select("link", "u", "v")
        .join(iso.rename({"place": "u", "iso": "u_iso"}), on="u", how="left")
        .join(iso.rename({"place": "v", "iso": "v_iso"}), on="v", how="left")
    )
    steps = (
        rides.select("ride", "links", "link_depart_min", "depart_min", "arrive_min")
        .explode("links", "link_depart_min")
        .drop_nulls("links")
        .with_columns(
            offset=pl.col("link_depart_min") - pl.col("depart_min"),
            until=pl.col("link_depart_min").shift(-1).over("ride").fill_null(pl.col("arrive_min")),
            length=pl.max_horizontal(pl.col("arrive_min") - pl.col("depart_min"), 1),
        )
        .with_columns(share=(pl.col("until") - pl.col("link_depart_min")) / pl.col("length"))
        .join(ends, left_on="links", right_on="link", how="left", maintain_order="left")
        .rename({"links": "link"})
    )
    return Ways(rides, steps)


def _civil_limit_t(network: Network) -> float:
    """Heaviest piece that needs no permit of its own; no limit where the factors name none."""
    named = network.factors.filter(pl.col("factor") == "civil_gross_t")
    return float(named["value"][0]) if named.height else float("inf")


MET = ("ride", "phase", "offset", "share")
"""Columns of what a contingency meets: a ride's phase, minutes after its start, share stretched."""
NOTHING = pl.DataFrame(
    schema={"ride": pl.Int64(), "phase": pl.Int64(), "offset": pl.Int64(), "share": pl.Float64()}
)


def met_by(row: dict[str, Any], ways: Ways) -> pl.DataFrame:
    """What one contingency meets: columns MET."""
    if row["mode"]:
        rides = ways.rides.filter(pl.col("mode") == row["mode"])
        ways = Ways(rides, ways.steps.join(rides.select("ride"), on="ride", how="semi"))
    return MEETINGS[row["kind"]](row["target"], ways)


def _whole(rides: pl.DataFrame, *phases: int) -> pl.DataFrame:
    """Phases of rides as wholes, struck at their start."""
    parts = [
        rides.select(
            "ride",
            pl.lit(phase, dtype=pl.Int64).alias("phase"),
            pl.lit(0, dtype=pl.Int64).alias("offset"),
            pl.lit(1.0).alias("share"),
        )
        for phase in phases
    ]
    return pl.concat([NOTHING, *parts])


def _first(steps: pl.DataFrame) -> pl.DataFrame:
    """Rides struck where the first of these steps begins, stretched over all of them."""
    met = steps.group_by("ride").agg(pl.col("offset").min(), pl.col("share").sum())
    return met.select(
        "ride", pl.lit(RIDE, dtype=pl.Int64).alias("phase"), "offset", pl.col("share").clip(0, 1)
    )


def _touching(target: str) -> pl.Expr:
    """Steps in a country, or past a place; all of them for *."""
    if target == "*":
        return pl.lit(True)
    named = [pl.col(c) == target for c in ("u", "v", "u_iso", "v_iso")]
    return pl.any_horizontal(named)


def _ending(target: str, end: str) -> pl.Expr:
    """Rides with an end at a place or in a country; all of them for *."""
    if target == "*":
        return pl.lit(True)
    return (pl.col(end) == target) | (pl.col(f"{end}_iso") == target)


def _link(target: str, ways: Ways) -> pl.DataFrame:
    return _first(ways.steps.filter((pl.col("link") == target) | pl.lit(target == "*")))


def _inside(target: str, ways: Ways) -> pl.DataFrame:
    """The part of each ride within a country or past a place; a flight when it touches it."""
    flights = ways.rides.filter(
        pl.col("links").list.len() == 0, _ending(target, "from") | _ending(target, "to")
    )
    return pl.concat([_first(ways.steps.filter(_touching(target))), _whole(flights, RIDE)])


def _handled(target: str, ways: Ways) -> pl.DataFrame:
    """Loading and unloading at a place or in a country."""
    loads = _whole(ways.rides.filter(_ending(target, "from")), LOAD)
    return pl.concat([loads, _whole(ways.rides.filter(_ending(target, "to")), UNLOAD)])


def _all_there(target: str, ways: Ways) -> pl.DataFrame:
    return pl.concat([_inside(target, ways), _handled(target, ways)])


def _terminal(table: str) -> Callable[[str, Ways], pl.DataFrame]:
    mode = next(mode for mode, name in TERMINALS.items() if name == table)

    def handled(target: str, ways: Ways) -> pl.DataFrame:
        rides = ways.rides.filter(pl.col("mode") == mode)
        return _handled(target, Ways(rides, ways.steps))

    return handled


def _border(pair: str, ways: Ways) -> pl.DataFrame:
    crossing = ways.steps.filter(pl.col("u_iso") != pl.col("v_iso"))
    if pair != "*":
        a, b = pair.split("-")
        one_way = (pl.col("u_iso") == a) & (pl.col("v_iso") == b)
        other = (pl.col("u_iso") == b) & (pl.col("v_iso") == a)
        crossing = crossing.filter(one_way | other)
    return _first(crossing)


def _clearance(iso: str, ways: Ways) -> pl.DataFrame:
    """Where each ride first crosses the country's border, or the flight into it."""
    crossing = ways.steps.filter(pl.col("u_iso") != pl.col("v_iso"))
    flights = ways.rides.filter(
        pl.col("links").list.len() == 0, pl.col("from_iso") != pl.col("to_iso")
    )
    if iso != "*":
        crossing = crossing.filter((pl.col("u_iso") == iso) | (pl.col("v_iso") == iso))
        flights = flights.filter(pl.col("to_iso") == iso)
    return pl.concat([_first(crossing), _whole(flights, RIDE)])


def _fleet(target: str, ways: Ways) -> pl.DataFrame:
    aboard = (pl.col("lift") == target) | (pl.lit(target == "*") & (pl.col("lift") != ""))
    return _whole(ways.rides.filter(aboard), LOAD, RIDE)


def _force(target: str, ways: Ways) -> pl.DataFrame:
    own = pl.lit(target == "*") | pl.col("forces").list.contains(target)
    return _whole(ways.rides.filter(pl.col("sets_out") & own), LOAD)


def _stop_order(target: str, ways: Ways) -> pl.DataFrame:
    return _whole(ways.rides.filter(_ending(target, "from") | _ending(target, "to")), LOAD)


def _only(where: pl.Expr) -> Callable[[str, Ways], pl.DataFrame]:
    def inside(target: str, ways: Ways) -> pl.DataFrame:
        rides = ways.rides.filter(where)
        return _inside(target, Ways(rides, ways.steps.join(rides, on="ride", how="semi")))

    return inside


MEETINGS: dict[str, Callable[[str, Ways], pl.DataFrame]] = {
    "link": _link,
    "border": _border,
    "port": _terminal("ports"),
    "airfield": _terminal("airfields"),
    "railhead": _terminal("railheads"),
    "fleet": _fleet,
    "force": _force,
    "clearance": _clearance,
    "stop_order": _stop_order,
    "road_refusal": _only(pl.col("heavy")),
    "rail_delay": _only(pl.col("mode") == "rail"),
    "place": _all_there,
    "consent": _all_there,
    "weather": _all_there,
    "strike": _all_there,
    "congestion": _inside,
}
