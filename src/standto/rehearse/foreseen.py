"""What a planner knows of the trouble at a minute: what is shut, until when, and who is held.

A window is known, with its end, from the minute in which it begins; a stretched time is not
foreseen. The planner keeps off every link and terminal that a contingency may shut, also where it
strikes only some of those who use them; what a plan then meets in a run is what the engines play.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from standto.rehearse.draws import Draws
from standto.rehearse.movement import TERMINALS
from standto.schedule.underway import Outage
from standto.world.network import Network

EVERYWHERE = "*"
INSIDE = ("place", "consent", "weather", "strike", "congestion", "rail_delay")
"""Kinds that shut the links of a country, or past a place."""
HANDLING = ("place", "consent", "weather", "strike", "stop_order", "port", "airfield", "railhead")
"""Kinds that shut the terminals of a country or place."""
OWN_TABLE = {"port": "ports", "airfield": "airfields", "railhead": "railheads"}


@dataclass(frozen=True)
class Shutting:
    """What one contingency shuts: links and places, and the fleet and force that it holds."""

    keys: tuple[str, ...]
    fleet: str = ""
    force: str = ""


def shutting(contingencies: pl.DataFrame, network: Network) -> tuple[Shutting, ...]:
    """What each contingency of a table shuts; nothing where its parameters are factors."""
    links, places = _ends(network), _terminals(network)
    return tuple(
        Shutting(()) if "x" in row["parameters"] else _shut(row, links, places)
        for row in contingencies.iter_rows(named=True)
    )


def known(shuts: tuple[Shutting, ...], draws: Draws, run: int, minute: int) -> list[int]:
    """Rows of the contingencies whose window is open at a minute of a run, and shuts something."""
    open_now = (
        draws.happens[:, run] & (draws.opens[:, run] <= minute) & (draws.closes[:, run] > minute)
    )
    return [
        n
        for n in open_now.nonzero()[0].tolist()
        if shuts[n].keys or shuts[n].fleet or shuts[n].force
    ]


def outages(
    shuts: tuple[Shutting, ...], rows: list[int], draws: Draws, run: int
) -> tuple[Outage, ...]:
    """Outages of the links and places that these contingencies shut, each key until the last."""
    until: dict[str, int] = {}
    for n in rows:
        closes = int(draws.closes[n, run])
        for key in shuts[n].keys:
            until[key] = max(closes, until.get(key, 0))
    return tuple(Outage(key, 0, closes) for key, closes in sorted(until.items()))


def _shut(row: dict[str, Any], links: pl.DataFrame, places: pl.DataFrame) -> Shutting:
    kind, target = row["kind"], row["target"]
    if kind == "fleet":
        return Shutting((), fleet=target)
    if kind == "force":
        return Shutting((), force=target)
    mode = "rail" if kind == "rail_delay" else row["mode"]
    if mode:
        links, places = (table.filter(pl.col("mode") == mode) for table in (links, places))
    cut = links.filter(_cut(kind, target))["key"].to_list()
    here = pl.lit(target == EVERYWHERE) | (pl.col("iso") == target) | (pl.col("key") == target)
    if kind == "clearance":
        here = here & (pl.col("table") == "airfields")
    elif kind not in HANDLING:
        here = pl.lit(False)
    elif kind in OWN_TABLE:
        here = here & (pl.col("table") == OWN_TABLE[kind])
    return Shutting(tuple(sorted({*cut, *places.filter(here)["key"]})))


def _cut(kind: str, target: str) -> pl.Expr:
    """Links that a contingency of this kind shuts."""
    anywhere = pl.lit(target == EVERYWHERE)
    across = pl.col("u_iso") != pl.col("v_iso")
    ends = pl.any_horizontal([pl.col(c) == target for c in ("u_iso", "v_iso")])
    if kind == "link":
        return anywhere | (pl.col("key") == target)
    if kind == "border":
        a, _, b = target.partition("-")
        pair = pl.col("u_iso").is_in([a, b]) & pl.col("v_iso").is_in([a, b])
        return across & (anywhere | pair)
    if kind == "clearance":
        return across & (anywhere | ends)
    if kind in INSIDE:
        return anywhere | ends | (pl.col("u") == target) | (pl.col("v") == target)
    return pl.lit(False)


def _ends(network: Network) -> pl.DataFrame:
    """Links: key, mode, u, v, u_iso, v_iso."""
    iso = network.places.select("place", "iso")
    return (
        network.links.select(pl.col("link").alias("key"), "mode", "u", "v")
        .join(iso.rename({"place": "u", "iso": "u_iso"}), on="u", how="left")
        .join(iso.rename({"place": "v", "iso": "v_iso"}), on="v", how="left")
    )


def _terminals(network: Network) -> pl.DataFrame:
    """Terminals: key (their place), mode, table, iso."""
    iso = network.places.select("place", "iso")
    parts = [
        getattr(network, table).select("place", mode=pl.lit(mode), table=pl.lit(table))
        for mode, table in (*TERMINALS.items(), ("rail", "transloads"))
    ]
    tables: pl.DataFrame = pl.concat(parts)
    return tables.join(iso, on="place", how="left").rename({"place": "key"})
