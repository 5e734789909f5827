"""The movement of the fixed order played in salabim, with the same draws."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import salabim

from standto.kernels.fixed_order import NEVER
from standto.rehearse.bench_twins import Trouble
from standto.rehearse.draws import Draws
from standto.rehearse.fixed_order import FixedOrder


def salabim_fixed(engine: FixedOrder, draws: Draws) -> list[int]:
    """Ends of the activities in one run: one salabim component each."""
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
            if ready + takes < NEVER:
                yield self.hold(till=max(ready + takes, env.now()))
                ended[a] = ready + takes
            done[a].set()

    for a in range(len(release)):
        Activity("", env=env, a=a)
    env.run()
    return ended
