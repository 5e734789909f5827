"""The fixed-order kernel against SimPy: the same movement, the same draws, the same minute."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import simpy
from hypothesis import given, settings
from hypothesis import strategies as st

from standto.kernels.fixed_order import NEVER, rehearse_block

Arrays = dict[str, npt.NDArray[Any]]


def random_movement(seed: int, activities: int, runs: int) -> Arrays:
    """A random net of activities with waits, shared resources, windows and factors."""
    rng = np.random.default_rng(seed)
    waits = [rng.integers(0, min(a, 3) + 1) for a in range(activities)]
    met = rng.integers(0, 3, activities)
    hazards = 6
    return {
        "release": rng.integers(0, 500, activities).astype(np.int32),
        "duration": rng.integers(0, 200, activities).astype(np.int32),
        "wait_ptr": np.concatenate([[0], np.cumsum(waits)]).astype(np.int64),
        "wait_for": np.array(
            [b for a in range(activities) for b in rng.integers(0, max(a, 1), waits[a])], np.int64
        ),
        "lag": rng.integers(-20, 60, sum(waits)).astype(np.int32),
        "shared": rng.integers(0, 2, sum(waits)).astype(np.uint8),
        "hazard_ptr": np.concatenate([[0], np.cumsum(met)]).astype(np.int64),
        "hazard": rng.integers(0, hazards, met.sum()).astype(np.int64),
        "offset": rng.integers(0, 100, met.sum()).astype(np.int32),
        "share": np.ones(met.sum(), np.float32),
        "stretches": np.array([0, 0, 0, 0, 1, 1], np.uint8),
        "opens": rng.integers(0, 600, (hazards, runs)).astype(np.int32),
        "closes": np.where(
            rng.random((hazards, runs)) < 0.02, NEVER, rng.integers(0, 1500, (hazards, runs))
        ).astype(np.int32),
        "factor": rng.choice([0.5, 1, 2, 8, 1e9], (hazards, runs)).astype(np.float32),
    }


def simpy_twin(m: Arrays, run: int) -> list[int]:
    """The same run in SimPy: one process an activity, waiting for the events of those before it.

    Tie rule: none is needed, because an activity waits for named activities, not for a queue.
    """
    env = simpy.Environment()
    count = len(m["release"])
    done = [env.event() for _ in range(count)]
    ends = [int(NEVER)] * count

    def activity(a: int) -> Generator[simpy.Event, Any, None]:
        ready = int(m["release"][a])
        for k in range(m["wait_ptr"][a], m["wait_ptr"][a + 1]):
            yield done[m["wait_for"][k]]
            before = ends[m["wait_for"][k]]
            if before < NEVER:
                ready = max(ready, before + int(m["lag"][k]))
            elif not m["shared"][k]:
                done[a].succeed()
                return
        length = int(m["duration"][a])
        for k in range(m["hazard_ptr"][a], m["hazard_ptr"][a + 1]):
            h = m["hazard"][k]
            if m["stretches"][h]:
                length = min(NEVER, int(np.rint(length * float(m["factor"][h, run]))))
                continue
            at = ready + int(m["offset"][k])
            if m["opens"][h, run] <= at < m["closes"][h, run]:
                ready += int(m["closes"][h, run]) - at
                ready = NEVER if m["closes"][h, run] >= NEVER else ready
        if ready + length < NEVER:
            yield env.timeout(max(0, ready + length - env.now))
            ends[a] = ready + length
        done[a].succeed()

    for a in range(count):
        env.process(activity(a))
    env.run()
    return ends


def kernel_ends(m: Arrays, runs: int) -> npt.NDArray[np.int32]:
    end = np.empty((len(m["release"]), runs), np.int32)
    rehearse_block(*m.values(), end)
    return end


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 40), st.integers(1, 8))
def test_every_activity_ends_at_the_minute_simpy_says(
    seed: int, activities: int, runs: int
) -> None:
    movement = random_movement(seed, activities, runs)
    ends = kernel_ends(movement, runs)
    for run in range(runs):
        assert ends[:, run].tolist() == simpy_twin(movement, run)


@pytest.mark.parametrize("runs", [1, 7, 33])
def test_a_run_does_not_depend_on_the_runs_beside_it(runs: int) -> None:
    movement = random_movement(3, 200, 33)
    alone = kernel_ends(movement, 33)[:, :runs]
    few = {
        k: np.ascontiguousarray(v[:, :runs]) if k in {"opens", "closes", "factor"} else v
        for k, v in movement.items()
    }
    assert (kernel_ends(few, runs) == alone).all()


def test_a_shared_resource_is_freed_by_an_activity_that_never_happens() -> None:
    movement = random_movement(0, 3, 1)
    movement |= {
        "release": np.array([0, 10, 10], np.int32),
        "duration": np.array([5, 5, 5], np.int32),
        "wait_ptr": np.array([0, 0, 1, 2], np.int64),
        "wait_for": np.array([0, 0], np.int64),
        "lag": np.array([0, 0], np.int32),
        "shared": np.array([1, 0], np.uint8),
        "hazard_ptr": np.array([0, 1, 1, 1], np.int64),
        "hazard": np.array([0], np.int64),
        "offset": np.array([0], np.int32),
        "share": np.array([1], np.float32),
        "opens": np.zeros((6, 1), np.int32),
        "closes": np.full((6, 1), NEVER, np.int32),
    }
    assert kernel_ends(movement, 1)[:, 0].tolist() == [NEVER, 15, NEVER]
