"""What the findings are made from, and the table they are made into."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import polars as pl

from standto.clock import c_plus
from standto.plan.plan import Plan
from standto.rules.packs import Packs, Rule
from standto.rules.presence import presence
from standto.schedule.schedule import Schedule
from standto.world.world import World

FINDINGS = pl.Schema(
    {
        "finding": pl.String(),
        "rule": pl.String(),
        "pack": pl.String(),
        "title": pl.String(),
        "status": pl.String(),
        "subject": pl.String(),
        "country": pl.String(),
        "at_min": pl.Int64(),
        "number": pl.Float64(),
        "limit": pl.Float64(),
        "unit": pl.String(),
        "article": pl.String(),
        "basis": pl.String(),
        "binding": pl.String(),
        "text": pl.String(),
        "source": pl.String(),
        "grade": pl.String(),
    }
)
"""Columns of the findings, one row a rule and what it was tested on.

finding: unique key, `rule/subject`. status: passed, attention or violated. subject: a country, a
force, or `plan`. country: its code, empty where none is meant. at_min: when, null where no time is
meant. number against limit in unit: what was found and what the rule allows; limit is null where
the rule sets none. text: one sentence. source and grade: of the limit, or of the rule without one.
"""


UNSEEN = " [grade C: the rule or its figure is remembered, not yet seen in its text]"
"""What the text of a finding or notice says where what it turns on is of grade C."""


@dataclass(frozen=True)
class Finding:
    """One row of the findings."""

    rule: Rule
    status: str
    subject: str
    text: str
    number: float
    limit: float | None
    unit: str
    country: str = ""
    at_min: int | None = None
    source: str = ""
    grade: str = ""

    def row(self) -> dict[str, object]:
        """The finding as a row of FINDINGS."""
        grade = self.grade or self.rule.grade
        return {
            "finding": f"{self.rule.rule}/{self.subject}",
            "rule": self.rule.rule,
            "pack": self.rule.pack,
            "title": self.rule.title,
            "status": self.status,
            "subject": self.subject,
            "country": self.country,
            "at_min": self.at_min,
            "number": float(self.number),
            "limit": self.limit,
            "unit": self.unit,
            "article": self.rule.article,
            "basis": self.rule.basis,
            "binding": self.rule.binding,
            "text": self.text.removesuffix(".") + (UNSEEN if grade == "C" else "") + ".",
            "source": self.source or self.rule.source,
            "grade": grade,
        }


@dataclass(frozen=True)
class Evidence:
    """World, plan and schedule under test, with the rules that test them."""

    world: World
    plan: Plan
    schedule: Schedule
    packs: Packs

    @cached_property
    def country_of(self) -> dict[str, str]:
        """Country code by place; `--` at sea."""
        return dict(self.world.network.places.select("place", "iso").iter_rows())

    @cached_property
    def country_name(self) -> dict[str, str]:
        """Name by country code."""
        return dict(self.world.network.countries.select("iso", "name").iter_rows())

    @cached_property
    def presence(self) -> pl.DataFrame:
        """Forces in place and arrivals, as `presence.PRESENCE`."""
        return presence(self.world, self.plan, self.schedule)

    @cached_property
    def last_min(self) -> int:
        """Minute of the last arrival; 0 where nothing moves."""
        ends = self.schedule.legs["arrive_min"]
        return max(0, int(ends.max())) if len(ends) else 0  # type: ignore[arg-type]

    def active(self, rule: Rule) -> bool:
        """Whether a rule is in force at C-hour, or comes into force before the last arrival."""
        clock = self.world.clock
        over = rule.in_force_to is not None and rule.in_force_to <= clock.c_hour
        return rule.in_force_from <= clock.utc(self.last_min) and not over

    def name(self, iso: str) -> str:
        """Name of a country, or its code where the table has none."""
        return self.country_name.get(iso, iso)

    def when(self, minute: int) -> str:
        """A minute for a reader: `C+3 04:00 (2022-02-27T21:37Z)`."""
        return f"{c_plus(minute)} ({self.world.clock.iso(minute)})"


def counted(number: float) -> str:
    """A number for a reader: 9,000, with one decimal only where it has one."""
    return f"{number:,.1f}".removesuffix(".0")
