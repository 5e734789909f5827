"""Who may do what: every cell of the table, allowed and refused, through the routes themselves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from standto.council.pack import load_pack
from standto.server.app import ROUTES
from standto.server.permits import ACTORS, PERMITS, ROLES, acts_of_role, table
from tests.made_desk import OF_ROLE, Made

PAGE = Path(__file__).parent.parent / "docs" / "desk.md"

REQUESTS: dict[str, list[tuple[str, str, Any]]] = {
    "read the desk": [("GET", "/api/state", None)],
    "keep drafts": [("GET", "/api/drafts", None), ("PUT", "/api/drafts/notes", {"text": "a"})],
    "keep passkeys": [
        ("GET", "/api/passkeys", None),
        ("POST", "/api/passkeys/options", {"password": "correct horse battery"}),
        ("POST", "/api/passkeys", {"credential": {}}),
        ("DELETE", "/api/passkeys/00", None),
    ],
    "act in the council": [],  # each act by itself, below
    "hold its own key": [
        (
            "POST",
            "/api/keys",
            {"holder": "none", "public": "", "proof": "", "password": "correct horse battery"},
        )
    ],
    "release to observers": [("POST", "/api/release", {"entry": 1})],
    "read the figures": [("GET", "/runs/7/index.html", None)],
    "start and cancel runs": [
        ("POST", "/api/runs", {"seconds": 1, "runs": 1}),
        ("POST", "/api/runs/1/cancel", None),
    ],
    "export the ledger": [("GET", "/api/ledger", None), ("GET", "/api/verify", None)],
    "steer the exercise": [
        ("POST", "/api/clock", {"rate": 0}),
        ("POST", "/api/injects", None),
    ],
    "read the audit": [("GET", "/api/audit", None)],
    "read the channel": [],  # a part of the desk's state, below
    "write in the channel": [
        ("POST", "/api/channel", {"incident": "I-1", "act": "draft", "text": "a", "wait_min": 5})
    ],
    "read the statements": [("GET", "/api/statements", None)],
    "decide on statements": [
        ("POST", "/api/statements", {"statement": "none", "act": "accept"}),
        ("POST", "/api/statements/propose", {"statement": "none", "act": "accept"}),
        ("POST", "/api/statements/sign", {"signature": "none"}),
    ],
}
OPEN = {
    ("GET", "/"),
    ("GET", "/sign-in"),
    ("GET", "/static/{name}"),
    ("POST", "/api/session"),
    ("POST", "/api/session/passkey"),
    ("POST", "/api/session/passkey/options"),
}
ACTS = {("POST", path) for path in ("/api/acts", "/api/acts/propose", "/api/acts/sign")}
ANYBODY_SIGNED_IN = {("DELETE", "/api/session"), ("GET", "/api/events")}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    desk = Made(tmp_path_factory.mktemp("permits") / "desk", lambda given: ["sleep", "60"])
    desk.desk.store.do("INSERT INTO run VALUES (7, 'chair', 0, '{}', 'done', '', '', 1, 1, '{}')")
    folder = desk.folder / "runs" / "7"
    folder.mkdir(parents=True)
    (folder / "index.html").write_text("<p>the page</p>")
    yield desk
    desk.close()


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("what", PERMITS)
def test_each_cell_of_the_table(made: Made, what: str, role: str) -> None:
    allowed = role in PERMITS[what][0]
    client = made.client(OF_ROLE[role])
    for method, path, body in REQUESTS[what]:
        answer = client.request(method, path, json=body)
        if allowed:
            assert answer.status_code not in {401, 403}, f"{method} {path}: {answer.text}"
        else:
            assert answer.status_code == 403, f"{method} {path}: {answer.text}"
            assert "Who could:" in answer.json()["error"]


@pytest.mark.parametrize("role", ROLES)
def test_the_channel_is_seen_by_those_who_may(made: Made, role: str) -> None:
    seen = "channel" in made.state(OF_ROLE[role])
    assert seen == (role in PERMITS["read the channel"][0])


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("act", [step.act for step in load_pack("nato").steps])
def test_each_act_of_each_role(made: Made, role: str, act: str) -> None:
    """An act outside one's role is forbidden; inside it only the procedure can refuse."""
    fields = {"plans": ["east"], "deadline": "2031-01-01T00:00:00Z"}
    body = {"act": act, "text": "a", **fields}
    proposed = made.client(OF_ROLE[role]).post("/api/acts/propose", json=body)
    answer = made.act(OF_ROLE[role], act, **fields)
    assert proposed.status_code == answer.status_code, (proposed.text, answer.text)
    allowed = act in acts_of_role(role, load_pack("nato"))  # type: ignore[arg-type]
    assert (answer.status_code != 403) == allowed, answer.text
    if allowed:
        assert answer.status_code in {200, 409}, answer.text


def test_every_route_stands_in_the_table_or_is_open() -> None:
    named = {(m, p) for requests in REQUESTS.values() for m, p, _ in requests}
    known = {
        ("PUT", "/api/drafts/{key}"): ("PUT", "/api/drafts/notes"),
        ("DELETE", "/api/passkeys/{key}"): ("DELETE", "/api/passkeys/00"),
        ("POST", "/api/runs/{number}/cancel"): ("POST", "/api/runs/1/cancel"),
        ("GET", "/runs/{number}/{name}"): ("GET", "/runs/7/index.html"),
    }
    for method, path, _ in ROUTES:
        route = (method, path)
        if route in OPEN | ANYBODY_SIGNED_IN | ACTS:
            continue
        assert known.get(route, route) in named, f"{method} {path} has no cell in the table"


@pytest.mark.parametrize(("method", "path"), [(m, p) for m, p, _ in ROUTES if (m, p) not in OPEN])
def test_nobody_signed_in_gets_nothing(made: Made, method: str, path: str) -> None:
    from fastapi.testclient import TestClient

    asked = path.format(key="00", number=7, name="index.html")
    answer = TestClient(made.app).request(method, asked)
    assert answer.status_code == 401, answer.text


def test_a_representative_acts_for_its_own_country_only(made: Made) -> None:
    assert made.act("xb", "consultations_called").status_code == 200
    assert made.desk.record[-1][1].actor == "XB"
    body = {"act": "consultations_called", "text": "a", "actor": "XA"}
    answer = made.client("xb").post("/api/acts", json=body)
    assert answer.status_code == 422, "who acts is not for the browser to say"


def test_roles_of_the_procedure_are_those_of_the_desk() -> None:
    acting = {actor for actors in ACTORS.values() for actor in actors}
    assert acting == set(load_pack("nato").roles)


def test_the_page_prints_the_table() -> None:
    assert table() in PAGE.read_text(encoding="utf-8"), "put permits.table() into docs/desk.md"
