"""A movement planned: for each asset the places it goes to, and what it loads and unloads there."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from standto.kernels import columns as c
from standto.kernels.columns import NEVER, Cells, Ints
from standto.kernels.listing import value_of
from standto.schedule.movement import Movement
from standto.schedule.movement_tables import Space, space_of
from standto.schedule.orders import orders
from standto.schedule.solve import Search, Stop, improved, listed, plain
from standto.schedule.state import empty

MISSED = 10.0
"""What cargo that comes too late costs, in whole spans between due and too late."""


@dataclass(frozen=True)
class Visit:
    """One stop of an asset: what it unloads and loads there before it goes on to the next.

    It does not leave before everything to load is on board. leave_min: when that is planned; for
    the last visit, None.
    """

    place: str
    unload: tuple[str, ...]
    load: tuple[str, ...]
    leave_min: int | None


@dataclass(frozen=True)
class Order:
    """What an asset on the ground does now: unload and load, or else go; waits if all are empty."""

    unload: tuple[str, ...]
    load: tuple[str, ...]
    go: str | None


def next_order(visits: Sequence[Visit], aboard: Collection[str], present: Collection[str]) -> Order:
    """The order of an asset at the first of its visits.

    aboard: cargo on it. present: cargo at the place that may be loaded now. What it is to unload
    comes off at once; it loads when all that it is to load is there, and goes when all is aboard.
    """
    here = visits[0]
    unload = tuple(key for key in here.unload if key in aboard)
    missing = tuple(key for key in here.load if key not in aboard)
    ready = all(key in present for key in missing)
    if unload or (missing and ready):
        return Order(unload, missing if ready else (), None)
    if missing or len(visits) == 1:
        return Order((), (), None)
    return Order((), (), visits[1].place)


@dataclass(frozen=True)
class Itineraries:
    """What every asset does next, and what that comes to.

    visits: by asset; the first is the place where the asset is or is bound for. arrivals: minute
    at which each piece of cargo is unloaded at its destination. unplanned: cargo that nobody can
    bring there, or not in time. order: keys of cargo in the order they were placed. cost: lateness
    in spans from due to too late, MISSED for each piece too late.
    """

    visits: dict[str, tuple[Visit, ...]]
    arrivals: dict[str, int]
    unplanned: tuple[str, ...]
    order: tuple[str, ...]
    cost: float


def plan(
    movement: Movement, stop: Stop, seed: int, before: Itineraries | None = None
) -> Itineraries:
    """Itineraries from the state that a movement describes.

    Cargo on board is brought on or set down, never forgotten. before: itineraries being carried
    out; the new ones depart from them only for a gain.
    """
    space = space_of(movement)
    if not space.lines:
        return _told(movement, space, empty(space.tables, space.resources), ())
    clock = time.perf_counter()
    best = _built(space, seed, stop, clock, before)
    if len(space.lines) > 1:
        for part in range(PARTS):
            paid = _given_up(space, best.cells)
            start = replace(best, cells=best.cells.copy())
            start.value = value_of(start.cells, paid.tables.flat, paid.tables.pay, paid.dues)
            after, _ = improved(paid, start, _share(stop, part), seed + part, clock, _quiet)
            if cost(space, after.cells) <= cost(space, best.cells):
                best = after
    return _told(movement, space, best.cells, tuple(space.lines[n] for n in best.order))


STEADY = 0.02
"""Least gain, as a share of the cost, for which itineraries under way are left for others."""
PARTS = 3
"""Times that the search starts again after giving up what would come too late."""


def _quiet(stage: str, words: str) -> None:
    """Tell nobody."""


def _share(stop: Stop, part: int) -> Stop:
    """The stop of one part of the search."""
    rounds = None if stop.iterations is None else -(-stop.iterations // PARTS)
    seconds = None if stop.seconds is None else stop.seconds * (part + 1) / PARTS
    return Stop(seconds, rounds)


def _built(space: Space, seed: int, stop: Stop, clock: float, before: Itineraries | None) -> Search:
    """The best of several list schedules by what it costs; the one under way unless much better.

    Each order is tried again with the pieces last that came too late, so that they hold up nobody.
    """
    tried = orders(space, seed)
    if before is not None:
        rank = {key: n for n, key in enumerate(before.order)}
        known = sorted(range(len(space.lines)), key=lambda n: (rank.get(space.lines[n], NEVER), n))
        tried.insert(0, ("under way", np.array(known, dtype=np.int64)))
    best: tuple[float, Search] | None = None
    for name, first in tried:
        order = first
        for _ in range(1 + AGAIN):
            made = listed(space, order, plain(), np.inf, stop, clock)
            assert made is not None, "a list without a limit is finished"
            rated = cost(space, made.cells) + 1e-6 * made.value
            rated *= 1 - STEADY if name == "under way" else 1
            if best is None or rated < best[0]:
                best = (rated, made)
            late = arrivals(space, made.cells) > space.late
            order = np.concatenate((order[~late[order]], order[late[order]]))
            if not late.any():
                break
    assert best is not None, "there is always an order"
    return best[1]


AGAIN = 2
"""Times that an order is tried again with what came too late at its end."""


def _given_up(space: Space, cells: Cells) -> Space:
    """The same with next to no weight on pieces that come too late: they may hold up nobody."""
    late = arrivals(space, cells) > space.late
    pay = space.tables.pay.copy()
    pay[2:][late] = 1e-9
    return replace(space, tables=space.tables._replace(pay=pay, weight=pay[2:]))


def arrivals(space: Space, cells: Cells) -> Ints:
    """(cargo,) minute from now at which each piece is unloaded at its destination, else NEVER."""
    at = space.tables.at
    made = cells[at[c.A_ARRIVE] : at[c.A_LEG]].astype(np.int64)
    return np.where(made < NEVER, made - space.extra, NEVER)


def cost(space: Space, cells: Cells) -> float:
    """Lateness in spans from due to too late; MISSED for what comes later or never."""
    arrive = arrivals(space, cells)
    late = np.maximum(0, arrive - space.due) / space.span
    late = np.where((arrive > space.late) | (arrive >= NEVER), MISSED, late)
    return float((space.urgency * late).sum())


def _told(movement: Movement, space: Space, cells: Cells, order: tuple[str, ...]) -> Itineraries:
    """The cells of a plan as visits."""
    arrive = arrivals(space, cells) if space.lines else np.zeros(0, dtype=np.int64)
    planned = {
        key: int(minute) + movement.now_min
        for key, minute in zip(space.lines, arrive, strict=True)
        if minute < NEVER
    }
    runs = _runs(space, cells)
    visits = {
        asset.key: tuple(_visits(space, movement, n, runs.get(n, []), set(planned)))
        for n, asset in enumerate(space.assets)
    }
    out = tuple(piece.key for piece in movement.cargo if piece.key not in planned)
    total = cost(space, cells) if space.lines else 0.0
    return Itineraries(visits, planned, out, order, total + MISSED * len(space.hopeless))


@dataclass(frozen=True)
class _Run:
    """One loaded ride of an asset: from, to, when it leaves, and the cargo on it."""

    start: int
    end: int
    leave: int
    cargo: tuple[str, ...]


def _runs(space: Space, cells: Cells) -> dict[int, list[_Run]]:
    """Loaded rides of each asset in order."""
    t = space.tables
    aboard: dict[int, list[str]] = {}
    for packet, key in enumerate(space.lines):
        route = int(cells[t.at[c.A_ROUTE] + packet])
        rides = int(t.routes[route, 1] - t.routes[route, 0]) if route >= 0 else 0
        for leg in range(rides):
            at = t.at[c.A_LEG] + (packet * c.MAX_LEGS + leg) * 2
            aboard.setdefault(int(cells[at + c.LEG_TRIP]), []).append(key)
    made: dict[int, list[_Run]] = {}
    for trip, keys in aboard.items():
        base = t.at[c.A_TRIP] + trip * c.TRIP_FIELDS
        hop = t.hops[int(cells[base + c.T_HOP])]
        run = _Run(int(hop[c.H_FROM]), int(hop[c.H_TO]), int(cells[base + c.T_DEPART]), tuple(keys))
        made.setdefault(int(cells[base + c.T_ASSET]), []).append(run)
    return {asset: sorted(runs, key=lambda r: r.leave) for asset, runs in made.items()}


def _visits(
    space: Space, movement: Movement, n: int, runs: list[_Run], planned: set[str]
) -> list[Visit]:
    """Stops of one asset: empty on to each load, loaded to where it is set down.

    What is on board at first and rides on in the first load stays; all else is set down at once,
    so that nothing rides along by chance. An asset without a ride keeps what nobody can take on.
    planned: cargo that arrives.
    """
    asset = space.assets[n]
    at, aboard = space.nets.index[asset.place], set(asset.aboard)
    stops: list[tuple[int, set[str], set[str], int | None]] = [(at, set(), set(), None)]
    kind = space.nets.kinds.index(asset.kind)

    def go(end: int, leave: int | None) -> None:
        nonlocal at
        for stop in space.nets.stops(kind, at, end):
            stops[-1] = (*stops[-1][:3], leave)
            stops.append((stop, set(), set(), None))
            at, leave = stop, None

    if not runs:
        stops[-1][1].update(aboard & planned)
    for run in runs:
        rides_on = set(run.cargo) & aboard if run.start == at else set()
        stops[-1][1].update(aboard - rides_on)
        aboard = rides_on
        if run.start != at:
            go(run.start, None)
        stops[-1][2].update(set(run.cargo) - aboard)
        aboard = set(run.cargo)
        go(run.end, run.leave + movement.now_min)
    if runs:
        stops[-1][1].update(aboard)
    names = [place.key for place in movement.places]
    return [
        Visit(names[place], tuple(sorted(unload)), tuple(sorted(load)), leave)
        for place, unload, load, leave in stops
    ]
