"""What plays a block of runs: an engine is one policy, made into arrays for its kernel."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Protocol

import numpy as np
import numpy.typing as npt

from standto.rehearse.closing import Closing, Minutes
from standto.rehearse.draws import Draws
from standto.rehearse.impact import Impact

BLOCK_BYTES = 48 * 2**20
"""Memory of one block of runs, in which each worker plays one after the other."""
MOST_AGAIN = 2000
"""Runs in which a contingency happened that are played again without it; more are a sample."""

Struck = tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], npt.NDArray[np.float32]]


class Scratch:
    """Memory that a worker plays its blocks in, one after the other.

    To be given fresh pages for every block may cost more than the runs themselves, and workers wait
    for one another while the system hands them out.
    """

    def __init__(self) -> None:
        """None yet: it grows to the largest block."""
        self.minutes = np.empty(0, dtype=np.int32)

    def ends(self, rows: int, columns: int) -> npt.NDArray[np.int32]:
        """(rows, columns) minutes to be written; what stood in them before is not wiped."""
        if len(self.minutes) < rows * columns:
            self.minutes = np.empty(rows * columns, dtype=np.int32)
        return self.minutes[: rows * columns].reshape(rows, columns)


class Engine(Protocol):
    """One policy for one schedule. It can be sent to another process."""

    @property
    def closing(self) -> Closing:
        """When its forces have closed."""
        ...

    @property
    def block(self) -> int:
        """Runs in one block."""
        ...

    @property
    def again(self) -> int:
        """Runs in which a contingency happened that are played again without it, at most."""
        ...

    @property
    def threads(self) -> bool:
        """Whether blocks are played side by side on threads; else each worker is a process."""
        ...

    def arrays(self) -> tuple[npt.NDArray[np.generic], ...]:
        """All that its closures depend on, for a digest."""
        ...

    def closures(self, draws: Draws, scratch: Scratch | None = None) -> Minutes:
        """Closures (runs, forces) of the runs drawn. scratch: the worker's own, for its blocks."""
        ...


@dataclass(frozen=True)
class Arrays:
    """What the engines made of arrays share: what strikes activities, and when forces have closed.

    duration: int32 minutes of each activity. stretches: see `stretches`.
    """

    strikes: Impact
    closing: Closing
    duration: npt.NDArray[np.int32]
    stretches: npt.NDArray[np.uint8]

    @property
    def block(self) -> int:
        """Runs in one block."""
        return block_size(len(self.duration))

    @property
    def again(self) -> int:
        """Runs in which a contingency happened that are played again without it, at most."""
        return MOST_AGAIN

    @property
    def threads(self) -> bool:
        """Kernels release the interpreter's lock."""
        return True

    def arrays(self) -> tuple[npt.NDArray[np.generic], ...]:
        """All that its closures depend on, for a digest."""
        own = (getattr(self, field.name) for field in fields(self))
        return (*(a for a in own if isinstance(a, np.ndarray)), *self.strikes.arrays())


def block_size(rows: int) -> int:
    """Runs in one block of an engine that keeps one int32 a row and run."""
    return int(np.clip(BLOCK_BYTES // (4 * max(1, rows)), 8, 128))


def struck(draws: Draws) -> Struck:
    """Windows and factors of the runs, as the kernels take them: opens, closes, factor.

    A run that a contingency spares has an empty window and the factor 1.
    """
    return (
        draws.opens.astype(np.int32),
        np.where(draws.happens, draws.closes, 0).astype(np.int32),
        np.where(draws.happens, draws.factor, 1).astype(np.float32),
    )


def stretches(parameters: list[str]) -> npt.NDArray[np.uint8]:
    """1 for each contingency whose parameters are factors, 0 where they are windows."""
    return np.array(["x" in text for text in parameters], dtype=np.uint8)
