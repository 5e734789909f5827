"""What a path must keep to: mode, countries, weight, gauge, runway."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations

from standto.world.airspace import NOWHERE
from standto.world.graph import MODES, SAME_TRAINS


@dataclass(frozen=True)
class Terms:
    """What a path must keep to.

    mode: any, road, rail, sea or air, or several with commas (road,rail,sea). avoid: countries
    not to be touched. allies: the only countries that may be touched, None for all. max_t:
    heaviest piece (t). gauge_mm: the only gauge. runway_m: length of runway needed. phase: which
    clearance lead times hold.
    """

    mode: str = "any"
    avoid: frozenset[str] = frozenset()
    allies: frozenset[str] | None = None
    max_t: float | None = None
    gauge_mm: int | None = None
    runway_m: int | None = None
    phase: str = "crisis"

    @property
    def modes(self) -> frozenset[str]:
        """The modes that may be used."""
        return frozenset(MODES if self.mode == "any" else self.mode.split(","))

    @property
    def lone(self) -> str | None:
        """The mode where it is one alone: then a path begins and ends aboard, without a change."""
        return next(iter(self.modes)) if len(self.modes) == 1 else None

    def open(self, iso: str) -> bool:
        """Whether a country may be touched; the open sea always may."""
        return iso == NOWHERE or (
            iso not in self.avoid and (self.allies is None or iso in self.allies)
        )

    @property
    def gauge_layer(self) -> str | None:
        """Layer of the only gauge allowed."""
        if self.gauge_mm is None:
            return None
        return f"rail{SAME_TRAINS.get(self.gauge_mm, self.gauge_mm)}"

    def constraints(self) -> dict[str, Terms]:
        """Each constraint in words, with these terms without it."""
        found: dict[str, Terms] = {}
        if self.avoid or self.allies is not None:
            found["the countries closed to it"] = replace(self, avoid=frozenset(), allies=None)
        if self.max_t is not None:
            found[f"the weight of {self.max_t:g} t"] = replace(self, max_t=None)
        if self.gauge_mm is not None:
            found[f"the gauge of {self.gauge_mm} mm alone"] = replace(self, gauge_mm=None)
        if self.runway_m is not None:
            found[f"the runway of {self.runway_m} m"] = replace(self, runway_m=None)
        if self.mode != "any":
            listed = " and ".join(mode for mode in MODES if mode in self.modes)
            found[f"travel by {listed} alone"] = replace(self, mode="any")
        return found

    def relaxed(self) -> Iterator[tuple[tuple[str, ...], Terms]]:
        """What was left out, and the terms without it: one constraint, then two, and so on."""
        names = tuple(self.constraints())
        for count in range(1, len(names) + 1):
            for left_out in combinations(names, count):
                terms = self
                for name in left_out:
                    terms = terms.constraints()[name]
                yield left_out, terms
