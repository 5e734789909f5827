"""`standto serve`: open a desk and answer on loopback until told to stop."""

from __future__ import annotations

from pathlib import Path
from types import FrameType

from standto.errors import StandtoError

LOOPBACK = ("127.0.0.1", "localhost", "[::1]", "::1")
KEEP_ALIVE_S = 75
"""An idle connection is kept longer than browsers keep one, so that none is closed under a request
that has just been sent."""
MISSING = "the desk needs FastAPI, uvicorn and argon2-cffi: install standto[desk]"


def add_user(folder: Path, name: str, role: str, country: str, password: str) -> None:
    """A user of the desk in a folder, or an old user's new password and role."""
    try:
        from standto.server.signin import SignIn
    except ImportError:
        raise StandtoError(MISSING) from None
    from standto.server.store import Store

    if not (folder / "ledger.sqlite").is_file():
        raise StandtoError(f"there is no desk in {folder}; `standto desk create` makes one")
    store = Store(folder / "desk.sqlite")
    try:
        SignIn(store).add_user(name, role, country, password)
    finally:
        store.close()


def serve(
    folder: Path,
    host: str = "127.0.0.1",
    port: int = 8765,
    *,
    names: tuple[str, ...] = (),
    secure: bool = False,
) -> None:
    """Answer for the desk in a folder until stopped.

    names: further host names it is reached by. secure: a proxy in front speaks HTTPS, so that the
    session's cookie is kept to it. Beyond loopback, passwords need such a proxy.
    """
    try:
        import uvicorn

        from standto.server.app import application
    except ImportError:
        raise StandtoError(MISSING) from None
    from standto.server.desk import Desk
    from standto.server.runs import Runs

    if host not in LOOPBACK and not secure:
        raise StandtoError(
            f"{host} is beyond this machine, and passwords would go over it in clear; "
            "put a proxy with HTTPS in front and say --secure"
        )
    desk = Desk(folder)
    runs = Runs(desk)
    app = application(desk, runs, (*LOOPBACK, host, *names), secure=secure)

    class Server(uvicorn.Server):
        """A server that lets its listeners go when it is told to stop."""

        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            desk.end()
            super().handle_exit(sig, frame)

    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level="warning",
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_S,
        proxy_headers=secure,  # without a proxy, an address that a request states is a lie
    )
    try:
        Server(config).run()
    finally:
        runs.close()
        desk.close()
