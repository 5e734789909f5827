"""The door: who is signed in, and the routes to sign in and out, by password or passkey."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from fastapi.responses import JSONResponse

from standto.errors import StandtoError
from standto.server.bodies import (
    CredentialBody,
    NewPasskeyBody,
    PasskeyBody,
    PasskeyId,
    SignInBody,
)
from standto.server.desk import Desk
from standto.server.guard import host_name
from standto.server.passkeys import Passkeys, Site
from standto.server.permits import need
from standto.server.signin import Session, SignIn, same

COOKIE = "standto_session"


class NotSignedIn(StandtoError):  # noqa: N818 (it is what the answer is called)
    """Nobody is signed in, or the session has ended."""


class NotAsked(StandtoError):  # noqa: N818 (it is what the answer is called)
    """A change that does not come from the desk's own page."""


async def here(request: Request) -> Desk:
    """The desk."""
    desk: Desk = request.app.state.desk
    return desk


def session_of(request: Request) -> Session | None:
    """The session that a request's cookie names, if it lasts."""
    sign_in: SignIn = request.app.state.sign_in
    return sign_in.session(request.cookies.get(COOKIE, ""))


async def signed_in(request: Request) -> Session:
    """Who is signed in; a change must carry the session's own secret and come from this origin."""
    session = session_of(request)
    if session is None:
        raise NotSignedIn("sign in first; the session may have ended")
    if request.method not in {"GET", "HEAD"}:
        from_here(request)
        request.app.state.pace.take(session.user.name)
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


async def open_session(body: SignInBody, request: Request) -> Response:
    """Sign in."""
    from_here(request)
    sign_in: SignIn = request.app.state.sign_in
    token, session = await asyncio.get_running_loop().run_in_executor(
        sign_in.turns, sign_in.sign_in, body.name, body.password, address_of(request)
    )
    return with_session(request, token, session)


def with_session(request: Request, token: str, session: Session) -> Response:
    """The answer to somebody who has signed in: the session's cookie."""
    answer = JSONResponse({"name": session.user.name, "role": session.user.role})
    answer.set_cookie(
        COOKIE, token, httponly=True, samesite="strict", secure=request.app.state.secure, path="/"
    )
    return answer


def address_of(request: Request) -> str:
    """The address that a request comes from."""
    return request.client.host if request.client else "unknown"


def site_of(request: Request) -> Site:
    """Where the browser stands, as the guard has let it through."""
    host = request.headers.get("host", "")
    scheme = "https" if request.app.state.secure else "http"
    return Site(host_name(host), f"{scheme}://{host}")


def passkey_options(request: Request) -> dict[str, Any]:
    """What a browser needs to sign somebody in by passkey."""
    from_here(request)
    passkeys: Passkeys = request.app.state.passkeys
    return passkeys.ask(site_of(request))


def open_by_passkey(body: CredentialBody, request: Request) -> Response:
    """Sign in by passkey."""
    from_here(request)
    passkeys: Passkeys = request.app.state.passkeys
    token, session = passkeys.enter(body.credential, site_of(request), address_of(request))
    return with_session(request, token, session)


def read_passkeys(request: Request, session: SignedIn) -> list[dict[str, Any]]:
    """The user's own passkeys."""
    need(session.user, "keep passkeys")
    passkeys: Passkeys = request.app.state.passkeys
    return passkeys.list_of(session.user.name)


async def new_passkey(body: NewPasskeyBody, request: Request, session: SignedIn) -> dict[str, Any]:
    """What a browser needs to make a passkey; the password is asked for again."""
    need(session.user, "keep passkeys")
    passkeys: Passkeys = request.app.state.passkeys
    site, address = site_of(request), address_of(request)
    return await asyncio.get_running_loop().run_in_executor(
        passkeys.sign_in.turns, passkeys.ask_new, session.user.name, body.password, site, address
    )


def add_passkey(body: PasskeyBody, request: Request, session: SignedIn) -> dict[str, str]:
    """Keep a passkey that the browser has made."""
    need(session.user, "keep passkeys")
    passkeys: Passkeys = request.app.state.passkeys
    key = passkeys.add(session.user.name, body.name, body.credential, site_of(request))
    return {"passkey": key}


def remove_passkey(key: PasskeyId, request: Request, session: SignedIn) -> Response:
    """Take a passkey away."""
    need(session.user, "keep passkeys")
    request.app.state.passkeys.remove(session.user.name, key)
    return Response(status_code=204)


def close_session(session: SignedIn, request: Request) -> Response:
    """Sign out."""
    request.app.state.sign_in.sign_out(request.cookies.get(COOKIE, ""))
    answer = Response(status_code=204)
    answer.delete_cookie(COOKIE, path="/")
    return answer
