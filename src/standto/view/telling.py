"""How a sentence of the statement is told: its words, its marks, and the grade behind it."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from standto.rules.evidence import counted

DAGGER = "†"


@dataclass(frozen=True)
class Mark:
    """What a sentence rests on: its label, what it is, and the sources behind it."""

    label: str
    what: str
    sources: tuple[str, ...] = ()
    grade: str = ""


@dataclass(frozen=True)
class Sentence:
    """One sentence of the statement, and what it rests on (never nothing)."""

    text: str
    marks: tuple[Mark, ...]
    item: bool = False

    def __str__(self) -> str:
        """Markdown of the sentence with its marks."""
        assert self.marks, f"a sentence without a reference: {self.text}"
        dagger = f" {DAGGER}" if any(mark.grade == "C" for mark in self.marks) else ""
        labels = "".join(f" [{label(mark.label)}]" for mark in self.marks)
        return f"{'- ' if self.item else ''}{self.text.rstrip('.')}.{dagger}{labels}"


def keys(sources: pl.Series) -> tuple[str, ...]:
    """Distinct keys of a column, in order."""
    return tuple(sorted(set(sources.drop_nulls())))


def worst(grades: pl.Series) -> str:
    """C where any is C; else the weakest of the others."""
    found = set(grades.drop_nulls())
    return next((grade for grade in ("C", "B", "D", "A") if grade in found), "")


def units(number: int) -> str:
    """`1 unit`, `12 units`."""
    return some(number, "unit", "units")


def some(number: int, one: str, several: str) -> str:
    """A number with its noun."""
    return f"{counted(number)} {one if number == 1 else several}"


def listed(words: list[str]) -> str:
    """`A`, `A and B`, `A, B and C`."""
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def first_sentence(text: str) -> str:
    """The first sentence of a text, without its full stop."""
    return plain(text.split(". ", maxsplit=1)[0].rstrip("."))


def label(text: str) -> str:
    """A mark's label without the brackets that would end it."""
    return text.replace("[", "(").replace("]", ")")


def plain(text: str) -> str:
    """Text that Markdown leaves as it is, on one line."""
    one_line = " ".join(text.split())
    return "".join(f"\\{c}" if c in "\\[]<>*`" else c for c in one_line)
