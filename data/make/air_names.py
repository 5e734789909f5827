"""What an airfield is called besides its name, by OurAirports: `air_names` is used by build.py.

A list may call a field after its old air base, its operator or in the country's own language
(Rhein-Main Air Base, RAF Laarbruch, Flughafen München Franz Josef Strauß).
"""

from __future__ import annotations

import re
from collections import defaultdict

from land import Row, rows
from names import search_form
from sea_air import table

FIELD = re.compile(
    r"\b(air ?(base|port|field|station|park)|RAF|RNAS|NAS|CFB|AFB|BA \d+|flug(hafen|platz)"
    r"|flieger\w*|a[eé]ro(port|drome|puerto|porto)\w*|base a[eé]r\w+|lotnisko|leti[sš]\w+|lufthavn"
    r"|flyplass|flystasjon|flyg\w+|lennu\w+|lento\w+|oro uostas|lidosta|vliegbasis|vliegveld"
    r"|luchthaven|havaalan\w+|havaliman\w+|hava üssü)|аэро\w+|авиабаза|летище|аеро\w+|αερο\w+",
    re.IGNORECASE,
)
"""A word that says that an airfield is meant: a town or region among the keywords is not one."""


def air_names(places: list[Row]) -> dict[str, list[str]]:
    """Other names by place; none that another place bears or that two airfields claim."""
    listed = {row["ident"]: row for row in table("airports")}
    fields = {row["place"]: listed.get(row["icao"]) for row in rows("../europe/airfields.csv")}
    said = {place: _said(row) for place, row in fields.items() if row is not None}
    bearers: dict[str, set[str]] = defaultdict(set)
    for row in places:
        for name in (row["name"], *row["also"].split("; ")):
            bearers[search_form(name)].add(row["place"])
    for place, names in said.items():
        for name in names:
            bearers[search_form(name)].add(place)
    return {
        place: [name for name in names if bearers[search_form(name)] == {place}]
        for place, names in said.items()
    }


def _said(row: Row) -> list[str]:
    """The list's name and those of its keywords that name an airfield."""
    words = [row["name"], *row["name"].split("/"), *row["keywords"].split(",")]
    clean = (re.sub(r"\(.*?\)|\[.*?\]", "", word).strip(" .,;") for word in words)
    return [
        name
        for name in clean
        if FIELD.search(name) and search_form(FIELD.sub("", name)) and not set(name) & set(";,")
    ]
