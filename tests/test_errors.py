"""A user's mistake is told once, whole, and in order."""

from __future__ import annotations

import pytest

from standto.errors import DataError, Fault, ProcedureError, StandtoError, shorten


def test_a_fault_says_file_line_column_value_and_what_would_be_right() -> None:
    fault = Fault("links.csv", 812, "gauge_mm", "1520 ", "should be one of 1435 1520")
    assert str(fault) == "links.csv line 812, gauge_mm: '1520 ' should be one of 1435 1520"
    assert str(Fault("links.csv", None, None, None, "is empty")) == "links.csv: is empty"


def test_a_data_error_keeps_every_fault_in_the_order_of_files_and_lines() -> None:
    faults = [
        Fault("b.csv", 2, "x", "1", "is wrong"),
        Fault("a.csv", 10, "x", "1", "is wrong"),
        Fault("a.csv", 9, "y", None, "is wrong"),
        Fault("a.csv", None, None, None, "is wrong"),
    ]
    error = DataError(faults)
    assert [(f.file, f.line) for f in error.faults] == [
        ("a.csv", None),
        ("a.csv", 9),
        ("a.csv", 10),
        ("b.csv", 2),
    ]
    assert str(error).count("\n") == 3


def test_both_kinds_of_mistake_are_standto_errors() -> None:
    refused = ProcedureError("objection", "silence has ended", "a meeting can be called")
    assert isinstance(refused, StandtoError)
    assert str(refused) == "objection refused: silence has ended. a meeting can be called"
    with pytest.raises(StandtoError):
        raise DataError.one("x.csv", "is empty")


def test_a_long_value_is_shortened_in_its_middle() -> None:
    assert shorten("a" * 60) == "a" * 60
    short = shorten("a" * 40 + "b" * 40)
    assert len(short) <= 60
    assert short.startswith("aaa")
    assert short.endswith("bbb")
    assert "..." in short
