"""Whether a lift can serve a hop and take a packet, how long it takes, and when borders open."""

from __future__ import annotations

from standto.kernels.columns import (
    AIR,
    B_COUNTRY,
    B_KM,
    B_OFFSET,
    F_DRAUGHT,
    F_GAUGE,
    F_HAZARD,
    F_LANE,
    F_LOAD,
    F_MASS,
    F_MODE,
    F_OUTSIZE,
    F_PIECE_KG,
    F_PIECES,
    F_RANGE,
    F_RUNWAY,
    F_SEATS,
    F_SPEED,
    F_UNLOAD,
    H_BORDER,
    H_BORDER_END,
    H_DRAUGHT,
    H_GAUGE,
    H_KM,
    H_LOAD,
    H_MIN,
    H_MODE,
    H_RUNWAY,
    H_UNLOAD,
    L_OWNER,
    L_REQUEST,
    P_HAZARD,
    P_LANE,
    P_MASS,
    P_OUTSIZE,
    P_PIECE_KG,
    P_SEATS,
    P_TRACKED,
    RAIL,
    ROAD,
    SEA,
    Ints,
)
from standto.kernels.compiled import kernel
from standto.kernels.reading import (
    fleet_of,
    lead,
    of_border,
    of_fleet,
    of_hop,
    of_line,
    of_packet,
)


@kernel
def cleared(t: Ints, hop: int, line: int, minute: int, speed: int) -> int:
    """Earliest departure from `minute` at which every border on the hop is open to the line."""
    for b in range(of_hop(t, hop, H_BORDER), of_hop(t, hop, H_BORDER_END)):
        country = of_border(t, b, B_COUNTRY)
        if country != of_line(t, line, L_OWNER):
            opens = of_line(t, line, L_REQUEST) + lead(t, country, of_hop(t, hop, H_MODE))
            offset = of_border(t, b, B_OFFSET) + of_border(t, b, B_KM) * 6 // speed
            minute = max(minute, opens - offset)
    return minute


@kernel
def demand(t: Ints, packet: int, mode: int) -> tuple[int, int, int, int]:
    """Mass, lane metres, seats and pieces of a packet aboard: a transporter takes pieces."""
    if mode == ROAD:
        return 0, 0, 0, of_packet(t, packet, P_TRACKED)
    return (
        of_packet(t, packet, P_MASS),
        of_packet(t, packet, P_LANE),
        of_packet(t, packet, P_SEATS),
        0,
    )


@kernel
def suits(t: Ints, fleet: int, hop: int, packet: int) -> bool:
    """Whether a fleet's lift can serve the hop at all, and take the packet when empty."""
    mode = of_hop(t, hop, H_MODE)
    if of_fleet(t, fleet, F_MODE) != mode:
        return False
    if mode == RAIL and of_fleet(t, fleet, F_GAUGE) != of_hop(t, hop, H_GAUGE):
        return False
    if mode == SEA and of_fleet(t, fleet, F_DRAUGHT) > of_hop(t, hop, H_DRAUGHT):
        return False
    if mode == AIR and (
        of_fleet(t, fleet, F_RUNWAY) > of_hop(t, hop, H_RUNWAY)
        or of_fleet(t, fleet, F_RANGE) * 10 < of_hop(t, hop, H_KM)
    ):
        return False
    if of_packet(t, packet, P_PIECE_KG) > of_fleet(t, fleet, F_PIECE_KG) or (
        mode == AIR and of_packet(t, packet, P_OUTSIZE) > of_fleet(t, fleet, F_OUTSIZE)
    ):
        return False
    if of_packet(t, packet, P_HAZARD) > of_fleet(t, fleet, F_HAZARD):
        return False
    mass, lane, seats, pieces = demand(t, packet, mode)
    return (
        mass <= of_fleet(t, fleet, F_MASS)
        and lane <= of_fleet(t, fleet, F_LANE)
        and seats <= of_fleet(t, fleet, F_SEATS)
        and pieces <= of_fleet(t, fleet, F_PIECES)
    )


@kernel
def running(t: Ints, fleet: int, hop: int) -> int:
    """Minutes a fleet's lift takes over a hop."""
    speed = of_fleet(t, fleet, F_SPEED)
    return of_hop(t, hop, H_MIN) + (of_hop(t, hop, H_KM) * 6 + speed - 1) // speed


@kernel
def speed_of(t: Ints, asset: int) -> int:
    """Speed of an asset, km/h."""
    return of_fleet(t, fleet_of(t, asset), F_SPEED)


@kernel
def handling(t: Ints, fleet: int, hop: int) -> tuple[int, int]:
    """Minutes to load and to unload; a transload has its own."""
    load = of_hop(t, hop, H_LOAD)
    unload = of_hop(t, hop, H_UNLOAD)
    if load < 0:
        load = of_fleet(t, fleet, F_LOAD)
    if unload < 0:
        unload = of_fleet(t, fleet, F_UNLOAD)
    return load, unload


@kernel
def flow_units(t: Ints, packet: int, mode: int) -> int:
    """Units that a packet takes of a terminal's daily throughput: lane dm at a port."""
    return max(1, of_packet(t, packet, P_LANE)) if mode == SEA else 1


@kernel
def alike(t: Ints, one: int, other: int, hop: int) -> bool:
    """Whether trips of two fleets over a hop take terminals and links for the same times."""
    handle, handled = handling(t, one, hop), handling(t, other, hop)
    return (
        of_fleet(t, one, F_SPEED) == of_fleet(t, other, F_SPEED)
        and handle[0] == handled[0]
        and handle[1] == handled[1]
    )
