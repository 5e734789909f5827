"""The desk over HTTP: each route asks who is signed in, calls one function, answers."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path
from typing import Annotated, Any

import msgspec
from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.responses import FileResponse, JSONResponse, RedirectResponse, StreamingResponse

from standto.council.verify import verify
from standto.errors import DataError, ProcedureError, StandtoError
from standto.ledger.export import export
from standto.server.bodies import (
    ActBody,
    ClockBody,
    DraftBody,
    IncidentBody,
    Name,
    ReleaseBody,
    RunBody,
    RunNumber,
    SignInBody,
    aware,
)
from standto.server.channel import do_incident
from standto.server.desk import AUDITED, Desk
from standto.server.drafts import drafts_of, keep_draft
from standto.server.exercise import add_injects
from standto.server.guard import PAGE_POLICY, Guard
from standto.server.intake import parse_injects
from standto.server.outlook import outlook
from standto.server.permits import Forbidden, need
from standto.server.release import release
from standto.server.runs import Runs
from standto.server.signin import Session, SignIn, TooManyTries, same

STATIC = Path(__file__).parent / "static"
COOKIE = "standto_session"
TICK_S, HEARTBEAT_S = 0.5, 15.0


class NotSignedIn(StandtoError):  # noqa: N818 (it is what the answer is called)
    """Nobody is signed in, or the session has ended."""


class NotAsked(StandtoError):  # noqa: N818 (it is what the answer is called)
    """A change that does not come from the desk's own page."""


def here(request: Request) -> Desk:
    """The desk."""
    desk: Desk = request.app.state.desk
    return desk


def signed_in(request: Request) -> Session:
    """Who is signed in; a change must carry the session's own secret and come from this origin."""
    sign_in: SignIn = request.app.state.sign_in
    session = sign_in.session(request.cookies.get(COOKIE, ""))
    if session is None:
        raise NotSignedIn("sign in first; the session may have ended")
    if request.method not in {"GET", "HEAD"}:
        from_here(request)
        if not same(request.headers.get("x-csrf-token", ""), session.csrf):
            raise NotAsked("the request does not carry the session's token; load the page again")
    return session


def from_here(request: Request) -> None:
    """Refuse a change that another site's page asks for."""
    origin = request.headers.get("origin")
    if origin is not None and origin.partition("://")[2] != request.headers.get("host"):
        raise NotAsked("the request comes from another site")


Here = Annotated[Desk, Depends(here)]
SignedIn = Annotated[Session, Depends(signed_in)]


def application(desk: Desk, runs: Runs, hosts: Iterable[str], *, secure: bool = False) -> FastAPI:
    """The application around a desk. hosts: names it is reached by. secure: served over HTTPS."""
    app = FastAPI(
        title="Standto desk", docs_url=None, redoc_url=None, openapi_url="/api/openapi.json",
        lifespan=lifespan,
    )  # fmt: skip
    app.state.desk, app.state.runs, app.state.sign_in = desk, runs, SignIn(desk.store, desk.time)
    app.state.secure = secure
    app.add_middleware(Guard, hosts=tuple(hosts))
    for kind, status in STATUSES.items():
        app.add_exception_handler(kind, answer_for(status))
    for method, path, route in ROUTES:
        app.add_api_route(path, route, methods=[method], responses=REFUSALS)
    return app


@contextlib.asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Let the exercise tick while the application runs."""
    ticking = asyncio.create_task(tick(app.state.desk))
    yield
    ticking.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await ticking


async def tick(desk: Desk) -> None:
    """Let injects appear in time."""
    while True:
        await asyncio.sleep(TICK_S)
        await asyncio.to_thread(desk.tick)


def answer_for(status: int) -> Callable[[Request, Exception], JSONResponse]:
    """An error as an answer: what is wrong, in the words of its message."""

    def answer(request: Request, error: Exception) -> JSONResponse:
        audit_refusal(request, error)
        headers = {"retry-after": str(error.wait_s)} if isinstance(error, TooManyTries) else None
        return JSONResponse({"error": str(error)}, status_code=status, headers=headers)

    return answer


def audit_refusal(request: Request, error: Exception) -> None:
    """Write into the audit that somebody signed in was refused, unless that is done already."""
    refusal = isinstance(error, Forbidden | ProcedureError | NotAsked)
    session = request.app.state.sign_in.session(request.cookies.get(COOKIE, ""))
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
    StandtoError: 400,
}
REFUSALS: dict[int | str, dict[str, Any]] = {
    400: {"description": "something that the user can mend"},
    401: {"description": "nobody is signed in"},
    403: {"description": "this role may not do it, or the request is not the page's own"},
    409: {"description": "the procedure refuses the act"},
    429: {"description": "too many failed tries"},
}


def page(request: Request) -> Response:
    """The desk's page, or the way to sign in."""
    sign_in: SignIn = request.app.state.sign_in
    if sign_in.session(request.cookies.get(COOKIE, "")) is None:
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


