"""Quotations in the marks of several languages, nested and broken; and no text runs away."""

from __future__ import annotations

import importlib
import pkgutil
import re
import sys
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import standto.reports
from standto.reports.assess import situation
from standto.reports.intake import Source
from standto.reports.quotes import Quote, quotes


def of(text: str) -> list[Quote]:
    return quotes(text, 0, len(text))


def outer(text: str) -> list[str]:
    return [text[q.inner_start : q.inner_end].strip() for q in of(text) if q.depth == 0]


@pytest.mark.parametrize(
    ("text", "inner"),
    [
        ('"We go," he said.', ["We go,"]),
        ("“We go,” he said.", ["We go,"]),
        ("„Wir gehen“, sagte er.", ["Wir gehen"]),
        ("„Idziemy” – powiedział.", ["Idziemy"]),
        ("« Nous partons », dit-il.", ["Nous partons"]),
        ("«Мы идём», — сказал он.", ["Мы идём"]),
        ("»Wir gehen«, sagte er.", ["Wir gehen"]),
        ("‘We go,’ he said. ‘Now.’", ["We go,", "Now."]),
        ("'We go,' he said.", ["We go,"]),
        ("‘The soldiers’ homes are safe,’ he said.", ["The soldiers’ homes are safe,"]),
        ("It's the soldiers' day, isn't it?", []),
        ("The '90s and the rock 'n' roll years", []),
        ('He said "a" and "b".', ["a", "b"]),
        ("“She told me ‘go’ and I went,” he said.", ["She told me ‘go’ and I went,"]),
    ],
)
def test_quotations_are_found(text: str, inner: list[str]) -> None:
    assert outer(text) == inner


@pytest.mark.parametrize(
    "text", ['"We go,” he said.', '“We go," he said.', '„We go", he said.', "“We go», he said."]
)
def test_mismatched_marks_close_each_other_and_are_flagged(text: str) -> None:
    (quote,) = of(text)
    assert text[quote.inner_start : quote.inner_end].startswith("We go")
    assert ("mismatched_marks" in quote.flags) == (text[0] + text[quote.end - 1] != '„"')


def test_a_quotation_left_open_runs_to_the_end_of_its_paragraph() -> None:
    (quote,) = of('"We go on and on.')
    assert quote.flags == ("unclosed",)
    assert quote.end == 17


def test_a_quotation_without_its_first_mark_is_flagged() -> None:
    (quote,) = of('We support them all," he said.')
    assert quote.flags == ("unopened",)


def test_nesting_is_counted() -> None:
    found = of("“He said „now“ and “later” too,” she said.")
    assert [q.depth for q in found] == [0, 1, 1]


@given(st.text(alphabet="ab \"'“”„‘’«».,\n", max_size=200))
def test_every_quotation_lies_in_the_text_and_holds_its_inside(text: str) -> None:
    for quote in of(text):
        assert 0 <= quote.start <= quote.inner_start <= quote.inner_end <= quote.end <= len(text)


def steps(text: str) -> int:
    """Lines of our own code that run while a text is assessed by the rules."""
    count = 0

    def trace(frame: FrameType, event: str, _arg: Any) -> Any:
        nonlocal count
        if "standto" not in frame.f_code.co_filename:
            return None
        count += event == "line"
        return trace

    source = Source("x.txt", "0" * 64, text, "text/plain", "utf-8")
    before = sys.gettrace()
    sys.settrace(trace)
    try:
        situation([source])
    finally:
        sys.settrace(before)
    return count


ADVERSARIAL = {
    "opening marks": '"' * 40,
    "open and close": '" "' * 20,
    "nested": "“‘" * 20,
    "apostrophes": "s' " * 20,
    "said said": "said that " * 12,
    "commas": "a, " * 40,
    "dashes": "- " * 40,
    "capitals": "Aa " * 40,
    "digits": "1.1." * 30,
    "dates": "24 February 2022, 24 " * 6,
    "no spaces": "a" * 120,
    "hyphens": "a-" * 60,
    "points": "U.S." * 30,
    "brackets": "(" * 60,
    "nested marks": '"“‘' * 20,
    "single marks": "‘x “" * 15,
    "conjunctions": "and said " * 12,
}


@pytest.mark.parametrize("name", ADVERSARIAL)
def test_twice_the_text_costs_little_more_than_twice_the_steps(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("standto.reports.assess.parser_name", lambda: None)
    piece = f"Ann Berg said {ADVERSARIAL[name]}\n"
    steps(piece)
    once, twice = steps(piece * 8), steps(piece * 16)
    assert twice <= 2.5 * once + 2000
    long_once = steps(f"Ann Berg said {ADVERSARIAL[name] * 4}")
    long_twice = steps(f"Ann Berg said {ADVERSARIAL[name] * 8}")
    assert long_twice <= 4.5 * long_once + 2000


def patterns() -> dict[str, re.Pattern[Any]]:
    found = {}
    for info in pkgutil.iter_modules(standto.reports.__path__):
        module = importlib.import_module(f"standto.reports.{info.name}")
        for name, value in vars(module).items():
            if isinstance(value, re.Pattern):
                found[f"{info.name}.{name}"] = value
    return found


def test_no_expression_repeats_inside_a_repeat_that_can_give_back() -> None:
    parser = importlib.import_module("re._parser")

    def check(name: str, tree: Any, inside: bool) -> None:
        for operation, argument in tree:
            kind = str(operation)
            repeats = kind in {"MAX_REPEAT", "MIN_REPEAT"} and argument[1] > 30
            assert not (repeats and inside), f"{name}: a repeat inside a repeat"
            for part in argument if isinstance(argument, (tuple, list)) else ():
                if hasattr(part, "data"):
                    check(name, part, inside or repeats)

    found = patterns()
    assert found
    for name, pattern in found.items():
        check(name, parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE), False)


PIECES = [*"“”\"'.,-— \nASn", "said ", " that ", "Ann ", "he ", "according to ", "24 May 2022"]


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
def test_any_text_is_assessed_and_every_stretch_is_the_raw_text(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("standto.reports.assess.parser_name", lambda: None)
        found = situation([Source("x.txt", "0" * 64, text, "text/plain", "utf-8")])
    for one in found.statements:
        assert text[one.start : one.end] == one.exact
        for span in (*one.parts, *one.marked):
            assert 0 <= span.start <= span.end <= len(text)
