"""The movements of the rehearsal's kernels played in SimPy and in salabim, with the same draws."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from typing import Any

import salabim
import simpy

from standto.kernels.fixed_order import NEVER
from standto.rehearse.draws import Draws
from standto.rehearse.engine import struck
from standto.rehearse.fixed_order import FixedOrder
from standto.rehearse.queueing import Queueing


def seconds(play: Callable[[], object]) -> float:
    """Processor seconds of one thread, which other work on the machine lengthens little."""
    began = time.thread_time()
    play()
    return time.thread_time() - began


class Trouble:
    """What strikes the activities of an engine in one run, as plain lists for the twins."""

    def __init__(self, engine: FixedOrder | Queueing, draws: Draws) -> None:
        self.ptr, self.hazard, self.offset, self.share = (
            array.tolist() for array in engine.strikes.arrays()
        )
        self.stretches = engine.stretches.tolist()
        opens, closes, factor = struck(draws)
        self.opens, self.closes = opens[:, 0].tolist(), closes[:, 0].tolist()
        self.factor = factor[:, 0].tolist()

    def met(self, activity: int, start: int, takes: int) -> tuple[int, int]:
        """Start after the waits at closed windows, and minutes that the activity then takes."""
        for k in range(self.ptr[activity], self.ptr[activity + 1]):
            h = self.hazard[k]
            if self.stretches[h]:
                takes = round(takes * (1 + (self.factor[h] - 1) * self.share[k]))
            else:
                at = start + self.offset[k]
                if self.opens[h] <= at < self.closes[h]:
                    start += self.closes[h] - at
        return start, takes


def simpy_fixed(engine: FixedOrder, draws: Draws) -> list[int]:
    """Ends of the activities in one run: one SimPy process each, waiting for those before it."""
    env = simpy.Environment()
    trouble = Trouble(engine, draws)
    ptr, before = engine.wait_ptr.tolist(), engine.wait_for.tolist()
    lag, shared = engine.lag.tolist(), engine.shared.tolist()
    release, duration = engine.release.tolist(), engine.duration.tolist()
    done = [env.event() for _ in release]
    ended = [NEVER] * len(release)

    def activity(a: int) -> Generator[simpy.Event, Any, None]:
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
        if ready < NEVER:
            yield env.timeout(max(0, ready + takes - env.now))
            ended[a] = ready + takes
        done[a].succeed()

    for a in range(len(release)):
        env.process(activity(a))
    env.run()
    return ended


def simpy_queueing(engine: Queueing, draws: Draws) -> list[int]:
    """Ends of the rides in one run with SimPy's PriorityResource, which breaks ties its own way."""
    env = simpy.Environment()
    trouble = Trouble(engine, draws)
    needs, lag, duration = engine.needs.tolist(), engine.lag.tolist(), engine.duration.tolist()
    release, priority = engine.release.tolist(), engine.priority.tolist()
    ptr, after, missing = engine.after_ptr.tolist(), engine.after.tolist(), engine.before.tolist()
    resources = [simpy.PriorityResource(env, n) for n in engine.servers.tolist()]
    ended = [NEVER] * len(release)

    def ride(r: int) -> Generator[simpy.Event, Any, None]:
        yield env.timeout(max(0, release[r] - env.now))
        vehicle, origin, goal = needs[r]
        held = resources[vehicle].request(priority[r]) if vehicle >= 0 else None
        if held:
            yield held
        lost = False
        for phase, terminal in enumerate((origin, -1, goal)):
            place = resources[terminal].request(priority[r]) if terminal >= 0 else None
            if place:
                yield place
            start, takes = trouble.met(3 * r + phase, env.now, duration[3 * r + phase])
            lost = start >= NEVER
            if not lost:
                yield env.timeout(start + takes - env.now)
            if place:
                resources[terminal].release(place)
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
            resources[vehicle].release(held)

    for r in range(len(release)):
        if missing[r] == 0:
            env.process(ride(r))
    env.run()
    return ended


def salabim_fixed(engine: FixedOrder, draws: Draws) -> float:
    """Processor seconds of one run in salabim, one component an activity."""
    salabim.yieldless(False)
    trouble = Trouble(engine, draws)
    ptr, before = engine.wait_ptr.tolist(), engine.wait_for.tolist()
    lag, shared = engine.lag.tolist(), engine.shared.tolist()
    release, duration = engine.release.tolist(), engine.duration.tolist()
    ended = [NEVER] * len(release)
    env = salabim.Environment(trace=False)
    done = [salabim.State("", env=env, monitor=False) for _ in release]

    class Activity(salabim.Component):  # type: ignore[misc]
        def setup(self, a: int) -> None:
            self.a = a

        def process(self) -> Generator[Any, Any, None]:
            a, ready = self.a, release[self.a]
            for k in range(ptr[a], ptr[a + 1]):
                yield self.wait(done[before[k]])
                if ended[before[k]] < NEVER:
                    ready = max(ready, ended[before[k]] + lag[k])
                elif not shared[k]:
                    done[a].set()
                    return
            ready, takes = trouble.met(a, ready, duration[a])
            if ready < NEVER:
                yield self.hold(till=max(ready + takes, env.now()))
                ended[a] = ready + takes
            done[a].set()

    def play() -> None:
        for a in range(len(release)):
            Activity("", env=env, a=a)
        env.run()

    took = seconds(play)
    assert ended == engine.ends(draws)[:, 0].tolist(), "the kernel's ends are salabim's"
    return took
