"""An export shows every change: of a byte, a line, an order, an end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standto.errors import DataError
from standto.ledger.book import Ledger
from standto.ledger.entry import LedgerError, canonical, read_entry, stamp
from standto.ledger.export import checked, export, parse_lines, read_lines
from standto.ledger.keys import REGISTRAR, enrolment, replay_key

AT = datetime(2030, 1, 1, 8, tzinfo=UTC)
ROOT, XA = replay_key("t", REGISTRAR), replay_key("t", "XA")


def made(path: Path, entries: int) -> bytes:
    ledger = Ledger.create(path, {"origin": "t"}, ROOT, AT)
    ledger.append(REGISTRAR, AT, enrolment(XA, stamp(AT)), ROOT)
    for n in range(entries):
        ledger.append("XA", AT + timedelta(minutes=n), {"type": "act", "t": f"No. {n} é"}, XA)
    ledger.seal(ROOT)
    data = export(ledger)
    ledger.close()
    return data


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return made(tmp_path_factory.mktemp("small") / "l.sqlite", 1)


@pytest.fixture(scope="module")
def larger(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return made(tmp_path_factory.mktemp("larger") / "l.sqlite", 30)


def holds(data: bytes) -> bool:
    """Whether an export passes."""
    try:
        return bool(list(checked(parse_lines(data, "export"))))
    except (LedgerError, DataError):
        return False


def test_what_was_exported_holds_and_reads_back(small: bytes, tmp_path: Path) -> None:
    assert holds(small)
    path = tmp_path / "export.jsonl"
    path.write_bytes(small)
    lines = read_lines(path)
    restored = Ledger.restore(tmp_path / "again.sqlite", lines.lines, lines.notes[0])
    assert export(restored) == small
    restored.close()


def test_every_change_of_every_byte_is_seen(small: bytes) -> None:
    """Each bit of each byte turned; `bench/ledger_bytes.py` tries all 255 other values."""
    for place, byte in enumerate(small):
        for bit in range(8):
            changed = small[:place] + bytes([byte ^ (1 << bit)]) + small[place + 1 :]
            assert not holds(changed), f"byte {place}, bit {bit}"


def test_every_byte_left_out_or_put_in_is_seen(small: bytes) -> None:
    for place in range(len(small)):
        assert not holds(small[:place] + small[place + 1 :])
        assert not holds(small[:place] + b" " + small[place:])


def test_every_truncation_is_seen(larger: bytes) -> None:
    assert not [end for end in range(len(larger)) if holds(larger[:end])]


def test_every_removal_of_a_line_is_seen(larger: bytes) -> None:
    lines = larger.splitlines(keepends=True)
    for n in range(len(lines)):
        assert not holds(b"".join(lines[:n] + lines[n + 1 :])), f"line {n + 1}"


def test_every_exchange_of_two_lines_is_seen(small: bytes, larger: bytes) -> None:
    lines = larger.splitlines(keepends=True)
    for n in range(len(lines)):
        for m in range(n):
            order = list(range(len(lines)))
            order[n], order[m] = m, n
            assert not holds(b"".join(lines[k] for k in order))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_change_of_several_bytes_is_seen(larger: bytes, data: st.DataObject) -> None:
    changed = bytearray(larger)
    start = data.draw(st.integers(0, len(larger) - 1))
    length = data.draw(st.integers(0, 40))
    changed[start : start + length] = data.draw(st.binary(max_size=40))
    if bytes(changed) != larger:
        assert not holds(bytes(changed))


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 32), st.integers(0, 32))
def test_a_repeated_line_is_seen(larger: bytes, what: int, where: int) -> None:
    lines = larger.splitlines(keepends=True)
    assert not holds(b"".join([*lines[:where], lines[what], *lines[where:]]))


def test_a_shorter_ledger_honestly_sealed_does_not_match_an_older_checkpoint(
    tmp_path: Path, larger: bytes
) -> None:
    short = parse_lines(made(tmp_path / "l.sqlite", 3), "short")
    longer = parse_lines(larger, "larger")
    both = type(short)(short.lines, (*short.notes, *longer.notes), closed=False)
    with pytest.raises(LedgerError, match="covers 32 entries, but 5 are here"):
        list(checked(both))


json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.text(), json, max_size=5))
def test_canonical_json_is_json_and_reads_back(body: dict[str, object]) -> None:
    import json as python

    try:
        line = canonical(body)
    except UnicodeEncodeError:
        return
    assert python.loads(line) == body
    assert canonical(python.loads(line)) == line


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"{}", "is not an entry"),
        (b"not json", "is not an entry"),
        (b"\xff\xfe", "is not an entry"),
        (b"[" * 5000, "is not an entry"),
    ],
)
def test_what_is_no_entry_is_refused(line: bytes, message: str) -> None:
    with pytest.raises(LedgerError, match=message):
        read_entry(line, 1)


@pytest.mark.parametrize("data", [b"", b"a,b\n1,2\n", b"{}\n", b"\x00" * 50])
def test_what_is_no_ledger_is_said_to_be_none(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(data)
    with pytest.raises(DataError, match=r"no ledger|is empty"):
        read_lines(path)


def test_another_sqlite_file_is_no_ledger(tmp_path: Path) -> None:
    import sqlite3

    connection = sqlite3.connect(tmp_path / "other.sqlite")
    connection.execute("CREATE TABLE t (x)")
    connection.commit()
    connection.close()
    with pytest.raises(DataError, match="but no ledger"):
        read_lines(tmp_path / "other.sqlite")
