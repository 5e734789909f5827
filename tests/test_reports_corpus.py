"""Our own labelled reports: the measures of issue 6 hold, by rules alone and with spaCy."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from tests.reports_gold import Labelled, Score, load, pairs

BENCH = Path(__file__).parent.parent / "bench" / "reports.py"
PARTS = (
    "dev",
    "held",
    "news",
    "news2",
    "news3",
    "news4",
    "news5",
    "news6",
    "news7",
    "news8",
    "news9",
    "unseen",
    "tongues",
    "tongues2",
)


def bench() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bench_reports", BENCH)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module", params=["rules", "spacy"])
def scores(request: pytest.FixtureRequest) -> dict[str, dict[str, Score]]:
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "rules":
            patch.setattr("standto.reports.assess.parser_name", lambda: None)
        else:
            pytest.importorskip("spacy", reason="the extra `reports` is not installed")
        module = bench()
        return {part: module.scored(load(part)) for part in PARTS}


@pytest.mark.parametrize("part", PARTS)
def test_the_measures_of_issue_6_hold(scores: dict[str, dict[str, Score]], part: str) -> None:
    found = scores[part]
    assert found["source, exact"].f1 >= 0.65
    assert found["cue, exact"].f1 >= 0.60
    assert found["content, exact"].f1 >= 0.52
    assert found["direct quotes, found"].recall >= 0.95
    assert found["reported speech, found"].recall >= 0.85
    assert found["content, overlapping"].precision >= 0.93


def test_what_was_reached_is_kept(scores: dict[str, dict[str, Score]]) -> None:
    """Well above the measures asked, a little below what docs/reports.md states."""
    for part, least in (
        ("dev", 0.90),
        ("held", 0.84),
        ("news", 0.95),
        ("news2", 0.93),
        ("news3", 0.91),
    ):
        for name in ("source, exact", "cue, exact", "content, exact"):
            assert scores[part][name].f1 >= least, (part, name)
        assert scores[part]["speaker of those found"].precision >= least


def test_pairs_are_linked_as_labelled(scores: dict[str, dict[str, Score]]) -> None:
    found = bench().linked(pairs("dev"), show=False)
    assert all(score.precision == score.recall == 1.0 for score in found.values())


def test_the_corpus_is_as_large_as_asked() -> None:
    reports: list[Labelled] = [report for part in PARTS for report in load(part)]
    assert len(reports) >= 40
    assert len(pairs("dev")) + len(pairs("held")) >= 25
    assert len({report.name for report in reports}) == len(reports)


def test_every_mark_of_the_corpus_lies_in_its_text() -> None:
    for part in (*PARTS, "fresh"):
        for report in load(part):
            for gold in report.gold.values():
                assert gold.content, f"{report.name}: an attribution without content"
                for start, end in (*gold.source, *gold.cue, *gold.content):
                    assert report.text[start:end].strip() == report.text[start:end] != ""
