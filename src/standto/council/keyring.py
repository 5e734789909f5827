"""Keys of a ledger, as the registrar keeps them: open, enrol, rotate, revoke, list, with dates."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from standto.council.charter import Charter
from standto.errors import StandtoError
from standto.ledger.book import Ledger
from standto.ledger.entry import JSON, Entry, stamp, unstamp
from standto.ledger.export import checked, read_lines
from standto.ledger.keyfile import read_key
from standto.ledger.keys import (
    ENROLLED,
    REGISTRAR,
    REVOKED,
    ROTATED,
    Key,
    enrolment,
    key_name,
    revocation,
    rotation,
)

KEYS = pl.Schema(
    {
        "key": pl.String(),
        "holder": pl.String(),
        "start": pl.Datetime("us", "UTC"),
        "end": pl.Datetime("us", "UTC"),
        "reason": pl.String(),
    }
)
"""One row a key, in the order of enrolment. end: null while nothing ends it."""


def open_ledger(path: Path, charter: Charter, registrar: Key, at: datetime) -> Ledger:
    """A new ledger of a council whose people act with their own keys."""
    return Ledger.create(path, charter.body(), registrar, at)


@contextmanager
def changing(path: Path, registrar: Path) -> Iterator[tuple[Ledger, Key]]:
    """A ledger's file opened for its registrar, with the key of a file; sealed anew when done."""
    key = read_key(registrar)
    ledger = Ledger(path)
    try:
        yield ledger, key
        ledger.seal(key)
    finally:
        ledger.close()


def enrol(
    ledger: Ledger, registrar: Key, holder: str, public: str, start: datetime, at: datetime
) -> Entry:
    """Enrol a delegation's public key (base64) from a time on; its private half never leaves it."""
    body = public_body(holder, public, start)
    return ledger.append(REGISTRAR, at, body, registrar)


def rotate(ledger: Ledger, signer: Key, old: str, new: Key, start: datetime, at: datetime) -> Entry:
    """Let a new key take over from an old one at a time; the old one or the registrar signs."""
    return ledger.append(signer.holder, at, rotation(old, new, stamp(start)), signer)


def revoke(
    ledger: Ledger, signer: Key, key: str, start: datetime, reason: str, at: datetime
) -> Entry:
    """End a key's validity from a time on; the key's holder or the registrar signs."""
    if not reason.strip():
        raise StandtoError(f"say why {key} is revoked")
    return ledger.append(signer.holder, at, revocation(key, stamp(start), reason), signer)


def enrol_own(ledger: Ledger, registrar: Key, key: Key, start: datetime) -> Entry:
    """Enrol a key that stands here, such as a desk keeps for its delegations."""
    return ledger.append(REGISTRAR, start, enrolment(key, stamp(start)), registrar)


def public_body(holder: str, public: str, start: datetime) -> dict[str, JSON]:
    """Body of an enrolment from a public key alone. Raises StandtoError when it is none."""
    try:
        raw = base64.b64decode(public, validate=True)
    except ValueError:
        raise StandtoError(f"{public!r} is not base64") from None
    return {
        "type": ENROLLED,
        "holder": holder,
        "key": key_name(holder, raw),
        "public": public,
        "from": stamp(start),
    }


def keys(ledger: Path) -> pl.DataFrame:
    """Keys of a ledger (export or SQLite file) with the times from and until which they sign."""
    rows: dict[str, dict[str, Any]] = {}
    for entry in checked(read_lines(ledger)):
        kind, body = entry.body.get("type"), entry.body
        if entry.n == 1 or kind in {ENROLLED, ROTATED}:
            start = unstamp(body["from"])
            rows[body["key"]] = {"key": body["key"], "holder": body["holder"], "start": start}
        if kind in {ROTATED, REVOKED}:
            name = body["old"] if kind == ROTATED else body["key"]
            reason = "rotated" if kind == ROTATED else body.get("reason")
            end = unstamp(body["from"])
            if "end" not in rows[name] or end < rows[name]["end"]:
                rows[name] |= {"end": end, "reason": reason}
    return pl.DataFrame(list(rows.values()), schema=KEYS)
