"""What handles and lets through: the slot calendars of links, ramps, quays, berths and aprons."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from standto.kernels.columns import FLOW, HOLD

Ints = npt.NDArray[np.int64]
Cells = npt.NDArray[np.int32]

MINUTES_A_DAY = 1440
MOST = 1_000_000_000
"""Largest capacity of a window: far above any port, and safely inside 32 bits."""


@dataclass(frozen=True)
class Resource:
    """One calendar: what it is, and its capacity window by window.

    kind: FLOW (units admitted in a window) or HOLD (units held at once). what: link, trains,
    ramps, lanes, berths, mog or transload. key: the link, or the place. window_min: its length.
    base: capacity of an ordinary window.
    """

    kind: int
    what: str
    key: str
    window_min: int
    base: int
    cells: Cells


@dataclass
class Calendars:
    """Calendars made so far, each once; times run from minute 0 to the horizon.

    watched: links and places that have a calendar though nothing limits them, because they are
    shut for a time.
    """

    slot_min: int
    horizon_min: int
    watched: frozenset[str] = frozenset()
    made: list[Resource] = field(default_factory=list)
    index: dict[tuple[str, ...], int] = field(default_factory=dict)

    def flow(self, what: str, key: tuple[str, ...], per_day: float, least: int) -> int:
        """Calendar that admits `per_day` units a day; -1 where nothing limits them.

        Its windows are the shortest, of those that divide a day, that admit `least` units.
        """
        if not np.isfinite(per_day):
            if key[0] not in self.watched:
                return -1
            per_day = float(MOST)
        if (what, *key) not in self.index:
            window = flow_window(per_day, least, self.slot_min)
            cells = flow_cells(per_day, window, self.horizon_min)
            base = max(1, int(per_day * window / MINUTES_A_DAY + 1e-9))
            self._add(Resource(FLOW, what, key[0], window, min(base, MOST), cells), (what, *key))
        return self.index[(what, *key)]

    def hold(self, what: str, key: str, places: int, hours_per_day: float = 24.0) -> int:
        """Calendar that holds `places` units at once, in the working hours of a day.

        Working hours lie round noon UTC minus C-hour's own minute: a day here starts at C-hour.
        """
        if (what, key) not in self.index:
            count = -(-self.horizon_min // self.slot_min)
            starts = np.arange(count) * self.slot_min % MINUTES_A_DAY
            cells = np.where(starts + self.slot_min <= hours_per_day * 60, places, 0)
            self._add(
                Resource(HOLD, what, key, self.slot_min, places, cells.astype(np.int32)),
                (what, key),
            )
        return self.index[(what, key)]

    def _add(self, resource: Resource, key: tuple[str, ...]) -> None:
        self.index[key] = len(self.made)
        self.made.append(resource)


def flow_window(per_day: float, least: int, slot_min: int) -> int:
    """Shortest window, a whole number of slots that divides a day, that admits `least` units.

    Where a whole day admits fewer, as many days as one unit takes.
    """
    for slots in range(1, MINUTES_A_DAY // slot_min + 1):
        window = slots * slot_min
        if MINUTES_A_DAY % window == 0 and per_day * window / MINUTES_A_DAY >= least - 1e-9:
            return window
    if per_day >= 1:
        return MINUTES_A_DAY
    return MINUTES_A_DAY * int(np.ceil(1 / max(per_day, 1e-3)))


def flow_cells(per_day: float, window_min: int, horizon_min: int) -> Cells:
    """Capacity of each window: whole units that keep to the daily rate over any run of windows."""
    count = -(-horizon_min // window_min)
    sums = np.floor(np.arange(count + 1) * (per_day * window_min / MINUTES_A_DAY) + 1e-9)
    cells: Cells = np.minimum(np.diff(sums), MOST).astype(np.int32)
    return cells
