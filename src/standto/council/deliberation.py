"""Rules up to a decision: consultations, drafts, silence, objections, meetings, forums."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from standto.clock import iso
from standto.council.acts import Act
from standto.council.checks import (
    deadline_of,
    decision_of,
    joined,
    need_seat,
    objectors,
    open_decision,
    refuse,
    silent_consent,
)
from standto.council.deciding import why_undecided
from standto.council.state import Council, Decision, Objection


def noted(council: Council, act: Act) -> Council:
    """An assessment, a request, advice or a review is noted; it changes nothing else."""
    return council


def consultations_called(council: Council, act: Act) -> Council:
    """Any member may call consultations, and several may."""
    return replace(council, consulted=joined(council.consulted, act.actor))


def attack_on_member(council: Council, act: Act) -> Council:
    """An attack on one member is an attack on all; the guarantee covers members only."""
    attacked = act.subject or act.actor
    if not council.sits(attacked, act.at):
        reason = f"{attacked} is no member, and the guarantee covers members only"
        raise refuse(council, act, reason, "Any member could call consultations instead")
    return replace(council, attacked=joined(council.attacked, attacked))


def draft_decision(council: Council, act: Act) -> Council:
    """A draft is bound to plans in one version; a new one of the same key takes its place.

    The old one's silence, objections and votes were about another text: they end with it.
    """
    if not act.plans:
        raise refuse(council, act, "it names no plan", "The same draft with its plans could follow")
    key = act.decision or _next_key(council)
    old = council.decisions.get(key)
    if old is not None and not old.open:
        raise refuse(council, act, f"{key} is {old.status} already")
    if old is not None and silent_consent(old, act.at):
        raise refuse(council, act, f"silence on {key} ran out at {deadline_of(old)}: it is agreed")
    revision = 1 if old is None else old.revision + 1
    forum = council.pack.forums[0] if old is None else old.forum
    return council.with_decision(
        Decision(key, act.plans, act.version, act.text, forum, revision=revision)
    )


def _next_key(council: Council) -> str:
    """`D1`, `D2`...; while the latest draft is open a new text without a key revises it."""
    latest = next(reversed(council.decisions.values()), None)
    if latest is not None and latest.open:
        return latest.key
    return f"D{len(council.decisions) + 1}"


def amendment(council: Council, act: Act) -> Council:
    """A proposal for other words; the chair may take it up in a new draft."""
    decision = open_decision(council, act)
    need_seat(council, act, decision)
    said = decision.amendments.and_((act.actor, act.text))
    return council.with_decision(replace(decision, amendments=said))


def silence_started(council: Council, act: Act) -> Council:
    """A text goes under silence until a deadline that leaves members time to answer."""
    decision = open_decision(council, act)
    if not council.pack.silence:
        raise refuse(council, act, "this council knows no silence procedure")
    if decision.status != "drafted":
        raise refuse(council, act, f"{decision.key} is {decision.status} already")
    if decision.objections:
        raise refuse(council, act, f"{objectors(decision)} objects to this text")
    _deadline_after(council, act, _shortest(council))
    return council.with_decision(
        replace(decision, status="under_silence", deadline=act.deadline, extensions=0)
    )


def silence_extended(council: Council, act: Act) -> Council:
    """A silence that runs may be given a later deadline, a few times."""
    decision = open_decision(council, act)
    if decision.status != "under_silence" or decision.deadline is None:
        raise refuse(council, act, f"{decision.key} is not under silence")
    if decision.extensions >= council.pack.extensions:
        raise refuse(council, act, f"it was extended {decision.extensions} times already")
    if act.deadline is None or act.deadline <= decision.deadline:
        raise refuse(council, act, f"its deadline should be later than {deadline_of(decision)}")
    more = decision.extensions + 1
    return council.with_decision(replace(decision, deadline=act.deadline, extensions=more))


def objection(council: Council, act: Act) -> Council:
    """One member's objection before the deadline breaks the silence; its words are kept."""
    decision = open_decision(council, act)
    need_seat(council, act, decision)
    if any(o.member == act.actor for o in decision.objections):
        raise refuse(council, act, f"an objection of {act.actor} to this text stands already")
    objections = (*decision.objections, Objection(act.actor, act.at, act.text))
    broken = "silence_broken" if decision.status == "under_silence" else decision.status
    return council.with_decision(replace(decision, status=broken, objections=objections))


def objection_withdrawn(council: Council, act: Act) -> Council:
    """A member may take its own objection back. The silence it broke stays broken."""
    decision = open_decision(council, act)
    left = tuple(o for o in decision.objections if o.member != act.actor)
    if left == decision.objections:
        raise refuse(council, act, f"no objection of {act.actor} to this text stands")
    return council.with_decision(replace(decision, objections=left))


def silence_passed(council: Council, act: Act) -> Council:
    """At the deadline, and not before, silence without an objection is agreement."""
    decision = decision_of(council, act)
    if decision.status != "under_silence" or decision.deadline is None:
        raise refuse(council, act, f"{decision.key} is {decision.status}, not under silence")
    if not silent_consent(decision, act.at):
        reason = f"silence on {decision.key} runs until {deadline_of(decision)}"
        raise refuse(council, act, reason, f"The chair could from {deadline_of(decision)} on")
    return council.with_decision(replace(decision, status="decided", decided_at=decision.deadline))


def vote(council: Council, act: Act) -> Council:
    """A member votes on an open draft; a second vote takes the place of its first."""
    decision = open_decision(council, act)
    need_seat(council, act, decision)
    return council.with_decision(replace(decision, votes={**decision.votes, act.actor: act.act}))


def meeting_decision(council: Council, act: Act) -> Council:
    """A meeting decides as the pack says: by common accord, a majority, weights, or a lead."""
    decision = open_decision(council, act)
    if act.plans and set(act.plans) != set(decision.plans):
        raise refuse(council, act, f"{decision.key} is about {' '.join(decision.plans)}")
    reason = why_undecided(council, decision, act)
    if reason:
        raise refuse(council, act, reason)
    return council.with_decision(replace(decision, status="decided", decided_at=act.at))


def moved_forum(council: Council, act: Act) -> Council:
    """A draft moves to another forum; objections of members without a seat there fall."""
    decision = open_decision(council, act)
    forum = council.pack.forum(act.forum or "")
    if forum is None:
        known = " ".join(f.forum for f in council.pack.forums)
        raise refuse(council, act, f"there is no forum {act.forum!r} (there are: {known})")
    if act.at.date().isoformat() >= forum.until:
        raise refuse(council, act, f"the {forum.title} was dissolved on {forum.until}")
    if forum == decision.forum:
        raise refuse(council, act, f"{decision.key} lies with the {forum.title} already")
    seats = council.seats(forum, act.at)
    return council.with_decision(
        replace(
            decision,
            forum=forum,
            status="drafted",
            deadline=None,
            objections=tuple(o for o in decision.objections if o.member in seats),
            votes={iso: cast for iso, cast in decision.votes.items() if iso in seats},
        )
    )


def _shortest(council: Council) -> timedelta:
    pack = council.pack
    minutes = (
        pack.shortest_silence_under_attack_min if council.collective else pack.shortest_silence_min
    )
    return timedelta(minutes=max(1, minutes))


def _deadline_after(council: Council, act: Act, least: timedelta) -> None:
    if act.deadline is None or act.deadline < act.at + least:
        earliest = iso(act.at + least)
        raise refuse(council, act, f"its deadline should be {earliest} or later")
