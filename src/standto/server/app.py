"""The desk over HTTP: each route asks who is signed in, calls one function, answers."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path
from typing import Annotated, Any

from fastapi import FastAPI, HTTPException, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, RedirectResponse, StreamingResponse

from standto.errors import DataError, ProcedureError, StandtoError
from standto.ledger.export import export
from standto.server.bodies import (
    ActBody,
    ClockBody,
    DraftBody,
    IncidentBody,
    Name,
    OwnKeyBody,
    ReleaseBody,
    RunBody,
    RunNumber,
    SignatureBody,
    aware,
)
from standto.server.channel import do_incident
from standto.server.checking import Checking
from standto.server.desk import AUDITED, Desk
from standto.server.door import (
    Here,
    NotAsked,
    NotSignedIn,
    SignedIn,
    add_passkey,
    address_of,
    close_session,
    new_passkey,
    open_by_passkey,
    open_session,
    passkey_options,
    read_passkeys,
    remove_passkey,
    session_of,
)
from standto.server.drafts import drafts_of, keep_draft
from standto.server.exercise import add_injects
from standto.server.guard import PAGE_POLICY, Guard, TooLarge
from standto.server.intake import parse_injects
from standto.server.news import News, stream
from standto.server.outlook import runs_view, sees_all
from standto.server.own_keys import OwnKeys, Stale
from standto.server.pace import Pace
from standto.server.passkeys import Passkeys
from standto.server.permits import Forbidden, need
from standto.server.release import release
from standto.server.runs import Runs
from standto.server.signin import SignIn, TooManyTries
from standto.server.statements import (
    StatementLog,
    decide_statement,
    propose_decision,
    read_statements,
    sign_decision,
)
from standto.server.views import Views

log = logging.getLogger(__name__)

STATIC = Path(__file__).parent / "static"
TICK_S = 0.5


def application(desk: Desk, runs: Runs, hosts: Iterable[str], *, secure: bool = False) -> FastAPI:
    """The application around a desk. hosts: names it is reached by. secure: served over HTTPS."""
    app = FastAPI(
        title="Standto desk", docs_url=None, redoc_url=None, openapi_url="/api/openapi.json",
        lifespan=lifespan,
    )  # fmt: skip
    app.state.desk, app.state.runs, app.state.sign_in = desk, runs, SignIn(desk.store, desk.time)
    app.state.own_keys, app.state.checking = OwnKeys(desk), Checking(desk.folder / "ledger.sqlite")
    app.state.passkeys, app.state.pace = Passkeys(app.state.sign_in), Pace(desk.time)
    app.state.views, app.state.news, app.state.secure = Views(desk), None, secure
    app.state.statements = StatementLog(desk)
    app.add_middleware(Guard, hosts=tuple(hosts))
    app.add_exception_handler(RequestValidationError, answer_badly_formed)
    for kind, status in STATUSES.items():
        app.add_exception_handler(kind, answer_for(status))
    for method, path, route in ROUTES:
        app.add_api_route(path, route, methods=[method], responses=REFUSALS)
    return app


@contextlib.asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Let the exercise tick while the application runs."""
    ticking = asyncio.create_task(tick(app.state.desk, app.state.sign_in))
    yield
    if app.state.news is not None:
        app.state.news.close()
    ticking.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await ticking


async def tick(desk: Desk, sign_in: SignIn) -> None:
    """Let injects appear in time, and write down who was seen; a fault is told and not the end."""
    while True:
        await asyncio.sleep(TICK_S)
        try:
            await asyncio.to_thread(desk.tick)
            await asyncio.to_thread(sign_in.keep_seen)
        except Exception:
            log.exception("the desk's clock stumbled; it tries again")


def answer_for(status: int) -> Callable[[Request, Exception], Response]:
    """An error as an answer: what is wrong, in the words of its message."""

    def answer(request: Request, error: Exception) -> Response:
        audit_refusal(request, error)
        headers = {"retry-after": str(error.wait_s)} if isinstance(error, TooManyTries) else None
        return plainly({"error": str(error)}, status, headers)

    return answer


def answer_badly_formed(request: Request, error: Exception) -> Response:
    """What is wrong with a request's form; what it held is not repeated, for it may be anything."""
    assert isinstance(error, RequestValidationError), "the handler of that error"
    faults = [{"loc": list(fault["loc"]), "msg": fault["msg"]} for fault in error.errors()]
    return plainly({"detail": faults}, 422, None)


def plainly(words: dict[str, Any], status: int, headers: dict[str, str] | None) -> Response:
    """JSON in ASCII: half a character in a stranger's words does no harm."""
    return Response(json.dumps(words), status, headers, media_type="application/json")


