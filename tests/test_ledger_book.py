"""The book: one writer at a time, nothing changed or lost, time never back, keys of that day."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from standto.errors import StandtoError
from standto.ledger.book import Ledger
from standto.ledger.entry import stamp
from standto.ledger.keys import (
    REGISTRAR,
    Key,
    enrolment,
    new_key,
    replay_key,
    revocation,
    rotation,
)

BENCH = Path(__file__).parent.parent / "bench"
AT = datetime(2030, 1, 1, 8, tzinfo=UTC)
ROOT = replay_key("test", REGISTRAR)
XA = replay_key("test", "XA")


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    made = Ledger.create(tmp_path / "ledger.sqlite", {"origin": "test"}, ROOT, AT)
    made.append(REGISTRAR, AT, enrolment(XA, stamp(AT)), ROOT)
    return made


def say(ledger: Ledger, words: str, hours: float = 0, key: Key = XA, actor: str = "XA") -> int:
    return ledger.append(actor, AT + timedelta(hours=hours), {"type": "act", "words": words}, key).n


def test_entries_come_back_in_order_and_chained(ledger: Ledger) -> None:
    for n in range(3, 8):
        assert say(ledger, f"entry {n}") == n
    entries = ledger.entries()
    assert [e.n for e in entries] == list(range(1, 8))
    assert [e.previous for e in entries[1:]] == [e.hash for e in entries[:-1]]


def test_nobody_changes_or_removes_an_entry_through_sql(ledger: Ledger) -> None:
    connection = sqlite3.connect(ledger.path)
    with pytest.raises(sqlite3.IntegrityError, match="never changed"):
        connection.execute("UPDATE entry SET line = x'00' WHERE n = 1")
    with pytest.raises(sqlite3.IntegrityError, match="never removed"):
        connection.execute("DELETE FROM entry WHERE n = 2")
    connection.close()


def test_the_file_is_synchronised_fully_on_a_write_ahead_log(ledger: Ledger) -> None:
    connection = ledger._connection
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)


def test_time_never_runs_back(ledger: Ledger) -> None:
    say(ledger, "later", hours=2)
    with pytest.raises(StandtoError, match="never runs back"):
        say(ledger, "earlier", hours=1)
    assert len(ledger.entries()) == 3


def test_a_ledger_is_never_written_over(ledger: Ledger) -> None:
    with pytest.raises(StandtoError, match="exists already"):
        Ledger.create(ledger.path, {"origin": "test"}, ROOT, AT)


@pytest.mark.parametrize("origin", ["", "two words", "a+b", None, 7])
def test_an_origin_is_a_name_that_a_note_can_carry(tmp_path: Path, origin: object) -> None:
    with pytest.raises(StandtoError, match="origin"):
        Ledger.create(tmp_path / "l.sqlite", {"origin": origin}, ROOT, AT)


@pytest.mark.parametrize("value", [1.5, 2**60, {"a": float("nan")}, [object()], {1: "x"}])
def test_only_plain_data_stands_in_a_ledger(ledger: Ledger, value: object) -> None:
    with pytest.raises(StandtoError):
        ledger.append("XA", AT, {"type": "act", "value": value}, XA)
    assert say(ledger, "still good") == 3


def test_a_key_that_nobody_enrolled_signs_nothing(ledger: Ledger) -> None:
    with pytest.raises(StandtoError, match="nobody has enrolled"):
        say(ledger, "hello", key=new_key("XA"))


def test_a_key_acts_only_for_its_holder(ledger: Ledger) -> None:
    with pytest.raises(StandtoError, match="acts for XB with a key of XA"):
        say(ledger, "hello", actor="XB")


def test_only_the_registrar_enrols(ledger: Ledger) -> None:
    with pytest.raises(StandtoError, match="only the registrar may"):
        ledger.append("XA", AT, enrolment(new_key("XB"), stamp(AT)), XA)


def test_a_key_is_not_enrolled_for_the_past(ledger: Ledger) -> None:
    say(ledger, "later", hours=2)
    later = AT + timedelta(hours=2)
    with pytest.raises(StandtoError, match="a time that has passed"):
        ledger.append(REGISTRAR, later, enrolment(new_key("XB"), stamp(AT)), ROOT)


def test_a_rotated_key_signs_up_to_the_day_and_the_new_one_from_it(ledger: Ledger) -> None:
    new = new_key("XA")
    turn = AT + timedelta(hours=4)
    ledger.append("XA", AT, rotation(XA.name, new, stamp(turn)), XA)
    say(ledger, "old key, in time", hours=3)
    with pytest.raises(StandtoError, match="valid from"):
        say(ledger, "new key, too early", hours=3, key=new)
    with pytest.raises(StandtoError, match="valid from"):
        say(ledger, "old key, too late", hours=4)
    say(ledger, "new key, in time", hours=4, key=new)
    assert ledger.key_of("XA", turn) == new.name


def test_a_revoked_key_signs_nothing_more(ledger: Ledger) -> None:
    later = AT + timedelta(hours=1)
    ledger.append(REGISTRAR, later, revocation(XA.name, stamp(later), "lost"), ROOT)
    with pytest.raises(StandtoError, match="valid from"):
        say(ledger, "hello", hours=1)
    assert ledger.key_of("XA", later) is None


def test_nobody_changes_anothers_key(ledger: Ledger) -> None:
    other = new_key("XB")
    ledger.append(REGISTRAR, AT, enrolment(other, stamp(AT)), ROOT)
    with pytest.raises(StandtoError, match="XB changes a key of XA"):
        ledger.append("XB", AT, revocation(XA.name, stamp(AT), "mischief"), other)
    with pytest.raises(StandtoError, match="passes a key of XA to XB"):
        ledger.append("XA", AT, rotation(XA.name, new_key("XB"), stamp(AT)), XA)


def test_what_fails_inside_a_transaction_leaves_nothing(ledger: Ledger) -> None:
    with pytest.raises(StandtoError), ledger.writing():
        say(ledger, "one")
        say(ledger, "two", actor="XB")
    assert len(ledger.entries()) == 2
    assert say(ledger, "three") == 3


def test_threads_and_processes_wait_for_their_turn(ledger: Ledger) -> None:
    def many(book: Ledger) -> None:
        for n in range(20):
            say(book, f"entry {n}")

    second = Ledger(ledger.path)
    threads = [threading.Thread(target=many, args=(book,)) for book in (ledger, ledger, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ledger.entries()) == 62
    assert len(second.entries()) == 62
    second.close()


def test_killed_writers_lose_no_acknowledged_entry() -> None:
    """Two writers at once, killed without warning; the bench does it 1,000 times."""
    done = subprocess.run(
        [sys.executable, BENCH / "ledger_kill.py", "--kills", "20"],
        capture_output=True,
        check=True,
        text=True,
    )
    outcome = json.loads(done.stdout)
    assert outcome["acknowledged"] > 0
    assert outcome["lost"] == outcome["broken"] == 0
