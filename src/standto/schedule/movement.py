"""Movements stated in plain records: places, ways by kind of lift, assets where they are, cargo.

The way into the scheduler for anyone without a World: a simulator, a notebook, another network. A
`Movement` is the state at one minute, however it was reached: assets stand or are under way, cargo
waits or is on board, ways are open or shut for a time. Plan it with `itineraries.plan`;
to plan again, state what is observed and plan that.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from standto.errors import DataError, Fault

LATEST = 1 << 28
"""Largest minute, mass and count accepted; sums of them stay inside the kernels' numbers."""


@dataclass(frozen=True)
class Place:
    """Where assets are handled: `room` of them at once, each for `handling_min`.

    An asset is handled whenever it has landed, loading and unloading at once, before it can go on.
    """

    key: str
    room: int = LATEST
    handling_min: int = 0


@dataclass(frozen=True)
class Way:
    """A direct way from place to place for one kind of lift; shut until `open_min`."""

    kind: str
    start: str
    end: str
    minutes: int
    open_min: int = 0


@dataclass(frozen=True)
class Asset:
    """One lift asset: where it is or is bound for, and the minute from which it can leave there.

    For an asset that has yet to land or to be handled, `free_min` is when its handling there ends.
    aboard: keys of the cargo on board. capacity: largest mass aboard.
    """

    key: str
    kind: str
    capacity: float
    place: str
    free_min: int = 0
    aboard: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cargo:
    """One indivisible piece of cargo: where it waits (unused on board), and when it is due.

    ready_min: it may be loaded from then on. due_min: later costs; late_min: from then on it is
    worth nothing, and counts as missed; None where it never is. urgency: weight of its lateness.
    """

    key: str
    mass: float
    origin: str
    destination: str
    ready_min: int = 0
    due_min: int | None = None
    late_min: int | None = None
    urgency: float = 1.0


@dataclass(frozen=True)
class Movement:
    """The state at `now_min`, with everything that is still to be moved.

    Minutes may be any whole unit of time, if all are the same. Raises DataError where records
    name what is not there, name a key twice, or hold a number that cannot be.
    """

    now_min: int
    places: tuple[Place, ...]
    ways: tuple[Way, ...]
    assets: tuple[Asset, ...]
    cargo: tuple[Cargo, ...]

    def __post_init__(self) -> None:
        """Refuse records that contradict each other, all faults at once."""
        faults = [*_unknown(self), *_twice(self), *_sizes(self)]
        if faults:
            raise DataError(faults)


def _unknown(m: Movement) -> list[Fault]:
    places = {p.key for p in m.places}
    cargo = {c.key for c in m.cargo}
    aboard = {key for a in m.assets for key in a.aboard}
    named = [
        *(("way", f"{w.kind} {w.start} {w.end}", end) for w in m.ways for end in (w.start, w.end)),
        *(("asset", a.key, a.place) for a in m.assets),
        *(("cargo", c.key, c.destination) for c in m.cargo),
        *(("cargo", c.key, c.origin) for c in m.cargo if c.key not in aboard),
    ]
    return [
        Fault(what, None, None, key, f"names a place that is not there: {place!r}")
        for what, key, place in named
        if place not in places
    ] + [
        Fault("asset", None, None, a.key, f"has cargo aboard that is not there: {key!r}")
        for a in m.assets
        for key in a.aboard
        if key not in cargo
    ]


def _twice(m: Movement) -> list[Fault]:
    keys = {
        "place": [p.key for p in m.places],
        "asset": [a.key for a in m.assets],
        "cargo": [c.key for c in m.cargo],
        "cargo aboard": [key for a in m.assets for key in a.aboard],
        "way": [f"{w.kind} {w.start} {w.end}" for w in m.ways],
    }
    return [
        Fault(what, None, None, key, "stands twice; each may stand once")
        for what, all_keys in keys.items()
        for key, count in sorted(Counter(all_keys).items())
        if count > 1
    ]


def _sizes(m: Movement) -> list[Fault]:
    numbers = [
        *(("place", p.key, "room", p.room, 0) for p in m.places),
        *(("place", p.key, "handling_min", p.handling_min, 0) for p in m.places),
        *(("way", f"{w.kind} {w.start} {w.end}", "minutes", w.minutes, 1) for w in m.ways),
        *(("asset", a.key, "capacity", a.capacity, 0) for a in m.assets),
        *(("cargo", c.key, "mass", c.mass, 0) for c in m.cargo),
        *(("cargo", c.key, "urgency", c.urgency, 0) for c in m.cargo),
    ]
    return [
        Fault(what, None, name, key, f"is {value}; it should be from {least} to {LATEST}")
        for what, key, name, value, least in numbers
        if not least <= value <= LATEST
    ]
