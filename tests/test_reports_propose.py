"""Proposals from a local fake endpoint: kept only when verbatim at their offsets."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
from click.testing import CliRunner, Result

from standto.cli import main
from standto.errors import StandtoError
from standto.reports.assess import assess
from standto.reports.propose import KEY_VARIABLE, Endpoint, propose
from standto.reports.read import read_reports

TEXT = "The river was calm. Nobody in the town hall had an answer on Monday.\n"
AT = TEXT.index("Nobody")


def answer(start: int, end: int, quote: str, **more: Any) -> dict[str, Any]:
    return {"start": start, "end": end, "quote": quote, **more}


class Fake(BaseHTTPRequestHandler):
    reply: ClassVar[Any] = {"statements": []}
    asked: ClassVar[list[dict[str, Any]]] = []
    keys: ClassVar[list[str | None]] = []
    status: ClassVar[int] = 200

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        type(self).asked.append(json.loads(self.rfile.read(length)))
        type(self).keys.append(self.headers["Authorization"])
        if self.status != 200:
            self.send_response(self.status)
            self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/elsewhere")  # type: ignore[attr-defined]
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        content = self.reply if isinstance(self.reply, str) else json.dumps(self.reply)
        body = json.dumps({"choices": [{"message": {"content": content}}]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    server = HTTPServer(("127.0.0.1", 0), Fake)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    Fake.asked, Fake.keys, Fake.status = [], [], 200
    yield Endpoint(f"http://127.0.0.1:{server.server_port}/v1", "toy", timeout_s=10)
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "a.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def proposed(report: Path, endpoint: Endpoint, *answers: Any) -> list[tuple[str, str | None, str]]:
    Fake.reply = {"statements": list(answers)}
    before = assess([report])
    bare = type(before)(reports=before.reports)
    return [(s.exact, s.speaker, s.by) for s in propose(bare, endpoint).statements]


def test_a_verbatim_proposal_is_kept_and_says_who_made_it(report: Path, endpoint: Endpoint) -> None:
    good = answer(AT, AT + 6, "Nobody", speaker="the town hall", kind="indirect")
    assert proposed(report, endpoint, good) == [("Nobody", "the town hall", "llm:toy")]


@pytest.mark.parametrize(
    "bad",
    [
        answer(AT + 1, AT + 7, "Nobody"),
        answer(AT, AT + 6, "nobody"),
        answer(AT, 10_000, "Nobody"),
        answer(-5, 3, "The"),
        answer(3, 3, ""),
        {"quote": "Nobody"},
        {"start": "0", "end": "3", "quote": "The"},
        "The river",
        None,
    ],
)
def test_anything_else_is_dropped(report: Path, endpoint: Endpoint, bad: Any) -> None:
    assert proposed(report, endpoint, bad) == []


def test_a_made_up_speaker_is_dropped(report: Path, endpoint: Endpoint) -> None:
    named = answer(AT, AT + 6, "Nobody", speaker="John Smith")
    assert proposed(report, endpoint, named) == [("Nobody", None, "llm:toy")]


def test_what_the_rules_have_found_is_not_proposed_again(report: Path, endpoint: Endpoint) -> None:
    text = "The mayor said that the bridge was open.\n"
    report.write_text(text, encoding="utf-8")
    Fake.reply = {"statements": [answer(20, 39, text[20:39])]}
    found = assess([report])
    assert [s.kind for s in found.statements] == ["indirect"]
    assert propose(found, endpoint).statements == found.statements


def test_a_proposal_may_stand_beside_the_narration_it_was_found_in(
    report: Path, endpoint: Endpoint
) -> None:
    Fake.reply = {"statements": [answer(AT, AT + 6, "Nobody", kind="indirect")]}
    found = assess([report])
    assert {s.kind for s in found.statements} == {"narration"}
    assert [s.by for s in propose(found, endpoint).statements][-1] == "llm:toy"


def test_it_is_off_unless_an_endpoint_is_named(report: Path, endpoint: Endpoint) -> None:
    read_reports([report], "json")
    assert Fake.asked == []
    Fake.reply = {"statements": []}
    read_reports([report], "json", endpoint)
    assert [asked["model"] for asked in Fake.asked] == ["toy"]


def test_a_broken_answer_is_one_clear_line(report: Path, endpoint: Endpoint) -> None:
    Fake.reply = "no JSON at all"
    with pytest.raises(StandtoError, match="no usable answer"):
        propose(assess([report]), endpoint)
    with pytest.raises(StandtoError, match="no http address"):
        propose(assess([report]), Endpoint("file:///etc", "toy"))


# --- from the command line, end to end

SECRET = "not-to-be-seen"


def command(report: Path, endpoint: Endpoint, *more: str) -> Result:
    words = ["-v", "read", str(report), "--endpoint", endpoint.url, "--model", "toy", *more]
    return CliRunner().invoke(main, words, env={KEY_VARIABLE: SECRET})


def test_the_command_asks_the_endpoint_that_it_is_given(report: Path, endpoint: Endpoint) -> None:
    Fake.reply = {"statements": [answer(AT, AT + 6, "Nobody", kind="indirect")]}
    done = command(report, endpoint, "--format", "json")
    assert done.exit_code == 0, done.output
    made = [s for s in json.loads(done.stdout)["statements"] if s["by"] == "llm:toy"]
    assert [(s["exact"], s["flags"]) for s in made] == [("Nobody", ["proposed_by_model"])]
    assert Fake.keys == [f"Bearer {SECRET}"]
    assert SECRET not in done.output


@pytest.mark.parametrize("status", [302, 307, 401, 404, 500])
def test_an_endpoint_that_fails_is_one_line_and_the_rules_stand(
    report: Path, endpoint: Endpoint, status: int
) -> None:
    Fake.status = status
    done = command(report, endpoint, "--format", "json")
    assert done.exit_code == 2
    assert json.loads(done.stdout)["statements"], "the rules' log is printed"
    assert f"{status}" in done.stderr
    assert sum("endpoint" in line for line in done.stderr.splitlines()) == 1
    assert SECRET not in done.output
    assert len(Fake.asked) == 1, "nothing follows a redirection, which would carry the key along"


def test_an_endpoint_that_is_not_there_is_one_line(report: Path, tmp_path: Path) -> None:
    out = tmp_path / "log.md"
    gone = Endpoint("http://user:pass@127.0.0.1:9/v1?key=1", "toy")
    done = command(report, gone, "--out", str(out))
    assert done.exit_code == 2
    assert "Nobody in the town hall" in out.read_text(encoding="utf-8")
    assert "http://127.0.0.1:9/v1 gave no usable answer" in done.stderr
    assert "user" not in done.stderr


def test_address_and_model_belong_together(report: Path) -> None:
    done = CliRunner().invoke(main, ["read", str(report), "--endpoint", "http://127.0.0.1:9/v1"])
    assert done.exit_code == 2
    assert "belong together" in done.output


def test_no_kind_of_answer_gets_through_as_a_traceback(report: Path, endpoint: Endpoint) -> None:
    for reply in ("[", "[]", "null", '{"statements": 3}', "[" * 100_000, '{"statements": [[]]}'):
        Fake.reply = reply
        done = command(report, endpoint)
        assert done.exit_code in {0, 2}, done.output
        assert "Nobody" in done.stdout
    Fake.reply = {"statements": [{**answer(AT, AT + 6, "Nobody"), "kind": ["x"], "speaker": 3}]}
    assert command(report, endpoint).exit_code == 0
