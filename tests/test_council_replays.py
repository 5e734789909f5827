"""Two pieces of history: the rules allow what happened, in the order in which it happened."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from standto.council.acts import Act, acts_of
from standto.council.charter import Charter, members_of
from standto.council.decide import decide, export_lines, record
from standto.council.pack import load_pack
from standto.council.procedure import replay
from standto.council.verify import verify
from standto.errors import ProcedureError
from standto.tables import read
from standto.world.bundled import bundled
from standto.world.load import load

REPLAYS = Path(__file__).parent / "replays"


def charter(name: str, folder: Path) -> Charter:
    members = members_of(read(folder / "members.csv", "members"))
    return Charter(f"standto/replay/{name}", name, "replay", load_pack("nato"), members)


def acts(folder: Path) -> tuple[Act, ...]:
    return acts_of(read(folder / "acts.csv", "acts"))


FEB2003 = REPLAYS / "feb2003"
FEB2022 = bundled("scenarios", "feb2022")


def test_february_2003_three_break_the_silence_and_the_matter_moves() -> None:
    council = charter("feb2003", FEB2003).convene()
    history = acts(FEB2003)
    before_move = replay(council, history[:8])
    draft = before_move.decisions["D1"]
    assert draft.status == "silence_broken"
    assert [o.member for o in draft.objections] == ["FR", "BE", "DE"]
    assert before_move.consulted == ("TR",)
    moved = replay(before_move, history[8:9]).decisions["D1"]
    assert [o.member for o in moved.objections] == ["BE", "DE"], "France has no seat there"
    assert replay(before_move, history[8:]).decisions["D1"].status == "decided"


def test_february_2003_could_not_be_decided_in_the_council_nor_against_belgium() -> None:
    council = charter("feb2003", FEB2003).convene()
    history = acts(FEB2003)
    with pytest.raises(ProcedureError, match="the objection of FR BE DE stands"):
        replay(council, [*history[:8], history[11]])
    with pytest.raises(ProcedureError, match="the objection of BE stands"):
        replay(council, [*history[:10], history[11]])


def test_france_could_not_object_in_the_committee_it_had_left() -> None:
    council = replay(charter("feb2003", FEB2003).convene(), acts(FEB2003)[:9])
    late = replace_act(acts(FEB2003)[3], at=acts(FEB2003)[9].at)
    with pytest.raises(ProcedureError, match="FR has no seat in the Defence Planning Committee"):
        replay(council, [late])


def test_a_later_member_had_no_voice_in_february_2003() -> None:
    council = replay(charter("feb2003", FEB2003).convene(), acts(FEB2003)[:3])
    early = replace_act(acts(FEB2003)[3], actor="SK")
    with pytest.raises(ProcedureError, match="SK is no member on 2003-02-10"):
        replay(council, [early])


def test_february_2003_is_recorded_and_verified(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    record(charter("feb2003", FEB2003), list(acts(FEB2003)), path)
    exported = tmp_path / "ledger.jsonl"
    exported.write_bytes(export_lines(path))
    report = verify(exported)
    assert report.good
    assert report.acts == 12


def test_february_2022_five_plans_are_activated_after_consultations(tmp_path: Path) -> None:
    council = replay(charter("feb2022", FEB2022).convene(), acts(FEB2022))
    assert set(council.consulted) == {"BG", "CZ", "EE", "LV", "LT", "PL", "RO", "SK"}
    assert len(council.standing) == 1
    stands = council.standing[0]
    assert len(stands.plans) == 5
    assert stands.ordered_at is not None
    assert stands.limits
    assert council.gaps["spearhead_battalion"] == 0, "France pledged it"
    assert not council.collective, "no member was attacked"


def test_february_2022_had_the_members_of_that_day() -> None:
    members = charter("feb2022", FEB2022).convene().sitting(acts(FEB2022)[0].at)
    assert len(members) == 30
    assert "FI" not in members


def test_february_2022_through_the_whole_door(tmp_path: Path) -> None:
    world = load("feb2022")
    activation = decide(world, tmp_path / "ledger.sqlite")
    assert len(activation.plans) == 5
    assert verify(tmp_path / "ledger.sqlite").good
    refused = replace(world, acts=world.acts.filter(pl.col("act") != "meeting_decision"))
    with pytest.raises(ProcedureError, match="nothing has been done that it follows"):
        decide(refused, tmp_path / "other.sqlite")


def replace_act(act: Act, **fields: object) -> Act:
    import msgspec

    return msgspec.structs.replace(act, **fields)
