"""What a machine proposed and what a person confirmed: acts for the ledger, and the log they make.

Each function gives the body of one ledger entry; `Ledger.append(actor, at, body, key)` writes it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, Literal

import msgspec

from standto.errors import ProcedureError
from standto.reports.situation import Report, Situation, Statement

PROPOSED, ACCEPTED = "statement_proposed", "statement_accepted"
EDITED, REJECTED = "statement_edited", "statement_rejected"
"""Types of the entries, as other rooms name theirs in the field `type`."""
Body = dict[str, Any]
Status = Literal["proposed", "accepted", "edited", "rejected"]
EDITABLE = ("start", "end", "kind", "speaker", "codes", "about", "said_at")
"""What a person may change in a statement; its words follow from `start` and `end`."""


class Reviewed(msgspec.Struct, frozen=True):
    """A statement as the log has it now: who proposed it, who decided on it, and when.

    entry: number of the ledger entry that decided. grade: as a person set it, such as `B2`.
    """

    key: str
    statement: Statement
    status: Status
    proposed_by: str
    decided_by: str | None = None
    decided_at: str | None = None
    why: str | None = None
    grade: str | None = None
    entry: int | None = None


def key_of(report: Report, one: Statement) -> str:
    """What a statement is called in the ledger: it depends on the report's bytes, not on its id."""
    cue = one.cue_span.start if one.cue_span else "-"
    words = hashlib.sha256(one.exact.encode("utf-8")).hexdigest()[:12]
    return f"{report.sha256[:16]}:{report.entry or 0}:{one.start}-{one.end}:{cue}:{words}"


def proposals(situation: Situation) -> list[Body]:
    """One act for each statement: what the machine proposes, with the report's hash."""
    reports = {report.id: report for report in situation.reports}
    return [
        {
            "type": PROPOSED,
            "key": key_of(reports[one.report], one),
            "report": reports[one.report].sha256,
            "by": one.by,
            "start": one.start,
            "end": one.end,
            "exact": one.exact,
            "kind": one.kind,
            "speaker": one.speaker,
            "codes": [code.code for code in one.codes],
        }
        for one in situation.statements
    ]


def accept(key: str, grade: str | None = None, why: str | None = None) -> Body:
    """A person confirms a statement as proposed, and may set its grade."""
    return {"type": ACCEPTED, "key": key, "grade": grade, "why": why}


def edit(key: str, changes: Mapping[str, Any], why: str, grade: str | None = None) -> Body:
    """A person changes a statement; the proposal stays in the ledger beside the change."""
    wrong = sorted(set(changes) - set(EDITABLE))
    if wrong or not changes:
        named = ", ".join(wrong) or "nothing"
        raise ProcedureError("edit", f"{named} cannot be changed", f"one of {', '.join(EDITABLE)}")
    return {"type": EDITED, "key": key, "changes": dict(changes), "grade": grade, "why": why}


def reject(key: str, why: str) -> Body:
    """A person rejects a statement: it stays in the log as rejected, with the reason."""
    return {"type": REJECTED, "key": key, "why": why}


def reviewed(
    situation: Situation, entries: Iterable[tuple[int, str, str, Body]]
) -> tuple[Reviewed, ...]:
    """The log of a situation after the acts of a ledger: (number, actor, at, body), in order.

    Raises ProcedureError for an act on a statement that the situation does not hold, and for an
    edit whose new stretch lies outside the report.
    """
    reports = {report.id: report for report in situation.reports}
    log: dict[str, Reviewed] = {}
    for one in situation.statements:
        key = key_of(reports[one.report], one)
        log[key] = Reviewed(key, one, "proposed", one.by)
    for number, actor, at, body in entries:
        act = str(body.get("type", ""))
        if act not in {ACCEPTED, EDITED, REJECTED}:
            continue
        key = str(body["key"])
        if key not in log:
            raise ProcedureError(act, f"no statement {key} is in these reports", "read them again")
        log[key] = _decided(log[key], reports, number, actor, at, body)
    return tuple(log.values())


def _decided(
    before: Reviewed, reports: Mapping[str, Report], number: int, actor: str, at: str, body: Body
) -> Reviewed:
    status: Status = "accepted"
    statement = before.statement
    if body["type"] == REJECTED:
        status = "rejected"
    elif body["type"] == EDITED:
        status = "edited"
        statement = _changed(statement, reports[statement.report], body["changes"])
    return msgspec.structs.replace(
        before,
        statement=statement,
        status=status,
        decided_by=actor,
        decided_at=at,
        why=body.get("why"),
        grade=body.get("grade") or before.grade,
        entry=number,
    )


def _changed(one: Statement, report: Report, changes: Mapping[str, Any]) -> Statement:
    start, end = int(changes.get("start", one.start)), int(changes.get("end", one.end))
    if not 0 <= start < end <= len(report.text):
        raise ProcedureError(
            "edit", f"{start}-{end} lies outside {report.path}", f"0 to {len(report.text)}"
        )
    plain = {k: v for k, v in changes.items() if k in {"kind", "speaker", "about", "said_at"}}
    codes = one.codes
    if "codes" in changes:
        codes = tuple(code for code in one.codes if code.code in changes["codes"])
    return msgspec.structs.replace(
        one, **plain, codes=codes, start=start, end=end, exact=report.text[start:end]
    )
