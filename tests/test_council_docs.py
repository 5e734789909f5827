"""docs/council.md: its table is that of the pack, and its example runs."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest

from standto.council.pack import load_pack

PAGE = Path(__file__).parent.parent / "docs" / "council.md"
START, END = "<!-- steps of nato -->\n", "<!-- end -->"


def steps_table() -> str:
    rows = ["| act | who | after | rule | basis | grade |", "|---|---|---|---|---|---|"]
    for step in load_pack("nato").steps:
        cells = (step.act, " ".join(step.actors), " ".join(step.after), step.rule, step.basis)
        rows.append("| " + " | ".join((*cells, step.grade)) + " |")
    return "\n".join(rows) + "\n"


def test_the_table_of_steps_is_that_of_the_pack() -> None:
    written = PAGE.read_text(encoding="utf-8").partition(START)[2].partition(END)[0]
    assert written == steps_table(), "put steps_table() of this test between the marks"


def test_the_example_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PAGE.parent.parent)
    failed, tried = doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8")
    assert (failed, tried) == (0, 13)
