"""The reports at the desk: statements as a machine proposes them, and what people decide.

The decisions go into a ledger of their own, signed with the key of the role that decides.
"""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import Request
from pydantic import Field, StringConstraints

from standto.council.keyring import public_body
from standto.errors import StandtoError
from standto.ledger.book import Ledger
from standto.ledger.entry import Content, signed_bytes, stamp, unstamp
from standto.ledger.keys import REGISTRAR, ROTATED, enrolment
from standto.reports.acts import Body, accept, edit, reject, reviewed
from standto.reports.assess import assess
from standto.reports.log import KIND, decide, find, prepare
from standto.reports.situation import Report, Review, Situation, Statement
from standto.server.bodies import Body as Sent
from standto.server.bodies import SignatureBody
from standto.server.desk import FACILITATOR, Desk
from standto.server.door import SignedIn
from standto.server.own_keys import LASTS_S, Stale, unbase64
from standto.server.permits import ACTORS, PERMITS, User, need

READ, DECIDE = "read the statements", "decide on statements"


class StatementBody(Sent):
    """A decision on a statement; who decides follows from who is signed in."""

    statement: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    act: Literal["accept", "edit", "reject"]
    grade: Annotated[str, StringConstraints(pattern=r"^[A-F][1-6]$")] | None = None
    why: Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)] = ""
    start: Annotated[int, Field(ge=0, le=10**7)] | None = None
    end: Annotated[int, Field(ge=0, le=10**7)] | None = None
    kind: Annotated[str, StringConstraints(max_length=20)] | None = None
    speaker: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None


@dataclass(frozen=True)
class Waiting:
    """A decision that waits for its holder's signature. at: seconds when it was proposed."""

    act: str
    content: Content
    at: float


