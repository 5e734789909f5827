"""The files of a response: complete, true to the response, and written together or not at all."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from standto.council.verify import verify
from standto.errors import StandtoError
from standto.view import files, page
from standto.view.figures import headline
from standto.view.files import FILES, contents, write
from standto.view.response import Response
from tests import made_response

TEMPLATE = '<html><script type="application/json">__STANDTO_PAGE_DATA__</script></html>'


@pytest.fixture
def response(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Response:
    template = tmp_path / "page.html"
    template.write_text(TEMPLATE, encoding="utf-8")
    monkeypatch.setattr(page, "TEMPLATE", template)
    return made_response.response(tmp_path / "ledger.sqlite")


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_file_is_written(response: Response, tmp_path: Path) -> None:
    write(response, tmp_path / "out")
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == sorted(FILES)
    assert all((tmp_path / "out" / name).stat().st_size > 0 for name in FILES)


def test_the_same_response_gives_the_same_bytes(response: Response) -> None:
    assert contents(response) == contents(response)


def test_files_are_replaced_and_a_readers_own_file_stays(
    response: Response, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "notes.txt").write_text("mine", encoding="utf-8")
    (out / "summary.json").write_text("old", encoding="utf-8")
    write(response, out)
    assert (out / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert json.loads((out / "summary.json").read_text(encoding="utf-8"))["scenario"] == "small"


def test_nothing_is_left_when_a_file_cannot_be_made(
    response: Response, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any) -> str:
        raise StandtoError("no page today")

    monkeypatch.setattr(files, "page", fails)
    before = sorted(p.name for p in tmp_path.iterdir() if p.suffix == ".html")
    with pytest.raises(StandtoError, match="no page today"):
        write(response, tmp_path / "out")
    left = sorted(p.name for p in tmp_path.iterdir() if not p.name.startswith("ledger"))
    assert left == before


def test_a_folder_that_is_a_file_is_refused(response: Response, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file", encoding="utf-8")
    with pytest.raises(StandtoError, match="is a file"):
        write(response, tmp_path / "out")
    assert (tmp_path / "out").read_text(encoding="utf-8") == "a file"


def test_schedule_has_a_row_for_every_leg(response: Response, tmp_path: Path) -> None:
    write(response, tmp_path / "out")
    table = rows(tmp_path / "out" / "schedule.csv")
    assert len(table) == response.result.schedule.legs.height
    first = next(row for row in table if row["leg"] == "0")
    assert (first["force"], first["line"], first["mode"]) == ("a-mech", "a-mech-wheels", "road")
    assert (first["depart_utc"], first["depart_c"]) == ("2030-01-12T12:00Z", "C+2 00:00")
    assert (first["arrive_utc"], first["arrive_c"]) == ("2030-01-13T04:00Z", "C+2 16:00")
    assert (first["from_name"], first["to_name"]) == ("Ashby", "Crown")


def test_lengths_and_masses_are_written_to_two_places(response: Response, tmp_path: Path) -> None:
    odd = made_response.legs().with_columns(km=pl.lit(0.1 + 0.2), mass_t=pl.lit(305.29999999999995))
    write(replace(response, result=made_response.result(odd)), tmp_path / "out")
    for row in rows(tmp_path / "out" / "schedule.csv"):
        assert (row["km"], row["mass_t"]) == ("0.3", "305.3")


def test_closure_has_a_row_for_every_force_that_deploys(response: Response, tmp_path: Path) -> None:
    write(response, tmp_path / "out")
    table = {row["force"]: row for row in rows(tmp_path / "out" / "closure.csv")}
    assert set(table) == set(response.result.closure["force"])
    assert table["a-mech"]["closed_c"] == "C+3 22:30"
    assert table["a-mech"]["lower_bound_c"] == "C+3 11:20"
    assert table["a-mech"]["late"] == "late"
    assert table["b-inf"]["late"] == "no date set"
    assert table["a-gun"]["late"] == "late", "a force that never closes is not in time"
    assert table["a-gun"]["closed_utc"] == ""
    assert table["a-mech"]["p95_c"] == "C+5 13:20"


def test_summary_has_what_the_issue_asks_for(response: Response, tmp_path: Path) -> None:
    write(response, tmp_path / "out")
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    plain = "scenario seed forces lines legs objective lower_bound gap closure_min"
    plain += " closure_lower_bound_min solve_s status"
    assert set(plain.split()) <= set(summary)
    assert {"runs", "p05_min", "p50_min", "p95_min", "seconds"} <= set(summary["rehearsal"])
    assert summary["rehearsal"]["not_closed"] == 1
    assert {"violated", "attention", "passed"} <= set(summary["findings"])
    assert {"reports", "statements", "agreements", "differences"} <= set(summary["situation"])
    assert {"plan", "decided_at", "ledger_head"} <= set(summary["activation"])
    assert "grade_c_numbers_used" in summary["sources"]
    assert summary["lower_bound"] <= summary["objective"]
    assert summary["activation"]["decided_at"] == "2030-01-10T12:00:00Z"


def test_the_ledger_written_can_be_verified(response: Response, tmp_path: Path) -> None:
    write(response, tmp_path / "out")
    report = verify(tmp_path / "out" / "ledger.jsonl")
    assert report.good, report.summary


def test_times_of_findings_and_notices_are_told_twice(response: Response, tmp_path: Path) -> None:
    write(response, tmp_path / "out")
    attention = rows(tmp_path / "out" / "findings.csv")[1]
    assert (attention["at_utc"], attention["at_c"]) == ("2030-01-13T12:00Z", "C+3 00:00")
    notice = rows(tmp_path / "out" / "notices.csv")[0]
    assert (notice["due_c"], notice["event_c"]) == ("C+1 00:00", "C+3 00:00")


def test_the_situation_written_is_the_log_that_was_read(response: Response, tmp_path: Path) -> None:
    write(response, tmp_path / "out")
    log = json.loads((tmp_path / "out" / "situation.json").read_text(encoding="utf-8"))
    assert [s["exact"] for s in log["statements"]] == [
        s.exact for s in response.situation.statements
    ]


def test_an_empty_schedule_is_written_too(response: Response, tmp_path: Path) -> None:
    result = made_response.result(made_response.legs().clear())
    empty = replace(result, closure=result.closure.clear(), closure_min=0, status="empty")
    write(replace(response, result=empty), tmp_path / "out")
    assert rows(tmp_path / "out" / "schedule.csv") == []


def test_the_headline_names_closure_bound_and_findings(response: Response) -> None:
    text = headline(response)
    for words in ("C+3 22:30", "C+3 11:20", "11.8 %", "1 attention", "1 of 3 forces late"):
        assert words in text


def test_a_missing_template_says_how_to_build_it(
    response: Response, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "TEMPLATE", tmp_path / "nowhere.html")
    with pytest.raises(StandtoError, match=r"dev\.py page"):
        write(response, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_no_written_table_names_a_path_of_this_machine(response: Response) -> None:
    for name, content in contents(response).items():
        if name != "situation.json":
            assert str(made_response.SMALL.parent) not in content.decode(), name


def test_grade_c_numbers_are_counted_where_they_are_used(response: Response) -> None:
    forces = response.world.alliance.forces
    weaker = forces.with_columns(
        grade=pl.when(pl.col("force") == "a-mech").then(pl.lit("C")).otherwise("grade")
    )
    world = replace(response.world, alliance=replace(response.world.alliance, forces=weaker))
    rows_used = files.used(replace(response, world=world))
    numbers = ("personnel", "notice_to_move_min", "raised_notice_to_move_min", "required_min")
    numbers += ("priority", "closure_percent")
    assert rows_used.grade_c_numbers == len(numbers)


def test_runs_that_do_not_close_are_told_in_the_headline(response: Response) -> None:
    assert "; 1 run not closed" in headline(response)
    told = response.ensemble.quantiles
    for gone, words in (
        (["p95_min"], "half of 3 runs close within 4 d 4 h, fewer than 95 % close at all"),
        (["p50_min", "p95_min"], "fewer than half of 3 runs close"),
    ):
        never = told.with_columns(pl.lit(None, dtype=pl.Float64).alias(c) for c in gone)
        made = replace(response, ensemble=replace(response.ensemble, quantiles=never))
        assert words in headline(made)