def audit_refusal(request: Request, error: Exception) -> None:
    """Write into the audit that somebody signed in was refused, unless that is done already."""
    refusal = isinstance(error, Forbidden | ProcedureError | NotAsked)
    session = session_of(request)
    if refusal and session is not None and AUDITED not in getattr(error, "__notes__", ()):
        desk: Desk = request.app.state.desk
        asked = f"{request.method} {request.url.path}"
        desk.store.audit(desk.time(), session.user.name, asked[:200], str(error))


STATUSES: dict[type[Exception], int] = {
    NotSignedIn: 401,
    NotAsked: 403,
    Forbidden: 403,
    ProcedureError: 409,
    DataError: 422,
    TooManyTries: 429,
    TooLarge: 413,
    Stale: 409,
    StandtoError: 400,
}
REFUSALS: dict[int | str, dict[str, Any]] = {
    400: {"description": "something that the user can mend"},
    401: {"description": "nobody is signed in"},
    403: {"description": "this role may not do it, or the request is not the page's own"},
    409: {"description": "the procedure refuses the act"},
    413: {"description": "more bytes than are taken"},
    429: {"description": "too many failed tries, or changes faster than a person makes"},
}


def page(request: Request) -> Response:
    """The desk's page, or the way to sign in."""
    if session_of(request) is None:
        return RedirectResponse("/sign-in", status_code=303)
    return FileResponse(STATIC / "desk.html")


def sign_in_page() -> Response:
    """The page to sign in."""
    return FileResponse(STATIC / "sign-in.html")


def static(name: str) -> Response:
    """Script and style of the pages."""
    if name not in {
        path.name for path in STATIC.iterdir() if path.suffix in {".js", ".css", ".svg"}
    }:
        raise HTTPException(404, f"there is no file {name}")
    return FileResponse(STATIC / name)


async def state(
    request: Request, session: SignedIn, after: Annotated[int, Query(ge=0, le=2**53)] = 0
) -> Response:
    """What the user sees, the record behind an entry, and the token that changes must carry."""
    views: Views = request.app.state.views
    view = views.view(session.user, session.csrf, after)
    return Response(view, media_type="application/json")


async def events(request: Request, session: SignedIn, desk: Here) -> StreamingResponse:
    """A stream that says when there is something new."""
    if request.app.state.news is None:
        request.app.state.news = News(desk)
    told = stream(
        desk,
        request.app.state.news,
        session.user.name,
        stays=lambda: session_of(request) is not None,
        gone=request.is_disconnected,
    )
    return StreamingResponse(told, media_type="text/event-stream")


def act(body: ActBody, desk: Here, session: SignedIn) -> dict[str, int]:
    """Do an act of the council."""
    return {"entry": desk.act(session.user, body.act, fields_of(body, desk), body.request)}


def fields_of(body: ActBody, desk: Desk) -> dict[str, Any]:
    """Fields of the act that a body asks for."""
    fields = body.model_dump(exclude={"act", "request", "silence_min"}, exclude_none=True)
    fields["plans"] = tuple(body.plans)
    if body.deadline is not None:
        fields["deadline"] = aware(body.deadline)
    if body.silence_min is not None:
        fields["deadline"] = desk.after(body.silence_min)
    return fields


def propose(
    body: ActBody, desk: Here, request: Request, session: SignedIn
) -> dict[str, str | None]:
    """What the holder of a key must sign to do an act; nothing where the desk holds the key."""
    own: OwnKeys = request.app.state.own_keys
    return own.propose(session.user, body.act, fields_of(body, desk))


def sign(body: SignatureBody, request: Request, session: SignedIn) -> dict[str, int]:
    """Do the act proposed, by the holder's signature."""
    own: OwnKeys = request.app.state.own_keys
    return {"entry": own.sign(session.user, body.signature, body.request)}


async def hold_key(body: OwnKeyBody, request: Request, session: SignedIn) -> dict[str, str]:
    """Let a user's own key take over from the desk's."""
    need(session.user, "hold its own key")
    sign_in: SignIn = request.app.state.sign_in
    own: OwnKeys = request.app.state.own_keys
    run = asyncio.get_running_loop().run_in_executor
    name, address = session.user.name, address_of(request)
    await run(sign_in.turns, sign_in.prove, name, body.password, address)
    key = await run(None, own.hand_over, session.user, body.holder, body.public, body.proof)
    return {"key": key}


def read_drafts(desk: Here, session: SignedIn) -> dict[str, str]:
    """The user's own notes and unfinished words."""
    return drafts_of(desk, session.user)


def write_draft(key: Name, body: DraftBody, desk: Here, session: SignedIn) -> Response:
    """Keep unfinished words."""
    keep_draft(desk, session.user, key, body.text)
    return Response(status_code=204)


def release_more(body: ReleaseBody, desk: Here, session: SignedIn) -> Response:
    """Let observers read the record up to an entry, or a run's figures."""
    release(desk, session.user, body.entry, body.run)
    return Response(status_code=204)


def ask_run(body: RunBody, request: Request, session: SignedIn) -> dict[str, int]:
    """Start a schedule and its rehearsal."""
    runs: Runs = request.app.state.runs
    return {"run": runs.ask(session.user, body.seconds, body.runs, body.seed)}


