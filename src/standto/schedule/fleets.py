"""Lift as real assets: what each carries, where it stands, and how long it takes to fetch it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from standto.kernels import columns as c
from standto.schedule.packets import PALLET_DM, Load, Room
from standto.world.graph import AIR, MODES, RAIL, ROAD, SAME_TRAINS, SEA

Ints = npt.NDArray[np.int64]
HET_SECTION = 8
"""Transporters that move together as one asset: one packet's tracked vehicles. Smaller sections
wait less for each other and make more packets."""


@dataclass(frozen=True)
class Fleets:
    """Fleets as the kernels read them; a fleet of transporters may be two rows, whole and rest.

    table: (fleets, 21). names: key of each row's fleet. first_number: number of the row's first
    asset within its fleet. asset_fleet, asset_from: as `Tables`; stops index `stops`.
    """

    table: Ints
    names: tuple[str, ...]
    first_number: tuple[int, ...]
    asset_fleet: Ints
    asset_from: Ints
    systems: tuple[tuple[int, int, int], ...]
    fit: dict[tuple[int, int, bool, bool], Ints] = field(default_factory=dict, compare=False)
    rooms: dict[tuple[object, ...], Room | None] = field(default_factory=dict, compare=False)

    def asset(self, lift: str, number: int) -> int:
        """Index of a fleet's asset by its number within the fleet; -1 where it has none such."""
        for row, (name, first) in enumerate(zip(self.names, self.first_number, strict=True)):
            count = int(self.table[row, c.F_ASSET_END] - self.table[row, c.F_ASSET])
            if name == lift and first <= number < first + count:
                return int(self.table[row, c.F_ASSET]) + number - first
        return -1

    def eligible(self, mode: int, heaviest_kg: int, outsize: bool, hazardous: bool) -> Ints:
        """Rows whose lift takes a piece of this mass (and size, by air), and hazardous cargo."""
        key = (mode, heaviest_kg, outsize and mode == AIR, hazardous)
        if key not in self.fit:
            t = self.table
            good = (t[:, c.F_MODE] == mode) & (t[:, c.F_PIECE_KG] >= heaviest_kg)
            if key[2]:
                good &= t[:, c.F_OUTSIZE] == 1
            if hazardous:
                good &= t[:, c.F_HAZARD] == 1
            self.fit[key] = np.flatnonzero(good)
        return self.fit[key]


def gauge_group(gauge_mm: int | None) -> int:
    """Gauge whose trains run on a track: 1520 for 1524."""
    return 0 if gauge_mm is None else SAME_TRAINS.get(gauge_mm, gauge_mm)


def fleets_of(fleets: pl.DataFrame, lift_types: pl.DataFrame, stop: Callable[[str], int]) -> Fleets:
    """Fleets with their lift types; one asset a vehicle, train, ship, aircraft or HET section."""
    rows: list[list[int]] = []
    names: list[str] = []
    numbers: list[int] = []
    systems: dict[tuple[int, int, int], int] = {}
    asset_fleet: list[int] = []
    asset_from: list[tuple[int, int]] = []
    joined = fleets.join(lift_types, on="lift", maintain_order="left", suffix="_type")
    for row in joined.iter_rows(named=True):
        mode = MODES.index(row["mode"])
        number = 0
        for count, section in _sections(mode, row["count"]):
            cells = _row(row, mode, section)
            pace = cells[c.F_SPEED] if mode >= SEA else 0
            system = (mode, cells[c.F_GAUGE], pace)
            cells[c.F_SYSTEM] = systems.setdefault(system, len(systems))
            cells[c.F_BASE] = stop(row["base"])
            cells[c.F_ASSET] = len(asset_fleet)
            asset_fleet += [len(rows)] * count
            asset_from += [(cells[c.F_BASE], cells[c.F_READY])] * count
            cells[c.F_ASSET_END] = len(asset_fleet)
            rows.append(cells)
            names.append(row["fleet"])
            numbers.append(number)
            number += count
    return Fleets(
        np.array(rows, dtype=np.int64).reshape(len(rows), c.FLEET_FIELDS),
        tuple(names),
        tuple(numbers),
        np.array(asset_fleet, dtype=np.int64),
        np.array(asset_from, dtype=np.int64).reshape(len(asset_from), 2),
        tuple(systems),
    )


