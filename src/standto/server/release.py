"""Release: what observers and the channel's officers may read of the council."""

from __future__ import annotations

from standto.errors import StandtoError
from standto.server.desk import Desk
from standto.server.permits import User, need


def release(desk: Desk, user: User, entry: int | None, run: int | None) -> None:
    """Release the record up to an entry, or a run that is done. What is released stays so."""
    need(user, "release to observers")
    with desk.lock:
        if entry is not None:
            if entry > desk.ledger.last.n:
                raise StandtoError(f"the ledger has {desk.ledger.last.n} entries")
            before = desk.released
            if entry < before:
                raise StandtoError(f"the record is released up to entry {before} already")
            desk.store.set("released", str(entry))
        if run is not None and not desk.store.changed(
            "UPDATE run SET released = 1 WHERE id = ? AND status = 'done'", run
        ):
            raise StandtoError(f"run {run} is not done")
    desk.changed()
