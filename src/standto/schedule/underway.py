"""Under way: what has begun by a minute, where the lift then is, and what is shut from then on."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from standto.schedule.schedule import LEGS

ASSETS = pl.Schema(
    {"lift": pl.String(), "asset": pl.Int64(), "place": pl.String(), "free_min": pl.Int64()}
)
"""Columns of `Underway.assets`: fleet, number within it, where it is or is bound for, and the
minute from which it can be loaded there or leave empty. An asset that is lost has no row in the
fleets of the world, or a `free_min` of null."""


@dataclass(frozen=True)
class Underway:
    """The state reached at `now_min`: nothing in it can be undone.

    legs: rows of `schedule.LEGS`, every leg whose loading (or march) has begun, those over and
    those under way, with the times at which they began and ended, or are now expected to end.
    Packets are numbered as in the schedule that was being carried out. assets: rows of `ASSETS`,
    for each asset that is not still at its base; what it has on board is in `legs`.
    """

    now_min: int
    legs: pl.DataFrame
    assets: pl.DataFrame

    @classmethod
    def nothing(cls) -> Underway:
        """The state at C-hour: nothing has begun."""
        return cls(0, pl.DataFrame(schema=LEGS), pl.DataFrame(schema=ASSETS))


@dataclass(frozen=True)
class Outage:
    """A link, or a place with all its terminals, shut for a span of minutes.

    Nobody enters a shut link, and nothing is handled at a shut terminal. Rides that have begun go
    on. For what is lost for good, plan on a world without it (`whatif.changed`).
    """

    key: str
    from_min: int
    until_min: int
