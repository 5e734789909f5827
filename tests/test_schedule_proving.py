"""Bounds made beside the search: the same as alone, stopped with it, and true for fewer lines."""

from __future__ import annotations

import threading
from contextvars import copy_context

import highspy
import numpy as np
import pytest

from standto.schedule import proving
from standto.schedule.bound_solver import halted, heed, run
from standto.schedule.bounds import Proofs, again, bounds
from standto.schedule.instances import KINDS, generate
from standto.schedule.orders import orders
from standto.schedule.problem import Problem
from standto.schedule.proving import beside, served
from standto.schedule.result import result_of
from standto.schedule.solve import Stop, listed, plain, solve


def problem(lines: int, kind: str = "throughput", seed: int = 1) -> Problem:
    """A small made-up instance."""
    made = generate(lines, 24, kind, seed)
    return Problem.of(made.world, made.plan, made.limits)


def values(proofs: Proofs) -> list[float]:
    """The bounds without how long they took."""
    return [bound.value for bound in proofs.bounds]


def at_work() -> bool:
    """Whether any thread makes bounds."""
    return any(thread.name == "bounds" for thread in threading.enumerate())


@pytest.mark.parametrize("kind", KINDS)
def test_bounds_beside_the_search_are_those_made_alone(kind: str) -> None:
    """Proves: by rounds, what the plan is does not change what is proved."""
    instance = problem(12, kind)
    result = solve(instance, Stop(iterations=30), 1)
    alone = bounds(instance, served(instance))
    assert [bound.value for bound in result.bounds] == values(alone)
    assert not at_work()


@pytest.mark.parametrize("kind", KINDS)
def test_prices_prove_again_for_fewer_lines(kind: str) -> None:
    """Proves: for all lines they prove the same; for some, no more than a plan of these costs."""
    instance = problem(16, kind)
    proofs = bounds(instance)
    everything = np.ones(len(instance.lines), dtype=np.int64)
    assert values(again(instance, everything, proofs)) == pytest.approx(values(proofs))
    some = everything.copy()
    some[::3] = 0
    order = orders(instance, 1)[0][1]
    plan = listed(instance, order[some[order] > 0], plain(), np.inf, Stop(), 0.0)
    assert plan is not None
    fewer = again(instance, some, proofs)
    result = result_of(instance, plan.cells, fewer, 0, 0.0)
    assert result.schedule.unplanned.height == int((some == 0).sum())
    known = {bound.measure: bound.value for bound in fewer.bounds}
    assert 0 < known["objective"] <= result.objective
    legs = result.schedule.legs
    assert 0 < known["closure"] <= int((legs["arrive_min"] + legs["unload_min"]).to_numpy().max())
    assert known["objective"] < max(values(proofs))


def test_ctrl_c_while_bounds_are_awaited_keeps_the_plan() -> None:
    """Proves: there is an audited plan with a bound that holds, at once, and no thread is left."""
    pressed: list[str] = []

    def press(stage: str, words: str) -> None:
        if stage == "bounds" and not pressed:
            pressed.append(words)
            raise KeyboardInterrupt

    result = solve(problem(400), Stop(iterations=1), 1, press)
    assert pressed
    assert result.faults == ()
    known = {bound.measure: bound.value for bound in result.bounds}
    assert 0 < known["objective"] <= result.objective
    assert not at_work()


def test_a_search_that_is_stopped_ends_the_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: Ctrl-C before there is a plan leaves no thread behind."""

    def press(stage: str, words: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("standto.schedule.solve.built", lambda *given: press("", ""))
    with pytest.raises(KeyboardInterrupt):
        solve(problem(400), Stop(iterations=1), 1)
    assert not at_work()


def test_what_goes_wrong_in_the_bounds_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: no plan is shown as if it had bounds."""

    def broken(*given: object) -> Proofs:
        raise ValueError("prices prove nothing")

    monkeypatch.setattr(proving, "bounds", broken)
    with pytest.raises(ValueError, match="prove nothing"):
        solve(problem(6), Stop(iterations=1), 1)
    assert not at_work()


def test_progress_of_both_stands_on_one_line() -> None:
    """Proves: the search tells what is proved meanwhile."""
    told: list[str] = []
    instance = problem(12)
    with beside(instance, None) as making:
        making.ended(served(instance), lambda stage, words: None)
        making.shown(lambda stage, words: told.append(words))("schedule", "7 rounds")
    assert told[0].startswith("7 rounds; bounds: ")


def test_the_solver_is_left_when_nobody_waits() -> None:
    """Proves: a linear program under way ends as soon as whoever waits has given up."""
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    for _ in range(60):
        solver.addVar(0.0, 1.0)
    for n in range(59):
        pair = np.array([n, n + 1], dtype=np.int32)
        solver.addRow(1.0, 1.0, 2, pair, np.ones(2))
    assert run(solver, 10.0)

    def given_up() -> None:
        halted.set(lambda: True)
        with pytest.raises(KeyboardInterrupt):
            heed()
        with pytest.raises(KeyboardInterrupt):
            run(solver, 10.0)

    copy_context().run(given_up)
    heed()
