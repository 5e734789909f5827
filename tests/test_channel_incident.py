"""Incidents: answered or not, every one ends in an answer or in the open, and never in silence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standto.channel.incident import (
    MOVES,
    ROLES,
    STATES,
    STEPS,
    TYPE,
    Incident,
    IncidentAct,
    Name,
    act_of,
    body_of,
    incidents_of,
    next_acts,
    replay,
    step,
)
from standto.errors import ProcedureError
from standto.ledger.book import Ledger
from standto.ledger.entry import stamp
from standto.ledger.keys import ENROLLED, REGISTRAR, replay_key

START = datetime(2030, 1, 10, 12, 0, tzinfo=UTC)
LINE, SECOND = "direct line", "embassy"


def act(name: Name, minute: int, **more: Any) -> IncidentAct:
    fields: dict[str, Any] = {"incident": "i1", "act": name, "actor": ROLES[name][0]}
    fields |= {"at": START + timedelta(minutes=minute), "text": f"{name} was done."}
    return IncidentAct(**fields | more)


UNANSWERED = (
    act("draft", 0, wait_min=60),
    act("transmit", 5, channel=LINE),
    act("record_silence", 65),
    act("escalate", 70, channel=SECOND),
    act("record_silence", 130),
    act("publish", 140),
    act("close", 150),
)


def test_the_way_of_an_answer() -> None:
    acts = [*UNANSWERED[:2], act("acknowledge", 20), act("close", 30)]
    assert [replay(acts[: n + 1]).state for n in range(4)] == [
        "drafted",
        "transmitted",
        "acknowledged",
        "closed",
    ]


def test_no_answer_leads_to_a_second_channel_and_to_the_public() -> None:
    states = [replay(UNANSWERED[: n + 1]).state for n in range(len(UNANSWERED))]
    assert states == [
        "drafted",
        "transmitted",
        "no_answer",
        "escalated",
        "no_answer",
        "no_answer",
        "closed",
    ]
    assert replay(UNANSWERED).tried == (LINE, SECOND)
    assert next_acts(replay(UNANSWERED[:3])) == ("acknowledge", "escalate")
    assert next_acts(replay(UNANSWERED[:5])) == ("acknowledge", "escalate", "publish")


@pytest.mark.parametrize(
    ("before", "refused", "why"),
    [
        (0, act("transmit", 1, channel=LINE), "begins with a draft"),
        (0, act("draft", 1), "for how long an answer is awaited"),
        (1, act("transmit", 5), "a named channel"),
        (1, act("acknowledge", 5), "it is drafted"),
        (2, act("record_silence", 64), "an answer is awaited until 2030-01-10T13:05Z"),
        (2, act("acknowledge", 4), "time never runs back"),
        (2, act("acknowledge", 9, incident="i2"), "this is incident i1"),
        (2, act("acknowledge", 9, text=" "), "an act needs its text"),
        (2, act("acknowledge", 9, actor="spokesperson"), "spokesperson may not acknowledge"),
        (3, act("publish", 70), "2 channels have stayed silent"),
        (3, act("close", 70), "only after a second channel and a public statement"),
        (3, act("escalate", 70, channel=LINE), "has been tried and stayed silent"),
        (5, act("close", 135), "only after a second channel and a public statement"),
        (6, act("publish", 145), "a public statement has been made"),
        (7, act("acknowledge", 155), "nothing: it is closed"),
    ],
)
def test_what_the_rules_refuse(before: int, refused: IncidentAct, why: str) -> None:
    incident = replay(UNANSWERED[:before]) if before else None
    with pytest.raises(ProcedureError, match=why):
        step(incident, refused)


def test_a_late_answer_is_still_an_answer() -> None:
    for n in (3, 4, 5, 6):
        assert step(replay(UNANSWERED[:n]), act("acknowledge", 145)).state == "acknowledged"


acts = st.builds(
    act,
    st.sampled_from(get_args(Name)),
    st.integers(0, 600),
    channel=st.sampled_from([None, LINE, SECOND, "a third state"]),
    wait_min=st.sampled_from([None, 0, 60]),
    actor=st.sampled_from(["channel_officer", "spokesperson", "chair"]),
)


@given(st.lists(acts, max_size=40))
def test_random_acts_never_break_the_laws(tried: list[IncidentAct]) -> None:
    incident: Incident | None = None
    for one in sorted(tried, key=lambda a: a.at):
        possible = next_acts(incident)
        try:
            after = step(incident, one)
        except ProcedureError:
            continue
        assert one.act in possible
        assert one.actor in ROLES[one.act]
        assert incident is None or incident.state != "closed", "closed is the end"
        incident = after
        laws(incident)
    if incident is not None:
        assert replay(incident.acts) == incident


def laws(incident: Incident) -> None:
    done = [one.act for one in incident.acts]
    assert incident.state in STATES
    assert len(set(incident.tried)) == len(incident.tried)
    assert [a.at for a in incident.acts] == sorted(a.at for a in incident.acts)
    if incident.published:
        assert len(incident.tried) >= 2
        assert done.count("record_silence") >= 2
    if incident.state == "closed":
        assert "acknowledge" in done or "publish" in done or done == ["draft", "withdraw"]


@given(st.lists(acts, max_size=25))
def test_every_open_incident_can_be_brought_to_its_end(tried: list[IncidentAct]) -> None:
    incident = replay(UNANSWERED[:1])
    for one in sorted(tried, key=lambda a: a.at):
        try:
            incident = step(incident, one)
        except ProcedureError:
            continue
    at = 1000
    for _ in range(8):
        if incident.state == "closed":
            break
        at += 100
        order = ("close", "publish", "escalate", "record_silence", "transmit")
        name = next(n for n in order if n in next_acts(incident))
        incident = step(incident, act(name, at, channel=f"channel {at}"))
    assert incident.state == "closed"


def test_every_act_has_a_role_and_a_way() -> None:
    assert set(get_args(Name)) == set(ROLES) == set(STEPS) == {"draft", *MOVES}


def test_acts_go_into_a_ledger_and_come_back(tmp_path: Path) -> None:
    origin = "standto.test/channel"
    registrar = replay_key(origin, REGISTRAR)
    book = Ledger.create(tmp_path / "channel.sqlite", {"origin": origin}, registrar, START)
    keys = {actor: replay_key(origin, actor) for actor in ("channel_officer", "spokesperson")}
    for actor, key in keys.items():
        enrolled = {"type": ENROLLED, "holder": actor, "key": key.name, "public": key.public}
        book.append(REGISTRAR, START, {**enrolled, "from": stamp(START)}, registrar)
    for one in UNANSWERED:
        book.append(one.actor, one.at, body_of(one), keys[one.actor])
    read = [act_of(entry) for entry in book.entries() if entry.body["type"] == TYPE]
    assert replay(read) == replay(UNANSWERED)
    assert incidents_of(book.entries()) == {"i1": replay(UNANSWERED)}
    book.close()
