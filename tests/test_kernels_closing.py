"""When forces have closed, against the definition by sorting."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from standto.kernels.closing import close_block
from standto.kernels.fixed_order import NEVER


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 30), st.integers(1, 5), st.integers(1, 9))
def test_a_force_closes_when_its_share_of_the_weight_is_there(
    seed: int, packets: int, forces: int, runs: int
) -> None:
    rng = np.random.default_rng(seed)
    end = rng.integers(-50, 60, (packets, runs)).astype(np.int32)
    end[rng.random(end.shape) < 0.2] = NEVER
    order = rng.permutation(packets).astype(np.int64)
    bounds = np.sort([0, packets, *rng.integers(0, packets + 1, forces - 1)]).astype(np.int64)
    weight = rng.integers(1, 9, packets).astype(np.float64)
    needed = rng.choice([0.3, 0.5, 0.95, 1.0], forces)
    closed = np.empty((forces, runs), np.int32)
    close_block(end, order, bounds, weight, needed, closed)
    for f in range(forces):
        mine = slice(bounds[f], bounds[f + 1])
        for r in range(runs):
            there = sorted(zip(end[order[mine], r].tolist(), weight[mine].tolist(), strict=True))
            sums = np.cumsum([w for _, w in there])
            enough = [
                at
                for (at, _), so_far in zip(there, sums, strict=True)
                if so_far >= needed[f] * sums[-1] - 1e-9
            ]
            assert closed[f, r] == (enough[0] if enough else NEVER)
