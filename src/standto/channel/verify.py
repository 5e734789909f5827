"""Checking a ledger of any kind offline: a council's, or the channel's."""

from __future__ import annotations

from pathlib import Path

from standto.channel.incident import TYPE, Incident, act_of, step
from standto.council import verify as council
from standto.ledger.entry import Entry, LedgerError
from standto.ledger.export import checked, read_lines


def verify(path: Path, checkpoint: str | None = None) -> council.Report:
    """The check of an export or an SQLite file, by the rules of the ledger's own kind.

    A ledger whose first entry names a pack and members is a council's; one that names only its
    origin is a channel's. Raises DataError when the file is no ledger at all.
    """
    if opens_council(path):
        return council.verify(path, checkpoint)
    return council.follow(path, checkpoint, ChannelWalk(path.name))


def opens_council(path: Path) -> bool:
    """Whether the first entry convenes a council; so too where it cannot be read at all."""
    try:
        return "pack" in next(checked(read_lines(path))).body
    except LedgerError:
        return True


class ChannelWalk(council.Walk):
    """The incidents of a channel followed entry by entry."""

    what = "acts on incidents of the channel"
    kind = TYPE

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
