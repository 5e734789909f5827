"""One entry: canonical JSON on one line, chained to the line before it, signed by its actor."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import UTC, datetime
from typing import Any

import msgspec

from standto.errors import StandtoError

JSON = Any
"""Text, whole numbers, booleans, null, and lists and objects of them. Never a fraction."""

FIRST = "0" * 64
"""What the first entry names as its predecessor."""

PURPOSE = b"standto ledger entry 1\n"
"""Put before what is signed, so that no other use of a key can be passed off as an entry."""

_AT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


class LedgerError(StandtoError):
    """An entry that does not hold: its number (0: the file as a whole), and the reason."""

    def __init__(self, n: int, reason: str) -> None:
        """State which entry, and why."""
        self.n = n
        self.reason = reason
        super().__init__(f"entry {n}: {reason}" if n else reason)


class Content(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an entry says and what its actor signs. Fields stand in alphabetical order.

    actor: who acts. at: UTC to the second. key: which of the actor's keys signs.
    n: number, from 1. previous: SHA-256 of the whole line before, as hex.
    """

    actor: str
    at: str
    body: dict[str, JSON]
    key: str
    n: int
    previous: str


class Entry(Content, frozen=True, forbid_unknown_fields=True):
    """A signed entry. signature: Ed25519 over `signed_bytes`, base64."""

    signature: str

    @property
    def line(self) -> bytes:
        """The entry as canonical JSON, without the line's end."""
        return canonical(self)

    @property
    def hash(self) -> str:
        """SHA-256 of the whole line, as hex: what the next entry is chained to."""
        return sha256(self.line)


def canonical(value: object) -> bytes:
    """JSON with sorted keys, no blanks, UTF-8 (RFC 8785 for values without fractions)."""
    return msgspec.json.encode(value, order="sorted")


def signed_bytes(content: Content) -> bytes:
    """The bytes that the actor signs: everything but the signature itself."""
    return PURPOSE + canonical(
        Content(content.actor, content.at, content.body, content.key, content.n, content.previous)
    )


def sha256(data: bytes) -> str:
    """SHA-256 as hex."""
    return hashlib.sha256(data).hexdigest()


def signed_part(line: bytes) -> bytes:
    """What was signed of a canonical line: the signature, its last field, is taken off again."""
    return PURPOSE + line[: line.rindex(b',"signature":"')] + b"}"


def sign_line(content: Content, signature: bytes) -> Entry:
    """The signed entry."""
    return Entry(
        content.actor,
        content.at,
        content.body,
        content.key,
        content.n,
        content.previous,
        base64.b64encode(signature).decode("ascii"),
    )


def read_entry(line: bytes, n: int) -> Entry:
    """The entry of one line, which must be exactly its canonical form. Raises LedgerError."""
    try:
        entry = msgspec.json.decode(line, type=Entry)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise LedgerError(n, f"is not an entry of a ledger ({error})") from None
    if entry.line != line:
        raise LedgerError(n, "is not in canonical form: its bytes have been changed")
    if entry.n != n:
        raise LedgerError(n, f"carries the number {entry.n}: an entry was removed, added or moved")
    if not _AT.fullmatch(entry.at):
        raise LedgerError(n, f"its time {entry.at!r} should read like 2022-02-24T17:37:00Z")
    try:
        check_plain(entry.body)
    except StandtoError as error:
        raise LedgerError(n, str(error)) from None
    return entry


def check_plain(value: JSON) -> None:
    """Refuse a fraction or anything that canonical JSON could write in two ways."""
    if value is None or isinstance(value, str | bool):
        return
    if isinstance(value, int):
        if abs(value) > 2**53:
            raise StandtoError(f"{value} is too large a number for a ledger")
    elif isinstance(value, list | tuple):
        for part in value:
            check_plain(part)
    elif isinstance(value, dict):
        for key, part in value.items():
            if not isinstance(key, str):
                raise StandtoError(f"{key!r} names a field; it should be text")
            check_plain(part)
    else:
        raise StandtoError(f"{value!r} cannot stand in a ledger: text and whole numbers only")


def stamp(when: datetime) -> str:
    """UTC to the second, as entries carry it: `2022-02-24T17:37:00Z`."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def unstamp(at: str) -> datetime:
    """Aware UTC of an entry's time."""
    return datetime.fromisoformat(at)
