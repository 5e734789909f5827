"""What part of a trip each packet takes at least, ride by ride.

All packets aboard fit in each dimension, so that their parts in any one dimension, in a mean of
two, or in any dual feasible function of these, sum to no more than one trip. Which of them is used
may differ from ride to ride: whatever asks most of those who are likely to be aboard.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from standto.kernels import columns as c
from standto.kernels import ways as k
from standto.kernels.columns import NEVER
from standto.kernels.pricing import SHARE

if TYPE_CHECKING:
    from standto.schedule.bound_ways import Ways

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

SIZES = ((c.P_MASS, c.F_MASS), (c.P_LANE, c.F_LANE), (c.P_SEATS, c.F_SEATS))
"""Dimensions: what a packet takes, and what a trip has."""
MIXES = (1, 2, 3)
"""Quarters of the first of two dimensions in a mean of both."""
ROUNDINGS = (1, 2, 3, 4, 5)
"""Dual feasible functions tried: each counts in so many parts of a trip."""
UNLIKELY = 1e-3
"""How much those count who could do without such lift, against those who hardly can."""


def fitting(packets: Ints, fleets: Ints) -> Bools:
    """(fleets, packets) whether each packet can ride at all."""
    made = np.zeros((fleets.shape[0], packets.shape[0]), dtype=bool)
    for fleet, row in enumerate(fleets):
        fits = packets[:, c.P_PIECE_KG] <= row[c.F_PIECE_KG]
        if row[c.F_MODE] == c.ROAD:
            made[fleet] = fits & (packets[:, c.P_TRACKED] <= row[c.F_PIECES])
            continue
        if row[c.F_MODE] == c.AIR:
            fits &= packets[:, c.P_OUTSIZE] <= row[c.F_OUTSIZE]
        for demand, room in SIZES:
            fits &= packets[:, demand] <= row[room]
        made[fleet] = fits
    return made


def shared(ways: Ways) -> Ints:
    """(pieces,) part of a trip that each piece takes, in 1/SHARE; whole on transporters.

    On each hop and class of lift the measure that asks most of its likely passengers.
    """
    made: Ints = ways.pieces[:, k.W_SHARE].copy()
    hops, packet = ways.pieces[:, k.W_HOP], owners(ways)
    counts = likely(ways)
    sizes, kind_of = alike(ways.packets)
    for of, row in enumerate(ways.fleets):
        mine = np.flatnonzero(ways.pieces[:, k.W_CLASS] == of)
        if row[c.F_MODE] == c.ROAD or not mine.size:
            continue
        hop, kind = np.unique(hops[mine], return_inverse=True)
        which = kind_of[packet[mine]]
        best, most = np.zeros(mine.size, dtype=np.int64), np.full(hop.size, -1.0)
        for measure in measures(sizes, row):
            part = measure[which]
            asks = np.bincount(kind, weights=part * counts[mine], minlength=hop.size)
            better = asks > most
            most = np.where(better, asks, most)
            best = np.where(better[kind], part, best)
        made[mine] = best
    return made


def alike(packets: Ints) -> tuple[Ints, Ints]:
    """(kinds, fields) packets of different sizes, and (packets,) which of them each is like."""
    columns = [column for column, _ in SIZES]
    kinds, which = np.unique(packets[:, columns], axis=0, return_inverse=True)
    made = np.zeros((kinds.shape[0], packets.shape[1]), dtype=np.int64)
    made[:, columns] = kinds
    return made, which.reshape(-1)


def owners(ways: Ways) -> Ints:
    """(pieces,) the packet of each."""
    made: Ints = np.repeat(np.arange(ways.packets.shape[0]), np.diff(ways.legs))
    return made


def likely(ways: Ways) -> Floats:
    """(pieces,) 1 where the packet has no way that needs only some of the lift of this one."""
    legs = ways.leg_pieces[ways.way_legs]
    bits = np.zeros(ways.pieces.shape[0], dtype=np.int64)
    lifted = np.flatnonzero(ways.pieces[:, k.W_CLASS] >= 0)
    bits[lifted] = 1 << ways.fleets[ways.pieces[lifted, k.W_CLASS], c.F_MODE]
    way = np.repeat(np.arange(legs.size - 1), np.diff(legs))
    kinds = np.zeros(legs.size - 1, dtype=np.int64)
    np.bitwise_or.at(kinds, way, bits)
    packet = np.repeat(np.arange(ways.packets.shape[0]), np.diff(ways.packet_ways))
    known = np.zeros(ways.packets.shape[0], dtype=np.int64)
    np.bitwise_or.at(known, packet, 1 << kinds)
    less = [sum(1 << n for n in range(m) if n & m == n) for m in range(1 << c.MODES)]
    spare = known[packet] & np.array(less, dtype=np.int64)[kinds]
    made: Floats = np.where(spare > 0, UNLIKELY, 1.0)[way]
    return made


def measures(packets: Ints, fleet: Ints) -> list[Ints]:
    """Parts of a trip of one fleet in 1/SHARE, by each dimension, mean and dual feasible function.

    They hold for packets that fit; of others a part is a whole trip at most.
    """
    parts, made = [], []
    for demand, room in SIZES:
        found = dual_feasible(packets[:, demand], int(fleet[room]))
        made += found
        parts += found[:1]
    for n, one in enumerate(parts):
        for two in parts[n + 1 :]:
            for mix in MIXES:
                made += dual_feasible((mix * one + (4 - mix) * two) // 4, SHARE)
    return made


def dual_feasible(demand: Ints, room: int) -> list[Ints]:
    """Parts of a room in 1/SHARE: as they are, and roundings that hold for all that fits."""
    if room <= 0 or room >= NEVER:
        return []
    made = [np.minimum(demand * SHARE // room, SHARE)]
    for parts in ROUNDINGS:
        whole = (parts + 1) * demand % room == 0
        up = (parts + 1) * demand // room * SHARE // parts
        made.append(np.minimum(np.where(whole, made[0], up), SHARE))
    return made