def open_session(body: SignInBody, request: Request) -> Response:
    """Sign in."""
    from_here(request)
    sign_in: SignIn = request.app.state.sign_in
    address = request.client.host if request.client else "unknown"
    token, session = sign_in.sign_in(body.name, body.password, address)
    answer = JSONResponse({"name": session.user.name, "role": session.user.role})
    answer.set_cookie(
        COOKIE, token, httponly=True, samesite="strict", secure=request.app.state.secure, path="/"
    )
    return answer


def close_session(session: SignedIn, request: Request) -> Response:
    """Sign out."""
    request.app.state.sign_in.sign_out(request.cookies.get(COOKIE, ""))
    answer = Response(status_code=204)
    answer.delete_cookie(COOKIE, path="/")
    return answer


def state(desk: Here, session: SignedIn) -> Response:
    """What the user sees, and the token that changes must carry."""
    view = {**outlook(desk, session.user), "csrf": session.csrf}
    return Response(msgspec.json.encode(view), media_type="application/json")


async def events(request: Request, session: SignedIn) -> StreamingResponse:
    """A stream that says when there is something new."""
    stream = news(request.app.state.desk, request)
    return StreamingResponse(stream, media_type="text/event-stream")


async def news(desk: Desk, request: Request) -> AsyncIterator[str]:
    """`version: n` when the desk changes; a heartbeat in between, while the session lasts."""
    loop, fresh = asyncio.get_running_loop(), asyncio.Event()
    sign_in: SignIn = request.app.state.sign_in

    def wake() -> None:
        with contextlib.suppress(RuntimeError):  # the loop may have ended
            loop.call_soon_threadsafe(fresh.set)

    desk.listeners.append(wake)
    try:
        yield f"retry: 1000\nid: {desk.version}\nevent: version\ndata: {desk.version}\n\n"
        while not desk.ending and not await request.is_disconnected():
            try:
                await asyncio.wait_for(fresh.wait(), HEARTBEAT_S)
                fresh.clear()
                yield f"id: {desk.version}\nevent: version\ndata: {desk.version}\n\n"
            except TimeoutError:
                if sign_in.session(request.cookies.get(COOKIE, "")) is None:
                    yield "event: ended\ndata: session\n\n"
                    return
                yield ": still here\n\n"
    finally:
        desk.listeners.remove(wake)


def act(body: ActBody, desk: Here, session: SignedIn) -> dict[str, int]:
    """Do an act of the council."""
    fields = body.model_dump(exclude={"act", "request", "silence_min"}, exclude_none=True)
    fields["plans"] = tuple(body.plans)
    if body.deadline is not None:
        fields["deadline"] = aware(body.deadline)
    if body.silence_min is not None:
        fields["deadline"] = desk.after(body.silence_min)
    return {"entry": desk.act(session.user, body.act, fields, body.request)}


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
    visible = {run["id"] for run in outlook(desk, session.user)["runs"]}
    if number not in visible:
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


def verified(desk: Here, session: SignedIn) -> dict[str, Any]:
    """Verify the ledger as anybody could elsewhere."""
    need(session.user, "export the ledger")
    report = verify(desk.folder / "ledger.sqlite")
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
    ("GET", "/api/state", state),
    ("GET", "/api/events", events),
    ("POST", "/api/acts", act),
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
)
"""Every way in; the tests hold each to the table of permits."""
