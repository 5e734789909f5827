"""Solving the exact model with CP-SAT, and turning what it finds into a plan like any other."""

from __future__ import annotations

import pickle
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from ortools.sat.python import cp_model

from standto.kernels import columns as c
from standto.kernels.columns import Cells
from standto.schedule.bench_child import Answer, Question, Rules
from standto.schedule.bench_exact import build
from standto.schedule.bench_hint import hint
from standto.schedule.bench_model import SCALE, Model, minimise, stands
from standto.schedule.bench_ways import OWN, Given, Ints, Ways
from standto.schedule.state import empty


@dataclass(frozen=True)
class Leg:
    """One ride of a solution: node, minutes, and the trip: the node that leads it, -1 on foot."""

    node: int
    begin: int
    depart: int
    arrive: int
    free: int
    leader: int
    fleet: int
    asset: int


def replies(
    given: Given, moved: Ints | None, rules: Rules, horizon: int, questions: list[Question]
) -> list[Answer]:
    """One model of an instance, and what CP-SAT answers to each question about it."""
    begun = time.perf_counter()
    model = build(Ways.of(given, moved), rules, horizon)
    made: list[Answer] = []
    for question in questions:
        minimise(model, question.aim)
        asked = replace(model, cp=model.cp.clone())
        if question.most is not None:
            asked.cp.add(model.cost <= int(question.most * SCALE))
        if question.hint is not None:
            hint(asked, question.hint)
        made.append(reply(asked, question, time.perf_counter() - begun))
        begun = time.perf_counter()
    return made


def reply(model: Model, question: Question, making: float) -> Answer:
    """What CP-SAT finds in the seconds of a question."""
    solver, begun = cp_model.CpSolver(), time.perf_counter()
    solver.parameters.max_time_in_seconds = question.seconds
    if question.work is not None:
        solver.parameters.max_deterministic_time = question.work
    solver.parameters.num_workers = question.threads
    solver.parameters.random_seed = 1
    if question.hint is not None:
        solver.parameters.cp_model_presolve = False  # its broken symmetries lose the hint
    status = solver.solve(model.cp)
    name = str(solver.status_name(status)).lower()
    bound = solver.best_objective_bound / SCALE
    spent = making + time.perf_counter() - begun
    rides, laws = len(model.ways.nodes), len(model.cp.proto.constraints)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Answer(name, float("inf"), bound, 0, None, rides, spent, laws, making)
    legs = legs_in(model, solver)
    closing = max((leg.free for leg in legs), default=0)
    cells = cells_of(model, legs) if model.rules.moves else None
    value = solver.objective_value / SCALE
    return Answer(name, value, bound, closing, cells, rides, spent, laws, making)


def legs_in(model: Model, solver: cp_model.CpSolver) -> tuple[Leg, ...]:
    """Rides of a solution, with the asset of each where the model keeps their chains."""
    assets = numbered(model, solver)
    aboard = {n: m for (n, m), join in model.joins.items() if solver.value(join)}
    fleets = {n: f for (n, f), on in model.by_fleet.items() if solver.value(on)}
    made = []
    for n, trip in enumerate(model.trips):
        if solver.value(trip.on):
            leader = aboard.get(n, n if n in model.leads else -1)
            begin, depart, arrive, free = (
                int(solver.value(x)) for x in (trip.begin, trip.depart, trip.arrive, trip.free)
            )
            fleet, asset = fleets.get(leader, OWN), assets.get(leader, -1)
            made.append(Leg(n, begin, depart, arrive, free, leader, fleet, asset))
    return tuple(made)


def numbered(model: Model, solver: cp_model.CpSolver) -> dict[int, int]:
    """The asset of each trip, by following the chains from where each asset stands."""
    used = [key for key, on in model.follows.items() if solver.value(on)]
    onward = {(fleet, n): m for fleet, n, m in used if n >= 0}
    t = model.given.tables
    free: dict[tuple[int, int], list[int]] = {}
    for fleet, row in enumerate(t.fleets):
        places = {(s, m): k for k, (s, m, _) in enumerate(stands(model, fleet))}
        for asset in range(int(row[c.F_ASSET]), int(row[c.F_ASSET_END])):
            stop, minute = t.asset_from[asset].tolist()
            free.setdefault((fleet, places[(stop, minute)]), []).append(asset)
    made = {}
    for fleet, base, first in used:
        if base < 0:
            asset, at = free[(fleet, -1 - base)].pop(), first
            while at >= 0:
                made[at] = asset
                at = onward.get((fleet, at), -1)
    return made


def cells_of(model: Model, legs: tuple[Leg, ...]) -> Cells:
    """The plan of a solution as the state that legs, closures and the objective are read from.

    Its calendars and chains of trips are not filled in: it is a finished plan, not a search.
    """
    t, at = model.given.tables, model.given.tables.at
    cells = empty(t, model.given.resources)
    nodes = model.ways.nodes
    number = {leg.node: k for k, leg in enumerate(x for x in legs if x.leader == x.node)}
    step: dict[int, int] = {}
    for leg in legs:
        node = nodes[leg.node]
        step[leg.node] = 0 if node.before < 0 else step[node.before] + 1
        where = at[c.A_LEG] + (node.packet * c.MAX_LEGS + step[leg.node]) * 2
        cells[where + c.LEG_DEPART] = leg.depart
        cells[where + c.LEG_TRIP] = number.get(leg.leader, -1)
        if node.route >= 0:
            cells[at[c.A_ROUTE] + node.packet] = node.route
            cells[at[c.A_ARRIVE] + node.packet] = leg.free
            cells[at[c.A_OPTION] + node.line] = node.option
        if leg.leader == leg.node:
            base = at[c.A_TRIP] + number[leg.node] * c.TRIP_FIELDS
            cells[base + c.T_ASSET], cells[base + c.T_HOP] = leg.asset, node.hop
            cells[base + c.T_DEPART], cells[base + c.T_ARRIVE] = leg.depart, leg.arrive
            cells[base + c.T_LOAD] = leg.depart - leg.begin
            cells[base + c.T_UNLOAD] = leg.free - leg.arrive
    for packet, route in model.ways.still.items():
        line = int(t.packets[packet, c.P_LINE])
        cells[at[c.A_ROUTE] + packet] = route
        cells[at[c.A_ARRIVE] + packet] = t.lines[line, c.L_READY]
        cells[at[c.A_OPTION] + line] = int(packet >= t.options[2 * line + 1])
    return cells


def serve(reply_to: Callable[..., list[Answer]]) -> None:
    """Answer questions from standard input on standard output until it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when this ends
    while True:
        try:
            asked = pickle.load(sys.stdin.buffer)  # noqa: S301 - from our own parent
        except EOFError:
            return
        pickle.dump(reply_to(*asked), sys.stdout.buffer)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    serve(replies)
