"""The page's situation view: interrupted quotations in their pieces, both wordings of a card."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from standto.reports.assess import assess
from standto.view.files import write
from tests import made_response

CHROMIUM = Path("/usr/bin/chromium")
ONE = '"The bridge is open," Mayor Ida Holm said on Monday, "and it will stay open."\n'
OTHERS = (
    "Mayor Ida Holm said on Monday that 600 soldiers would cross the old bridge.\n",
    "Mayor Ida Holm said on Monday that 700 soldiers would cross the old bridge.\n",
)


@pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no Chromium here")
def test_the_words_are_marked_in_their_pieces_and_cards_show_both_wordings(tmp_path: Path) -> None:
    paths = [tmp_path / f"{name}.txt" for name in "abc"]
    for path, text in zip(paths, (ONE, *OTHERS), strict=True):
        path.write_text(text, encoding="utf-8")
    whole = made_response.response(tmp_path / "ledger.sqlite")
    write(replace(whole, situation=assess(paths)), tmp_path / "out")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        page = browser.new_page()
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto((tmp_path / "out" / "index.html").as_uri())
        quotation = page.locator("#situation .statements li.direct").first
        expect(quotation.locator("blockquote")).to_have_text(
            "The bridge is open … and it will stay open."
        )
        quotation.locator("button.link").click()
        asked = page.locator("#reader mark.asked").all_inner_texts()
        card = page.locator("#situation .card .sides").first.inner_text()
        browser.close()
    assert asked == ["The bridge is open", "and it will stay open."]
    assert "600 soldiers would cross the old bridge" in card
    assert "700 soldiers would cross the old bridge" in card
    assert faults == []
