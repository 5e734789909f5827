"""Laws over random sequences of acts at random times: silence protects every member."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standto.council.acts import Act
from standto.council.pack import Member, load_pack
from standto.council.procedure import convene, step
from standto.council.state import Council
from standto.errors import ProcedureError

AT = datetime(2003, 1, 1, 8, tzinfo=UTC)  # while there was a forum without FR
MEMBERS = tuple(Member(iso) for iso in ("XA", "XB", "FR"))
VERSIONS = ("1" * 64, "2" * 64)
PACK = load_pack("nato")
KINDS = (
    "draft_decision silence_started silence_extended objection objection_withdrawn silence_passed"
    " meeting_decision moved_forum amendment activated stand_down attack_on_member"
).split()
START = (
    Act(at=AT, act="consultations_called", actor="XA", text="asks"),
    Act(at=AT, act="draft_decision", actor="chair", text="a", plans=("east",), version="1" * 64),
    Act(at=AT, act="silence_started", actor="chair", text="b", deadline=AT + timedelta(hours=2)),
)

hours = st.integers(0, 40).map(lambda quarter: timedelta(minutes=15 * quarter))
"""Times fall on the quarters on which deadlines fall too: at, before and after; also set back."""


WHO = {kind: ("XA", "XB", "FR") for kind in KINDS if kind[:4] in {"obje", "amen", "atta"}}


@st.composite
def some_acts(draw: st.DrawFn, keys: Sequence[str | None] = (None, None, "D1", "D2")) -> list[Act]:
    """Acts mostly of those who may, of one version, in order of time; but never only so."""
    acts, now = list(START) if draw(st.booleans()) else [START[0]], AT
    for _ in range(draw(st.integers(0, 25))):
        kind = draw(st.sampled_from(KINDS))
        usual = draw(st.integers(0, 5)) > 0
        now = now + draw(hours) / 10 if usual else AT + draw(hours)
        anyone = ("chair", "XA", "XB", "FR", "XZ", "commander")
        acts.append(
            Act(
                at=now,
                act=kind,
                actor=draw(st.sampled_from(WHO.get(kind, ("chair",)) if usual else anyone)),
                text="words",
                plans=("east",) if usual else draw(st.sampled_from([(), ("east",), ("west",)])),
                deadline=now + timedelta(hours=1) + draw(hours) / 10,
                version=VERSIONS[0] if usual else draw(st.sampled_from(VERSIONS)),
                decision=draw(st.sampled_from(keys)),
                forum=draw(st.sampled_from(["council", "defence_planning_committee"])),
                subject=draw(st.sampled_from([None, "XA", "XZ"])),
            )
        )
    return acts


def run(acts: Sequence[Act]) -> tuple[Council, list[Act]]:
    """The council after the acts that the rules admit, and those acts."""
    council, admitted = convene(PACK, MEMBERS), []
    for act in acts:
        try:
            council = step(council, act)
        except ProcedureError:
            continue
        admitted.append(act)
    return council, admitted


@settings(max_examples=600, deadline=None)
@given(some_acts(keys=(None,)))
def test_no_plan_is_activated_against_an_objection_or_in_another_version(acts: list[Act]) -> None:
    admitted = run(acts)[1]
    for n, act in enumerate(admitted):
        if act.act == "activated":
            drafts = [i for i, before in enumerate(admitted[:n]) if before.act == "draft_decision"]
            assert admitted[drafts[-1]].version == act.version
            assert decided(admitted[drafts[-1] : n], act.at)


def decided(since: Sequence[Act], now: datetime) -> bool:
    """Whether the draft that `since` opens with went through, judged from the acts alone."""
    objecting: set[str] = set()
    deadline, broken = None, True
    for act in since[1:]:
        match act.act:
            case "silence_started":
                deadline, broken = act.deadline, bool(objecting)
            case "silence_extended":
                deadline = act.deadline
            case "objection":
                objecting.add(act.actor)
                broken = True
            case "objection_withdrawn":
                objecting.discard(act.actor)
            case "moved_forum":
                deadline, broken = None, True
                objecting -= {"FR"} if act.forum == "defence_planning_committee" else set()
            case "meeting_decision":
                return not objecting
            case "silence_passed":
                assert deadline is not None
                return not broken and act.at >= deadline
    return deadline is not None and not broken and now >= deadline


@settings(max_examples=300, deadline=None)
@given(some_acts())
def test_with_several_drafts_each_activation_is_of_its_own_text(acts: list[Act]) -> None:
    council = run(acts)[0]
    for standing in council.standing:
        decision = council.decisions[standing.decision]
        assert decision.status == "activated"
        assert decision.objections == ()
        assert (standing.version, standing.plans) == (decision.version, decision.plans)


@settings(max_examples=300, deadline=None)
@given(some_acts())
def test_the_same_acts_give_the_same_council_and_refusals_change_nothing(acts: list[Act]) -> None:
    council, admitted = run(acts)
    again, same = run(admitted)
    assert (again, same) == (council, admitted)


@settings(max_examples=200, deadline=None)
@given(some_acts())
def test_time_never_runs_back(acts: list[Act]) -> None:
    times = [act.at for act in run(acts)[1]]
    assert times == sorted(times)


@settings(max_examples=200, deadline=None)
@given(some_acts(), st.sampled_from(["XA", "XB", "FR"]))
def test_an_objection_in_time_always_stops_a_text_under_silence(
    acts: list[Act], member: str
) -> None:
    council = run(acts)[0]
    for key, decision in council.decisions.items():
        if decision.status != "under_silence" or decision.deadline is None or council.at is None:
            continue
        at = decision.deadline - timedelta(seconds=1)
        if at < council.at or not council.has_seat(member, decision.forum, at):
            continue
        words = {"text": "no", "decision": key, "version": decision.version}
        objected = step(council, Act(at=at, act="objection", actor=member, **words))
        for late in ("silence_passed", "activated"):
            with pytest.raises(ProcedureError):
                step(objected, Act(at=decision.deadline, act=late, actor="chair", **words))
