"""Speakers: by name, role on the day, pronoun, body, document, or unnamed; never repaired."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from standto.reports.lexicon import holders
from standto.reports.speakers import Cast, Speaker

DAY = datetime(2022, 2, 24, tzinfo=UTC)


def who(source: str, before: str = "", day: datetime | None = DAY) -> Speaker:
    text = f"{before} {source} said."
    cast = Cast(text, day)
    cast.meet(0, len(before))
    return cast.resolve(len(before) + 1, len(before) + 1 + len(source))


@pytest.mark.parametrize(
    ("source", "name", "how"),
    [
        ("NATO Secretary General Jens Stoltenberg", "Jens Stoltenberg", "name"),
        ("Stoltenberg", "Jens Stoltenberg", "name"),
        ("the NATO Secretary General", "Jens Stoltenberg", "role"),
        ("NATO officials", "NATO officials", "body"),
        ("the North Atlantic Council", "North Atlantic Council", "body"),
        ("the statement", "statement", "document"),
        ("a senior diplomat", None, "unnamed"),
        ("sources", None, "unnamed"),
        ("Two officials", None, "unnamed"),
        ("the defence minister, Eleanor Pryce", "Eleanor Pryce", "name"),
        ("Jens Stoltenburg", "Jens Stoltenberg", "misspelt"),
    ],
)
def test_a_source_is_resolved(source: str, name: str | None, how: str) -> None:
    found = who(source)
    assert (found.name, found.how) == (name, how)


def test_a_role_is_its_holder_on_that_day() -> None:
    role = "the NATO Secretary General"
    assert who(role, day=datetime(2014, 9, 30, tzinfo=UTC)).name == "Anders Fogh Rasmussen"
    assert who(role, day=datetime(2014, 10, 1, tzinfo=UTC)).name == "Jens Stoltenberg"
    assert who(role, day=datetime(2024, 10, 1, tzinfo=UTC)).name == "Mark Rutte"


def test_without_a_day_a_role_is_not_guessed() -> None:
    assert who("the NATO Secretary General", day=None).name != "Jens Stoltenberg"


def test_a_role_that_the_report_gave_to_somebody_is_that_person() -> None:
    found = who("the president", before="President Adam Wolski met the dockers.")
    assert (found.name, found.how) == ("Adam Wolski", "role")
    assert "role_from_report" in found.flags


def test_a_surname_is_the_person_named_before() -> None:
    assert who("Lindqvist", before="Marta Lindqvist came.").name == "Marta Lindqvist"


def test_a_pronoun_without_anybody_before_stays_open() -> None:
    found = who("she")
    assert found.name is None
    assert "pronoun_unresolved" in found.flags


def test_a_misspelt_name_is_flagged_with_its_spelling() -> None:
    assert "misspelt:Jens Stoltenburg" in who("Jens Stoltenburg").flags


def test_nobody_holds_two_terms_of_one_office_at_a_time() -> None:
    for one in holders():
        for other in holders():
            if one is other or (one.office, one.body) != (other.office, other.body):
                continue
            later = one.since >= (other.until or datetime.max.replace(tzinfo=UTC))
            earlier = other.since >= (one.until or datetime.max.replace(tzinfo=UTC))
            assert later or earlier, f"{one.person} and {other.person}"
