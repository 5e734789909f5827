"""Networks unlike Europe plan from end to end: one landlocked country without lift; islands."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from standto.cli import main
from standto.world.check import check_network
from standto.world.load import load
from standto.world.route import route

SMALL = Path(__file__).parent / "small"
TABLES = ("items", "acts", "sources", "scenario")
"""What both made scenarios take from the small one, with their own countries for XC."""
LAND = {
    "countries": """iso,name,lat,lon,source,grade
BW,Botswana,-22,24,hand,D""",
    "places": """place,name,iso,lat,lon,kind,source,grade
maun-bw,Maun,BW,-19.98,23.42,garrison,hand,D
nata-bw,Nata,BW,-20.21,26.18,town,hand,D
francistown-bw,Francistown,BW,-21.17,27.51,training_area,hand,D""",
    "links": """link,u,v,mode,class,km,source,grade
r1,maun-bw,nata-bw,road,primary,305,hand,D
r2,nata-bw,francistown-bw,road,primary,190,hand,D""",
    "factors": """factor,value,unit,source,grade
road_primary_kmh,45,km/h,hand,D
road_primary_per_day,1200,vehicles/day,hand,D""",
    "members": """iso,status,consent,since,source,grade
BW,member,yes,2001-01-01,hand,D""",
}
SEA = {
    "countries": """iso,name,lat,lon,source,grade
FJ,Fiji,-17.8,178,hand,D
TO,Tonga,-21.2,-175.2,hand,D""",
    "places": """place,name,iso,lat,lon,kind,source,grade
suva-fj,Suva,FJ,-18.13,178.42,port,hand,D
open-sea,Open sea,--,-19.5,-179.0,sea_point,hand,D
nukualofa-to,Nukualofa,TO,-21.13,-175.2,port,hand,D""",
    "ports": """place,berths,draught_m,roro_ramps,rail_at_quay,lane_m_per_day,source,grade
suva-fj,2,11,2,no,4000,hand,D
nukualofa-to,1,9,1,no,2000,hand,D""",
    "links": """link,u,v,mode,class,km,source,grade
s1,suva-fj,open-sea,sea,lane,330,hand,D
s2,open-sea,nukualofa-to,sea,lane,470,hand,D""",
    "factors": """factor,value,unit,source,grade
sea_lane_kmh,30,km/h,hand,D
sea_lane_per_day,200,ships/day,hand,D
transfer_port_min,720,min,hand,D""",
    "lift_types": """lift,name,mode,payload_t,lane_m,seats,max_piece_t,outsize,speed_kmh,"""
    """load,unload,turnround,draught_m,source,grade
ferry,Ferry,sea,1000,400,200,60,yes,30,6 h,6 h,2 h,6,hand,D""",
    "fleets": """fleet,lift,owner,base,count,ready,source,grade
f1,ferry,FJ,suva-fj,1,0 min,hand,D""",
    "members": """iso,status,consent,since,source,grade
FJ,member,yes,2001-01-01,hand,D
TO,member,yes,2001-01-01,hand,D""",
}
FORCE = """force,name,owner,domain,echelon,function,plan,posture,home,destination,personnel,"""
FORCE += """notice_to_move,raised_notice_to_move,required,priority,source,grade
c1,1st Company,{owner},land,company,infantry,east,deploy,{home},{goal},120,5 d,24 h,9 d,"""
FORCE += "1,hand,D"
LINE = """line,force,what,modes,after,required,personnel,cargo_t,hazardous,together,source,grade
c1-lorries,c1,lorries,{mode},0 min,9 d,120,5,no,no,hand,D"""
LOAD = """line,item,count,source,grade
c1-lorries,truck,20,hand,D"""


def made(folder: Path, tables: dict[str, str], mode: str, home: str, goal: str) -> Path:
    """A scenario of one company that goes from one place to another."""
    owner, area = home[-2:].upper(), goal[-2:].upper()
    folder.mkdir()
    for name in TABLES:
        file = next(SMALL.glob(f"{name}.*")).name
        text = (SMALL / file).read_text("utf-8").replace("XC", area).replace("XB", area)
        (folder / file).write_text(text.replace("XD", ""), "utf-8")
    toml = (folder / "scenario.toml").read_text("utf-8").replace('[""]', "[]")
    (folder / "scenario.toml").write_text(toml, "utf-8")
    force = FORCE.format(owner=owner, home=home, goal=goal)
    rows = tables | {"forces": force, "lines": LINE.format(mode=mode), "loads": LOAD}
    for name, text in rows.items():
        (folder / f"{name}.csv").write_text(text + "\n", "utf-8")
    return folder


@pytest.fixture
def land(tmp_path: Path) -> Path:
    return made(tmp_path / "land", LAND, "road", "maun-bw", "francistown-bw")


@pytest.fixture
def islands(tmp_path: Path) -> Path:
    return made(tmp_path / "islands", SEA, "sea", "suva-fj", "nukualofa-to")


def planned(folder: Path) -> dict[str, float]:
    """The summary of a run of a scenario."""
    out = folder.parent / "out"
    words = ["run", str(folder), "--iterations", "5", "--runs", "5", "--seed", "1"]
    result = CliRunner().invoke(main, [*words, "--out", str(out)])
    assert result.exit_code == 0, result.output
    assert (out / "index.html").stat().st_size > 1000
    return dict(json.loads((out / "summary.json").read_text("utf-8")))


def test_a_landlocked_country_without_any_lift_marches(land: Path) -> None:
    summary = planned(land)
    assert summary["lines_unplanned"] == 0
    assert summary["closure_min"] == summary["closure_lower_bound_min"]
    assert route(load(land).network, "Maun", "Francistown").km == pytest.approx(495)


def test_islands_without_a_road_across_the_date_line_are_sound_and_planned(islands: Path) -> None:
    checked = check_network(str(islands))
    assert checked.sound, "\n".join(checked.lines())
    assert planned(islands)["lines_unplanned"] == 0
    assert route(load(islands).network, "Suva", "Nukualofa").km == pytest.approx(800)


def test_a_network_with_roads_needs_one_at_every_place_ashore(land: Path) -> None:
    with (land / "places.csv").open("a", encoding="utf-8") as file:
        file.write("kasane-bw,Kasane,BW,-17.80,25.15,town,hand,D\n")
    assert not check_network(str(land)).sound


@pytest.mark.parametrize("where", ["land", "."])
def test_a_network_is_a_folder_in_the_scenario_or_beside_it(land: Path, where: str) -> None:
    net = land.parent / where / "net"
    net.mkdir()
    for name in ("countries", "places", "links", "factors", "sources"):
        shutil.move(land / f"{name}.csv", net / f"{name}.csv")
    toml = land / "scenario.toml"
    toml.write_text(toml.read_text("utf-8").replace('"own"', '"net"'), "utf-8")
    shutil.copy(net / "sources.csv", land / "sources.csv")
    assert load(land).network.places.height == 3


@pytest.mark.parametrize("gauge", [762, 914, 1050, 1067, 1676])
def test_gauges_of_other_continents_are_known(tmp_path: Path, gauge: int) -> None:
    folder = Path(shutil.copytree(SMALL, tmp_path / "small"))
    for name in ("links", "lift_types", "transloads", "fleets"):
        path = folder / f"{name}.csv"
        path.write_text(path.read_text("utf-8").replace("1520", str(gauge)), "utf-8")
    found = route(load(folder).network, "Ashby", "Crown", "rail")
    changed = [(b.rail_from, b.rail_to) for b in found.gauge_breaks]
    assert len(changed) == 1
    assert str(gauge) in str(changed[0])
