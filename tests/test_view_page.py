"""The page's data: it cannot break out of its script, and nothing shown is without a source."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from standto.view.figures import named
from standto.view.files import ledger_lines
from standto.view.page import inline, page_data
from standto.view.provenance import used
from standto.view.response import Response
from tests import made_response


@pytest.fixture(scope="module")
def response(tmp_path_factory: pytest.TempPathFactory) -> Response:
    return made_response.response(tmp_path_factory.mktemp("page") / "ledger.sqlite")


@pytest.fixture(scope="module")
def data(response: Response) -> dict[str, Any]:
    ledger = ledger_lines(response.ledger)
    text = inline(page_data(response, used(response), "# A statement", ledger))
    parsed: dict[str, Any] = json.loads(text)
    return parsed


def test_data_cannot_end_its_script_element() -> None:
    hostile = {"text": "</script><script>alert(1)</script><!-- \u2028 \u2029 & 'x' \"y\""}
    text = inline(hostile)
    assert "<" not in text
    assert "\u2028" not in text
    assert "\u2029" not in text
    assert json.loads(text) == hostile


def test_every_force_of_the_plan_is_there_with_symbol_and_source(
    data: dict[str, Any], response: Response
) -> None:
    assert data["forces"]["force"] == response.plan.forces["force"].to_list()
    assert all(len(code) == 20 for code in data["forces"]["sidc"])
    known = set(data["sources"]["source"])
    assert set(data["forces"]["source"]) <= known


def test_every_place_of_a_path_can_be_drawn(data: dict[str, Any]) -> None:
    places = set(data["ground"]["places"]["place"])
    assert {place for path in data["paths"] for place in path["places"]} <= places
    assert set(data["ground"]["links"]["road"]["u"]) <= places


def test_countries_are_shown_by_what_the_limits_close(data: dict[str, Any]) -> None:
    countries = data["ground"]["countries"]
    closed = dict(zip(countries["iso"], countries["closed_by"], strict=True))
    assert closed["XD"] == "XD has not consented."
    assert closed["XA"] is None


def test_a_line_that_never_arrives_says_why(data: dict[str, Any]) -> None:
    lines = data["lines"]
    at = lines["line"].index("a-gun-guns")
    assert (lines["why"][at], lines["closed_min"][at]) == ("no open route", None)
    at = lines["line"].index("a-mech-wheels")
    assert lines["closed_min"][at] == 2880 + 120 + 960 + 30


def test_keys_in_a_text_become_names(response: Response) -> None:
    texts = pl.Series("held_by", ["lift train-xa from alder-xa to sound, well-known", None])
    told = named(texts, response.world.network)
    assert told.to_list() == [
        "lift Flat-wagon train 1435 (Arden) from Ålder to sound, well-known",
        None,
    ]


def test_the_ledger_is_shown_entry_by_entry_with_its_chain(data: dict[str, Any]) -> None:
    entries = data["ledger"]
    assert [entry["n"] for entry in entries] == list(range(1, len(entries) + 1))
    for before, after in pairwise(entries):
        assert after["previous"] == before["hash"]
    assert entries[-1]["hash"] == data["activation"]["ledger_head"]


def test_the_page_keeps_no_path_and_no_clock_of_the_machine(
    data: dict[str, Any], response: Response
) -> None:
    assert data["situation"]["reports"][0]["path"] == "one.txt"
    assert "solve_s" not in data["summary"]
    assert "seconds" not in data["summary"]["rehearsal"]
    assert str(Path.home()) not in json.dumps(data)
    assert response.world.folder.name not in data["head"]["command"].split("--out")[1]


def test_every_table_used_names_its_sources(data: dict[str, Any]) -> None:
    assert set(data["used"]["source"]) <= set(data["sources"]["source"])
    assert {"forces", "lines", "links", "factors"} <= set(data["used"]["table"])


def test_page_and_tables_tell_the_same_closure(data: dict[str, Any], response: Response) -> None:
    assert data["closures"]["closed_min"][:2] == [2070, 5670]
    assert data["summary"]["closure_min"] == response.result.closure_min
