"""Codes, framing, links and grades: by rules that abstain, nothing silently decided."""

from __future__ import annotations

from pathlib import Path

import pytest

from standto import tables
from standto.reports.assess import assess
from standto.reports.codes import rules
from standto.reports.lexicon import FOLDER
from standto.reports.situation import Situation

PLOVER = frozenset(
    "AGREE CONSULT SUPPORT CONCEDE COOPERATE AID RETREAT REQUEST ACCUSE REJECT THREATEN PROTEST"
    " SANCTION MOBILIZE COERCE ASSAULT".split()
)


def read(folder: Path, *texts: str) -> Situation:
    paths = []
    for n, text in enumerate(texts):
        path = folder / f"{n}.txt"
        path.write_text(text + "\n", encoding="utf-8")
        paths.append(path)
    return assess(paths)


def coded(folder: Path, text: str) -> dict[str, bool]:
    found = read(folder, text).statements
    return {code.code: code.negated for one in found for code in one.codes}


@pytest.mark.parametrize(
    ("text", "code", "negated"),
    [
        ("The alliance said it had activated its defensive plans.", "PLAN_ACTIVATE", False),
        ("The alliance said it had not activated its plans.", "PLAN_ACTIVATE", True),
        ("Officials said the readiness of the fleet had been raised.", "READINESS_RAISE", False),
        ("She said troops would be sent to allied countries.", "FORCE_DEPLOY", False),
        ("He said there were no plans to send troops.", "FORCE_REFUSE", False),
        ("He said there were no allied forces in the country.", "FORCE_ABSENT", False),
        ("The treaty says an attack on one is an attack on all.", "GUARANTEE", False),
        ("He said contacts between the commanders would go on.", "MILCHANNEL", False),
        ("She urged the government to stop the attack.", "CALL_CEASE", False),
        ("The leaders said a summit would be held.", "MEETING", False),
        ("The council said the build-up was a threat to security.", "THREAT_ASSESS", False),
        ("They asked for consultations under Article 4.", "CONSULT_CALL", False),
    ],
)
def test_a_rule_finds_its_code(tmp_path: Path, text: str, code: str, negated: bool) -> None:
    assert coded(tmp_path, text).get(code) is negated


@pytest.mark.parametrize(
    "text",
    [
        "He said the attack had begun to stop.",
        "She said the plan for the new school was ready.",
        "He said the water supply line was broken.",
        "They said the forces of nature were strong.",
        "She said he was ready to retire.",
    ],
)
def test_the_rules_abstain(tmp_path: Path, text: str) -> None:
    assert not set(coded(tmp_path, text)) - {"OP_LAUNCH"}


def test_a_trigger_stands_in_the_raw_text(tmp_path: Path) -> None:
    found = read(tmp_path, "He said the plan had been activated and troops sent to allied ports.")
    for one in found.statements:
        for code in one.codes:
            assert found.reports[0].text[code.start : code.end] == code.exact
            assert one.start <= code.start < code.end <= one.end


def test_every_plover_type_exists_and_defence_keeps_its_posture() -> None:
    for rule in rules():
        assert rule.plover in PLOVER | {""}, rule.name
        if rule.plover == "MOBILIZE":
            assert rule.posture == "defensive", f"{rule.name} would count as a hostile act"


def test_every_entry_names_a_source_that_is_listed() -> None:
    listed = set(tables.read(FOLDER / "sources.csv", "sources")["source"])
    for name in ("codes", "framing", "office_holders"):
        assert set(tables.read(FOLDER / f"{name}.csv", name)["source"]) <= listed


def test_framing_is_quoted_with_a_neutral_gloss(tmp_path: Path) -> None:
    found = read(tmp_path, "The ministry said the special military operation would go on.")
    (framing,) = found.framings
    text = found.reports[0].text
    assert text[framing.start : framing.end] == framing.exact == "special military operation"
    assert framing.term not in framing.gloss


def test_two_outlets_of_one_speaker_are_one_originator(tmp_path: Path) -> None:
    words = '"We have asked for forty wagons and we will get them," Colonel Anna Reiss said.'
    found = read(tmp_path, words, words)
    (origin,) = [o for o in found.originators if o.kind == "person"]
    assert origin.reports == ("r1", "r2")
    grades = {(g.statement, g.claim): g for g in found.grades}
    assert grades["r1.1", "said"].information == 2
    assert grades["r1.1", "content"].information == 6
    assert all(g.source == "F" for g in found.grades)


def test_two_originators_apart_are_more_than_one_body_twice(tmp_path: Path) -> None:
    mayor = "Mayor Ida Holm said the northern bridge over the Lenta was closed to lorries."
    pilot = "The harbour ministry said the northern bridge over the Lenta was closed to lorries."
    found = read(tmp_path, mayor, pilot)
    content = {g.statement: g for g in found.grades if g.claim == "content"}
    assert content["r1.1"].originators == 2
    assert content["r1.1"].information == 3


def test_a_statement_said_the_other_way_round_is_a_contradiction(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "General Mia Torv said soldiers had crossed the bridge.",
        "General Mia Torv said soldiers had not crossed the bridge.",
    )
    assert [x.type for x in found.links] == ["same_event", "contradicts"]
    assert found.agreements == found.disagreements == 1
    (card,) = found.differences
    assert card.contradicts
    texts = {r.id: r.text for r in found.reports}
    assert texts["r1"][card.a_span.start : card.a_span.end] == card.a_words


def test_a_card_shows_both_figures(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "Spokesman Udo Kern said forty trucks would cross the northern border.",
        "Spokesman Udo Kern said 60 trucks would cross the northern border.",
    )
    (card,) = found.differences
    assert (card.aspect, card.a_words, card.b_words) == ("figure", "forty", "60")


def test_statements_of_one_report_are_not_linked_to_each_other(tmp_path: Path) -> None:
    line = "Spokesman Udo Kern said forty trucks would cross the border on Friday."
    assert read(tmp_path, f"{line}\n\nAgain: {line}").links == ()


def test_two_wordings_of_one_day_are_no_difference(tmp_path: Path) -> None:
    thursday = (
        'Published: 25 February 2022\n\n"We activated the defence plans on Thursday," {} said.'
    )
    yesterday = (
        'Published: {} February 2022\n\n"Yesterday we activated the defence plans," {} said.'
    )
    same = read(tmp_path, thursday.format("Mia Torv"), yesterday.format(25, "Jan Holm"))
    assert same.disagreements == 0
    other = read(tmp_path, thursday.format("Mia Torv"), yesterday.format(27, "Jan Holm"))
    assert [link.rule for link in other.links if link.type == "differs"] == ["slot_date"]
