"""The reports at the desk: accept, edit and reject, over the routes and in a browser."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from click.testing import CliRunner
from fastapi.testclient import TestClient

from standto.cli import main
from standto.ledger.keys import Key, new_key
from standto.reports.log import decisions
from tests.made_desk import PASSWORD, SMALL, Made, served
from tests.test_server_own_keys import hand_over, signed

REPORTS = sorted(str(path) for path in (SMALL / "reports").glob("*.txt"))
CHROMIUM = Path("/usr/bin/chromium")


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Made]:
    desk = Made(tmp_path / "desk", lambda given: ["true"])
    yield desk
    desk.close()


def log(made: Made, name: str = "adviser") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = made.client(name).get("/api/statements").json()["statements"]
    return [s for s in found if s["kind"] != "narration"]


def post(made: Made, name: str, statement: str, act: str, **more: Any) -> httpx2.Response:
    body = {"statement": statement, "act": act, **more}
    return made.client(name).post("/api/statements", json=body)


def test_statements_are_proposed_with_the_raw_text_they_stand_in(made: Made) -> None:
    found = made.client("xa").get("/api/statements").json()
    texts = {report["id"]: report["text"] for report in found["reports"]}
    assert len(texts) == len(REPORTS)
    for statement in found["statements"]:
        assert statement["status"] == "proposed"
        assert (
            texts[statement["report"]][statement["start"] : statement["end"]] == statement["exact"]
        )


def test_people_accept_edit_and_reject_with_the_key_of_their_role(made: Made) -> None:
    first, second, third = log(made)[:3]
    assert post(made, "adviser", first["key"], "accept", grade="B2").status_code == 200
    changes = {"end": second["end"] - 2, "speaker": "Anna Holm", "why": "shorter"}
    assert post(made, "chair", second["id"], "edit", **changes).status_code == 200
    assert post(made, "facilitator", third["key"], "reject", why="no").status_code == 200
    one, other, last = log(made)[:3]
    assert (one["status"], one["grade"], one["person"]) == ("accepted", "B2", "adviser")
    assert (one["decided_by"], last["decided_by"]) == ("military_committee", "facilitator")
    assert (other["status"], other["exact"]) == ("edited", second["exact"][:-2])
    assert (other["speaker"], other["proposed"]["exact"]) == ("Anna Holm", second["exact"])
    assert (last["status"], last["why"]) == ("rejected", "no")


def test_the_desks_log_is_read_and_proved_elsewhere(made: Made) -> None:
    statement = log(made)[0]
    post(made, "adviser", statement["key"], "accept", grade="C3")
    path = made.folder / "statements.sqlite"
    assert [e.body["type"] for e in decisions(path)][-2:] == [
        "statement_proposed",
        "statement_accepted",
    ]
    shown = CliRunner().invoke(main, ["read", *REPORTS, "--ledger", str(path)])
    assert shown.exit_code == 0, shown.output
    assert "[accepted by adviser, " in shown.output
    assert ", grade C3]" in shown.output


def test_who_may_only_read_is_refused_and_it_stands_in_the_audit(made: Made) -> None:
    key = log(made)[0]["key"]
    answer = post(made, "xa", key, "accept")
    assert answer.status_code == 403
    assert "Who could: chair commander adviser facilitator" in answer.json()["error"]
    assert made.client("press").get("/api/statements").status_code == 403
    audit = made.client("facilitator").get("/api/audit").json()
    assert any(row["user"] == "xa" and row["what"] == "statement: accept" for row in audit)
    assert log(made)[0]["status"] == "proposed"


def test_a_decision_must_come_from_the_page_itself(made: Made) -> None:
    stranger = TestClient(made.app)
    stranger.post("/api/session", json={"name": "adviser", "password": PASSWORD})
    body = {"statement": log(made)[0]["key"], "act": "accept"}
    assert stranger.post("/api/statements", json=body).status_code == 403
    made.client("adviser").headers["origin"] = "http://elsewhere.example"
    assert made.client("adviser").post("/api/statements", json=body).status_code == 403


def test_what_does_not_fit_is_refused_in_words_and_nothing_is_written(made: Made) -> None:
    key = log(made)[0]["key"]
    before = len(decisions(made.folder / "statements.sqlite"))
    wrong: list[tuple[dict[str, Any], int]] = [
        ({"act": "accept", "grade": "Z9"}, 422),
        ({"act": "accept", "grade": "B2", "actor": "chair"}, 422),
        ({"act": "edit", "why": "x"}, 409),
        ({"act": "edit", "why": "x", "end": 10**6}, 409),
        ({"act": "edit", "why": "x", "kind": "rumour"}, 409),
        ({"act": "edit", "why": "", "end": 90}, 409),
        ({"act": "reject", "why": " "}, 409),
        ({"act": "accept", "statement": "r77.1"}, 400),
    ]
    for body, status in wrong:
        answer = made.client("adviser").post("/api/statements", json={"statement": key, **body})
        assert answer.status_code == status, (body, answer.text)
    assert len(decisions(made.folder / "statements.sqlite")) == before


def test_whoever_holds_their_key_decides_by_signing_and_nobody_signs_for_them(made: Made) -> None:
    first, second, third = log(made)[:3]
    assert post(made, "adviser", first["key"], "accept").status_code == 200
    holder = "military_committee"
    key = new_key(holder)
    assert hand_over(made, "adviser", holder, key).status_code == 200
    assert post(made, "adviser", second["key"], "accept").status_code == 400

    def propose(statement: str, act: str, **more: Any) -> Any:
        body = {"statement": statement, "act": act, **more}
        return made.client("adviser").post("/api/statements/propose", json=body)

    def sign(data: str, by: Key = key) -> int:
        body = {"signature": signed(by, base64.b64decode(data))}
        return made.client("adviser").post("/api/statements/sign", json=body).status_code

    asked = propose(second["key"], "accept", grade="B2").json()
    assert asked["key"] == key.name
    assert sign(asked["sign"], new_key(holder)) == 400
    assert sign(asked["sign"]) == 409, "a try that failed waits no longer"
    assert propose(third["key"], "reject").status_code == 409, "no reason is given"
    asked = propose(second["key"], "accept", grade="B2").json()
    assert sign(asked["sign"]) == 200
    late = propose(third["key"], "reject", why="no").json()
    assert post(made, "chair", first["key"], "reject", why="another came first").status_code == 200
    assert sign(late["sign"]) == 409
    one, other, last = log(made)[:3]
    assert (other["status"], other["grade"], other["decided_by"]) == ("accepted", "B2", holder)
    assert (one["status"], last["status"]) == ("rejected", "proposed")
    entries = decisions(made.folder / "statements.sqlite")
    (entry,) = [e for e in entries if e.key == key.name]
    assert entry.body["key"] == second["key"]


@pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no Chromium here")
def test_an_adviser_decides_in_a_browser(tmp_path: Path) -> None:
    from playwright.sync_api import expect, sync_playwright

    made = Made(tmp_path / "desk", real_time=True)
    first, second, third = log(made)[:3]
    with served(made) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        page = browser.new_context(base_url=address).new_page()
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto("/sign-in")
        page.fill("input[name=name]", "adviser")
        page.fill("input[name=password]", PASSWORD)
        page.click("button")
        page.click("#open-reports")
        page.click(f"[data-statement='{first['id']}']")
        expect(page.locator("mark.chosen").first).to_be_visible()
        page.select_option(".decision [name=grade]", "B2")
        page.click(".decision button[value=accept]")
        expect(page.locator(f"[data-statement='{first['id']}']")).to_have_count(0)
        page.click(f"[data-statement='{second['id']}']")
        page.fill(".decision [name=speaker]", "Anna Holm of the pact")
        page.fill(".decision [name=why]", "as the other report names her")
        page.click(".decision button[value=edit]")
        expect(page.locator(f"[data-statement='{second['id']}']")).to_have_count(0)
        page.click(f"[data-statement='{third['id']}']")
        page.click(".decision button[value=reject]")
        expect(page.locator(".decision .said")).to_contain_text("no reason is given")
        page.fill(".decision [name=why]", "the paper's own words")
        page.click(".decision button[value=reject]")
        page.select_option("select[aria-label='Which statements']", "all")
        expect(page.locator(f"[data-statement='{third['id']}'] .badge")).to_have_text("rejected")
        browser.close()
        statuses = [s["status"] for s in log(made)[:3]]
    made.close()
    assert faults == []
    assert statuses == ["accepted", "edited", "rejected"]


@pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no Chromium here")
def test_a_browser_that_holds_the_key_signs_each_decision(tmp_path: Path) -> None:
    from playwright.sync_api import expect, sync_playwright

    made = Made(tmp_path / "desk", real_time=True)
    first, second = log(made)[:2]
    with served(made) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        page = browser.new_context(base_url=address).new_page()
        page.goto("/sign-in")
        page.fill("input[name=name]", "adviser")
        page.fill("input[name=password]", PASSWORD)
        page.click("button.primary")
        page.fill("#own-key [name=password]", PASSWORD)
        page.click("#own-key button")
        expect(page.locator("#own-key")).to_contain_text("the desk does not have it")
        page.click("#open-reports")
        page.click(f"[data-statement='{first['id']}']")
        page.select_option(".decision [name=grade]", "B2")
        page.click(".decision button[value=accept]")
        expect(page.locator(f"[data-statement='{first['id']}']")).to_have_count(0)
        page.click(f"[data-statement='{second['id']}']")
        page.fill(".decision [name=speaker]", "Anna Holm of the pact")
        page.fill(".decision [name=why]", " as the other report names her ")
        page.click(".decision button[value=edit]")
        expect(page.locator(f"[data-statement='{second['id']}']")).to_have_count(0)
        browser.close()
        statuses = [(s["status"], s["grade"], s["speaker"]) for s in log(made)[:2]]
        key = made.desk.ledger.key_of("military_committee", made.desk.now())
        path = made.folder / "statements.sqlite"
        signers = [e.key for e in decisions(path) if e.actor == "military_committee"]
    made.close()
    assert statuses[0][:2] == ("accepted", "B2")
    assert statuses[1] == ("edited", None, "Anna Holm of the pact")
    assert signers == [key, key]
