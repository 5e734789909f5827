"""The incident: what is told to the other side, answered or not, as a pure state machine.

    drafted -> transmitted -> acknowledged -> closed
                    |   ^ a second channel
                    v   |
                no_answer -> escalated -> acknowledged | no_answer -> (published) -> closed

No answer is a way through and not a dead end: it leads to a second channel, and when that stays
silent too, to a public statement; only then may an unanswered incident be closed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Literal

import msgspec

from standto.clock import iso
from standto.errors import ProcedureError
from standto.ledger.entry import JSON, Entry, LedgerError, unstamp

TYPE = "incident"
"""What the body of a ledger's entry that records such an act carries as its type."""

State = Literal["drafted", "transmitted", "acknowledged", "no_answer", "escalated", "closed"]
STATES: tuple[State, ...] = (
    "drafted",
    "transmitted",
    "acknowledged",
    "no_answer",
    "escalated",
    "closed",
)
Name = Literal[
    "draft", "transmit", "acknowledge", "record_silence", "escalate", "publish", "withdraw", "close"
]
ROLES: Mapping[Name, tuple[str, ...]] = MappingProxyType(
    {
        "draft": ("channel_officer",),
        "transmit": ("channel_officer",),
        "acknowledge": ("channel_officer",),
        "record_silence": ("channel_officer",),
        "escalate": ("channel_officer", "chair"),
        "publish": ("spokesperson", "secretary_general"),
        "withdraw": ("channel_officer",),
        "close": ("channel_officer", "chair"),
    }
)
"""Who may do what. The other side's answer is entered by the officer who received it."""

CHANNELS_BEFORE_PUBLIC = 2
"""Channels that must have stayed silent before the public is told: the line, and a second one."""


class IncidentAct(msgspec.Struct, frozen=True, kw_only=True):
    """One act on an incident, ready to be appended to a ledger.

    incident: its key. at: aware UTC. channel: the way a message goes (transmit, escalate).
    wait_min: minutes after which silence may be recorded (draft sets it for the incident).
    """

    incident: str
    act: Name
    at: datetime
    actor: str
    text: str
    channel: str | None = None
    wait_min: int | None = None

    def __str__(self) -> str:
        """Name the act in a message."""
        return f"{self.act} of incident {self.incident} at {iso(self.at)}"


@dataclass(frozen=True)
class Incident:
    """An incident after its acts so far.

    wait_min: patience with each channel. tried: channels used, in order. sent_at: when the last
    message went out. published: a public statement was made.
    """

    incident: str
    state: State
    wait_min: int
    acts: tuple[IncidentAct, ...]
    tried: tuple[str, ...] = ()
    sent_at: datetime | None = None
    published: bool = False

    @property
    def at(self) -> datetime:
        """Time of the last act."""
        return self.acts[-1].at

    @property
    def silent_from(self) -> datetime | None:
        """When silence on the last message may be recorded; None while none is out."""
        if self.state not in {"transmitted", "escalated"} or self.sent_at is None:
            return None
        return self.sent_at + timedelta(minutes=self.wait_min)


def replay(acts: Iterable[IncidentAct]) -> Incident:
    """The incident after all acts. Raises ProcedureError at the first that the rules refuse."""
    incident: Incident | None = None
    for act in acts:
        incident = step(incident, act)
    if incident is None:
        raise ProcedureError("replay", "an incident begins with a draft", "Give at least one act.")
    return incident


def incidents_of(entries: Iterable[Entry]) -> dict[str, Incident]:
    """Every incident of a ledger by its key, in the order in which they were drafted."""
    found: dict[str, Incident] = {}
    for entry in entries:
        if entry.body.get("type") == TYPE:
            act = act_of(entry)
            found[act.incident] = step(found.get(act.incident), act)
    return found


def step(incident: Incident | None, act: IncidentAct) -> Incident:
    """The incident after one act; None stands before the first. Raises ProcedureError."""
    _in_role(act)
    if not act.text.strip():
        raise ProcedureError(str(act), "an act needs its text", "Say in a sentence what was done.")
    if incident is None:
        return _draft(act)
    if act.incident != incident.incident:
        raise ProcedureError(
            str(act), f"this is incident {incident.incident}", "Take the act to its own incident."
        )
    if act.at < incident.at:
        rule = f"the last act was at {iso(incident.at)}, and time never runs back"
        raise ProcedureError(str(act), rule, f"An act of {iso(incident.at)} or later could follow.")
    allowed, rule = STEPS[act.act]
    if incident.state not in allowed:
        can = " or ".join(next_acts(incident)) or "nothing: it is closed"
        raise ProcedureError(
            str(act), f"it is {incident.state}, and {act.act} needs {rule}", f"Now could: {can}."
        )
    return replace(MOVES[act.act](incident, act), acts=(*incident.acts, act))


def next_acts(incident: Incident | None) -> tuple[Name, ...]:
    """Acts that could follow now or, for a silence still running, later."""
    if incident is None:
        return ("draft",)
    found: list[Name] = [name for name, (states, _) in STEPS.items() if incident.state in states]
    if not _may_publish(incident):
        found = [name for name in found if name != "publish"]
    if not _may_close(incident):
        found = [name for name in found if name != "close"]
    return tuple(found)


