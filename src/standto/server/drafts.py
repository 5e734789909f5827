"""Drafts and private notes: what somebody has typed and not yet done is theirs alone, and kept."""

from __future__ import annotations

from standto.errors import StandtoError
from standto.server.desk import Desk
from standto.server.permits import User, need

MOST_DRAFTS = 100


def drafts_of(desk: Desk, user: User) -> dict[str, str]:
    """A user's own drafts by key."""
    need(user, "keep drafts")
    rows = desk.store.rows("SELECT key, text FROM draft WHERE user = ?", user.name)
    return {row["key"]: row["text"] for row in rows}


def keep_draft(desk: Desk, user: User, key: str, text: str) -> None:
    """Keep a draft; an empty one is forgotten."""
    need(user, "keep drafts")
    if not text:
        desk.store.do("DELETE FROM draft WHERE user = ? AND key = ?", user.name, key)
        return
    if key not in drafts_of(desk, user) and len(drafts_of(desk, user)) >= MOST_DRAFTS:
        raise StandtoError(f"{MOST_DRAFTS} drafts are kept already; empty one first")
    desk.store.do(
        "INSERT OR REPLACE INTO draft VALUES (?, ?, ?, ?)", user.name, key, text, desk.time()
    )
