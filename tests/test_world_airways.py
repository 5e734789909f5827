"""Ways by air: direct where that is open, else round, never through, and not much too long."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standto.world.airspace import Airspace, airspace
from standto.world.airways import airways
from standto.world.bundled import bundled
from standto.world.distance import along, great_circle_km
from standto.world.load import load

SMALL = Path(__file__).parent / "small"
WALL = [[0.0, 40.0], [2.0, 40.0], [2.0, 50.0], [0.0, 50.0], [0.0, 40.0]]
LAND = [[-20.0, 30.0], [20.0, 30.0], [20.0, 60.0], [-20.0, 60.0], [-20.0, 30.0]]


def walled(folder: Path) -> Airspace:
    """A map of one country QQ, a wall ten degrees high, in a wide land QL around it."""
    features = [
        {"properties": {"iso": iso}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
        for iso, ring in (("QL", LAND), ("QQ", WALL))
    ]
    path = folder / "map.json"
    path.write_text(json.dumps({"land": {"features": features}}), encoding="utf-8")
    return airspace(load(SMALL).network, path)


@pytest.fixture(scope="module")
def space(tmp_path_factory: pytest.TempPathFactory) -> Airspace:
    return walled(tmp_path_factory.mktemp("map"))


def in_wall(point: tuple[float, float]) -> bool:
    return 39.8 < point[0] < 50.2 and 0 < point[1] < 2


def test_an_open_sky_is_flown_directly(space: Airspace) -> None:
    lat, lon = np.array([45.0, 45.0]), np.array([-5.0, 7.0])
    ways = airways(space, (), lat, lon)
    assert ways.direct.all()
    assert ways.km[0, 1] == great_circle_km(lat[:1], lon[:1], lat[1:], lon[1:])[0]
    assert ways.track(0, 1).tolist() == [[45.0, -5.0], [45.0, 7.0]]


def test_a_wall_is_flown_round_by_its_nearer_end(space: Airspace) -> None:
    lat, lon = np.array([49.0, 49.0]), np.array([-3.0, 5.0])
    ways = airways(space, {"QQ"}, lat, lon)
    assert not ways.direct[0, 1]
    corners = [(49.0, -3.0), (50.0, 0.0), (50.0, 2.0), (49.0, 5.0)]
    least = sum(
        float(great_circle_km(*(np.array([x]) for x in (*a, *b)))[0])
        for a, b in itertools.pairwise(corners)
    )
    assert least <= ways.km[0, 1] <= least * 1.06
    track = ways.track(0, 1)
    assert track[0].tolist() == [49.0, -3.0]
    assert track[-1].tolist() == [49.0, 5.0]
    assert track[:, 0].max() > 50.0


def test_no_way_into_a_closed_country(space: Airspace) -> None:
    ways = airways(space, {"QQ"}, np.array([45.0, 45.0]), np.array([-5.0, 1.0]))
    assert np.isinf(ways.km[0, 1])
    assert ways.track(0, 1).shape == (0, 2)


def test_an_airfield_beside_a_border_is_reached_from_its_own_side(space: Airspace) -> None:
    ways = airways(space, {"QQ"}, np.array([45.0, 45.0]), np.array([-5.0, -0.02]))
    assert ways.direct[0, 1]
    beyond = airways(space, {"QQ"}, np.array([45.0, 45.0]), np.array([7.0, -0.02]))
    assert not beyond.direct[0, 1]
    assert np.isfinite(beyond.km[0, 1])


@settings(max_examples=40, deadline=None)
@given(
    points=st.lists(
        st.tuples(st.floats(32, 58), st.floats(-18, 18) | st.floats(-1, 3)),
        min_size=2,
        max_size=5,
        unique=True,
    )
)
def test_ways_never_cross_what_is_closed_and_are_never_too_short(
    space: Airspace, points: list[tuple[float, float]]
) -> None:
    lat, lon = np.array([p[0] for p in points]), np.array([p[1] for p in points])
    ways = airways(space, {"QQ"}, lat, lon)
    direct = great_circle_km(lat[:, None], lon[:, None], lat[None, :], lon[None, :])
    assert (ways.km >= direct - 1e-9).all()
    assert np.allclose(ways.km, ways.km.T)
    for a in range(len(points)):
        for b in range(len(points)):
            track = ways.track(a, b)
            if in_wall(points[a]) or in_wall(points[b]):
                continue
            for one, two in itertools.pairwise(track):
                on = along(*one, *two, 5.0)
                inside = (
                    (on[:, 0] > 40.2) & (on[:, 0] < 49.8) & (on[:, 1] > 0.25) & (on[:, 1] < 1.75)
                )
                assert not inside.any(), f"{points[a]} to {points[b]} crosses the wall"


def test_the_way_from_italy_to_riga_leaves_kaliningrad_and_belarus_aside() -> None:
    if not bundled("europe", "basemap.json").is_file():
        pytest.skip("the network has no map")
    world = load(SMALL)
    space = airspace(world.network)
    lat, lon = np.array([45.395, 56.92]), np.array([10.887, 23.97])
    ways = airways(space, {"RU", "BY", "CH", "RS"}, lat, lon)
    assert not ways.direct[0, 1]
    straight = float(great_circle_km(lat[:1], lon[:1], lat[1:], lon[1:])[0])
    assert straight < ways.km[0, 1] < straight * 1.15
    track = ways.track(0, 1)
    under = {iso for a, b in itertools.pairwise(track) for iso in space.under(tuple(a), tuple(b))}
    assert not under & {"RU", "BY", "CH", "RS"}
