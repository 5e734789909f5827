"""What the rules ask again and again: whose decision, is it open, who sits; and how to refuse."""

from __future__ import annotations

from datetime import datetime

from standto.clock import iso
from standto.council.acts import Act
from standto.council.state import Council, Decision
from standto.errors import ProcedureError


def who_could(council: Council, act: str) -> str:
    """The end of a refusal: who may do such an act at all."""
    known = council.pack.step(act)
    if known is None:
        return f"This council knows: {' '.join(step.act for step in council.pack.steps)}"
    named = ["any member" if actor == "member" else actor for actor in known.actors]
    return f"Who could: {' or '.join(named) or 'nobody'}"


def refuse(council: Council, act: Act, reason: str, remedy: str | None = None) -> ProcedureError:
    """The refusal of an act: the reason, the rule it breaks, and who could do it, or when."""
    known = council.pack.step(act.act)
    rule = f"{reason}; the rule: {known.rule.rstrip('.')}" if known else reason
    return ProcedureError(str(act), rule, remedy or who_could(council, act.act))


def decision_of(council: Council, act: Act) -> Decision:
    """The decision that an act is about: the one it names, or the latest."""
    key = act.decision or next(reversed(council.decisions), None)
    if key not in council.decisions:
        raise refuse(council, act, f"there is no draft decision {key or ''}".rstrip())
    return council.decisions[key]


def open_decision(council: Council, act: Act) -> Decision:
    """The decision that an act is about, refused when it can no longer be changed."""
    decision = decision_of(council, act)
    if not decision.open:
        raise refuse(council, act, f"{decision.key} is {decision.status} already")
    if silent_consent(decision, act.at):
        reason = f"silence on {decision.key} ran out at {deadline_of(decision)}: it is agreed"
        raise refuse(council, act, reason, "The chair could state that silence has passed")
    return decision


def need_seat(council: Council, act: Act, decision: Decision) -> None:
    """Refuse an act of a member without a seat in the forum where the decision lies."""
    if not council.has_seat(act.actor, decision.forum, act.at):
        raise refuse(council, act, f"{act.actor} has no seat in the {decision.forum.title}")


def silent_consent(decision: Decision, now: datetime) -> bool:
    """Whether the deadline has come and no objection stands: silence is agreement."""
    if decision.status != "under_silence" or decision.deadline is None:
        return False
    return now >= decision.deadline


def deadline_of(decision: Decision) -> str:
    """The deadline of a silence, as text."""
    assert decision.deadline is not None, "a silence has a deadline"
    return iso(decision.deadline)


def objectors(decision: Decision) -> str:
    """Members whose objections stand, as text."""
    return " ".join(o.member for o in decision.objections)


def joined(known: tuple[str, ...], new: str) -> tuple[str, ...]:
    """The known with the new, once."""
    return known if new in known else (*known, new)
