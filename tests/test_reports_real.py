"""The two real reports, where they lie beside the repository: our own gold, so in-sample."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from standto.reports.assess import assess
from standto.reports.situation import Situation, Statement

HERE = Path(__file__).parent
SHARED = HERE.parent.parent / "shared" / "reports"
GOLD = json.loads((HERE / "reports" / "real.json").read_text(encoding="utf-8"))
pytestmark = pytest.mark.skipif(
    not SHARED.is_dir(),
    reason="../shared/reports is absent: the real reports are not in the project",
)


@pytest.fixture(scope="module", params=["rules", "spacy"])
def situation(request: pytest.FixtureRequest) -> Situation:
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "rules":
            patch.setattr("standto.reports.assess.parser_name", lambda: None)
        else:
            pytest.importorskip("spacy", reason="the extra `reports` is not installed")
        return assess([SHARED / gold["file"] for gold in GOLD])


def own(situation: Situation, n: int) -> list[Statement]:
    return [s for s in situation.statements if s.report == f"r{n}"]


def test_the_gold_was_made_on_these_very_files() -> None:
    for gold in GOLD:
        assert hashlib.sha256((SHARED / gold["file"]).read_bytes()).hexdigest() == gold["sha256"]


def test_every_statement_is_found_with_its_kind_and_speaker(situation: Situation) -> None:
    for n, gold in enumerate(GOLD, start=1):
        found = {(s.start, s.end): (s.kind, s.speaker) for s in own(situation, n)}
        for one in gold["statements"]:
            assert found.get((one["start"], one["end"])) == (one["kind"], one["speaker"]), one


def test_none_is_invented(situation: Situation) -> None:
    """What is more than the gold is a decision told inside somebody's statement, and says so."""
    for n, gold in enumerate(GOLD, start=1):
        known = {(one["start"], one["end"]) for one in gold["statements"]}
        more = [s for s in own(situation, n) if (s.start, s.end) not in known]
        assert all({"nested", "decision"} <= set(s.flags) for s in more), more
        assert len(more) <= 1


def test_every_stretch_is_the_raw_text(situation: Situation) -> None:
    texts = {report.id: report.text for report in situation.reports}
    for one in situation.statements:
        assert texts[one.report][one.start : one.end] == one.exact


def test_dates_are_told_apart_and_the_late_change_is_flagged(situation: Situation) -> None:
    second = {d.label: d for d in situation.reports[1].dates}
    assert second["published"].value == second["posted"].value == "2022-02-24T17:37"
    assert second["modified"].value == "2022-12-24T22:38"
    assert "changed_long_after" in second["modified"].flags
    assert "changed_long_after" not in second["published"].flags


def test_the_undated_report_takes_its_day_from_the_other_and_says_so(situation: Situation) -> None:
    first = situation.reports[0]
    assert [(d.label, d.value, d.inferred_from) for d in first.dates] == [
        ("inferred", "2022-02-24", "r2")
    ]
    assert "no_date" in first.flags


def test_the_misspelt_general_is_linked_and_not_repaired(situation: Situation) -> None:
    mentions = {m for s in own(situation, 2) for m in s.mentions if m.how == "misspelt"}
    assert {m.person for m in mentions} == {"Tod Wolters"}
    assert all("Walters" in m.exact for m in mentions)


def test_one_press_conference_counts_once(situation: Situation) -> None:
    same = [(x.a, x.b) for x in situation.links if x.type == "same_utterance"]
    assert len(same) >= 2
    content = {g.statement: g for g in situation.grades if g.claim == "content"}
    for pair in same:
        for name in pair:
            assert content[name].originators == 1
            assert content[name].information == 6


def test_nothing_contradicts(situation: Situation) -> None:
    assert not [x for x in situation.links if x.type == "contradicts"]


def test_the_codes_that_lead_into_the_product_are_found(situation: Situation) -> None:
    found = {code.code for s in situation.statements for code in s.codes}
    assert found >= {
        "PLAN_ACTIVATE",
        "READINESS_RAISE",
        "FORCE_DEPLOY",
        "FORCE_REFUSE",
        "FORCE_ABSENT",
        "GUARANTEE",
        "MILCHANNEL",
        "MEETING",
        "CALL_CEASE",
        "THREAT_ASSESS",
        "MOTIVE",
    }


def test_framing_is_kept_as_the_outlets_wording(situation: Situation) -> None:
    terms = {f.term for f in situation.framings}
    assert {"special military operation", "special operation", "Donbass"} <= terms
