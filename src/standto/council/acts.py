"""Acts: what somebody in the council does, as a table's row, as an object, as a ledger's entry."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
import polars as pl

from standto.clock import iso
from standto.errors import DataError, Fault, StandtoError
from standto.ledger.entry import JSON, Entry, LedgerError, stamp, unstamp

TYPE = "act"
"""What the body of an entry that records an act carries as its type."""


class Act(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One act. Columns of `schema/acts.csv` say what each field means.

    at, deadline: aware UTC. version: content hash of the plans that a decision is bound to.
    amounts: number by capability, of requirements and pledges.
    """

    at: datetime
    act: str
    actor: str
    text: str
    plans: tuple[str, ...] = ()
    deadline: datetime | None = None
    decision: str | None = None
    forum: str | None = None
    subject: str | None = None
    amounts: dict[str, int] = {}
    version: str | None = None
    source: str | None = None
    grade: str | None = None

    def __str__(self) -> str:
        """Name the act in a message: `objection by FR at 2003-02-10T08:00Z`."""
        return f"{self.act} by {self.actor} at {iso(self.at)}"


def acts_of(table: pl.DataFrame) -> tuple[Act, ...]:
    """Acts of a table as `schema/acts.csv`, in the order of its rows. Raises DataError."""
    acts, faults = [], []
    for n, row in enumerate(table.iter_rows(named=True), start=1):
        amounts, wrong = _amounts(row.get("amounts") or [])
        faults += [
            Fault("acts.csv", None, f"amounts of act {n}", bad, right) for bad, right in wrong
        ]
        acts.append(
            Act(
                at=row["at"],
                act=row["act"],
                actor=row["actor"],
                text=row["text"],
                plans=tuple((row["plan"] or "").split()),
                deadline=row["deadline"],
                decision=row.get("decision"),
                forum=row.get("forum"),
                subject=row.get("subject"),
                amounts=amounts,
                source=row["source"],
                grade=row["grade"],
            )
        )
    if faults:
        raise DataError(faults)
    return tuple(acts)


def _amounts(parts: list[str]) -> tuple[dict[str, int], list[tuple[str, str]]]:
    amounts, wrong = {}, []
    for part in parts:
        name, equals, number = part.partition("=")
        if name and equals and number.isdecimal() and int(number) > 0 and name not in amounts:
            amounts[name] = int(number)
        else:
            wrong.append((part, "should read like brigade=2, each capability once"))
    return amounts, wrong


def body_of(act: Act) -> dict[str, JSON]:
    """The act as the body of an entry; time and actor stand in the entry itself."""
    fields: dict[str, JSON] = {
        "type": TYPE,
        "act": act.act,
        "text": act.text,
        "plans": list(act.plans),
        "deadline": None if act.deadline is None else stamp(act.deadline),
        "decision": act.decision,
        "forum": act.forum,
        "subject": act.subject,
        "amounts": dict(act.amounts),
        "version": act.version,
        "source": act.source,
        "grade": act.grade,
    }
    return {name: value for name, value in fields.items() if value not in (None, [], {})}


def act_of(entry: Entry) -> Act:
    """The act that an entry records. Raises LedgerError when its body is none."""
    fields: dict[str, Any] = {**entry.body, "at": unstamp(entry.at), "actor": entry.actor}
    del fields["type"]
    try:
        act = msgspec.convert(fields, Act)
    except msgspec.ValidationError as error:
        raise LedgerError(entry.n, f"is no act ({error})") from None
    if act.deadline is not None and act.deadline.tzinfo is None:
        raise LedgerError(entry.n, "has a deadline without a time zone")
    return act


def only_acts(entries: list[Entry]) -> list[Entry]:
    """Entries that record acts, not keys and the like."""
    return [entry for entry in entries if entry.body.get("type") == TYPE]


def need_text(act: Act) -> None:
    """Refuse an act that says nothing."""
    if not act.text.strip():
        raise StandtoError(f"{act}: an act needs its text")
