"""Rules after a decision: activation, orders, requirements, pledges, limits, review, end."""

from __future__ import annotations

from msgspec.structs import replace

from standto.clock import iso
from standto.council.acts import Act
from standto.council.checks import deadline_of, decision_of, objectors, refuse, silent_consent
from standto.council.state import Council, Decision, Standing


def activated(council: Council, act: Act) -> Council:
    """A plan is activated only by a decision, and only in the version that was decided.

    Silence that has run out without an objection is such a decision.
    """
    decision = decision_of(council, act)
    if silent_consent(decision, act.at):
        decision = replace(decision, status="decided", decided_at=decision.deadline)
    if decision.status != "decided":
        raise refuse(council, act, _why_not_decided(decision))
    if act.plans and set(act.plans) != set(decision.plans):
        raise refuse(council, act, f"{decision.key} is about {' '.join(decision.plans)}")
    if act.version != decision.version:
        raise refuse(
            council,
            act,
            f"{decision.key} decided version {(decision.version or 'none')[:12]}, "
            f"not {(act.version or 'none')[:12]}",
            "A new draft on the changed plan could be decided",
        )
    stands = Standing(decision.key, decision.plans, decision.version, act.at)
    after = council.with_decision(replace(decision, status="activated"))
    return replace(after, standing=(*council.standing, stands))


def _why_not_decided(decision: Decision) -> str:
    if decision.objections:
        return f"the objection of {objectors(decision)} stands against {decision.key}"
    if decision.status == "under_silence":
        return f"silence on {decision.key} runs until {deadline_of(decision)}"
    return f"{decision.key} is {decision.status}, not decided"


def activation_order(council: Council, act: Act) -> Council:
    """The order sets the forces of an activation in motion, within its mandate's time."""
    stands = _standing(council, act)
    if stands.ends is not None and act.at >= stands.ends:
        raise refuse(council, act, f"the mandate ended at {iso(stands.ends)}")
    return _put(council, replace(stands, ordered_at=stands.ordered_at or act.at))


def mandate_limit(council: Council, act: Act) -> Council:
    """A limit to an activation; with a deadline, its end."""
    stands = _standing(council, act)
    ends = act.deadline or stands.ends
    return _put(council, replace(stands, limits=stands.limits.and_(act.text), ends=ends))


def review(council: Council, act: Act) -> Council:
    """An activation is looked at again."""
    stands = _standing(council, act)
    return _put(council, replace(stands, reviewed=stands.reviewed.and_(act.at)))


def stand_down(council: Council, act: Act) -> Council:
    """An activation ends."""
    stands = _standing(council, act)
    return replace(council, standing=tuple(s for s in council.standing if s != stands))


def requirements_stated(council: Council, act: Act) -> Council:
    """The statement of requirements: how many of which capability. A later one takes its place."""
    return replace(council, required={**council.required, **act.amounts})


def pledge(council: Council, act: Act) -> Council:
    """A member's pledge against the requirement; a later one of the same takes its place."""
    unknown = sorted(set(act.amounts) - set(council.required))
    if unknown:
        reason = f"{unknown[0]} is not required"
        raise refuse(council, act, reason, f"Required: {' '.join(council.required) or 'nothing'}")
    given = {(act.actor, name): number for name, number in act.amounts.items()}
    return replace(council, pledged={**council.pledged, **given})


def readiness_raised(council: Council, act: Act) -> Council:
    """Readiness is raised for the plans named."""
    return replace(council, readiness_raised=tuple({*council.readiness_raised, *act.plans}))


def _standing(council: Council, act: Act) -> Standing:
    """The activation that an act is about: of its plans, or the latest."""
    for stands in reversed(council.standing):
        if not act.plans or set(act.plans) & set(stands.plans):
            return stands
    raise refuse(council, act, "no activation of these plans stands")


def _put(council: Council, changed: Standing) -> Council:
    rest = [changed if s.decision == changed.decision else s for s in council.standing]
    return replace(council, standing=tuple(rest))
