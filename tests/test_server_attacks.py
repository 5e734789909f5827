"""The desk under attack: what a stranger, or a user with ill will, could send."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from standto.council.verify import verify
from standto.server.guard import LARGEST_UPLOAD
from standto.server.news import MOST_STREAMS, News, stream
from tests.made_desk import PASSWORD, Made


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Made]:
    desk = Made(tmp_path / "desk", lambda given: ["true"])
    yield desk
    desk.close()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    """A desk for attacks that should leave no trace."""
    desk = Made(tmp_path_factory.mktemp("attacks") / "desk", lambda given: ["true"])
    yield desk
    desk.close()


DEEP = "[" * 20_000
STRANGE = {
    "nested deeply": DEEP,
    "a number without end": '{"text": ' + "9" * 5000 + "}",
    "half a character": '{"act": "objection", "text": "\\ud800"}',
    "half a character in a name": '{"act": "\\udfff", "text": "a"}',
    "no JSON": "\x00\xff",
    "a list": "[]",
    "twice the same key": '{"act": "objection", "act": "activated", "text": "a"}',
    "the beginning of time": (
        '{"act": "silence_started", "text": "a", "deadline": "0001-01-01T00:00:00+14:00"}'
    ),
    "the end of time": (
        '{"act": "silence_started", "text": "a", "deadline": "9999-12-31T23:59:59-14:00"}'
    ),
    "seconds without end": '{"act": "silence_started", "text": "a", "deadline": 1e308}',
}


@pytest.mark.parametrize("what", STRANGE)
@pytest.mark.parametrize("path", ["/api/acts", "/api/session", "/api/passkeys", "/api/clock"])
def test_a_strange_body_is_answered_in_words(shared: Made, path: str, what: str) -> None:
    name = "facilitator" if path == "/api/clock" else "chair"
    headers = {"content-type": "application/json"}
    body = STRANGE[what].encode("utf-8", "surrogatepass")
    answer = shared.client(name).post(path, content=body, headers=headers)
    assert 400 <= answer.status_code < 500, (answer.status_code, answer.text[:200])
    assert shared.desk.record == []


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e999", "-1", '"fast"'])
def test_the_clock_takes_no_rate_that_is_none(shared: Made, value: str) -> None:
    client = shared.client("facilitator")
    headers = {"content-type": "application/json"}
    answer = client.post("/api/clock", content=f'{{"rate": {value}}}', headers=headers)
    assert answer.status_code == 422, answer.text
    assert shared.state("xa")["rate"] == 0


@pytest.mark.parametrize("to", ["9999-12-31T23:59:59Z", "9999-12-31T23:59:59-12:00"])
def test_exercise_time_has_an_end_before_time_itself(made: Made, to: str) -> None:
    client = made.client("facilitator")
    assert client.post("/api/clock", json={"to": to}).status_code in {400, 422}
    client.post("/api/clock", json={"rate": 3600})
    made.wall.seconds += 10**9
    assert made.state("xa")["now"] < "9001"


def test_a_body_that_grows_beyond_its_limit_is_refused(made: Made) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(LARGEST_UPLOAD // 1024 + 2):
            yield b"x" * 1024

    for name, path in (("facilitator", "/api/injects"), ("xa", "/api/acts")):
        answer = made.client(name).post(path, content=pieces())
        assert 400 <= answer.status_code < 500, (path, answer.status_code, answer.text[:200])


@pytest.mark.parametrize("origin", ["null", "http://evil.example", "https://testserver.evil", ""])
def test_another_sites_page_changes_nothing(shared: Made, origin: str) -> None:
    client = shared.client("xa")
    body = {"act": "consultations_called", "text": "a"}
    answer = client.post("/api/acts", json=body, headers={"origin": origin})
    assert answer.status_code == 403
    stranger = TestClient(shared.app)
    sign_in = {"name": "xa", "password": PASSWORD}
    assert (
        stranger.post("/api/session", json=sign_in, headers={"origin": origin}).status_code == 403
    )


def test_one_users_token_does_not_open_for_another(made: Made) -> None:
    xa, xb = made.client("xa"), made.client("xb")
    body = {"act": "consultations_called", "text": "a"}
    stolen = {"x-csrf-token": xb.headers["x-csrf-token"]}
    assert xa.post("/api/acts", json=body, headers=stolen).status_code == 403


def test_many_tries_at_once_get_no_more_than_the_limit(made: Made) -> None:
    """Tries that wait for their turn are counted too: the limit is looked at when theirs comes."""
    codes: list[int] = []

    def attempt() -> None:
        client = TestClient(made.app)
        answer = client.post("/api/session", json={"name": "xa", "password": "wrong password"})
        codes.append(answer.status_code)

    threads = [threading.Thread(target=attempt) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 5 <= codes.count(400) <= 7, codes
    assert set(codes) == {400, 429}


def test_a_handful_of_tries_from_elsewhere_keeps_nobody_out(made: Made) -> None:
    stranger = TestClient(made.app, client=("192.0.2.7", 1))
    for _ in range(8):
        stranger.post("/api/session", json={"name": "xa", "password": "wrong password"})
    assert (
        stranger.post("/api/session", json={"name": "xa", "password": PASSWORD}).status_code == 429
    )
    own = TestClient(made.app, client=("192.0.2.8", 1))
    assert own.post("/api/session", json={"name": "xa", "password": PASSWORD}).status_code == 200


def test_acts_at_the_same_moment_are_all_kept_and_the_ledger_holds(made: Made) -> None:
    made.act("xa", "consultations_called")
    made.act("chair", "draft_decision", plans=["east"])
    made.act("chair", "silence_started", silence_min=60)
    clients = {name: made.client(name) for name in ("xa", "xb", "xc")}
    codes: list[int] = []

    def object_(name: str) -> None:
        body = {"act": "objection", "text": f"{name} objects."}
        codes.append(clients[name].post("/api/acts", json=body).status_code)

    threads = [threading.Thread(target=object_, args=(name,)) for name in clients for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (codes.count(200), codes.count(409)) == (3, 6)
    decision = made.state("xa")["council"]["decisions"][0]
    assert {o["member"] for o in decision["objections"]} == {"XA", "XB", "XC"}
    assert verify(made.folder / "ledger.sqlite").good


def test_a_flood_of_changes_is_slowed_and_the_audit_does_not_fill(made: Made) -> None:
    client = made.client("press")
    body = {"act": "activated", "text": "a"}
    codes = [client.post("/api/acts", json=body).status_code for _ in range(300)]
    assert 429 in codes
    rows = made.desk.store.rows("SELECT id FROM audit WHERE user = 'press'")
    assert len(rows) <= codes.count(403) + 1
    assert made.client("xa").get("/api/state").status_code == 200
    made.wall.seconds += 60
    assert client.post("/api/acts", json=body).status_code == 403


def test_a_ledger_is_verified_once_for_each_state_of_it(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    import standto.server.checking as checking

    made.act("xa", "consultations_called")
    asked: list[Path] = []
    monkeypatch.setattr(checking, "verify", lambda path: (asked.append(path), verify(path))[1])
    client = made.client("xa")
    assert all(client.get("/api/verify").json()["good"] for _ in range(5))
    assert len(asked) == 1
    made.act("xb", "consultations_called")
    entries = client.get("/api/verify").json()
    assert entries["good"]
    assert len(asked) == 2


def test_one_user_does_not_listen_without_end(made: Made) -> None:
    async def listen() -> list[str]:
        news = News(made.desk)
        begun = []
        for _ in range(MOST_STREAMS + 1):
            told = stream(made.desk, news, "xa", lambda: True, here)
            begun.append((told, await anext(told)))
        last = begun[-1][1]
        for told, _ in begun:
            await told.aclose()
        return [last, str(news.listening["xa"])]

    async def here() -> bool:
        return False

    assert asyncio.run(listen()) == ["event: ended\ndata: too many pages\n\n", "0"]


def test_a_run_out_of_numbers_is_refused(made: Made) -> None:
    headers = {"content-type": "application/json"}
    for body in ('{"seconds": NaN}', '{"seconds": 1e-400}', '{"seconds": Infinity}'):
        answer = made.client("chair").post("/api/runs", content=body, headers=headers)
        assert answer.status_code == 422, (body, answer.text)


def test_what_is_refused_tells_an_observer_nothing_of_the_council(made: Made) -> None:
    made.act("xa", "consultations_called")
    made.act("chair", "draft_decision", plans=["east"])
    press = made.client("press")
    told = [
        press.post("/api/acts", json={"act": act, "text": "a", "decision": "D1"}).text
        for act in ("objection", "activated", "silence_passed", "nothing")
    ]
    view = press.get("/api/state").text
    for text in (*told, view):
        assert "D1" not in text
        assert "consultations_called by" not in text
    assert json.loads(view)["entries"] == 0
    assert json.loads(view)["head"] == ""
