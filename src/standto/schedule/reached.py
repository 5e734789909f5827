"""The state that a schedule has reached at a minute, and what is left to move from there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

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
    at = {stop: n for n, stop in enumerate(problem.stops)}
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
    problem: Problem, schedule: Schedule, state: Underway, lines: Iterable[Row]
) -> dict[str, tuple[Move, ...]]:
    """What is left of each line of which something has begun: its packets from where they are.

    A packet that has arrived is left too, as a move without a way. lines: rows of the plan.
    """
    rest = unbegun(schedule, state)
    packets = pl.concat([state.legs, rest]).sort("packet", "step")
    rows: dict[str, dict[int, list[Row]]] = {}
    columns = (
        "line", "packet", "mode", "lift", "from", "to", "arrive_min", "unload_min", "personnel",
        "mass_t", "lane_m", "pieces",
    )  # fmt: skip
    begun = state.legs.group_by("packet").len()
    count = dict(begun.iter_rows())
    moving = packets.filter(pl.col("line").is_in(state.legs["line"].unique().implode()))
    for row in moving.select(columns).iter_rows(named=True):
        rows.setdefault(row["line"], {}).setdefault(row["packet"], []).append(row)
    known = _parcels(problem)
    made = {}
    for line in lines:
        of_line = rows.get(line["line"])
        if of_line:
            made[line["line"]] = _parts(
                line, of_line, count, known.get(line["line"], []), state.now_min
            )
    return made


def unbegun(schedule: Schedule, state: Underway) -> pl.DataFrame:
    """Legs of the schedule that have not begun."""
    done = state.legs.select("packet", "step")
    return schedule.legs.join(done, on=["packet", "step"], how="anti", maintain_order="left")


def _parts(
    line: Row, packets: dict[int, list[Row]], begun: dict[int, int], known: list[Parcel], now: int
) -> tuple[Move, ...]:
    """Moves of one line: each packet under way, and those not begun together."""
    moves, waiting, flies = [], [], False
    numbered = _numbered(packets, known)
    for number, legs in packets.items():
        count = begun.get(number, 0)
        if not count:
            waiting.append(numbered[number])
            flies = flies or legs[0]["mode"] == "air"
            continue
        at = legs[count - 1]
        free = at["arrive_min"] + at["unload_min"]
        there = at["to"] == line["destination"]
        onward = tuple(
            Onward(MODES.index(r["mode"]), r["from"], r["to"], r["lift"] != "")
            for r in legs[count:]
            if not there
        )
        ready = free if there else max(free, now)
        after = MODES.index(at["mode"])
        moves.append(Move(0, at["to"], ready, (numbered[number],), (), onward, after))
    if waiting:
        ready = max(line["ready_min"], now)
        options = ((), tuple(waiting)) if flies else (tuple(waiting), ())
        moves.append(Move(0, line["origin"], ready, *options))
    return tuple(moves)


def _parcels(problem: Problem) -> dict[str, list[Parcel]]:
    """Every packet that each line may be split into, of either option."""
    made: dict[str, list[Parcel]] = {line: [] for line in problem.plan.lines["line"]}
    for key, move in zip(problem.lines, problem.moves, strict=True):
        made[key] += [*move.surface, *move.air]
    return made


def _numbered(packets: dict[int, list[Row]], known: list[Parcel]) -> dict[int, Parcel]:
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


def _content(leg: Row) -> Content:
    """People, kg, lane dm and pieces of a packet, as its legs state them."""
    return (
        leg["personnel"], round(leg["mass_t"] * 1000), round(leg["lane_m"] * 10), leg["pieces"]
    )  # fmt: skip


def _remade(content: Content, known: list[Parcel]) -> Parcel:
    """A packet that the instance does not know: with the largest piece that its line has."""
    people, mass, lane, pieces = content
    heaviest = max((p.cells[c.P_PIECE_KG] for p in known), default=mass)
    outsize = max((p.cells[c.P_OUTSIZE] for p in known), default=0)
    hazard = max((p.cells[c.P_HAZARD] for p in known), default=0)
    tracked = pieces if any(p.cells[c.P_TRACKED] for p in known) else 0
    cells = (0, mass, lane, people, pieces, tracked, max(1, pieces), heaviest, outsize, hazard)
    return Parcel(cells, people, pieces)