class StatementLog:
    """The scenario's reports, read when first asked for, and the ledger of decisions on them."""

    def __init__(self, desk: Desk, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin with nothing read, and nothing that waits for a signature."""
        self.desk = desk
        self._clock = clock
        self._waiting: dict[str, Waiting] = {}
        self.path: Path = desk.folder / "statements.sqlite"
        self._lock = threading.RLock()
        self._situation: Situation | None = None

    def situation(self) -> Situation:
        """The reports as a machine reads them."""
        with self._lock:
            if self._situation is None:
                self._situation = assess(self.desk.world.reports)
            return self._situation

    def now(self) -> Situation:
        """The same with what people have decided."""
        with self._lock, self._opened() as book:
            return reviewed(self.situation(), book.entries())

    def decide(self, user: User, body: StatementBody) -> int:
        """Write a user's decision, signed with the key of their role; give its entry's number.

        Raises Forbidden, ProcedureError or StandtoError; then only the audit's line is written.
        """
        try:
            need(user, DECIDE)
            key = self.desk.key(holder_of(user))
            with self._lock, self._opened() as book:
                at = max(self.desk.now(), unstamp(book.last.at))
                made = partial(act_of, body, user)
                with book.writing():
                    entry = decide(book, key, at, self.situation(), body.statement, made)
                    book.seal(self.desk.key(REGISTRAR))
        except StandtoError as error:
            self.desk.refused(user, f"statement: {body.act}", error)
            raise
        self.desk.changed()
        return entry.n

    def propose(self, user: User, body: StatementBody) -> dict[str, str | None]:
        """The bytes that whoever holds their own key must sign (base64); none where the desk does.

        Raises as `decide` does.
        """
        try:
            need(user, DECIDE)
            holder = holder_of(user)
            if self.desk.holds(holder):
                return {"sign": None, "key": None}
            registrar = self.desk.key(REGISTRAR)
            with self._lock, self._opened() as book:
                at = max(self.desk.now(), unstamp(book.last.at))
                with book.writing():
                    signer = holder, self._follow(book, holder, at)
                    made = partial(act_of, body, user)
                    content = prepare(
                        book, registrar, signer, at, self.situation(), body.statement, made
                    )
                    book.seal(registrar)
                self._waiting[user.name] = Waiting(body.act, content, self._clock())
        except StandtoError as error:
            self.desk.refused(user, f"statement: {body.act}", error)
            raise
        return {"sign": base64.b64encode(signed_bytes(content)).decode("ascii"), "key": signer[1]}

    def sign(self, user: User, signature: str) -> int:
        """Record the decision proposed to a user, signed by its holder; give its entry's number.

        Raises Stale when another entry came first.
        """
        need(user, DECIDE)
        with self._lock, self._opened() as book:
            waiting = self._waiting.pop(user.name, None)
            if waiting is None or self._clock() - waiting.at > LASTS_S:
                raise Stale("no decision waits for your signature; send it again")
            if waiting.content.previous != book.last.hash:
                raise Stale("another entry came first; sign again")
            try:
                with book.writing():
                    entry = book.append_signed(waiting.content, unbase64(signature))
                    book.seal(self.desk.key(REGISTRAR))
            except StandtoError as error:
                self.desk.refused(user, f"statement: {waiting.act}", error)
                raise
        self.desk.changed()
        return entry.n

    def _follow(self, book: Ledger, holder: str, at: datetime) -> str:
        """Let the key that is valid in the council's ledger sign in this one too; its name."""
        council = self.desk.ledger
        name = council.key_of(holder, self.desk.now())
        if name is None:
            raise StandtoError(f"no key of {holder} is valid; the registrar enrols one")
        old = book.key_of(holder, at)
        if old != name:
            public = next(
                str(e.body["public"])
                for e in council.entries()
                if e.body.get("key") == name and "public" in e.body
            )
            body = public_body(holder, public, at)
            rotated = body if old is None else {**body, "type": ROTATED, "old": old}
            book.append(REGISTRAR, at, rotated, self.desk.key(REGISTRAR))
        return name

    @contextmanager
    def _opened(self) -> Iterator[Ledger]:
        """The ledger of decisions, closed again."""
        book = self._open()
        try:
            yield book
        finally:
            book.close()

    def _open(self) -> Ledger:
        """The ledger of decisions; a new one, with the keys of all who may decide, if need be."""
        if self.path.exists():
            return Ledger(self.path)
        at, registrar = self.desk.now(), self.desk.key(REGISTRAR)
        about = {"origin": f"{self.desk.charter.origin}/statements", "kind": KIND}
        book = Ledger.create(self.path, about, registrar, at)
        with book.writing():
            for holder in holders():
                if holder in self.desk.keys:
                    body = enrolment(self.desk.key(holder), stamp(at))
                    book.append(REGISTRAR, at, body, registrar)
            book.seal(registrar)
        return book


def holders() -> list[str]:
    """Whose keys sign decisions on statements."""
    roles = sorted(PERMITS[DECIDE][0])
    return [ACTORS.get(role, (FACILITATOR,))[0] for role in roles]


def holder_of(user: User) -> str:
    """Whose key signs for a user."""
    return user.actors[0] if user.actors else FACILITATOR


def act_of(body: StatementBody, user: User, key: str) -> Body:
    """The act's body, with the name of the person who sat at the desk."""
    if body.act == "accept":
        made = accept(key, body.grade, body.why or None)
    elif body.act == "reject":
        made = reject(key, body.why)
    else:
        given = body.model_dump(include={"start", "end", "kind", "speaker"}, exclude_none=True)
        made = edit(key, given, body.why, body.grade)
    return {**made, "person": user.name}


def read_statements(request: Request, session: SignedIn) -> dict[str, Any]:
    """Reports with their raw text, and statements with what people have decided."""
    need(session.user, READ)
    log: StatementLog = request.app.state.statements
    found = log.now()
    reviews = {review.statement: review for review in found.reviews}
    proposed = {
        g.statement: f"{g.source}{g.information}" for g in found.grades if g.claim == "content"
    }
    return {
        "parser": found.parser,
        "reports": [_report(report) for report in found.reports],
        "statements": [
            {**_statement(one, reviews[one.id]), "proposed_grade": proposed.get(one.id)}
            for one in found.statements
        ],
    }


def decide_statement(body: StatementBody, request: Request, session: SignedIn) -> dict[str, Any]:
    """Accept, edit or reject a statement."""
    log: StatementLog = request.app.state.statements
    number = log.decide(session.user, body)
    review = find(log.now(), body.statement)
    return {"entry": number, "status": review.status}


def propose_decision(
    body: StatementBody, request: Request, session: SignedIn
) -> dict[str, str | None]:
    """What the holder of a key must sign to decide; nothing where the desk holds the key."""
    log: StatementLog = request.app.state.statements
    return log.propose(session.user, body)


def sign_decision(body: SignatureBody, request: Request, session: SignedIn) -> dict[str, int]:
    """Record the decision proposed, by the holder's signature."""
    log: StatementLog = request.app.state.statements
    return {"entry": log.sign(session.user, body.signature)}


def _report(report: Report) -> dict[str, Any]:
    return {
        "id": report.id,
        "name": Path(report.path).name,
        "title": report.title,
        "sha256": report.sha256,
        "dates": [f"{date.label} {date.value}" for date in report.dates],
        "text": report.text,
    }


def _statement(one: Statement, review: Review) -> dict[str, Any]:
    """A statement as it stands, and beside it what was proposed. Offsets count code points."""
    before = review.proposed
    return {
        "id": one.id,
        "key": review.key,
        "report": one.report,
        "start": one.start,
        "end": one.end,
        "parts": [[part.start, part.end] for part in one.parts],
        "exact": one.exact,
        "kind": one.kind,
        "speaker": one.speaker,
        "speaker_as_written": one.speaker_as_written,
        "cue": one.cue,
        "codes": [code.label for code in one.codes],
        "flags": list(one.flags),
        "said_at": one.said_at,
        "by": one.by,
        "status": review.status,
        "proposed": {
            "start": before.start,
            "end": before.end,
            "exact": before.exact,
            "kind": before.kind,
            "speaker": before.speaker,
        },
        "decided_by": review.decided_by,
        "person": review.person,
        "decided_at": review.decided_at,
        "why": review.why,
        "grade": review.grade,
        "entry": review.entry,
    }
