"""The state that a schedule has reached at a minute, and what is left to move from there."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

import polars as pl

from standto.kernels import columns as c
from standto.kernels.columns import NEVER
from standto.schedule.moves import Move, Onward, Parcel
from standto.schedule.problem import Problem
from standto.schedule.schedule import Schedule
from standto.schedule.underway import ASSETS, Underway
from standto.world.graph import MODES

Row = dict[str, Any]
Content = tuple[int, int, int, int]


class Goal(NamedTuple):
    """What is read of a line: row of the plan's lines, its ends, and when it is ready."""

    row: int
    origin: str
    destination: str
    ready_min: int


class Leg(NamedTuple):
    """What is read of a leg; `start` and `end` are its columns `from` and `to`."""

    line: str
    packet: int
    mode: str
    lift: str
    start: str
    end: str
    arrive_min: int
    unload_min: int
    personnel: int
    mass_t: float
    lane_m: float
    pieces: int


def state_at(problem: Problem, schedule: Schedule, minute: int) -> Underway:
    """The state at a minute, if all has gone as planned.

    A leg has begun when its loading (or march) has. An asset with a trip to come elsewhere has set
    out for it as soon as it was free, and is taken to be there or bound for there; others stand
    where their last trip ends.
    """
    begun = pl.col("depart_min") - pl.col("load_min") < minute
    legs = schedule.legs.filter(begun).sort("packet", "step")
    trips = _trips(legs).sort("begin_min").group_by("lift", "asset", maintain_order=True).last()
    ahead = _trips(schedule.legs.filter(~begun)).sort("begin_min")
    first = ahead.group_by("lift", "asset", maintain_order=True).first()
    last = {(r["lift"], r["asset"]): r for r in trips.iter_rows(named=True)}
    following = {(r["lift"], r["asset"]): r for r in first.iter_rows(named=True)}
    rows = []
    for lift, number in sorted(last.keys() | following.keys()):
        stood = _stands(problem, lift, number, last.get((lift, number)))
        then = following.get((lift, number))
        if stood is not None:
            place, free = stood
            if then is not None and free < minute:
                place, free = _sent(problem, lift, place, free, then)
            rows.append({"lift": lift, "asset": number, "place": place, "free_min": free})
    return Underway(minute, legs, pl.DataFrame(rows, schema=ASSETS))


def _trips(legs: pl.DataFrame) -> pl.DataFrame:
    """One row a trip of lift: where it leads, when it is loaded, when it is empty again."""
    return (
        legs.filter(pl.col("trip") >= 0)
        .unique("trip", keep="first", maintain_order=True)
        .select(
            "lift",
            "asset",
            "from",
            "to",
            begin_min=pl.col("depart_min") - pl.col("load_min"),
            end_min=pl.col("arrive_min") + pl.col("unload_min"),
        )
    )


def _stands(problem: Problem, lift: str, number: int, trip: Row | None) -> tuple[str, int] | None:
    """Where an asset is after its last trip, or at its start; None where the fleet has it not."""
    asset = problem.fleets.asset(lift, number)
    if asset < 0:
        return (trip["to"], trip["end_min"]) if trip else None
    if trip is None:
        stop, free = problem.tables.asset_from[asset].tolist()
        return problem.stops[stop], free
    turn = int(problem.fleets.table[problem.fleets.asset_fleet[asset], c.F_TURN])
    return trip["to"], trip["end_min"] + turn


def _sent(problem: Problem, lift: str, place: str, free: int, then: Row) -> tuple[str, int]:
    """Where and when an empty asset is that set out for its next trip; where it is, if it cannot.

    It is never later there than the trip that it was planned for.
    """
    at = problem.net.index
    row = problem.fleets.names.index(lift) if lift in problem.fleets.names else -1
    if row < 0 or place not in at or then["from"] not in at:
        return place, free
    system = int(problem.fleets.table[row, c.F_SYSTEM])
    minutes = int(problem.net.moves[system, at[place], at[then["from"]]])
    return (then["from"], min(free + minutes, then["begin_min"])) if minutes < NEVER else (
        place,
        free,
    )  # fmt: skip


