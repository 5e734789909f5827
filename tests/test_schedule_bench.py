"""Measures: rows that say what was measured, peers told apart, and pages renewed row by row."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from standto.cli import main
from standto.errors import StandtoError
from standto.schedule import bench_peers
from standto.schedule.bench import Bench, Row, by_priority, gap, scale
from standto.schedule.bench_child import Child, Question, Rules, installed
from standto.schedule.bench_peers import MISSING, asked, constraint, peers, programs
from standto.schedule.bench_table import SCHEDULES, line, renew, table
from standto.schedule.bench_ways import Given
from standto.schedule.instances import generate
from standto.schedule.problem import Problem
from standto.schedule.result import measured
from standto.schedule.solve import Stop, solve

NAMES = {"instance", "lines", "solver", "seconds", "objective", "closure", "lower_bound", "gap"}


def quiet(stage: str, words: str) -> None:
    """Say nothing."""


def test_scale_gives_a_first_plan_and_a_better_one_both_audited() -> None:
    rows = list(scale(Bench([20], ["throughput"], 0.5), quiet))
    assert [row["solver"] for row in rows] == ["first plan", "standto"]
    assert all(row["audited"] is True for row in rows)
    assert all(row.keys() >= NAMES for row in rows)
    first, best = (float(row["objective"] or 0) for row in rows)
    assert best <= first
    assert float(rows[1]["lower_bound"] or 0) <= best


def test_no_seconds_give_the_first_plan_only() -> None:
    rows = list(scale(Bench([5], ["lift"], 0.0, towns=(40,), seeds=(1, 2)), quiet))
    assert [row["solver"] for row in rows] == ["first plan"] * 2
    assert rows[0]["instance"] != rows[1]["instance"]


@pytest.mark.skipif(not installed(), reason="needs the extra bench")
def test_every_peer_has_a_row_and_none_beats_a_bound_that_it_shares() -> None:
    rows = list(peers(Bench([2], ["lift"], 5.0, towns=(12,), seeds=(1,)), 1, quiet))
    by_name = {str(row["solver"]): row for row in rows}
    assert set(by_name) == {
        "one pass by priority", "standto", "first plan, plain Python",
        "HiGHS LP ipm", "HiGHS LP hipo", "CP-SAT, every rule", "PyJobShop",
    }  # fmt: skip
    ours = float(by_name["standto"]["objective"] or 0)
    exact = by_name["CP-SAT, every rule"]
    assert exact["audited"] is True
    assert float(exact["objective"] or 0) <= ours + 0.5
    assert float(by_name["standto"]["lower_bound"] or 0) <= float(exact["objective"] or 0) + 0.1
    for name in ("HiGHS LP ipm", "HiGHS LP hipo"):
        assert float(by_name[name]["lower_bound"] or 0) <= float(exact["objective"] or 0) + 0.1
    assert float(by_name["PyJobShop"]["lower_bound"] or 0) <= ours + 0.1


@pytest.mark.skipif(not installed(), reason="needs the extra bench")
def test_a_hint_is_a_plan_that_the_exact_model_accepts() -> None:
    made = generate(6, 40, "lift", 1)
    problem = Problem.of(made.world, made.plan, made.limits)
    greedy = by_priority(problem)
    value = measured(problem, greedy.cells)
    horizon = int(value / problem.closure_weight) + 2
    hinted = Question("objective", work=1e-3, hint=greedy.cells)
    with Child() as child:
        (answer,) = child.ask(Given.of(problem), None, Rules(), horizon, [hinted])
    assert answer.cells is not None
    assert measured(problem, answer.cells) <= value + 1e-6
    assert answer.laws > answer.rides > 0


@pytest.mark.skipif(not installed(), reason="needs the extra bench")
def test_a_model_too_large_is_not_asked_and_its_row_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = generate(6, 40, "lift", 1)
    problem = Problem.of(made.world, made.plan, made.limits)
    monkeypatch.setattr(bench_peers, "MOST_PAIRS", 10)
    whole, hinted, easier = constraint(problem, by_priority(problem), 1.0, 1)
    assert str(whole["note"]).startswith("not asked: every rule")
    assert str(hinted["note"]).endswith("above 10")
    assert whole["objective"] is None
    assert "its own model" in str(easier["note"])


def test_a_peer_that_is_missing_says_so() -> None:
    made = generate(1, 12, "lift", 1)
    problem = Problem.of(made.world, made.plan, made.limits)
    row = asked(problem, "Nobody", "no_such_package", "nothing", Rules(), 9, Question(), "")
    assert row["note"] == MISSING
    assert row["objective"] is None


def test_the_linear_program_is_below_every_plan() -> None:
    for seed in range(4):
        made = generate(4, 24, "throughput", seed)
        problem = Problem.of(made.world, made.plan, made.limits)
        best = solve(problem, Stop(iterations=64), 1)
        for row in programs(problem, 20.0):
            assert float(row["lower_bound"] or 0) <= best.objective + 1e-3


def test_gaps_are_shares_of_the_value() -> None:
    assert gap(100.0, 75.0) == 0.25
    assert gap(100.0, 101.0) == 0.0
    assert gap(0.0, 0.0) == 0.0


ROW: Row = {
    "instance": "lift-1", "lines": 1000, "solver": "standto", "threads": 1, "seconds": 2.04,
    "objective": 12345.6, "closure": 900, "gap": 0.1234, "audited": True,
}  # fmt: skip


def test_a_table_is_for_readers() -> None:
    assert "| lift-1 | 1,000 | standto | 1 | 2.04 | 12,346 | 900 |" in line(SCHEDULES, ROW)
    assert "12.3 %" in line(SCHEDULES, ROW)
    assert "| NO |" in line(SCHEDULES, ROW | {"audited": False})
    assert len(table(SCHEDULES, [ROW]).splitlines()) == 3


def test_a_page_keeps_other_rows_and_renews_its_own(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- bench scale -->\n<!-- end -->\nafter\n", encoding="utf-8")
    renew(SCHEDULES, page, "bench scale", [ROW, ROW | {"seconds": 60.3}])
    renew(
        SCHEDULES, page, "bench scale", [ROW | {"objective": 11000.0}, ROW | {"instance": "lift-2"}]
    )
    text = page.read_text(encoding="utf-8")
    assert text.startswith("before\n<!-- bench scale -->\n| instance |")
    assert text.endswith("<!-- end -->\nafter\n")
    assert text.count("lift-1") == 2
    assert text.count("lift-2") == 1
    assert "11,000" in text
    with pytest.raises(StandtoError, match="no table"):
        renew(SCHEDULES, page, "bench peers", [ROW])


def test_the_command_writes_json_and_refuses_nonsense(tmp_path: Path) -> None:
    file = tmp_path / "rows.json"
    good = ["bench", "scale", "--lines", "3", "--seconds", "0", "--kinds", "lift", "--nodes", "24"]
    ran = CliRunner().invoke(main, [*good, "--json", str(file)])
    assert ran.exit_code == 0, ran.output
    assert json.loads(file.read_text(encoding="utf-8"))[0].keys() >= NAMES
    for wrong in (["--lines", "0"], ["--lines", "x"], ["--kinds", "boats"], ["--nodes", "20000"]):
        ran = CliRunner().invoke(main, [*good, *wrong])
        assert ran.exit_code == 2
        assert "should be" in ran.output
