"""Contingencies: what the cells mean, and draws that stay the same when something else changes."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from standto import tables
from standto.rehearse.draws import FOR_EVER, draw
from standto.world.contingencies import shape_of, start_range

HEADER = (
    "contingency,name,kind,target,mode,probability,start,distribution"
    ",parameters,group,note,source,grade"
)


def table(*rows: str) -> pl.DataFrame:
    return tables.parse("\n".join([HEADER, *rows]), "contingencies", "contingencies.csv")


PERMIT = "permit,Permit late,clearance,DE,road,1,always,mixture,1 d@0.5 5 d@0.4 45 d@0.1,,,s,C"
RAIL = "rail,Rail slow,rail_delay,*,rail,0.5,always,lognormal,1.2x 8x,,,s,C"
PORT = "port,Port shut,port,a-xa,,0.3,12 h..3 d,triangular,6 h 12 h 2 d,storm,,s,C"
FIELD = "field,Field shut,airfield,b-xa,,0.3,0 h,fixed,1 d,storm,,s,C"


def test_a_mixture_gives_its_values_in_their_shares() -> None:
    shape = shape_of("mixture", "1 d@0.5 5 d@0.4 45 d@0.1")
    values = shape.quantile(np.array([0.0, 0.49, 0.51, 0.89, 0.91, 0.999]))
    assert (values / 1440).tolist() == [1, 1, 5, 5, 45, 45]


def test_a_lognormal_keeps_its_median_and_its_95_percent_quantile() -> None:
    shape = shape_of("lognormal", "1.2x 8x")
    assert shape.is_factor
    assert shape.quantile(np.array([0.5, 0.95])) == pytest.approx([1.2, 8.0])


def test_a_triangle_runs_from_low_to_high_through_its_mode() -> None:
    shape = shape_of("triangular", "6 h 12 h 2 d")
    low, mode, high = 360, 720, 2880
    at_mode = (mode - low) / (high - low)
    values = shape.quantile(np.array([0.0, at_mode, 1 - 1e-12]))
    assert values == pytest.approx([low, mode, high], abs=0.1)


@pytest.mark.parametrize(
    ("distribution", "parameters", "says"),
    [
        ("fixed", "soon", "one value"),
        ("fixed", "12", "one value"),
        ("uniform", "12 h", "two values"),
        ("uniform", "2 d 12 h", "rising order"),
        ("uniform", "12 h 2x", "mixes durations with factors"),
        ("mixture", "1 d@0.5 5 d@0.4", "add up to 1"),
        ("fixed", "0x", "factor of 0"),
        ("lognormal", "2x 2x", "median"),
    ],
)
def test_a_wrong_shape_says_what_would_be_right(
    distribution: str, parameters: str, says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        shape_of(distribution, parameters)


def test_a_start_is_always_a_time_or_a_range() -> None:
    assert start_range("always") == (0, 0)
    assert start_range("36 h") == (2160, 2160)
    assert start_range("12 h..3 d") == (720, 4320)
    with pytest.raises(ValueError, match="backwards"):
        start_range("3 d..12 h")


@given(st.integers(1, 40), st.integers(0, 2**32))
def test_the_first_runs_are_the_same_however_many_follow(runs: int, seed: int) -> None:
    few = draw(table(PERMIT, RAIL, PORT), runs, seed)
    many = draw(table(PERMIT, RAIL, PORT), 60, seed)
    assert (few.closes == many.closes[:, :runs]).all()
    assert (few.factor == many.factor[:, :runs]).all()


def test_switching_one_off_changes_nothing_for_the_others() -> None:
    both, one = draw(table(PERMIT, PORT), 500, 7), draw(table(PORT), 500, 7)
    assert (both.closes[1] == one.closes[0]).all()
    assert (both.happens[1] == one.happens[0]).all()


def test_contingencies_of_one_group_happen_together() -> None:
    drawn = draw(table(PORT, FIELD), 500, 7)
    assert (drawn.happens[0] == drawn.happens[1]).all()
    assert 0.2 < drawn.happens[0].mean() < 0.4


def test_a_factor_is_one_where_nothing_happens_and_no_window_outlasts_for_ever() -> None:
    drawn = draw(table(RAIL, PERMIT), 500, 7)
    assert (drawn.factor[0][~drawn.happens[0]] == 1).all()
    assert drawn.closes.max() <= FOR_EVER
