"""Sequences that grow without being copied whole: one more proposal costs what the first did."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import FrameType
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from standto.council.acts import Act
from standto.council.grown import Grown
from standto.council.pack import Member, load_pack
from standto.council.procedure import convene, step

AT = datetime(2030, 1, 1, tzinfo=UTC)


def grown(items: list[int]) -> Grown[int]:
    made: Grown[int] = Grown()
    for item in items:
        made = made.and_(item)
    return made


@given(st.lists(st.integers(), max_size=70), st.integers(0, 80))
def test_it_holds_what_was_added_in_order(items: list[int], count: int) -> None:
    made = grown(items)
    assert list(made) == items
    assert len(made) == len(items)
    assert made.latest(count) == (items[-count:] if count else [])
    assert made == grown(items)


def test_adding_leaves_the_shorter_one_as_it_was() -> None:
    short = grown([1, 2, 3])
    long, other = short.and_(4), short.and_(5)
    assert (list(short), list(long), list(other)) == ([1, 2, 3], [1, 2, 3, 4], [1, 2, 3, 5])


def copies(count: int) -> int:
    """Items copied while so many are added: each addition makes anew the runs that it joins."""
    made: Grown[int] = Grown()
    total = 0
    for n in range(count):
        before = {id(run) for run in made.runs}
        made = made.and_(n)
        total += sum(len(run) for run in made.runs if id(run) not in before)
    return total


def test_twice_as_many_copies_little_more_than_twice() -> None:
    for count in (256, 1024, 4096):
        assert copies(2 * count) <= 2 * copies(count) + 2 * count
    assert copies(4096) < 4096 * 14 < 4096**2 // 100


def steps(work: Callable[[], Any]) -> int:
    """Lines of Python that some work takes: the same on every machine, however busy."""
    count = 0

    def trace(frame: FrameType, event: str, arg: object) -> Any:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


def heap(count: int) -> Callable[[], Any]:
    """So many proposals to one text that nobody replaces."""
    council = convene(load_pack("nato"), (Member("XA"), Member("XB")))
    opening = (("consultations_called", "XA", ()), ("draft_decision", "chair", ("east",)))
    for act, actor, plans in opening:
        council = step(council, Act(at=AT, act=act, actor=actor, text="a", plans=plans))

    def all_of_them() -> None:
        now = council
        for n in range(count):
            at = AT + timedelta(seconds=n)
            now = step(now, Act(at=at, act="amendment", actor="XB", text=f"proposal {n}"))
        assert len(now.decisions["D1"].amendments) == count

    return all_of_them


def test_proposals_heaped_on_one_text_take_steps_in_proportion() -> None:
    few, many = steps(heap(200)), steps(heap(1600))
    assert many < 8.5 * few
