"""An OSM file becomes a network: made files small enough to check by hand."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner, Result

from standto.cli import main
from standto.world.distance import great_circle_km
from standto.world.load import load_network
from standto.world.osm_read import tonnes, ways_of

osmium = pytest.importorskip("osmium", reason="needs the extra osm")

NODES = {
    1: (57.0, 24.0), 2: (57.0, 24.1), 3: (57.02, 24.15), 4: (57.0, 24.2), 5: (57.0, 24.4),
    6: (57.2, 24.2), 7: (56.8, 24.2), 8: (57.05, 24.3),
    11: (57.001, 24.0), 12: (57.05, 24.2), 13: (57.001, 24.4),
}  # fmt: skip
WAYS = {
    101: ([1, 2, 3, 4], {"highway": "primary"}),
    102: ([4, 5], {"highway": "trunk", "maxweight": "60"}),
    103: ([6, 4, 7], {"highway": "motorway", "oneway": "no", "maxheight": "4.5"}),
    104: ([4, 8, 5], {"highway": "primary"}),
    201: (
        [11, 12, 13],
        {"railway": "rail", "gauge": "1520", "tracks": "2", "usage": "main", "electrified": "no"},
    ),
    202: ([12, 6], {"railway": "rail", "gauge": "1520", "service": "siding"}),
    203: ([1, 6], {"highway": "residential"}),
}
TOWNS = {901: ("Westby", 57.0, 24.001), 902: ("Crossby", 57.0, 24.201), 903: ("Eastby", 57, 24.401)}


def made(path: Path, ways: dict[int, tuple[list[int], dict[str, str]]]) -> Path:
    with osmium.SimpleWriter(str(path)) as writer:
        for node, (lat, lon) in NODES.items():
            tags = {"maxweight": "16 t"} if node == 2 else {}
            writer.add_node(osmium.osm.mutable.Node(id=node, location=(lon, lat), tags=tags))
        for node, (name, lat, lon) in TOWNS.items():
            tags = {"place": "town", "name": name}
            writer.add_node(osmium.osm.mutable.Node(id=node, location=(lon, lat), tags=tags))
        for way, (nodes, tags) in ways.items():
            writer.add_way(osmium.osm.mutable.Way(id=way, nodes=nodes, tags=tags))
    return path


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    file = made(tmp_path / "a.osm.pbf", WAYS)
    result = run("network", "import-osm", file, "--iso", "lv", "--out", tmp_path / "pack")
    assert result.exit_code == 0, result.output
    assert "OpenStreetMap contributors" in result.output
    return tmp_path / "pack"


def ends(links: pl.DataFrame) -> list[tuple[str, str]]:
    return sorted(links.select("u", "v").iter_rows())


def test_a_chain_becomes_one_link_as_long_as_its_segments(pack: Path) -> None:
    links = load_network(str(pack)).links
    chain = links.filter((pl.col("u") == "osm-1") & (pl.col("v") == "osm-4"))
    at = np.array([NODES[n] for n in (1, 2, 3, 4)])
    km = great_circle_km(at[:-1, 0], at[:-1, 1], at[1:, 0], at[1:, 1]).sum()
    assert chain["km"].to_list() == pytest.approx([km], abs=0.001)
    assert "osm-2" not in load_network(str(pack)).places["place"]


def test_parallel_roads_and_the_weak_bridge_stay_apart(pack: Path) -> None:
    roads = load_network(str(pack)).links.filter(pl.col("mode") == "road")
    assert ends(roads) == [
        ("osm-1", "osm-4"),
        ("osm-4", "osm-5"),
        ("osm-4", "osm-5"),
        ("osm-4", "osm-6"),
        ("osm-4", "osm-7"),
    ]
    pair = roads.filter(pl.col("v") == "osm-5").sort("km")
    assert pair["max_t"].to_list() == [60.0, None]
    motorway = roads.filter(pl.col("class") == "motorway")
    assert motorway["note"].to_list() == ["maxheight 4.5"] * 2


def test_the_railway_keeps_gauge_and_tracks_and_leaves_sidings_out(pack: Path) -> None:
    rail = load_network(str(pack)).links.filter(pl.col("mode") == "rail")
    row = rail.select("u", "v", "class", "gauge_mm", "tracks", "electrified").rows()
    assert row == [("osm-11", "osm-13", "main", 1520, 2, "no")]


def test_the_strictest_weight_of_a_chain_holds(tmp_path: Path) -> None:
    road = {"highway": "primary"}
    ways = {1: ([1, 2], road | {"maxweight": "40"}), 2: ([2, 3], road | {"maxweight": "7500 kg"})}
    file = made(tmp_path / "a.osm.pbf", ways)
    assert run("network", "import-osm", file, "--iso", "LV", "--out", tmp_path / "p").exit_code == 0
    assert load_network(str(tmp_path / "p")).links["max_t"].to_list() == [7.5]


def test_the_folder_is_checked_and_searched(pack: Path) -> None:
    checked = run("network", "check", pack)
    assert checked.exit_code == 0, checked.output
    found = run("route", "Westby", "Eastby", "--mode", "road", "--network", pack)
    assert found.exit_code == 0, found.output
    assert found.output.startswith("Westby (osm-1) to Eastby (osm-5): ")
    heavy = run(
        "route", "Westby", "Eastby", "--mode", "road", "--network", pack, "--heaviest", "70"
    )
    assert heavy.exit_code == 0, heavy.output
    assert found.output != heavy.output, "the heavy load goes round the bridge"
    cut = run("route", "Westby", "Eastby", "--mode", "rail", "--network", pack)
    assert cut.exit_code == 2
    assert "no path from Westby (osm-1) to Eastby (osm-5): Westby (osm-1) is not" in cut.output
    assert run("route", "A", "B", "--network", pack, "--scenario", "feb2022").exit_code == 2


def test_the_same_file_gives_the_same_bytes_and_names_its_licence(pack: Path) -> None:
    again = pack.parent / "again"
    run("network", "import-osm", pack.parent / "a.osm.pbf", "--iso", "LV", "--out", again)
    for path in pack.iterdir():
        assert path.read_bytes() == (again / path.name).read_bytes(), path.name
    own = load_network(str(pack)).sources.filter(pl.col("source") == "openstreetmap")
    assert own["licence"].to_list() == ["ODbL-1.0"]
    assert len(own["sha256"][0]) == 64
    assert "OpenStreetMap contributors" in (pack / "README.txt").read_text(encoding="utf-8")


def test_a_border_in_the_file_tells_the_country(tmp_path: Path) -> None:
    corners = {51: (56, 23), 52: (56, 25), 53: (58, 25), 54: (58, 23)}
    file = tmp_path / "b.osm.pbf"
    tags = {"type": "boundary", "boundary": "administrative", "admin_level": "2"}
    mutable = osmium.osm.mutable
    with osmium.SimpleWriter(str(file)) as writer:
        for node, (lat, lon) in (NODES | corners).items():
            writer.add_node(mutable.Node(id=node, location=(lon, lat)))
        writer.add_way(mutable.Way(id=1, nodes=[1, 4], tags={"highway": "primary"}))
        writer.add_way(mutable.Way(id=9, nodes=[51, 52, 53, 54, 51]))
        members = [("w", 9, "outer")]
        tags |= {"ISO3166-1:alpha2": "LV"}
        writer.add_relation(mutable.Relation(id=1, members=members, tags=tags))
    result = run("network", "import-osm", file, "--out", tmp_path / "p")
    assert result.exit_code == 0, result.output
    assert load_network(str(tmp_path / "p")).places["iso"].to_list() == ["LV", "LV"]


def test_a_station_splits_its_line_and_is_joined_to_the_nearest_junction(tmp_path: Path) -> None:
    file = tmp_path / "s.osm.pbf"
    mutable = osmium.osm.mutable
    with osmium.SimpleWriter(str(file)) as writer:
        for node, (lat, lon) in NODES.items():
            tags = {"railway": "station", "name": "Crossby"} if node == 12 else {}
            writer.add_node(mutable.Node(id=node, location=(lon, lat), tags=tags))
        for way in (101, 103, 201):
            nodes, tags = WAYS[way]
            writer.add_way(mutable.Way(id=way, nodes=nodes, tags=tags))
    result = run("network", "import-osm", file, "--iso", "LV", "--out", tmp_path / "p")
    assert result.exit_code == 0, result.output
    network = load_network(str(tmp_path / "p"))
    rail = network.links.filter(pl.col("mode") == "rail")
    assert ends(rail) == [("osm-11", "osm-12"), ("osm-12", "osm-13")]
    access = network.links.filter(pl.col("class") == "access")
    assert access.select("u", "v", "grade").rows() == [("osm-12", "osm-4", "D")]
    assert "Crossby station" in network.places["name"].to_list()
    assert run("network", "check", tmp_path / "p").exit_code == 0


SHORE = {
    21: (57.0, 24.02), 22: (57.3, 24.0), 23: (57.6, 24.0), 24: (57.6, 24.05), 25: (57.6, 24.3),
    31: (57.605, 24.0), 32: (57.001, 24.001), 33: (57.4, 24.6), 34: (57.6, 24.001),
    41: (57.0011, 24.4011), 42: (57.0, 24.7),
}  # fmt: skip
"""A strait with a ferry from the first road to a second shore, and a gauge of its own in the east:
41 is a track beside 13, where the station is; 42 lies inland."""


def shore(path: Path, ferry: dict[str, str], sites: dict[int, dict[str, str]]) -> Path:
    """The made land with a second shore (24-25), a ferry 1-22-23 and two railways that meet."""
    mutable = osmium.osm.mutable
    station = {13: {"railway": "station", "name": "Meet"}}
    with osmium.SimpleWriter(str(path)) as writer:
        for node, (lat, lon) in (NODES | SHORE).items():
            tags = (sites | station).get(node, {})
            writer.add_node(mutable.Node(id=node, location=(lon, lat), tags=tags))
        for way in (101, 102, 103, 201):
            nodes, tags = WAYS[way]
            writer.add_way(mutable.Way(id=way, nodes=nodes, tags=tags))
        tags = {"railway": "rail", "gauge": "1435"}
        writer.add_way(mutable.Way(id=301, nodes=[41, 42], tags=tags))
        writer.add_way(mutable.Way(id=302, nodes=[24, 25], tags={"highway": "primary"}))
        writer.add_way(mutable.Way(id=303, nodes=[1, 22, 23], tags={"route": "ferry"} | ferry))
    return path


SITES = {
    31: {"industrial": "port", "name": "Northport"},
    32: {"amenity": "ferry_terminal", "name": "South quay"},
    33: {"amenity": "ferry_terminal", "name": "Boats for people"},
    34: {"amenity": "ferry_terminal", "name": "North quay"},
}


def test_a_ferry_with_vehicles_joins_two_shores_and_their_ports(tmp_path: Path) -> None:
    file = shore(tmp_path / "f.osm.pbf", {"motor_vehicle": "yes"}, SITES)
    result = run("network", "import-osm", file, "--iso", "LV", "--out", tmp_path / "p")
    assert result.exit_code == 0, result.output
    network = load_network(str(tmp_path / "p"))
    at = np.array([(NODES | SHORE)[n] for n in (1, 22, 23)])
    km = great_circle_km(at[:-1, 0], at[:-1, 1], at[1:, 0], at[1:, 1]).sum()
    ferry = network.links.filter(pl.col("class") == "ferry")
    assert sorted(ferry.select("mode", "u", "v").rows()) == [
        ("road", "osm-1", "osm-23"),
        ("sea", "osm-port-31", "osm-port-32"),
    ]
    assert ferry.filter(pl.col("mode") == "road")["km"].to_list() == pytest.approx([km], abs=0.001)
    ports = network.ports.select("place", "berths", "roro_ramps", "rail_at_quay", "grade").rows()
    assert ports == [("osm-port-31", 2, 1, False, "C"), ("osm-port-32", 1, 1, True, "C")]
    checked = run("network", "check", tmp_path / "p")
    assert checked.exit_code == 0, checked.output
    over = run("route", "osm-4", "osm-25", "--mode", "road", "--network", tmp_path / "p")
    assert over.exit_code == 0, over.output


@pytest.mark.parametrize("kind", ["multipolygon", "boundary"])
def test_a_port_drawn_as_a_relation_is_a_port(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "r.osm.pbf"
    corners = {51: (57.01, 24.41), 52: (57.01, 24.43), 53: (56.99, 24.43), 54: (56.99, 24.41)}
    hole = {55: (57.4, 24.6), 56: (57.4, 24.7), 57: (57.5, 24.7)}
    mutable = osmium.osm.mutable
    with osmium.SimpleWriter(str(path)) as writer:
        for node, (lat, lon) in (NODES | corners | hole).items():
            writer.add_node(mutable.Node(id=node, location=(lon, lat)))
        for way in (101, 102, 103):
            nodes, tags = WAYS[way]
            writer.add_way(mutable.Way(id=way, nodes=nodes, tags=tags))
        writer.add_way(mutable.Way(id=401, nodes=[51, 52, 53]))
        writer.add_way(mutable.Way(id=402, nodes=[53, 54, 51]))
        writer.add_way(mutable.Way(id=403, nodes=[55, 56, 57, 55]))
        tags = {"type": kind, "industrial": "port", "name": "Great Haven"}
        members = [("w", 401, "outer"), ("w", 402, "outer"), ("w", 403, "inner")]
        writer.add_relation(mutable.Relation(id=501, tags=tags, members=members))
    result = run("network", "import-osm", path, "--iso", "LV", "--out", tmp_path / "p")
    assert result.exit_code == 0, result.output
    network = load_network(str(tmp_path / "p"))
    if kind == "boundary":
        assert network.ports.is_empty()
        return
    assert network.ports["place"].to_list() == ["osm-port-51"]
    haven = network.places.filter(pl.col("place") == "osm-port-51").row(0, named=True)
    assert (haven["name"], haven["lat"], haven["lon"]) == pytest.approx(
        ("Great Haven", 57.0, 24.42)
    )


def test_a_ferry_that_does_not_say_that_vehicles_go_aboard_is_left_out(tmp_path: Path) -> None:
    file = shore(tmp_path / "f.osm.pbf", {"foot": "yes"}, SITES)
    result = run("network", "import-osm", file, "--iso", "LV", "--out", tmp_path / "p")
    assert result.exit_code == 0, result.output
    network = load_network(str(tmp_path / "p"))
    assert network.links.filter(pl.col("class") == "ferry").is_empty()
    assert network.ports["place"].to_list() == ["osm-port-31"], "no terminal without its ferry"
    checked = run("network", "check", tmp_path / "p")
    assert checked.exit_code == 0, checked.output
    assert "sea,osm-port-31," in (tmp_path / "p" / "apart.csv").read_text(encoding="utf-8")


def test_two_gauges_at_a_station_are_one_place_with_a_transload_station(tmp_path: Path) -> None:
    file = shore(tmp_path / "g.osm.pbf", {"foot": "yes"}, {})
    result = run("network", "import-osm", file, "--iso", "LV", "--out", tmp_path / "p")
    assert result.exit_code == 0, result.output
    network = load_network(str(tmp_path / "p"))
    rails = network.links.filter(pl.col("mode") == "rail").select("u", "v", "gauge_mm").rows()
    assert sorted(rails) == [("osm-11", "osm-13", 1520), ("osm-13", "osm-42", 1435)]
    made_of = network.transloads.select("place", "gauge_from_mm", "gauge_to_mm", "grade").rows()
    assert made_of == [("osm-13", 1435, 1520, "C")]
    through = run("route", "osm-11", "osm-42", "--mode", "rail", "--network", tmp_path / "p")
    assert through.exit_code == 0, through.output
    assert "change of gauge: Meet station (osm-13)" in through.output


def test_a_train_ferry_is_a_railway_of_class_ferry() -> None:
    tags = {"route": "ferry", "train": "yes", "motor_vehicle": "yes"}
    found = [(w.mode, w.class_, w.gauge_mm) for w in ways_of(1, (1, 2), tags)]
    assert found == [("road", "ferry", None), ("rail", "ferry", 1435)]


@pytest.mark.parametrize("kind", ["missing", "empty", "text", "cut", "no road", "no iso", "iso"])
def test_a_bad_file_gets_one_line_and_leaves_nothing(tmp_path: Path, kind: str) -> None:
    good = made(tmp_path / "good.osm.pbf", {} if kind == "no road" else WAYS)
    data = {"empty": b"", "text": b"place,name\n" * 40, "cut": good.read_bytes()[:-9]}
    file = tmp_path / "missing.osm.pbf" if kind == "missing" else good
    if kind in data:
        file.write_bytes(data[kind])
    before = sorted(tmp_path.iterdir())
    iso = [] if kind == "no iso" else ["--iso", "QQ" if kind == "iso" else "LV"]
    result = run("network", "import-osm", file, *iso, "--out", tmp_path / "pack")
    assert result.exit_code == 2
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert len(result.output.strip().splitlines()) == 1, result.output
    assert sorted(tmp_path.iterdir()) == before


def test_a_folder_with_files_is_not_written_over(pack: Path) -> None:
    before = {path: path.read_bytes() for path in pack.iterdir()}
    result = run("network", "import-osm", pack.parent / "a.osm.pbf", "--iso", "LV", "--out", pack)
    assert result.exit_code == 2
    assert before == {path: path.read_bytes() for path in pack.iterdir()}


def test_weights_are_read_with_their_unit() -> None:
    assert tonnes("7,5 t") == 7.5
    assert tonnes("7500 kg") == pytest.approx(7.5)
    assert tonnes("default") is None
    road = next(ways_of(1, (1, 2), {"highway": "primary", "maxweight": "none"}))
    assert (road.max_t, road.remarks) == (None, ("maxweight none",))


def test_a_dual_gauge_track_is_two_links() -> None:
    made_of = list(ways_of(1, (1, 2), {"railway": "rail", "gauge": "1435;1520"}))
    assert [way.gauge_mm for way in made_of] == [1435, 1520]


def test_without_the_extra_the_message_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "osmium", None)
    result = run("network", "import-osm", tmp_path / "a.osm.pbf", "--out", tmp_path / "p")
    assert result.exit_code == 2
    assert "standto[osm]" in result.output


def test_a_folder_that_cannot_be_made_is_said_in_one_line(tmp_path: Path) -> None:
    file = made(tmp_path / "a.osm.pbf", WAYS)
    result = run("network", "import-osm", file, "--iso", "LV", "--out", file / "pack")
    assert result.exit_code == 2
    assert "cannot be written" in result.output
