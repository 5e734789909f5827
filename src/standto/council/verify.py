"""Checking a ledger offline: chain, signatures, whose key that day, and the procedure's rules."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path

from standto.council.acts import TYPE, act_of
from standto.council.charter import Charter, charter_of
from standto.council.pack import load_pack
from standto.council.procedure import step
from standto.council.state import Council
from standto.errors import DataError, ProcedureError
from standto.ledger.checkpoint import verifier_key
from standto.ledger.entry import Entry, LedgerError, sha256
from standto.ledger.export import Lines, checked, read_lines

KEY_ENTRIES = ("opened", "key_enrolled", "key_rotated", "key_revoked")
NOTES = ("refused", "inject")
"""Entries that are no acts and change nothing in the council: a refusal, an exercise's inject."""


@dataclass(frozen=True)
class Report:
    """What a check of a ledger found.

    failed: number of the first entry that does not hold (0: the file as a whole), None when all do.
    head: SHA-256 of the last line that holds. acts: how many entries are acts of the council.
    remarks: what a reader should know although nothing failed.
    """

    file: str
    good: bool
    failed: int | None
    reason: str
    entries: int
    acts: int
    head: str
    registrar: str
    charter: Charter | None
    council: Council | None
    remarks: tuple[str, ...]
    what: str = "acts of the council"

    @property
    def summary(self) -> str:
        """One line for a reader."""
        if self.good:
            return (
                f"good: {self.entries} entries, {self.acts} {self.what}; chain, "
                f"signatures, authority and procedure hold; head {self.head[:16]}"
            )
        where = f"entry {self.failed}" if self.failed else "the file"
        return f"does not verify: {where}: {self.reason}"


def verify(path: Path, checkpoint: str | None = None) -> Report:
    """The check of an export in JSON lines, or of a ledger's SQLite file; it needs nothing else.

    checkpoint: a signed note kept elsewhere, which shows when entries it covers were changed or
    cut. Raises DataError when the file is no ledger at all.
    """
    return follow(path, checkpoint, Walk(path.name))


def follow(path: Path, checkpoint: str | None, walk: Walk) -> Report:
    """What a walk through a ledger's entries finds, each proven before it is followed."""
    try:
        lines = read_lines(path)
        if checkpoint is not None:
            lines = Lines(lines.lines, (*lines.notes, checkpoint), closed=False)
        for entry, line in zip(checked(lines), lines.lines, strict=True):
            walk.take(entry, line)
        _closed(lines)
    except LedgerError as error:
        return walk.report(error.n, error.reason)
    return walk.report()


def _closed(lines: Lines) -> None:
    """Raise when an SQLite ledger has no checkpoint at all: its end could be cut off."""
    if not lines.notes:
        raise LedgerError(0, "no checkpoint was ever signed, so a missing end cannot be seen")


class Walk:
    """A council followed entry by entry. A ledger of another kind follows its own acts."""

    what = "acts of the council"
    kinds: frozenset[str] = frozenset({TYPE})

    def __init__(self, file: str) -> None:
        """Begin before the first entry."""
        self.file = file
        self.entries = self.acts = 0
        self.line = b""
        self.registrar = ""
        self.charter: Charter | None = None
        self.council: Council | None = None

    def take(self, entry: Entry, line: bytes) -> None:
        """Follow one entry whose chain and signature hold; LedgerError when its act does not."""
        kind = entry.body.get("type")
        if entry.n == 1:
            self.open(entry)
        elif kind in self.kinds:
            try:
                self.act(entry)
            except ProcedureError as error:
                raise LedgerError(entry.n, str(error)) from None
            self.acts += 1
        elif kind not in (*KEY_ENTRIES, *NOTES):
            raise LedgerError(entry.n, f"is of a kind {kind!r} that no such ledger holds")
        self.entries, self.line = entry.n, line

    def open(self, entry: Entry) -> None:
        """Follow the opening entry: the council that it convenes, the registrar who signs it."""
        self.charter = charter_of(entry)
        self.council = self.charter.convene()
        self.registrar = registrar_of(entry)

    def act(self, entry: Entry) -> None:
        """Follow an act. Raises ProcedureError when the rules refuse it."""
        assert self.council is not None, "the first entry convened the council"
        self.council = step(self.council, act_of(entry))

    def remarks(self) -> tuple[str, ...]:
        """What a reader should know although nothing failed."""
        return tuple(_remarks(self.charter))

    def report(self, failed: int | None = None, reason: str = "") -> Report:
        """What was found so far."""
        return Report(
            file=self.file,
            good=failed is None,
            failed=failed,
            reason=reason,
            entries=self.entries,
            acts=self.acts,
            head=sha256(self.line) if self.entries else "",
            registrar=self.registrar,
            charter=self.charter,
            council=self.council,
            remarks=self.remarks(),
            what=self.what,
        )


def registrar_of(opening: Entry) -> str:
    """The registrar's public key of an opening entry, in the form that C2SP tools read."""
    public = base64.b64decode(str(opening.body["public"]))
    return verifier_key(str(opening.body["origin"]), public)


def _remarks(charter: Charter | None) -> list[str]:
    if charter is None:
        return []
    remarks = [f"the rules are those of the pack {charter.pack.name}: {charter.pack.title}"]
    if charter.kind == "replay":
        remarks.append(
            "a replay: its keys can be derived by anybody, so it shows in which order the record "
            "says things were done, and proves nothing about who did them"
        )
    try:
        same = load_pack(charter.pack.name) == charter.pack
    except DataError:
        same = False
    if not same:
        remarks.append("its rules are not those of a bundled pack of that name: read them first")
    return remarks
