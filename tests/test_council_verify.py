"""Verification offline: what is signed well and breaks the rules is found, and by its entry."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from standto.council.acts import Act, body_of
from standto.council.charter import Charter
from standto.council.decide import export_lines, record
from standto.council.keyring import enrol, enrol_own, keys, open_ledger, revoke, rotate
from standto.council.pack import Member, load_pack
from standto.council.verify import verify
from standto.errors import DataError, StandtoError
from standto.ledger.book import Ledger
from standto.ledger.keyfile import create_key, read_key
from standto.ledger.keys import REGISTRAR, Key, new_key, replay_key

AT = datetime(2030, 1, 1, 8, tzinfo=UTC)
MEMBERS = (Member("XA"), Member("XB", since="2030-01-03"))
CHARTER = Charter("standto/test", "A test", "exercise", load_pack("nato"), MEMBERS)
ROOT = new_key(REGISTRAR)
KEYS = {holder: new_key(holder) for holder in ("XA", "XB", "chair")}


def later(hours: float) -> datetime:
    return AT + timedelta(hours=hours)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    made = open_ledger(tmp_path / "ledger.sqlite", CHARTER, ROOT, AT)
    for key in KEYS.values():
        enrol_own(made, ROOT, key, AT)
    return made


def put(ledger: Ledger, kind: str, actor: str, hours: float = 0, **fields: object) -> int:
    """Append past the procedure, as a dishonest desk could: only key and chain are checked."""
    act = Act(at=later(hours), act=kind, actor=actor, text="words", **fields)  # type: ignore[arg-type]
    return ledger.append(actor, act.at, body_of(act), KEYS[actor]).n


def test_an_exercise_with_own_keys_verifies(ledger: Ledger) -> None:
    put(ledger, "consultations_called", "XA")
    ledger.seal(ROOT)
    report = verify(ledger.path)
    assert report.good
    assert report.acts == 1
    assert not any("replay" in remark for remark in report.remarks)


def test_a_plan_activated_without_a_decision_is_found_although_all_is_signed(
    ledger: Ledger,
) -> None:
    put(ledger, "consultations_called", "XA")
    put(ledger, "draft_decision", "chair", 1, plans=("east",))
    put(ledger, "silence_started", "chair", 1, deadline=later(3))
    put(ledger, "objection", "XA", 2)
    n = put(ledger, "activated", "chair", 4)
    ledger.seal(ROOT)
    report = verify(ledger.path)
    assert not report.good
    assert report.failed == n
    assert "the objection of XA stands" in report.summary


def test_a_country_before_it_was_a_member_is_found(ledger: Ledger) -> None:
    n = put(ledger, "consultations_called", "XB", 1)
    ledger.seal(ROOT)
    report = verify(ledger.path)
    assert (report.good, report.failed) == (False, n)
    assert "XB is no member on 2030-01-01" in report.reason


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"type": "act", "act": "objection", "text": "x", "extra": 1}, "unknown field"),
        ({"type": "act", "text": "x"}, "missing required field"),
        ({"type": "act", "act": "objection", "text": 5}, "Expected `str`"),
        ({"type": "rumour"}, "of a kind 'rumour'"),
        ({}, "of a kind None"),
    ],
)
def test_a_body_that_is_no_act_is_found(
    ledger: Ledger, body: dict[str, object], message: str
) -> None:
    ledger.append("XA", AT, body, KEYS["XA"])
    ledger.seal(ROOT)
    report = verify(ledger.path)
    assert not report.good
    assert message in report.reason


def test_an_unsealed_ledger_is_not_called_good(ledger: Ledger) -> None:
    put(ledger, "consultations_called", "XA")
    assert "a missing end cannot be seen" in verify(ledger.path).summary


def test_a_checkpoint_kept_elsewhere_shows_a_shortened_ledger(tmp_path: Path) -> None:
    first = Act(at=AT, act="consultations_called", actor="XA", text="asks")
    acts = [first, Act(at=AT, act="consultations_called", actor="XA", text="asks again")]
    record(CHARTER, acts, tmp_path / "long.sqlite")
    record(CHARTER, acts[:1], tmp_path / "short.sqlite")
    witness = Ledger(tmp_path / "long.sqlite").note()
    short = tmp_path / "short.jsonl"
    short.write_bytes(export_lines(tmp_path / "short.sqlite"))
    assert verify(short).good, "alone it is a good ledger"
    assert "covers 4 entries, but 3 are here" in verify(short, witness).summary
    assert verify(tmp_path / "long.sqlite", witness).good


def test_a_ledger_written_anew_by_somebody_else_does_not_fit_the_checkpoint(
    ledger: Ledger, tmp_path: Path
) -> None:
    put(ledger, "consultations_called", "XA")
    witness = ledger.seal(ROOT)
    other = new_key(REGISTRAR)
    forged = open_ledger(tmp_path / "forged.sqlite", CHARTER, other, AT)
    for key in KEYS.values():
        enrol_own(forged, other, key, AT)
    put(forged, "consultations_called", "XA")
    forged.seal(other)
    assert verify(forged.path).good, "alone it is a good ledger, of another registrar"
    assert verify(forged.path).registrar != verify(ledger.path).registrar
    assert "does not carry the signature" in verify(forged.path, witness).summary


def test_rules_that_are_not_the_bundled_ones_are_remarked(tmp_path: Path) -> None:
    import msgspec

    lax = msgspec.structs.replace(CHARTER.pack, shortest_silence_min=0)
    charter = msgspec.structs.replace(CHARTER, pack=lax)
    act = Act(at=AT, act="consultations_called", actor="XA", text="asks")
    record(charter, [act], tmp_path / "l.sqlite")
    report = verify(tmp_path / "l.sqlite")
    assert report.good
    assert any("not those of a bundled pack" in remark for remark in report.remarks)


def test_what_is_no_ledger_is_said_to_be_none(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such file"):
        verify(tmp_path / "nothing.jsonl")


def test_keys_are_enrolled_rotated_and_revoked_with_dates(ledger: Ledger, tmp_path: Path) -> None:
    fresh = new_key("XA")
    rotate(ledger, KEYS["XA"], KEYS["XA"].name, fresh, later(2), later(1))
    revoke(ledger, ROOT, KEYS["chair"].name, later(5), "the chair has changed", later(3))
    outside = new_key("chair")
    enrol(ledger, ROOT, "chair", outside.public, later(5), later(4))
    ledger.seal(ROOT)
    table = keys(ledger.path)
    assert table["holder"].to_list() == [REGISTRAR, "XA", "XB", "chair", "XA", "chair"]
    ends = dict(zip(table["key"], table["end"], strict=True))
    assert ends[KEYS["XA"].name] == later(2)
    assert ends[KEYS["chair"].name] == later(5)
    assert ends[outside.name] is None
    assert verify(ledger.path).good


def test_a_public_key_that_is_none_is_refused(ledger: Ledger) -> None:
    with pytest.raises(StandtoError, match="is not base64"):
        enrol(ledger, ROOT, "XA", "!", AT, AT)
    with pytest.raises(StandtoError, match="not 32 bytes"):
        enrol(ledger, ROOT, "XA", "AAAA", AT, AT)


def test_a_key_file_is_read_by_its_owner_only_and_comes_back(tmp_path: Path) -> None:
    key: Key = create_key(tmp_path / "keys", "XA")
    path = tmp_path / "keys" / f"{key.name}.pem"
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_key(path).name == key.name
    assert read_key(path).sign(b"x") == key.sign(b"x")
    path.rename(path.with_name("XB-12345678.pem"))
    with pytest.raises(StandtoError, match="its file should be named so"):
        read_key(path.with_name("XB-12345678.pem"))
    (tmp_path / "no.pem").write_text("hello")
    with pytest.raises(StandtoError, match="cannot be read as a private key"):
        read_key(tmp_path / "no.pem")


def test_replay_keys_are_marked_and_the_same_each_time() -> None:
    one, two = replay_key("a", "XA"), replay_key("a", "XA")
    assert one.name == two.name
    assert one.name.startswith("replay-XA-")
    assert replay_key("b", "XA").name != one.name
