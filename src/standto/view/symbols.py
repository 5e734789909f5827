"""Map symbols: what a force is -> its 20-digit APP-6D symbol code, always as a friend."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TABLE = Path(__file__).parent / "symbols.csv"
VERSION, REALITY, FRIEND, PRESENT = "10", "0", "3", "0"
HEADQUARTERS, NO_STAFF = "2", "0"
LAND_UNIT = "10"
ECHELONS = {
    "section": "13",
    "platoon": "14",
    "detachment": "14",
    "company": "15",
    "battalion": "16",
    "squadron": "16",
    "group": "17",
    "brigade": "18",
    "division": "21",
    "ship": "00",
    "headquarters": "00",
}
"""Echelon of a force -> amplifier of the code (APP-6D table for units)."""


@dataclass(frozen=True)
class Rule:
    """One row of symbols.csv: the first whose words stand in the function gives the symbol.

    The words may begin any word of the function and end inside it: `signal` stands in `signals`.
    """

    domain: str
    words: str
    set: str
    entity: str
    modifier1: str
    modifier2: str
    meaning: str

    def fits(self, function: str, domain: str) -> bool:
        """Whether this rule gives a force of that function and domain its symbol."""
        begins = re.search(rf"(?<![a-z]){re.escape(self.words)}", function.casefold())
        return self.domain in {"*", domain} and begins is not None


@cache
def rules() -> tuple[Rule, ...]:
    """The rows of symbols.csv, in the order in which they are tried."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return tuple(Rule(**row) for row in csv.DictReader(file))


def rule(function: str, domain: str) -> Rule:
    """The rule that gives a force its symbol; every domain has a last one without words."""
    for candidate in rules():
        if candidate.fits(function, domain):
            return candidate
    raise AssertionError(f"symbols.csv has no last rule for the domain {domain!r}")


def sidc(function: str, domain: str, echelon: str | None, given: str | None = None) -> str:
    """Symbol code of a force element; `given` is the scenario's own code, which wins."""
    if given:
        return given
    found = rule(function, domain)
    staff = HEADQUARTERS if "headquarters" in {domain, echelon} else NO_STAFF
    unit = found.set == LAND_UNIT
    size = ECHELONS.get(echelon or "", "00") if unit else "00"
    head = VERSION + REALITY + FRIEND + found.set + PRESENT + (staff if unit else NO_STAFF)
    return head + size + found.entity + found.modifier1 + found.modifier2
