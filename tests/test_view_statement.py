"""The statement: no sentence without a reference, the same bytes, and fit to be published."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import msgspec
import polars as pl
import pytest

from standto.channel.notify import notify
from standto.rules.findings import findings
from standto.view.response import Response
from standto.view.statement import statement
from standto.view.telling import Mark, Sentence, first_sentence, listed, plain
from tests.made_response import legs, response

MARK = re.compile(r" \[([^\[\]]+)\]")
TITLES = ("References", "Sources")
EDGY = (
    "enemy", "adversary", "hostile", "aggressor", "threaten", "retaliat", "punish", "crush",
    "destroy", "deter", "C+", "C-hour",
)  # fmt: skip


@pytest.fixture
def made(tmp_path: Path) -> Response:
    return response(tmp_path / "none.sqlite")


def sections(text: str) -> dict[str, list[str]]:
    """Lines that say something, by heading; the title stands under the empty heading."""
    found: dict[str, list[str]] = {"": []}
    heading = ""
    for line in text.splitlines():
        if line.startswith("## "):
            heading = line[3:]
            found[heading] = []
        elif line:
            found[heading].append(line)
    return found


def sentences(text: str) -> list[str]:
    parts = sections(text)
    return [line for name, lines in parts.items() if name not in ("", *TITLES) for line in lines]


def test_no_sentence_is_without_a_reference(made: Response) -> None:
    told = sentences(statement(made))
    assert len(told) >= 10
    for sentence in told:
        assert re.fullmatch(r"(- )?[^\[]+\.( †)?( \[[^\[\]]+\])+", sentence), sentence


def test_a_sentence_without_a_mark_cannot_be_made() -> None:
    with pytest.raises(AssertionError, match="without a reference"):
        str(Sentence("All is well.", ()))


def test_every_mark_is_explained_once_and_every_explanation_used(made: Response) -> None:
    text = statement(made)
    used = {mark for sentence in sentences(text) for mark in MARK.findall(f" {sentence}")}
    explained = [
        re.match(r"- \[([^\]]+)\]", line)[1]  # type: ignore[index]
        for line in sections(text)["References"]
        if line.startswith("- ")
    ]
    assert sorted(explained) == sorted(used)


def test_every_source_of_a_reference_is_listed(made: Response) -> None:
    parts = sections(statement(made))
    named = {
        key.strip()
        for line in parts["References"]
        for found in re.findall(r"Sources: (.+)\.$", line)
        for key in found.split(",")
    }
    listed_sources = {line[2:].split(":")[0] for line in parts["Sources"]}
    assert named == listed_sources == {"hand"}


def test_the_numbers_are_those_of_the_schedule(made: Response) -> None:
    text = statement(made)
    last = legs().filter(pl.col("step") == pl.col("step").max().over("packet"))
    people = int(last["personnel"].sum())
    assert f"2 units of 2 countries, {people} people in all, move to 1 country." in text
    assert f"Corland receives 2 units with {people} people between 11 and 14 January 2030" in text
    assert "21st Infantry Company, is planned for 11 January 2030" in text
    assert "1 unit with 700 people is already in place." in text


def test_a_figure_of_grade_c_is_marked(made: Response) -> None:
    text = statement(made)
    flagged = [line for line in sentences(text) if "†" in line]
    assert any("[finding vienna-1]" in line for line in flagged)
    assert all("finding vienna-1" in line or "notice n-1" in line for line in flagged)
    assert "† rests at least in part" in text
    forces = made.plan.forces.with_columns(grade=pl.lit("C"))
    assumed = statement(
        dataclasses.replace(made, plan=dataclasses.replace(made.plan, forces=forces))
    )
    assert re.search(r"300 people in all.* † \[schedule\]", assumed)


def test_the_wording_is_calm(made: Response) -> None:
    body = " ".join(sentences(statement(made)))
    for word in EDGY:
        assert word.lower() not in MARK.sub("", body).lower(), word


def test_the_same_response_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = (statement(response(tmp_path / name)) for name in ("a", "b"))
    assert first == second


def test_the_order_of_the_legs_changes_nothing(tmp_path: Path, made: Response) -> None:
    turned = legs().reverse()
    assert statement(response(tmp_path / "t", turned)) == statement(made)


def test_it_is_about_a_page(made: Response) -> None:
    words = sum(len(MARK.sub("", line).split()) for line in sentences(statement(made)))
    assert 80 <= words <= 600


def test_what_is_not_met_is_said_first_and_never_dropped(made: Response) -> None:
    row = made.findings.head(1).with_columns(
        status=pl.lit("violated"), text=pl.lit("Two legs use the land of XD.")
    )
    many = [row.with_columns(finding=pl.lit(f"broken-{n}")) for n in range(5)]
    text = statement(dataclasses.replace(made, findings=pl.concat([made.findings, *many])))
    assert text.count("Not yet met as scheduled: Two legs use the land of XD.") == 3
    assert "2 further findings are not yet met as scheduled." in text
    assert all(f"[finding broken-{n}]" in text for n in range(5))
    assert "“Only where consent was given”" not in text, "a rule with an open finding is not met"


def test_it_serves_an_alliance_of_another_kind(made: Response) -> None:
    world = made.world
    scenario = msgspec.structs.replace(
        world.scenario, alliance="Fire Brigades *of the* Valley", council="lead_body"
    )
    valley = dataclasses.replace(made, world=dataclasses.replace(world, scenario=scenario))
    text = statement(valley)
    assert text.startswith("# Fire Brigades \\*of the\\* Valley: public statement, 10 January 2030")
    assert "North Atlantic" not in text
    assert "after hearing its members" in text


def test_nothing_moves_and_it_still_stands(made: Response) -> None:
    still = dataclasses.replace(
        made,
        result=dataclasses.replace(
            made.result,
            schedule=dataclasses.replace(
                made.result.schedule,
                legs=legs().clear(),
                unplanned=made.result.schedule.unplanned.clear(),
            ),
        ),
        findings=made.findings.clear(),
        notices=made.notices.clear(),
    )
    parts = sections(statement(still))
    assert "What the measures keep to" not in parts
    assert "Who is told" not in parts
    assert parts["Who moves, and where to"]


def test_marks_and_words_cannot_be_broken_by_names() -> None:
    assert plain("a [b](c) <script>\n*x*") == "a \\[b\\](c) \\<script\\> \\*x\\*"
    assert str(Sentence("Said", (Mark("finding a[1]", "x"),))) == "Said. [finding a(1)]"
    assert listed(["A", "B", "C"]) == "A, B and C"
    assert first_sentence("It stays. The hour is assumed.") == "It stays"


def test_rules_under_which_nothing_comes_are_not_called_kept(made: Response) -> None:
    idle = made.findings.head(1).with_columns(
        finding=pl.lit("ships/plan"),
        rule=pl.lit("ships"),
        pack=pl.lit("straits"),
        title=pl.lit("Ships of others"),
        number=pl.lit(0.0),
        limit=pl.lit(9.0),
    )
    text = statement(dataclasses.replace(made, findings=pl.concat([made.findings, idle])))
    assert (
        "Nothing in the measures comes under the rules “Ships of others”. [finding ships]" in text
    )
    assert text.count("Ships of others") == 1


def test_it_takes_what_the_rules_and_the_channel_really_give(made: Response) -> None:
    world = dataclasses.replace(
        made.world,
        scenario=msgspec.structs.replace(
            made.world.scenario, rules=("territory", "vienna", "montreux", "founding_act")
        ),
    )
    schedule = made.result.schedule
    whole = dataclasses.replace(
        made,
        world=world,
        findings=findings(world, made.plan, schedule),
        notices=notify(world, made.plan, schedule),
    )
    text = statement(whole)
    for sentence in sentences(text):
        assert re.fullmatch(r"(- )?[^\[]+\.( †)?( \[[^\[\]]+\])+", sentence), sentence
    assert "“Consent of every country crossed”" in text
    assert "an answer lies ready for whoever asks" in text
    assert "not on file" not in text.split("## Sources")[1], "every source is found"
