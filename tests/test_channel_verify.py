"""A desk's channel verifies as its council does: chain, signatures, officer, rules of incidents."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from standto.channel.incident import IncidentAct, body_of
from standto.channel.verify import verify
from standto.council.decide import export_lines
from standto.errors import DataError
from standto.ledger.book import Ledger
from standto.ledger.entry import stamp
from standto.ledger.keys import REGISTRAR, enrolment, new_key

AT = datetime(2030, 1, 1, 8, tzinfo=UTC)
ROOT, OFFICER = new_key(REGISTRAR), new_key("channel_officer")


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    made = Ledger.create(tmp_path / "channel.sqlite", {"origin": "drill/channel"}, ROOT, AT)
    made.append(REGISTRAR, AT, enrolment(OFFICER, stamp(AT)), ROOT)
    return made


def put(ledger: Ledger, act: str, minutes: int = 0, **fields: object) -> int:
    """Append past the rules, as a dishonest desk could: only key and chain are checked."""
    at = AT + timedelta(minutes=minutes)
    done = IncidentAct(incident="I-1", act=act, at=at, actor="channel_officer", text="a", **fields)  # type: ignore[arg-type]
    return ledger.append("channel_officer", at, body_of(done), OFFICER).n


def test_a_channel_verifies_as_sqlite_and_as_export(ledger: Ledger, tmp_path: Path) -> None:
    put(ledger, "draft", wait_min=30)
    put(ledger, "transmit", 1, channel="hotline")
    note = ledger.seal(ROOT)
    exported = tmp_path / "channel.jsonl"
    exported.write_bytes(export_lines(ledger.path))
    for path in (ledger.path, exported):
        report = verify(path, note)
        assert report.good, report.summary
        assert "2 acts on incidents of the channel" in report.summary
        assert report.registrar.startswith("drill/channel+")


def test_silence_recorded_too_early_is_found_although_all_is_signed(ledger: Ledger) -> None:
    put(ledger, "draft", wait_min=30)
    put(ledger, "transmit", 1, channel="hotline")
    n = put(ledger, "record_silence", 2)
    ledger.seal(ROOT)
    report = verify(ledger.path)
    assert (report.good, report.failed) == (False, n)
    assert "an answer is awaited until" in report.reason


def test_an_act_of_a_council_has_no_place_in_a_channel(ledger: Ledger) -> None:
    body = {"type": "act", "act": "activated", "text": "a"}
    n = ledger.append("channel_officer", AT, body, OFFICER).n
    ledger.seal(ROOT)
    report = verify(ledger.path)
    assert (report.good, report.failed) == (False, n)
    assert "of a kind 'act'" in report.reason


def test_a_changed_or_empty_channel_is_found(ledger: Ledger, tmp_path: Path) -> None:
    put(ledger, "draft", wait_min=30)
    ledger.seal(ROOT)
    exported = tmp_path / "channel.jsonl"
    exported.write_bytes(export_lines(ledger.path).replace(b'"wait_min":30', b'"wait_min":31'))
    assert verify(exported).failed == 3
    (tmp_path / "empty").write_bytes(b"")
    with pytest.raises(DataError, match="is empty"):
        verify(tmp_path / "empty")


def test_a_log_of_statements_verifies_and_a_decision_on_nothing_is_found(tmp_path: Path) -> None:
    about = {"origin": "drill/statements", "kind": "statements"}
    ledger = Ledger.create(tmp_path / "log.sqlite", about, ROOT, AT)
    ledger.append(REGISTRAR, AT, enrolment(OFFICER, stamp(AT)), ROOT)
    proposed = {"type": "statement_proposed", "key": "a:1"}
    ledger.append("channel_officer", AT, proposed, OFFICER)
    decided = {"type": "statement_accepted", "key": "a:1"}
    ledger.append("channel_officer", AT, decided, OFFICER)
    ledger.seal(ROOT)
    assert "2 entries on statements" in verify(ledger.path).summary
    n = ledger.append("channel_officer", AT, {**decided, "key": "a:2"}, OFFICER).n
    ledger.seal(ROOT)
    report = verify(ledger.path)
    assert (report.good, report.failed) == (False, n)
    assert "nothing was proposed as a:2" in report.reason
