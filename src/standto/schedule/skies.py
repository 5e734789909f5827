"""Ways by air between the stops of a plan, off countries whose airspace is closed to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from standto.kernels.columns import NEVER, Ints
from standto.schedule.ground import Ground
from standto.world.airspace import NOWHERE, Airspace, airspace
from standto.world.airways import Airways, airways


@dataclass(frozen=True)
class Skies:
    """Flights between stops.

    hectometres: (stops, stops), NEVER where none is allowed or a stop is no airfield. row: (stops,)
    each stop's row in `ways`, -1 where it has none. space: countries under a line.
    """

    hectometres: Ints
    row: Ints
    ways: Airways
    space: Airspace

    def via(self, start: int, end: int) -> list[float]:
        """Latitude and longitude of each turning point of a flight, one after another."""
        track = self.ways.track(int(self.row[start]), int(self.row[end]))
        return [round(float(x), 4) for x in track.ravel()]

    def over(self, start: int, end: int) -> list[str]:
        """Codes of the countries under a flight, in order."""
        track = self.ways.track(int(self.row[start]), int(self.row[end]))
        found: dict[str, None] = {}
        for a, b in pairwise(track):
            found |= dict.fromkeys(self.space.under((a[0], a[1]), (b[0], b[1])))
        return list(found)


def skies(ground: Ground, stops: tuple[str, ...], fields: Iterable[str]) -> Skies:
    """Flights between those stops that are airfields or bases."""
    places = ground.network.places.select("place", "lat", "lon")
    where = {place: (lat, lon) for place, lat, lon in places.iter_rows()}
    flying = np.flatnonzero(np.isin(np.array(stops), np.array(sorted(fields))))
    at = np.array([where[stops[n]] for n in flying], dtype=np.float64).reshape(flying.size, 2)
    space = airspace(ground.network)
    closed = [iso for iso in space.isos if iso != NOWHERE and iso not in ground.airspace]
    ways = airways(space, closed, at[:, 0], at[:, 1])
    made = np.full((len(stops), len(stops)), NEVER, dtype=np.int64)
    far = np.where(np.isfinite(ways.km), np.ceil(ways.km * 10), NEVER)
    made[np.ix_(flying, flying)] = np.minimum(far, NEVER).astype(np.int64)
    row = np.full(len(stops), -1, dtype=np.int64)
    row[flying] = np.arange(flying.size)
    return Skies(made, row, ways, space)
