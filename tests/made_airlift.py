"""A small airlift simulator, and a greedy policy to be better than.

Its rules are those of airlift challenges: aircraft of several types, each with its own routes;
an aircraft that has landed waits for one of the airport's places and is handled before it can go
on; routes fail for a time; cargo appears while others are under way, and is late, then missed.
It knows nothing of the scheduler, and refuses every order that its rules do not allow.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from heapq import heappop, heappush

import numpy as np

WAITING, HANDLED, FLYING, READY = "waiting", "handled", "flying", "ready"


@dataclass
class Plane:
    """One aircraft. left: steps until it lands, or is handled."""

    key: str
    kind: str
    capacity: float
    place: str
    state: str = READY
    left: int = 0
    aboard: set[str] = field(default_factory=set)
    coming_off: set[str] = field(default_factory=set)
    flown: int = 0


@dataclass(frozen=True)
class Freight:
    """One piece of cargo and its dates, in steps."""

    key: str
    mass: float
    origin: str
    destination: str
    ready: int
    due: int
    late: int


@dataclass
class Airlift:
    """The state of one game, which `step` changes.

    routes: steps of the direct route by (kind, from, to). shut: step at which a route is open
    again. room, handling: of each airport. at: airport of cargo on the ground. popups: cargo still
    to appear, by step.
    """

    places: list[str]
    room: dict[str, int]
    handling: int
    routes: dict[tuple[str, str, str], int]
    planes: dict[str, Plane]
    freight: dict[str, Freight]
    at: dict[str, str]
    popups: dict[int, list[Freight]]
    failure: float
    rng: np.random.Generator
    now: int = 0
    shut: dict[tuple[str, str, str], int] = field(default_factory=dict)
    arrived: dict[str, int] = field(default_factory=dict)
    queues: dict[str, deque[str]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    changed: bool = True

    def is_open(self, route: tuple[str, str, str]) -> bool:
        return self.shut.get(route, 0) <= self.now

    def over(self) -> bool:
        """Whether everything has arrived or is too late."""
        done = all(
            key in self.arrived or self.now > piece.late for key, piece in self.freight.items()
        )
        return done and not any(step > self.now for step in self.popups)

    def present(self, place: str) -> set[str]:
        """Cargo at an airport that may be loaded now."""
        return {
            key
            for key, where in self.at.items()
            if where == place and self.freight[key].ready <= self.now and key not in self.arrived
        }

    def step(self, orders: dict[str, tuple[tuple[str, ...], tuple[str, ...], str | None]]) -> None:
        """One step: routes fail and mend, cargo appears, and each aircraft does as ordered.

        orders: what to unload, to load, and where to go, for aircraft on the ground.
        """
        self.now += 1
        self.changed = any(step == self.now for step in self.shut.values())
        self._fail()
        for piece in self.popups.get(self.now, []):
            self.freight[piece.key] = piece
            self.at[piece.key] = piece.origin
            self.changed = True
        for plane in self.planes.values():
            self._move(plane, *orders.get(plane.key, ((), (), None)))
        for key, where in self.at.items():
            if where == self.freight[key].destination and key not in self.arrived:
                self.arrived[key] = self.now

    def _fail(self) -> None:
        for route in sorted(self.routes):
            if self.is_open(route) and self.rng.random() < self.failure:
                until = self.now + int(self.rng.integers(5, 60))
                self.shut[route] = self.shut[(route[0], route[2], route[1])] = until
                self.changed = True

    def _move(
        self, plane: Plane, unload: tuple[str, ...], load: tuple[str, ...], go: str | None
    ) -> None:
        if plane.state == FLYING:
            plane.left -= 1
            if plane.left <= 0:
                plane.state = WAITING
                self.queues.setdefault(plane.place, deque()).append(plane.key)
        elif plane.state == HANDLED:
            plane.left -= 1
            if plane.left <= 0:
                plane.state = READY
                for key in plane.coming_off:
                    self.at[key] = plane.place
                plane.coming_off = set()
        elif plane.state == READY and (unload or load):
            plane.state = WAITING
            self.queues.setdefault(plane.place, deque()).append(plane.key)
            self._handle(plane, unload, load)
        elif plane.state == WAITING:
            self._handle(plane, unload, load)
        elif go is not None:
            self._take_off(plane, go)

    def _handle(self, plane: Plane, unload: tuple[str, ...], load: tuple[str, ...]) -> None:
        """Begin handling if a place is free and it is this aircraft's turn.

        What comes on is weighed while what comes off is still aboard.
        """
        queue = self.queues[plane.place]
        busy = sum(p.state == HANDLED and p.place == plane.place for p in self.planes.values())
        if busy >= self.room[plane.place] or queue[0] != plane.key:
            return
        queue.popleft()
        for key in load:
            mass = sum(self.freight[k].mass for k in plane.aboard) + self.freight[key].mass
            if key in self.present(plane.place) and mass <= plane.capacity + 1e-9:
                del self.at[key]
                plane.aboard.add(key)
            else:
                self.refused.append(f"{self.now} {plane.key} cannot load {key}")
        for key in unload:
            if key in plane.aboard:
                plane.aboard.remove(key)
                plane.coming_off.add(key)
            else:
                self.refused.append(f"{self.now} {plane.key} has no {key} to unload")
        plane.state, plane.left = HANDLED, self.handling

    def _take_off(self, plane: Plane, go: str) -> None:
        route = (plane.kind, plane.place, go)
        if route not in self.routes:
            self.refused.append(f"{self.now} {plane.key} has no route to {go}")
        elif self.is_open(route):
            plane.state, plane.left, plane.place = FLYING, self.routes[route], go
            plane.flown += self.routes[route]

    def missed(self) -> int:
        """Pieces that came too late or not at all."""
        return sum(self.arrived.get(k, 1 << 30) > p.late for k, p in self.freight.items())

    def lateness(self) -> float:
        """Lateness of pieces not missed, in spans from due to too late."""
        return sum(
            max(0, self.arrived[k] - p.due) / (p.late - p.due)
            for k, p in self.freight.items()
            if self.arrived.get(k, 1 << 30) <= p.late
        )

    def lost(self) -> set[str]:
        """Cargo that is nowhere."""
        there = set(self.at) | {k for p in self.planes.values() for k in p.aboard | p.coming_off}
        return set(self.freight) - there


def airlift(
    seed: int, size: int = 12, planes: int = 8, pieces: int = 30, failure: float = 0.0005
) -> Airlift:
    """A game: long routes between hubs, short ones round about, a third of the cargo later."""
    rng = np.random.default_rng(seed)
    at = rng.uniform(0, 100, (size, 2))
    places = [f"p{n}" for n in range(size)]
    far = np.hypot(*(at[:, None] - at[None, :]).transpose(2, 0, 1))
    hubs = list(range(0, size, 4))
    routes: dict[tuple[str, str, str], int] = {}

    def route(kind: str, a: int, b: int, pace: float) -> None:
        steps = max(2, round(float(far[a, b]) / pace))
        routes[(kind, places[a], places[b])] = routes[(kind, places[b], places[a])] = steps

    for a in hubs:
        for b in hubs:
            if a < b:
                route("long", a, b, 4.0)
    for n in range(size):
        near = min((h for h in hubs if h != n), key=lambda h: far[n, h])
        route("short", n, near, 2.0)
        for other in np.argsort(far[n])[1:3].tolist():
            route("short", n, other, 2.0)
    fleet: dict[str, Plane] = {}
    for n in range(planes):
        long = n % 3 == 0
        kind, capacity = ("long", 8.0) if long else ("short", 3.0)
        place = places[int(rng.choice(hubs)) if long else int(rng.integers(size))]
        fleet[f"a{n}"] = Plane(f"a{n}", kind, capacity, place)
    freight: dict[str, Freight] = {}
    popups: dict[int, list[Freight]] = {}
    for n in range(pieces):
        a, b = rng.choice(size, 2, replace=False)
        pops = 0 if n % 3 else int(rng.integers(10, 120))
        due = pops + int(far[a, b]) + int(rng.integers(60, 140))
        piece = Freight(
            f"c{n}", float(rng.integers(1, 3)), places[a], places[b],
            pops + int(rng.integers(0, 20)), due, due + int(rng.integers(60, 120)),
        )  # fmt: skip
        if pops:
            popups.setdefault(pops, []).append(piece)
        else:
            freight[piece.key] = piece
    room = {place: int(rng.integers(1, 3)) for place in places}
    ground = {key: piece.origin for key, piece in freight.items()}
    return Airlift(places, room, 4, routes, fleet, freight, ground, popups, failure, rng)


Orders = dict[str, tuple[tuple[str, ...], tuple[str, ...], str | None]]


class Greedy:
    """Each free aircraft fetches the nearest cargo that waits for its type, and flies it on.

    Cargo goes by the shortest path over all routes; an aircraft carries it as far as its own
    routes go on along that path. It fills up with cargo that goes the same way.
    """

    def __init__(self) -> None:
        """Nothing is assigned yet."""
        self.jobs: dict[str, tuple[str, str, list[str]]] = {}

    def orders(self, game: Airlift) -> Orders:
        """Orders for every aircraft on the ground."""
        taken = {key for _, _, keys in self.jobs.values() for key in keys}
        made: Orders = {}
        for plane in game.planes.values():
            if plane.state in (FLYING, HANDLED):
                continue
            job = self.jobs.get(plane.key)
            if job is None:
                job = self._job(game, plane, taken)
                if job is None:
                    made[plane.key] = (tuple(plane.aboard), (), None)
                    continue
                self.jobs[plane.key] = job
                taken |= set(job[2])
            start, end, keys = job
            if plane.place == end and plane.aboard:
                made[plane.key] = (tuple(plane.aboard), (), None)
                if plane.state == WAITING:
                    continue
            elif plane.place == start and not plane.aboard:
                there = tuple(k for k in keys if k in game.present(start))
                if not there:
                    self.jobs.pop(plane.key)
                    continue
                made[plane.key] = ((), there, None)
            else:
                way = shortest(game, plane.place, end if plane.aboard else start, plane.kind)
                made[plane.key] = ((), (), way[0][2] if way else None)
        for plane in game.planes.values():
            job = self.jobs.get(plane.key)
            if job and plane.state == HANDLED and plane.coming_off:
                self.jobs.pop(plane.key)
        return made

    def _job(
        self, game: Airlift, plane: Plane, taken: set[str]
    ) -> tuple[str, str, list[str]] | None:
        best = None
        for key, place in game.at.items():
            piece = game.freight[key]
            if key in taken or key in game.arrived or piece.mass > plane.capacity:
                continue
            if piece.ready > game.now or game.now > piece.late:
                continue
            whole = shortest(game, place, piece.destination)
            if not whole or whole[0][0] != plane.kind:
                continue
            to = place
            for kind, _, stop in whole:
                if kind != plane.kind:
                    break
                to = stop
            fetch = shortest(game, plane.place, place, plane.kind)
            if fetch is None:
                continue
            far = sum(game.routes[r] for r in fetch)
            if best is None or (far, piece.due) < best[0]:
                best = ((far, piece.due), place, to, key)
        if best is None:
            return None
        _, start, end, key = best
        keys, mass = [key], game.freight[key].mass
        for other, place in game.at.items():
            piece = game.freight[other]
            same_way = place == start and piece.destination == game.freight[key].destination
            waits = other not in taken and other != key and piece.ready <= game.now
            if same_way and waits and mass + piece.mass <= plane.capacity:
                keys.append(other)
                mass += piece.mass
        return start, end, keys


def shortest(
    game: Airlift, start: str, end: str, kind: str | None = None
) -> list[tuple[str, str, str]] | None:
    """Routes of the shortest open way, by one type or by all; None where there is none."""
    near: dict[str, list[tuple[int, tuple[str, str, str]]]] = {}
    for route, steps in game.routes.items():
        if (kind is None or route[0] == kind) and game.is_open(route):
            near.setdefault(route[1], []).append((steps + game.handling, route))
    queue: list[tuple[int, str, list[tuple[str, str, str]]]] = [(0, start, [])]
    done = set()
    while queue:
        far, place, way = heappop(queue)
        if place == end:
            return way
        if place in done:
            continue
        done.add(place)
        for steps, route in near.get(place, []):
            heappush(queue, (far + steps, route[2], [*way, route]))
    return None
