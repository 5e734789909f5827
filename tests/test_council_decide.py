"""From acts to an activation: replayed, recorded, verified, bound to the plan's version."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from standto.council.decide import decide, export_lines
from standto.council.decisions import DECISIONS, decisions
from standto.council.verify import verify
from standto.errors import DataError, ProcedureError, StandtoError
from standto.world.load import load
from standto.world.version import version
from standto.world.world import World

SMALL = Path(__file__).parent / "small"


@pytest.fixture(scope="module")
def world() -> World:
    return load(SMALL)


def changed(world: World, **columns: pl.Expr) -> World:
    forces = world.alliance.forces.with_columns(**columns)
    return replace(world, alliance=replace(world.alliance, forces=forces))


def test_the_small_scenario_activates_its_plan(world: World, tmp_path: Path) -> None:
    activation = decide(world, tmp_path / "ledger.sqlite")
    assert activation.plans == ("east",)
    assert activation.version == version(world.alliance, ("east",))
    assert world.clock.iso(world.clock.minute(activation.decided_at)) == "2030-01-10T12:00Z"
    assert world.clock.iso(world.clock.minute(activation.alerted_at)) == "2030-01-10T13:00Z"
    assert verify(tmp_path / "ledger.sqlite").head == activation.ledger_head


def test_the_same_scenario_gives_the_same_ledger_byte_for_byte(
    world: World, tmp_path: Path
) -> None:
    for name in ("one", "two"):
        decide(world, tmp_path / f"{name}.sqlite")
    assert export_lines(tmp_path / "one.sqlite") == export_lines(tmp_path / "two.sqlite")


def test_a_replay_says_that_it_is_one(world: World, tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    decide(world, path)
    report = verify(path)
    assert report.charter is not None
    assert report.charter.kind == "replay"
    assert any("proves nothing about who" in remark for remark in report.remarks)
    assert all(key.startswith("replay-") for key in decisions(path)["key"])


def test_each_act_is_a_row_of_the_record_with_its_hash_and_source(
    world: World, tmp_path: Path
) -> None:
    path = tmp_path / "ledger.sqlite"
    activation = decide(world, path)
    table = decisions(path)
    assert table.schema == DECISIONS
    assert table["act"].to_list() == world.acts["act"].to_list()
    assert table["hash"][-1] == activation.ledger_head
    assert table["source"].null_count() == 0


def test_an_exported_ledger_is_verified_and_gives_the_same_activation(
    world: World, tmp_path: Path
) -> None:
    activation = decide(world, tmp_path / "first.sqlite")
    exported = tmp_path / "ledger.jsonl"
    exported.write_bytes(export_lines(tmp_path / "first.sqlite"))
    again = decide(replace(world, ledger=exported), tmp_path / "second.sqlite")
    assert again == activation
    assert export_lines(tmp_path / "second.sqlite") == exported.read_bytes()


def test_an_exported_ledger_with_a_changed_act_is_refused_with_its_entry(
    world: World, tmp_path: Path
) -> None:
    decide(world, tmp_path / "first.sqlite")
    data = export_lines(tmp_path / "first.sqlite")
    exported = tmp_path / "ledger.jsonl"
    exported.write_bytes(data.replace(b"asks for consultations", b"asks for constellations"))
    with pytest.raises(StandtoError, match=r"ledger\.jsonl: does not verify: entry 7"):
        decide(replace(world, ledger=exported), tmp_path / "second.sqlite")


def test_a_plan_changed_after_the_decision_is_not_activated(world: World, tmp_path: Path) -> None:
    decide(world, tmp_path / "first.sqlite")
    exported = tmp_path / "ledger.jsonl"
    exported.write_bytes(export_lines(tmp_path / "first.sqlite"))
    larger = changed(world, personnel=pl.col("personnel") + 1)
    with pytest.raises(StandtoError, match="changed after the decision"):
        decide(replace(larger, ledger=exported), tmp_path / "second.sqlite")


@pytest.mark.parametrize(
    ("without", "message"),
    [
        ("command_request", None),
        ("draft_decision", "nothing has been done that it follows"),
        ("silence_started", "nothing has been done that it follows"),
        ("activated", "nothing has been done that it follows"),
    ],
)
def test_a_step_left_out_is_refused_when_the_rules_need_it(
    world: World, tmp_path: Path, without: str, message: str | None
) -> None:
    fewer = replace(world, acts=world.acts.filter(pl.col("act") != without))
    if message is None:
        assert decide(fewer, tmp_path / "ledger.sqlite").plans == ("east",)
        return
    with pytest.raises(ProcedureError, match=message):
        decide(fewer, tmp_path / "ledger.sqlite")
    assert not (tmp_path / "ledger.sqlite").exists()


def test_without_an_act_no_activation_stands(world: World, tmp_path: Path) -> None:
    with pytest.raises(StandtoError, match="no act"):
        decide(replace(world, acts=world.acts.clear()), tmp_path / "ledger.sqlite")


def test_why_no_activation_stands_is_said(world: World, tmp_path: Path) -> None:
    before = replace(world, acts=world.acts.head(6))
    with pytest.raises(StandtoError, match="is under silence until 2030-01-10T11:00Z"):
        decide(before, tmp_path / "ledger.sqlite")


def test_an_unknown_procedure_pack_is_named(world: World, tmp_path: Path) -> None:
    strange = replace(world, scenario=replace_scenario(world, council="natto"))
    with pytest.raises(DataError, match="did you mean 'nato'"):
        decide(strange, tmp_path / "ledger.sqlite")


def replace_scenario(world: World, **fields: str):  # type: ignore[no-untyped-def]
    import msgspec

    return msgspec.structs.replace(world.scenario, **fields)
