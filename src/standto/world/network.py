"""The ground: places, links, what handles and carries, and where each number comes from."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class Network:
    """Roads, railways, sea lanes and airfields, and the lift on them; tables as in `schema/`.

    A scenario's own rows replace the bundled rows with the same key.
    """

    countries: pl.DataFrame
    places: pl.DataFrame
    links: pl.DataFrame
    airfields: pl.DataFrame
    ports: pl.DataFrame
    railheads: pl.DataFrame
    transloads: pl.DataFrame
    clearances: pl.DataFrame
    items: pl.DataFrame
    lift_types: pl.DataFrame
    fleets: pl.DataFrame
    factors: pl.DataFrame
    sources: pl.DataFrame

    def factor(self, key: str) -> float:
        """Value of a planning factor, in the unit its row states."""
        row = self.factors.filter(pl.col("factor") == key)
        assert row.height == 1, f"factors.csv has no factor {key!r}"
        return float(row["value"][0])
