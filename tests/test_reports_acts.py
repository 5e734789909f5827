"""Acts on statements: what a machine proposed, what a person confirmed, through a real ledger."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from standto.cli import main
from standto.errors import ProcedureError, StandtoError
from standto.ledger.book import Ledger
from standto.ledger.keyfile import read_key
from standto.reports import acts
from standto.reports.assess import assess
from standto.reports.log import decide, decisions, open_log, with_reviews
from standto.reports.situation import Situation

TEXT = "Mayor Ida Holm said that the bridge was open. The river was calm.\n"
WHEN = datetime(2030, 3, 4, 10, tzinfo=UTC)
AT = "2030-03-04T10:05Z"


class Desk:
    """A report, a log of statements, and the keys of two people."""

    def __init__(self, folder: Path) -> None:
        self.report, self.ledger = folder / "a.txt", folder / "log.sqlite"
        self.report.write_text(TEXT, encoding="utf-8")
        _, self.ana, self.ben = open_log(self.ledger, ["ana", "ben"], folder / "keys", WHEN)

    def situation(self) -> Situation:
        return assess([self.report])

    def decide(self, key: Path, name: str, body: Callable[[str], Any], minutes: int = 1) -> int:
        book = Ledger(self.ledger)
        when = WHEN + timedelta(minutes=minutes)
        try:
            return decide(book, read_key(key), when, self.situation(), name, body).n
        finally:
            book.close()

    def read(self) -> Situation:
        return with_reviews(self.situation(), self.ledger)

    def run(self, *words: str | Path) -> Result:
        return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_everything_is_proposed_until_somebody_decides(desk: Desk) -> None:
    log = desk.read()
    assert [r.status for r in log.reviews] == ["proposed"] * len(log.statements)
    assert all(r.decided_by is None for r in log.reviews)


def test_accept_edit_and_reject_leave_the_proposal_beside_them(desk: Desk) -> None:
    first, second = desk.read().reviews
    end = first.proposed.end - len(" open")
    desk.decide(desk.ana, "r1.1", lambda key: acts.accept(key, grade="B2"))
    number = desk.decide(
        desk.ana, "r1.1", lambda key: acts.edit(key, {"end": end}, "one word less"), 2
    )
    desk.decide(desk.ben, second.key, lambda key: acts.reject(key, "no statement"), 3)
    log = desk.read()
    one, other = log.reviews
    assert (one.status, one.decided_by, one.grade, one.entry) == ("edited", "ana", "B2", number)
    assert log.statements[0].exact == "the bridge was"
    assert one.proposed == first.proposed
    assert (other.status, other.decided_by, other.why) == ("rejected", "ben", "no statement")


def test_the_ledger_says_what_was_proposed_once_and_what_was_decided(desk: Desk) -> None:
    for minute in (1, 2):
        desk.decide(desk.ana, "r1.1", acts.accept, minute)
    kinds = [e.body["type"] for e in decisions(desk.ledger)]
    assert kinds[3:] == [acts.PROPOSED, acts.ACCEPTED, acts.ACCEPTED]
    proposed = decisions(desk.ledger)[3].body
    assert proposed["exact"] in TEXT
    assert proposed["by"] == desk.situation().statements[0].by


def test_a_decision_outlives_a_reading_that_does_not_find_the_statement(desk: Desk) -> None:
    desk.decide(desk.ana, "r1.1", lambda key: acts.accept(key, grade="C3"))
    without = Situation(reports=desk.situation().reports)
    (one,) = with_reviews(without, desk.ledger).reviews
    assert (one.status, one.grade) == ("accepted", "C3")
    (statement,) = with_reviews(without, desk.ledger).statements
    assert statement.exact == desk.situation().statements[0].exact
    assert "from_ledger" in statement.flags


def test_decisions_on_a_changed_report_do_not_touch_the_new_one(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.decide(desk.ana, "r1.1", acts.accept)
    desk.report.write_text(TEXT.replace("open", "shut"), encoding="utf-8")
    log = desk.read()
    assert {r.status for r in log.reviews} == {"proposed"}
    assert acts.passed_over(log, decisions(desk.ledger)) == 1
    assert "1 decisions are on reports" in caplog.text


def test_an_act_on_what_nobody_proposed_is_refused(desk: Desk) -> None:
    key = desk.read().reviews[0].key[:-3] + "abc"
    book = Ledger(desk.ledger)
    book.append("ana", WHEN, acts.accept(key), read_key(desk.ana))
    book.close()
    with pytest.raises(ProcedureError, match="no statement"):
        desk.read()


def test_a_person_cannot_change_the_words_or_point_outside_the_report(desk: Desk) -> None:
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"exact": "something else"}, "exact cannot be changed"),
        ({}, "nothing is changed"),
        ({"kind": "rumour"}, "no kind rumour"),
        ({"end": 10_000}, "outside"),
        ({"start": 30, "end": 30}, "outside"),
    ]
    before = len(decisions(desk.ledger))
    for changes, words in wrong:
        with pytest.raises(ProcedureError, match=words):
            desk.decide(desk.ana, "r1.1", partial(acts.edit, changes=changes, why="no"))
    for grade in ("B7", "G1", "b2", "B22", ""):
        with pytest.raises(ProcedureError, match="no Admiralty grade"):
            desk.decide(desk.ana, "r1.1", partial(acts.accept, grade=grade))
    with pytest.raises(ProcedureError, match="no reason"):
        desk.decide(desk.ana, "r1.1", lambda key: acts.reject(key, "  "))
    assert len(decisions(desk.ledger)) == before, "what is refused leaves nothing in the ledger"


def test_only_somebody_whose_key_is_enrolled_decides(desk: Desk, tmp_path: Path) -> None:
    from standto.ledger.keyfile import create_key

    stranger = create_key(tmp_path / "other", "eve")
    with pytest.raises(StandtoError):
        desk.decide(tmp_path / "other" / f"{stranger.name}.pem", "r1.1", acts.accept)


def test_the_command_line_decides_and_shows_what_was_decided(desk: Desk, tmp_path: Path) -> None:
    sign = ("--key", desk.ana, "--at", AT)
    done = desk.run("log", "accept", desk.ledger, "r1.1", desk.report, *sign, "--grade", "B2")
    assert done.output == "entry 5: statement accepted by ana\n", done.output
    edit = ("--end", "39", "--speaker", "Ida Holm", "--codes", "", "--why", "shorter")
    done = desk.run("log", "edit", desk.ledger, "r1.1", desk.report, *sign, *edit)
    assert done.exit_code == 0, done.output
    done = desk.run("log", "reject", desk.ledger, "r1.2", desk.report, *sign, "--why", "scenery")
    assert done.exit_code == 0, done.output
    shown = desk.run("read", desk.report, "--ledger", desk.ledger).output
    assert "[edited by ana, 2030-03-04T10:05:00Z, grade B2: shorter; proposed was:" in shown
    assert "[rejected by ana, 2030-03-04T10:05:00Z: scenery]" in shown
    data = json.loads(
        desk.run("read", desk.report, "--ledger", desk.ledger, "--format", "json").output
    )
    assert [r["status"] for r in data["reviews"]] == ["edited", "rejected"]
    assert data["statements"][0]["speaker"] == "Ida Holm"
    assert data["statements"][0]["exact"] == TEXT[data["statements"][0]["start"] : 39]
    rows = desk.run("read", desk.report, "--ledger", desk.ledger, "--format", "csv").output
    assert "edited,ana,,2030-03-04T10:05:00Z,B2,shorter" in rows


def test_the_command_line_refuses_in_one_line(desk: Desk, tmp_path: Path) -> None:
    sign = ("--key", desk.ana, "--at", AT)
    for words, said in (
        (("accept", desk.ledger, "r9.9", desk.report, *sign), "no statement r9.9"),
        (
            ("accept", desk.ledger, "r1.1", desk.report, *sign, "--grade", "Z9"),
            "Z9 is no Admiralty",
        ),
        (("edit", desk.ledger, "r1.1", desk.report, *sign, "--why", "x"), "nothing is changed"),
        (("accept", desk.report, "r1.1", desk.report, *sign), "ledger"),
        (("open", desk.ledger, "cid", "--keys", tmp_path / "more"), "exists already"),
    ):
        done = desk.run("log", *words)
        assert done.exit_code == 2, done.output
        assert said in done.output
        assert len(done.output.splitlines()) == 1, done.output


def test_a_changed_byte_of_the_log_is_found(desk: Desk, tmp_path: Path) -> None:
    desk.decide(desk.ana, "r1.1", lambda key: acts.accept(key, grade="F6"))
    lines = [e.line for e in decisions(desk.ledger)]
    import sqlite3

    with sqlite3.connect(desk.ledger) as raw:
        raw.execute("DROP TRIGGER entry_stays")
        raw.execute("UPDATE entry SET line = ? WHERE n = 5", (lines[4].replace(b"F6", b"A1"),))
    raw.close()
    done = desk.run("read", desk.report, "--ledger", desk.ledger)
    assert done.exit_code == 2
    assert "does not verify: entry 5" in done.output


def test_another_ledger_is_no_log_of_statements(desk: Desk, tmp_path: Path) -> None:
    other = Ledger.create(tmp_path / "o.sqlite", {"origin": "x"}, read_key(_registrar(desk)), WHEN)
    other.close()
    done = desk.run("read", desk.report, "--ledger", tmp_path / "o.sqlite")
    assert done.exit_code == 2
    assert "no log of statements" in done.output


def _registrar(desk: Desk) -> Path:
    return next(desk.ana.parent.glob("registrar-*.pem"))
