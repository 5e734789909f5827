"""Limits and findings are written apart, and agree on random worlds all the same."""

from __future__ import annotations

import ast
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import standto.rules
from standto.rules.findings import findings
from standto.rules.limits import limits
from tests.made_rules import leg, made_plan, made_schedule, made_world

ROOM = Path(standto.rules.__file__).parent
SHARED = {"standto.rules.packs"}
WAYS = {
    "XB": ["road-ashby-alder", "road-alder-birch", "road-birch-cedar", "road-cedar-crown"],
    "XD": ["road-ashby-alder", "road-alder-dale", "road-dale-cedar", "road-cedar-crown"],
}


def imported(module: str) -> set[str]:
    """Modules of the rules room that a module needs, directly or by way of others."""
    found: set[str] = set()
    todo = [module]
    while todo:
        tree = ast.parse((ROOM / f"{todo.pop()}.py").read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("standto.rules"):
                names = [f"standto.rules.{a.name}" for a in node.names]
                inner = [node.module] if node.module != "standto.rules" else names
                for name in inner:
                    assert name is not None
                    if name not in found:
                        found.add(name)
                        todo.append(name.rsplit(".", 1)[1])
    return found


def test_limits_and_findings_share_the_packs_and_nothing_else() -> None:
    assert imported("limits") & imported("findings") == SHARED


@settings(max_examples=30, deadline=None)
@given(
    consents=st.fixed_dictionaries({iso: st.booleans() for iso in ("XA", "XB", "XC", "XD")}),
    way=st.sampled_from(sorted(WAYS)),
)
def test_a_leg_is_violated_exactly_when_a_limit_forbids_it(
    tmp_path_factory: pytest.TempPathFactory, consents: dict[str, bool], way: str
) -> None:
    rows = [f"{iso},member,{'yes' if yes else 'no'},hand,D" for iso, yes in consents.items()]
    world = made_world(
        tmp_path_factory.mktemp("apart"),
        ["territory"],
        members="\n".join(["iso,status,consent,source,grade", *rows]) + "\n",
    )
    plan = made_plan(world)
    row = leg(0, "a-mech-wheels", "a-mech", "ashby-xa", "crown-xc", links=WAYS[way])
    table = findings(world, plan, made_schedule(row))
    broken = table.filter((pl.col("rule") == "territory-consent") & (pl.col("subject") != "plan"))
    used = {"XA", "XC", way}
    assert set(broken["country"]) == used - limits(world, plan).countries
