"""How long an empty asset takes from stop to stop: its way back, or on to the next load."""

from __future__ import annotations

import numpy as np

from standto.kernels.columns import NEVER, Ints
from standto.schedule.fleets import Fleets
from standto.schedule.ground import daily_driving, elapsed
from standto.schedule.web import Web
from standto.world.graph import AIR, RAIL, ROAD


def positions(web: Web, fleets: Fleets) -> Ints:
    """Minutes of an empty move: (systems, stops, stops), NEVER where there is no way.

    Empty moves take no room on links and at terminals: they are few beside the loaded ones, and
    the plan keeps the time they take.
    """
    size = len(web.stops)
    made = np.full((max(1, len(fleets.systems)), size, size), NEVER, dtype=np.int64)
    for system, (mode, gauge, speed) in enumerate(fleets.systems):
        if mode == ROAD:
            driving = web.roads(0, True).minutes
            minutes = elapsed(driving, daily_driving(web.ground.factors, True))
        elif mode == RAIL:
            layers = [f"rail{gauge}"] if f"rail{gauge}" in web.ground.rail_layers else []
            minutes = web.rails(layers[0], 0).minutes if layers else made[system]
        elif mode == AIR:
            minutes = -(-web.flights * 6 // speed)
            minutes = np.where(web.flights >= NEVER, NEVER, minutes)
        else:
            minutes = web.sea.fixed - (-web.sea.hectometres * 6 // speed)
            minutes = np.where(web.sea.fixed >= NEVER, NEVER, minutes)
        made[system] = np.minimum(minutes, NEVER)
        np.fill_diagonal(made[system], 0)
    return made
