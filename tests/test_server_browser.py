"""Four delegations in a real browser: one objects, the text is amended, silence passes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.made_desk import PASSWORD, Made, served

CHROMIUM = Path("/usr/bin/chromium")
pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no Chromium here")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield started
        started.close()


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Made]:
    desk = Made(tmp_path / "desk", real_time=True)
    yield desk
    desk.close()


class Seat:
    """Somebody at the desk, in a browser of their own."""

    def __init__(self, browser: Browser, address: str, name: str) -> None:
        self.faults: list[str] = []
        self.page: Page = browser.new_context(base_url=address).new_page()
        self.page.on("console", lambda m: m.type == "error" and self.faults.append(m.text))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.goto("/sign-in")
        self.page.fill("input[name=name]", name)
        self.page.fill("input[name=password]", PASSWORD)
        self.page.click("button")
        expect(self.page.locator("#link")).to_have_text("live")

    def act(self, kind: str, words: str | None = None, **fields: str) -> None:
        self.page.click(f"button[data-act={kind}]")
        for name, value in fields.items():
            self.page.select_option(f"dialog [name={name}]", value)
        if words is not None:
            self.page.fill("dialog textarea", words)
        self.page.click("dialog button.primary")
        expect(self.page.locator("#form")).to_be_hidden()


def test_four_delegations_object_amend_stay_silent_and_activate(
    browser: Browser, made: Made
) -> None:
    with served(made) as address:
        names = ("xa", "xb", "xc", "chair", "facilitator", "saceur")
        seats = {name: Seat(browser, address, name) for name in names}
        chair, xb = seats["chair"], seats["xb"]
        seats["xc"].act("consultations_called", "Corland asks for consultations.")
        chair.page.click("button[data-act=draft_decision]")
        chair.page.check("dialog input[value=east]")
        chair.page.fill("dialog textarea", "Activate the plan east.")
        chair.page.click("dialog button.primary")
        chair.act("silence_started", silence_min="360")
        expect(xb.page.locator(".text .badge")).to_have_text("under silence")
        expect(xb.page.locator(".ring text")).to_contain_text("06:00:00")
        xb.act("objection", "Not without a limit in time.")
        for seat in seats.values():
            expect(seat.page.locator(".text .badge")).to_have_text("silence broken")
            expect(seat.page.locator(".text")).to_contain_text("Not without a limit in time.")
        xb.act("amendment", "Activate the plan east for ninety days.")
        chair.page.click("button[data-act=draft_decision]")
        chair.page.fill("dialog textarea", "Activate the plan east for ninety days.")
        chair.page.click("dialog button.primary")
        expect(xb.page.locator(".text")).to_contain_text("text 2")
        chair.act("silence_started", silence_min="60")
        seats["facilitator"].page.click("button[data-rate='3600']")
        expect(chair.page.locator(".text .badge")).to_have_text("silence has run out: agreed")
        seats["facilitator"].page.click("button[data-rate='0']")
        chair.act("activated")
        for seat in seats.values():
            expect(seat.page.locator(".text .badge")).to_have_text("activated")
        chair.page.click("#verify")
        expect(chair.page.locator("#verified")).to_contain_text("good:")
        chair.page.fill("#start [name=seconds]", "1")
        chair.page.fill("#start [name=runs]", "20")
        chair.page.click("#start-run")
        expect(chair.page.locator("#figures")).to_contain_text(
            "activation in this ledger", timeout=240_000
        )
        chair.page.click("#open-map")
        plan = chair.page.frame_locator("#map iframe")
        expect(plan.locator("canvas").first).to_be_visible(timeout=30_000)
        for seat in seats.values():
            assert seat.faults == []


def test_what_is_typed_survives_a_reload_and_another_browser(browser: Browser, made: Made) -> None:
    with served(made) as address:
        seat = Seat(browser, address, "xa")
        seat.page.fill("#notes", "The capital asks for a limit in time.")
        seat.page.click("button[data-act=consultations_called]")
        seat.page.fill("dialog textarea", "Half a sentence, not yet")
        expect(seat.page.locator("#kept")).to_have_text("kept on the server")
        seat.page.reload()
        expect(seat.page.locator("#notes")).to_have_value("The capital asks for a limit in time.")
        other = Seat(browser, address, "xa")
        expect(other.page.locator("#notes")).to_have_value("The capital asks for a limit in time.")
        other.page.click("button[data-act=consultations_called]")
        expect(other.page.locator("dialog textarea")).to_have_value("Half a sentence, not yet")


def test_a_lost_connection_says_so_keeps_the_words_and_recovers(
    browser: Browser, made: Made
) -> None:
    with served(made) as address:
        seat = Seat(browser, address, "xa")
        context = seat.page.context
        seat.page.click("button[data-act=consultations_called]")
        context.set_offline(True)
        seat.page.fill("dialog textarea", "Said while nobody could hear.")
        seat.page.click("dialog button.primary")
        expect(seat.page.locator("dialog .said")).to_contain_text("Your words are kept")
        context.set_offline(False)
        seat.page.click("dialog button.primary")
        expect(seat.page.locator("#record")).to_contain_text("Said while nobody could hear.")
        assert [act.act for _, act in made.desk.record] == ["consultations_called"]


def test_a_stopped_desk_is_noticed_and_found_again(browser: Browser, made: Made) -> None:
    with served(made) as address:
        seat = Seat(browser, address, "xa")
    expect(seat.page.locator("#link")).to_have_text("connection lost")
    expect(seat.page.locator("#banner")).to_contain_text("What you type is kept here")


def test_a_silence_that_has_run_out_is_asked_for_once_and_not_for_ever(
    browser: Browser, made: Made
) -> None:
    made.act("xa", "consultations_called")
    made.act("chair", "draft_decision", plans=["east"])
    made.act("chair", "silence_started", silence_min=60)
    with served(made) as address:
        seat = Seat(browser, address, "xa")
        asked: list[str] = []
        seat.page.on("request", lambda r: "/api/state" in r.url and asked.append(r.url))
        made.client("facilitator").post("/api/clock", json={"rate": 3600})
        expect(seat.page.locator(".text .badge")).to_have_text("silence has run out: agreed")
        seat.page.wait_for_timeout(500)
        asked.clear()
        seat.page.wait_for_timeout(1500)
        assert len(asked) <= 2
