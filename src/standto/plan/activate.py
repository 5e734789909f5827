"""From the council's activation to the time-phased force list."""

from __future__ import annotations

import polars as pl

from standto.council.activation import Activation
from standto.errors import StandtoError
from standto.plan.plan import Plan
from standto.world.version import version
from standto.world.world import World


def activate(world: World, activation: Activation) -> Plan:
    """The plan that an activation sets in motion.

    A force's notice runs from the council's alert, or from its own nation's earlier order where
    one is recorded; nothing moves before C-hour, because this plan begins there.
    Raises StandtoError when the forces are no longer those that the council decided on.
    """
    content = version(world.alliance, activation.plans)
    if content != activation.version:
        raise StandtoError(
            f"the council activated version {activation.version[:12]} of the plan, but this "
            f"scenario's forces are version {content[:12]}; decide again on the changed plan"
        )
    alerted = world.clock.minute(activation.alerted_at)
    forces = readied(world.alliance.forces, activation.plans, alerted)
    lines = phased(world.alliance.lines, forces)
    return Plan(
        version=content,
        plans=activation.plans,
        activated_min=world.clock.minute(activation.decided_at),
        forces=forces,
        lines=lines,
        loads=world.alliance.loads.join(lines.select("line"), on="line", maintain_order="left"),
    )


def readied(forces: pl.DataFrame, plans: tuple[str, ...], alerted_min: int) -> pl.DataFrame:
    """Forces of the plans, with when each was alerted and when its notice to move has run.

    A force on call is raised to its shorter notice and waits; one in place is ready from C-hour.
    """
    notice = (
        pl.when(pl.col("posture") == "on_call")
        .then(pl.coalesce("raised_notice_to_move_min", "notice_to_move_min"))
        .when(pl.col("posture") == "in_place")
        .then(0)
        .otherwise(pl.col("notice_to_move_min"))
    )
    return (
        forces.filter(pl.col("plan").is_in(plans))
        .with_columns(alerted_min=pl.coalesce("notice_given_min", pl.lit(alerted_min)))
        .with_columns(ready_min=pl.max_horizontal(pl.lit(0), pl.col("alerted_min") + notice))
    )


def phased(lines: pl.DataFrame, forces: pl.DataFrame) -> pl.DataFrame:
    """Requirement lines of the forces that deploy, each with the minute it is ready to load."""
    deploying = forces.filter(pl.col("posture") == "deploy").select(
        "force", force_ready_min="ready_min"
    )
    return (
        lines.join(deploying, on="force", maintain_order="left")
        .with_columns(ready_min=pl.col("force_ready_min") + pl.col("after_min"))
        .drop("force_ready_min")
    )
