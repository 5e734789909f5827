"""Runs: progress, cancelling, a restart in the middle, failures told, figures released."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from standto.errors import DataError, StandtoError
from standto.server.intake import LARGEST_BYTES, parse_injects
from standto.server.runs import MOST_TRIES
from tests.made_desk import Made

GOOD = """
import json, pathlib, sys
given = json.loads(sys.argv[1])
print(json.dumps({"stage": "solve", "words": "searching"}), flush=True)
out = pathlib.Path(given["out"]); out.mkdir(parents=True)
(out / "summary.json").write_text(json.dumps({"closure_min": 60, "ledger": bool(given["ledger"])}))
(out / "index.html").write_text("<p>the page</p>")
(out / "secret.txt").write_text("no")
print(json.dumps({"done": True}), flush=True)
"""
SLOW = """
import json, sys, time
print(json.dumps({"stage": "solve", "words": "searching"}), flush=True)
time.sleep(60)
"""
FAILING = """import json; print(json.dumps({"failed": "no activation stands"}), flush=True)"""
DYING = """import os; os.abort()"""


def worker(code: str) -> Callable[[dict[str, Any]], Sequence[str]]:
    return lambda given: [sys.executable, "-c", code, json.dumps(given)]


def wait_for(made: Made, number: int, *statuses: str, seconds: float = 30) -> dict[str, Any]:
    """The run when it has come to one of the statuses."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        run = next(r for r in made.state("chair")["runs"] if r["id"] == number)
        if run["status"] in statuses:
            return run
        time.sleep(0.05)
    raise AssertionError(f"run {number} is {run['status']}: {run['words']}")


def ask(made: Made, **parameters: float) -> int:
    body = {"seconds": 1, "runs": 5, **parameters}
    answer = made.client("chair").post("/api/runs", json=body)
    assert answer.status_code == 200, answer.text
    return int(answer.json()["run"])


def test_a_run_that_is_done_shows_its_figures_and_page(tmp_path: Path) -> None:
    made = Made(tmp_path / "desk", worker(GOOD))
    number = ask(made)
    run = wait_for(made, number, "done")
    assert run["figures"]["closure_min"] == 60
    assert run["figures"]["basis"] == "scenario", "no plan is activated yet"
    page = made.client("chair").get(f"/runs/{number}/index.html")
    assert page.text == "<p>the page</p>"
    assert page.headers["content-security-policy"].startswith("sandbox")
    for name in ("secret.txt", "ledger.jsonl", "..%2f..%2fkeys"):
        assert made.client("chair").get(f"/runs/{number}/{name}").status_code in {400, 404}
    made.close()


def test_observers_see_a_run_only_when_it_is_released(tmp_path: Path) -> None:
    made = Made(tmp_path / "desk", worker(GOOD))
    number = ask(made)
    wait_for(made, number, "done")
    assert made.state("press")["runs"] == []
    assert made.client("press").get(f"/runs/{number}/index.html").status_code == 403
    made.client("chair").post("/api/release", json={"run": number})
    assert made.state("press")["runs"][0]["id"] == number
    assert made.client("press").get(f"/runs/{number}/index.html").status_code == 200
    made.close()


def test_after_an_activation_a_run_takes_the_desks_own_ledger(tmp_path: Path) -> None:
    made = Made(tmp_path / "desk", worker(GOOD))
    made.act("xa", "consultations_called")
    made.act("chair", "draft_decision", plans=["east"])
    made.act("chair", "meeting_decision")
    assert made.act("chair", "activated").status_code == 200
    run = wait_for(made, ask(made), "done")
    assert run["figures"]["ledger"]
    assert run["figures"]["basis"] == "this ledger"
    made.close()


def test_a_run_is_cancelled_under_way_and_while_it_waits(tmp_path: Path) -> None:
    made = Made(tmp_path / "desk", worker(SLOW))
    first, second = ask(made), ask(made)
    wait_for(made, first, "running")
    for number in (second, first):
        answer = made.client("saceur").post(f"/api/runs/{number}/cancel")
        assert answer.status_code == 204
        assert wait_for(made, number, "cancelled")["words"] == "cancelled by saceur"
    assert made.client("chair").post(f"/api/runs/{first}/cancel").status_code == 400
    third = ask(made)
    wait_for(made, third, "running")
    made.close()


def test_a_run_under_way_begins_again_after_a_restart(tmp_path: Path) -> None:
    made = Made(tmp_path / "desk", worker(SLOW))
    number = ask(made)
    wait_for(made, number, "running")
    made.close()
    again = Made(tmp_path / "desk", worker(GOOD))
    assert wait_for(again, number, "done")["figures"]["closure_min"] == 60
    again.close()


def test_a_run_that_never_ends_is_given_up_after_three_tries(tmp_path: Path) -> None:
    made = Made(tmp_path / "desk", worker(SLOW))
    number = ask(made)
    for _ in range(MOST_TRIES):
        wait_for(made, number, "running")
        made.close()
        made = Made(tmp_path / "desk", worker(SLOW))
    assert "three tries" in wait_for(made, number, "failed")["words"]
    made.close()


@pytest.mark.parametrize(
    ("code", "words"),
    [(FAILING, "no activation stands"), (DYING, "ended without an answer")],
)
def test_a_run_that_fails_says_why_and_the_next_begins(
    tmp_path: Path, code: str, words: str
) -> None:
    made = Made(tmp_path / "desk", worker(code))
    first, second = ask(made), ask(made)
    assert words in wait_for(made, first, "failed")["words"]
    wait_for(made, second, "failed")
    made.close()


def test_the_queue_has_an_end(tmp_path: Path) -> None:
    made = Made(tmp_path / "desk", worker(SLOW))
    for _ in range(20):
        ask(made)
    answer = made.client("chair").post("/api/runs", json={})
    assert "cancel one first" in answer.json()["error"]
    made.close()


@pytest.mark.parametrize("body", [{"seconds": 0}, {"runs": 0}, {"seconds": 1e9}, {"seed": -1}])
def test_a_run_out_of_bounds_is_refused(tmp_path: Path, body: dict[str, float]) -> None:
    made = Made(tmp_path / "desk", worker(GOOD))
    assert made.client("chair").post("/api/runs", json=body).status_code == 422
    made.close()


def test_a_real_run_of_the_small_scenario(tmp_path: Path) -> None:
    made = Made(tmp_path / "desk")
    run = wait_for(made, ask(made), "done", "failed", seconds=150)
    assert run["status"] == "done", run["words"]
    assert run["figures"]["closure_lower_bound_min"] <= run["figures"]["closure_min"]
    made.close()


def test_a_table_of_injects_is_read_within_limits() -> None:
    rows = parse_injects(b"at,to,text\n2030-01-09T13:00Z,XA,Hello\n")
    assert rows == [{"at": "2030-01-09T13:00:00Z", "to": "XA", "text": "Hello"}]
    with pytest.raises(DataError, match="line 2, at"):
        parse_injects(b"at,to,text\nnever,XA,Hello\n")
    with pytest.raises(StandtoError, match="bytes"):
        parse_injects(b"x" * (LARGEST_BYTES + 1))
    with pytest.raises(StandtoError, match="longer than 0"):
        parse_injects(b"at,to,text\n", seconds=0)
