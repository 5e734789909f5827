"""Passkeys: made and used in a real browser with a virtual authenticator; forged ones refused."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Page, expect, sync_playwright

from standto.server.passkeys import LASTS_S, MOST_KEYS, Site
from standto.server.signin import ADDRESS_TRIES
from tests.made_desk import PASSWORD, Made, served

CHROMIUM = Path("/usr/bin/chromium")
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Made]:
    desk = Made(tmp_path / "desk", lambda given: ["true"])
    yield desk
    desk.close()


def sign_in(page: Page, name: str) -> None:
    page.fill("input[name=name]", name)
    page.fill("input[name=password]", PASSWORD)
    page.click("button.primary")
    expect(page.locator("#link")).to_have_text("live")


@pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no Chromium here")
def test_a_passkey_is_made_signs_in_and_is_taken_away(made: Made) -> None:
    with served(made) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        page = browser.new_context(base_url=address.replace("127.0.0.1", "localhost")).new_page()
        device = page.context.new_cdp_session(page)
        device.send("WebAuthn.enable")
        options = {"options": AUTHENTICATOR}
        key = device.send("WebAuthn.addVirtualAuthenticator", options)["authenticatorId"]
        page.goto("/sign-in")
        sign_in(page, "xa")
        add_passkey(page, "wrong password")
        expect(page.locator("#passkeys .said")).to_have_text("wrong name or password")
        add_passkey(page, PASSWORD)
        expect(page.locator("#passkeys")).to_contain_text("phone · since")
        assert len(device.send("WebAuthn.getCredentials", {"authenticatorId": key})["credentials"])
        page.click("#leave")
        page.click("#passkey")
        expect(page.locator("#user")).to_contain_text("xa")
        expect(page.locator("#passkeys")).to_contain_text("last used")
        page.click("#passkeys .run-line button")
        expect(page.locator("#passkeys .run-line")).to_have_count(0)
        page.click("#leave")
        page.click("#passkey")
        expect(page.locator("#said")).to_have_text("this passkey opens nothing here")
        browser.close()
    audit = made.desk.store.rows("SELECT reason FROM audit ORDER BY id")
    said = [row["reason"] for row in audit]
    assert "added phone" in said
    assert "good, by passkey, from 127.0.0.1" in said


def add_passkey(page: Page, password: str) -> None:
    page.fill("#add-passkey [name=name]", "phone")
    page.fill("#add-passkey [name=password]", password)
    page.click("#add-passkey button")


def forged(challenge: str, **more: Any) -> dict[str, Any]:
    """What a stranger could send: a right challenge, and nothing that proves a key."""
    told = {"type": "webauthn.get", "challenge": challenge, "origin": "http://localhost"}
    return {
        "id": "AAAA",
        "rawId": "AAAA",
        "type": "public-key",
        "response": {
            "clientDataJSON": base64.urlsafe_b64encode(json.dumps(told).encode()).decode(),
            "authenticatorData": "AAAA",
            "signature": "AAAA",
            **more,
        },
    }


def test_a_forged_passkey_opens_nothing_and_is_counted(made: Made) -> None:
    client = TestClient(made.app, base_url="http://localhost")
    for n in range(ADDRESS_TRIES):
        asked = client.post("/api/session/passkey/options").json()
        body = {"credential": forged(asked["challenge"])}
        answer = client.post("/api/session/passkey", json=body)
        assert answer.status_code == 400, (n, answer.text)
        assert answer.json()["error"] == "this passkey opens nothing here"
    assert client.post("/api/session/passkey", json=body).status_code == 429


@pytest.mark.parametrize(
    "credential",
    [
        {},
        {"rawId": 7, "response": []},
        {"rawId": "AAAA", "response": {"clientDataJSON": "e30"}},
        {"rawId": "AAAA", "response": {"clientDataJSON": "W10"}},
        {"rawId": "\u00e9", "response": {"clientDataJSON": "\u00e9"}},
    ],
)
def test_bytes_that_are_no_passkey_are_refused_in_words(
    made: Made, credential: dict[str, Any]
) -> None:
    client = made.client("xa")
    for path in ("/api/session/passkey", "/api/passkeys"):
        answer = client.post(path, json={"credential": credential})
        assert answer.status_code == 400, answer.text
        assert "Traceback" not in answer.text


def test_a_challenge_is_for_one_user_one_answer_and_five_minutes(made: Made) -> None:
    passkeys = made.app.state.passkeys
    site = Site("localhost", "http://localhost")
    asked = passkeys.ask_new("xa", PASSWORD, site, "here")
    body = forged(asked["challenge"], attestationObject="AAAA")
    with pytest.raises(Exception, match="grown old"):
        passkeys.add("xb", "stolen", body, site)
    with pytest.raises(Exception, match="does not hold"):
        passkeys.add("xa", "phone", body, site)
    with pytest.raises(Exception, match="grown old"):
        passkeys.add("xa", "again", body, site)
    late = forged(passkeys.ask_new("xa", PASSWORD, site, "here")["challenge"])
    made.wall.seconds += LASTS_S + 1
    with pytest.raises(Exception, match="grown old"):
        passkeys.add("xa", "late", late, site)


def test_no_passkey_at_a_bare_address(made: Made) -> None:
    client = TestClient(made.app, base_url="http://127.0.0.1")
    answer = client.post("/api/session/passkey/options")
    assert answer.status_code == 400
    assert "localhost" in answer.json()["error"]


def test_a_passkey_is_its_owners_and_ends_with_the_password(made: Made) -> None:
    store = made.desk.store
    for n in range(MOST_KEYS):
        store.do(
            "INSERT INTO passkey VALUES (?, 'xa', 'k', 'localhost', x'00', 0, 0, NULL)", f"0{n}"
        )
    assert len(made.client("xa").get("/api/passkeys").json()) == MOST_KEYS
    assert made.client("xb").get("/api/passkeys").json() == []
    assert made.client("xb").delete("/api/passkeys/00").status_code == 400
    full = made.client("xa").post("/api/passkeys/options", json={"password": PASSWORD})
    assert full.status_code == 400, "made under another name of the host, and too many"
    made.app.state.sign_in.add_user("xa", "representative", "XA", PASSWORD)
    assert made.client("xb").get("/api/passkeys").json() == []
    assert store.rows("SELECT id FROM passkey") == []