def cancel_run(number: RunNumber, request: Request, session: SignedIn) -> Response:
    """Cancel a run."""
    request.app.state.runs.cancel(session.user, number)
    return Response(status_code=204)


def run_file(
    number: RunNumber, name: str, desk: Here, request: Request, session: SignedIn
) -> Response:
    """A file of a run: its page (in a sandbox), its figures, its tables."""
    need(session.user, "read the figures")
    visible = runs_view(desk, whole=sees_all(session.user))
    if number not in {run["id"] for run in visible}:
        raise Forbidden(f"run {number} is not there, or not released")
    path = request.app.state.runs.file(number, name)
    return FileResponse(path, headers={"content-security-policy": PAGE_POLICY})


def ledger(desk: Here, session: SignedIn) -> Response:
    """The ledger as JSON lines, with its checkpoint."""
    need(session.user, "export the ledger")
    with desk.lock:
        lines = export(desk.ledger)
    headers = {"content-disposition": 'attachment; filename="ledger.jsonl"'}
    return Response(lines, media_type="application/jsonl", headers=headers)


async def verified(request: Request, desk: Here, session: SignedIn) -> dict[str, Any]:
    """Verify the ledger as anybody could elsewhere."""
    need(session.user, "export the ledger")
    checking: Checking = request.app.state.checking
    turns = request.app.state.sign_in.turns  # long work waits here, not before the acts
    report = await asyncio.get_running_loop().run_in_executor(turns, checking.report)
    return {
        "good": report.good,
        "summary": report.summary,
        "head": report.head,
        "registrar": report.registrar,
        "remarks": list(report.remarks),
        "checkpoint": desk.ledger.note(),
    }


def set_clock(body: ClockBody, desk: Here, session: SignedIn) -> Response:
    """Run the exercise faster or slower, pause it, or go ahead."""
    need(session.user, "steer the exercise")
    if body.rate is not None:
        desk.clock.set_rate(body.rate)
    to = aware(body.to)
    if to is not None:
        desk.clock.jump(to)
    desk.changed()
    return Response(status_code=204)


async def upload_injects(request: Request, desk: Here, session: SignedIn) -> dict[str, int]:
    """Take a table of injects: at, to, text."""
    need(session.user, "steer the exercise")
    data = await request.body()
    rows = await asyncio.to_thread(parse_injects, data)
    count = await asyncio.to_thread(add_injects, desk.store, rows)
    desk.changed()
    return {"injects": count}


def audit(desk: Here, session: SignedIn) -> list[dict[str, Any]]:
    """The last lines of the audit."""
    need(session.user, "read the audit")
    rows = desk.store.rows("SELECT at, user, what, reason FROM audit ORDER BY id DESC LIMIT 500")
    return [dict(row) for row in rows]


def incident(body: IncidentBody, desk: Here, session: SignedIn) -> dict[str, int]:
    """Do an act on an incident of the channel."""
    return {"entry": do_incident(desk, session.user, body.model_dump())}


ROUTES: tuple[tuple[str, str, Callable[..., Any]], ...] = (
    ("GET", "/", page),
    ("GET", "/sign-in", sign_in_page),
    ("GET", "/static/{name}", static),
    ("POST", "/api/session", open_session),
    ("DELETE", "/api/session", close_session),
    ("POST", "/api/session/passkey/options", passkey_options),
    ("POST", "/api/session/passkey", open_by_passkey),
    ("GET", "/api/passkeys", read_passkeys),
    ("POST", "/api/passkeys/options", new_passkey),
    ("POST", "/api/passkeys", add_passkey),
    ("DELETE", "/api/passkeys/{key}", remove_passkey),
    ("GET", "/api/state", state),
    ("GET", "/api/events", events),
    ("POST", "/api/acts", act),
    ("POST", "/api/acts/propose", propose),
    ("POST", "/api/acts/sign", sign),
    ("POST", "/api/keys", hold_key),
    ("GET", "/api/drafts", read_drafts),
    ("PUT", "/api/drafts/{key}", write_draft),
    ("POST", "/api/release", release_more),
    ("POST", "/api/runs", ask_run),
    ("POST", "/api/runs/{number}/cancel", cancel_run),
    ("GET", "/runs/{number}/{name}", run_file),
    ("GET", "/api/ledger", ledger),
    ("GET", "/api/verify", verified),
    ("POST", "/api/clock", set_clock),
    ("POST", "/api/injects", upload_injects),
    ("GET", "/api/audit", audit),
    ("POST", "/api/channel", incident),
    ("GET", "/api/statements", read_statements),
    ("POST", "/api/statements", decide_statement),
    ("POST", "/api/statements/propose", propose_decision),
    ("POST", "/api/statements/sign", sign_decision),
)
"""Every way in; the tests hold each to the table of permits."""
