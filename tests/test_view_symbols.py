"""Map symbols: every force gets one friendly APP-6D code of its function and size."""

from __future__ import annotations

import pytest

from standto.tables import schema
from standto.view.symbols import ECHELONS, rule, rules, sidc


@pytest.mark.parametrize(
    ("function", "domain", "echelon", "code"),
    [
        ("mechanised infantry", "land", "battalion", "10031000161211020000"),
        ("armour", "land", "brigade", "10031000181205000000"),
        ("multinational division headquarters", "headquarters", "division", "10031002211100000000"),
        ("fighter", "air", "detachment", "10030100001101040000"),
        ("frigate", "sea", "ship", "10033000001202040000"),
        ("air defence missile", "land", "company", "10031000151301000000"),
        ("forest fire fighting from the ground", "support", "company", "10031000151410000000"),
    ],
)
def test_a_function_gives_its_symbol(function: str, domain: str, echelon: str, code: str) -> None:
    assert sidc(function, domain, echelon) == code


def test_a_code_given_by_the_scenario_wins() -> None:
    assert sidc("infantry", "land", "company", "1" * 20) == "1" * 20


@pytest.mark.parametrize("domain", ["land", "air", "sea", "support", "headquarters"])
def test_an_unknown_function_still_has_a_symbol(domain: str) -> None:
    code = sidc("something nobody has thought of", domain, None)
    assert len(code) == 20
    assert code.isdigit()
    assert code[3] == "3", "every force on the map is a friend"


def test_every_echelon_of_the_schema_has_an_amplifier() -> None:
    column = next(c for c in schema("forces").columns if c.name == "echelon")
    assert set(column.choices) == set(ECHELONS)


def test_every_domain_of_the_schema_ends_in_a_rule_without_words() -> None:
    column = next(c for c in schema("forces").columns if c.name == "domain")
    for domain in column.choices:
        assert rule("", domain).domain in {domain, "*"}


def test_no_rule_is_hidden_behind_an_earlier_one() -> None:
    for later in rules():
        domain = "land" if later.domain == "*" else later.domain
        assert rule(later.words, domain) == later, f"{later.words!r} is never reached"


def test_words_begin_a_word() -> None:
    assert rule("logistic support", "support").meaning == "combat service support"
    assert rule("port operations", "support").meaning == "port operations"
