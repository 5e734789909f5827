"""The channel at the desk: incidents as acts in a ledger of their own, for its officers."""

from __future__ import annotations

from typing import Any

from standto.channel.incident import (
    ROLES,
    Incident,
    IncidentAct,
    body_of,
    next_acts,
    step,
)
from standto.errors import ProcedureError, StandtoError
from standto.ledger.entry import stamp, unstamp
from standto.ledger.keys import REGISTRAR
from standto.server.desk import CHANNEL, Desk
from standto.server.permits import User, need


def do_incident(desk: Desk, user: User, fields: dict[str, Any]) -> int:
    """Do an act on an incident as the channel's officer; give its entry's number.

    Raises Forbidden or ProcedureError; then only the audit's line is written.
    """
    with desk.lock:
        at = max(desk.now(), unstamp(desk.channel.last.at))
        try:
            need(user, "write in the channel")
            act = IncidentAct(at=at, actor=CHANNEL, **fields)
            incident = step(desk.incidents.get(act.incident), act)
        except (ProcedureError, StandtoError) as error:
            desk.refused(user, f"channel: {fields.get('act')}", error)
            raise
        with desk.channel.writing():
            entry = desk.channel.append(CHANNEL, at, body_of(act), desk.key(CHANNEL))
            desk.channel.seal(desk.key(REGISTRAR))
        desk.incidents = {**desk.incidents, incident.incident: incident}
    desk.changed()
    return entry.n


def channel_view(desk: Desk) -> list[dict[str, Any]]:
    """Incidents, latest first, with what could be done next."""
    return [_incident(incident) for incident in reversed(desk.incidents.values())]


def _incident(incident: Incident) -> dict[str, Any]:
    silent = incident.silent_from
    return {
        "incident": incident.incident,
        "state": incident.state,
        "tried": list(incident.tried),
        "silent_from": None if silent is None else stamp(silent),
        "next": [name for name in next_acts(incident) if CHANNEL in ROLES[name]],
        "acts": [
            {"at": stamp(a.at), "act": a.act, "text": a.text, "channel": a.channel}
            for a in incident.acts
        ],
    }
