"""Views as bytes: what is the same for many is rendered once, until the desk changes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from standto.council.checks import silent_consent
from standto.council.state import Council
from standto.ledger.entry import stamp
from standto.server.desk import Desk
from standto.server.outlook import (
    LATEST,
    council_view,
    entry_view,
    own_view,
    runs_view,
    sees_all,
)
from standto.server.permits import User

MOST_KEPT = 400
"""Views kept at once; the oldest goes first."""


class Views:
    """Rendered views of one desk. Used in the thread of the loop alone, and takes no lock.

    A desk tells its version after each change, so a view that was begun under a version holds at
    least what that version holds; and the next version asks for it again.
    """

    def __init__(self, desk: Desk) -> None:
        """Begin with nothing rendered."""
        self._desk = desk
        self._version = -1
        self._entries: list[bytes] = []
        self._kept: dict[object, bytes] = {}
        self.rendered = 0

    def view(self, user: User, csrf: str, after: int = 0) -> bytes:
        """The desk as a user sees it now, as JSON; `outlook` says what stands in it.

        after: number of the last entry that the user has seen; its record begins behind it.
        """
        desk = self._desk
        version, now = desk.version, desk.now()
        if version != self._version:
            self._kept.clear()
            self._version = version
        moving = {"version": version, "now": stamp(now), "rate": desk.clock.rate, "csrf": csrf}
        whole = sees_all(user)
        last = desk.last.n if whole else desk.released
        council = desk.council if whole else desk.council_at(last)
        parts = (
            msgspec.json.encode(moving),
            self._once(("shared", whole, moment(council, now)), self._shared, council, last, whole),
            self._once(("own", user), self._own, user),
            b'{"record":' + self._record(after, last) + b"}",
        )
        return b"{" + b",".join(part[1:-1] for part in parts) + b"}"

    def _once(self, key: object, render: Any, *given: Any) -> bytes:
        """What a key stands for, rendered when it is not there yet."""
        if key not in self._kept:
            if len(self._kept) >= MOST_KEPT:
                del self._kept[next(iter(self._kept))]
            self.rendered += 1
            self._kept[key] = render(*given)
        return self._kept[key]

    def _shared(self, council: Council, last: int, whole: bool) -> bytes:
        desk = self._desk
        shown = {
            "council": council_view(council, desk.now()),
            "runs": runs_view(desk, whole=whole),
            "entries": last,
            "head": desk.last.hash if whole else "",
        }
        return msgspec.json.encode(shown)

    def _own(self, user: User) -> bytes:
        return msgspec.json.encode(own_view(self._desk, user))

    def _record(self, after: int, last: int) -> bytes:
        """The latest acts behind one entry and up to another; each is rendered once."""
        record, done = self._desk.record, len(self._entries)
        for entry, act in record[done:]:
            self._entries.append(msgspec.json.encode(entry_view(entry, act)))
        end = self._desk.acts_up_to(last)
        start = max(self._desk.acts_up_to(after), end - LATEST)
        return b"[" + b",".join(self._entries[start:end]) + b"]"


def moment(council: Council, now: datetime) -> tuple[object, ...]:
    """What of a council's view changes with time alone: the day's members, silences run out."""
    return now.date(), tuple(silent_consent(d, now) for d in council.decisions.values())
