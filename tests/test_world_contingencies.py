"""A contingency that cannot be is named when the scenario is read."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from standto.errors import DataError
from standto.world.load import load

SMALL = Path(__file__).parent / "small"
BAD = """\
contingency,name,kind,target,mode,probability,start,distribution,parameters,group,note,source,grade
one,One,link,road-birch-ceder,road,0.2,1 d..6 d,triangular,12 h 24 h 72 h,,,hand,D
two,Two,airfield,brook-xb,air,1.3,always,fixed,24 h,,,hand,D
three,Three,strike,brook-xb,sea,0.1,6 d..1 d,fixed,soon,,,hand,D
four,Four,strike,brook-xb,sea,0.1,always,gamma,24 h,,,hand,D
five,Five,border,XA,road,0.1,-3 h,fixed,24 h,,,hand,D
six,Six,border,XA-XB-XC,road,0.1,-3 h..1 h,fixed,-24 h,,,hand,D
seven,Seven,weather,a-gun,,0.1,always,fixed,24 h,,,hand,D
eight,Eight,border,XA-XA,road,0.1,always,fixed,24 h,,,hand,D
"""


def test_every_bad_contingency_is_named_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "small"
    shutil.copytree(SMALL, folder)
    (folder / "contingencies.csv").write_text(BAD, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        load(folder)
    told = str(caught.value).splitlines()
    expected = [
        ("line 2, target", "road-birch-cedar"),
        ("line 3, probability", "at most 1"),
        ("line 3, target", "is not in airfields"),
        ("line 4, parameters", "one value, such as 36 h"),
        ("line 4, start", "earlier time first"),
        ("line 5, distribution", "fixed uniform triangular lognormal mixture"),
        ("line 6, start", "a duration after C-hour"),
        ("line 6, target", "two countries, such as DE-PL"),
        ("line 7, start", "a duration after C-hour"),
        ("line 7, parameters", "one value, such as 36 h"),
        ("line 7, target", "two countries, such as DE-PL"),
        ("line 8, target", "is not in places or countries"),
        ("line 9, target", "two countries, such as DE-PL"),
    ]
    for where, right in expected:
        assert any(where in line and right in line for line in told), (where, told)
    assert len(told) == len(expected)
