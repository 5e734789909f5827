"""What strikes a movement that other simulators play with the same draws."""

from __future__ import annotations

from standto.kernels.fixed_order import NEVER
from standto.rehearse.draws import Draws
from standto.rehearse.engine import struck
from standto.rehearse.fixed_order import FixedOrder
from standto.rehearse.queueing import Queueing


class Trouble:
    """What strikes the activities of an engine in one run, as plain lists for the twins."""

    def __init__(self, engine: FixedOrder | Queueing, draws: Draws) -> None:
        """Of the first run drawn."""
        self.ptr, self.hazard, self.offset, self.share = (
            array.tolist() for array in engine.strikes.arrays()
        )
        self.stretches = engine.stretches.tolist()
        opens, closes, factor = struck(draws)
        self.opens, self.closes = opens[:, 0].tolist(), closes[:, 0].tolist()
        self.factor = factor[:, 0].tolist()

    def met(self, activity: int, start: int, takes: int) -> tuple[int, int]:
        """Start after the waits at closed windows, and minutes that the activity then takes.

        It never ends where the two together reach NEVER.
        """
        for k in range(self.ptr[activity], self.ptr[activity + 1]):
            h = self.hazard[k]
            if self.stretches[h]:
                takes = min(NEVER, round(takes * (1 + (self.factor[h] - 1) * self.share[k])))
            else:
                at = start + self.offset[k]
                if self.opens[h] <= at < self.closes[h]:
                    until = self.closes[h]
                    start = until - self.offset[k] if until < NEVER else NEVER
        return start, takes
