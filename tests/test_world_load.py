"""A world is proven before anybody uses it: every fault of every file comes in one message."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from standto.errors import DataError
from standto.tables import LINE
from standto.world.folder import ALLIANCE, FILE, NETWORK
from standto.world.load import load, load_network
from tests.test_tables import workbook

SMALL = Path(__file__).parent / "small"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the small scenario that a test may spoil."""
    return Path(shutil.copytree(SMALL, tmp_path / "small"))


def change(folder: Path, file: str, old: str, new: str) -> None:
    """Replace a text that stands once in a file."""
    text = (folder / file).read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")


def faults(folder: Path) -> list[str]:
    with pytest.raises(DataError) as caught:
        load(folder)
    return [str(fault) for fault in caught.value.faults]


def test_the_small_scenario_is_a_world() -> None:
    world = load(SMALL)
    assert world.scenario.name == "small"
    assert world.clock.iso(0) == "2030-01-10T12:00Z"
    assert world.alliance.lines.height == 12
    assert world.network.links.height == 19
    assert [path.name for path in world.reports] == ["one.txt", "two.txt"]
    assert world.ledger is None


def test_no_table_of_a_world_carries_file_or_line() -> None:
    world = load(SMALL)
    tables = [getattr(world.network, name) for name in NETWORK]
    tables += [getattr(world.alliance, n) for n in ALLIANCE if hasattr(world.alliance, n)]
    for table in [*tables, world.acts, world.contingencies]:
        assert not {LINE, FILE} & set(table.columns)


def test_blank_cells_of_a_line_come_from_its_force() -> None:
    lines = {row["line"]: row for row in load(SMALL).alliance.lines.iter_rows(named=True)}
    advance, tanks = lines["a-mech-advance"], lines["a-mech-tanks"]
    assert advance["required_min"] == 5 * 1440, "its own date stays"
    assert tanks["required_min"] == 10 * 1440, "the date of its force"
    assert (tanks["origin"], tanks["destination"]) == ("ashby-xa", "crown-xc")
    assert tanks["priority"] == 1
    rows = (SMALL / "lines.csv").read_text().splitlines()[1:]
    assert list(lines) == [row.split(",")[0] for row in rows], "in the order of the file"


MISTAKES: list[tuple[str, str, str, str]] = [
    ("forces.csv", "XA,,headquarters", "XZ,,headquarters", "forces.csv line 2, owner: 'XZ'"),
    ("forces.csv", "600,5 d,48 h", "600,soon,48 h", "'soon' should be a duration with its unit"),
    ("forces.csv", "b-inf,21st", "a-gun,21st", "'a-gun' stands already on line 4"),
    ("forces.csv", "on_call,brook-xb", "on_call,broook-xb", "the nearest are brook-xb (Brook)"),
    ("forces.csv", "coast,on_call", "cost,on_call", "'cost' is not a plan of scenario.toml"),
    ("forces.csv", "notice_given", "notice_gven", "did you mean 'notice_given'?"),
    ("links.csv", "sound,brook-xb,sea", "sound,nowhere,sea", "'nowhere' is not in places"),
    ("links.csv", "sound,brook-xb,sea", "sound,sound,sea", "should end elsewhere"),
    ("links.csv", "rail,main,100,1520", "rail,main,100,", "a rail link needs its gauge"),
    ("links.csv", "alder-xa,sound,sea,lane", "alder-xa,sound,sea,main", "on a sea link"),
    ("loads.csv", "b-inf-wheels,jeep", "b-inf-wheels,jep", "the nearest are jeep"),
    ("lines.csv", "b-inf-main,b-inf,", "b-inf-main,b-in,", "'b-in' is not in forces"),
    ("lines.csv", "12 h,,,,,20,0,no", "12 h,,,,,-1,0,no", "'-1' should be at least 0"),
    ("fleets.csv", "XA,alder-xa,1", "XA,birch-xb,1", "'birch-xb' is not in ports"),
    ("acts.csv", "chair,east,The council", "chair,west,The council", "'west' is not a plan"),
    ("acts.csv", "XC,,Corland", "XQ,,Corland", "should be a member's code or one of commander"),
    ("contingencies.csv", "road-birch-cedar", "road-birch-cear", "'road-birch-cear' is not in"),
    ("factors.csv", "sea_strait_kmh", "sea_strat_kmh", "need the factor sea_strait_kmh"),
    ("clearances.csv", "**,air,alert", "*,air,alert", "'*' is not in countries"),
    ("members.csv", "XB,member,yes", "XB,member,maybe", "'maybe' should be yes or no"),
    ("scenario.toml", 'phase = "crisis"', 'phase = "crises"', "did you mean 'crisis'?"),
    ("scenario.toml", 'horizon = "20 d"', 'horizon = "20"', "line 11, horizon: '20' should be"),
    ("scenario.toml", "2030-01-10T12:00Z", "2030-01-10T12:00", "has no time zone"),
    ("scenario.toml", 'title = "Four', 'tilte = "Four', "did you mean 'title'?"),
    ("scenario.toml", 'plan = "coast"', 'plan = "east"', "names two plans; a key is unique"),
    ("scenario.toml", 'network = "own"', 'network = "europ"', "did you mean 'europe'?"),
    ("scenario.toml", "closure = 1.0", 'closure = "much"', "should be a number"),
    ("scenario.toml", '"XD"]', '"XE"]', "'XE' is not in countries"),
]


