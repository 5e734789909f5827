"""docs/page.md names every file, every column of its tables and every field of the summary."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from standto.view.figures import summary
from standto.view.files import FILES, SCHEDULE, closure_table
from standto.view.provenance import used
from tests import made_response

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "page.md").read_text(encoding="utf-8")


def section(title: str) -> set[str]:
    """Names set as code in one section of the page."""
    body = re.split(r"^## ", PAGE, flags=re.M)
    text = next(part for part in body if part.startswith(title))
    return set(re.findall(r"`([^`]+)`", text))


def names(value: dict[str, Any]) -> set[str]:
    """Names of all fields, those of inner objects too; findings are counted by status."""
    inner = (names(v) for k, v in value.items() if isinstance(v, dict) and k != "findings")
    return set(value).union(*inner)


def test_every_file_is_in_the_docs() -> None:
    listed = re.findall(r"^\| `([\w.]+)` \|", PAGE, flags=re.M)
    assert [name for name in listed if name in FILES] == list(FILES)


def test_every_column_of_the_schedule_is_in_the_docs() -> None:
    assert section("schedule.csv") >= set(SCHEDULE)


def test_every_column_of_the_closures_and_field_of_the_summary_is_in_the_docs(
    tmp_path: Path,
) -> None:
    response = made_response.response(tmp_path / "ledger.sqlite")
    assert section("closure.csv") == set(closure_table(response).columns)
    assert section("summary.json") >= names(summary(response, used(response)))


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`(?:web/src/)?(\w+\.(?:ts|css))`", PAGE))))
def test_every_source_file_named_exists(name: str) -> None:
    assert (ROOT / "web" / "src" / name).is_file()
