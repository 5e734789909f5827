"""Event-driven rehearsal: whoever may go next goes, by a queueing policy, run after run.

Tie rule: all that ends in a minute ends before anything begins in it; then each resource takes from
its queue the ride with the smallest (priority, minute asked, stage, ride number), as long as it has
a server free; what follows from this in the same minute is settled in a further round.

What needs nobody is played at once, ahead of the clock: only a ride that must ask for something, or
gives something back, has an event, and never more than one at a time.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from standto.kernels.fixed_order import NEVER
from standto.kernels.queue_state import (
    AFTER,
    AFTER_END,
    ARRIVED,
    BOARDED,
    EARLY,
    END,
    FIRST,
    FOLLOWING,
    FREE,
    FREED,
    GOAL,
    LAG,
    LAST_BIT,
    LOAD,
    LOADED,
    LOST_LOADING,
    LOST_UNLOADING,
    LOW_BITS,
    MISSING,
    NOTED,
    ORIGIN,
    PRIORITY,
    READY,
    RIDE,
    START,
    STRUCK,
    TAKES,
    UNLOAD,
    UNLOADED,
    VEHICLE,
    WAITING,
    WORD,
    Flags,
    Floats,
    Ints,
    Longs,
    State,
    Trouble,
    begin,
    happening,
    lowest_bit,
    pop,
    push,
    rows_of,
    state_of,
)


# Compiled without reference counts and into one another: to count references to some twenty arrays
# at each event, or to hand them on, took most of the time.
@njit(cache=True, inline="always", _nrt=False)
def length(a: int, now: int, takes: int, t: Trouble) -> int:
    """Minutes that activity `a`, planned to take so many, takes when it begins now.

    Waits at closed windows are counted; NEVER if it never ends, as where one never opens again.
    """
    waits = 0
    for k in range(t.ptr[a], t.ptr[a + 1]):
        h = t.hazard[k]
        if t.stretches[h]:
            takes = int(min(NEVER, np.rint(takes * (1 + (t.by[h] - 1) * t.share[k]))))
        else:
            at = now + waits + t.offset[k]
            if t.lo[h] <= at < t.hi[h]:
                if t.hi[h] >= NEVER:
                    return NEVER
                waits += t.hi[h] - at
    return waits + takes if now + waits + takes < NEVER else NEVER


@njit(cache=True, inline="always", _nrt=False)
def minutes_of(r: int, phase: int, now: int, s: State, t: Trouble) -> int:
    """Minutes of a phase begun now: as planned where nothing that strikes it happens."""
    planned = int(s.rides[r, TAKES + phase])
    if s.rides[r, STRUCK + phase] & t.active == 0 and now + planned < NEVER:
        return planned
    return length(3 * r + phase, now, planned, t)


@njit(cache=True, inline="always", _nrt=False)
def happen(minute: int, kind: int, r: int, s: State) -> None:
    """Put a ride's event into the calendar: a list a minute, or the heap of what comes after.

    The order within a minute is of no account: what ends in it ends before any queue is served.
    """
    code = (r << 3) + kind
    if minute < s.day.shape[0]:
        s.rides[r, FOLLOWING] = s.day[minute]
        s.day[minute] = code
        s.busy[minute >> WORD] |= np.int64(1) << (minute & LAST_BIT)
    else:
        push(s.later, 1, s.later[0], (minute << 32) + code)
        s.later[0] += 1


@njit(cache=True, inline="always", _nrt=False)
def next_minute(now: int, s: State) -> int:
    """The first minute from `now` on in which something happens, -1 where none does.

    Nothing happens before `now`, nor in it where its list is empty.
    """
    if now < s.day.shape[0]:
        word = now >> WORD
        if s.day[now] < 0:
            s.busy[word] &= ~(np.int64(1) << (now & LAST_BIT))
        while word < s.busy.shape[0]:
            if s.busy[word] != 0:
                return (word << WORD) + lowest_bit(s.busy[word], s.lowest)
            word += 1
    return s.later[1] >> 32 if s.later[0] > 0 else -1


@njit(cache=True, inline="always", _nrt=False)
def note(resource: int, s: State) -> None:
    """Note a resource that has a server free for somebody in its queue."""
    if s.desk[resource, NOTED] == 0:
        s.desk[resource, NOTED] = 1
        s.noted[0] += 1
        s.noted[s.noted[0]] = resource


@njit(cache=True, inline="always", _nrt=False)
def ask(r: int, stage: int, now: int, s: State) -> None:
    """Stand in the queue of what a ride needs at a stage."""
    resource = s.rides[r, stage]
    key = (((((np.int64(s.rides[r, PRIORITY]) << 30) + now) << 2) + stage) << s.bits) + r
    push(s.queue, s.desk[resource, FIRST], s.desk[resource, WAITING], key)
    s.desk[resource, WAITING] += 1
    if s.desk[resource, FREE] > 0:
        note(resource, s)


@njit(cache=True, inline="always", _nrt=False)
def give_back(resource: int, s: State) -> None:
    """Free one server of a resource; -1 is none."""
    if resource >= 0:
        s.desk[resource, FREE] += 1
        if s.desk[resource, WAITING] > 0:
            note(resource, s)


@njit(cache=True, inline="always", _nrt=False)
def settle(top: int, s: State, t: Trouble) -> None:
    """Play the `top` rides on the stack, (ride << 3) + step, as far as they need nobody.

    A ride goes on from its step at the minute EARLY; those that its end lets go are played in turn.
    A ride that must ask gets an event in the minute in which it does.
    """
    while top > 0:
        top -= 1
        r, step = s.stack[top] >> 3, s.stack[top] & 7
        at = np.int64(s.rides[r, EARLY])
        if step == START:
            if s.rides[r, VEHICLE] >= 0 or s.rides[r, ORIGIN] >= 0:
                happen(at, READY, r, s)
                continue
            step = LOAD
        while step < END:
            if step == UNLOAD and s.rides[r, GOAL] >= 0:
                happen(at, ARRIVED, r, s)
                break
            took = minutes_of(r, step - LOAD, at, s, t)
            if took >= NEVER:
                if s.rides[r, VEHICLE] >= 0:
                    happen(at, FREED, r, s)
                break
            at += took
            step += 1
        if step == END:
            top = let_go(r, at, top, s)


@njit(cache=True, inline="always", _nrt=False)
def let_go(r: int, at: int, top: int, s: State) -> int:
    """End a ride: its vehicle turns round, and rides that waited for it alone go on the stack."""
    s.ended[r] = at
    if s.rides[r, VEHICLE] >= 0:
        happen(at + s.rides[r, LAG], FREED, r, s)
    for k in range(s.rides[r, AFTER], s.rides[r, AFTER_END]):
        b = s.after[k]
        s.rides[b, MISSING] -= 1
        s.rides[b, EARLY] = max(s.rides[b, EARLY], at)
        if s.rides[b, MISSING] == 0:
            s.stack[top] = (b << 3) + START
            top += 1
    return top


@njit(cache=True, inline="always", _nrt=False)
def go_on(r: int, step: int, now: int, s: State, t: Trouble) -> None:
    """Play a ride from a step on, now."""
    s.rides[r, EARLY] = now
    s.stack[0] = (r << 3) + step
    settle(1, s, t)


@njit(cache=True, inline="always", _nrt=False)
def grant(r: int, stage: int, now: int, s: State, t: Trouble) -> None:
    """Let a ride have what it needs at a stage."""
    if stage == VEHICLE:
        if s.rides[r, ORIGIN] >= 0:
            happen(now, BOARDED, r, s)
        else:
            go_on(r, LOAD, now, s, t)
        return
    took = minutes_of(r, 0 if stage == ORIGIN else 2, now, s, t)
    if took >= NEVER:
        happen(now, LOST_LOADING if stage == ORIGIN else LOST_UNLOADING, r, s)
    else:
        happen(now + took, LOADED if stage == ORIGIN else UNLOADED, r, s)


@njit(cache=True, inline="always", _nrt=False)
def alone(now: int, s: State) -> bool:
    """Whether nothing else is left to happen in a minute, and nobody is about to be served."""
    return now < s.day.shape[0] and s.day[now] < 0 and s.noted[0] == 0


@njit(cache=True, inline="always", _nrt=False)
def has(r: int, stage: int, s: State) -> bool:
    """Take a server of what a ride needs at a stage, if one is free: whether it has one."""
    resource = s.rides[r, stage]
    free = s.desk[resource, FREE] > 0
    s.desk[resource, FREE] -= free
    return bool(free)


@njit(cache=True, inline="always", _nrt=False)
def take(now: int, s: State, t: Trouble) -> None:
    """Let all that stands in the calendar at a minute happen: asking, and giving back."""
    while True:
        if now < s.day.shape[0]:
            if s.day[now] < 0:
                return
            code = np.int64(s.day[now])
            s.day[now] = s.rides[code >> 3, FOLLOWING]
        elif s.later[0] > 0 and s.later[1] >> 32 == now:
            code = pop(s.later, 1, s.later[0]) & LOW_BITS
            s.later[0] -= 1
        else:
            return
        kind, r = code & 7, code >> 3
        if kind <= ARRIVED:
            stage = VEHICLE if kind == READY and s.rides[r, VEHICLE] >= 0 else ORIGIN
            stage = GOAL if kind == ARRIVED else stage
            if alone(now, s):
                if stage == VEHICLE and s.rides[r, ORIGIN] >= 0 and has(r, VEHICLE, s):
                    stage = ORIGIN
                if has(r, stage, s):
                    grant(r, stage, now, s, t)
                    continue
            ask(r, stage, now, s)
            continue
        if kind in (LOADED, LOST_LOADING):
            give_back(s.rides[r, ORIGIN], s)
        elif kind != FREED:
            give_back(s.rides[r, GOAL], s)
        if kind >= FREED:
            give_back(s.rides[r, VEHICLE], s)
        else:
            go_on(r, RIDE if kind == LOADED else END, now, s, t)


@njit(cache=True, inline="always", _nrt=False)
def serve(now: int, s: State, t: Trouble) -> None:
    """Serve the queues that were noted; where there is room for all, in any order."""
    for n in range(1, s.noted[0] + 1):
        resource = s.noted[n]
        first, waiting = s.desk[resource, FIRST], s.desk[resource, WAITING]
        free = s.desk[resource, FREE]
        served = min(free, waiting)
        for k in range(served):
            key = s.queue[first + k] if waiting <= free else pop(s.queue, first, waiting - k)
            grant(key & ((1 << s.bits) - 1), (key >> s.bits) & 3, now, s, t)
        s.desk[resource, NOTED] = 0
        s.desk[resource, FREE] = free - served
        s.desk[resource, WAITING] = waiting - served
    s.noted[0] = 0


@njit(cache=True, _nrt=False)
def play(top: int, s: State, t: Trouble) -> None:
    """One run, from the `top` rides on the stack on; its ends then stand in `s.ended`."""
    settle(top, s, t)
    now = next_minute(0, s)
    while now >= 0:
        take(now, s, t)
        serve(now, s, t)
        now = next_minute(now, s)


@njit(cache=True, nogil=True)
def simulate_block(
    release: Longs,
    priority: Longs,
    needs: npt.NDArray[np.int64],
    lag: Longs,
    before: Longs,
    after_ptr: Longs,
    after: Longs,
    servers: Longs,
    queue_ptr: Longs,
    duration: Ints,
    hazard_ptr: Longs,
    hazard: Longs,
    offset: Ints,
    share: Floats,
    stretches: Flags,
    opens: Ints,
    closes: Ints,
    factor: Floats,
    end: Ints,
) -> None:
    """Fill `end`, the minute at which each ride is unloaded, for one block of runs.

    release: (rides,) earliest minute. priority: (rides,) small first, equal for first come first
    served. needs: (rides, 3) resource of its vehicle, its loading and its unloading, -1 for none.
    lag: (rides,) minutes after unloading until the vehicle is free again. before: (rides,) number
    of rides that must have ended; after_ptr, after: CSR lists of those that wait for each.
    servers: (resources,) how many each serves at once. queue_ptr: (resources + 1,) room for each
    queue. duration and what follows: as in `fixed_order.rehearse_block`, for activities 3r, 3r + 1
    and 3r + 2: the loading, ride and unloading of ride r. end: (runs, rides) int32, written; NEVER
    if lost. Rides that begin about the same time should have numbers near each other.
    """
    rides = rows_of(priority, needs, lag, after_ptr, duration, hazard_ptr, hazard)
    s = state_of(rides, release, after, servers.shape[0], queue_ptr[-1])
    for run in range(end.shape[0]):
        lo, hi, by = opens[:, run].copy(), closes[:, run].copy(), factor[:, run].copy()
        active = happening(stretches, lo, hi, by)
        t = Trouble(active, hazard_ptr, hazard, offset, share, stretches, lo, hi, by)
        play(begin(before, release, servers, queue_ptr, s), s, t)
        end[run] = s.ended
