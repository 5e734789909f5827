"""The demo from end to end: what it says today is what tests/expected.json says.

When data or the scheduler change for a reason, write it anew and read the difference:

    python -m tests.test_demo
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from standto.cli import main

EXPECTED = Path(__file__).parent / "expected.json"
WORDS = ("run", "feb2022", "--iterations", "100", "--runs", "200", "--seed", "1")
TIMED = ("solve_s", "seconds")
"""Figures of time, which no test asserts."""


def outcome(folder: Path) -> dict[str, Any]:
    """The summary of a run of the bundled scenario, without what depends on the machine."""
    result = CliRunner().invoke(main, [*WORDS, "--out", str(folder)])
    assert result.exit_code == 0, result.output
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    return without_times(summary)


def without_times(value: Any) -> Any:
    """The same without times measured; other numbers to nine digits."""
    if isinstance(value, dict):
        return {k: without_times(v) for k, v in value.items() if k not in TIMED}
    if isinstance(value, list):
        return [without_times(v) for v in value]
    return float(f"{value:.9g}") if isinstance(value, float) else value


def test_the_demo_says_what_is_expected(tmp_path: Path) -> None:
    assert outcome(tmp_path / "out") == json.loads(EXPECTED.read_text(encoding="utf-8"))


def test_what_is_expected_is_what_the_issue_asks_for() -> None:
    expected = json.loads(EXPECTED.read_text(encoding="utf-8"))
    assert expected["forces"] >= 60
    assert expected["lines"] >= 150
    assert expected["lines_unplanned"] == 0
    assert expected["closure_lower_bound_min"] <= expected["closure_min"]
    assert 0 <= expected["gap"] < 1
    assert expected["findings"]["violated"] == 0
    assert expected["situation"]["statements"] > 20
    rehearsal = expected["rehearsal"]
    assert rehearsal["p05_min"] <= rehearsal["p50_min"] <= rehearsal["p95_min"]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        made = outcome(Path(scratch) / "out")
    EXPECTED.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
