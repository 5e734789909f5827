"""The page on the bundled scenarios: each of its figures is counted in the tables."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "scenarios.md").read_text(encoding="utf-8")
SCENARIOS = ("feb2022", "wildfire")


def rows(scenario: str, name: str) -> list[dict[str, str]]:
    path = ROOT / "data" / "scenarios" / scenario / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def cells(first: str) -> list[str]:
    """Cells of the page's table row that begins with this word."""
    found = [line for line in PAGE.splitlines() if line.startswith(f"| {first} |")]
    assert len(found) == 1, f"{first}: {len(found)} rows"
    return [cell.strip() for cell in found[0].strip("|").split("|")][1:]


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_table_of_scenarios_counts_what_is_there(scenario: str) -> None:
    postures = Counter(row["posture"] for row in rows(scenario, "forces"))
    counted = [
        sum(postures.values()),
        *(postures[name] for name in ("deploy", "in_place", "on_call")),
        *(len(rows(scenario, name)) for name in ("lines", "loads", "acts", "contingencies")),
        len(list((ROOT / "data" / "scenarios" / scenario / "reports").glob("*.txt"))),
    ]
    assert cells(scenario) == [str(number) for number in counted]


@pytest.mark.parametrize("name", "members forces lines loads acts contingencies".split())
def test_the_table_of_grades_counts_what_is_there(name: str) -> None:
    grades = Counter(row["grade"] for row in rows("feb2022", name))
    assert cells(name) == [str(grades[grade]) for grade in "ABCD"]


def assumption(note: str) -> str:
    found = re.search(r"[Cc]lass ([A-Z])\b", note)
    assert found, f"no class of assumption: {note!r}"
    return found[1]


def test_the_table_of_assumptions_counts_what_is_there() -> None:
    assumed = [row for row in rows("feb2022", "lines") if row["grade"] == "C"]
    classes = Counter(assumption(row["note"]) for row in assumed)
    for name, count in classes.items():
        assert cells(name)[0] == str(count), name


def test_the_table_of_modules_is_that_of_the_scenario() -> None:
    people = {row["force"]: row["personnel"] for row in rows("wildfire", "forces")}
    vehicles: Counter[str] = Counter()
    for row in rows("wildfire", "loads"):
        vehicles[row["line"].rpartition("-")[0]] += int(row["count"])
    listed = re.findall(r"^\| ([a-z]{3}-[a-z]+) \| (\d+) \| (\d+) \|", PAGE, re.MULTILINE)
    assert len(listed) >= 7
    for module, persons, engines in listed:
        assert (persons, engines) == (people[module], str(vehicles[module])), module


def test_every_source_that_the_page_names_is_in_the_scenario() -> None:
    known = {row["source"] for row in rows("feb2022", "sources")}
    assert set(re.findall(r"\b[SF]\d+\b", PAGE)) <= known
