"""Delegations that hold their own keys: the desk proposes, they sign, and nobody signs for them."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect, sync_playwright

from standto.council.verify import verify
from standto.errors import StandtoError
from standto.ledger.keys import Key, new_key
from standto.server.own_keys import LASTS_S, PROOF
from tests.made_desk import PASSWORD, Made, served

CHROMIUM = Path("/usr/bin/chromium")


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Made]:
    desk = Made(tmp_path / "desk", lambda given: ["true"])
    desk.app.state.own_keys._clock = desk.wall
    yield desk
    desk.close()


def signed(key: Key, data: bytes) -> str:
    return base64.b64encode(key.sign(data)).decode()


def hand_over(made: Made, name: str, country: str, key: Key, **changed: str) -> Any:
    said = f"{PROOF}{made.desk.charter.origin}\n{country}\n".encode()
    proof = signed(key, said)
    body = {"holder": country, "public": key.public, "proof": proof, "password": PASSWORD}
    return made.client(name).post("/api/keys", json={**body, **changed})


def propose(made: Made, name: str, act: str, **fields: Any) -> bytes:
    answer = made.client(name).post("/api/acts/propose", json={"act": act, "text": "a", **fields})
    assert answer.status_code == 200, answer.text
    return base64.b64decode(answer.json()["sign"])


def sign(made: Made, name: str, key: Key, data: bytes, request: str = "") -> Any:
    body = {"signature": signed(key, data), "request": request}
    return made.client(name).post("/api/acts/sign", json=body)


def test_a_delegation_that_holds_its_key_acts_and_the_desk_cannot_in_its_name(made: Made) -> None:
    key = new_key("XA")
    old = made.desk.key("XA").name
    assert hand_over(made, "xa", "XA", key).json() == {"key": key.name}
    assert not (made.folder / "keys" / f"{old}.pem").exists()
    assert "does not hold the key of XA" in made.act("xa", "consultations_called").text
    data = propose(made, "xa", "consultations_called")
    assert sign(made, "xa", key, data, "try-1").status_code == 200
    assert sign(made, "xa", key, data, "try-1").status_code == 200, "the same try, told again"
    assert [entry.key for entry, _ in made.desk.record] == [key.name]
    assert made.state("xa")["user"]["keys"] == {"XA": {"key": key.name, "held_here": False}}
    assert verify(made.folder / "ledger.sqlite").good
    assert made.act("xb", "consultations_called").status_code == 200, "the desk signs for others"


def test_a_desk_opened_again_still_leaves_the_key_to_its_holder(made: Made) -> None:
    key = new_key("XA")
    hand_over(made, "xa", "XA", key)
    made.close()
    again = Made(made.folder, lambda given: ["true"])
    assert not again.desk.holds("XA")
    data = propose(again, "xa", "consultations_called")
    assert sign(again, "xa", key, data).status_code == 200
    again.close()


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"password": "wrong password"}, 400),
        ({"proof": "AAAA"}, 400),
        ({"public": "AAAA"}, 400),
        ({"holder": "XB"}, 403),
        ({"holder": "chair"}, 403),
    ],
)
def test_a_key_is_handed_over_only_to_who_may_have_it(
    made: Made, changed: dict[str, str], status: int
) -> None:
    before = made.desk.ledger.last
    assert hand_over(made, "xa", "XA", new_key("XA"), **changed).status_code == status
    assert made.desk.ledger.last == before
    assert made.desk.holds("XA")


def test_a_signature_of_another_key_records_nothing(made: Made) -> None:
    hand_over(made, "xa", "XA", new_key("XA"))
    before = made.desk.ledger.last
    data = propose(made, "xa", "consultations_called")
    answer = sign(made, "xa", new_key("XA"), data)
    assert answer.status_code == 400, answer.text
    assert made.desk.ledger.last == before
    assert made.act("xb", "consultations_called").status_code == 200
    assert verify(made.folder / "ledger.sqlite").good


def test_another_entry_that_comes_first_asks_for_a_new_signature(made: Made) -> None:
    key = new_key("XA")
    hand_over(made, "xa", "XA", key)
    data = propose(made, "xa", "consultations_called")
    made.act("xb", "consultations_called")
    stale = sign(made, "xa", key, data)
    assert (stale.status_code, "sign again" in stale.text) == (409, True)
    assert sign(made, "xa", key, data).status_code == 409, "a proposal is answered once"
    assert sign(made, "xa", key, propose(made, "xa", "consultations_called")).status_code == 200


def test_an_objection_signed_in_time_and_sent_too_late_is_late(made: Made) -> None:
    key = new_key("XA")
    hand_over(made, "xa", "XA", key)
    made.act("xb", "consultations_called")
    made.act("chair", "draft_decision", plans=["east"])
    made.act("chair", "silence_started", silence_min=60)
    data = propose(made, "xa", "objection")
    made.app.state.own_keys._clock = lambda: 0.0
    made.ahead(1)
    answer = sign(made, "xa", key, data)
    assert answer.status_code == 409
    assert "it is agreed" in answer.text
    assert made.act("chair", "activated").status_code == 200


def test_a_proposal_does_not_wait_for_ever(made: Made) -> None:
    key = new_key("XA")
    hand_over(made, "xa", "XA", key)
    data = propose(made, "xa", "consultations_called")
    made.wall.seconds += LASTS_S + 1
    assert "no entry waits" in sign(made, "xa", key, data).text


def test_an_entry_signed_for_a_place_that_is_taken_is_refused(made: Made) -> None:
    key = made.desk.key("XA")
    content = made.desk.ledger.next_content("XA", made.desk.now(), {"type": "act"}, key.name)
    made.act("xb", "consultations_called")
    with pytest.raises(StandtoError, match="is there already"):
        made.desk.ledger.append_signed(content, b"x" * 64)


@pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no Chromium here")
def test_a_browser_makes_a_key_and_signs_with_it(made: Made) -> None:
    with served(made) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        page = browser.new_context(base_url=address).new_page()
        page.goto("/sign-in")
        page.fill("input[name=name]", "xa")
        page.fill("input[name=password]", PASSWORD)
        page.click("button.primary")
        expect(page.locator("#own-key")).to_contain_text("signs for XA")
        page.fill("#own-key [name=password]", PASSWORD)
        page.click("#own-key button")
        expect(page.locator("#own-key")).to_contain_text("the desk does not have it")
        page.click("button[data-act=consultations_called]")
        page.fill("dialog textarea", "  Said under our own key. ")
        page.click("dialog button.primary")
        expect(page.locator("#record")).to_contain_text("Said under our own key.")
        browser.close()
    entry, act = made.desk.record[0]
    assert act.text == "Said under our own key."
    assert entry.key == made.desk.ledger.key_of("XA", made.desk.now())
    assert verify(made.folder / "ledger.sqlite").good
