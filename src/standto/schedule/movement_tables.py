"""Records of a movement -> the integer tables that the kernels read.

The kernels' railways are lift bound to its own net, which is what a kind of lift with its own ways
is: each kind is a gauge. Handling is done on landing, for what comes off and what goes on at once,
so loading takes no time of its own, and an asset is free before its load could ride on with
another: the turn-round is less than nothing by the longest handling of any place.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from standto.kernels import columns as c
from standto.kernels.columns import FLOW, HOLD, NEVER, RAIL, Ints, Tables
from standto.schedule.fleets import Fleets
from standto.schedule.movement import LATEST, Asset, Cargo, Movement
from standto.schedule.resources import MOST, Resource
from standto.schedule.rides_apart import Journey, Nets
from standto.schedule.state import flattened, layout

Floats = npt.NDArray[np.float64]
GRAIN = 1000
"""Units of mass in one of the movement's; masses are rounded up to them, capacities down."""
WINDOWS = 4000
"""Most windows of a place's calendar; with fewer, places are booked for longer than they are."""
HASTE = 0.01
"""What a minute sooner is worth beside a minute less late."""


@dataclass(frozen=True)
class Space:
    """A movement as the search takes it (`problem.Placeable`), in minutes from now.

    lines: key of each row's cargo. assets: in the order of the tables. due, late, span, urgency:
    (cargo,) when each is due, is worth nothing, and how long lies between. extra: (cargo,) minutes
    that the kernels count after it is unloaded. hopeless: cargo that cannot be there in time.
    """

    tables: Tables
    resources: tuple[Resource, ...]
    lines: tuple[str, ...]
    dues: Floats
    nets: Nets
    assets: tuple[Asset, ...]
    due: Ints
    late: Ints
    span: Ints
    urgency: Floats
    extra: Ints
    hopeless: tuple[str, ...]


@dataclass
class Hops:
    """Rides in use, each once, with what they need on the way."""

    nets: Nets
    holds: dict[int, int]
    gates: dict[tuple[int, int, int], int]
    rows: list[list[int]]
    steps: list[tuple[int, int, int]]
    index: dict[tuple[int, int, int], int]
    longest: int

    def of(self, ride: tuple[int, int, int]) -> int:
        """The hop of a ride."""
        if ride not in self.index:
            kind, start, end = ride
            run, entered = self.nets.run(kind, start, end)
            row = [0] * c.HOP_FIELDS
            row[c.H_MODE], row[c.H_FROM], row[c.H_TO] = RAIL, start, end
            row[c.H_MIN], row[c.H_GAUGE], row[c.H_LIFT] = run, kind + 1, 1
            row[c.H_UNLOAD] = int(self.nets.handling[end]) + self.longest
            row[c.H_LEAST] = run + row[c.H_UNLOAD]
            row[c.H_FROM_HOLD] = row[c.H_FROM_FLOW] = row[c.H_TO_FLOW] = -1
            row[c.H_TO_HOLD] = self.holds.get(end, -1)
            row[c.H_STEP] = len(self.steps)
            for offset, a, b in entered:
                if (kind, a, b) in self.gates:
                    self.steps.append((self.gates[(kind, a, b)], offset, 0))
            row[c.H_STEP_END] = len(self.steps)
            self.index[ride] = len(self.rows)
            self.rows.append(row)
        return self.index[ride]


