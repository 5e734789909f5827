"""The rehearsal's kernels against SimPy and salabim, one worker against two, cost against size.

    .venv/bin/python bench/rehearsal.py [compare|workers|growth] [--lines N] [--runs N] [--svg F]

The schedule is made at random on the bundled network (`tests/made_movement.py`), with the bundled
contingencies of feb2022; all simulators play the same movement with the same draws.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import numpy as np
import simpy

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.made_movement import made_schedule

from standto.kernels.fixed_order import NEVER
from standto.rehearse.draws import Draws, draw
from standto.rehearse.engine import Engine, struck
from standto.rehearse.fixed_order import FixedOrder
from standto.rehearse.queueing import Queueing
from standto.rehearse.runs import How, play_all, player
from standto.world.load import load, load_network

SALABIM_LINES = 3_000
"""More lines than this are not played in salabim, which takes minutes for one run of them."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("what", nargs="?", choices=("compare", "workers", "growth"))
    parser.add_argument("--lines", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--svg", type=Path)
    given = parser.parse_args()
    print(f"{os.cpu_count()} cores, load before {os.getloadavg()[0]:.1f}")
    if given.what in (None, "compare"):
        compare(given.lines, given.runs)
    if given.what in (None, "workers"):
        workers(given.lines, min(given.runs, 2_000))
    if given.what in (None, "growth"):
        growth(given.svg)
    print(f"load after {os.getloadavg()[0]:.1f}")


def engines(lines: int) -> tuple[FixedOrder, Queueing]:
    """Both policies for one random schedule, with the time that building them takes."""
    network, plan, schedule = made_schedule(load_network(), lines, 1)
    table = load("feb2022").contingencies
    began = time.perf_counter()
    fixed = FixedOrder.of(schedule, plan, table, network)
    built = time.perf_counter() - began
    queueing = Queueing.of(schedule, plan, table, network, by_priority=True)
    print(f"{lines:,} lines, {len(fixed.release):,} activities, built in {built:.1f} s")
    return fixed, queueing


def draws_of(runs: int) -> Draws:
    return draw(load("feb2022").contingencies, runs, 1)


def seconds(play: Callable[[], object]) -> float:
    began = time.perf_counter()
    play()
    return time.perf_counter() - began


def played(engine: Engine, draws: Draws, workers: int) -> float:
    """Seconds for all runs on so many workers."""

    def play() -> None:
        how = How(workers=workers)
        with player(engine, draws, how) as hands:
            play_all(engine, draws, how, hands, None, "bench")

    return seconds(play)


def compare(lines: int, runs: int) -> None:
    """Seconds a run of each simulator, alone on one core and the kernels on two."""
    fixed, queueing = engines(lines)
    few, all_runs = draws_of(3), draws_of(runs)
    fixed.closures(few)
    queueing.closures(few)
    ours = statistics.median(played(fixed, all_runs, 2) for _ in range(3))
    twins: list[list[int]] = []
    slow = statistics.median(
        seconds(lambda r=r: twins.append(simpy_fixed(fixed, few.part(np.array([r])))))
        for r in range(3)
    )
    assert all(
        twin == fixed.ends(few.part(np.array([r])))[:, 0].tolist() for r, twin in enumerate(twins)
    ), "the kernel's ends are SimPy's"
    print(
        f"fixed order: {runs:,} runs in {ours:.2f} s on 2 workers, {ours / runs * 1e3:.2f} ms each"
    )
    print(f"SimPy: {slow:.2f} s a run; x{slow * runs / ours:,.0f} on 2 workers; ends agree")
    slower = salabim_fixed(fixed, few.part(np.array([0]))) if lines <= SALABIM_LINES else None
    if slower:
        print(f"salabim: {slower:.2f} s a run; x{slower * runs / ours:,.0f}")
    some = draws_of(min(runs, 200))
    ours = statistics.median(played(queueing, some, 2) for _ in range(3)) / some.runs
    slow = statistics.median(
        seconds(lambda r=r: simpy_queueing(queueing, few.part(np.array([r])))) for r in range(3)
    )
    print(f"event-driven: {ours * 1e3:.1f} ms a run on 2 workers")
    print(f"SimPy: {slow:.2f} s a run; x{slow / ours:,.0f} on 2 workers")


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


def salabim_fixed(engine: FixedOrder, draws: Draws) -> float | None:
    """Seconds of one run in salabim, one component an activity; None where it is not installed."""
    try:
        import salabim
    except ImportError:
        print("salabim: not installed")
        return None
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


def workers(lines: int, runs: int) -> None:
    """One worker against two, alternating, by the median."""
    fixed, _ = engines(lines)
    draws = draws_of(runs)
    fixed.closures(draws.part(np.arange(1)))
    pairs = [(played(fixed, draws, 1), played(fixed, draws, 2)) for _ in range(5)]
    one, two = (statistics.median(times) for times in zip(*pairs, strict=True))
    ratio = statistics.median(a / b for a, b in pairs)
    print(f"{runs:,} runs: 1 worker {one:.2f} s, 2 workers {two:.2f} s, x{ratio:.2f}")


def growth(svg: Path | None) -> None:
    """Seconds against lines (1,000 runs) and against runs (1,000 lines), on two workers."""
    by_lines = []
    for lines in (1_000, 3_000, 10_000, 30_000, 100_000):
        fixed, _ = engines(lines)
        fixed.closures(draws_of(1))
        by_lines.append((lines, played(fixed, draws_of(1_000), 2)))
        print(f"{lines:>8,} lines, 1,000 runs: {by_lines[-1][1]:.2f} s")
    fixed, _ = engines(1_000)
    by_runs = []
    for runs in (100, 1_000, 10_000, 100_000):
        by_runs.append((runs, played(fixed, draws_of(runs), 2)))
        print(f"{runs:>8,} runs, 1,000 lines: {by_runs[-1][1]:.2f} s")
    if svg:
        svg.write_text(plot([("lines (1,000 runs)", by_lines), ("runs (1,000 lines)", by_runs)]))


def plot(series: list[tuple[str, list[tuple[int, float]]]]) -> str:
    """Both curves on logarithmic axes, as SVG."""
    wide, high, left, low = 640, 360, 60, 310
    xs = np.log10([x for _, points in series for x, _ in points])
    ys = np.log10([y for _, points in series for _, y in points])
    bottom, top = np.floor(ys.min()), np.ceil(ys.max())

    def at(x: float, y: float) -> tuple[float, float]:
        across = left + (np.log10(x) - xs.min()) / (xs.max() - xs.min()) * (wide - left - 150)
        return float(across), float(low - (np.log10(y) - bottom) / (top - bottom) * (low - 30))

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}"'
        ' font-family="sans-serif" font-size="12">'
        "<title>Seconds of a rehearsal against its size</title>"
        f'<rect width="{wide}" height="{high}" fill="#fff"/>'
    ]
    for power in range(int(bottom), int(top) + 1):
        y = at(10 ** xs.min(), 10.0**power)[1]
        parts.append(
            f'<path d="M{left} {y:.0f}H{wide - 150}" stroke="#ccc"/>'
            f'<text x="{left - 8}" y="{y + 4:.0f}" text-anchor="end">{10.0**power:g} s</text>'
        )
    for power in range(int(xs.min()), int(xs.max()) + 1):
        x = at(10.0**power, 10**bottom)[0]
        parts.append(f'<text x="{x:.0f}" y="{low + 20}" text-anchor="middle">{10**power:,}</text>')
    for (name, points), colour in zip(series, ("#1f5fa8", "#b4501e"), strict=True):
        places = [at(*point) for point in points]
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
        x, y = places[-1]
        parts.append(
            f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
            + "".join(
                f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3" fill="{colour}"/>' for a, b in places
            )
            + f'<text x="{x + 8:.0f}" y="{y + 4:.0f}" fill="{colour}">{name}</text>'
        )
    return "\n".join([*parts, "</svg>\n"])


if __name__ == "__main__":
    main()
