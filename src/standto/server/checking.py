"""Verifying the desk's ledger for whoever asks: one at a time, and once for each state of it."""

from __future__ import annotations

import threading
from pathlib import Path

from standto.council.verify import Report, verify


class Checking:
    """The check of one ledger's file, as anybody could make it elsewhere."""

    def __init__(self, path: Path) -> None:
        """Check the ledger at a path; nothing is checked before somebody asks."""
        self._path = path
        self._turn = threading.Lock()
        self._known: tuple[object, Report] | None = None

    def report(self) -> Report:
        """What the check found; made anew when the file, or its write-ahead log, has changed."""
        with self._turn:
            state = self._state()
            if self._known is None or self._known[0] != state:
                self._known = (state, verify(self._path))
            return self._known[1]

    def _state(self) -> object:
        beside = self._path.with_name(f"{self._path.name}-wal")
        found = [path.stat() for path in (self._path, beside) if path.is_file()]
        return [(file.st_size, file.st_mtime_ns, file.st_ino) for file in found]
