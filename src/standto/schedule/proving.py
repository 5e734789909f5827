"""Bounds in the making while a plan is searched: in a thread, on a core of its own if there is one.

The kernels and HiGHS both let other threads run, so neither waits for the other. What is proved
does not depend on the plan but for the lines that it moves; if these are others than was thought,
the same prices are proved again for them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from standto.schedule.bound_solver import halted
from standto.schedule.bounds import Proofs, again, bounds
from standto.schedule.problem import Problem

Ints = npt.NDArray[np.int64]
Tell = Callable[[str, str], None]
GLANCE_S = 0.1
"""Seconds between two looks at whether the bounds are ready."""


@dataclass
class Proving:
    """Bounds on their way (see `beside`). lines: (lines,) 0 or 1, those that they speak of.

    seconds: as in `bounds`. words: what is proved so far.
    """

    problem: Problem
    lines: Ints
    seconds: float | None
    words: str = ""
    _halt: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread = field(default_factory=threading.Thread)
    _proofs: Proofs | None = None
    _error: Exception | None = None

    def begin(self) -> None:
        """Begin to prove."""
        self._thread = threading.Thread(target=self._prove, name="bounds", daemon=True)
        self._thread.start()

    def _prove(self) -> None:
        halted.set(self._halt.is_set)
        try:
            self._proofs = bounds(self.problem, self.lines, self.seconds, self._hear)
        except Exception as error:  # it is raised again where somebody waits for the bounds
            self._error = error

    def _hear(self, stage: str, words: str) -> None:
        self.words = words

    def halt(self) -> None:
        """Take what is proved so far."""
        self._halt.set()

    def end(self) -> None:
        """Stop as soon as can be, and wait for that."""
        self.halt()
        self._thread.join()

    def shown(self, tell: Tell) -> Tell:
        """Progress of the search, with that of the bounds on the same line."""

        def both(stage: str, words: str) -> None:
            tell(stage, f"{words}; bounds: {self.words}" if self.words else words)

        return both

    def ended(self, moved: Ints, tell: Tell) -> Proofs:
        """The bounds for the lines that a plan moves: (lines,) 0 or 1. Ctrl-C takes what there is.

        Raises what went wrong in making them.
        """
        while self._thread.is_alive():
            try:
                self._thread.join(GLANCE_S)
                tell("bounds", self.words or "proving how good any plan could be")
            except KeyboardInterrupt:
                tell("bounds", "stopped: what is proved so far")
                self.halt()
        if self._proofs is None:
            raise self._error or RuntimeError("the bounds ended without any")
        if np.array_equal(moved, self.lines):
            return self._proofs
        return again(self.problem, moved, self._proofs)


@contextmanager
def beside(problem: Problem, seconds: float | None) -> Iterator[Proving]:
    """Bounds made while something else is done; no thread is left behind."""
    made = Proving(problem, served(problem), seconds)
    made.begin()
    try:
        yield made
    finally:
        made.end()


def served(problem: Problem) -> Ints:
    """(lines,) 1 where any route serves a line: those that a plan is thought to move."""
    choices = problem.tables.choices
    made: Ints = (choices[2::2] > choices[:-1:2]).astype(np.int64)
    return made
