"""The plan: notices run from the alert, nothing moves before C-hour, and versions are bound."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from standto.council.activation import Activation
from standto.errors import StandtoError
from standto.plan.activate import activate, readied
from standto.world.load import load
from standto.world.version import version
from standto.world.world import World

WORLD = load(Path(__file__).parent / "small")


def activation(world: World, alert_after_min: int = 0) -> Activation:
    plans = tuple(plan.plan for plan in world.scenario.plans)
    decided = world.clock.c_hour
    return Activation(
        plans=plans,
        version=version(world.alliance, plans),
        decided_at=decided,
        alerted_at=decided + timedelta(minutes=alert_after_min),
        ledger_head="",
        entries=0,
    )


def test_every_line_of_a_deploying_force_is_in_the_plan_once() -> None:
    plan = activate(WORLD, activation(WORLD))
    forces = WORLD.alliance.forces.filter(pl.col("posture") == "deploy", pl.col("plan") != "-")
    expected = WORLD.alliance.lines.filter(pl.col("force").is_in(forces["force"].implode()))
    assert plan.lines["line"].to_list() == expected["line"].to_list()
    assert set(plan.loads["line"]) <= set(plan.lines["line"])


def test_a_line_is_ready_when_its_forces_notice_and_its_own_delay_have_run() -> None:
    plan = activate(WORLD, activation(WORLD))
    joined = plan.lines.join(
        plan.forces.select("force", "notice_to_move_min", "alerted_min"), on="force"
    )
    expected = (joined["alerted_min"] + joined["notice_to_move_min"]).clip(0) + joined["after_min"]
    assert joined["ready_min"].to_list() == expected.to_list()


@given(st.integers(-20_000, 20_000))
def test_a_later_alert_never_makes_a_force_ready_earlier(alert_min: int) -> None:
    plans = tuple(plan.plan for plan in WORLD.scenario.plans)
    early = readied(WORLD.alliance.forces, plans, alert_min)["ready_min"]
    late = readied(WORLD.alliance.forces, plans, alert_min + 60)["ready_min"]
    assert (late >= early).all()
    assert early.min() >= 0  # type: ignore[operator]


def test_a_plan_of_another_version_than_the_council_decided_on_is_refused() -> None:
    other = replace(
        WORLD,
        alliance=replace(
            WORLD.alliance,
            forces=WORLD.alliance.forces.with_columns(personnel=pl.col("personnel") + 1),
        ),
    )
    with pytest.raises(StandtoError, match="decide again on the changed plan"):
        activate(other, activation(WORLD))


def test_a_force_of_no_activated_plan_stays_out() -> None:
    decided = replace(activation(WORLD), plans=())
    decided = replace(decided, version=version(WORLD.alliance, ()))
    plan = activate(WORLD, decided)
    assert plan.forces.is_empty()
    assert plan.lines.is_empty()
