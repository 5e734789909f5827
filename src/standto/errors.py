"""The few exceptions of Standto.

StandtoError            anything a user can mend; the command line prints it and exits with 2
├── DataError           cells, files or references that are wrong: all of them at once
└── ProcedureError      an act of the council out of order, out of time or out of role
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


class StandtoError(Exception):
    """Something the user can mend. Its text is one clear message."""


@dataclass(frozen=True, order=True)
class Fault:
    """One thing that is wrong in the input: where, what, and what would be right."""

    file: str
    line: int | None
    column: str | None
    value: str | None
    right: str

    def __str__(self) -> str:
        """Give one line: `links.csv line 812, gauge_mm: '1520 ' should be one of 1435 1520`."""
        where = self.file if self.line is None else f"{self.file} line {self.line}"
        if self.column is not None:
            where = f"{where}, {self.column}"
        if self.value is None:
            return f"{where}: {self.right}"
        return f"{where}: {shorten(self.value)!r} {self.right}"


class DataError(StandtoError):
    """Input that cannot be used: every fault found, in file order."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        """Keep the faults, sorted by file and line."""
        self.faults: tuple[Fault, ...] = tuple(
            sorted(faults, key=lambda f: (f.file, f.line or 0, f.column or ""))
        )
        assert self.faults, "a DataError without a fault tells nobody anything"
        super().__init__("\n".join(str(fault) for fault in self.faults))

    @classmethod
    def one(
        cls,
        file: str,
        right: str,
        *,
        line: int | None = None,
        column: str | None = None,
        value: str | None = None,
    ) -> DataError:
        """Make the error of a single fault."""
        return cls([Fault(file, line, column, value, right)])


class ProcedureError(StandtoError):
    """An act refused: the rule that refuses it, and who could do it."""

    def __init__(self, act: str, rule: str, who_could: str) -> None:
        """State the act, the rule it breaks, and who could do it, or when."""
        self.act = act
        self.rule = rule
        self.who_could = who_could
        super().__init__(f"{act} refused: {rule}. {who_could}")


def shorten(value: str, length: int = 60) -> str:
    """Give at most `length` characters of a value, its middle left out."""
    if len(value) <= length:
        return value
    half = (length - 3) // 2
    return f"{value[:half]}...{value[-half:]}"
