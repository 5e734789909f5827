"""The library of named contingencies that ships with the product, and how a scenario takes it."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest

from standto.errors import DataError
from standto.world.bundled import bundled
from standto.world.load import load

FEB2022 = bundled("scenarios", "feb2022")


def taking(tmp_path: Path, library: str, own: str | None = None) -> Path:
    """The bundled scenario with a library, and contingencies of its own or as it has them."""
    folder = tmp_path / "with"
    shutil.copytree(FEB2022, folder)
    words = (folder / "scenario.toml").read_text(encoding="utf-8")
    named = f'contingencies = "{library}"\n{words}'
    (folder / "scenario.toml").write_text(named, encoding="utf-8")
    if own is not None:
        (folder / "contingencies.csv").write_text(own, encoding="utf-8")
    return folder


def test_the_library_of_europe_has_25_and_more_and_every_reference_holds(tmp_path: Path) -> None:
    table = load(taking(tmp_path, "europe")).contingencies
    library = table.filter(pl.col("contingency").str.starts_with("eu-"))
    assert library.height >= 25
    assert library["kind"].n_unique() >= 12
    assert set(library["grade"]) <= {"A", "B", "C", "D"}
    assert library.filter(pl.col("note").str.len_chars() < 5).is_empty()


def test_a_scenario_that_names_no_library_has_only_its_own() -> None:
    assert not load(FEB2022).contingencies["contingency"].str.starts_with("eu-").any()


def test_a_row_of_the_same_key_replaces_the_library_s(tmp_path: Path) -> None:
    own = (FEB2022 / "contingencies.csv").read_text(encoding="utf-8").splitlines()
    mine = "eu-stop-order,Mine,stop_order,*,,0.5,always,fixed,1 d,,,A1,C"
    table = load(taking(tmp_path, "europe", "\n".join([own[0], mine]))).contingencies
    rows = table.filter(pl.col("contingency") == "eu-stop-order")
    assert rows.select("name", "probability").rows() == [("Mine", 0.5)]


def test_a_library_that_is_none_is_named_with_what_was_meant(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"contingencies: 'europa' is no library .*europe"):
        load(taking(tmp_path, "europa"))


def test_a_library_may_be_a_folder_beside_the_scenario_and_its_faults_are_named(
    tmp_path: Path,
) -> None:
    folder = taking(tmp_path, "mine")
    (folder / "mine").mkdir()
    head = (FEB2022 / "contingencies.csv").read_text(encoding="utf-8").splitlines()[0]
    row = "x,X,port,nowhere,,2,always,fixed,1 d,,,A1,C"
    (folder / "mine" / "contingencies.csv").write_text(f"{head}\n{row}\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        load(folder)
    told = str(caught.value)
    assert "mine/contingencies.csv line 2, probability" in told
    assert "mine/contingencies.csv line 2, target" in told
