"""The event-driven kernel against SimPy's own resources: same rides, same draws, same minute."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np
import numpy.typing as npt
import simpy
from hypothesis import given, settings
from hypothesis import strategies as st

from standto.kernels.event_driven import length, simulate_block
from standto.kernels.fixed_order import NEVER
from standto.kernels.queue_state import GOAL, ORIGIN, VEHICLE, Trouble, lowest_bit, lowest_bits

LOW = 2
"""SimPy's priority of what comes last in a minute; its own events have 0 and 1."""


def random_case(seed: int, rides: int, runs: int) -> dict[str, Any]:
    """Random rides over two vehicle pools and three terminals, with windows and factors."""
    rng = np.random.default_rng(seed)
    vehicles, terminals, hazards = 2, 3, 5
    needs = np.full((rides, 3), -1, dtype=np.int64)
    needs[:, VEHICLE] = rng.integers(-1, vehicles, rides)
    needs[:, ORIGIN] = rng.integers(-1, terminals, rides)
    needs[:, GOAL] = rng.integers(-1, terminals, rides)
    needs[:, 1:] += np.where(needs[:, 1:] >= 0, vehicles, 0)
    pairs = [
        (a, b) for b in range(1, rides) for a in {int(rng.integers(0, b))} if rng.random() < 0.4
    ]
    after: list[list[int]] = [[b for a, b in pairs if a == r] for r in range(rides)]
    met = rng.integers(0, 2, 3 * rides)
    strikes = (
        rng.integers(0, 60, 3 * rides).astype(np.int32),
        np.concatenate([[0], np.cumsum(met)]).astype(np.int64),
        rng.integers(0, hazards, met.sum()).astype(np.int64),
        rng.integers(0, 30, met.sum()).astype(np.int32),
        np.ones(met.sum(), np.float32),
        np.array([0, 0, 0, 1, 1], np.uint8),
        rng.integers(0, 200, (hazards, runs)).astype(np.int32),
        np.where(
            rng.random((hazards, runs)) < 0.05, NEVER, rng.integers(0, 500, (hazards, runs))
        ).astype(np.int32),
        rng.choice([0.5, 1, 3], (hazards, runs)).astype(np.float32),
    )
    return {
        "release": rng.integers(0, 80, rides).astype(np.int64),
        "priority": rng.integers(0, 3, rides).astype(np.int64),
        "needs": needs,
        "lag": rng.integers(0, 40, rides).astype(np.int64),
        "before": np.bincount([b for _, b in pairs], minlength=rides).astype(np.int64),
        "after_ptr": np.concatenate([[0], np.cumsum([len(a) for a in after])]).astype(np.int64),
        "after": np.array([b for a in after for b in a], np.int64),
        "servers": rng.integers(1, 4, vehicles + terminals).astype(np.int64),
        "queue_ptr": np.arange(vehicles + terminals + 1, dtype=np.int64) * 3 * rides,
        "strikes": strikes,
    }


class Twin:
    """The same rides in SimPy: its clock, its PriorityResource, its event queue.

    The tie rule is kept by a desk that opens last in each minute: first every request of the
    minute is made, best first, vehicles before terminals, then every release.
    """

    def __init__(self, case: dict[str, Any], run: int) -> None:
        self.case, self.run = case, run
        self.env = simpy.Environment()
        self.resources = [simpy.PriorityResource(self.env, int(n)) for n in case["servers"]]
        rides = len(case["release"])
        self.ends = [int(NEVER)] * rides
        self.missing = case["before"].tolist()
        self.asked: list[tuple[Any, ...]] = []
        self.given_back: list[Any] = []
        self.open = False
        for r in range(rides):
            if self.missing[r] == 0:
                self.env.process(self.ride(r, int(case["release"][r])))
        self.env.run()

    def desk(self) -> None:
        if not self.open:
            self.open = True
            event = self.env.event()
            event._ok, event._value = True, None  # type: ignore[attr-defined]
            event.callbacks.append(self.serve)
            self.env.schedule(event, priority=LOW)

    def serve(self, _: object) -> None:
        self.open = False
        asked, self.asked = sorted(self.asked, key=lambda a: a[:2]), []
        back, self.given_back = self.given_back, []
        for resource, key, granted in asked:
            request = self.resources[resource].request(priority=key)
            request.callbacks.append(lambda event, granted=granted: granted.succeed(event))
        for resource, request in back:
            self.resources[resource].release(request)

    def ask(self, resource: int, ride: int, stage: int) -> simpy.Event:
        granted = self.env.event()
        key = (int(self.case["priority"][ride]), int(self.env.now), stage, ride)
        self.asked.append((resource, key, granted))
        self.desk()
        return granted

    def back(self, resource: int, request: object) -> None:
        self.given_back.append((resource, request))
        self.desk()

    def takes(self, ride: int, phase: int) -> int:
        duration, *fixed, opens, closes, factor = self.case["strikes"]
        drawn = (np.ascontiguousarray(a[:, self.run]) for a in (opens, closes, factor))
        met = Trouble(0, *fixed, *drawn)
        a = 3 * ride + phase
        return int(length(a, int(self.env.now), int(duration[a]), met))

    def ride(self, r: int, ready: int) -> Generator[simpy.Event, Any, None]:
        yield self.env.timeout(max(0, ready - self.env.now))
        vehicle, origin, goal = (int(x) for x in self.case["needs"][r])
        held = (yield self.ask(vehicle, r, VEHICLE)) if vehicle >= 0 else None
        for phase, terminal, stage in ((0, origin, ORIGIN), (1, -1, 0), (2, goal, GOAL)):
            place = (yield self.ask(terminal, r, stage)) if terminal >= 0 else None
            took = self.takes(r, phase)
            if took < NEVER:
                yield self.env.timeout(took)
            if place is not None:
                self.back(terminal, place)
            if took >= NEVER:
                if held is not None:
                    self.back(vehicle, held)
                return
        self.ends[r] = int(self.env.now)
        for b in self.case["after"][self.case["after_ptr"][r] : self.case["after_ptr"][r + 1]]:
            self.missing[b] -= 1
            if self.missing[b] == 0:
                self.env.process(self.ride(int(b), int(self.case["release"][b])))
        if held is not None:
            yield self.env.timeout(int(self.case["lag"][r]))
            self.back(vehicle, held)


def kernel_ends(case: dict[str, Any], runs: int) -> npt.NDArray[np.int32]:
    end = np.empty((runs, len(case["release"])), np.int32)
    *rides, strikes = case.values()
    simulate_block(*rides, *strikes, end)
    return end


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 25))
def test_every_ride_ends_at_the_minute_simpy_says(seed: int, rides: int) -> None:
    case = random_case(seed, rides, 3)
    ends = kernel_ends(case, 3)
    for run in range(3):
        assert ends[run].tolist() == Twin(case, run).ends


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 25))
def test_what_happens_after_the_calendar_ends_at_the_minute_simpy_says(seed: int, n: int) -> None:
    case = random_case(seed, n, 2)
    closes = case["strikes"][-2]
    closes[closes < NEVER] *= 200
    ends = kernel_ends(case, 2)
    for run in range(2):
        assert ends[run].tolist() == Twin(case, run).ends


def test_the_lowest_bit_of_a_word_is_found() -> None:
    places = lowest_bits()
    for place in range(32):
        assert lowest_bit(1 << place, places) == place
        assert lowest_bit(2**32 - (1 << place), places) == place
