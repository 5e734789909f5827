"""The book: entries in one SQLite file, written by one writer at a time and never changed.

Write-ahead log with full synchronisation: an entry that `append` has given back is on the disk.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from standto.errors import StandtoError
from standto.ledger.checkpoint import Checkpoint, Tree, sign_note
from standto.ledger.entry import (
    FIRST,
    JSON,
    Content,
    Entry,
    LedgerError,
    check_plain,
    read_entry,
    sign_line,
    signed_bytes,
    stamp,
)
from standto.ledger.keys import OPENED, REGISTRAR, Key, Ring

LAYOUT = """
CREATE TABLE entry (n INTEGER PRIMARY KEY, line BLOB NOT NULL) STRICT;
CREATE TABLE note (size INTEGER PRIMARY KEY, note TEXT NOT NULL) STRICT;
CREATE TRIGGER entry_stays BEFORE UPDATE ON entry BEGIN
    SELECT RAISE(ABORT, 'an entry of the ledger is never changed'); END;
CREATE TRIGGER entry_remains BEFORE DELETE ON entry BEGIN
    SELECT RAISE(ABORT, 'an entry of the ledger is never removed'); END;
PRAGMA application_id = 0x53544C47;
"""
APPLICATION = 0x53544C47
"""`STLG`, by which a file is known to be a ledger."""


class Ledger:
    """An open ledger. Threads and processes may share a file: each append waits for its turn."""

    def __init__(self, path: Path) -> None:
        """Open an existing ledger; `create` makes one."""
        if not path.is_file():
            raise StandtoError(f"there is no ledger {path.name}")
        self.path = path
        self._lock = threading.RLock()
        self._connection = _connect(path)
        self._ring = Ring({})
        self._tree = Tree()
        self._last: Entry | None = None
        self._writing = False
        self._catch_up()

    @classmethod
    def create(cls, path: Path, about: dict[str, JSON], registrar: Key, at: datetime) -> Ledger:
        """A new ledger at `path`, opened by the registrar.

        about: what the ledger is for, at least its `origin` (the log's name, without blanks).
        """
        origin = about.get("origin")
        if not isinstance(origin, str) or not origin or set(origin) & set(" +\n\t"):
            raise StandtoError(f"a ledger's origin {origin!r} should be a name without blanks or +")
        _lay_out(path)
        ledger = cls(path)
        body = {
            **about,
            "type": OPENED,
            "holder": REGISTRAR,
            "key": registrar.name,
            "public": registrar.public,
            "from": stamp(at),
        }
        ledger.append(REGISTRAR, at, body, registrar)
        return ledger

    @classmethod
    def restore(cls, path: Path, lines: Iterable[bytes], note: str) -> Ledger:
        """A ledger at `path` from lines and closing note that a reader has checked already."""
        _lay_out(path)
        ledger = cls(path)
        with ledger.writing():
            rows = list(enumerate(lines, start=1))
            ledger._connection.executemany("INSERT INTO entry VALUES (?, ?)", rows)
            ledger._connection.execute("INSERT INTO note VALUES (?, ?)", (len(rows), note))
            ledger._catch_up()
        return ledger

    def append(self, actor: str, at: datetime, body: dict[str, JSON], key: Key) -> Entry:
        """Write one signed entry and give it back when it is on the disk.

        Raises StandtoError, and writes nothing, when time would run back, the body is no plain
        data, or the key is not the actor's on that day.
        """
        with self.writing():
            content = self.next_content(actor, at, body, key.name)
            return self.append_signed(content, key.sign(signed_bytes(content)))

    def next_content(self, actor: str, at: datetime, body: dict[str, JSON], key: str) -> Content:
        """What the next entry would say, for its actor to sign with the key of that name."""
        check_plain(body)
        with self._lock:
            self._catch_up()
            n = 1 if self._last is None else self._last.n + 1
            previous = FIRST if self._last is None else self._last.hash
            return Content(actor, stamp(at), body, key, n, previous)

    def append_signed(self, content: Content, signature: bytes) -> Entry:
        """Write an entry that its actor has signed, here or elsewhere, as `append` does.

        Raises StandtoError, and writes nothing, when another entry has taken its place, or when
        the signature is not that of the key it names.
        """
        with self.writing():
            if self._last is not None and content.at < self._last.at:
                raise StandtoError(
                    f"an entry of {content.at} cannot follow one of {self._last.at}: "
                    "a ledger's time never runs back"
                )
            if content.n != (1 if self._last is None else self._last.n + 1):
                raise StandtoError(f"entry {content.n} is there already; sign the next one")
            entry = sign_line(content, signature)
            read_entry(entry.line, content.n)
            self._take(entry)
            self._connection.execute("INSERT INTO entry VALUES (?, ?)", (content.n, entry.line))
        return entry

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction: what is appended inside is on the disk together, or not at all."""
        with self._lock:
            if self._writing:
                yield
                return
            self._connection.execute("BEGIN IMMEDIATE")
            self._writing = True
            try:
                self._catch_up()
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                self._connection.execute("ROLLBACK")
                self._forget()
                raise
            finally:
                self._writing = False

    def entries(self, after: int = 0) -> list[Entry]:
        """Entries with a number above `after`, in order."""
        with self._lock:
            self._catch_up()
            rows = self._connection.execute(
                "SELECT n, line FROM entry WHERE n > ? ORDER BY n", (after,)
            )
            return [read_entry(line, n) for n, line in rows]

    @property
    def last(self) -> Entry:
        """The last entry."""
        with self._lock:
            self._catch_up()
            assert self._last is not None, "a ledger has an opening entry"
            return self._last

    @property
    def origin(self) -> str:
        """The log's name, from its opening entry."""
        return str(self.opening.body["origin"])

    @property
    def opening(self) -> Entry:
        """The first entry."""
        row = self._connection.execute("SELECT line FROM entry WHERE n = 1").fetchone()
        return read_entry(row[0], 1)

    def key_of(self, holder: str, at: datetime) -> str | None:
        """Name of the key with which `holder` signs at that time, if any."""
        with self._lock:
            self._catch_up()
            valid = self._ring.valid(holder, stamp(at))
            return valid[-1].name if valid else None

    def seal(self, registrar: Key) -> str:
        """Sign and keep a checkpoint of the ledger's length and Merkle root now; give the note."""
        with self.writing():
            size = self._tree.size
            note = sign_note(Checkpoint(self.origin, size, self._tree.root()), registrar)
            self._connection.execute("INSERT OR REPLACE INTO note VALUES (?, ?)", (size, note))
        return note

    def note(self) -> str:
        """The checkpoint over all entries. Raises StandtoError when none has been signed yet."""
        row = self._connection.execute(
            "SELECT note FROM note WHERE size = (SELECT max(n) FROM entry)"
        ).fetchone()
        if row is None:
            raise StandtoError(f"{self.path.name} has no checkpoint over its last entry; seal it")
        return str(row[0])

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _catch_up(self) -> None:
        """Take in what another process has appended."""
        after = self._last.n if self._last else 0
        for n, line in self._connection.execute(
            "SELECT n, line FROM entry WHERE n > ? ORDER BY n", (after,)
        ).fetchall():
            self._take(read_entry(line, n))

    def _take(self, entry: Entry) -> None:
        """Let an entry follow, or raise LedgerError: its key must be good."""
        previous = FIRST if self._last is None else self._last.hash
        if entry.previous != previous:
            raise LedgerError(entry.n, "is not chained to the entry before it")
        self._ring.check(entry, entry.line)
        self._ring.admit(entry)
        self._tree.add(entry.line)
        self._last = entry

    def _forget(self) -> None:
        """After a transaction that failed, read again what is really there."""
        self._ring, self._tree, self._last = Ring({}), Tree(), None
        self._catch_up()


def _lay_out(path: Path) -> None:
    if path.exists():
        raise StandtoError(f"{path.name} exists already; a ledger is never written over")
    connection = _connect(path)
    connection.executescript("BEGIN IMMEDIATE;" + LAYOUT + "COMMIT;")
    connection.close()


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, timeout=30, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA trusted_schema = OFF")
    return connection
