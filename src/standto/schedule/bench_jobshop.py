"""The instance as PyJobShop can state it: tasks in modes on pooled resources, with selection.

What it cannot say is left out, which makes it easier: empty moves after an asset's first, its
turn-round, handling at terminals, their hours and throughput, room on links. Room aboard is pooled
over a fleet, so that packets share lift without leaving together. It runs in the child.
"""

from __future__ import annotations

import sys
import time
from contextlib import redirect_stdout
from typing import Any

import pyjobshop

from standto.kernels import columns as c
from standto.kernels.columns import NEVER, ROAD
from standto.schedule.bench_child import Answer, Question, Rules
from standto.schedule.bench_plan import serve
from standto.schedule.bench_ways import OWN, Given, Ints, Node, Ways, sizes

WEIGHT = 10**4
"""Whole units of the objective in a minute."""


def replies(
    given: Given, moved: Ints | None, rules: Rules, horizon: int, asked: list[Question]
) -> list[Answer]:
    """What PyJobShop answers to the one question it is asked: the objective."""
    begun = time.perf_counter()
    ways = Ways.of(given, moved)
    model = pyjobshop.Model()
    tasks = stated(model, ways, horizon)
    order(model, ways, tasks)
    response, lateness = (float(x) for x in given.tables.aims[:2])
    model.set_objective(
        weight_makespan=round(given.closure_weight * WEIGHT),
        weight_total_flow_time=1,
        weight_total_tardiness=round(lateness / max(response, 1e-12)),
    )
    left = asked[0].seconds - (time.perf_counter() - begun)
    with redirect_stdout(sys.stderr):
        found = model.solve(
            solver="ortools", time_limit=max(0.1, left), num_workers=asked[0].threads, display=False
        )
    spent = time.perf_counter() - begun
    status = found.status.value.lower()
    value = found.objective / WEIGHT if status in ("optimal", "feasible") else float("inf")
    bound = max(0.0, found.lower_bound / WEIGHT)
    planned = found.best.tasks if found.best is not None else []
    ends = [task.end for task in planned if task.present]
    return [Answer(status, value, bound, max(ends, default=0), None, len(ways.nodes), spent)]


def stated(model: Any, ways: Ways, horizon: int) -> list[Any]:
    """A job for each packet with a task for each of its rides; the tasks, by node."""
    t = ways.given.tables
    pools = pooled(model, ways)
    jobs: dict[int, Any] = {}
    tasks = []
    for node in ways.nodes:
        if node.packet not in jobs:
            due = int(t.lines[node.line, c.L_REQUIRED])
            weight = float(t.weight[node.packet]) * float(t.aims[0]) * WEIGHT
            jobs[node.packet] = model.add_job(
                weight=max(1, round(weight)),
                release_date=int(ways.given.since[node.line]),
                due_date=due if due < horizon else None,
            )
        ready = int(t.lines[node.line, c.L_READY]) if node.before < 0 else 0
        early = int(t.lines[node.line, c.L_EARLIEST]) if node.route >= 0 else 0
        soonest = min(r.opens - r.load for r in node.rides)
        task = model.add_task(
            jobs[node.packet], earliest_start=max(0, ready, soonest, first_move(ways, node)),
            earliest_end=early, latest_end=horizon - 1, optional=True,
        )  # fmt: skip
        tasks.append(task)
        for ride in node.rides:
            if ride.fleet == OWN:
                model.add_mode(task, [], ride.run)
                continue
            held = pools[ride.fleet]
            need = [int(t.packets[node.packet, size]) if size >= 0 else 1 for _, size in held]
            used = [(pool, n) for (pool, _), n in zip(held, need, strict=True) if n > 0]
            model.add_mode(task, [p for p, _ in used], ride.whole, [n for _, n in used])
    return tasks


def pooled(model: Any, ways: Ways) -> list[list[tuple[Any, int]]]:
    """Room of each fleet in each dimension; transporters are counted singly, and not shared."""
    made = []
    for row in ways.given.tables.fleets:
        count = int(row[c.F_ASSET_END] - row[c.F_ASSET])
        mode = int(row[c.F_MODE])
        rooms = [(1, -1)] if mode == ROAD else [(int(row[r]), s) for s, r in sizes(mode)]
        made.append(
            [(model.add_renewable(count * room), size) for room, size in rooms if room < NEVER]
        )
    return made


def first_move(ways: Ways, node: Node) -> int:
    """Minute at which the first asset of any suitable fleet can be there; 0 on own wheels."""
    t = ways.given.tables
    if node.rides[0].fleet == OWN:
        return 0
    soonest = NEVER
    for ride in node.rides:
        row = t.fleets[ride.fleet]
        for stop, minute in t.asset_from[row[c.F_ASSET] : row[c.F_ASSET_END]].tolist():
            away = int(t.positions[row[c.F_SYSTEM], stop, t.hops[node.hop, c.H_FROM]])
            soonest = min(soonest, max(ride.ready, minute + away))
    return soonest


def order(model: Any, ways: Ways, tasks: list[Any]) -> None:
    """One option a line, one route a packet, and rides one after another."""
    after: dict[int, list[int]] = {}
    roots: dict[int, list[int]] = {}
    for n, node in enumerate(ways.nodes):
        if node.before >= 0:
            after.setdefault(node.before, []).append(n)
            model.add_end_before_start(tasks[node.before], tasks[n])
        else:
            roots.setdefault(node.packet, []).append(n)
    for n, onward in after.items():
        model.add_select_exactly_one([tasks[m] for m in onward], tasks[n])
    for line, options in ways.options.items():
        marks = []
        for option in options:
            mark = model.add_task(optional=True)
            model.add_mode(mark, [], 0)
            marks.append(mark)
            for packet in ways.packets(line, option):
                if packet in roots:
                    model.add_select_exactly_one([tasks[n] for n in roots[packet]], mark)
        model.add_select_exactly_one(marks)


if __name__ == "__main__":
    serve(replies)
