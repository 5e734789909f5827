"""docs/rules.md: every rule of every bundled pack stands there as the program reads it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from standto.channel.incident import ROLES, STATES
from standto.channel.notify import CHECKS as NOTICES
from standto.rules.findings import CHECKS as FINDINGS
from standto.rules.packs import Packs, Rule, load_packs
from standto.tables import schema
from standto.world.bundled import bundled
from standto.world.load import load
from tests.made_rules import SMALL

DOCS = Path(__file__).parent.parent / "docs"
PACKS = sorted(path.parent.name for path in bundled("rules").glob("*/rules.csv"))


@pytest.fixture(scope="module")
def packs() -> Packs:
    world = load(SMALL)
    named = msgspec.structs.replace(world.scenario, rules=tuple(PACKS))
    return load_packs(replace(world, scenario=named))


def row(rule: Rule) -> str:
    """The rule's line of the table in docs/rules.md."""
    numbers = "; ".join(
        f"{t.measure} {t.value:g} {t.unit} ({t.grade})" for t in rule.thresholds.values()
    )
    since = rule.in_force_from.date().isoformat()
    return (
        f"| `{rule.rule}` | {rule.title} | {rule.article} | {rule.basis}, {rule.binding} "
        f"| {since} | `{rule.check}` | {numbers or '-'} | {rule.grade} |"
    )


def test_every_rule_is_in_the_docs_as_the_program_reads_it(packs: Packs) -> None:
    page = (DOCS / "rules.md").read_text(encoding="utf-8")
    wanted = [row(rule) for rule in packs.rules]
    written = [line for line in page.splitlines() if re.match(r"\| `[a-z-]+` \| [A-Z]", line)]
    assert written == wanted, "docs/rules.md: the table should read\n" + "\n".join(wanted)
    assert f"{len(packs.rules)} rules in {len(PACKS)} packs" in page


def test_every_check_and_measure_is_in_the_docs() -> None:
    page = (DOCS / "rules.md").read_text(encoding="utf-8")
    choices = {c.name: c.choices for name in ("rules", "limits") for c in schema(name).columns}
    for check in (*choices["check"], *choices["measure"]):
        assert f"`{check}`" in page, check
    assert set(FINDINGS) | set(NOTICES) <= set(choices["check"])


def test_every_state_and_act_of_an_incident_is_in_the_docs() -> None:
    page = (DOCS / "channel.md").read_text(encoding="utf-8")
    for word in (*STATES, *ROLES):
        assert f"`{word}`" in page, word


def test_no_rule_text_hides_a_grade_c_figure(packs: Packs) -> None:
    for rule in packs.rules:
        assert not re.search(r"\d", rule.text), f"{rule.rule}: numbers stand in thresholds.csv"


def test_every_source_of_a_bundled_pack_is_used(packs: Packs) -> None:
    used: set[str] = set()
    for name in PACKS:
        for table in ("rules", "thresholds", "states"):
            path = bundled("rules", name) / f"{table}.csv"
            if path.is_file():
                used |= set(re.findall(r"[a-z0-9-]+", path.read_text(encoding="utf-8")))
    assert set(packs.sources["source"]) <= used
