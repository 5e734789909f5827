"""A desk on the small scenario, with a user of each role, for the tests of the server."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import argon2
import httpx2
import uvicorn
from fastapi.testclient import TestClient

import standto.server.signin as signin
from standto.server.app import application
from standto.server.desk import Desk, create_desk
from standto.server.runs import Command, Runs, worker_command
from standto.server.serve import LOOPBACK

SMALL = Path(__file__).parent / "small"
PASSWORD = "correct horse battery"
PEOPLE = {
    "xa": ("representative", "XA"),
    "xb": ("representative", "XB"),
    "xc": ("representative", "XC"),
    "chair": ("chair", ""),
    "saceur": ("commander", ""),
    "adviser": ("adviser", ""),
    "facilitator": ("facilitator", ""),
    "line": ("channel_officer", ""),
    "press": ("observer", ""),
}
OF_ROLE = {role: name for name, (role, _) in reversed(PEOPLE.items())}


@dataclass
class Wall:
    """A wall clock that tests move."""

    seconds: float = 1000.0

    def __call__(self) -> float:
        return self.seconds


class Made:
    """An open desk, its application, and a client for each user."""

    def __init__(
        self, folder: Path, command: Command = worker_command, *, real_time: bool = False
    ) -> None:
        self.folder, self.wall = folder, Wall()
        if not (folder / "ledger.sqlite").exists():
            create_desk(folder, SMALL)
        self.desk = Desk(folder, wall=time.monotonic if real_time else self.wall, clock=self.wall)
        self.runs = Runs(self.desk, command)
        self.app = application(self.desk, self.runs, (*LOOPBACK, "testserver"))
        sign_in = self.app.state.sign_in
        sign_in._hasher = argon2.PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
        sign_in._nobody = sign_in._hasher.hash("nobody")
        for name, (role, country) in PEOPLE.items():
            sign_in.add_user(name, role, country, PASSWORD)
        self.clients: dict[str, TestClient] = {}

    def client(self, name: str) -> TestClient:
        """A client signed in as a user; its changes carry the session's token."""
        if name not in self.clients:
            made = TestClient(self.app)
            answer = made.post("/api/session", json={"name": name, "password": PASSWORD})
            assert answer.status_code == 200, answer.text
            made.headers["x-csrf-token"] = made.get("/api/state").json()["csrf"]
            self.clients[name] = made
        return self.clients[name]

    def act(self, name: str, act: str, **fields: Any) -> httpx2.Response:
        """Do an act as a user."""
        body = {"act": act, "text": f"{name}: {act}", **fields}
        return self.client(name).post("/api/acts", json=body)

    def state(self, name: str) -> dict[str, Any]:
        """What a user sees."""
        seen: dict[str, Any] = self.client(name).get("/api/state").json()
        return seen

    def ahead(self, hours: float) -> None:
        """Let exercise time pass."""
        self.desk.clock.set_rate(1)
        self.wall.seconds += hours * 3600
        self.desk.clock.set_rate(0)

    def close(self) -> None:
        self.runs.close()
        self.desk.close()


def argon_is_argon2id() -> bool:
    """Whether passwords are hashed as promised."""
    return signin.PasswordHasher().type is argon2.Type.ID


@contextmanager
def served(made: Made) -> Iterator[str]:
    """The desk on a free port of loopback; gives its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    config = uvicorn.Config(made.app, host="127.0.0.1", port=port, log_level="warning")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        made.desk.end()
        server.should_exit = True
        thread.join(timeout=10)