def space_of(movement: Movement) -> Space:
    """The tables of a movement; cargo that no journey brings to its destination is left out."""
    nets = Nets.of(movement)
    longest = int(nets.handling.max(initial=0))
    fleets, assets = fleets_of(movement, nets, longest)
    pieces, journeys, starts, hopeless = _moving(movement, nets)
    horizon = _horizon(movement, nets, starts, longest)
    resources, holds, gates = _calendars(movement, nets, horizon)
    hops = Hops(nets, holds, gates, [], [], {}, longest)
    ready = np.array([minute for _, minute in starts], dtype=np.int64)
    rides = [[[hops.of(ride) for ride in journey] for journey in of] for of in journeys]
    extra = np.array([longest if of[0] else 0 for of in journeys], dtype=np.int64)
    due, late, span = _dates(movement, nets, pieces)
    urgency = np.array([piece.urgency for piece in pieces], dtype=np.float64)
    rows, cells = layout(resources, len(pieces), len(hops.rows), fleets)
    ends = np.cumsum([0, *(len(route) for of in rides for route in of)])
    floors = [_least(nets, journey) for of in journeys for journey in of]
    counts = np.array([len(of) for of in rides], dtype=np.int64)
    tables = flattened(
        packets=_packets(pieces),
        lines=_lines(ready, np.minimum(due + extra, NEVER), starts),
        options=np.repeat(np.arange(len(pieces) + 1), 2)[1:],
        choices=np.repeat(np.concatenate(([0], np.cumsum(counts))), 2)[1:],
        routes=np.stack([ends[:-1], ends[1:], np.array(floors, dtype=np.int64)], axis=1).astype(
            np.int64
        ),
        route_hops=np.array([h for of in rides for route in of for h in route], dtype=np.int64),
        hops=np.array(hops.rows, dtype=np.int64).reshape(len(hops.rows), c.HOP_FIELDS),
        steps=np.array(hops.steps, dtype=np.int64).reshape(len(hops.steps), 3),
        borders=np.zeros((0, 3), dtype=np.int64),
        leads=np.zeros((1, c.MODES), dtype=np.int64),
        resources=rows,
        fleets=fleets.table,
        asset_fleet=fleets.asset_fleet,
        asset_from=fleets.asset_from,
        positions=_empty_moves(nets),
        at=cells,
        weight=np.maximum(urgency / np.maximum(1, span), 1e-9),
        aims=np.array([HASTE, 1.0, horizon]),
        stops=len(movement.places),
    )
    return Space(
        tables, tuple(resources), tuple(p.key for p in pieces), np.zeros(1 + c.MODES), nets, assets,
        due, late, span, urgency, extra, hopeless,
    )  # fmt: skip


def fleets_of(movement: Movement, nets: Nets, longest: int) -> tuple[Fleets, tuple[Asset, ...]]:
    """Assets of the same kind and capacity as one fleet, and all assets in the fleets' order."""
    groups: dict[tuple[str, float], list[Asset]] = {}
    for asset in movement.assets:
        groups.setdefault((asset.kind, asset.capacity), []).append(asset)
    rows: list[list[int]] = []
    asset_fleet, asset_from, ordered = list[int](), list[tuple[int, int]](), list[Asset]()
    for (kind, capacity), assets in sorted(groups.items()):
        cells = [0] * c.FLEET_FIELDS
        cells[c.F_MODE], cells[c.F_GAUGE] = RAIL, nets.kinds.index(kind) + 1
        cells[c.F_SYSTEM], cells[c.F_SPEED] = nets.kinds.index(kind), 1
        cells[c.F_MASS] = min(NEVER, int(capacity * GRAIN + 1e-6))
        cells[c.F_LANE] = cells[c.F_SEATS] = cells[c.F_PIECES] = cells[c.F_PIECE_KG] = NEVER
        cells[c.F_RANGE], cells[c.F_OUTSIZE], cells[c.F_TURN] = NEVER, 1, -longest
        cells[c.F_ASSET] = len(asset_fleet)
        for asset in assets:
            asset_fleet.append(len(rows))
            free = max(0, asset.free_min - movement.now_min)
            asset_from.append((nets.index[asset.place], free))
            ordered.append(asset)
        cells[c.F_ASSET_END] = len(asset_fleet)
        rows.append(cells)
    made = Fleets(
        np.array(rows, dtype=np.int64).reshape(len(rows), c.FLEET_FIELDS),
        tuple(f"{kind} {capacity:g}" for kind, capacity in sorted(groups)),
        (0,) * len(rows),
        np.array(asset_fleet, dtype=np.int64),
        np.array(asset_from, dtype=np.int64).reshape(len(asset_from), 2),
        (),
    )
    return made, tuple(ordered)


def _moving(
    movement: Movement, nets: Nets
) -> tuple[list[Cargo], list[list[Journey]], list[tuple[int, int]], tuple[str, ...]]:
    """Cargo that can be moved, its journeys, where and when it starts; and what comes too late."""
    bearer = {key: asset for asset in movement.assets for key in asset.aboard}
    capacity = {
        kind: max(a.capacity for a in movement.assets if a.kind == kind) for kind in nets.kinds
    }
    known: dict[tuple[int, int, bytes], list[Journey]] = {}
    pieces, journeys, starts, hopeless = [], [], [], []
    for piece in movement.cargo:
        asset = bearer.get(piece.key)
        place = nets.index[asset.place if asset else piece.origin]
        if asset:
            ready = max(0, asset.free_min - movement.now_min)
        else:
            ready = max(0, piece.ready_min - movement.now_min) + int(nets.handling[place])
        usable = np.array([capacity[kind] >= piece.mass for kind in nets.kinds], dtype=bool)
        key = (place, nets.index[piece.destination], usable.tobytes())
        if key not in known:
            known[key] = nets.journeys(key[0], key[1], usable)
        if not known[key]:
            continue
        end = _least(nets, known[key][0])
        arrival = ready + end + (int(nets.handling[key[1]]) if end else 0) + movement.now_min
        if piece.late_min is not None and arrival > piece.late_min:
            hopeless.append(piece.key)
            continue
        pieces.append(piece)
        journeys.append(known[key])
        starts.append((place, ready))
    return pieces, journeys, starts, tuple(hopeless)


