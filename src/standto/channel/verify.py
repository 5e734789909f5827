"""Checking a ledger of any kind offline: a council's, the channel's, or a log of statements."""

from __future__ import annotations

from pathlib import Path

from standto.channel.incident import TYPE, Incident, act_of, step
from standto.council import verify as council
from standto.errors import ProcedureError
from standto.ledger.entry import Entry, LedgerError
from standto.ledger.export import checked, read_lines
from standto.reports.acts import DECISIONS, PROPOSED
from standto.reports.log import KIND as STATEMENTS


def verify(path: Path, checkpoint: str | None = None) -> council.Report:
    """The check of an export or an SQLite file, by the rules of the ledger's own kind.

    A ledger whose first entry names a pack and members is a council's; one that says so, a log of
    statements; one that names only its origin, a channel's. Raises DataError when the file is no
    ledger at all.
    """
    return council.follow(path, checkpoint, walk_for(path))


def walk_for(path: Path) -> council.Walk:
    """The walk through a ledger of this kind; a council's where the kind cannot be read."""
    try:
        about = next(checked(read_lines(path))).body
    except LedgerError:
        return council.Walk(path.name)
    if "pack" in about:
        return council.Walk(path.name)
    if about.get("kind") == STATEMENTS:
        return StatementWalk(path.name)
    return ChannelWalk(path.name)


class ChannelWalk(council.Walk):
    """The incidents of a channel followed entry by entry."""

    what = "acts on incidents of the channel"
    kinds = frozenset({TYPE})

    def __init__(self, file: str) -> None:
        """Begin before the first entry."""
        super().__init__(file)
        self.incidents: dict[str, Incident] = {}

    def open(self, entry: Entry) -> None:
        """Follow the opening entry."""
        self.registrar = council.registrar_of(entry)

    def act(self, entry: Entry) -> None:
        """Follow an act on an incident. Raises ProcedureError when the rules refuse it."""
        act = act_of(entry)
        self.incidents[act.incident] = step(self.incidents.get(act.incident), act)


class StatementWalk(council.Walk):
    """Proposals of a machine and decisions of people on them, entry by entry."""

    what = "entries on statements"
    kinds = frozenset({PROPOSED, *DECISIONS})

    def __init__(self, file: str) -> None:
        """Begin before the first entry."""
        super().__init__(file)
        self.proposed: set[str] = set()

    def open(self, entry: Entry) -> None:
        """Follow the opening entry."""
        self.registrar = council.registrar_of(entry)

    def act(self, entry: Entry) -> None:
        """Follow a proposal or a decision. Raises ProcedureError where nothing was proposed."""
        kind, key = str(entry.body["type"]), str(entry.body.get("key", ""))
        if kind == PROPOSED:
            self.proposed.add(key)
        elif key not in self.proposed:
            raise ProcedureError(kind, f"nothing was proposed as {key}", "Propose it first.")

    def remarks(self) -> tuple[str, ...]:
        """The reports stand outside the ledger."""
        return ("whether each statement stands in its report is shown by reading it with this log",)
