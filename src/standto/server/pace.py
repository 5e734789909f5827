"""How fast one user may change things: enough for any person, too little for a flood."""

from __future__ import annotations

from collections.abc import Callable

from standto.server.signin import TooManyTries

AT_ONCE, A_SECOND = 120.0, 10.0
"""Changes that a user may make at once, and those that come back each second. Somebody who types
makes two a second (drafts are kept twice a second)."""
MOST_USERS = 10_000


class TooFast(TooManyTries):
    """More changes than a person makes; `wait_s` says for how long to wait."""

    words = "that is faster than anybody types; try again in {} s"


class Pace:
    """What each user has left. clock: seconds, for tests."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """Begin with all users at rest."""
        self._clock = clock
        self._left: dict[str, tuple[float, float]] = {}

    def take(self, user: str) -> None:
        """Count one change of a user. Raises TooFast when nothing is left."""
        now = self._clock()
        left, at = self._left.get(user, (AT_ONCE, now))
        left = min(AT_ONCE, left + max(0.0, now - at) * A_SECOND)
        if len(self._left) >= MOST_USERS:
            self._left.clear()
        if left < 1:
            self._left[user] = (left, now)
            raise TooFast(1)
        self._left[user] = (left - 1, now)
