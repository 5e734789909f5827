"""The log of statements in a ledger: opened, decided on by people with their keys, read back."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

from msgspec.structs import asdict

from standto.errors import StandtoError
from standto.ledger.book import Ledger
from standto.ledger.entry import Content, Entry, LedgerError, stamp
from standto.ledger.export import checked, read_lines
from standto.ledger.keyfile import create_key
from standto.ledger.keys import REGISTRAR, Key, enrolment
from standto.reports.acts import PROPOSED, Body, passed_over, proposal, reviewed
from standto.reports.situation import Review, Situation

log = logging.getLogger(__name__)
KIND = "statements"
"""What a ledger of statements says of itself in its first entry."""


def open_log(path: Path, people: Iterable[str], keys: Path, at: datetime) -> list[Path]:
    """A new log at `path`, with a fresh key for its registrar and for each person; their files.

    The keys are laid into the folder `keys`, readable by its owner alone.
    """
    if path.exists():
        raise StandtoError(f"{path.name} exists already; a log is never written over")
    registrar = create_key(keys, REGISTRAR)
    ledger = Ledger.create(path, about(path.stem), registrar, at)
    made = [registrar]
    with ledger.writing():
        for name in people:
            key = create_key(keys, name)
            ledger.append(REGISTRAR, at, enrolment(key, stamp(at)), registrar)
            made.append(key)
    ledger.seal(registrar)
    ledger.close()
    return [keys / f"{key.name}.pem" for key in made]


def about(name: str) -> Body:
    """The first entry of a log of statements: its origin, and what it holds."""
    return {"origin": f"standto/statements/{name.replace(' ', '-')}", "kind": KIND}


def decisions(path: Path) -> list[Entry]:
    """Entries of a log (its SQLite file or an export), each proven: chain, signature, key.

    Raises StandtoError when one does not hold, or when this is another kind of ledger.
    """
    try:
        entries = list(checked(read_lines(path)))
    except LedgerError as error:
        raise StandtoError(f"{path.name} does not verify: {error}") from None
    if entries[0].body.get("kind") != KIND:
        raise StandtoError(
            f"{path.name} is a ledger, but no log of statements; `standto log open` makes one"
        )
    return entries


def find(situation: Situation, name: str) -> Review:
    """The review of a statement by its id, its key, or the beginning of its key.

    situation: one that `reviewed` made. Raises StandtoError when none or several are meant.
    """
    exact = [r for r in situation.reviews if name in {r.statement, r.key}]
    near = exact or [r for r in situation.reviews if name and r.key.startswith(name)]
    if len(near) != 1:
        ids = [r.statement for r in situation.reviews]
        known = f"{ids[0]} to {ids[-1]}" if ids else "none: no statement was found"
        many = "several statements" if near else "no statement"
        raise StandtoError(f"{many} {name} in these reports; their ids are {known}")
    return near[0]


def decide(
    ledger: Ledger,
    key: Key,
    at: datetime,
    situation: Situation,
    name: str,
    body: Callable[[str], Body],
) -> Entry:
    """Write what a person decides on a statement, signed with their key; give the entry.

    situation: as the reports read now. body: makes the act's body from the statement's key. What
    the machine proposed is written first, unless it is there already. Raises ProcedureError or
    StandtoError, and writes nothing, when the act does not fit.
    """
    with ledger.writing():
        act = _after_proposal(ledger, key, at, situation, name, body)
        entry = ledger.append(key.holder, at, act, key)
        reviewed(situation, ledger.entries())
    return entry


def prepare(
    ledger: Ledger,
    registrar: Key,
    signer: tuple[str, str],
    at: datetime,
    situation: Situation,
    name: str,
    body: Callable[[str], Body],
) -> Content:
    """The entry that a person who holds their own key must sign to decide on a statement.

    signer: who decides, and the name of their key. What the machine proposed is written by the
    registrar. Raises as `decide` does, and then writes nothing.
    """
    holder, key = signer
    with ledger.writing():
        act = _after_proposal(ledger, registrar, at, situation, name, body)
        content = ledger.next_content(holder, at, act, key)
        reviewed(situation, [*ledger.entries(), Entry(**asdict(content), signature="")])
    return content


def _after_proposal(
    ledger: Ledger,
    key: Key,
    at: datetime,
    situation: Situation,
    name: str,
    body: Callable[[str], Body],
) -> Body:
    """The act's body, once what the machine proposed stands in the ledger, signed with a key."""
    before = ledger.entries()
    review = find(reviewed(situation, before), name)
    act = body(review.key)
    known = any(e.body.get("type") == PROPOSED and e.body.get("key") == review.key for e in before)
    if not known:
        report = next(r for r in situation.reports if r.id == review.proposed.report)
        ledger.append(key.holder, at, proposal(report, review.proposed), key)
    return act


def with_reviews(situation: Situation, path: Path) -> Situation:
    """The situation with what the people of a log decided. Raises StandtoError for another ledger.

    path: the log's SQLite file or its export. Decisions on other reports are counted in a warning.
    """
    entries = decisions(path)
    left = passed_over(situation, entries)
    if left:
        log.warning("%s: %d decisions are on reports that are not read here", path.name, left)
    return reviewed(situation, entries)
