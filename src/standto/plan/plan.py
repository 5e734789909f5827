"""The plan: the time-phased force list, what must move, from when, by when."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class Plan:
    """What an activation sets in motion; times are minutes since C-hour.

    version: content hash of forces, lines and loads; the council's decision is bound to it.
    forces: the scenario's forces of the activated plans, with `alerted_min` (its notice begins to
    run), `ready_min` (its notice has run) and `raised_notice_to_move_min`.
    lines: requirement lines of the forces that deploy, in the order of the file, with `ready_min`
    (ready to load at its origin), `required_min` or null, and `priority`.
    loads: vehicles and cargo of those lines.
    """

    version: str
    plans: tuple[str, ...]
    activated_min: int
    forces: pl.DataFrame
    lines: pl.DataFrame
    loads: pl.DataFrame


@dataclass(frozen=True)
class Limits:
    """What is forbidden to this plan; the scheduler leaves it out of the instance altogether.

    Made by `rules.limits`; the noun lives here because the scheduler stands left of the rules.
    countries: codes whose land, ports and airfields may be used.
    airspace: codes whose airspace may be used (as `countries`, unless the data says more).
    sea_links: keys of sea links closed to this plan (straits under their rules).
    reasons: what each closed country or link is closed by, in one sentence.
    """

    countries: frozenset[str]
    airspace: frozenset[str]
    sea_links: frozenset[str]
    reasons: dict[str, str]
