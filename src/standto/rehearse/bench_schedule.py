"""Schedules made at random on a network, of any size, for measures and laws.

They are movements, not plans that anybody would make: lines march by road, ride in trains and ships
with a road leg at either end, or shuttle in aircraft. Fleets and terminals are given as many
vehicles and berths as are used at once, so that the schedule is feasible.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace
from itertools import islice
from typing import Any

import numpy as np
import polars as pl

from standto.plan.plan import Plan
from standto.rehearse.movement import SERVERS, TERMINALS
from standto.schedule.schedule import LEGS, Schedule
from standto.world.network import Network

SPEED_KMH = {"road": 40, "rail": 45, "sea": 30, "air": 700}
HANDLED_MIN = {"road": (0, 30), "rail": (180, 120), "sea": (600, 480), "air": (120, 90)}
LOOK = 40
"""Links after which a random way gives up looking for a terminal."""


class Ways:
    """Random ways over a network's links, and flights between its airfields."""

    def __init__(self, network: Network, rng: np.random.Generator, count: int = 150) -> None:
        """So many ways in each mode."""
        self.km = dict(network.links.select("link", "km").iter_rows())
        self.fields = sorted(network.airfields["place"])
        self.ways: dict[str, list[tuple[str, str, list[str]]]] = {}
        for mode in ("road", "rail", "sea"):
            near: dict[str, list[tuple[str, str]]] = defaultdict(list)
            for link, u, v in (
                network.links.filter(pl.col("mode") == mode).select("link", "u", "v").iter_rows()
            ):
                near[u].append((link, v))
                near[v].append((link, u))
            table = TERMINALS.get(mode)
            ends = set(getattr(network, table)["place"]) & set(near) if table else set(near)
            made = (_walk(near, sorted(ends), rng, far=mode == "road") for _ in range(20 * count))
            self.ways[mode] = list(islice((way for way in made if way), count))

    def take(self, mode: str, rng: np.random.Generator) -> tuple[str, str, list[str], float]:
        """Ends, links and length in km of one ride."""
        if mode == "air":
            a, b = rng.choice(len(self.fields), 2, replace=False)
            return self.fields[a], self.fields[b], [], float(rng.integers(300, 3000))
        origin, goal, links = self.ways[mode][int(rng.integers(len(self.ways[mode])))]
        return origin, goal, links, sum(self.km[link] for link in links)


def _walk(
    near: dict[str, list[tuple[str, str]]], ends: list[str], rng: np.random.Generator, *, far: bool
) -> tuple[str, str, list[str]] | None:
    at = origin = ends[int(rng.integers(len(ends)))]
    goals, links, been = set(ends), list[str](), {origin}
    long = int(rng.integers(4, 12)) if far else 1
    while len(links) < LOOK:
        onward = [(link, to) for link, to in near[at] if to not in been]
        if not onward:
            return None
        link, at = onward[int(rng.integers(len(onward)))]
        links.append(link)
        been.add(at)
        if len(links) >= long and at in goals:
            return origin, at, links
    return None


KINDS: tuple[tuple[float, int, tuple[str, ...]], ...] = (
    (0.3, 2, ("road",)),
    (0.4, 2, ("road", "rail", "road")),
    (0.15, 2, ("road", "sea", "road")),
    (0.15, 8, ("air",)),
)
"""Share of the lines, packets of each, and the modes in which they go: five rides a line."""


def made_legs(network: Network, lines: int, seed: int, days: int = 60) -> pl.DataFrame:
    """Legs of `lines` lines that set out over `days` days, ten lines a force."""
    rng = np.random.default_rng(seed)
    ways = Ways(network, rng, min(150, 10 + lines))
    fleets = _fleets(network)
    kinds = rng.choice(len(KINDS), lines, p=[share for share, *_ in KINDS])
    rows: list[dict[str, Any]] = []
    packet = 0
    for line in range(lines):
        _, packets, modes = KINDS[int(kinds[line])]
        legs = [ways.take(mode, rng) for mode in modes]
        lifts = [fleets[m][int(rng.integers(len(fleets[m])))] if m != "road" else "" for m in modes]
        ready = int(rng.integers(0, days * 1440))
        for _ in range(packets):
            rows += _packet(line, packet, modes, lifts, legs, ready, rng)
            packet += 1
            ready += int(rng.integers(0, 12 * 60))
    return _assets(pl.DataFrame(rows, schema=LEGS, strict=False)).with_columns(
        leg=pl.int_range(pl.len(), dtype=pl.Int64)
    )


def _fleets(network: Network) -> dict[str, list[str]]:
    modes = network.fleets.join(network.lift_types.select("lift", "mode"), on="lift")
    return {mode: sorted(modes.filter(pl.col("mode") == mode)["fleet"]) for mode in SPEED_KMH}