@pytest.mark.parametrize(("file", "old", "new", "told"), MISTAKES)
def test_a_mistake_is_named(folder: Path, file: str, old: str, new: str, told: str) -> None:
    change(folder, file, old, new)
    assert any(told in fault for fault in faults(folder)), faults(folder)


def test_the_faults_of_all_files_come_together(folder: Path) -> None:
    change(folder, "forces.csv", "600,5 d,48 h", "600,soon,48 h")
    change(folder, "links.csv", "sound,brook-xb,sea", "sound,nowhere,sea")
    change(folder, "scenario.toml", 'phase = "crisis"', 'phase = "crises"')
    (folder / "force.csv").write_text("force\n")
    (folder / "sources.csv").unlink()
    found = faults(folder)
    assert [fault.split(":")[0] for fault in found] == [
        "force.csv",
        "forces.csv line 3, notice_to_move",
        "links.csv line 20, v",
        "scenario.toml line 10, phase",
        "sources.csv",
    ]
    assert "cells name one" in found[-1]


def test_a_stranger_in_the_folder_is_told_what_it_may_be(folder: Path) -> None:
    (folder / "force.csv").write_text("force\n")
    (folder / "report").mkdir()
    (folder / "notes.md").write_text("these are mine")
    assert faults(folder) == [
        "force.csv: is not a file of a scenario (did you mean 'forces.csv'?)",
        "report: is not a folder of a scenario (did you mean 'reports'?)",
    ]


def test_a_force_at_an_unknown_place_gets_the_three_nearest_names(folder: Path) -> None:
    change(folder, "forces.csv", "in_place,crown-xc", "in_place,crowne")
    (fault,) = faults(folder)
    assert fault.startswith("forces.csv line 8, home: 'crowne' is not in places; the nearest are")
    assert fault.count("(") == 3
    assert "crown-xc (Crown)" in fault


def test_a_deploying_force_needs_a_line_and_a_destination(folder: Path) -> None:
    change(folder, "forces.csv", "coast,on_call", "coast,deploy")
    change(folder, "forces.csv", "deploy,ashby-xa,crown-xc,120", "deploy,ashby-xa,,120")
    found = faults(folder)
    assert "forces.csv line 7, force: 'b-coast' deploys and has no requirement line" in found[0]
    assert [f.split(":")[0] for f in found[1:]] == [
        "lines.csv line 8, destination",
        "lines.csv line 9, destination",
    ]


def test_a_force_does_not_stand_under_itself(folder: Path) -> None:
    change(folder, "forces.csv", "a-brigade,1st Arden Brigade,XA,", "a-brigade,1st,XA,a-gun")
    assert [f.split(":")[0] for f in faults(folder)] == [
        "forces.csv line 2, command",
        "forces.csv line 4, command",
    ]


