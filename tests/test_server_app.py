"""The desk over HTTP: sign-in, sessions, safety, drafts, observers, injects, the record."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from standto.council.verify import verify
from standto.errors import StandtoError
from standto.server.desk import Desk, create_desk
from standto.server.guard import LARGEST_BODY, PAGE_POLICY, host_name
from standto.server.serve import add_user, serve
from standto.server.signin import IDLE_S, TRIES, WINDOW_S
from tests.made_desk import PASSWORD, SMALL, Made, argon_is_argon2id


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Made]:
    desk = Made(tmp_path / "desk", lambda given: ["true"])
    yield desk
    desk.close()


def test_a_wrong_password_and_a_wrong_name_read_the_same(made: Made) -> None:
    client = TestClient(made.app)
    answers = [
        client.post("/api/session", json={"name": name, "password": "wrong password"})
        for name in ("xa", "nobody")
    ]
    assert [a.status_code for a in answers] == [400, 400]
    assert answers[0].json() == answers[1].json()


def test_passwords_are_kept_as_argon2id(tmp_path: Path) -> None:
    assert argon_is_argon2id()
    create_desk(tmp_path / "desk", SMALL)
    add_user(tmp_path / "desk", "xa", "representative", "XA", PASSWORD)
    desk = Desk(tmp_path / "desk")
    row = desk.store.row("SELECT password FROM user")
    assert row is not None
    assert row["password"].startswith("$argon2id$v=19$m=65536")
    desk.close()


def test_after_five_failures_a_name_must_wait_and_then_may_try_again(made: Made) -> None:
    client = TestClient(made.app)
    for _ in range(TRIES):
        client.post("/api/session", json={"name": "xa", "password": "wrong password"})
    answer = client.post("/api/session", json={"name": "xa", "password": PASSWORD})
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) <= WINDOW_S
    assert client.post("/api/session", json={"name": "xb", "password": PASSWORD}).is_success
    made.wall.seconds += WINDOW_S + 1
    assert client.post("/api/session", json={"name": "xa", "password": PASSWORD}).is_success


def test_a_session_ends_when_idle_and_when_signed_out(made: Made) -> None:
    assert made.client("xa").get("/api/state").is_success
    made.wall.seconds += IDLE_S + 1
    assert made.client("xa").get("/api/state").status_code == 401
    client = made.client("xb")
    assert client.delete("/api/session").status_code == 204
    assert client.get("/api/state").status_code == 401


def test_a_new_password_ends_the_sessions(made: Made) -> None:
    client = made.client("xa")
    made.app.state.sign_in.add_user("xa", "representative", "XA", "another password")
    assert client.get("/api/state").status_code == 401


def test_the_cookie_is_kept_from_scripts_and_other_sites(made: Made) -> None:
    answer = TestClient(made.app).post("/api/session", json={"name": "xa", "password": PASSWORD})
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie


def test_a_change_without_the_token_or_from_elsewhere_is_refused(made: Made) -> None:
    client = made.client("xa")
    body = {"act": "consultations_called", "text": "a"}
    bare = client.post("/api/acts", json=body, headers={"x-csrf-token": ""})
    foreign = client.post("/api/acts", json=body, headers={"origin": "http://evil.example"})
    assert (bare.status_code, foreign.status_code) == (403, 403)
    own = client.post("/api/acts", json=body, headers={"origin": "http://testserver"})
    assert own.status_code == 200


def test_another_host_name_is_not_served(made: Made) -> None:
    answer = TestClient(made.app).get("/sign-in", headers={"host": "evil.example"})
    assert answer.status_code == 421


@pytest.mark.parametrize(
    ("host", "name"),
    [("localhost:8765", "localhost"), ("localhost", "localhost"), ("[::1]:1", "[::1]"), ("", "")],
)
def test_the_host_name_is_read_without_its_port(host: str, name: str) -> None:
    assert host_name(host) == name


@pytest.mark.parametrize("path", ["/sign-in", "/api/state", "/static/desk.js", "/nowhere"])
def test_every_answer_carries_the_headers_of_safety(made: Made, path: str) -> None:
    headers = made.client("xa").get(path).headers
    assert "script-src 'self'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_the_pages_hold_no_script_or_style_of_their_own(made: Made) -> None:
    for path in ("/", "/sign-in"):
        text = made.client("xa").get(path).text
        assert not re.search(r"<script(?![^>]*src=)|<style| style=| on\w+=", text)


def test_a_body_that_is_too_large_is_refused(made: Made) -> None:
    client = made.client("xa")
    declared = client.put("/api/drafts/notes", json={"text": "x" * LARGEST_BODY})
    assert declared.status_code == 413

    def pieces() -> Iterator[bytes]:
        yield b'{"text": "'
        for _ in range(100):
            yield b"x" * 1024

    grown = client.put("/api/drafts/notes", content=pieces())
    assert grown.status_code >= 400
    assert client.get("/api/drafts").json() == {}


def test_a_refusal_is_told_with_its_rule_and_audited_and_nothing_else_is_written(
    made: Made,
) -> None:
    before = made.desk.ledger.last
    answer = made.act("chair", "activated")
    assert answer.status_code == 409
    assert "Who could: chair or secretary_general" in answer.json()["error"]
    assert made.desk.ledger.last == before
    audit = made.client("facilitator").get("/api/audit").json()[1:]
    assert audit[0]["user"] == "chair"
    assert audit[0]["what"] == "activated"


def test_every_refusal_is_audited_once(made: Made) -> None:
    made.client("xa").get("/api/audit")
    made.client("xa").post("/api/clock", json={"rate": 1})
    made.act("xa", "silence_passed")
    made.client("xa").put("/api/drafts/notes", json={"text": "a"}, headers={"x-csrf-token": "no"})
    rows = made.desk.store.rows("SELECT what FROM audit WHERE user = 'xa' AND what != 'sign in'")
    assert [row["what"] for row in rows] == [
        "GET /api/audit",
        "POST /api/clock",
        "silence_passed",
        "PUT /api/drafts/notes",
    ]


def test_the_same_try_sent_twice_is_recorded_once(made: Made) -> None:
    one = made.act("xa", "consultations_called", request="try-1")
    two = made.act("xa", "consultations_called", request="try-1")
    assert one.json() == two.json()
    assert len(made.desk.record) == 1


def test_a_plan_that_is_none_is_refused(made: Made) -> None:
    made.act("xa", "consultations_called")
    answer = made.act("chair", "draft_decision", plans=["moon"])
    assert answer.status_code == 409
    assert "Plans: coast east" in answer.json()["error"]


def pass_a_text(made: Made) -> None:
    made.act("xa", "consultations_called")
    made.act("chair", "draft_decision", plans=["east"])
    made.act("chair", "silence_started", silence_min=60)
    made.ahead(1)
    assert made.act("chair", "activated").status_code == 200


def test_a_text_passes_silence_and_its_ledger_verifies(made: Made, tmp_path: Path) -> None:
    pass_a_text(made)
    told = made.client("xa").get("/api/verify").json()
    assert told["good"], told["summary"]
    exported = tmp_path / "ledger.jsonl"
    exported.write_bytes(made.client("xa").get("/api/ledger").content)
    report = verify(exported, told["checkpoint"])
    assert report.good
    assert report.council is not None
    assert report.council.standing[0].plans == ("east",)


def test_an_activated_ledger_is_taken_by_a_run_of_the_scenario(made: Made, tmp_path: Path) -> None:
    from dataclasses import replace

    from standto.council.decide import decide

    pass_a_text(made)
    exported = tmp_path / "ledger.jsonl"
    exported.write_bytes(made.client("xa").get("/api/ledger").content)
    world = replace(made.desk.world, ledger=exported)
    assert decide(world, tmp_path / "ledger.sqlite").plans == ("east",)


def test_observers_read_what_is_released_and_no_more(made: Made) -> None:
    pass_a_text(made)
    assert made.state("press")["record"] == []
    assert made.state("press")["council"]["decisions"] == []
    draft = made.desk.record[1][0].n
    assert made.client("chair").post("/api/release", json={"entry": draft}).status_code == 204
    seen = made.state("press")
    assert [entry["act"] for entry in seen["record"]] == ["consultations_called", "draft_decision"]
    assert seen["council"]["decisions"][0]["status"] == "drafted"
    back = made.client("chair").post("/api/release", json={"entry": draft - 1})
    assert back.status_code == 400


def test_drafts_are_ones_own(made: Made) -> None:
    made.client("xa").put("/api/drafts/notes", json={"text": "from the capital"})
    assert made.client("xa").get("/api/drafts").json() == {"notes": "from the capital"}
    assert made.client("xb").get("/api/drafts").json() == {}
    assert "from the capital" not in made.client("facilitator").get("/api/state").text


def test_a_draft_emptied_is_forgotten_and_their_number_is_limited(made: Made) -> None:
    client = made.client("xa")
    client.put("/api/drafts/notes", json={"text": "a"})
    client.put("/api/drafts/notes", json={"text": ""})
    assert client.get("/api/drafts").json() == {}
    for n in range(100):
        assert client.put(f"/api/drafts/k{n}", json={"text": "a"}).status_code == 204
    assert client.put("/api/drafts/one-more", json={"text": "a"}).status_code == 400


def test_the_clock_runs_faster_pauses_goes_ahead_and_never_back(made: Made) -> None:
    facilitator = made.client("facilitator")
    assert made.state("xa")["now"] == "2030-01-09T12:00:00Z"
    facilitator.post("/api/clock", json={"rate": 60})
    made.wall.seconds += 60
    assert made.state("xa")["now"] == "2030-01-09T13:00:00Z"
    facilitator.post("/api/clock", json={"rate": 0})
    made.wall.seconds += 60
    assert made.state("xa")["now"] == "2030-01-09T13:00:00Z"
    facilitator.post("/api/clock", json={"to": "2030-01-10T00:00:00Z"})
    assert made.state("xa")["now"] == "2030-01-10T00:00:00Z"
    back = facilitator.post("/api/clock", json={"to": "2030-01-09T00:00:00Z"})
    assert "never runs back" in back.json()["error"]


def test_injects_appear_in_time_to_those_they_are_for(made: Made) -> None:
    table = (
        "at,to,text\n2030-01-09T13:00Z,XA chair,A call from the capital.\n"
        "2030-01-09T14:00Z,,The port is closed.\n"
    )
    answer = made.client("facilitator").post("/api/injects", content=table)
    assert answer.json() == {"injects": 2}
    made.desk.tick()
    assert made.state("xa")["injects"] == []
    assert len(made.state("facilitator")["injects"]) == 2
    made.ahead(1)
    made.desk.tick()
    assert [i["text"] for i in made.state("xa")["injects"]] == ["A call from the capital."]
    assert made.state("xb")["injects"] == []
    made.ahead(1)
    made.desk.tick()
    assert [i["text"] for i in made.state("xb")["injects"]] == ["The port is closed."]
    assert verify(made.folder / "ledger.sqlite").good


def test_a_bad_table_of_injects_names_every_cell(made: Made) -> None:
    table = "at,to,text\nsoon,,A\n2030-01-09T13:00Z,,\n"
    answer = made.client("facilitator").post("/api/injects", content=table)
    assert answer.status_code == 422
    assert "line 2, at: 'soon'" in answer.json()["error"]
    assert "line 3, text" in answer.json()["error"]


def test_the_channel_keeps_its_own_ledger(made: Made) -> None:
    line = made.client("line")
    body = {"incident": "I-1", "act": "draft", "text": "An aircraft came close.", "wait_min": 30}
    assert line.post("/api/channel", json=body).status_code == 200
    sent = {"incident": "I-1", "act": "transmit", "text": "Sent.", "channel": "hotline"}
    assert line.post("/api/channel", json=sent).status_code == 200
    early = {"incident": "I-1", "act": "record_silence", "text": "Nobody answers."}
    assert line.post("/api/channel", json=early).status_code == 409
    made.ahead(1)
    assert line.post("/api/channel", json=early).status_code == 200
    assert made.state("line")["channel"][0]["state"] == "no_answer"
    assert made.desk.record == []


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/api/channel", {"incident": "I", "act": "sing", "text": "a"}, 422),
        ("POST", f"/api/runs/{2**70}/cancel", None, 422),
        ("GET", f"/runs/{2**70}/index.html", None, 422),
        ("GET", "/static/nothing.js", None, 404),
        ("POST", "/api/channel", {"incident": "I", "act": "close", "text": "a"}, 409),
    ],
)
def test_strange_requests_get_an_answer(
    made: Made, method: str, path: str, body: dict[str, str] | None, status: int
) -> None:
    """Found by schemathesis over the OpenAPI description, or beside what it found."""
    assert made.client("line").request(method, path, json=body).status_code == status


def test_a_desk_opened_again_stands_where_it_stood(made: Made) -> None:
    pass_a_text(made)
    now = made.state("xa")["now"]
    again = Made(made.folder, lambda given: ["true"])
    assert again.desk.council == made.desk.council
    assert again.state("xa")["now"] == now
    assert again.state("xa")["rate"] == 0, "it begins paused"
    again.close()


def test_a_desk_begins_in_a_folder_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "something").write_text("here")
    with pytest.raises(StandtoError, match="is not empty"):
        create_desk(tmp_path, SMALL)
    with pytest.raises(StandtoError, match="there is no desk"):
        Desk(tmp_path)


def test_keys_and_folder_are_their_owners_only(made: Made) -> None:
    assert made.folder.stat().st_mode & 0o077 == 0
    keys = list((made.folder / "keys").glob("*.pem"))
    assert len(keys) >= 8
    assert all(key.stat().st_mode & 0o077 == 0 for key in keys)


@pytest.mark.parametrize(
    ("name", "role", "country", "password", "message"),
    [
        ("X A", "representative", "XA", PASSWORD, "small letters"),
        ("xa", "king", "", PASSWORD, "should be one of"),
        ("xa", "representative", "", PASSWORD, "needs a country"),
        ("xa", "chair", "XA", PASSWORD, "nobody else"),
        ("xa", "chair", "", "short", "10 characters"),
    ],
)
def test_a_bad_user_says_what_would_be_right(
    made: Made, name: str, role: str, country: str, password: str, message: str
) -> None:
    with pytest.raises(StandtoError, match=message):
        add_user(made.folder, name, role, country, password)


def test_beyond_loopback_a_proxy_with_https_is_needed(made: Made) -> None:
    with pytest.raises(StandtoError, match="--secure"):
        serve(made.folder, host="192.0.2.1")


def test_a_runs_page_is_a_sandbox_without_the_desks_origin() -> None:
    assert PAGE_POLICY.startswith("sandbox allow-scripts")
    assert "allow-same-origin" not in PAGE_POLICY
