"""The exercise's clock (faster, slower, paused, ahead, never back) and its injects from a table."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from standto.errors import StandtoError
from standto.ledger.entry import stamp, unstamp
from standto.server.store import Store

FASTEST = 3600.0
"""An hour a second."""
LAST = datetime(9000, 1, 1, tzinfo=UTC)
"""Exercise time stands still here, long before a date could not be written any more."""


class ExerciseClock:
    """Exercise time: where it stood when it was last set, and how fast it runs since.

    wall: seconds on a clock that a change of the system's time does not touch, for tests.
    """

    def __init__(
        self, store: Store, start: datetime, wall: Callable[[], float] = time.monotonic
    ) -> None:
        """Go on where the store says the clock stood; begin at `start`, paused, when it is new."""
        self.store = store
        self._wall = wall
        self._lock = threading.Lock()
        self._base = unstamp(store.setting("exercise_now", stamp(start)))
        self._rate = 0.0
        self._since = wall()
        self._kept, self._kept_at = "", wall()
        self._keep()

    @property
    def rate(self) -> float:
        """Exercise seconds a second; 0 while paused."""
        return self._rate

    def now(self) -> datetime:
        """Exercise time, to the second."""
        with self._lock:
            return self._now()

    def set_rate(self, rate: float) -> None:
        """Run at another speed from now on; 0 pauses."""
        if not 0 <= rate <= FASTEST:
            raise StandtoError(f"the clock runs between 0 (paused) and {FASTEST:g} times")
        with self._lock:
            self._base, self._since, self._rate = self._now(), self._wall(), float(rate)
            self._keep()

    def jump(self, to: datetime) -> None:
        """Go ahead to a later time; time never runs back."""
        with self._lock:
            if to < self._now():
                raise StandtoError(f"it is {stamp(self._now())} already, and time never runs back")
            self._base, self._since = to.astimezone(UTC).replace(microsecond=0), self._wall()
            self._keep()

    def keep(self, every_s: float = 0.0) -> None:
        """Put the time away, so that a restart goes on from here; not more often than said."""
        with self._lock:
            if self._wall() - self._kept_at >= every_s:
                self._keep()

    def _now(self) -> datetime:
        left = (LAST - self._base).total_seconds()
        run_s = min(max(0.0, (self._wall() - self._since) * self._rate), max(0.0, left))
        return (self._base + timedelta(seconds=run_s)).replace(microsecond=0)

    def _keep(self) -> None:
        if self._kept != (now := stamp(self._now())):
            self.store.set("exercise_now", now)
            self._kept = now
        self._kept_at = self._wall()


def add_injects(store: Store, rows: list[dict[str, str]]) -> int:
    """Put injects from a table (at, to, text) into the store; give how many."""
    with store.together():
        for row in rows:
            store.do(
                "INSERT INTO inject (at, recipients, text, entry) VALUES (?, ?, ?, NULL)",
                row["at"], row["to"], row["text"],
            )  # fmt: skip
    return len(rows)


def due_injects(store: Store, now: datetime) -> list[tuple[int, str, str]]:
    """Injects whose time has come and that nobody has seen: number, recipients, text."""
    rows = store.rows(
        "SELECT id, recipients, text FROM inject WHERE entry IS NULL AND at <= ? ORDER BY at, id",
        stamp(now),
    )
    return [(row["id"], row["recipients"], row["text"]) for row in rows]
