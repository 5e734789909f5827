"""The command line: help at once, bad input in one clear message, nothing half written."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from standto.cli import main

SMALL = Path(__file__).parent / "small"


def call(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    folder = tmp_path / "case"
    shutil.copytree(SMALL, folder)
    return folder


def edit(path: Path, change: Callable[[str], str]) -> None:
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")


MISTAKES: dict[str, tuple[str, Callable[[str], str], tuple[str, ...]]] = {
    "a misspelt column": (
        "forces.csv",
        lambda t: t.replace("notice_to_move,", "notice_to_mve,", 1),
        ("forces.csv line 1, notice_to_mve", "did you mean 'notice_to_move'"),
    ),
    "an unknown place": (
        "forces.csv",
        lambda t: t.replace("crown-xc,150", "crwn-xc,150"),
        ("forces.csv line 5, destination", "'crwn-xc'", "crown-xc"),
    ),
    "a notice to move of soon": (
        "forces.csv",
        lambda t: t.replace(",600,5 d,", ",600,soon,"),
        ("forces.csv line 3, notice_to_move", "'soon'", "36 h"),
    ),
    "a duplicate id": (
        "lines.csv",
        lambda t: t + t.splitlines()[1] + "\n",
        ("lines.csv line 14, line", "'a-mech-advance'", "line 2"),
    ),
    "a link to nowhere": (
        "links.csv",
        lambda t: t.replace(
            "road-cedar-crown,cedar-xc,crown-xc", "road-cedar-crown,cedar-xc,nowhere"
        ),
        ("links.csv line 8, v", "'nowhere'", "is not in places"),
    ),
    "an empty file": ("loads.csv", lambda t: "", ("loads.csv", "is empty")),
    "a negative size": (
        "lines.csv",
        lambda t: t.replace(",90,2,no", ",-90,2,no"),
        ("lines.csv line 11, personnel", "'-90'", "at least 0"),
    ),
    "a number that overflows": (
        "lines.csv",
        lambda t: t.replace(",90,2,no", ",99999999999999999999,2,no"),
        ("lines.csv line 11, personnel", "whole number below"),
    ),
    "a C-hour without a zone": (
        "scenario.toml",
        lambda t: t.replace("2030-01-10T12:00Z", "2030-01-10T12:00"),
        ("scenario.toml", "c_hour", "zone"),
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named_with_what_would_be_right(mistake: str, scenario: Path) -> None:
    file, change, expected = MISTAKES[mistake]
    edit(scenario / file, change)
    out = scenario.parent / "out"
    for result in (call("check", scenario), call("run", scenario, "--out", out)):
        assert result.exit_code == 2, result.output
        for part in expected:
            assert part in result.output
        assert "Traceback" not in result.output
    assert not out.exists()


def test_all_mistakes_come_in_one_message(scenario: Path) -> None:
    together = [m for m in MISTAKES if m not in {"an empty file", "a misspelt column"}]
    for mistake in together:
        file, change, _ = MISTAKES[mistake]
        if mistake != "a number that overflows":
            edit(scenario / file, change)
    told = call("check", scenario).output
    for mistake in together:
        if mistake != "a number that overflows":
            assert MISTAKES[mistake][2][0] in told, mistake


def test_a_file_in_another_encoding_is_named(scenario: Path) -> None:
    path = scenario / "places.csv"
    path.write_bytes(path.read_text(encoding="utf-8").encode("latin-1"))
    result = call("check", scenario)
    assert result.exit_code == 2
    assert "places.csv line 3" in result.output
    assert "UTF-8" in result.output


def test_an_unknown_scenario_names_the_bundled_ones() -> None:
    result = call("check", "feb2021")
    assert result.exit_code == 2
    assert "feb2022" in result.output


def test_a_run_writes_every_file_and_its_ledger_verifies(tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = call("run", SMALL, "--out", out, "--iterations", "5", "--runs", "50")
    assert result.exit_code == 0, result.output
    files = {path.name for path in out.iterdir()}
    assert files == {
        "summary.json", "schedule.csv", "closure.csv", "situation.json", "findings.csv",
        "notices.csv", "statement.md", "ledger.jsonl", "index.html",
    }  # fmt: skip
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert summary["closure_lower_bound_min"] <= summary["closure_min"]
    assert call("verify", out / "ledger.jsonl").exit_code == 0
    changed = out / "changed.jsonl"
    text = (out / "ledger.jsonl").read_text(encoding="utf-8")
    changed.write_text(text.replace("activate", "activatE", 1), encoding="utf-8")
    assert call("verify", changed).exit_code == 1


def test_the_same_seed_and_iterations_give_the_same_bytes(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("one", "two")]
    for folder in folders:
        call("run", SMALL, "--out", folder, "--iterations", "5", "--runs", "50", "--seed", "3")
    for name in ("schedule.csv", "closure.csv", "situation.json", "findings.csv", "notices.csv",
                 "statement.md", "ledger.jsonl"):  # fmt: skip
        one, two = ((folder / name).read_bytes() for folder in folders)
        assert one == two, name


@pytest.mark.parametrize("beneath", ["", "deeper", "deeper/still"])
def test_a_place_that_cannot_be_written_is_told_before_the_work(
    beneath: str, scenario: Path, tmp_path: Path
) -> None:
    (tmp_path / "notes").write_text("mine", encoding="utf-8")
    before = sorted(tmp_path.rglob("*"))
    result = call("run", scenario, "--out", tmp_path / "notes" / beneath)
    assert result.exit_code == 2
    assert "needs a folder" in result.output or "Not a directory" in result.output
    assert "order" not in result.output, "no schedule is made"
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    "words",
    [
        ("read", SMALL / "scenario.toml", "--out"),
        ("prove", SMALL, "--out"),
        ("bottlenecks", SMALL, "--out"),
        ("bench", "scale", "--json"),
    ],
    ids=lambda words: str(words[0]),
)
def test_a_file_in_a_folder_that_is_not_there_is_told_before_the_work(
    words: tuple[str | Path, ...], tmp_path: Path
) -> None:
    result = call(*words, tmp_path / "nowhere" / "file.json")
    assert result.exit_code == 2
    assert "there is no folder" in result.output
    assert not list(tmp_path.iterdir())


def test_a_file_that_the_system_refuses_is_named_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "log").mkdir()
    made = tmp_path / "log" / ("x" * 300 + ".md")  # longer than any file system's names
    result = call("read", SMALL / "scenario.toml", "--out", made)
    assert result.exit_code == 2
    assert "File name too long" in result.output
    assert isinstance(result.exception, SystemExit)


def test_a_what_if_of_nothing_is_told_before_the_first_plan(scenario: Path) -> None:
    result = call("what-if", scenario, "--close", "Nowherebury")
    assert result.exit_code == 2
    assert "'Nowherebury' is not a place" in result.output
    assert "order" not in result.output, "no schedule is made"


def test_read_goes_on_after_a_file_that_it_cannot_read(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.txt", tmp_path / "bad.txt"
    good.write_text('The minister said: "We will go."\n', encoding="utf-8")
    bad.write_bytes(b"\x00\x01\x02")
    out = tmp_path / "log.json"
    result = call("read", good, bad, "--out", out)
    assert result.exit_code == 2
    assert "bad.txt" in result.output
    log = json.loads(out.read_text(encoding="utf-8"))
    assert [s["exact"] for s in log["statements"]] == ["We will go."]


def test_route_prints_the_keys_it_promises() -> None:
    result = call("route", "Rotterdam", "Tapa", "--mode", "any", "--avoid", "RU,BY", "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.output)
    keys = {"km", "hours", "modes", "countries", "gauge_breaks", "clearances", "path"}
    assert keys <= set(found)
    assert not {"RU", "BY"} & set(found["countries"])


def test_help_imports_nothing_heavy() -> None:
    heavy = "import sys, standto.cli; assert not {'polars', 'numba', 'numpy'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", heavy], check=True)


def test_check_says_in_the_same_words_what_run_would_refuse(scenario: Path) -> None:
    assert "note:" not in call("check", scenario).output
    acts = scenario / "acts.csv"
    acts.write_text(acts.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    checked = call("check", scenario)
    refused = call("run", scenario, "--out", scenario.parent / "out")
    assert (checked.exit_code, refused.exit_code) == (0, 2)
    words = refused.output.strip().splitlines()[-1]
    assert words == "acts.csv: there is no act, so no activation stands"
    assert f"would refuse it: {words}." in checked.output


def test_check_looks_at_the_council_too(scenario: Path) -> None:
    toml = scenario / "scenario.toml"
    text = toml.read_text(encoding="utf-8")
    toml.write_text(text.replace('council = "nato"', 'council = "weighted"'), encoding="utf-8")
    result = call("check", scenario)
    assert result.exit_code == 2
    assert "council_weights.csv: is missing: the council weighted decides by weights" in (
        result.output
    )