def parts_at(
    problem: Problem, lines: pl.DataFrame, state: Underway, rest: pl.DataFrame
) -> dict[str, tuple[Move, ...]]:
    """What is left of each line of which something has begun: its packets from where they are.

    A packet that has arrived is left too, as a move without a way. lines: of the plan. rest: legs
    not begun.
    """
    begun = pl.col("line").is_in(state.legs["line"].unique().implode())
    legs = [
        table.rename({"from": "start", "to": "end"}).select("step", *Leg._fields).filter(begun)
        for table in (state.legs, rest)
    ]
    rows: dict[str, dict[int, list[Leg]]] = {}
    for leg in map(Leg._make, pl.concat(legs).sort("packet", "step").drop("step").rows()):
        rows.setdefault(leg.line, {}).setdefault(leg.packet, []).append(leg)
    count = dict(state.legs.group_by("packet").len().iter_rows())
    known = _parcels(problem, rows)
    facts = lines.with_row_index("row").filter(begun)
    return {
        line: _parts(Goal(*about), rows[line], count, known.get(line, []), state.now_min)
        for line, *about in facts.select("line", *Goal._fields).rows()
    }


def unbegun(schedule: Schedule, state: Underway) -> pl.DataFrame:
    """Legs of the schedule that have not begun."""
    done = state.legs.select("packet", "step")
    return schedule.legs.join(done, on=["packet", "step"], how="anti", maintain_order="left")


def _parts(
    line: Goal,
    packets: dict[int, list[Leg]],
    begun: dict[int, int],
    known: list[Parcel],
    now: int,
) -> tuple[Move, ...]:
    """Moves of one line: each packet under way, and those not begun together."""
    moves, waiting, flies = [], [], False
    numbered = _numbered(packets, known)
    for number, legs in packets.items():
        count = begun.get(number, 0)
        if not count:
            waiting.append(numbered[number])
            flies = flies or legs[0].mode == "air"
            continue
        at = legs[count - 1]
        free = at.arrive_min + at.unload_min
        there = at.end == line.destination
        onward = tuple(
            Onward(MODES.index(leg.mode), leg.start, leg.end, leg.lift != "")
            for leg in (() if there else legs[count:])
        )
        then = free if there else max(free, now)
        after = MODES.index(at.mode)
        moves.append(Move(line.row, at.end, then, (numbered[number],), (), onward, after))
    if waiting:
        options = ((), tuple(waiting)) if flies else (tuple(waiting), ())
        moves.append(Move(line.row, line.origin, max(line.ready_min, now), *options))
    return tuple(moves)


def _parcels(problem: Problem, lines: Collection[str]) -> dict[str, list[Parcel]]:
    """Every packet that each of some lines may be split into, of either option."""
    made: dict[str, list[Parcel]] = {}
    for key, move in zip(problem.lines, problem.moves, strict=True):
        if key in lines:
            made.setdefault(key, []).extend((*move.surface, *move.air))
    return made


def _numbered(packets: dict[int, list[Leg]], known: list[Parcel]) -> dict[int, Parcel]:
    """Each packet of a line as a parcel: the one of the same content, else one made from its leg.

    Parcels of the same content are given out in order, so that each is given once.
    """
    left: dict[Content, list[Parcel]] = {}
    for one in known:
        _, mass, lane, people, *_ = one.cells
        left.setdefault((people, mass, lane, one.pieces), []).append(one)
    made = {}
    for number, legs in packets.items():
        content = _content(legs[0])
        same = left.get(content, [])
        one = _remade(content, known) if not same else same.pop(0) if len(same) > 1 else same[0]
        made[number] = Parcel(one.cells, content[0], content[3], number)
    return made


def _content(leg: Leg) -> Content:
    """People, kg, lane dm and pieces of a packet, as its legs state them."""
    return leg.personnel, round(leg.mass_t * 1000), round(leg.lane_m * 10), leg.pieces


def _remade(content: Content, known: list[Parcel]) -> Parcel:
    """A packet that the instance does not know: with the largest piece that its line has."""
    people, mass, lane, pieces = content
    heaviest = max((p.cells[c.P_PIECE_KG] for p in known), default=mass)
    outsize = max((p.cells[c.P_OUTSIZE] for p in known), default=0)
    hazard = max((p.cells[c.P_HAZARD] for p in known), default=0)
    tracked = pieces if any(p.cells[c.P_TRACKED] for p in known) else 0
    cells = (0, mass, lane, people, pieces, tracked, max(1, pieces), heaviest, outsize, hazard)
    return Parcel(cells, people, pieces)
