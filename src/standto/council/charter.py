"""The opening entry of a council's ledger: which council, which members, which rules, what kind."""

from __future__ import annotations

from typing import Literal

import msgspec
import polars as pl

from standto.council.pack import Member, Pack
from standto.council.pack_faults import need_fit
from standto.council.procedure import convene
from standto.council.state import Council
from standto.ledger.entry import JSON, Entry, LedgerError

Kind = Literal["replay", "exercise"]


class Charter(msgspec.Struct, frozen=True):
    """What a ledger says of itself in its first entry: it can be checked without anything else.

    origin: the log's name in its checkpoints. kind: `replay` (history, signed with keys that
    anybody can derive: proves nothing about who acted) or `exercise` (people acted, with their
    own keys).
    """

    origin: str
    title: str
    kind: Kind
    pack: Pack
    members: tuple[Member, ...]

    def body(self) -> dict[str, JSON]:
        """The charter as plain data for the opening entry."""
        return dict(msgspec.to_builtins(self))

    def convene(self) -> Council:
        """The council before its first act."""
        return convene(self.pack, self.members)


def charter_of(entry: Entry) -> Charter:
    """The charter in a ledger's opening entry. Raises LedgerError when it holds none."""
    try:
        return msgspec.convert(entry.body, Charter)
    except msgspec.ValidationError as error:
        raise LedgerError(entry.n, f"opens no council ({error})") from None


def charter_of_pact(
    origin: str, title: str, kind: Kind, pack: Pack, table: pl.DataFrame
) -> Charter:
    """The charter of a pact's council. Raises DataError when the pack does not fit its members.

    table: as `schema/members.csv`.
    """
    members = members_of(table)
    need_fit(pack, members)
    return Charter(origin, title, kind, pack, members)


def members_of(table: pl.DataFrame) -> tuple[Member, ...]:
    """Members of the pact, from a table as `schema/members.csv`, in alphabetical order."""
    rows = table.filter(pl.col("status") == "member").sort("iso").iter_rows(named=True)
    return tuple(
        Member(row["iso"], row["since"] or "0001-01-01", row["until"] or "9999-12-31")
        for row in rows
    )
