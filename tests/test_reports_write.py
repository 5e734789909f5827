"""What is written: JSON as issue 6 states it, CSV, Markdown, attribution relations."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from standto.reports.assess import assess
from standto.reports.markdown import to_markdown
from standto.reports.situation import Situation
from standto.reports.write import to_attributions, to_csv, to_json

TEXT = """Bridge open

Mayor Ida Holm said that the bridge was open. "We are ready," she added, "and we are glad."

The river was calm.

Holm said that the council had decided to close the tunnel.
"""


@pytest.fixture(scope="module")
def situation(tmp_path_factory: pytest.TempPathFactory) -> Situation:
    path = tmp_path_factory.mktemp("w") / "a.txt"
    path.write_text(TEXT, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("standto.reports.assess.parser_name", lambda: None)
        return assess([path])


def test_json_has_the_fields_of_issue_6(situation: Situation) -> None:
    data: dict[str, Any] = json.loads(to_json(situation))
    assert {"id", "path", "sha256", "dates"} <= set(data["reports"][0])
    wanted = (
        "report start end exact kind speaker speaker_as_written cue codes flags said_at".split()
    )
    for one in data["statements"]:
        assert set(wanted) <= set(one)
    assert {"a", "b", "type", "why"} <= set(Situation.__annotations__) | {"a", "b", "type", "why"}
    assert data["parser"] == "rules"


def test_csv_has_a_row_a_statement(situation: Situation) -> None:
    rows = list(csv.DictReader(io.StringIO(to_csv(situation))))
    assert [row["exact"] for row in rows] == [s.exact for s in situation.statements]


def test_markdown_names_each_statement_and_the_parser(situation: Situation) -> None:
    text = to_markdown(situation)
    assert "rules" in text
    assert all(f"**{s.id}**" in text for s in situation.statements)


def test_markdown_reads_as_prose_and_escapes_what_a_report_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.txt"
    path.write_text(
        '"We are *ready*," Mayor Ida Holm said on Monday, "and <b>glad</b>."\n'
        "According to two officials, the bridge is open.\n",
        encoding="utf-8",
    )
    monkeypatch.setattr("standto.reports.assess.parser_name", lambda: None)
    text = to_markdown(assess([path]))
    assert "Mayor Ida Holm said: “We are \\*ready\\* … and \\<b>glad\\</b>.” [direct]" in text
    assert "according to two officials: the bridge is open [indirect" in text
    assert "Ida Holm (person): 1 statement in r1" in text


def relations(situation: Situation) -> list[dict[str, Any]]:
    return [json.loads(line) for line in to_attributions(situation).splitlines()]


def test_attributions_follow_the_corpus_conventions(situation: Situation) -> None:
    first, second, third = relations(situation)
    assert TEXT[slice(*first["source"])] == "Mayor Ida Holm"
    assert TEXT[slice(*first["cue"])] == "said"
    assert TEXT[slice(*first["content"])] == "that the bridge was open"
    assert [TEXT[slice(*p)] for p in second["content_parts"]] == [
        '"We are ready,"',
        '"and we are glad."',
    ]
    assert [TEXT[slice(*p)] for p in second["content_bare"]] == ["We are ready", "and we are glad."]
    assert TEXT[slice(*third["content"])].startswith("that the council")


def test_narration_and_nested_relations_are_left_out_of_attributions(situation: Situation) -> None:
    kinds = [s.kind for s in situation.statements]
    assert "narration" in kinds
    assert any(s.inside for s in situation.statements)
    assert len(relations(situation)) == 3


ASIDES = """Bridge open

Professor Amy Lin of Tilden College, an expert on bridges, said: "It will hold."

"We have tested it," said Hugo Brandt, spokesman for the town.

"We shall test it again."

The mayor, a Democrat, insisted that the fee was fair — it is the highest in the county.
"""


def test_asides_colons_and_the_next_paragraph_are_drawn_as_the_corpora_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.txt"
    path.write_text(ASIDES, encoding="utf-8")
    monkeypatch.setattr("standto.reports.assess.parser_name", lambda: None)
    first, second, third = map(json.loads, to_attributions(assess([path])).splitlines())

    def words(one: dict[str, Any], name: str) -> str:
        start, end = one[name]
        return ASIDES[start:end]

    assert words(first, "source") == "Professor Amy Lin of Tilden College, an expert on bridges,"
    assert words(first, "source_bare") == words(first, "source")[:-1]
    assert (words(first, "cue"), words(first, "cue_bare")) == ("said:", "said")
    assert words(second, "source") == "Hugo Brandt, spokesman for the town"
    parts = [ASIDES[start:end] for start, end in second["content_parts"]]
    assert parts == ['"We have tested it,"', '"We shall test it again."']
    assert words(third, "content") == "that the fee was fair"
