"""A sequence that grows by one at a time and is never changed in place nor copied whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

from msgspec import Struct

T = TypeVar("T")


class Grown(Struct, Generic[T], frozen=True):
    """Items in the order in which they came.

    runs: tuples whose lengths are the powers of two that make up the number of items, longest
    first, as in a Merkle tree. So n items cost n log n copies together, where a plain tuple would
    cost n squared; and two sequences of the same items are equal.
    """

    runs: tuple[tuple[T, ...], ...] = ()

    def and_(self, item: T) -> Grown[T]:
        """The sequence with one more item."""
        runs = self.runs
        last: tuple[T, ...] = (item,)
        while runs and len(runs[-1]) == len(last):
            runs, last = runs[:-1], runs[-1] + last
        return Grown((*runs, last))

    def latest(self, count: int) -> list[T]:
        """The last so many items, in order."""
        found: list[T] = []
        for run in reversed(self.runs):
            if len(found) >= count:
                break
            found[:0] = run
        return found[max(0, len(found) - count) :]

    def __len__(self) -> int:
        """How many items there are."""
        return sum(len(run) for run in self.runs)

    def __iter__(self) -> Iterator[T]:
        """The items in order."""
        for run in self.runs:
            yield from run
