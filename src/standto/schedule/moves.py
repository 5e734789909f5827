"""Moves: what each row of the kernels' lines moves, a whole line or a part of it that is under way.

At C-hour each requirement line is one move, with packets by surface and by air. Later a line may
be several: each packet under way goes on from where it will stand, the packets not yet begun are a
move of their own, and a packet that has arrived is a move without a way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from standto.kernels import columns as c
from standto.kernels.columns import Ints
from standto.schedule.fleets import Fleets, air_room, surface_room
from standto.schedule.packets import MARCH_UNIT, Load, Part, by_air, on_surface

Floats = npt.NDArray[np.float64]


class Parcel(NamedTuple):
    """One packet: its row for the kernels, people, pieces, and its number in the plan under way.

    number: -1 where the packet is made anew.
    """

    cells: tuple[int, ...]
    people: int
    pieces: int
    number: int = -1


class Onward(NamedTuple):
    """One ride that a packet was still to make: mode, from and to, and whether by lift."""

    mode: int
    start: str
    end: str
    lifted: bool


@dataclass(frozen=True)
class Move:
    """Packets of one line that start together.

    line: row of the plan's lines. ready: minute from which they may be loaded. surface, air:
    packets of either option. onward: rides that were planned from here, for a packet under way,
    which may then take any way, on the surface or by air; None for packets at their line's origin.
    after: mode of the ride that brought the packet here, -1 where none did.
    """

    line: int
    origin: str
    ready: int
    surface: tuple[Parcel, ...]
    air: tuple[Parcel, ...]
    onward: tuple[Onward, ...] | None = None
    after: int = -1


@dataclass(frozen=True)
class Packets:
    """Packets of all moves, as the kernels read them.

    first: whether a packet belongs to the first option that its move has. number: see `Parcel`.
    """

    table: Ints
    options: Ints
    weight: Floats
    people: Ints
    pieces: Ints
    first: npt.NDArray[np.bool_]
    number: Ints


def whole(row: int, origin: str, ready: int, may_fly: bool, load: Load, fleets: Fleets) -> Move:
    """The move of a line of which nothing has begun."""
    surface, flying = parts_of(load, may_fly, fleets)
    return Move(
        row,
        origin,
        ready,
        tuple(parcel(part, load.hazardous) for part in surface),
        tuple(parcel(part, load.hazardous) for part in flying),
    )


def parts_of(load: Load, may_fly: bool, fleets: Fleets) -> tuple[list[Part], list[Part]]:
    """Packets of a load on the surface and by air."""
    room = air_room(fleets, load) if may_fly else None
    flying = by_air(load, room) if room else by_self(load) if load.flying else []
    if load.flying:
        return [], flying
    return on_surface(load, surface_room(fleets, load, MARCH_UNIT)), flying


def by_self(load: Load) -> list[Part]:
    """One packet of aircraft that fly themselves."""
    part = Part(people=load.people)
    for piece in load.pieces:
        part.add(piece, piece.count)
    return [part]


def parcel(part: Part, hazardous: bool) -> Parcel:
    """A packet as the kernels read it; its first cell is its move's number, set later."""
    cells = (
        0,
        part.mass,
        part.lane,
        part.people,
        part.pieces,
        part.tracked,
        max(1, part.units),  # nought could not be given back: it has no sign
        part.heaviest,
        int(part.outsize),
        int(hazardous),
    )
    return Parcel(cells, part.people, part.pieces)


def packed(moves: Sequence[Move], lines: pl.DataFrame) -> Packets:
    """Packets of moves, in order, weighted by people, tonnes and the line's priority."""
    priority = [10 - (p or 5) for p in lines["priority"].to_list()]
    parcels: list[Parcel] = []
    options, move_of, first = [0], list[int](), list[bool]()
    for n, move in enumerate(moves):
        for k, option in enumerate((move.surface, move.air)):
            parcels += option
            move_of += [n] * len(option)
            first += [k == 0 or not move.surface] * len(option)
            options.append(len(parcels))
    cells = np.fromiter(chain.from_iterable(p.cells for p in parcels), dtype=np.int64)
    table = cells.reshape(len(parcels), c.PACKET_FIELDS)
    table[:, c.P_LINE] = move_of
    people = np.array([p.people for p in parcels], dtype=np.int64)
    urgent = np.array([priority[moves[n].line] for n in move_of], dtype=np.float64)
    return Packets(
        table=table,
        options=np.array(options, dtype=np.int64),
        weight=np.maximum((people + table[:, c.P_MASS] / 1000) * urgent, 1e-3),
        people=people,
        pieces=np.array([p.pieces for p in parcels], dtype=np.int64),
        first=np.array(first, dtype=bool),
        number=np.array([p.number for p in parcels], dtype=np.int64),
    )
