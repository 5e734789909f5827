"""What the desk keeps beside the ledger in one SQLite file: users, sessions, drafts, audit."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

LAYOUT = """
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS user (
    name TEXT PRIMARY KEY, role TEXT NOT NULL, country TEXT NOT NULL, password TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS session (
    token TEXT PRIMARY KEY, user TEXT NOT NULL REFERENCES user (name) ON DELETE CASCADE,
    csrf TEXT NOT NULL, started REAL NOT NULL, seen REAL NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS passkey (
    id TEXT PRIMARY KEY, user TEXT NOT NULL REFERENCES user (name) ON DELETE CASCADE,
    name TEXT NOT NULL, host TEXT NOT NULL, public BLOB NOT NULL, count INTEGER NOT NULL,
    made REAL NOT NULL, used REAL
) STRICT;
CREATE TABLE IF NOT EXISTS attempt (who TEXT NOT NULL, at REAL NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS attempt_who ON attempt (who, at);
CREATE TABLE IF NOT EXISTS draft (
    user TEXT NOT NULL, key TEXT NOT NULL, text TEXT NOT NULL, saved REAL NOT NULL,
    PRIMARY KEY (user, key)
) STRICT;
CREATE TABLE IF NOT EXISTS request (
    user TEXT NOT NULL, request TEXT NOT NULL, entry INTEGER NOT NULL, PRIMARY KEY (user, request)
) STRICT;
CREATE TABLE IF NOT EXISTS inject (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, recipients TEXT NOT NULL, text TEXT NOT NULL,
    entry INTEGER
) STRICT;
CREATE TABLE IF NOT EXISTS run (
    id INTEGER PRIMARY KEY, asked_by TEXT NOT NULL, asked REAL NOT NULL, parameters TEXT NOT NULL,
    status TEXT NOT NULL, stage TEXT NOT NULL, words TEXT NOT NULL, tries INTEGER NOT NULL,
    released INTEGER NOT NULL, figures TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS audit (
    id INTEGER PRIMARY KEY, at REAL NOT NULL, user TEXT NOT NULL, what TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT;
"""


class Store:
    """The file, shared by threads: one writes at a time, and who reads does not wait for it."""

    def __init__(self, path: Path) -> None:
        """Open the file, laid out when it is new."""
        self._lock, self._reading = threading.RLock(), threading.Lock()
        self._within: int | None = None
        self._connection = _connect(path)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.execute("PRAGMA foreign_keys = ON")
        self._connection.executescript(LAYOUT)
        self._reader = _connect(path)
        self._reader.execute("PRAGMA query_only = ON")

    def rows(self, query: str, *values: Any) -> list[sqlite3.Row]:
        """Rows of a query; what this thread has written in an open transaction is among them."""
        if self._within == threading.get_ident():
            return self._connection.execute(query, values).fetchall()
        with self._reading:
            return self._reader.execute(query, values).fetchall()

    def row(self, query: str, *values: Any) -> sqlite3.Row | None:
        """The first row of a query, or None."""
        rows = self.rows(query, *values)
        return rows[0] if rows else None

    def do(self, statement: str, *values: Any) -> int:
        """Run a statement; give the number of the last row put in."""
        with self._lock:
            return int(self._connection.execute(statement, values).lastrowid or 0)

    def changed(self, statement: str, *values: Any) -> int:
        """Run a statement; give the number of rows that it changed."""
        with self._lock:
            return self._connection.execute(statement, values).rowcount

    @contextmanager
    def together(self) -> Iterator[None]:
        """Statements that stand or fall together."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            self._within = threading.get_ident()
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            finally:
                self._within = None

    def setting(self, name: str, default: str = "") -> str:
        """A setting's value."""
        row = self.row("SELECT value FROM setting WHERE name = ?", name)
        return default if row is None else str(row["value"])

    def set(self, name: str, value: str) -> None:
        """Keep a setting."""
        self.do("INSERT OR REPLACE INTO setting VALUES (?, ?)", name, value)

    def audit(self, at: float, user: str, what: str, reason: str) -> None:
        """Write a line of the audit."""
        self.do(
            "INSERT INTO audit (at, user, what, reason) VALUES (?, ?, ?, ?)", at, user, what, reason
        )

    def close(self) -> None:
        """Close the file."""
        self._reader.close()
        self._connection.close()


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, timeout=30, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    return connection
