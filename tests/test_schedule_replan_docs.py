"""docs/replanning.md does what it says: its Python is run, and prints what stands below it."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

PAGE = Path(__file__).parent.parent / "docs" / "replanning.md"


def test_the_examples_of_replanning_print_what_the_page_says() -> None:
    text = PAGE.read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```\n```text\n(.*?)```", text, flags=re.S)
    assert len(blocks) == text.count("```python")
    names: dict[str, object] = {}
    for code, said in blocks:
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(compile(code, str(PAGE), "exec"), names)
        assert out.getvalue() == said


def test_every_name_of_replanning_is_on_the_page() -> None:
    text = PAGE.read_text(encoding="utf-8")
    names = ("Underway", "state_at", "replan", "onward", "Outage", "leg_changes", "amended")
    for name in (*names, "Movement", "next_order", "Place", "Way", "Asset", "Cargo"):
        assert name in text
