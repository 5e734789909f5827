"""Proposals from a local fake endpoint: kept only when verbatim at their offsets."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from standto.errors import StandtoError
from standto.reports.assess import assess
from standto.reports.propose import Endpoint, propose
from standto.reports.read import read_reports

TEXT = "The river was calm. Nobody in the town hall had an answer on Monday.\n"
AT = TEXT.index("Nobody")


def answer(start: int, end: int, quote: str, **more: Any) -> dict[str, Any]:
    return {"start": start, "end": end, "quote": quote, **more}


class Fake(BaseHTTPRequestHandler):
    reply: ClassVar[Any] = {"statements": []}
    asked: ClassVar[list[dict[str, Any]]] = []

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        type(self).asked.append(json.loads(self.rfile.read(length)))
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
    Fake.asked = []
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
    Fake.reply = {"statements": [answer(AT, AT + 6, "Nobody")]}
    found = assess([report])
    assert propose(found, endpoint).statements == found.statements


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
