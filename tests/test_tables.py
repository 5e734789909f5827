"""The door: what goes in comes out, and every bad cell is named at once."""

from __future__ import annotations

import string
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from standto import tables
from standto.errors import DataError
from standto.tables import LINE, Column, near, parse, read, schema, schemas, write

FIRST, LAST = datetime(1990, 1, 1), datetime(2090, 1, 1)  # noqa: DTZ001 (bounds are naive)
HEADER = "iso,name,lat,lon,source,grade"
WORDS = st.text(string.ascii_letters + "äøšß,\"'-; \n", min_size=1).map(str.strip).filter(bool)


def values(column: Column) -> st.SearchStrategy[Any]:
    """Values that a column may hold."""
    low, high = column.low, column.high
    whole = st.integers(
        int(-(2**40) if low is None else -(-low // 1)), int(2**40 if high is None else high // 1)
    )
    if column.choices and column.type == "int":
        return st.sampled_from([int(choice) for choice in column.choices])
    kinds: dict[str, st.SearchStrategy[Any]] = {
        "text": WORDS,
        "choice": st.sampled_from(column.choices or ("x",)),
        "list": st.lists(st.sampled_from(column.choices or ("x",)), min_size=1, unique=True),
        "int": whole,
        "duration": whole,
        "bool": st.booleans(),
        "float": st.floats(low, high, allow_nan=False, allow_infinity=False),
        "when": st.datetimes(FIRST, LAST, timezones=st.just(UTC)).map(
            lambda when: when.replace(second=0, microsecond=0)
        ),
    }
    made = kinds[column.type]
    return made if column.required or column.default else st.none() | made


@st.composite
def tables_of(draw: st.DrawFn, name: str) -> pl.DataFrame:
    """A typed table of a schema, of up to six rows with different keys."""
    spec = schema(name)
    row = st.fixed_dictionaries({c.field: values(c) for c in spec.columns})
    by_key = (lambda r: tuple(r[k] for k in spec.key)) if spec.key else None
    rows = draw(st.lists(row, max_size=6, unique_by=by_key))
    columns = {c.field: [r[c.field] for r in rows] for c in spec.columns}
    return pl.DataFrame({**columns, LINE: [0] * len(rows)}, schema=spec.polars())


@pytest.mark.parametrize("name", schemas())
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_table_is_read_back_as_it_was_written(name: str, data: st.DataObject) -> None:
    table = data.draw(tables_of(name))
    text = write(table, name)
    again = parse(text, name, "round.csv")
    assert again.drop(LINE).equals(table.drop(LINE))
    assert write(again, name) == text


@pytest.mark.parametrize("name", schemas())
def test_every_schema_says_type_and_meaning_of_each_column(name: str) -> None:
    spec = schema(name)
    for column in spec.columns:
        assert column.type in tables.POLARS_TYPES, f"{name}.{column.name}"
        assert column.description, f"{name}.{column.name} has no description"
        refers = column.refers.partition(".")[0]
        assert not refers or refers in schemas(), f"{name}.{column.name}"
        assert column.low is None or column.high is None or column.low < column.high
    assert len({c.name for c in spec.columns}) == len(spec.columns)


def faults(text: str, name: str = "countries") -> list[str]:
    with pytest.raises(DataError) as caught:
        parse(text, name, "made.csv")
    return [str(fault) for fault in caught.value.faults]


def test_every_bad_cell_of_a_file_is_named_at_once() -> None:
    text = f"{HEADER}\nDE,Germany,fifty,10,s,A\nFR,France,91,2,s,E\nPL,,52,20,s,B\n"
    assert faults(text) == [
        "made.csv line 2, lat: 'fifty' should be a number",
        "made.csv line 3, grade: 'E' should be one of A B C D",
        "made.csv line 3, lat: '91' should be at most 90",
        "made.csv line 4, name: '' is empty; a value is required",
    ]


def test_a_misspelt_column_is_named_with_what_was_meant() -> None:
    found = faults("iso,nmae,lat,lon,source,grade\nDE,Germany,50,10,s,A\n")
    assert found[0] == "made.csv line 1, name: this column is missing (English short name)"
    assert found[1] == (
        "made.csv line 1, nmae: is not a column of countries (did you mean 'name'?)"
    )


def test_a_column_that_stands_twice_is_refused() -> None:
    assert "stands twice" in faults(f"{HEADER},iso\nDE,Germany,50,10,s,A,DE\n")[0]


def test_a_duplicate_key_names_the_line_where_it_stood_first() -> None:
    text = f"{HEADER}\nDE,Germany,50,10,s,A\nDE,Again,50,10,s,A\n"
    assert faults(text) == [
        "made.csv line 3, iso: 'DE' stands already on line 2; an id must be unique"
    ]


def test_a_choice_of_whole_numbers_is_held() -> None:
    links = "link,u,v,mode,class,km,gauge_mm,source,grade\na,b,c,rail,main,5,1436,s,A\n"
    assert faults(links, "links") == [
        "made.csv line 2, gauge_mm: '1436' should be one of"
        " 762 914 1000 1050 1067 1435 1520 1524 1600 1668 1676 (did you mean '1435'?)"
    ]


def test_a_duration_out_of_range_is_told_in_minutes() -> None:
    text = "fleet,lift,owner,base,count,ready,source,grade\nf,l,o,b,1,600 d,s,A\n"
    assert faults(text, "fleets") == [
        "made.csv line 2, ready: '600 d' should be at most 525600 min"
    ]


def test_a_row_with_too_many_cells_is_named() -> None:
    assert faults(f"{HEADER}\nDE,Germany,50,10,s,A,more\n") == [
        "made.csv line 2: has 7 cells, the first line names 6"
    ]


def test_a_row_that_ends_early_has_empty_cells() -> None:
    assert faults(f"{HEADER}\nDE,Germany,50\n") == [
        "made.csv line 2, grade: '' is empty; a value is required",
        "made.csv line 2, lon: '' is empty; a value is required",
        "made.csv line 2, source: '' is empty; a value is required",
    ]


def test_the_line_is_that_of_the_file_where_a_cell_holds_a_line_break() -> None:
    text = f'{HEADER}\nDE,"Ger\nmany",50,10,s,A\n\nFR,France,x,2,s,A\n'
    assert faults(text) == ["made.csv line 5, lat: 'x' should be a number"]


def test_quotes_that_do_not_close_are_told_with_their_line() -> None:
    assert "check the quotes" in faults(f'{HEADER}\nDE,"Germany,50,10,s,A\n')[0]


def test_blanks_round_a_cell_do_not_matter() -> None:
    table = parse(f"{HEADER}\n DE , Germany ,50, 10 ,s, A\n", "countries", "made.csv")
    assert table.row(0, named=True)["name"] == "Germany"
    assert table.row(0, named=True)["iso"] == "DE"


def test_a_blank_cell_takes_the_default_of_its_column() -> None:
    text = "fleet,lift,owner,base,count,source,grade\nf,l,o,b,1,s,A\n"
    assert parse(text, "fleets", "made.csv")["ready_min"].to_list() == [0]


def test_a_missing_an_empty_and_a_wrongly_encoded_file_are_told(tmp_path: Path) -> None:
    path = tmp_path / "countries.csv"
    for content, told in [
        (None, "there is no such file"),
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (f"{HEADER}\nSE,Malm\xf6,55,13,s,A\n".encode("latin-1"), "is not UTF-8"),
        (b"iso\0name", "NUL"),
    ]:
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(DataError, match=told):
            read(path, "countries")
    path.write_bytes(f"{HEADER}\nSE,Malm\xf6,55,13,s,A\n".encode("latin-1"))
    with pytest.raises(DataError) as caught:
        read(path, "countries")
    assert caught.value.faults[0].line == 2


def test_a_byte_order_mark_does_not_hide_the_first_column(tmp_path: Path) -> None:
    path = tmp_path / "countries.csv"
    path.write_bytes(b"\xef\xbb\xbf" + f"{HEADER}\nSE,Sweden,62,15,s,A\n".encode())
    assert read(path, "countries")["iso"].to_list() == ["SE"]


def test_a_workbook_is_read_like_a_csv(tmp_path: Path) -> None:
    path = tmp_path / "countries.xlsx"
    workbook(path, [HEADER.split(","), ["SE", "Sweden", 62, 15.5, "s", "A"]])
    table = read(path, "countries")
    assert table.drop(LINE).row(0) == ("SE", "Sweden", 62.0, 15.5, "s", "A")
    workbook(path, [HEADER.split(","), [], ["SE", "Sweden", "north", 15.5, "s", "A"]])
    with pytest.raises(DataError, match="line 3, lat: 'north' should be a number"):
        read(path, "countries")


def test_what_is_no_workbook_is_told(tmp_path: Path) -> None:
    path = tmp_path / "countries.xlsx"
    path.write_bytes(b"this is not a workbook")
    with pytest.raises(DataError, match="cannot be read as a workbook"):
        read(path, "countries")


def test_near_names_only_what_is_near() -> None:
    assert near("hom", ["home", "name"]) == " (did you mean 'home'?)"
    assert near("zzzz", ["home", "name"]) == ""


def workbook(path: Path, rows: list[list[object]]) -> None:
    """Write the smallest workbook that holds these cells, without another package."""
    import zipfile

    lines = []
    for number, row in enumerate(rows, start=1):
        cells = "".join(
            f'<c r="{chr(65 + n)}{number}"><v>{cell}</v></c>'
            if isinstance(cell, int | float)
            else f'<c r="{chr(65 + n)}{number}" t="inlineStr"><is><t>{cell}</t></is></c>'
            for n, cell in enumerate(row)
        )
        lines.append(f'<row r="{number}">{cells}</row>')
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    types = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    relation = f'<Relationship Id="rId1" Type="{office}/%s" Target="%s"/>'
    relations = f'<Relationships xmlns="{package}/relationships">{relation}</Relationships>'
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{types}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{types}.worksheet+xml"/>'
        "</Types>",
        "_rels/.rels": relations % ("officeDocument", "xl/workbook.xml"),
        "xl/_rels/workbook.xml.rels": relations % ("worksheet", "worksheets/sheet1.xml"),
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
        '<sheet name="one" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{"".join(lines)}'
        "</sheetData></worksheet>",
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{text}')
