"""HiGHS for a time at most, and for no longer than somebody waits for it."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

import highspy

halted: ContextVar[Callable[[], bool] | None] = ContextVar("halted", default=None)
"""Whether whoever waits for bounds has given up: for work in a thread, which Ctrl-C does not reach.
None where Ctrl-C does."""


def heed() -> None:
    """Raise KeyboardInterrupt if whoever waits has given up."""
    listen = halted.get()
    if listen is not None and listen():
        raise KeyboardInterrupt


def run(solver: highspy.Highs, seconds: float) -> bool:
    """Solve in so many seconds at most; whether the optimum is found. Raises as `heed`."""
    listen = halted.get()
    solver.setOptionValue("time_limit", solver.getRunTime() + seconds)

    def ask(event: Any) -> None:
        if listen is not None and listen():
            event.interrupt()

    if listen is not None:
        solver.cbSimplexInterrupt += ask
    solver.run()
    if listen is not None:
        solver.cbSimplexInterrupt -= ask
    heed()
    return bool(solver.getModelStatus() == highspy.HighsModelStatus.kOptimal)
