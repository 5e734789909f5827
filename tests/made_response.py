"""A response made by hand on the scenario in tests/small, for the tests of what a reader sees."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from standto.council.decide import decide
from standto.plan.activate import activate
from standto.plan.plan import Limits
from standto.rehearse.ensemble import Ensemble
from standto.reports.situation import (
    Code,
    Difference,
    Report,
    ReportDate,
    Situation,
    Span,
    Statement,
)
from standto.schedule.schedule import LEGS, Bound, Result, Schedule
from standto.view.response import Response
from standto.world.load import load

SMALL = Path(__file__).parent / "small"
ROUTE = ["road-ashby-alder", "road-alder-birch", "road-birch-cedar", "road-cedar-crown"]
FINDINGS: dict[str, Any] = {
    "finding": ["territory-1", "vienna-1"],
    "rule": ["territory.consent", "vd11.notification"],
    "pack": ["territory", "vienna"],
    "title": ["Only where consent was given", "Prior notification of land activity"],
    "status": ["passed", "attention"],
    "subject": ["all legs", "XC"],
    "country": ["", "XC"],
    "at_min": [None, 4320],
    "number": [0.0, 600.0],
    "limit": [0.0, 9000.0],
    "unit": ["legs", "troops"],
    "article": ["", "para 40.1.1"],
    "basis": ["treaty", "document"],
    "binding": ["legally", "politically"],
    "text": ["No leg crosses a country that has not consented.", "600 <b>troops</b> in XC."],
    "source": ["hand", "hand"],
    "grade": ["D", "C"],
}
NOTICES: dict[str, Any] = {
    "notice": ["n-1"],
    "kind": ["notification"],
    "to": ["XD"],
    "due_min": [1440],
    "event_min": [4320],
    "subject": ["XC"],
    "number": [600.0],
    "text": ["Notification of the arrival of 600 troops."],
    "article": ["para 40.1.1"],
    "basis": ["document"],
    "status": ["due"],
    "source": ["hand"],
    "grade": ["C"],
}
TEXT = (
    "Ministers met 😀 on Thursday.\n"
    "The minister said: “600 soldiers will go.”\nA paper wrote that 700 soldiers will go.\n"
)


def legs() -> pl.DataFrame:
    """Two convoys by road, a flight, and a train that changes gauge, on the small network."""
    rows: list[dict[str, Any]] = []

    def add(line: str, packet: int, step: int, mode: str, ways: list[str], **more: Any) -> None:
        force = "b-inf" if line.startswith("b-inf") else "a-mech"
        depart, hours = more.pop("depart"), more.pop("hours")
        each = hours * 60 // max(1, len(ways))
        row = {"leg": len(rows), "force": force, "line": line, "packet": packet, "step": step}
        row |= {"mode": mode, "lift": "", "asset": 0, "trip": -1, "load_min": 60, "unload_min": 30}
        row |= {"depart_min": depart, "arrive_min": depart + hours * 60, "km": 100.0 * hours}
        row |= {"links": ways, "link_depart_min": [depart + n * each for n in range(len(ways))]}
        row |= {"countries": ["XA", "XC"], "personnel": 60, "mass_t": 80.0, "lane_m": 90.0}
        rows.append(row | {"pieces": 6} | more)

    for packet in (0, 1):
        start = 2880 + packet * 120
        ends = {"from": "ashby-xa", "to": "crown-xc"}
        add("a-mech-wheels", packet, 0, "road", ROUTE, depart=start, hours=16, **ends)
    flight = {"from": "ayr-xa", "to": "cove-xc", "lift": "lifter-xa"}
    add("a-mech-advance", 2, 0, "air", [], depart=3000, hours=2, **flight)
    first = ["rail-ashby-alder", "rail-alder-birch", "rail-birch-cedar"]
    train = {"from": "ashby-xa", "to": "cedar-xc", "lift": "train-xa", "trip": 1}
    add("a-mech-tanks", 3, 0, "rail", first, depart=3600, hours=20, **train)
    last = {"from": "cedar-xc", "to": "crown-xc", "lift": "train-xc", "trip": 2}
    add("a-mech-tanks", 3, 1, "rail", ["rail-cedar-crown"], depart=5400, hours=4, **last)
    near = {"from": "birch-xb", "to": "crown-xc"}
    add("b-inf-wheels", 4, 0, "road", ROUTE[2:], depart=1500, hours=9, **near)
    return pl.DataFrame(rows, schema=LEGS)


def result(table: pl.DataFrame) -> Result:
    """A result whose first force is late, and of which one line never arrives."""
    closure = pl.DataFrame(
        {
            "force": ["a-mech", "b-inf", "a-gun"],
            "ready_min": [2880, 1440, 4320],
            "required_min": [4320, None, 17280],
            "closed_min": [5670, 2070, None],
            "lower_bound_min": [5000, 2000, 6000],
            "late_min": [1350, 0, 0],
            "held_by": ["gauge change at Cedar", "nothing: as early as possible", "no route"],
            "held_min": [600, 0, None],
        },
        schema_overrides={"required_min": pl.Int64(), "closed_min": pl.Int64()},
    )
    unplanned = pl.DataFrame({"line": ["a-gun-guns"], "force": ["a-gun"], "why": ["no open route"]})
    bottlenecks = pl.DataFrame(
        {"resource": ["cedar-xc"], "kind": ["transload"], "name": ["Cedar"], "hours": [10.0]}
    )
    bounds = (Bound("objective", 5000.0, "each line alone", 0.1),)
    return Result(
        schedule=Schedule(table, unplanned),
        closure=closure,
        bottlenecks=bottlenecks,
        objective=5670.0,
        bounds=bounds,
        closure_min=5670,
        closure_lower_bound_min=5000,
        gap=0.118,
        iterations=10,
        seconds=0.5,
        status="incomplete",
    )


def ensemble() -> Ensemble:
    """Three runs of two forces; one run in which the first never closes."""
    quantiles = pl.DataFrame(
        {
            "force": ["", "a-mech", "b-inf"],
            "p05_min": [5700.0, 5700.0, 2070.0],
            "p50_min": [6000.0, 6000.0, 2100.0],
            "p95_min": [8000.0, 8000.0, 2400.0],
            "p50_error_min": [10.0, 10.0, 5.0],
            "not_closed": [1, 1, 0],
            "on_time": [None, 0.0, None],
        },
        schema_overrides={"on_time": pl.Float64()},
    )
    mattered = pl.DataFrame(
        {
            "contingency": ["c-rail"],
            "name": ["a train is late"],
            "cost_min": [300.0],
            "low_min": [200.0],
            "high_min": [400.0],
            "happened": [2],
            "kept_open": [1],
        }
    )
    runs = np.array([[5700, 2070], [6000, 2100], [-1, 2400]], dtype=np.int64)
    return Ensemble("priority", 1, ("a-mech", "b-inf"), runs, quantiles, mattered, 0.2)


def situation() -> Situation:
    """One report, two statements that differ in a figure, and a character outside the BMP."""

    def statement(key: str, words: str, who: str, kind: Any) -> Statement:
        at = TEXT.index(words)
        return Statement(key, "r1", at, at + len(words), words, kind, who, who, "role", "said")

    first = statement("s1", "600 soldiers will go.", "the minister", "direct")
    second = statement("s2", "700 soldiers will go", "A paper", "indirect")
    when = ReportDate("posted", "2030-01-10T09:00", 0, 0, "", zone="Z")
    code = Code("announce", "announces", first.start, first.start + 3, "600", "r")
    spans = [Span(TEXT.index(number), TEXT.index(number) + 3) for number in ("600", "700")]
    return Situation(
        reports=(Report("r1", "reports/one.txt", "0" * 64, "Ministers meet", (when,), TEXT),),
        statements=(
            Statement(
                **{k: getattr(first, k) for k in first.__struct_fields__} | {"codes": (code,)}
            ),
            second,
        ),
        differences=(Difference("s1", "s2", "figure", "600", "700", *spans),),
    )


def response(ledger: Path, table: pl.DataFrame | None = None) -> Response:
    """The whole made-up response; `ledger` is where the council's acts are recorded."""
    world = load(SMALL)
    activation = decide(world, ledger)
    return Response(
        world=world,
        situation=situation(),
        activation=activation,
        ledger=ledger,
        plan=activate(world, activation),
        limits=Limits(
            frozenset({"XA", "XB", "XC"}),
            frozenset({"XA", "XB", "XC"}),
            frozenset(),
            {"XD": "XD has not consented."},
        ),
        result=result(legs() if table is None else table),
        ensemble=ensemble(),
        findings=pl.DataFrame(FINDINGS, schema_overrides={"at_min": pl.Int64()}),
        notices=pl.DataFrame(NOTICES),
        seed=1,
    )
