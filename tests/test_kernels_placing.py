"""Kernels: what is taken is given back to the bit, and calendars agree with a count by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standto.kernels import columns as c
from standto.kernels.calendars import path_at
from standto.kernels.columns import MAX_LEGS, NEVER, SCRATCH, Cells, Ints, Tables
from standto.kernels.fitting import handling, running
from standto.kernels.gaps import chunk_of, last_span, span_head, span_of
from standto.kernels.lifting import opening
from standto.kernels.listing import construct, value_of
from standto.kernels.nearing import soonest_behind, soonest_between
from standto.kernels.paths import trace, tree
from standto.kernels.placing import place_line, remove_line
from standto.kernels.shut import open_from
from standto.schedule.closures import planned
from standto.schedule.instances import generate
from standto.schedule.orders import orders
from standto.schedule.problem import Problem
from standto.schedule.resources import flow_cells, flow_window
from standto.schedule.result import measured
from standto.schedule.solve import Stop, improved, listed, plain
from standto.schedule.state import empty, journal, yards
from tests.test_schedule_audit import small


@pytest.fixture(scope="module")
def problem() -> Problem:
    return Problem.of(*small())


@pytest.mark.parametrize("seed", range(20))
def test_lines_lifted_out_leave_the_calendars_as_they_were(problem: Problem, seed: int) -> None:
    t = problem.tables
    cells, log = empty(t, problem.resources), journal(t)
    first = cells.copy()
    scratch = np.zeros(SCRATCH, dtype=np.int64)
    habit = plain()
    order = np.random.default_rng(seed).permutation(len(problem.lines))
    for line in order:
        place_line(cells, log, t.flat, t.pay, scratch, habit, int(line))
    assert not np.array_equal(cells, first)
    for line in order[::-1] if seed % 2 else np.sort(order):
        remove_line(cells, log, t.flat, int(line))
    trips = int(t.at[c.A_TRIP])
    assert np.array_equal(cells[:trips], first[:trips])
    assets = slice(int(t.at[c.A_ASSET]), int(t.at[c.A_ARRIVE]))
    assert np.array_equal(cells[assets], first[assets])


def test_undoing_a_line_restores_every_cell(problem: Problem) -> None:
    from standto.kernels.cells import undo

    t = problem.tables
    cells, log = empty(t, problem.resources), journal(t)
    scratch = np.zeros(SCRATCH, dtype=np.int64)
    habit = plain()
    for line in range(6):
        place_line(cells, log, t.flat, t.pay, scratch, habit, line)
    before, mark = cells.copy(), int(log[0, 0])
    for line in range(6, 12):
        place_line(cells, log, t.flat, t.pay, scratch, habit, line)
    remove_line(cells, log, t.flat, 3)
    undo(cells, log, mark)
    assert np.array_equal(cells, before)


@given(
    st.integers(2, 12),
    st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11), st.integers(0, 90)), max_size=40),
)
@settings(max_examples=200, deadline=None)
def test_trees_are_as_long_as_relaxing_every_arc_says(
    nodes: int, arcs: list[tuple[int, int, int]]
) -> None:
    rows = [(a % nodes, b % nodes, m) for a, b, m in arcs]
    tail, head, minutes = (np.array([r[k] for r in rows], dtype=np.int64) for k in range(3))
    order = np.argsort(head, kind="stable").astype(np.int64)
    start = np.searchsorted(head[order], np.arange(nodes + 1)).astype(np.int64)
    reach, first = tree(start, order, tail, minutes, 0)
    slow = [0] + [NEVER] * (nodes - 1)
    for _ in range(nodes):
        for a, b, m in rows:
            slow[a] = min(slow[a], slow[b] + m)
    assert reach.tolist() == slow
    for node in range(nodes):
        if reach[node] < NEVER:
            assert minutes[trace(first, head, node)].sum() == reach[node]


@given(st.floats(0.1, 5000), st.integers(1, 30), st.sampled_from([30, 60, 120, 180]))
@settings(max_examples=200, deadline=None)
def test_windows_keep_to_the_daily_rate(per_day: float, least: int, slot: int) -> None:
    window = flow_window(per_day, least, slot)
    cells = flow_cells(per_day, window, 40 * 1440)
    whole = np.cumsum(cells)
    due = (np.arange(cells.size) + 1) * per_day * window / 1440
    assert (whole <= due + 1e-6).all()
    assert (whole > due - 1 - 1e-6).all()


@pytest.mark.parametrize("seed", range(5))
def test_blocks_and_gaps_say_what_calendars_and_trips_hold(problem: Problem, seed: int) -> None:
    t = problem.tables
    cells, log = empty(t, problem.resources), journal(t)
    scratch = np.zeros(SCRATCH, dtype=np.int64)
    order = np.random.default_rng(seed).permutation(len(problem.lines))
    for line in order:
        place_line(cells, log, t.flat, t.pay, scratch, plain(), int(line))
    for line in order[::3]:
        remove_line(cells, log, t.flat, int(line))
    for row in t.resources:
        room = cells[row[c.R_CELL] : row[c.R_CELL] + row[c.R_COUNT]]
        most = np.maximum.reduceat(room, np.arange(0, room.size, c.BLOCK))
        assert np.array_equal(cells[row[c.R_BLOCK] : row[c.R_BLOCK] + most.size], most)
    listed: dict[int, int] = {}
    for asset in range(t.asset_fleet.size):
        trip, last, free = cells[t.at[c.A_ASSET] + asset], -1, int(t.asset_from[asset, 1])
        while trip >= 0:
            row = cells[t.at[c.A_TRIP] + trip * c.TRIP_FIELDS :][: c.TRIP_FIELDS]
            assert row[c.T_DEPART] - row[c.T_LOAD] >= free
            free = row[c.T_ARRIVE] + row[c.T_UNLOAD] + t.fleets[t.asset_fleet[asset], c.F_TURN]
            if row[c.T_GAP] != c.OUT:
                following = cells[t.at[c.A_TRIP] + row[c.T_NEXT] * c.TRIP_FIELDS :]
                begins = following[c.T_DEPART] - following[c.T_LOAD]
                turn = t.fleets[t.asset_fleet[asset], c.F_TURN]
                assert cells[row[c.T_GAP]] == free
                assert cells[row[c.T_GAP] + c.GAP_END] == begins - turn
                assert cells[row[c.T_GAP] + c.GAP_AFTER] == trip
                chunk = chunk_of(t.flat, int(row[c.T_GAP]))
                assert cells[chunk + c.G_LEAST] <= free
                assert cells[chunk + c.G_LONGEST] >= begins - turn - free
                listed[chunk] = listed.get(chunk, 0) + 1
            trip, last = row[c.T_NEXT], trip
        ends = cells[t.at[c.A_ASSET] :].reshape(-1)[: c.ASSET_FIELDS * t.asset_fleet.size]
        ends = ends.reshape(c.ASSET_FIELDS, -1)[:, asset]
        assert ends[c.K_LAST] == last
        assert ends[c.K_FREE] == free
        if ends[c.K_GAP] != c.OUT:
            chunk = chunk_of(t.flat, int(ends[c.K_GAP]))
            listed[chunk] = listed.get(chunk, 0) + 1
    assert chunks_of(t, cells) == listed, "each gap is in a chunk of its span"
    ends = cells[t.at[c.A_ASSET] : t.at[c.A_SHARED]].reshape(c.ASSET_FIELDS, -1)
    rows = cells[t.at[c.A_YARD] : t.at[c.A_GAPS]].reshape(-1, c.YARD_FIELDS)
    for n, yard in enumerate(rows):
        own = ends[:, n * c.YARD : (n + 1) * c.YARD]
        assert yard[c.Y_LEAST] == own[c.K_FREE].min()
        assert yard[c.Y_USED] - yards(t)[n, c.Y_USED] == (own[c.K_LAST] >= 0).sum()


def aboard(problem: Problem, cells: Cells) -> tuple[dict[int, set[int]], list[int], list[int]]:
    """Rides of each trip, and minutes of lift by mode with and without empty ways, by the legs."""
    t = problem.tables
    rides: dict[int, set[int]] = {}
    for packet in range(t.packets.shape[0]):
        route = cells[t.at[c.A_ROUTE] + packet]
        legs = t.routes[route, 1] - t.routes[route, 0] if route >= 0 else 0
        for leg in range(legs):
            trip = int(cells[t.at[c.A_LEG] + (packet * MAX_LEGS + leg) * 2 + c.LEG_TRIP])
            rides.setdefault(trip, set()).add(packet * MAX_LEGS + leg)
    rides.pop(-1, None)
    busy, used = [0] * c.MODES, [0] * c.MODES
    for asset, fleet in enumerate(t.asset_fleet):
        trip, stands = cells[t.at[c.A_ASSET] + asset], t.asset_from[asset, 0]
        mode, system = t.fleets[fleet, [c.F_MODE, c.F_SYSTEM]]
        while trip >= 0:
            row = cells[t.at[c.A_TRIP] + trip * c.TRIP_FIELDS :][: c.TRIP_FIELDS].astype(int)
            hop = t.hops[row[c.T_HOP]]
            loaded = row[c.T_LOAD] + row[c.T_ARRIVE] - row[c.T_DEPART] + row[c.T_UNLOAD]
            used[mode] += loaded
            busy[mode] += loaded + int(t.positions[system, stands, hop[c.H_FROM]])
            stands, trip = hop[c.H_TO], row[c.T_NEXT]
    return rides, busy, used


@pytest.mark.parametrize("seed", [1, 2])
def test_a_search_keeps_count_of_what_it_changed(seed: int) -> None:
    """Rides aboard each trip, minutes of lift, and the objective are what the plan says."""
    made = generate(20, 60, "lift", seed)
    problem = Problem.of(made.world, made.plan, made.limits)
    t, stop = problem.tables, Stop(iterations=150)
    start = listed(problem, orders(problem, seed)[0][1], plain(), np.inf, stop, 0.0)
    assert start is not None
    before = start.cells.copy()
    search, rounds = improved(problem, start, stop, seed, 0.0, lambda stage, words: None)
    assert rounds == 150
    assert not np.array_equal(search.cells, before)
    rides, busy, used = aboard(problem, search.cells)
    for trip, known in rides.items():
        base = t.at[c.A_TRIP] + trip * c.TRIP_FIELDS
        ride, found = int(search.cells[base + c.T_RIDER]), list[int]()
        while ride >= 0:
            found.append(ride)
            ride = int(search.cells[t.at[c.A_RIDE] + 2 * ride + c.RIDE_NEXT])
        assert sorted(found) == sorted(known)
        assert search.cells[base + c.T_ABOARD] == len(known)
    assert search.cells[t.at[c.A_BUSY] : t.at[c.A_USED]].tolist() == busy
    assert search.cells[t.at[c.A_USED] : t.at[c.A_RIDE]].tolist() == used
    value = value_of(search.cells, t.flat, t.pay, problem.dues)
    assert search.value == pytest.approx(value, rel=1e-9)
    assert search.value == pytest.approx(measured(problem, search.cells), rel=1e-9)


def chunks_of(t: Tables, cells: Cells) -> dict[int, int]:
    """Gaps listed in each chunk, found from the spans of every fleet, with their gaps in them."""
    found: dict[int, int] = {}
    for fleet in range(t.fleets.shape[0]):
        for span in range(c.SPANS):
            chunk = int(cells[span_head(t.flat, fleet, span)])
            while chunk >= 0:
                found[chunk] = int(cells[chunk + c.G_COUNT])
                for at in range(chunk + c.G_FREE, chunk + c.G_FREE + found[chunk]):
                    assert span_of(t.flat, int(cells[at + c.GAP_END])) == span
                assert span <= cells[last_span(t.flat, fleet)]
                chunk = int(cells[chunk + c.G_NEXT])
    return found


def crowded(seed: int) -> tuple[Problem, Cells, Ints]:
    """An instance short of terminals, its plan by one list, and the journal."""
    made = generate(250, 60, "throughput", seed)
    problem = Problem.of(made.world, made.plan, made.limits)
    t = problem.tables
    cells, log = empty(t, problem.resources), journal(t)
    order = np.argsort(t.lines[:, c.L_READY], kind="stable")
    construct(cells, log, t.flat, t.pay, plain(), order, np.zeros(order.size))
    return problem, cells, log


@pytest.mark.parametrize("seed", range(2))
def test_what_is_known_to_be_shut_has_no_room(seed: int) -> None:
    problem, cells, log = crowded(seed)
    t = problem.tables
    flat, checked = t.flat, {True: 0, False: 0}
    first = int(t.at[c.A_SHUT])
    rows = cells[first + 1 : int(t.at[c.A_END])].reshape(-1, c.SHUT_SIZES, c.SHUT_FIELDS)
    assert cells[first] == -1
    for hop, size in np.argwhere(rows[:, :, c.SHUT_UNTIL] >= 0).tolist():
        begin, until, units, _, fleet = rows[hop, size].tolist()
        row = t.hops[hop]
        path = int(row[c.H_STEP]), int(row[c.H_STEP_END])
        if fleet < 0:
            found = path_at(cells, flat, *path, begin, units, 1, NEVER)
        else:
            field = {c.ROAD: c.P_UNITS, c.SEA: c.P_LANE}.get(int(row[c.H_MODE]))
            packet = 0 if field is None else int(np.argmax(t.packets[:, field] == units))
            run = running(flat, fleet, hop)
            found = opening(cells, flat, hop, packet, fleet, begin, run, NEVER)
        assert found >= until > begin
        assert open_from(cells, flat, hop, fleet, units, begin) >= until
        checked[fleet < 0] += 1
    assert min(checked.values()) > 10
    remove_line(cells, log, flat, int(np.flatnonzero(planned(problem, cells) >= 0)[0]))
    for hop, size in np.argwhere(rows[:, :, c.SHUT_UNTIL] >= 0).tolist():
        begin, _, units, _, fleet = rows[hop, size].tolist()
        assert open_from(cells, flat, hop, fleet, units, begin) == begin


@pytest.mark.parametrize("seed", range(2))
def test_lift_can_leave_as_soon_as_its_assets_one_by_one(seed: int) -> None:
    problem, cells, _ = crowded(seed)
    t = problem.tables
    stands: dict[int, list[tuple[int, int, int, int]]] = {}
    for asset in range(t.asset_fleet.size):
        fleet = t.fleets[t.asset_fleet[asset]]
        trip, (at, free) = cells[t.at[c.A_ASSET] + asset], t.asset_from[asset].tolist()
        idles = stands.setdefault(int(t.asset_fleet[asset]), [])
        while trip >= 0:
            row = cells[t.at[c.A_TRIP] + trip * c.TRIP_FIELDS :][: c.TRIP_FIELDS]
            hop = t.hops[row[c.T_HOP]]
            end = row[c.T_DEPART] - row[c.T_LOAD] - fleet[c.F_TURN]
            idles.append((free, at, int(end), int(hop[c.H_FROM])))
            free = int(row[c.T_ARRIVE] + row[c.T_UNLOAD] + fleet[c.F_TURN])
            at, trip = int(hop[c.H_TO]), row[c.T_NEXT]
        idles.append((free, at, NEVER, -1))
    rng, found = np.random.default_rng(seed), set()
    for hop in rng.permutation(np.flatnonzero(t.hops[:, c.H_LIFT]))[:60].tolist():
        of, to, mode = t.hops[hop, [c.H_FROM, c.H_TO, c.H_MODE]].tolist()
        for number in np.flatnonzero(t.fleets[:, c.F_MODE] == mode).tolist():
            way = t.positions[t.fleets[number, c.F_SYSTEM]]
            run, (load, unload) = running(t.flat, number, hop), handling(t.flat, number, hop)
            soonest, best = int(rng.integers(0, 4000)), int(rng.integers(0, 20_000))
            least = {True: best, False: best}
            for free, at, end, onward in stands[number]:
                depart = max(soonest, free + load + int(way[at, of]))
                last = onward < 0
                if last or depart + run + unload + way[to, onward] <= end:
                    least[last] = min(least[last], depart)
            behind = soonest_behind(cells, t.flat, hop, number, soonest, best)
            between = soonest_between(cells, t.flat, hop, number, soonest, run, best)
            assert behind == max(soonest, least[True])
            assert between == least[False]
            found |= {(False, between < best), (True, behind < best)}
    assert len(found) == 4