def test_a_provider_stands_in_members(folder: Path) -> None:
    change(folder, "members.csv", "XB,member,yes,2001-01-01,hand,D\n", "")
    told = "'XB' provides a force and is not in members"
    assert sum(told in fault for fault in faults(folder)) == 3


def test_a_line_must_move_something(folder: Path) -> None:
    change(folder, "loads.csv", "a-mech-stores,container,8,hand,D\n", "")
    assert "moves nothing" in faults(folder)[0]


def test_a_bad_cell_is_named_once_only(folder: Path) -> None:
    change(folder, "lines.csv", "a-gun-guns,a-gun,guns", "a-gun-guns,,guns")
    assert faults(folder) == ["lines.csv line 8, force: '' is empty; a value is required"]


def test_a_table_may_be_a_workbook_but_not_both(folder: Path) -> None:
    rows = [line.split(",") for line in (folder / "loads.csv").read_text().splitlines()]
    workbook(folder / "loads.xlsx", [list(row) for row in rows])
    assert faults(folder) == ["loads.xlsx: stands beside loads.csv; keep one of the two"]
    (folder / "loads.csv").unlink()
    assert load(folder).alliance.loads.equals(load(SMALL).alliance.loads)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda p: p.unlink(), "forces.csv: there is no such file"),
        (lambda p: p.write_bytes(b""), "forces.csv: is empty"),
        (lambda p: p.write_bytes(p.read_bytes().replace(b"11th", b"\xe911th")), "is not UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_is_told(
    folder: Path, spoil: Callable[[Path], object], told: str
) -> None:
    spoil(folder / "forces.csv")
    assert any(told in fault for fault in faults(folder))


def test_what_names_rows_of_a_file_that_cannot_be_read_is_not_at_fault(folder: Path) -> None:
    path = folder / "forces.csv"
    path.write_bytes(path.read_bytes().replace(b",", b";"))
    assert faults(folder) == ["forces.csv line 1: should have a comma between columns"]


def test_a_folder_without_scenario_and_a_name_without_folder_are_told(tmp_path: Path) -> None:
    (only,) = faults(tmp_path)
    assert only.endswith(
        "holds no scenario: neither scenario.toml nor a table (docs/tables.md lists them)"
    )
    (tmp_path / "forces.csv").write_text("force\n", encoding="utf-8")
    assert "scenario.toml: there is no such file; a scenario folder needs one" in faults(tmp_path)
    with pytest.raises(DataError, match=r"did you mean 'feb2022'\?"):
        load("feb2023")


def test_a_scenario_lays_its_own_rows_over_the_network(folder: Path) -> None:
    """The network of one scenario serves another, which replaces a link and adds a place."""
    base = folder.parent / "base"
    base.mkdir()
    for name in NETWORK:
        shutil.move(folder / f"{name}.csv", base / f"{name}.csv")
    change(folder, "scenario.toml", 'network = "own"', 'network = "../base"')
    header = (base / "links.csv").read_text().splitlines()[0]
    own = "road-ashby-alder,ashby-xa,alder-xa,road,motorway,95,,,,,,,,,hand,D"
    (folder / "links.csv").write_text(f"{header}\n{own}\n")
    lead = "iso,mode,phase,lead,source,grade\n**,road,crisis,6 h,hand,D\n"
    (folder / "clearances.csv").write_text(lead)
    world = load(folder)
    km = dict(world.network.links.select("link", "km").iter_rows())
    assert km["road-ashby-alder"] == 95
    assert len(km) == world.network.links.height == 19
    leads = world.network.clearances.filter(iso="**", mode="road", phase="crisis")["lead_min"]
    assert leads.to_list() == [360], "its lead time stands in place of the network's"
    change(base, "links.csv", "alder-xa,sound,sea,lane", "alder-xa,sund,sea,lane")
    assert faults(folder)[0].startswith("base/links.csv line 19, v: 'sund'")


def test_the_bundled_network_is_sound() -> None:
    assert load_network("europe").links.height > 1800


def test_an_unknown_network_is_told() -> None:
    with pytest.raises(DataError, match=r"did you mean 'europe'\?"):
        load_network("eurpe")
