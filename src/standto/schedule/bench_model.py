"""The exact model in the making: its variables by ride, and what is to be minimised."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from ortools.sat.python import cp_model

from standto.kernels import columns as c
from standto.schedule.bench_child import Rules
from standto.schedule.bench_ways import Given, Ways
from standto.schedule.bench_windows import Windows

SCALE = 10**6
"""Whole units of the objective in a minute: what rounding of weights can change is below 0.1."""


@dataclass(frozen=True)
class Trip:
    """Variables of one ride: when it begins to load, leaves, arrives and is unloaded."""

    on: Any
    begin: Any
    depart: Any
    arrive: Any
    free: Any


@dataclass
class Model:
    """The model in the making; variables by node.

    slots: the window of a calendar that holds a minute, the minute, and its width; lengths: how
    many windows from a first to a last one are held.
    """

    ways: Ways
    rules: Rules
    horizon: int
    windows: Windows
    cp: cp_model.CpModel = field(default_factory=cp_model.CpModel)
    trips: list[Trip] = field(default_factory=list)
    leads: dict[int, Any] = field(default_factory=dict)
    joins: dict[tuple[int, int], Any] = field(default_factory=dict)
    by_fleet: dict[tuple[int, int], Any] = field(default_factory=dict)
    follows: dict[tuple[int, int, int], Any] = field(default_factory=dict)
    chosen: dict[tuple[int, int], Any] = field(default_factory=dict)
    users: dict[int, list[tuple[Any, Any, Any, int]]] = field(default_factory=dict)
    slots: list[tuple[Any, Any, int]] = field(default_factory=list)
    lengths: list[tuple[Any, Any, Any]] = field(default_factory=list)
    arrivals: dict[int, Any] = field(default_factory=dict)
    late: dict[int, Any] = field(default_factory=dict)
    closing: Any = None
    cost: Any = None

    @property
    def given(self) -> Given:
        """The instance."""
        return self.ways.given

    @cached_property
    def hops(self) -> list[list[int]]:
        """Rows of hops as plain numbers."""
        rows: list[list[int]] = self.given.tables.hops.tolist()
        return rows

    def minute(self, name: str) -> Any:
        """A new minute."""
        return self.cp.new_int_var(0, self.horizon - 1, name)


def stands(model: Model, fleet: int) -> list[tuple[int, int, int]]:
    """Where assets of a fleet begin: stop, minute, and how many stand there."""
    t = model.given.tables
    row = t.fleets[fleet]
    rows = t.asset_from[row[c.F_ASSET] : row[c.F_ASSET_END]]
    found, count = np.unique(rows, axis=0, return_counts=True)
    return [(int(s), int(m), int(k)) for (s, m), k in zip(found, count, strict=True)]


AIMS = ("objective", "closure", "response", "lateness")


def minimise(model: Model, aim: str = "objective") -> None:
    """Take one measure as what is minimised, in SCALE units a minute, whatever was before."""
    t, cp = model.given.tables, model.cp
    cp.clear_objective()
    terms = []
    if aim in ("objective", "closure"):
        weight = model.given.closure_weight if aim == "objective" else 1.0
        terms.append(round(weight * SCALE) * model.closing)
    for (line, option), literal in model.chosen.items():
        due, since = int(t.lines[line, c.L_REQUIRED]), int(model.given.since[line])
        for packet in model.ways.packets(line, option):
            pay = [round(float(t.weight[packet]) * float(x) * SCALE) for x in t.aims[:2]]
            if aim in ("objective", "response"):
                terms.append(pay[0] * (model.arrivals[packet] - since * literal))
            if aim in ("objective", "lateness") and due < model.horizon:
                terms.append(pay[1] * model.late[packet])
    model.cost = sum(terms)
    cp.minimize(model.cost)


def measure(model: Model) -> None:
    """The last arrival, and by how much each packet is late."""
    t, cp = model.given.tables, model.cp
    model.closing = model.minute("closure")
    for packet, arrive in model.arrivals.items():
        cp.add(model.closing >= arrive)
        due = int(t.lines[t.packets[packet, c.P_LINE], c.L_REQUIRED])
        if due < model.horizon:
            model.late[packet] = model.minute(f"late{packet}")
            cp.add(model.late[packet] >= arrive - due)