def _packet(
    line: int,
    packet: int,
    modes: tuple[str, ...],
    lifts: list[str],
    legs: list[tuple[str, str, list[str], float]],
    ready: int,
    rng: np.random.Generator,
) -> Iterable[dict[str, Any]]:
    now = ready
    for step, (mode, lift, (origin, goal, links, km)) in enumerate(
        zip(modes, lifts, legs, strict=True)
    ):
        load, unload = HANDLED_MIN[mode]
        depart = now + load
        takes = max(1, round(60 * km / SPEED_KMH[mode]))
        entered = np.linspace(depart, depart + takes, len(links) + 1)[:-1].astype(int).tolist()
        yield {
            "leg": 0, "force": f"f{line // 10:05d}", "line": f"l{line:06d}", "packet": packet,
            "step": step, "mode": mode, "lift": lift, "asset": -1, "trip": -1, "from": origin,
            "to": goal, "depart_min": depart, "arrive_min": depart + takes, "load_min": load,
            "unload_min": unload, "km": km, "links": links, "link_depart_min": entered,
            "countries": [], "via": [], "personnel": int(rng.integers(5, 120)), "mass_t": 100.0,
            "lane_m": 50.0, "pieces": int(rng.integers(0, 20)),
        }  # fmt: skip
        now = depart + takes + unload + int(rng.integers(0, 240))


def _assets(legs: pl.DataFrame) -> pl.DataFrame:
    """The legs with a vehicle and a trip for each ride of a fleet: the first that is free."""
    legs = legs.with_row_index("n")
    asset, trip = np.full(legs.height, -1), np.full(legs.height, -1)
    free: dict[str, list[int]] = defaultdict(list)
    aboard = legs.filter(pl.col("lift") != "").sort("depart_min", "n")
    for number, (n, lift, depart, load, arrive, unload) in enumerate(
        aboard.select("n", "lift", "depart_min", "load_min", "arrive_min", "unload_min").iter_rows()
    ):
        times = free[lift]
        mine = next((k for k, t in enumerate(times) if t <= depart - load), len(times))
        if mine == len(times):
            times.append(0)
        times[mine] = arrive + unload
        asset[n], trip[n] = mine, number
    return legs.with_columns(asset=pl.Series(asset), trip=pl.Series(trip)).drop("n")


def roomy(network: Network, legs: pl.DataFrame) -> Network:
    """The network with as many vehicles, berths, stands and ramps as the legs use at once."""
    used = legs.filter(pl.col("lift") != "").group_by("lift").agg(pl.col("asset").max() + 1)
    counts = dict(used.iter_rows())
    fleets = network.fleets.with_columns(
        count=pl.max_horizontal(
            "count", pl.col("fleet").replace_strict(counts, default=1, return_dtype=pl.Int64)
        )
    )
    wider = {"fleets": fleets}
    for mode, table in TERMINALS.items():
        peak = _peaks(legs.filter(pl.col("mode") == mode))
        servers = SERVERS[table]
        wider[table] = getattr(network, table).with_columns(
            pl.max_horizontal(
                servers, pl.col("place").replace_strict(peak, default=1, return_dtype=pl.Int64)
            ).alias(servers)
        )
    return replace(network, **wider)


def _peaks(legs: pl.DataFrame) -> dict[str, int]:
    """Most that stand at each place at once."""
    spans = pl.concat(
        [
            legs.select(
                place="from", begins=pl.col("depart_min") - pl.col("load_min"), ends="depart_min"
            ),
            legs.select(
                place="to", begins="arrive_min", ends=pl.col("arrive_min") + pl.col("unload_min")
            ),
        ]
    )
    steps = pl.concat(
        [
            spans.select("place", at="begins", change=pl.lit(1)),
            spans.select("place", at="ends", change=pl.lit(-1)),
        ]
    ).sort("place", "at", "change")
    there = steps.with_columns(there=pl.col("change").cum_sum().over("place"))
    return Counter(dict(there.group_by("place").agg(pl.col("there").max()).iter_rows()))


def made_plan(legs: pl.DataFrame) -> Plan:
    """A plan that asks for exactly these legs: each force by a week after it arrives."""
    lines = legs.group_by("line", "force").agg(pl.len()).drop("len").sort("line")
    arrived = legs.group_by("force").agg(
        due=(pl.col("arrive_min") + pl.col("unload_min")).max() + 7 * 1440
    )
    forces = arrived.sort("force").select(
        "force",
        pl.col("due").alias("required_min"),
        pl.lit(100.0).alias("closure_percent"),
        pl.col("force").hash(1).mod(3).cast(pl.Int64).add(1).alias("priority"),
    )
    return Plan("", ("made",), 0, forces, lines, pl.DataFrame())


def made_schedule(network: Network, lines: int, seed: int) -> tuple[Network, Plan, Schedule]:
    """A feasible schedule of that many lines, the plan it fulfils and the network it uses."""
    legs = made_legs(network, lines, seed)
    unplanned = pl.DataFrame(schema={"line": pl.String, "force": pl.String, "why": pl.String})
    return roomy(network, legs), made_plan(legs), Schedule(legs, unplanned)
