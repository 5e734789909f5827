"""Rides of a movement: quickest ways of each kind of lift, and journeys that change between kinds.

A ride is one load from place to place in one kind of lift, landing where it must on the way. A
journey is a few rides with a change of lift between them.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations

import numpy as np
import numpy.typing as npt

from standto.kernels.columns import NEVER, Ints
from standto.schedule.movement import Movement

Journey = tuple[tuple[int, int, int], ...]
"""Rides in order: kind, from and to, as indices."""
RIVALS = 3
"""Places of change tried for each pair of kinds; more lengthens every search for little gain."""
FAR = 3
"""A journey that takes this many times the quickest one is not tried."""
MOST = 8
"""Most journeys tried for one piece of cargo."""


@dataclass(frozen=True)
class Nets:
    """All-pairs ways of each kind of lift, over the places of a movement.

    kinds: in order. minutes: (kinds, places, places) of a ride, handling at stops on the way and
    waits for what is shut now included, handling at its ends not; NEVER where none. then:
    (kinds, places, places) next place on the way. direct, opens: (kinds, places, places) minutes of
    the direct way, and the minute from now on at which it is open. handling: (places,) minutes.
    """

    kinds: tuple[str, ...]
    index: dict[str, int]
    minutes: Ints
    then: Ints
    direct: Ints
    opens: Ints
    handling: Ints

    @classmethod
    def of(cls, movement: Movement) -> Nets:
        """The nets of those kinds of lift that the movement has assets of."""
        index = {place.key: n for n, place in enumerate(movement.places)}
        kinds = tuple(sorted({asset.kind for asset in movement.assets}))
        size = len(index)
        direct = np.full((len(kinds), size, size), NEVER, dtype=np.int64)
        opens = np.zeros_like(direct)
        for way in movement.ways:
            if way.kind in kinds:
                at = kinds.index(way.kind), index[way.start], index[way.end]
                direct[at] = way.minutes
                opens[at] = max(0, way.open_min - movement.now_min)
        handling = np.array([p.handling_min for p in movement.places], dtype=np.int64)
        minutes = np.minimum(direct + opens, NEVER)
        then = np.broadcast_to(np.arange(size), minutes.shape).copy()
        for k in range(len(kinds)):
            np.fill_diagonal(minutes[k], 0)
            for via in range(size):
                by = minutes[k][:, via, None] + handling[via] + minutes[k][None, via, :]
                better = by < minutes[k]
                minutes[k] = np.where(better, by, minutes[k])
                then[k] = np.where(better, then[k][:, via, None], then[k])
        return cls(kinds, index, minutes, then, direct, opens, handling)

    def stops(self, kind: int, start: int, end: int) -> list[int]:
        """Places landed at on a ride, in order, its end included."""
        made = []
        while start != end:
            start = int(self.then[kind, start, end])
            made.append(start)
        return made

    def journeys(self, start: int, end: int, usable: npt.NDArray[np.bool_]) -> list[Journey]:
        """Journeys worth trying by the kinds usable, quickest first."""
        if start == end:
            return [()]
        kinds = np.flatnonzero(usable).tolist()
        found: dict[Journey, int] = {
            ((k, start, end),): int(self.minutes[k, start, end])
            for k in kinds
            if self.minutes[k, start, end] < NEVER
        }
        self._two_rides(start, end, kinds, found)
        self._three_rides(start, end, kinds, found)
        least = min(found.values(), default=0)
        ranked = sorted(found.items(), key=lambda item: (item[1], item[0]))
        limit = FAR * least + int(self.handling.max(initial=0))
        return [rides for rides, minutes in ranked if minutes <= limit][:MOST]

    def _two_rides(self, start: int, end: int, kinds: list[int], found: dict[Journey, int]) -> None:
        """Add the quickest journeys with one change of kind, by a few places of change."""
        wait = int(self.handling.max(initial=0))
        for k, k2 in permutations(kinds, 2):
            total = self.minutes[k, start] + wait + self.minutes[k2, :, end]
            total[[start, end]] = NEVER
            for via in np.argsort(total, kind="stable")[:RIVALS].tolist():
                if total[via] < NEVER:
                    found[((k, start, via), (k2, via, end))] = int(total[via])

    def _three_rides(
        self, start: int, end: int, kinds: list[int], found: dict[Journey, int]
    ) -> None:
        """Add the quickest journey with two changes for each pair of first kinds."""
        wait, d = int(self.handling.max(initial=0)), self.minutes
        for k2 in kinds:
            others = [k for k in kinds if k != k2]
            if not others:
                continue
            ends = np.stack([d[k, :, end] for k in others])
            onward = d[k2] + wait + ends.min(axis=0)[None, :]
            np.fill_diagonal(onward, NEVER)
            for k in others:
                total = d[k, start] + wait + onward.min(axis=1)
                total[[start, end]] = NEVER
                via = int(total.argmin())
                change = int(onward[via].argmin())
                if total[via] < NEVER:
                    k3 = others[int(ends[:, change].argmin())]
                    rides = ((k, start, via), (k2, via, change), (k3, change, end))
                    found.setdefault(rides, int(total[via]))

    def run(self, kind: int, start: int, end: int) -> tuple[int, list[tuple[int, int, int]]]:
        """Minutes of a ride if all is open, and what it enters after how many: (offset, a, b)."""
        total, at = 0, start
        entered = []
        for stop in self.stops(kind, start, end):
            if at != start:
                total += int(self.handling[at])
            entered.append((total, at, stop))
            total += int(self.direct[kind, at, stop])
            at = stop
        return total, entered