def _sections(mode: int, count: int) -> list[tuple[int, int]]:
    """Assets of a fleet and the size of each: transporters in sections, everything else singly."""
    if mode != ROAD:
        return [(count, 1)]
    whole, rest = divmod(count, HET_SECTION)
    return [(n, size) for n, size in ((whole, HET_SECTION), (1 if rest else 0, rest)) if n]


def _row(row: dict[str, object], mode: int, section: int) -> list[int]:
    def number(key: str, scale: float, missing: int) -> int:
        value = row[key]
        return missing if value is None else round(float(value) * scale)  # type: ignore[arg-type]

    cells = [0] * c.FLEET_FIELDS
    payload = number("payload_t", 1000, c.NEVER)
    cells[c.F_MODE] = mode
    gauge = row["gauge_mm"]
    cells[c.F_GAUGE] = gauge_group(int(gauge) if isinstance(gauge, int) else None)
    cells[c.F_READY] = max(0, number("ready_min", 1, 0))
    cells[c.F_MASS] = payload
    bay = number("pallets", PALLET_DM, 0) if mode == AIR else c.NEVER
    cells[c.F_LANE] = number("lane_m", 10, bay) or bay
    cells[c.F_SEATS] = number("seats", 1, 0) if mode == AIR else c.NEVER
    cells[c.F_PIECES] = section if mode == ROAD else c.NEVER
    cells[c.F_PIECE_KG] = number("max_piece_t", 1000, payload) or payload
    cells[c.F_OUTSIZE] = int(bool(row["outsize"]))
    cells[c.F_HAZARD] = int(row["hazardous"] is not False)
    cells[c.F_SPEED] = max(1, number("speed_kmh", 1, 1))
    cells[c.F_LOAD] = number("load_min", 1, 0)
    cells[c.F_UNLOAD] = number("unload_min", 1, 0)
    cells[c.F_TURN] = number("turnround_min", 1, 0)
    cells[c.F_RANGE] = number("range_km", 1, c.NEVER)
    cells[c.F_RUNWAY] = number("min_runway_m", 1, 0)
    cells[c.F_DRAUGHT] = number("draught_m", 10, 0)
    return cells


def surface_room(fleets: Fleets, load: Load, units: int) -> Room:
    """Room of one packet on the surface: a march unit that the smallest fit train and ship take."""
    key = (units, load.heaviest, load.tracked, load.hazardous)
    if key not in fleets.rooms:
        fleets.rooms[key] = _surface_room(fleets, load, units)
    found = fleets.rooms[key]
    assert found is not None, "on the surface there is room for something"
    return found


def _surface_room(fleets: Fleets, load: Load, units: int) -> Room:
    room = {"mass": c.NEVER, "lane": c.NEVER, "tracked": c.NEVER}
    for mode in (RAIL, SEA):
        rows = fleets.eligible(mode, load.heaviest, False, load.hazardous)
        if rows.size:
            room["mass"] = min(room["mass"], int(fleets.table[rows, c.F_MASS].min()))
            room["lane"] = min(room["lane"], int(fleets.table[rows, c.F_LANE].min()))
    rows = fleets.eligible(ROAD, load.heaviest, False, load.hazardous)
    if load.tracked and rows.size:
        room["tracked"] = int(fleets.table[rows, c.F_PIECES].max())
    return Room(units=units, **room)


def air_room(fleets: Fleets, load: Load) -> Room | None:
    """Room of one chalk: the smallest aircraft that takes the line's largest piece, else None."""
    longest = max((piece.lane for piece in load.pieces), default=0)
    key = ("air", longest, load.heaviest, load.outsize, load.hazardous)
    if key not in fleets.rooms:
        fleets.rooms[key] = _air_room(fleets, load, longest)
    return fleets.rooms[key]


def _air_room(fleets: Fleets, load: Load, longest: int) -> Room | None:
    rows = fleets.eligible(AIR, load.heaviest, load.outsize, load.hazardous)
    t = fleets.table
    rows = rows[(t[rows, c.F_LANE] >= longest)]
    if load.heaviest == 0:
        rows = rows[t[rows, c.F_SEATS] > 0]
    if not rows.size:
        return None
    least = rows[np.argmin(t[rows, c.F_MASS])]
    return Room(
        mass=int(t[least, c.F_MASS]), lane=int(t[least, c.F_LANE]), seats=int(t[least, c.F_SEATS])
    )