def body_of(act: IncidentAct) -> dict[str, JSON]:
    """The act as the body of a ledger's entry; time and actor stand in the entry itself."""
    fields: dict[str, JSON] = {
        "type": TYPE,
        "incident": act.incident,
        "act": act.act,
        "text": act.text,
        "channel": act.channel,
        "wait_min": act.wait_min,
    }
    return {name: value for name, value in fields.items() if value is not None}


def act_of(entry: Entry) -> IncidentAct:
    """The act that an entry records. Raises LedgerError when its body is none."""
    fields: dict[str, Any] = {**entry.body, "at": unstamp(entry.at), "actor": entry.actor}
    fields.pop("type", None)
    try:
        return msgspec.convert(fields, IncidentAct)
    except msgspec.ValidationError as error:
        raise LedgerError(entry.n, f"is no act on an incident ({error})") from None


def _in_role(act: IncidentAct) -> None:
    roles = ROLES[act.act]
    if act.actor not in roles:
        raise ProcedureError(
            str(act), f"{act.actor} may not {act.act}", f"Who could: {' or '.join(roles)}."
        )


def _draft(act: IncidentAct) -> Incident:
    if act.act != "draft":
        raise ProcedureError(str(act), "an incident begins with a draft", "Now could: draft.")
    if act.wait_min is None or act.wait_min < 0:
        rule = "a draft says for how long an answer is awaited"
        raise ProcedureError(str(act), rule, "Give wait_min, in minutes.")
    return Incident(act.incident, "drafted", act.wait_min, (act,))


def _send(incident: Incident, act: IncidentAct, state: State) -> Incident:
    if not act.channel:
        rule = "a message goes by a named channel"
        raise ProcedureError(str(act), rule, "Name the channel.")
    if act.channel in incident.tried:
        rule = f"{act.channel} has been tried and stayed silent"
        raise ProcedureError(str(act), rule, "Use a channel that has not been tried.")
    return replace(incident, state=state, tried=(*incident.tried, act.channel), sent_at=act.at)


def _transmit(incident: Incident, act: IncidentAct) -> Incident:
    return _send(incident, act, "transmitted")


def _escalate(incident: Incident, act: IncidentAct) -> Incident:
    return _send(incident, act, "escalated")


def _acknowledge(incident: Incident, act: IncidentAct) -> Incident:
    return replace(incident, state="acknowledged")


def _record_silence(incident: Incident, act: IncidentAct) -> Incident:
    until = incident.silent_from
    assert until is not None, "a message is out in the states that this act follows"
    if act.at < until:
        rule = f"an answer is awaited until {iso(until)}"
        raise ProcedureError(str(act), rule, f"From {iso(until)} silence could be recorded.")
    return replace(incident, state="no_answer")


def _publish(incident: Incident, act: IncidentAct) -> Incident:
    if not _may_publish(incident):
        rule = (
            "a public statement has been made"
            if incident.published
            else f"the public is told when {CHANNELS_BEFORE_PUBLIC} channels have stayed silent"
        )
        raise ProcedureError(str(act), rule, f"Now could: {' or '.join(next_acts(incident))}.")
    return replace(incident, published=True)


def _close(incident: Incident, act: IncidentAct) -> Incident:
    if not _may_close(incident):
        rule = "without an answer it closes only after a second channel and a public statement"
        raise ProcedureError(str(act), rule, f"Now could: {' or '.join(next_acts(incident))}.")
    return replace(incident, state="closed")


def _withdraw(incident: Incident, act: IncidentAct) -> Incident:
    return replace(incident, state="closed")


def _may_publish(incident: Incident) -> bool:
    silent = incident.state == "no_answer" and len(incident.tried) >= CHANNELS_BEFORE_PUBLIC
    return silent and not incident.published


def _may_close(incident: Incident) -> bool:
    return incident.state == "acknowledged" or (
        incident.state == "no_answer" and incident.published
    )


STEPS: Mapping[Name, tuple[tuple[State, ...], str]] = MappingProxyType(
    {
        "draft": ((), "an incident that is not yet there"),
        "transmit": (("drafted",), "a draft"),
        "acknowledge": (
            ("transmitted", "no_answer", "escalated"),
            "a message that is out (an answer may come late)",
        ),
        "record_silence": (("transmitted", "escalated"), "a message that is out"),
        "escalate": (("no_answer",), "a channel that stayed silent"),
        "publish": (("no_answer",), "channels that stayed silent"),
        "withdraw": (("drafted",), "a draft that was never sent"),
        "close": (("acknowledged", "no_answer"), "an answer, or a public statement without one"),
    }
)
"""States in which an act may follow, and what that means in words."""

MOVES: Mapping[Name, Callable[[Incident, IncidentAct], Incident]] = MappingProxyType(
    {
        "transmit": _transmit,
        "acknowledge": _acknowledge,
        "record_silence": _record_silence,
        "escalate": _escalate,
        "publish": _publish,
        "withdraw": _withdraw,
        "close": _close,
    }
)
