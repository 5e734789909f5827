"""The movements of the rehearsal's kernels played in SimPy, with the same draws."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import simpy

from standto.kernels.fixed_order import NEVER
from standto.kernels.queue_state import GOAL, ORIGIN, VEHICLE
from standto.rehearse.bench_twins import Trouble
from standto.rehearse.draws import Draws
from standto.rehearse.fixed_order import FixedOrder
from standto.rehearse.queueing import Queueing

LOW = 2
"""SimPy's priority of what comes last in a minute; its own events have 0 and 1."""


def simpy_fixed(engine: FixedOrder, draws: Draws) -> list[int]:
    """Ends of the activities in one run: one SimPy process each, waiting for those before it."""
    env = simpy.Environment()
    trouble = Trouble(engine, draws)
    ptr, before = engine.wait_ptr.tolist(), engine.wait_for.tolist()
    lag, shared = engine.lag.tolist(), engine.shared.tolist()
    release, duration = engine.release.tolist(), engine.duration.tolist()
    done = [env.event() for _ in release]
    ended = [NEVER] * len(release)

    def activity(a: int) -> Generator[Any, Any, None]:
        ready = release[a]
        for k in range(ptr[a], ptr[a + 1]):
            if not done[before[k]].processed:
                yield done[before[k]]
            if ended[before[k]] < NEVER:
                ready = max(ready, ended[before[k]] + lag[k])
            elif not shared[k]:
                done[a].succeed()
                return
        ready, takes = trouble.met(a, ready, duration[a])
        if ready + takes < NEVER:
            yield env.timeout(max(0, ready + takes - env.now))
            ended[a] = ready + takes
        done[a].succeed()

    for a in range(len(release)):
        env.process(activity(a))
    env.run()
    return ended


class Desk:
    """Resources of SimPy with the kernel's tie rule.

    What asks and gives back in a minute is laid before a desk that opens last in it: first every
    request is made, best first, vehicles before terminals; then every release.
    """

    def __init__(self, env: Any, resources: list[Any]) -> None:
        """A desk before these resources."""
        self.env, self.resources = env, resources
        self.asked: list[tuple[Any, ...]] = []
        self.given_back: list[tuple[int, Any]] = []
        self.open = False

    def request(self, resource: int, priority: int, stage: int, ride: int) -> Any:
        """An event that happens when the request is granted, with the request as its value."""
        granted = self.env.event()
        self.asked.append(((priority, self.env.now, stage, ride), resource, granted))
        self.later()
        return granted

    def release(self, resource: int, granted: Any) -> None:
        """Give back what was granted."""
        self.given_back.append((resource, granted.value))
        self.later()

    def later(self) -> None:
        """Open when all else in this minute has happened."""
        if not self.open:
            self.open = True
            event = self.env.event()
            event._ok, event._value = True, None
            event.callbacks.append(self.serve)
            self.env.schedule(event, priority=LOW)

    def serve(self, _: object) -> None:
        """Make the requests and the releases of this minute."""
        self.open = False
        asked, self.asked = sorted(self.asked, key=lambda a: a[0]), []
        back, self.given_back = self.given_back, []
        for key, resource, granted in asked:
            request = self.resources[resource].request(priority=key)
            request.callbacks.append(lambda event, granted=granted: granted.succeed(event))
        for resource, request in back:
            self.resources[resource].release(request)


class Counter:
    """Resources of SimPy as they are, which break ties their own way."""

    def __init__(self, env: Any, resources: list[Any]) -> None:
        """These resources."""
        self.resources = resources

    def request(self, resource: int, priority: int, stage: int, ride: int) -> Any:
        """An event that happens when the request is granted."""
        return self.resources[resource].request(priority)

    def release(self, resource: int, granted: Any) -> None:
        """Give back what was granted."""
        self.resources[resource].release(granted)


def simpy_queueing(engine: Queueing, draws: Draws, clerk: type[Desk] | type[Counter]) -> list[int]:
    """Ends of the rides in one run with SimPy's PriorityResource. clerk: who breaks its ties."""
    env = simpy.Environment()
    trouble = Trouble(engine, draws)
    needs, lag, duration = engine.needs.tolist(), engine.lag.tolist(), engine.duration.tolist()
    release, priority = engine.release.tolist(), engine.priority.tolist()
    ptr, after, missing = engine.after_ptr.tolist(), engine.after.tolist(), engine.before.tolist()
    desk = clerk(env, [simpy.PriorityResource(env, n) for n in engine.servers.tolist()])
    ended = [NEVER] * len(release)

    def ride(r: int) -> Generator[Any, Any, None]:
        yield env.timeout(max(0, release[r] - env.now))
        vehicle, origin, goal = needs[r]
        held = desk.request(vehicle, priority[r], VEHICLE, r) if vehicle >= 0 else None
        if held:
            yield held
        lost = False
        for phase, terminal, stage in ((0, origin, ORIGIN), (1, -1, 0), (2, goal, GOAL)):
            place = desk.request(terminal, priority[r], stage, r) if terminal >= 0 else None
            if place:
                yield place
            start, takes = trouble.met(3 * r + phase, env.now, duration[3 * r + phase])
            lost = start + takes >= NEVER
            if not lost:
                yield env.timeout(start + takes - env.now)
            if place:
                desk.release(terminal, place)
            if lost:
                break
        if not lost:
            ended[r] = env.now
            for k in range(ptr[r], ptr[r + 1]):
                missing[after[k]] -= 1
                if missing[after[k]] == 0:
                    env.process(ride(after[k]))
        if held:
            if not lost:
                yield env.timeout(lag[r])
            desk.release(vehicle, held)

    for r in range(len(release)):
        if missing[r] == 0:
            env.process(ride(r))
    env.run()
    return ended
