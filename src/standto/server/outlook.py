"""What a user sees: one view of the desk, with no more in it than that user's role may read."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from standto.council.acts import Act
from standto.council.checks import silent_consent
from standto.council.state import Council, Decision
from standto.ledger.entry import Entry, stamp
from standto.server.channel import channel_view
from standto.server.desk import Desk
from standto.server.permits import COUNCIL, User, acts_of_role, may

LATEST = 200
"""Acts of the record that a view holds; the whole record is in the ledger's export."""
AMENDMENTS = 40
"""Proposals to one text that a view holds; the record has them all."""

FIELDS: dict[str, tuple[str, ...]] = {
    "draft_decision": ("plans", "revises"),
    "silence_started": ("silence",),
    "silence_extended": ("silence",),
    "moved_forum": ("forum",),
    "attack_on_member": ("subject",),
    "requirements_stated": ("amounts",),
    "pledge": ("amounts",),
    "mandate_limit": ("deadline",),
}
"""What an act's form asks for beside its words."""


def sees_all(user: User) -> bool:
    """Whether a user sees the council as it stands, not only what is released."""
    return user.role in COUNCIL or user.role == "facilitator"


def own_view(desk: Desk, user: User) -> dict[str, Any]:
    """What of the desk is this user's own to see: acts, messages, rights, the channel."""
    view: dict[str, Any] = {
        "c_hour": stamp(desk.world.clock.c_hour),
        "user": {
            "name": user.name,
            "role": user.role,
            "country": user.country,
            "actors": list(user.actors),
            "keys": keys_view(desk, user),
        },
        "origin": desk.charter.origin,
        "scenario": {
            "title": desk.world.scenario.title,
            "alliance": desk.world.scenario.alliance,
            "plans": {p.plan: p.title for p in desk.world.scenario.plans},
        },
        "acts": acts_view(desk, user),
        "injects": injects_for(desk, user),
        "released": desk.released,
        "may": [what for what in MAY if may(user, what)],
    }
    if may(user, "read the channel"):
        view["channel"] = channel_view(desk)
    return view


def keys_view(desk: Desk, user: User) -> dict[str, dict[str, Any]]:
    """With which key each of a user's actors signs now, and whether the desk holds it."""
    return {
        actor: {"key": desk.ledger.key_of(actor, desk.now()), "held_here": desk.holds(actor)}
        for actor in user.actors
    }


MAY = (
    "act in the council",
    "hold its own key",
    "release to observers",
    "start and cancel runs",
    "export the ledger",
    "steer the exercise",
    "read the audit",
    "read the channel",
    "write in the channel",
    "read the statements",
    "decide on statements",
)


def council_view(council: Council, now: datetime) -> dict[str, Any]:
    """The council: who sits in it, its drafts and decisions, latest first, and what stands."""
    return {
        "title": council.pack.title,
        "decides": council.pack.decides,
        "members": list(council.sitting(now)),
        "forums": {f.forum: f.title for f in council.pack.forums},
        "consulted": list(council.consulted),
        "attacked": list(council.attacked),
        "decisions": [
            decision_view(council, d, now) for d in reversed(list(council.decisions.values()))
        ],
        "standing": [
            {
                "decision": s.decision,
                "plans": list(s.plans),
                "version": s.version,
                "at": stamp(s.at),
                "ordered_at": None if s.ordered_at is None else stamp(s.ordered_at),
                "limits": list(s.limits),
                "ends": None if s.ends is None else stamp(s.ends),
            }
            for s in council.standing
        ],
        "required": dict(council.required),
        "gaps": council.gaps,
    }


def decision_view(council: Council, decision: Decision, now: datetime) -> dict[str, Any]:
    """A draft or decision. run_out: silence has ended without an objection.

    amendments: the latest `AMENDMENTS`; amended: how many there are.
    """
    return {
        "key": decision.key,
        "plans": list(decision.plans),
        "version": decision.version,
        "text": decision.text,
        "forum": decision.forum.title,
        "seats": list(council.seats(decision.forum, now)),
        "status": decision.status,
        "open": decision.open,
        "revision": decision.revision,
        "deadline": None if decision.deadline is None else stamp(decision.deadline),
        "run_out": silent_consent(decision, now),
        "objections": [
            {"member": o.member, "at": stamp(o.at), "text": o.text} for o in decision.objections
        ],
        "amended": len(decision.amendments),
        "amendments": [
            {"member": member, "text": text}
            for member, text in decision.amendments.latest(AMENDMENTS)
        ],
        "votes": dict(decision.votes),
    }


def acts_view(desk: Desk, user: User) -> list[dict[str, Any]]:
    """Acts of the user's role, whether the order of things allows them now, and their rule."""
    shown = []
    for kind in acts_of_role(user.role, desk.council.pack):
        known = desk.council.pack.step(kind)
        assert known is not None, "acts of a role come from the pack"
        ready = not known.after or bool(desk.council.done.intersection(known.after))
        fields = list(FIELDS.get(kind, ()))
        shown.append({"act": kind, "rule": known.rule, "ready": ready, "fields": fields})
    return shown


def entry_view(entry: Entry, act: Act) -> dict[str, Any]:
    """One act of the record."""
    return {
        "n": entry.n,
        "at": entry.at,
        "actor": act.actor,
        "act": act.act,
        "text": act.text,
        "plans": list(act.plans),
        "deadline": None if act.deadline is None else stamp(act.deadline),
        "decision": act.decision,
        "hash": entry.hash,
        "key": entry.key,
    }


def injects_for(desk: Desk, user: User) -> list[dict[str, Any]]:
    """Injects that have appeared for this user; the facilitator also sees those to come."""
    rows = desk.store.rows("SELECT * FROM inject ORDER BY at, id")
    mine = {"everybody", user.role, user.country, user.name}
    return [
        {"at": row["at"], "to": row["recipients"], "text": row["text"], "entry": row["entry"]}
        for row in rows
        if user.role == "facilitator"
        or (row["entry"] is not None and mine & set(row["recipients"].split()))
    ]


def runs_view(desk: Desk, *, whole: bool) -> list[dict[str, Any]]:
    """Schedules and rehearsals, latest first; observers and the channel see released ones only."""
    query = "SELECT * FROM run WHERE released OR ? ORDER BY id DESC LIMIT 20"
    return [
        {
            "id": row["id"],
            "asked_by": row["asked_by"],
            "status": row["status"],
            "stage": row["stage"],
            "words": row["words"],
            "released": bool(row["released"]),
            "parameters": json.loads(row["parameters"]),
            "figures": json.loads(row["figures"]),
        }
        for row in desk.store.rows(query, int(whole))
    ]
