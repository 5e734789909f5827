"""When each force has closed, by how much it is late, and what held it back."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt
import polars as pl

from standto.kernels import columns as c
from standto.kernels.columns import NEVER, Cells
from standto.kernels.waiting import W_KIND, W_MINUTES, W_PACKET
from standto.schedule.problem import Problem
from standto.schedule.waits import reason_of, waits_of

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

NOTICE = ("notice to move", 0)
"""What holds back a force whose last packet never waited: it could not start earlier."""


def planned(problem: Problem, cells: Cells) -> Ints:
    """(lines,) option by which each line travels; -1 where it does not."""
    first = problem.tables.at[c.A_OPTION]
    return cells[first : first + len(problem.lines)].astype(np.int64)


def packets_used(problem: Problem, cells: Cells) -> Ints:
    """Packets that travel, in order."""
    t = problem.tables
    return np.flatnonzero(cells[t.at[c.A_ROUTE] : t.at[c.A_ARRIVE]] >= 0)


def force_closure(problem: Problem, packet: Ints, arrive: Ints) -> Ints:
    """(forces,) minute at which the force's share of personnel and cargo has arrived.

    packet, arrive: packets and when each arrives. NEVER where a force has none, or where too
    little of it arrives.
    """
    t = problem.tables
    share = problem.people + t.packets[:, c.P_MASS] / 1000 + 1e-6
    force = t.lines[t.packets[packet, c.P_LINE], c.L_FORCE]
    order = np.lexsort((arrive, force))
    made = np.full(len(problem.forces), NEVER, dtype=np.int64)
    percent = problem.plan.forces["closure_percent"].to_numpy() / 100
    starts = np.flatnonzero(np.diff(np.concatenate(([-1], force[order])), append=-2))
    for begin, end in pairwise(starts):
        rows = order[begin:end]
        which = force[rows[0]]
        done = np.cumsum(share[packet[rows]])
        k = np.searchsorted(done, percent[which] * done[-1] * (1 - 1e-9))
        made[which] = arrive[rows[min(k, rows.size - 1)]]
    return made


def closure_table(problem: Problem, cells: Cells, bound: Ints, unplanned: set[str]) -> pl.DataFrame:
    """One row a force that deploys, as `Result.closure` states it; bound: (forces,) minutes."""
    t = problem.tables
    packet = packets_used(problem, cells)
    arrive = cells[t.at[c.A_ARRIVE] + packet].astype(np.int64)
    closed = force_closure(problem, packet, arrive)
    ready = problem.plan.lines.group_by("force").agg(pl.col("ready_min").max(), "line")
    held = held_by(problem, cells)
    rows = []
    due_min = dict(problem.plan.forces.select("force", "required_min").iter_rows())
    number = {force: n for n, force in enumerate(problem.forces)}
    for force, ready_min, lines in ready.sort("force").iter_rows():
        n = number[force]
        out = any(line in unplanned for line in lines)
        done = None if out or closed[n] >= NEVER else int(closed[n])
        due = due_min[force]
        why, cost = held.get(n, NOTICE)
        rows.append(
            {
                "force": force,
                "ready_min": ready_min,
                "required_min": due,
                "closed_min": done,
                "lower_bound_min": int(bound[n]) if bound[n] < NEVER else None,
                "late_min": None if due is None or done is None else max(0, done - due),
                "held_by": "a line that cannot arrive" if out else why,
                "held_min": 0 if out else cost,
            }
        )
    return pl.DataFrame(rows, schema=CLOSURE)


CLOSURE = pl.Schema(
    {
        "force": pl.String(),
        "ready_min": pl.Int64(),
        "required_min": pl.Int64(),
        "closed_min": pl.Int64(),
        "lower_bound_min": pl.Int64(),
        "late_min": pl.Int64(),
        "held_by": pl.String(),
        "held_min": pl.Int64(),
    }
)


def held_by(problem: Problem, cells: Cells) -> dict[int, tuple[str, int]]:
    """For each force, what its last packet waited for longest, and for how many minutes."""
    t = problem.tables
    packet = packets_used(problem, cells)
    force = t.lines[t.packets[packet, c.P_LINE], c.L_FORCE]
    order = np.lexsort((packet, -cells[t.at[c.A_ARRIVE] + packet], force))
    forces, first = np.unique(force[order], return_index=True)
    last = packet[order[first]]
    made = dict.fromkeys(forces.tolist(), NOTICE)
    waits = waits_of(problem, cells, last)
    longest = np.lexsort((-waits[:, W_MINUTES], waits[:, W_PACKET]))
    packets, worst = np.unique(waits[longest, W_PACKET], return_index=True)
    of = dict(zip(last.tolist(), forces.tolist(), strict=True))
    for one, wait in zip(packets.tolist(), waits[longest[worst]], strict=True):
        reason = reason_of(problem, wait[W_KIND:])
        made[of[one]] = (reason.words, int(wait[W_MINUTES]))
    return made
