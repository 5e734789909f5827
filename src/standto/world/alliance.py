"""Who stands together: members, forces, what moves, and the words of the scenario file."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
import polars as pl


class PlanTitle(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A defensive plan that the council can activate: its key, title and area."""

    plan: str
    title: str
    area: str


class Objective(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Weights of the measures that the schedule minimises together.

    closure: per minute of the last arrival. response: per minute of the mean from ready to
    arrival. lateness: per minute of the mean behind required dates. Means are over packets, by
    people, tonnes and priority. lift: per hour for which any lift is loaded, under way with loads
    or unloaded; lift_road and so on: of one mode, on top. borders: per border crossed by a packet.
    """

    closure: float = 1.0
    response: float = 1.0
    lateness: float = 10.0
    lift: float = 0.0
    lift_road: float = 0.0
    lift_rail: float = 0.0
    lift_sea: float = 0.0
    lift_air: float = 0.0
    borders: float = 0.0

    def of_lift(self, mode: str) -> float:
        """Weight of an hour of a mode's lift."""
        modes = {
            "road": self.lift_road,
            "rail": self.lift_rail,
            "sea": self.lift_sea,
            "air": self.lift_air,
        }
        return self.lift + modes[mode]


class Scenario(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `scenario.toml` says. Durations are text with units; c_hour is a UTC time.

    contingencies: a library that lies under the scenario's own contingencies: a network's name or a
    folder with `contingencies.csv`; blank for none. A row of the same key replaces the library's.
    phase: which clearance lead times hold (peace, alert, crisis).
    other_side: country codes with which the channel is kept open.
    council: the procedure pack that the council follows.
    """

    name: str
    title: str
    summary: str
    alliance: str
    c_hour: str
    plans: tuple[PlanTitle, ...]
    other_side: tuple[str, ...] = ()
    network: str = "europe"
    council: str = "nato"
    contingencies: str = ""
    rules: tuple[str, ...] = ("territory", "vienna", "montreux", "founding_act")
    phase: str = "crisis"
    horizon: str = "60 d"
    slot: str = "1 h"
    objective: Objective = Objective()


@dataclass(frozen=True)
class Alliance:
    """Members and their forces; tables as `schema/` states them.

    members, forces, lines, loads: polars tables. Blank origins, destinations, required dates and
    priorities of lines are filled in from their force: nothing is left to look up.
    """

    members: pl.DataFrame
    forces: pl.DataFrame
    lines: pl.DataFrame
    loads: pl.DataFrame
