"""Time: what is written is read back, and the edges refuse what has no zone or unit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standto.clock import (
    Clock,
    c_plus,
    dtg,
    format_duration,
    in_words,
    iso,
    parse_duration,
    parse_when,
)

C_HOUR = datetime(2022, 2, 24, 17, 37, tzinfo=UTC)
minutes = st.integers(-10_000_000, 10_000_000)
FIRST, LAST = datetime(2000, 1, 1), datetime(2099, 12, 31)  # noqa: DTZ001 (bounds are naive)
whole_minutes = st.datetimes(FIRST, LAST, timezones=st.just(UTC)).map(
    lambda when: when.replace(second=0, microsecond=0)
)


@given(minutes)
def test_a_duration_is_read_back_as_it_was_written(length: int) -> None:
    assert parse_duration(format_duration(length)) == length


@given(minutes)
def test_a_minute_of_the_clock_is_read_back(minute: int) -> None:
    clock = Clock(C_HOUR)
    assert clock.minute(clock.utc(minute)) == minute
    assert parse_when(clock.iso(minute)) == clock.utc(minute)


@given(whole_minutes)
def test_a_date_time_group_is_read_back(when: datetime) -> None:
    assert parse_when(dtg(when)) == when
    assert parse_when(iso(when)) == when


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("90 min", 90),
        ("36h", 2160),
        ("5 d", 7200),
        ("1 d 12 h", 2160),
        ("2 w", 20160),
        ("-24 h", -1440),
        ("1.5 h", 90),
        ("0 min", 0),
    ],
)
def test_durations_carry_their_unit(text: str, length: int) -> None:
    assert parse_duration(text) == length


@pytest.mark.parametrize("text", ["soon", "5", "", "5 days", "h", "5 d and", "0.01 h"])
def test_a_duration_without_a_unit_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="should"):
        parse_duration(text)


@pytest.mark.parametrize(
    "text", ["2022-02-24T17:37", "24.02.2022", "241737ZFEV22", "312400ZFEB22", "tomorrow"]
)
def test_a_time_without_zone_or_form_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="should be a UTC time"):
        parse_when(text)


def test_a_time_of_another_zone_becomes_utc() -> None:
    assert parse_when("2022-02-24T18:37+01:00") == C_HOUR
    assert parse_when("2022-02-24") == datetime(2022, 2, 24, tzinfo=UTC)
    berlin = timezone(timedelta(hours=1))
    assert iso(datetime(2022, 2, 24, 18, 37, tzinfo=berlin)) == "2022-02-24T17:37Z"
    assert dtg(C_HOUR) == "241737ZFEB22"


def test_c_day_counts_from_the_start_of_its_day() -> None:
    assert c_plus(0) == "C+0 00:00"
    assert c_plus(3 * 1440 + 240) == "C+3 04:00"
    assert c_plus(-240) == "C-1 20:00"


def test_a_length_of_time_for_a_reader() -> None:
    assert in_words(4 * 1440 + 19 * 60) == "4 d 19 h"
    assert in_words(425) == "7 h 05 min"
    assert in_words(-45) == "-45 min"


def test_the_clock_refuses_a_c_hour_that_is_not_utc() -> None:
    with pytest.raises(AssertionError, match="UTC"):
        Clock(datetime(2022, 2, 24, tzinfo=timezone(timedelta(hours=1))))
    with pytest.raises(AssertionError, match="whole minute"):
        Clock(datetime(2022, 2, 24, 1, 1, 1, tzinfo=UTC))
