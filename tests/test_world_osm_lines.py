"""What OSM draws twice becomes one: carriageways, tracks; and stations and aerodromes are taken."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from standto.cli import main
from standto.respond import scheduled
from standto.schedule.solve import Stop
from standto.world.check import check_network
from standto.world.load import load_network

osmium = pytest.importorskip("osmium", reason="needs the extra osm")

SMALL = Path(__file__).parent / "small"
NODES = {
    1: (57.0, 24.0), 2: (57.0, 24.25), 3: (57.0, 24.5),
    4: (57.0003, 24.5), 5: (57.0003, 24.25), 6: (57.0003, 24.0),
    20: (57.1, 24.0), 21: (57.1, 24.25), 22: (57.1, 24.5),
    30: (57.01, 23.99), 31: (57.01, 24.0), 32: (57.01, 24.25), 33: (57.01, 24.5),
    34: (57.0101, 24.0), 35: (57.0101, 24.25), 36: (57.0101, 24.5), 37: (57.01, 24.51),
    51: (57.05, 24.38), 52: (57.05, 24.42),
}  # fmt: skip
SITES = {
    60: (57.0, 24.001, {"place": "town", "name": "Westby"}),
    61: (57.0, 24.501, {"place": "town", "name": "Eastby"}),
    62: (57.0102, 23.99, {"railway": "station", "name": "Westby"}),
    63: (57.0105, 24.2502, {"railway": "station", "name": "Midby"}),
    64: (57.0102, 24.51, {"railway": "station", "name": "Eastby"}),
    65: (57.0105, 24.2501, {"railway": "station", "station": "subway", "name": "Metro"}),
    66: (57.012, 24.2502, {"railway": "yard", "name": "Midby yard"}),
    67: (57.051, 24.4, {"aeroway": "aerodrome", "icao": "EVXX", "name": "Eastby"}),
}
RAIL = {"railway": "rail", "gauge": "1435", "usage": "main", "electrified": "no"}
MOTORWAY = {"highway": "motorway"}
WAYS = {
    1: ([1, 2, 3], MOTORWAY | {"maxheight": "4.5"}),
    2: ([4, 5, 6], MOTORWAY),
    3: ([20, 6, 1], {"highway": "primary"}),
    4: ([21, 5], {"highway": "primary"}),
    5: ([22, 4, 3], {"highway": "primary"}),
    11: ([30, 31, 32, 33, 37], RAIL),
    12: ([30, 34, 35, 36, 37], RAIL),
    21: ([51, 52], {"aeroway": "runway", "surface": "asphalt", "width": "45"}),
    22: ([52, 51], {"aeroway": "runway", "surface": "grass"}),
}


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("osm")
    file = folder / "a.osm.pbf"
    mutable = osmium.osm.mutable
    with osmium.SimpleWriter(str(file)) as writer:
        for node, (lat, lon) in NODES.items():
            writer.add_node(mutable.Node(id=node, location=(lon, lat)))
        for node, (lat, lon, tags) in SITES.items():
            writer.add_node(mutable.Node(id=node, location=(lon, lat), tags=tags))
        for way, (nodes, tags) in WAYS.items():
            writer.add_way(mutable.Way(id=way, nodes=nodes, tags=tags))
    words = ["network", "import-osm", str(file), "--iso", "LV", "--out", str(folder / "pack")]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0, result.output
    return folder / "pack"


def test_two_carriageways_are_one_road_with_a_place_at_each_junction(pack: Path) -> None:
    links = load_network(str(pack)).links.filter(pl.col("class") == "motorway")
    assert links.select("u", "v").rows() == [("osm-4", "osm-5"), ("osm-5", "osm-6")]
    assert links["note"].to_list() == ["divided road; maxheight 4.5"] * 2
    assert links["km"].to_list() == pytest.approx([15.14, 15.14], abs=0.02)


def test_two_tracks_are_one_railway_of_two_tracks_cut_at_its_stations(pack: Path) -> None:
    rail = load_network(str(pack)).links.filter(pl.col("mode") == "rail")
    assert rail.select("u", "v", "tracks").rows() == [
        ("osm-30", "osm-35", 2),
        ("osm-35", "osm-37", 2),
    ]


def test_stations_become_railheads_and_aerodromes_airfields_of_grade_c(pack: Path) -> None:
    network = load_network(str(pack))
    heads = network.railheads.sort("place").select("place", "ramps", "trains_per_day", "grade")
    assert heads.rows() == [
        ("osm-30", 1, 2.0, "C"),
        ("osm-35", 2, 4.0, "C"),
        ("osm-37", 1, 2.0, "C"),
    ]
    field = network.airfields.row(0, named=True)
    assert (field["icao"], field["width_m"], field["mog"], field["mog_grade"]) == (
        "EVXX", 45, 2, "C",
    )  # fmt: skip
    assert field["runway_m"] == pytest.approx(2420, abs=10)
    assert network.airfields.height == 1
    assert check_network(str(pack)).sound


def test_a_whole_scenario_runs_on_an_imported_folder(pack: Path, tmp_path: Path) -> None:
    folder = tmp_path / "case"
    folder.mkdir()
    shutil.copytree(pack, folder / "pack")
    for table in ("acts", "clearances", "items", "lift_types", "sources"):
        text = (SMALL / f"{table}.csv").read_text(encoding="utf-8")
        (folder / f"{table}.csv").write_text(text.replace("XC", "LV"), encoding="utf-8")
    text = (SMALL / "scenario.toml").read_text(encoding="utf-8")
    for old, new in (("own", "pack"), ("XC", "LV"), ("XB", "LV"), ("XD", "RU")):
        text = text.replace(f'"{old}"', f'"{new}"')
    (folder / "scenario.toml").write_text(text, encoding="utf-8")
    rows = {
        "countries": ["iso,name,lat,lon,source,grade", "RU,Russia,60,60,hand,D"],
        "members": ["iso,status,consent,source,grade", "LV,member,yes,hand,D"],
        "forces": [
            "force,name,owner,domain,echelon,function,plan,posture,home,destination,personnel,"
            "notice_to_move,required,source,grade",
            "one,Guards,LV,land,battalion,armour,east,deploy,osm-30,osm-4,100,24 h,10 d,hand,D",
        ],
        "lines": [
            "line,force,what,destination,modes,personnel,cargo_t,source,grade",
            "one-tanks,one,tanks,osm-37,rail,40,0,hand,D",
            "one-wheels,one,wheels,,road,60,0,hand,D",
        ],
        "loads": [
            "line,item,count,source,grade",
            "one-tanks,tank,14,hand,D",
            "one-wheels,truck,20,hand,D",
        ],
        "fleets": [
            "fleet,lift,owner,base,count,ready,source,grade",
            "trains,train1435,LV,osm-30,1,0 min,hand,D",
        ],
    }
    for name, lines in rows.items():
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    made = scheduled(folder, tmp_path / "l.sqlite", Stop(iterations=20), 1, lambda *_: None)
    legs = made.result.schedule.legs
    assert made.result.status == "proved optimal"
    assert set(legs["line"]) == {"one-tanks", "one-wheels"}
    assert set(legs["mode"]) == {"rail", "road"}, "tanks by train, trucks on the motorway"
