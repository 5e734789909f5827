"""A ledger as JSON lines: written out, read back, and its chain and signatures checked offline."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from standto.errors import DataError
from standto.ledger.book import APPLICATION, Ledger
from standto.ledger.checkpoint import Checkpoint, Tree, open_note, parse_note
from standto.ledger.entry import FIRST, Entry, LedgerError, canonical, read_entry, sha256
from standto.ledger.keys import REGISTRAR, Enrolled, Ring


class Closing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The last line of an export: the signed checkpoint that shows that nothing is cut off."""

    checkpoint: str


@dataclass(frozen=True)
class Lines:
    """A ledger as it lies, not yet checked: entries' lines, and the notes kept with them.

    closed: an export, whose single note must cover every entry.
    """

    lines: tuple[bytes, ...]
    notes: tuple[str, ...]
    closed: bool


def export(ledger: Ledger) -> bytes:
    """The ledger as JSON lines: each entry as it was signed, then a checkpoint over all of them.

    Raises StandtoError when the ledger has no checkpoint over its last entry.
    """
    lines = [entry.line for entry in ledger.entries()]
    return b"".join(line + b"\n" for line in [*lines, canonical(Closing(ledger.note()))])


def read_lines(path: Path) -> Lines:
    """Lines of an export or of a ledger's SQLite file, not yet checked.

    Raises DataError when the file is neither.
    """
    if not path.is_file():
        raise DataError.one(path.name, "there is no such file")
    with path.open("rb") as file:
        sqlite = file.read(16) == b"SQLite format 3\0"
    return _read_sqlite(path) if sqlite else parse_lines(path.read_bytes(), path.name)


def parse_lines(data: bytes, name: str) -> Lines:
    """Lines of an export's bytes, not yet checked; `name` is what the messages call it.

    Raises DataError when this is no export, LedgerError when its end is cut off.
    """
    if not data:
        raise DataError.one(name, "is empty; an exported ledger ends in a checkpoint")
    if not data.startswith(b'{"actor"') and b'"previous"' not in data[:100_000]:
        raise DataError.one(
            name, "is no ledger: neither an export in JSON lines nor an SQLite file"
        )
    *lines, rest = data.split(b"\n")
    if rest:
        raise LedgerError(
            0, f"line {len(lines) + 1} is cut off: an export's last line ends in a newline"
        )
    try:
        closing = msgspec.json.decode(lines[-1], type=Closing)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise LedgerError(
            0, "the export does not end in its checkpoint: its end is cut off"
        ) from None
    if canonical(closing) != lines[-1]:
        raise LedgerError(
            0, "the closing line is not in canonical form: its bytes have been changed"
        )
    return Lines(tuple(lines[:-1]), (closing.checkpoint,), closed=True)


def _read_sqlite(path: Path) -> Lines:
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    try:
        if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION:
            raise DataError.one(path.name, "is an SQLite file, but no ledger")
        rows = connection.execute("SELECT line FROM entry ORDER BY n").fetchall()
        notes = connection.execute("SELECT note FROM note ORDER BY size").fetchall()
    except sqlite3.DatabaseError as error:
        raise DataError.one(path.name, f"cannot be read as a ledger ({error})") from None
    finally:
        connection.close()
    return Lines(tuple(bytes(r[0]) for r in rows), tuple(str(r[0]) for r in notes), closed=False)


def checked(ledger: Lines) -> Iterator[Entry]:
    """Entries in order, each proven: form, number, time, chain, signature and key of that day.

    Each note is compared when the entries it covers have been read. Raises LedgerError.
    """
    ring, tree = Ring({}), Tree()
    previous, at, origin = FIRST, "", ""
    if not ledger.lines:
        raise LedgerError(0, "the ledger holds no entry")
    notes = _by_size(ledger)
    for n, line in enumerate(ledger.lines, start=1):
        entry = read_entry(line, n)
        if entry.previous != previous:
            raise LedgerError(n, "is not chained to the entry before it")
        if entry.at < at:
            raise LedgerError(n, f"its time {entry.at} is before that of the entry before it")
        ring.check(entry, line)
        ring.admit(entry)
        tree.add(line)
        previous, at = sha256(line), entry.at
        origin = origin or str(entry.body.get("origin"))
        for note in notes.get(n, ()):
            compare(note, Checkpoint(origin, n, tree.root()), ring.valid(REGISTRAR, at))
        yield entry


def _by_size(ledger: Lines) -> dict[int, list[str]]:
    """Notes by the number of entries they cover; LedgerError when one covers more than are here."""
    notes: dict[int, list[str]] = {}
    for note in ledger.notes:
        size = parse_note(note).size
        if not 0 < size <= len(ledger.lines) or (ledger.closed and size != len(ledger.lines)):
            here = len(ledger.lines)
            raise LedgerError(0, f"a checkpoint covers {size} entries, but {here} are here")
        notes.setdefault(size, []).append(note)
    return notes


def compare(note: str, found: Checkpoint, registrars: Sequence[Enrolled]) -> None:
    """Raise LedgerError unless a registrar's key signed the note and it states what was found."""
    stated = open_note(note, [key.public for key in registrars])
    if stated != found:
        raise LedgerError(
            0,
            f"the checkpoint over {stated.size} entries of {stated.origin} states the root "
            f"{stated.root.hex()[:12]}, but that of {found.origin} is {found.root.hex()[:12]}",
        )
