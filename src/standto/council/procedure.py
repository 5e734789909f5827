"""The procedure: each act has a rule, and each rule takes a council to the council after it.

Nothing here reads a clock or a file: the same acts give the same council. What differs between
pacts (who may act, after what, who decides by which majority) stands in their pack. `step` is the
only door; the rules themselves stand in `deliberation` and `mandate`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec.structs import replace

from standto.clock import iso
from standto.council import deliberation, mandate
from standto.council.acts import Act
from standto.council.checks import refuse
from standto.council.pack import Member, Pack
from standto.council.state import Council


def convene(pack: Pack, members: Iterable[Member]) -> Council:
    """A council before its first act."""
    return Council(pack, tuple(members))


def replay(council: Council, acts: Iterable[Act]) -> Council:
    """The council after all the acts. Raises ProcedureError at the first that the rules refuse."""
    for act in acts:
        council = step(council, act)
    return council


def step(council: Council, act: Act) -> Council:
    """The council after one act. Raises ProcedureError with the rule, and who could do it."""
    _in_time(council, act)
    _in_role(council, act)
    _in_order(council, act)
    after = RULES[act.act](council, act)
    return replace(after, at=act.at, done=after.done | {act.act})


def _in_time(council: Council, act: Act) -> None:
    if council.at is not None and act.at < council.at:
        reason = f"the council has already acted at {iso(council.at)}, and time never runs back"
        raise refuse(council, act, reason, f"An act of {iso(council.at)} or later could follow")


def _in_role(council: Council, act: Act) -> None:
    known = council.pack.step(act.act)
    if known is None:
        raise refuse(council, act, f"{council.pack.title} has no such act")
    if not act.text.strip():
        raise refuse(council, act, "it says nothing", "The same act with its text could follow")
    if act.actor in known.actors:
        return
    if "member" not in known.actors:
        raise refuse(council, act, f"{act.actor} may not do this")
    if not council.sits(act.actor, act.at):
        raise refuse(council, act, f"{act.actor} is no member on {act.at.date().isoformat()}")


def _in_order(council: Council, act: Act) -> None:
    known = council.pack.step(act.act)
    assert known is not None, "an act without a step is refused before its order is looked at"
    if known.after and not council.done.intersection(known.after):
        needed = " or ".join(known.after)
        raise refuse(council, act, f"nothing has been done that it follows ({needed})")


RULES: dict[str, Callable[[Council, Act], Council]] = {
    "threat_assessed": deliberation.noted,
    "consultations_called": deliberation.consultations_called,
    "attack_on_member": deliberation.attack_on_member,
    "command_request": deliberation.noted,
    "member_request": deliberation.noted,
    "military_advice": deliberation.noted,
    "draft_decision": deliberation.draft_decision,
    "amendment": deliberation.amendment,
    "silence_started": deliberation.silence_started,
    "silence_extended": deliberation.silence_extended,
    "objection": deliberation.objection,
    "objection_withdrawn": deliberation.objection_withdrawn,
    "silence_passed": deliberation.silence_passed,
    "vote_for": deliberation.vote,
    "vote_against": deliberation.vote,
    "abstained": deliberation.vote,
    "meeting_decision": deliberation.meeting_decision,
    "moved_forum": deliberation.moved_forum,
    "activated": mandate.activated,
    "warning_order": deliberation.noted,
    "request_order": deliberation.noted,
    "activation_order": mandate.activation_order,
    "requirements_stated": mandate.requirements_stated,
    "pledge": mandate.pledge,
    "readiness_raised": mandate.readiness_raised,
    "mandate_limit": mandate.mandate_limit,
    "review": mandate.review,
    "stand_down": mandate.stand_down,
}
