"""What a machine proposed and what a person confirmed: acts for the ledger, and the log they make.

Each function gives the body of one ledger entry; `log.decide` writes it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Any, get_args

from msgspec.structs import replace

from standto.errors import ProcedureError
from standto.ledger.entry import Entry
from standto.reports.situation import Kind, Report, Review, Situation, Span, Statement, Status

PROPOSED, ACCEPTED = "statement_proposed", "statement_accepted"
EDITED, REJECTED = "statement_edited", "statement_rejected"
"""Types of the entries, as other rooms name theirs in the field `type`."""
DECISIONS: dict[str, Status] = {ACCEPTED: "accepted", EDITED: "edited", REJECTED: "rejected"}
Body = dict[str, Any]
EDITABLE = ("start", "end", "kind", "speaker", "codes", "about", "said_at")
"""What a person may change in a statement; its words follow from `start` and `end`."""
GRADE = re.compile(r"[A-F][1-6]")
"""An Admiralty grade: the source's reliability, and the information's credibility (AJP-2.1)."""


def key_of(report: Report, one: Statement) -> str:
    """What a statement is called in the ledger: it depends on the report's bytes, not on its id."""
    cue = one.cue_span.start if one.cue_span else "-"
    words = hashlib.sha256(one.exact.encode("utf-8")).hexdigest()[:12]
    return f"{report_key(report)}:{one.start}-{one.end}:{cue}:{words}"


def report_key(report: Report) -> str:
    """The part of a statement's key that names its report."""
    return f"{report.sha256[:16]}:{report.entry or 0}"


def proposal(report: Report, one: Statement) -> Body:
    """What the machine proposes, with the report's hash."""
    return {
        "type": PROPOSED,
        "key": key_of(report, one),
        "report": report.sha256,
        "by": one.by,
        "start": one.start,
        "end": one.end,
        "exact": one.exact,
        "kind": one.kind,
        "speaker": one.speaker,
        "codes": [code.code for code in one.codes],
    }


def accept(key: str, grade: str | None = None, why: str | None = None) -> Body:
    """A person confirms a statement as proposed, and may set its grade."""
    return {"type": ACCEPTED, "key": key, "grade": graded(grade), "why": why}


def edit(key: str, changes: Mapping[str, Any], why: str, grade: str | None = None) -> Body:
    """A person changes a statement; the proposal stays in the ledger beside the change."""
    wrong = sorted(set(changes) - set(EDITABLE))
    if wrong or not changes:
        rule = f"{', '.join(wrong)} cannot be changed" if wrong else "nothing is changed"
        raise ProcedureError("edit", rule, f"What can be: {', '.join(EDITABLE)}")
    if changes.get("kind", "direct") not in get_args(Kind):
        raise ProcedureError(
            "edit", f"there is no kind {changes['kind']}", " ".join(get_args(Kind))
        )
    body = {"type": EDITED, "key": key, "changes": dict(changes), "grade": graded(grade)}
    return {**body, "why": reason("edit", why)}


def reject(key: str, why: str) -> Body:
    """A person rejects a statement: it stays in the log as rejected, with the reason."""
    return {"type": REJECTED, "key": key, "why": reason("reject", why)}


def graded(grade: str | None) -> str | None:
    """A grade that is one. Raises ProcedureError when it is none."""
    if grade is not None and not GRADE.fullmatch(grade):
        raise ProcedureError("grade", f"{grade} is no Admiralty grade", "A1 to F6, such as B2")
    return grade


def reason(act: str, why: str) -> str:
    """A reason that says something. Raises ProcedureError when it is empty."""
    if not why.strip():
        raise ProcedureError(act, "no reason is given", "one sentence that says why")
    return why


def reviewed(situation: Situation, entries: Iterable[Entry]) -> Situation:
    """The log after the acts of a ledger: statements as they stand, and a review of each.

    A statement that this reading does not find any more, such as one that another parser had
    proposed, comes back from its proposal. Acts on reports that are not among these are passed
    over. Raises ProcedureError for an act on a statement that was never proposed, and for an edit
    whose new stretch lies outside the report.
    """
    reports = {report.id: report for report in situation.reports}
    here = {report_key(report): report for report in situation.reports}
    log: dict[str, tuple[Statement, Review]] = {}
    for one in situation.statements:
        key = key_of(reports[one.report], one)
        log[key] = (one, Review(one.id, key, "proposed", one))
    for entry in entries:
        kind, key = str(entry.body.get("type", "")), str(entry.body.get("key", ""))
        report = here.get(key.rpartition(":")[0].rpartition(":")[0].rpartition(":")[0])
        if report is None or kind not in {PROPOSED, *DECISIONS}:
            continue
        if kind == PROPOSED:
            log.setdefault(key, _restored(report, entry))
        elif key not in log:
            raise ProcedureError(kind, f"no statement {key} is in these reports", "read them again")
        else:
            log[key] = _decided(*log[key], report, entry)
    return replace(
        situation,
        statements=tuple(one for one, _ in log.values()),
        reviews=tuple(review for _, review in log.values()),
    )


def passed_over(situation: Situation, entries: Iterable[Entry]) -> int:
    """How many decisions of a ledger are about reports that are not among these."""
    here = {report_key(report) for report in situation.reports}
    keys = [str(e.body["key"]) for e in entries if e.body.get("type") in DECISIONS]
    return sum(not any(key.startswith(f"{one}:") for one in here) for key in keys)


def _restored(report: Report, entry: Entry) -> tuple[Statement, Review]:
    """A statement from its proposal in the ledger, where this reading does not find it."""
    body = entry.body
    place = Span(int(body["start"]), int(body["end"]))
    if place.of(report.text) != body["exact"]:
        raise ProcedureError(
            PROPOSED, f"{body['exact']!r} is not in {report.path}", "its own words"
        )
    one = Statement(
        id=f"{report.id}.e{entry.n}",
        report=report.id,
        start=place.start,
        end=place.end,
        exact=body["exact"],
        kind=body["kind"],
        speaker=body["speaker"],
        speaker_as_written=None,
        speaker_how="name" if body["speaker"] else "unnamed",
        cue=None,
        flags=("from_ledger",),
        parts=(place,),
        marked=(place,),
        by=body["by"],
    )
    return one, Review(one.id, str(body["key"]), "proposed", one)


def _decided(
    one: Statement, before: Review, report: Report, entry: Entry
) -> tuple[Statement, Review]:
    """A statement and its review after one more decision: each starts from the proposal."""
    body = entry.body
    changes = body["changes"] if body["type"] == EDITED else {}
    after = _changed(before.proposed, report, changes)
    review = replace(
        before,
        status=DECISIONS[body["type"]],
        decided_by=entry.actor,
        person=body.get("person"),
        decided_at=entry.at,
        why=body.get("why"),
        grade=body.get("grade") or before.grade,
        entry=entry.n,
    )
    return (after if body["type"] != REJECTED else one), review


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
    moved = {"parts": (Span(start, end),), "marked": (Span(start, end),)}
    ends = moved if (start, end) != (one.start, one.end) else {}
    words = report.text[start:end]
    return replace(one, **plain, **ends, codes=codes, start=start, end=end, exact=words)
