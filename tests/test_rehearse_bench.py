"""Measures of the rehearsal: everyone plays the same movement, and pages are renewed row by row."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from standto.cli import main
from standto.rehearse import bench as measures
from standto.rehearse.bench import FORM, Bench, rehearsal
from standto.rehearse.bench_growth import BY_LINES, BY_RUNS, QUEUES_BY_LINES, growth, plotted
from standto.rehearse.bench_tasks import tasks
from standto.schedule.bench import Row
from standto.schedule.bench_child import installed
from standto.schedule.bench_peers import MISSING
from standto.schedule.bench_table import line


def quiet(stage: str, words: str) -> None:
    """Say nothing."""


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return list(rehearsal(Bench([6], runs=20, workers=2, pairs=1), quiet))


@pytest.mark.skipif(not (installed("simpy") and installed("salabim")), reason="needs extra bench")
def test_peers_play_the_same_movement_to_the_minute(rows: list[Row]) -> None:
    told = [(row["measure"], row["player"], row.get("agrees")) for row in rows]
    assert told == [
        ("fixed order", "standto", None),
        ("fixed order", "SimPy", True),
        ("fixed order", "salabim", True),
        ("priority queues", "standto", None),
        ("priority queues", "SimPy", None),
        ("priority queues", "SimPy, our tie rule", True),
        ("scale-out, fixed order", "standto", None),
    ]
    assert all(float(row["run_ms"] or 0) > 0 for row in rows)
    assert all(str(row["faster"]).startswith("x") for row in rows if row["player"] != "standto")


def test_a_peer_that_does_not_agree_says_no() -> None:
    case = measures.made(2, quiet)
    ours = measures.played(case, "fixed order", case.fixed, 2, 1)
    row = measures.peer(case, ours, "SimPy", [lambda: [1, 2]], [[1, 3]])
    assert row["agrees"] is False
    assert "| NO |" in line(FORM, row)


def test_a_peer_that_is_missing_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measures, "installed", lambda name: False)
    rows = list(rehearsal(Bench([2], runs=2, pairs=0), quiet))
    assert [row.get("note") for row in rows if row["player"] != "standto"] == [MISSING] * 3


def test_a_task_is_timed_on_threads() -> None:
    first = next(tasks(2, 8, quiet))
    assert first["player"] == "threads"
    assert float(first["run_ms"] or 0) > 0
    assert list(tasks(2, 0, quiet)) == []


def test_growth_has_a_row_for_each_size_and_a_curve_for_each_measure() -> None:
    rows = list(growth([2, 4], [10, 20], 1, quiet))
    sizes = [(row["measure"], row["lines"], row["runs"]) for row in rows]
    assert sizes == [
        (BY_RUNS, 2, 10), (BY_RUNS, 2, 20), (BY_LINES, 2, 20), (QUEUES_BY_LINES, 2, 2),
        (BY_LINES, 4, 20), (QUEUES_BY_LINES, 4, 2),
    ]  # fmt: skip
    assert plotted(rows).count("<path") >= 3
    assert plotted(rows[2:3]).count("<circle") == 1


def test_the_commands_renew_a_page_and_refuse_nonsense(tmp_path: Path) -> None:
    page, file, curves = (tmp_path / name for name in ("page.md", "rows.json", "curves.svg"))
    page.write_text("<!-- bench growth -->\n<!-- end -->\n", encoding="utf-8")
    words = ["bench", "growth", "--lines", "2", "--runs", "5", "--json", str(file)]
    words += ["--write", str(page)]
    for _ in range(2):
        ran = CliRunner().invoke(main, [*words, "--plot", str(curves)])
        assert ran.exit_code == 0, ran.output
    assert page.read_text(encoding="utf-8").count("growth by runs, fixed order | 2 |") == 1
    assert len(json.loads(file.read_text(encoding="utf-8"))) == 3
    assert curves.read_text(encoding="utf-8").startswith("<svg")
    ran = CliRunner().invoke(main, ["bench", "rehearsal", "--write", str(page)])
    assert ran.exit_code == 2
    assert "no table between <!-- bench rehearsal -->" in ran.output
    ran = CliRunner().invoke(main, ["bench", "growth", "--lines", "0"])
    assert ran.exit_code == 2
    assert "should be whole numbers" in ran.output
