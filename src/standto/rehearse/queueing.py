"""Queueing policies: whoever is ready may go, first come first served or by priority.

The loads of each departure stay together as planned and nothing leaves before its planned time, so
clearances and road space hold. Vehicles of a fleet are one pool; berths, aprons and ramps serve
whoever stands first in their queue. A vehicle is free again after turning round and running to
where it is planned to load next.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from standto.kernels.event_driven import simulate_block
from standto.kernels.queue_state import GOAL, ORIGIN, VEHICLE
from standto.plan.plan import Plan
from standto.rehearse.closing import Closing, Minutes
from standto.rehearse.draws import Draws
from standto.rehearse.engine import Arrays, Scratch, stretches, struck
from standto.rehearse.impact import impact
from standto.rehearse.movement import LOAD, RIDE, UNLOAD, Movement, empty_runs, movement, terminals
from standto.schedule.schedule import Schedule
from standto.world.network import Network

Longs = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Queueing(Arrays):
    """A schedule's rides and what they queue for; see `kernels.event_driven` for each array."""

    release: Longs
    priority: Longs
    needs: Longs
    lag: Longs
    before: Longs
    after_ptr: Longs
    after: Longs
    servers: Longs
    queue_ptr: Longs

    @classmethod
    def of(
        cls,
        schedule: Schedule,
        plan: Plan,
        contingencies: pl.DataFrame,
        network: Network,
        *,
        by_priority: bool,
    ) -> Queueing:
        """The policy for a schedule: by the lines' priority, or first come first served."""
        moves = movement(schedule.legs, network)
        rides, turns = moves.rides, in_turn(moves)
        turn = np.argsort(turns)
        needs, servers = _resources(rides, network)
        waits = _between_rides(moves, turn)
        asked = np.bincount(needs[needs >= 0], minlength=len(servers))
        phases = pl.DataFrame(
            {
                "ride": np.repeat(turns, 3),
                "phase": np.tile([LOAD, RIDE, UNLOAD], rides.height),
            }
        )
        timed = phases.join(moves.activities, on=["ride", "phase"], maintain_order="left")
        length = (timed["end_min"] - timed["start_min"]).to_numpy()
        return cls(
            strikes=impact(moves, phases, contingencies, network),
            closing=Closing.of(moves, turn[_last_rides(moves)], plan, schedule),
            release=timed["start_min"].to_numpy()[::3].astype(np.int64),
            priority=_priorities(moves, plan)[turns] * by_priority,
            needs=needs[turns],
            lag=_lags(moves, network)[turns],
            before=np.bincount(waits[:, 1], minlength=rides.height).astype(np.int64),
            after_ptr=np.searchsorted(waits[:, 0], np.arange(rides.height + 1)).astype(np.int64),
            after=np.ascontiguousarray(waits[:, 1]),
            servers=servers,
            queue_ptr=np.concatenate([[0], np.cumsum(asked)]).astype(np.int64),
            duration=length.astype(np.int32),
            stretches=stretches(contingencies["parameters"].to_list()),
        )

    def closures(self, draws: Draws, scratch: Scratch | None = None) -> Minutes:
        """Closures (runs, forces) of the runs drawn."""
        return self.closing.closures(np.ascontiguousarray(self.ends(draws, scratch).T))

    def ends(self, draws: Draws, scratch: Scratch | None = None) -> npt.NDArray[np.int32]:
        """(runs, rides) minute at which each ride is unloaded, NEVER where it is not.

        They stand in `scratch` until its next block.
        """
        end = (scratch or Scratch()).ends(draws.runs, len(self.release))
        simulate_block(
            self.release,
            self.priority,
            self.needs,
            self.lag,
            self.before,
            self.after_ptr,
            self.after,
            self.servers,
            self.queue_ptr,
            self.duration,
            *self.strikes.arrays(),
            self.stretches,
            *struck(draws),
            end,
        )
        return end


def _resources(rides: pl.DataFrame, network: Network) -> tuple[Longs, Longs]:
    """What each ride queues for, (rides, 3), and how many each resource serves at once."""
    fleets = dict(network.fleets.select("fleet", "count").iter_rows())
    places = terminals(network)
    number: dict[object, int] = {}
    servers: list[int] = []
    needs = np.full((rides.height, 3), -1, dtype=np.int64)
    for n, (mode, lift, origin, goal) in enumerate(
        rides.select("mode", "lift", "from", "to").iter_rows()
    ):
        for stage, key, counts in (
            (VEHICLE, lift, fleets),
            (ORIGIN, (mode, origin), places),
            (GOAL, (mode, goal), places),
        ):
            if key in counts:
                if key not in number:
                    number[key] = len(servers)
                    servers.append(counts[key])
                needs[n, stage] = number[key]
    return needs, np.array(servers, dtype=np.int64)


def in_turn(moves: Movement) -> Longs:
    """Rides in the order in which they are planned to load: the numbers by which ties are broken.

    What happens at about the same time then also lies together in memory.
    """
    loads = moves.activities.filter(pl.col("phase") == LOAD)
    return loads["ride"].to_numpy().astype(np.int64)


def _between_rides(moves: Movement, turn: Longs) -> Longs:
    """Pairs (ride, ride that waits for it) of the same load, by their turns, each once, sorted."""
    activities = moves.activities
    ride, phase = activities["ride"].to_numpy(), activities["phase"].to_numpy()
    own = (moves.shared == 0) & (phase[moves.waiter] == LOAD) & (phase[moves.wait_for] == UNLOAD)
    pairs = turn[np.column_stack([ride[moves.wait_for[own]], ride[moves.waiter[own]]])]
    return np.unique(pairs, axis=0).reshape(-1, 2).astype(np.int64)


def _last_rides(moves: Movement) -> Longs:
    return np.asarray(moves.activities["ride"].to_numpy()[moves.last])


def _priorities(moves: Movement, plan: Plan) -> Longs:
    """Priority of each ride: the best of the forces aboard."""
    of_force = dict(plan.forces.select("force", "priority").iter_rows())
    return np.array(
        [min(of_force[f] for f in forces) for forces in moves.rides["forces"].to_list()],
        dtype=np.int64,
    )


def _lags(moves: Movement, network: Network) -> Longs:
    """Minutes after unloading until each ride's vehicle can load again."""
    runs = empty_runs(moves.rides, network)
    lag = np.zeros(moves.rides.height, dtype=np.int64)
    lag[runs["last_ride"].to_numpy()] = np.ceil(runs["need_min"].to_numpy()).astype(np.int64)
    return lag
