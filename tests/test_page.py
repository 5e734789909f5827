"""The page in a browser: it opens from disk, asks nobody for anything, and its time bar works."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

from standto.reports.situation import Situation
from standto.view.files import write
from standto.view.page import TEMPLATE
from tests import made_response

CHROMIUM = next(
    (p for p in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if p), None
)
MISSING = (
    "no Chromium on this machine: apt-get install chromium"
    if CHROMIUM is None
    else ""
    if TEMPLATE.is_file()
    else "the page is not built: python3 dev.py page"
)
if MISSING and not os.environ.get("CI"):
    pytest.skip(MISSING, allow_module_level=True)

ARGUMENTS = [
    "--no-sandbox",
    "--enable-unsafe-swiftshader",
    "--use-gl=angle",
    "--use-angle=swiftshader",
]
OWN = ("file:", "blob:", "data:")


@dataclass
class Opened:
    """A page that has been opened, with what it said and what it asked for."""

    page: Page
    errors: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    assert not MISSING, MISSING
    base = tmp_path_factory.mktemp("page")
    write(made_response.response(base / "ledger.sqlite"), base / "out")
    return base / "out"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield running
        running.close()


def open_page(browser: Browser, folder: Path, width: int, scheme: str, time: int) -> Opened:
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
    )
    opened = Opened(context.new_page())

    def said(message: ConsoleMessage) -> None:
        if message.type == "error":
            opened.errors.append(message.text)

    def asked(request: Request) -> None:
        if not request.url.startswith(OWN):
            opened.outside.append(request.url)

    opened.page.on("console", said)
    opened.page.on("pageerror", lambda error: opened.errors.append(str(error)))
    opened.page.on("request", asked)
    opened.page.goto(f"{(folder / 'index.html').as_uri()}#t={time}")
    expect(opened.page.locator(".force").first).to_be_visible(timeout=30_000)
    return opened


@pytest.fixture(scope="module")
def first(browser: Browser, folder: Path) -> Opened:
    return open_page(browser, folder, 1440, "light", 0)


@pytest.fixture
def opened(first: Opened) -> Opened:
    """Give the one open page, back at C-hour with nothing chosen or unfolded."""
    first.page.keyboard.press("Escape")
    first.page.evaluate(
        """() => {
          const time = document.querySelector("#time");
          time.value = 0;
          time.dispatchEvent(new Event("input"));
          document.querySelectorAll(".gantt .who[aria-expanded=true]").forEach(n => n.click());
        }"""
    )
    first.page.wait_for_timeout(200)
    return first


def places(page: Page) -> dict[str, str]:
    """Where the symbol of each force stands on the map."""
    found: dict[str, str] = page.eval_on_selector_all(
        ".force",
        "nodes => Object.fromEntries(nodes.map(n => [n.dataset.forces, n.style.transform]))",
    )
    return found


def turned(folder: Path, out: Path, by: float) -> Path:
    """The same page with every longitude turned by so many degrees, kept within -180 and 180."""

    def turn(lon: float) -> float:
        return (lon + by + 180) % 360 - 180

    text = (folder / "index.html").read_text(encoding="utf-8")
    head, start, rest = text.partition('<script type="application/json" id="page-data">')
    data, end, tail = rest.partition("</script>")
    page = json.loads(data)
    for table in ("places", "countries"):
        page["ground"][table]["lon"] = [turn(lon) for lon in page["ground"][table]["lon"]]
    for path in page["paths"]:
        path["via"] = [turn(v) if n % 2 else v for n, v in enumerate(path["via"])]
    out.mkdir()
    said = json.dumps(page).replace("<", "\\u003c")
    (out / "index.html").write_text(head + start + said + end + tail, encoding="utf-8")
    return out


def test_the_map_looks_the_same_across_the_date_line(
    browser: Browser, folder: Path, tmp_path: Path
) -> None:
    """Places at 177 and -177 degrees are six degrees apart, wherever the reader moves the map."""
    seen = []
    for by, name in ((0.0, "as it is"), (217.0, "across")):
        opened = open_page(browser, turned(folder, tmp_path / name, by), 1440, "light", 4000)
        opened.page.wait_for_timeout(1500)
        views = [places(opened.page)]
        for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "Equal"):
            opened.page.locator("canvas.maplibregl-canvas").press(key)
            opened.page.wait_for_timeout(600)
            views.append(places(opened.page))
        seen.append([
            {force: [float(n) for n in re.findall(r"-?[\d.]+", at)] for force, at in view.items()}
            for view in views
        ])  # fmt: skip
        assert opened.errors == []
        opened.page.context.close()
    for here, there in zip(*seen, strict=True):
        assert here.keys() == there.keys()
        for force, at in here.items():
            assert there[force] == pytest.approx(at, abs=1.5), force
    assert seen[0][0] != seen[0][1], "the map was moved"


def test_opens_from_disk_without_an_error_or_a_request(opened: Opened) -> None:
    opened.page.wait_for_timeout(1500)
    assert opened.errors == []
    assert opened.outside == []
    assert opened.page.title().startswith("Four countries, one strait, one change of gauge")


@pytest.mark.parametrize(("width", "scheme"), [(1440, "dark"), (390, "light")])
def test_fits_the_screen_in_both_schemes(
    browser: Browser, folder: Path, width: int, scheme: str
) -> None:
    opened = open_page(browser, folder, width, scheme, 3500)
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
    assert opened.errors == []
    opened.page.context.close()


def test_the_map_is_drawn(opened: Opened) -> None:
    canvas = opened.page.locator("canvas.maplibregl-canvas")
    expect(canvas).to_be_visible()
    opened.page.wait_for_timeout(1500)
    colours = canvas.evaluate(
        """node => {
          const copy = document.createElement("canvas");
          copy.width = copy.height = 200;
          const pen = copy.getContext("2d");
          pen.drawImage(node, 0, 0, 200, 200);
          const seen = new Set(new Uint32Array(pen.getImageData(0, 0, 200, 200).data.buffer));
          return seen.size;
        }"""
    )
    assert colours > 5, "a map of one colour shows no network"


def test_symbols_are_shown_for_the_forces(opened: Opened) -> None:
    shown = " ".join(places(opened.page)).split()
    assert {"a-mech", "a-gun", "b-inf", "c-home", "a-brigade", "b-log"} <= set(shown)
    image = opened.page.locator(".force img").first
    assert image.evaluate("node => node.complete && node.naturalWidth > 10")


def test_the_time_bar_moves_the_symbols(opened: Opened) -> None:
    page = opened.page
    before = places(page)
    slider = page.locator("#time")
    slider.focus()
    for _ in range(56):
        slider.press("ArrowRight")
    page.wait_for_timeout(300)
    assert page.locator("output.clock").inner_text() == "C+2 08:00"
    after = places(page)
    assert after != before
    moving = page.locator('.force[data-state="moving"]')
    expect(moving.first).to_be_visible()
    assert "a-mech" in (moving.first.get_attribute("data-forces") or "")
    at_eight = moving.first.get_attribute("style")
    slider.press("ArrowRight")
    expect(moving.first).not_to_have_attribute("style", at_eight or "")


def test_play_runs_the_time_on(opened: Opened) -> None:
    page = opened.page
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("document.querySelector('#time').value > 120", timeout=20_000)
    page.get_by_role("button", name="Pause").click()
    stopped = page.locator("#time").input_value()
    page.wait_for_timeout(400)
    assert page.locator("#time").input_value() == stopped


def test_a_number_opens_its_source(opened: Opened) -> None:
    page = opened.page
    row = page.locator("#closures tbody tr", has_text="11th Mechanised Battalion")
    row.locator(".num").first.click()
    popover = page.locator("#source")
    expect(popover).to_be_visible()
    told = popover.inner_text()
    for words in ("notice to move", "5 d", "Grade", "Licence"):
        assert words in told
    page.keyboard.press("Escape")
    expect(popover).to_be_hidden()


def test_grade_c_is_marked(opened: Opened) -> None:
    number = opened.page.locator("#findings .card.attention .num")
    assert "grade-c" in (number.get_attribute("class") or "")
    assert number.evaluate("n => getComputedStyle(n, '::after').content") == '"C"'


def test_closures_sort_by_a_column(opened: Opened) -> None:
    page = opened.page
    table = page.locator("#closures .scroller table")

    def order() -> list[str]:
        return [name.strip() for name in table.locator("tbody .name").all_inner_texts()]

    assert order()[-1] == "12th Battery", "a force that never closes comes last"
    table.get_by_role("button", name="Force", exact=True).click()
    assert order() == sorted(order())
    table.get_by_role("button", name="Force", exact=True).click()
    assert order() == sorted(order(), reverse=True)


def test_a_force_opens_into_its_lines(opened: Opened) -> None:
    page = opened.page
    page.locator(".gantt-force .who", has_text="11th Mechanised Battalion").click()
    lines = page.locator(".gantt-lines:not([hidden]) .gantt-row.line")
    assert lines.count() == 6
    expect(page.locator(".panel h3")).to_have_text("11th Mechanised Battalion")


def test_a_report_shows_the_words_that_were_said(opened: Opened) -> None:
    page = opened.page
    page.locator("#situation .sides button.link").nth(1).click()
    expect(page.locator("#reader mark.asked")).to_have_text("700")
    assert page.locator("#reader mark.said").first.inner_text() == "600 soldiers will go."


def test_text_of_a_report_or_finding_never_becomes_markup(opened: Opened) -> None:
    page = opened.page
    assert page.locator("#findings .card b").count() == 0
    assert "600 <b>troops</b> in XC." in page.locator("#findings").inner_text()


def test_every_part_of_the_navigation_exists(opened: Opened) -> None:
    for link in opened.page.locator("nav a").all():
        target = link.get_attribute("href") or ""
        assert re.fullmatch(r"#\w+", target)
        assert opened.page.locator(f"section{target} h2").count() == 1


def test_licences_of_what_is_bundled_are_in_the_page(opened: Opened) -> None:
    notes = opened.page.locator("#method .licences").text_content() or ""
    for name in ("maplibre-gl", "milsymbol", "BSD", "MIT"):
        assert name in notes


def test_a_response_in_which_nothing_moves_opens_too(browser: Browser, tmp_path: Path) -> None:
    whole = made_response.response(tmp_path / "ledger.sqlite")
    result = replace(
        made_response.result(made_response.legs().clear()),
        closure=whole.result.closure.clear(),
        bottlenecks=whole.result.bottlenecks.clear(),
        bounds=(),
        closure_min=0,
        closure_lower_bound_min=0,
        status="empty",
    )
    empty = replace(
        whole,
        result=result,
        situation=Situation(),
        findings=whole.findings.clear(),
        notices=whole.notices.clear(),
        ensemble=replace(whole.ensemble, quantiles=whole.ensemble.quantiles.clear()),
    )
    write(empty, tmp_path / "out")
    opened = open_page(browser, tmp_path / "out", 1440, "light", 0)
    assert opened.errors == []
    assert opened.page.locator("main > section").count() == 9
    opened.page.context.close()


def test_runs_that_do_not_close_are_counted(opened: Opened) -> None:
    expect(opened.page.locator(".headline")).to_contain_text("1 run not closed")
    expect(opened.page.locator("#closures")).to_contain_text("1 run open")
    expect(opened.page.locator(".bars")).to_contain_text(["left a force open in 1 run"])
