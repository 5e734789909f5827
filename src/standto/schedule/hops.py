"""Hops: one ride in one mode between two stops, with its links, borders and handling."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from standto.kernels import columns as c
from standto.kernels.columns import NEVER
from standto.schedule.fleets import gauge_group
from standto.schedule.ground import daily_driving, elapsed, entered
from standto.schedule.resources import Calendars
from standto.schedule.web import CHANGE, GROUND, TRACKED_OWN_MIN, Kind, Web
from standto.world.graph import AIR, RAIL, ROAD, SEA

Ints = npt.NDArray[np.int64]
PASSING = 20
"""Vehicles that pass a link in one window of its march credit: one march unit."""


@dataclass
class Hops:
    """Hops made so far, each once.

    rows, steps, borders: as the kernels read them. ends: (stop, stop) of each hop. arcs: its arcs
    of the graph in order of travel, empty by air. entered: minutes (and hectometres) after
    departure at which each arc is entered. km: its length. flows: calendar of each arc used.
    """

    web: Web
    calendars: Calendars
    rows: list[list[int]] = field(default_factory=list)
    steps: list[tuple[int, int, int]] = field(default_factory=list)
    borders: list[tuple[int, int, int]] = field(default_factory=list)
    ends: list[tuple[int, int]] = field(default_factory=list)
    arcs: list[Ints] = field(default_factory=list)
    offsets: list[tuple[Ints, Ints]] = field(default_factory=list)
    km: list[float] = field(default_factory=list)
    index: dict[tuple[object, ...], int] = field(default_factory=dict)
    marches: dict[tuple[int, bool, bool, int, int], int] = field(default_factory=dict)
    facts: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    flows: dict[int, int] = field(default_factory=dict)

    def road(self, kind: Kind, start: int, end: int) -> int:
        """Hop by road between stops: on own wheels, or aboard transporters beyond a short way."""
        asked = (kind.heaviest_kg, kind.roads, kind.tracked, start, end)
        if asked not in self.marches:
            self.marches[asked] = self._road(kind, start, end)
        return self.marches[asked]

    def _road(self, kind: Kind, start: int, end: int) -> int:
        ways = self.web.roads(kind.heaviest_kg, kind.roads)
        return self.by_road(kind, start, end, ways.arcs(start, end))

    def by_road(self, kind: Kind, start: int, end: int, arcs: Ints) -> int:
        """Hop by one road between stops, given by its arcs."""
        driving = int(self.web.ground.graph.minutes[arcs].sum())
        carried = kind.tracked and driving > TRACKED_OWN_MIN
        key = (ROAD, carried, start, end, arcs.tobytes())
        if key not in self.index:
            daily = daily_driving(self.web.ground.factors, carried)
            minutes = self.web.ground.graph.minutes[arcs]
            before = entered(np.concatenate(([0], np.cumsum(minutes)[:-1])), daily)
            row = self._blank(ROAD, start, end)
            row[c.H_MIN] = int(elapsed(np.array([driving]), daily)[0])
            row[c.H_LIFT] = int(carried)
            self._add(key, row, arcs, before, np.zeros_like(before))
        return self.index[key]

    def lift(self, mode: int, kind: Kind, start: int, end: int) -> int:
        """Hop by one lift between two nodes of the web."""
        web = self.web
        key = (mode, start, end, kind.heaviest_kg if mode == RAIL else 0, kind.flying)
        if key not in self.index:
            make = {RAIL: self._rail, SEA: self._sea, AIR: self._air}[mode]
            make(key, kind, start, end)
        assert web.node_stop.size > max(start, end)
        return self.index[key]

    def lifted(self) -> Iterator[tuple[int, int, int, int]]:
        """Hops by rail and sea: mode, first and last node of the web, and the hop."""
        for key, hop in self.index.items():
            if key[0] in (RAIL, SEA):
                mode, start, end, *_ = key
                yield mode, start, end, hop  # type: ignore[misc]

    def _rail(self, key: tuple[object, ...], kind: Kind, start: int, end: int) -> None:
        web = self.web
        here, there = int(web.node_stop[start]), int(web.node_stop[end])
        gauges = [int(layer.removeprefix("rail")) for layer in web.ground.rail_layers]
        if web.node_state[start] == CHANGE:
            gauges = [g for g in gauges if gauge_group(g) == web.change_to[start]]
        if web.node_state[end] == CHANGE:
            gauges = [g for g in gauges if gauge_group(g) == web.change_from[end]]
        owned = set(
            web.fleets.table[
                web.fleets.eligible(RAIL, kind.heaviest_kg, False, kind.hazardous), c.F_GAUGE
            ]
        )
        ways = [
            (int(web.rails(f"rail{g}", kind.heaviest_kg).minutes[here, there]), g)
            for g in gauges
            if gauge_group(g) in owned
        ]
        minutes, gauge = min(ways)
        arcs = web.rails(f"rail{gauge}", kind.heaviest_kg).arcs(here, there)
        times = web.ground.graph.minutes[arcs]
        before = np.concatenate(([0], np.cumsum(times)[:-1])).astype(np.int64)
        row = self._blank(RAIL, here, there)
        row[c.H_MIN] = minutes
        row[c.H_GAUGE] = gauge_group(gauge)
        row[c.H_LIFT] = 1
        self._rail_end(row, start, c.H_FROM_HOLD, c.H_FROM_FLOW, c.H_LOAD, False)
        self._rail_end(row, end, c.H_TO_HOLD, c.H_TO_FLOW, c.H_UNLOAD, True)
        self._add(key, row, arcs, before, np.zeros_like(before))

    def _rail_end(
        self, row: list[int], node: int, hold: int, flow: int, handle: int, arriving: bool
    ) -> None:
        """What a train needs at one end: ramps, or the transload station, or a quay's own track."""
        web = self.web
        place = web.stops[web.node_stop[node]]
        if web.node_state[node] == GROUND:
            head = self._row("railheads", place)
            row[hold] = self.calendars.hold("ramps", place, head["ramps"])
            row[flow] = self.calendars.flow("trains", (place,), head["trains_per_day"], 1)
        elif web.node_state[node] == CHANGE:
            row[handle] = int(web.handling[node]) if arriving else 0
            if arriving:
                gauges = sorted((int(web.change_from[node]), int(web.change_to[node])))
                per_day = self._transloads(place, gauges)
                key = (place, str(gauges[0]), str(gauges[1]))
                row[flow] = self.calendars.flow("transload", key, per_day, 1)

    def _transloads(self, place: str, gauges: list[int]) -> float:
        table = self.web.ground.network.transloads.filter(pl.col("place") == place)
        for one, two, per_day in table.select(
            "gauge_from_mm", "gauge_to_mm", "trains_per_day"
        ).iter_rows():
            if sorted((gauge_group(one), gauge_group(two))) == gauges:
                return float(per_day)
        raise AssertionError("a CHANGE node is made from a row of transloads")

    def _sea(self, key: tuple[object, ...], kind: Kind, start: int, end: int) -> None:
        web = self.web
        here, there = int(web.node_stop[start]), int(web.node_stop[end])
        arcs = web.sea.ways.arcs(here, there)
        graph = web.ground.graph
        lane = web.ground.network.links["class"].to_numpy() == "lane"
        at_sea = lane[graph.link[arcs]]
        fixed = np.where(at_sea, 0, graph.minutes[arcs])
        far = np.where(at_sea, np.ceil(graph.km[arcs] * 10), 0).astype(np.int64)
        row = self._blank(SEA, here, there)
        row[c.H_MIN], row[c.H_KM] = int(fixed.sum()), int(far.sum())
        row[c.H_LIFT] = 1
        ports = [self._port(web.stops[stop]) for stop in (here, there)]
        row[c.H_FROM_HOLD], row[c.H_FROM_FLOW], _ = ports[0]
        row[c.H_TO_HOLD], row[c.H_TO_FLOW], _ = ports[1]
        row[c.H_DRAUGHT] = min(port[2] for port in ports)
        before = [np.concatenate(([0], np.cumsum(x)[:-1])).astype(np.int64) for x in (fixed, far)]
        self._add(key, row, arcs, before[0], before[1])

    def _port(self, place: str) -> tuple[int, int, int]:
        port = self._row("ports", place)
        draught = NEVER if port["draught_m"] is None else round(port["draught_m"] * 10)
        lanes = port["lane_m_per_day"] * 10.0
        return (
            self.calendars.hold("berths", place, port["berths"]),
            self.calendars.flow("lanes", (place,), lanes, round(lanes)),
            draught,
        )

    def _air(self, key: tuple[object, ...], kind: Kind, start: int, end: int) -> None:
        web = self.web
        here, there = int(web.node_stop[start]), int(web.node_stop[end])
        fields = [self._row("airfields", web.stops[stop]) for stop in (here, there)]
        far = int(web.flights[here, there])
        row = self._blank(AIR, here, there)
        row[c.H_RUNWAY] = min(field["runway_m"] for field in fields)
        if kind.flying:
            row[c.H_MIN] = -(-far * 6 // round(web.ground.factors["air_kmh"]))
        else:
            row[c.H_KM] = far
            row[c.H_LIFT] = 1
            for name, place, airfield in zip(
                (c.H_FROM_HOLD, c.H_TO_HOLD), (here, there), fields, strict=True
            ):
                row[name] = self.calendars.hold(
                    "mog", web.stops[place], airfield["mog"], airfield["hours_per_day"]
                )
        nothing = np.zeros(0, dtype=np.int64)
        self._add(key, row, nothing, nothing, nothing, far / 10)

    def _blank(self, mode: int, start: int, end: int) -> list[int]:
        row = [0] * c.HOP_FIELDS
        row[c.H_MODE], row[c.H_FROM], row[c.H_TO] = mode, start, end
        row[c.H_LOAD] = row[c.H_UNLOAD] = -1
        for column in (c.H_FROM_HOLD, c.H_FROM_FLOW, c.H_TO_HOLD, c.H_TO_FLOW):
            row[column] = -1
        return row

    def _add(
        self,
        key: tuple[object, ...],
        row: list[int],
        arcs: Ints,
        minutes: Ints,
        hectometres: Ints,
        km: float | None = None,
    ) -> None:
        graph = self.web.ground.graph
        row[c.H_STEP], row[c.H_BORDER] = len(self.steps), len(self.borders)
        least = PASSING if row[c.H_MODE] == ROAD else 1
        for arc, minute, far in zip(
            arcs.tolist(), minutes.tolist(), hectometres.tolist(), strict=True
        ):
            found = self._flow(arc, least)
            if found >= 0:
                self.steps.append((found, minute, far))
        self._borders(row, arcs, minutes, hectometres)
        row[c.H_STEP_END], row[c.H_BORDER_END] = len(self.steps), len(self.borders)
        row[c.H_LEAST] = self._least(row)
        self.index[key] = len(self.rows)
        self.rows.append(row)
        self.ends.append((row[c.H_FROM], row[c.H_TO]))
        self.arcs.append(arcs)
        self.offsets.append((minutes, hectometres))
        self.km.append(float(graph.km[arcs].sum()) if km is None else km)

    def _flow(self, arc: int, least: int) -> int:
        """Calendar of an arc, -1 where nothing limits it."""
        if arc not in self.flows:
            graph = self.web.ground.graph
            link = self._link_names()[graph.link[arc]]
            way = "forth" if arc < graph.tail.size // 2 else "back"
            per_day = float(graph.per_day[arc])
            self.flows[arc] = self.calendars.flow("link", (link, way), per_day, least)
        return self.flows[arc]

    def _least(self, row: list[int]) -> int:
        """Least minutes of a ride, handling included, by any fleet of the mode."""
        if not row[c.H_LIFT]:
            return row[c.H_MIN]
        least = NEVER
        for fleet in self.web.fleets.table[:, [c.F_MODE, c.F_SPEED, c.F_LOAD, c.F_UNLOAD]].tolist():
            mode, speed, load, unload = fleet
            if mode == row[c.H_MODE]:
                load = load if row[c.H_LOAD] < 0 else row[c.H_LOAD]
                unload = unload if row[c.H_UNLOAD] < 0 else row[c.H_UNLOAD]
                run = row[c.H_MIN] - (-row[c.H_KM] * 6 // speed)
                least = min(least, load + run + unload)
        return 0 if least == NEVER else least

    def _borders(self, row: list[int], arcs: Ints, minutes: Ints, hectometres: Ints) -> None:
        """A crossing wherever a link leads into another country; by air, on landing."""
        graph = self.web.ground.graph
        if row[c.H_MODE] == AIR:
            places = [self.web.stops[row[c.H_FROM]], self.web.stops[row[c.H_TO]]]
            one, two = (int(graph.place_country[graph.places.index(p)]) for p in places)
            if one != two:
                self.borders.append((two, row[c.H_MIN], row[c.H_KM]))
            return
        here, there = graph.country(graph.tail[arcs]), graph.country(graph.head[arcs])
        for k in np.flatnonzero(here != there):
            if graph.countries[there[k]] != "--":
                self.borders.append((int(there[k]), int(minutes[k]), int(hectometres[k])))

    def _link_names(self) -> list[str]:
        if "links" not in self.facts:
            self.facts["links"] = {"key": {"all": self.web.ground.network.links["link"].to_list()}}
        names: list[str] = self.facts["links"]["key"]["all"]
        return names

    def _row(self, table: str, place: str) -> dict[str, Any]:
        if not self.facts.get(table):
            rows = getattr(self.web.ground.network, table).iter_rows(named=True)
            self.facts[table] = {row["place"]: row for row in rows}
        return self.facts[table][place]
