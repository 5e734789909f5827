"""docs/reports.md names every kind, flag, code and form, and the size of what was measured."""

from __future__ import annotations

import ast
import json
import re
import typing
from pathlib import Path

import pytest

from standto.reports import situation
from standto.reports.codes import rules
from standto.reports.read import FORMATS
from tests.reports_gold import load, pairs

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "reports.md").read_text(encoding="utf-8")
ROOM = ROOT / "src" / "standto" / "reports"
FLAG = re.compile(r"[a-z]+_[a-z_]+")


def test_every_kind_way_basis_and_link_is_named() -> None:
    for name in ("Kind", "How", "Basis", "LinkType"):
        for value in typing.get_args(getattr(situation, name)):
            assert f"`{value}`" in PAGE, f"{name} {value}"


def test_every_code_is_named() -> None:
    for rule in rules():
        assert f"`{rule.code}`" in PAGE


def test_every_form_is_named() -> None:
    for form in FORMATS:
        assert form in PAGE


def flags() -> set[str]:
    """Words that the room's code puts into a `flags=` or adds to flags."""
    found: set[str] = set()
    for path in ROOM.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            named = isinstance(node, (ast.Assign, ast.AugAssign)) and "flags" in ast.unparse(node)
            called = isinstance(node, ast.Call) and ast.unparse(node.func) in {"Speaker", "Quote"}
            if named or called or (isinstance(node, ast.keyword) and node.arg == "flags"):
                found |= {
                    leaf.value
                    for leaf in ast.walk(node)
                    if isinstance(leaf, ast.Constant)
                    and isinstance(leaf.value, str)
                    and FLAG.fullmatch(leaf.value)
                }
    return found - {"shared_subject", "clause_subject", "no_cue"}


@pytest.mark.parametrize("flag", sorted(flags()))
def test_every_flag_is_named(flag: str) -> None:
    assert f"`{flag}`" in PAGE


def test_the_sizes_stated_are_those_of_the_corpus() -> None:
    gold = json.loads((ROOT / "tests" / "reports" / "real.json").read_text(encoding="utf-8"))
    lines = (ROOT / "tests" / "reports" / "dates.txt").read_text(encoding="utf-8").splitlines()
    assert f"{len(load('dev'))} reports to develop on, {len(load('held'))} held out" in PAGE
    assert f"{len(pairs('dev')) + len(pairs('held'))} pairs" in PAGE
    assert f"{sum(len(one['statements']) for one in gold)} statements in our gold" in PAGE
    assert f"{sum(not line.startswith('#') for line in lines)} labelled lines" in PAGE
