"""Requirement lines -> packets: the atomic parts that travel, by surface and by air.

On the surface a packet is a march unit: at most `MARCH_UNIT` vehicles, and small enough for one
train, one ship and one section of transporters. By air it is a chalk: what one aircraft of the
smallest type that takes the line's largest piece carries.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from standto.kernels.columns import NEVER

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

MARCH_UNIT = 20
"""Vehicles of a march unit. Half as many doubles the packets and the time to solve; twice as many
leaves ships and trains less well filled."""
COACH_SEATS, COACH_DM = 50, 120
"""People without vehicles of their own ride in coaches on road, rail wagon and ship."""
TRUCK_KG, TRUCK_DM = 15_000, 100
"""Loose cargo without vehicles of its own is hauled by trucks of this load and length."""
PALLET_KG, PALLET_DM = 4_000, 25
"""Loose cargo by air stands on 463L pallets: planned at 4 t, 2.24 m long with its net."""
PERSON_KG = 100
"""A passenger with rifle and kit, aboard an aircraft."""


@dataclass(frozen=True)
class Room:
    """What one packet may hold: kg, lane dm, seats, tracked pieces on transporters, vehicles."""

    mass: int = NEVER
    lane: int = NEVER
    seats: int = NEVER
    tracked: int = NEVER
    units: int = NEVER


@dataclass
class Part:
    """A packet in the making."""

    mass: int = 0
    lane: int = 0
    people: int = 0
    pieces: int = 0
    tracked: int = 0
    units: int = 0
    heaviest: int = 0
    outsize: bool = False

    def takes(self, piece: Piece, room: Room) -> int:
        """How many more of a piece fit; any number of a piece without size."""
        fits = [piece.count]
        for used, each, limit in (
            (self.mass, piece.mass, room.mass),
            (self.lane, piece.lane, room.lane),
            (self.tracked, int(piece.tracked), room.tracked),
            (self.units, piece.units, room.units),
        ):
            if each > 0:
                fits.append((limit - used) // each)
        return max(0, min(fits))

    def add(self, piece: Piece, count: int) -> None:
        """Put `count` of a piece in."""
        self.mass += count * piece.mass
        self.lane += count * piece.lane
        self.pieces += count * piece.pieces
        self.tracked += count * int(piece.tracked)
        self.units += count * piece.units
        self.heaviest = max(self.heaviest, piece.heaviest)
        self.outsize = self.outsize or piece.outsize


class Piece(NamedTuple):
    """So many of one kind of vehicle or cargo; `pieces` 0 for pallets and coaches made up here."""

    count: int  # type: ignore[assignment]  # a tuple counts too, but nobody asks it
    mass: int
    lane: int
    pieces: int = 1
    units: int = 1
    tracked: bool = False
    outsize: bool = False
    heaviest: int = 0


@dataclass(frozen=True)
class Load:
    """What one requirement line moves: its vehicles, people and loose cargo."""

    pieces: tuple[Piece, ...]
    people: int
    cargo_kg: int
    together: bool
    flying: bool
    hazardous: bool = False

    @cached_property
    def heaviest(self) -> int:
        """Mass of the heaviest piece, kg."""
        return max((piece.heaviest for piece in self.pieces), default=0)

    @cached_property
    def tracked(self) -> bool:
        """Whether anything needs a transporter on the road."""
        return any(piece.tracked for piece in self.pieces)

    @cached_property
    def outsize(self) -> bool:
        """Whether anything is too large for a small hold."""
        return any(piece.outsize for piece in self.pieces)


def loads_of(lines: pl.DataFrame, loads: pl.DataFrame, items: pl.DataFrame) -> list[Load]:
    """One load a line, in the order of `lines`."""
    kinds = {row["item"]: row for row in items.iter_rows(named=True)}
    carried: dict[str, list[Piece]] = {}
    flies: dict[str, bool] = {}
    for line, item, count in loads.select("line", "item", "count").iter_rows():
        kind = kinds[item]
        mass = round(kind["mass_t"] * 1000)
        flies[line] = flies.get(line, True) and kind["class"] == "aircraft"
        carried.setdefault(line, []).append(
            Piece(
                count=count,
                mass=mass,
                lane=round(kind["length_m"] * 10),
                tracked=kind["class"] == "tracked",
                outsize=bool(kind["outsize"]),
                heaviest=mass,
            )
        )
    columns = lines.select("line", "personnel", "cargo_t", "together", "modes", "hazardous")
    return [
        Load(
            pieces=tuple(carried.get(line, ())),
            people=people,
            cargo_kg=round(cargo * 1000),
            together=together,
            flying=flies.get(line, False) and list(modes) == ["air"],
            hazardous=bool(hazardous),
        )
        for line, people, cargo, together, modes, hazardous in columns.iter_rows()
    ]


def on_surface(load: Load, room: Room) -> list[Part]:
    """Packets of a line by road, rail and sea. Its vehicles carry its people and loose cargo."""
    pieces = list(load.pieces)
    if not pieces:
        trucks = -(-load.cargo_kg // TRUCK_KG)
        coaches = -(-load.people // COACH_SEATS)
        if trucks:
            pieces.append(Piece(trucks, load.cargo_kg // trucks, TRUCK_DM, pieces=0))
        if coaches:
            pieces.append(Piece(coaches, 0, COACH_DM, pieces=0))
    parts = filled(pieces, Room() if load.together else room)
    shares = shared(load.people, [part.units for part in parts])
    spread = sum(part.mass for part in parts)
    missing = load.cargo_kg + sum(p.count * p.mass for p in load.pieces) - spread
    cargo = shared(missing, [part.units for part in parts])
    for part, people, kg in zip(parts, shares, cargo, strict=True):
        part.people = people
        part.mass += kg
    return parts


def by_air(load: Load, room: Room) -> list[Part]:
    """Packets of a line by air: vehicles and pallets first, people in the seats that are left."""
    pallets = -(-load.cargo_kg // PALLET_KG)
    pieces = list(load.pieces)
    if pallets:
        pieces.append(Piece(pallets, load.cargo_kg // pallets, PALLET_DM, pieces=0, units=0))
    parts = filled(pieces, Room() if load.together or load.flying else room)
    short = load.cargo_kg - pallets * (load.cargo_kg // pallets) if pallets else 0
    if short:
        parts[-1].mass += short
    left = load.people
    for part in parts:
        seated = (
            left if load.together else min(left, room.seats, (room.mass - part.mass) // PERSON_KG)
        )
        part.people += max(0, seated)
        left -= max(0, seated)
    while left > 0:
        seated = left if load.together else max(1, min(left, room.seats, room.mass // PERSON_KG))
        parts.append(Part(people=seated))
        left -= seated
    return parts


def filled(pieces: Sequence[Piece], room: Room) -> list[Part]:
    """Parts filled in order, largest pieces first; a piece larger than the room stands alone."""
    parts: list[Part] = []
    for piece in sorted(pieces, key=lambda p: (-p.mass, -p.lane)):
        left = piece.count
        for part in parts:
            fit = min(left, part.takes(piece, room))
            if fit:
                part.add(piece, fit)
                left -= fit
        while left:
            part = Part()
            fit = min(left, max(1, part.takes(piece, room)))
            part.add(piece, fit)
            parts.append(part)
            left -= fit
    return parts


def shared(total: int, keys: Sequence[int]) -> list[int]:
    """A whole number shared out in proportion to `keys`, to the last unit."""
    whole = sum(keys)
    if not keys:
        return []
    if not whole:
        return [total, *([0] * (len(keys) - 1))]
    bounds = [n * total // whole for n in accumulate(keys, initial=0)]
    return [after - before for before, after in pairwise(bounds)]
