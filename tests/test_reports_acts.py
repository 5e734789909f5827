"""Acts on statements: what a machine proposed, what a person confirmed, through a real ledger."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from standto.errors import ProcedureError
from standto.reports import acts
from standto.reports.assess import assess
from standto.reports.situation import Situation

TEXT = "Mayor Ida Holm said that the bridge was open. The river was calm.\n"


@pytest.fixture
def situation(tmp_path: Path) -> Situation:
    path = tmp_path / "a.txt"
    path.write_text(TEXT, encoding="utf-8")
    return assess([path])


def test_everything_is_proposed_until_somebody_decides(situation: Situation) -> None:
    log = acts.reviewed(situation, [])
    assert [r.status for r in log] == ["proposed"] * len(situation.statements)
    assert all(r.decided_by is None for r in log)


def test_accept_edit_and_reject_leave_the_proposal_beside_them(situation: Situation) -> None:
    first, second = acts.reviewed(situation, [])
    end = first.statement.end - len(" open")
    entries = [
        (2, "ana", "2030-03-04T10:00:00Z", acts.accept(first.key, grade="B2")),
        (3, "ana", "2030-03-04T10:01:00Z", acts.edit(first.key, {"end": end}, "one word less")),
        (4, "ben", "2030-03-04T10:02:00Z", acts.reject(second.key, "no statement")),
    ]
    one, other = acts.reviewed(situation, entries)
    assert (one.status, one.decided_by, one.grade, one.entry) == ("edited", "ana", "B2", 3)
    assert one.statement.exact == "the bridge was"
    assert one.proposed_by == situation.statements[0].by
    assert (other.status, other.why) == ("rejected", "no statement")


def test_a_key_outlives_a_new_reading_but_not_a_changed_report(
    situation: Situation, tmp_path: Path
) -> None:
    keys = [r.key for r in acts.reviewed(situation, [])]
    assert keys == [r.key for r in acts.reviewed(assess([tmp_path / "a.txt"]), [])]
    (tmp_path / "a.txt").write_text(TEXT.replace("open", "shut"), encoding="utf-8")
    changed = assess([tmp_path / "a.txt"])
    with pytest.raises(ProcedureError, match="no statement"):
        acts.reviewed(changed, [(2, "ana", "2030-03-04T10:00:00Z", acts.accept(keys[0]))])


def test_a_person_cannot_change_the_words_or_point_outside_the_report(situation: Situation) -> None:
    (first, _) = acts.reviewed(situation, [])
    with pytest.raises(ProcedureError, match="exact cannot be changed"):
        acts.edit(first.key, {"exact": "something else"}, "no")
    outside = acts.edit(first.key, {"end": 10_000}, "too far")
    with pytest.raises(ProcedureError, match="outside"):
        acts.reviewed(situation, [(2, "ana", "2030-03-04T10:00:00Z", outside)])


def test_the_acts_go_through_the_ledger(situation: Situation, tmp_path: Path) -> None:
    from standto.ledger.book import Ledger
    from standto.ledger.keys import new_key

    when = datetime(2030, 3, 4, 10, tzinfo=UTC)
    registrar = new_key("registrar")
    ledger = Ledger.create(tmp_path / "l.sqlite", {"origin": "test"}, registrar, when)
    for body in (
        *acts.proposals(situation),
        acts.reject(acts.reviewed(situation, [])[1].key, "no"),
    ):
        ledger.append("registrar", when, body, registrar)
    entries = [(e.n, e.actor, e.at, e.body) for e in ledger.entries()]
    statuses = [r.status for r in acts.reviewed(situation, entries)]
    assert statuses == ["proposed", "rejected"]