def _least(nets: Nets, journey: Journey) -> int:
    """Least minutes of a journey's rides, if all ways were open."""
    return sum(nets.run(*ride)[0] for ride in journey)


def _horizon(movement: Movement, nets: Nets, starts: list[tuple[int, int]], longest: int) -> int:
    """Minutes within which all cargo can be moved, one piece after another if need be."""
    finite = nets.minutes[nets.minutes < NEVER]
    ride = int(finite.max(initial=1)) + 2 * longest
    each = 4 + 2 * -(-len(starts) // max(1, len(movement.assets)))
    last = max([0, *(ready for _, ready in starts)])
    free = max([0, *(a.free_min - movement.now_min for a in movement.assets)])
    return min(LATEST, last + free + int(nets.opens.max(initial=0)) + 2 * each * ride)


def _calendars(
    movement: Movement, nets: Nets, horizon: int
) -> tuple[list[Resource], dict[int, int], dict[tuple[int, int, int], int]]:
    """Calendars of places that hold few assets, and of ways that are shut now."""
    made: list[Resource] = []
    slot = max(1, -(-horizon // WINDOWS))
    count = horizon // slot + 2
    holds = {}
    for n, place in enumerate(movement.places):
        if place.room < len(movement.assets):
            holds[n] = len(made)
            cells = np.full(count, place.room, dtype=np.int32)
            made.append(Resource(HOLD, "room", place.key, slot, place.room, cells))
    gates = {}
    for way in movement.ways:
        opens = way.open_min - movement.now_min
        if opens > 0 and way.kind in nets.kinds:
            gates[(nets.kinds.index(way.kind), nets.index[way.start], nets.index[way.end])] = len(
                made
            )
            open_from = np.arange(count) * slot >= opens
            cells = np.where(open_from, MOST, 0).astype(np.int32)
            made.append(Resource(FLOW, "way", f"{way.start} {way.end}", slot, 1, cells))
    return made, holds, gates


def _dates(movement: Movement, nets: Nets, pieces: list[Cargo]) -> tuple[Ints, Ints, Ints]:
    """When each piece is due and is worth nothing, from now, and the span between."""
    finite = nets.minutes[nets.minutes < NEVER]
    usual = max(1, int(finite.max(initial=1)))
    now = movement.now_min
    rows = [
        (
            NEVER if p.due_min is None else p.due_min - now,
            NEVER if p.late_min is None else p.late_min - now,
            usual if p.due_min is None or p.late_min is None else max(1, p.late_min - p.due_min),
        )
        for p in pieces
    ]
    made = np.array(rows, dtype=np.int64).reshape(len(rows), 3)
    return made[:, 0], made[:, 1], made[:, 2]


def _packets(pieces: list[Cargo]) -> Ints:
    made = np.zeros((len(pieces), c.PACKET_FIELDS), dtype=np.int64)
    made[:, c.P_LINE] = np.arange(len(pieces))
    made[:, c.P_MASS] = [min(NEVER, -int(-p.mass * GRAIN // 1)) for p in pieces]
    made[:, c.P_PIECES] = made[:, c.P_UNITS] = 1
    return made


def _lines(ready: Ints, due: Ints, starts: list[tuple[int, int]]) -> Ints:
    made = np.zeros((ready.size, c.LINE_FIELDS), dtype=np.int64)
    made[:, c.L_READY], made[:, c.L_REQUIRED] = ready, due
    made[:, c.L_FROM] = [place for place, _ in starts]
    made[:, c.L_WITHIN] = NEVER
    return made


def _empty_moves(nets: Nets) -> Ints:
    """Minutes of an empty ride and its handling on landing; none where the asset is there."""
    made = np.minimum(nets.minutes + nets.handling[None, None, :], NEVER)
    for table in made:
        np.fill_diagonal(table, 0)
    return np.ascontiguousarray(made)
