"""What packets wait for before each ride: a permit, room at a terminal or on the way, or lift."""

from __future__ import annotations

from standto.kernels.columns import (
    A_LEG,
    A_ROUTE,
    B_COUNTRY,
    B_KM,
    B_OFFSET,
    F_READY,
    F_SPEED,
    F_SYSTEM,
    F_TURN,
    H_BORDER,
    H_BORDER_END,
    H_FROM,
    H_FROM_FLOW,
    H_FROM_HOLD,
    H_MIN,
    H_MODE,
    H_STEP,
    H_STEP_END,
    H_TO,
    H_TO_FLOW,
    H_TO_HOLD,
    L_OWNER,
    L_READY,
    L_REQUEST,
    LEG_DEPART,
    LEG_TRIP,
    MAX_LEGS,
    P_LINE,
    P_UNITS,
    R_BASE,
    R_CELL,
    R_COUNT,
    R_WINDOW,
    S_OFFSET,
    S_RESOURCE,
    T_ARRIVE,
    T_ASSET,
    T_HOP,
    T_LOAD,
    T_PREVIOUS,
    T_UNLOAD,
    Cells,
    Grid,
    Ints,
)
from standto.kernels.compiled import kernel
from standto.kernels.reading import (
    cell,
    fleet_of,
    hop_at,
    lead,
    of_asset,
    of_border,
    of_fleet,
    of_hop,
    of_line,
    of_packet,
    of_resource,
    of_route,
    of_step,
    position,
    region,
    trip_row,
)

PERMIT, MARCH, ROOM, LIFT = range(4)
"""Kinds of wait. What: a country and a mode, from and to, a calendar, or a fleet and a hop."""
W_PACKET, W_MINUTES, W_KIND, W_WHAT, W_ALSO, WAIT_FIELDS = 0, 1, 2, 3, 4, 5
"""Columns of a wait."""


@kernel
def permitted(t: Ints, line: int, hop: int, speed: int, soonest: int) -> tuple[int, int]:
    """From when all permits of a ride are there, and whose is the last; -1 if by `soonest`."""
    last, found = soonest, -1
    for k in range(of_hop(t, hop, H_BORDER), of_hop(t, hop, H_BORDER_END)):
        country = of_border(t, k, B_COUNTRY)
        if country != of_line(t, line, L_OWNER):
            opens = of_line(t, line, L_REQUEST) + lead(t, country, of_hop(t, hop, H_MODE))
            leaves = opens - of_border(t, k, B_OFFSET) - of_border(t, k, B_KM) * 6 // speed
            if leaves > last:
                last, found = leaves, country
    return last, found


@kernel
def free_at(cells: Cells, t: Ints, trip: int) -> int:
    """The minute at which the asset of a trip can be where the trip begins."""
    row = trip_row(t, trip)
    asset = cell(cells, row + T_ASSET)
    fleet = fleet_of(t, asset)
    stands, free = of_asset(t, asset, 0), of_asset(t, asset, 1)
    previous = cell(cells, row + T_PREVIOUS)
    if previous >= 0:
        before = trip_row(t, previous)
        stands = of_hop(t, cell(cells, before + T_HOP), H_TO)
        free = cell(cells, before + T_ARRIVE) + cell(cells, before + T_UNLOAD)
        free += of_fleet(t, fleet, F_TURN)
    start = of_hop(t, cell(cells, row + T_HOP), H_FROM)
    return max(free, of_fleet(t, fleet, F_READY)) + position(
        t, of_fleet(t, fleet, F_SYSTEM), stands, start
    )


@kernel
def fullness(cells: Cells, t: Ints, calendar: int, begin: int, end: int) -> float:
    """Share of a calendar's windows between two minutes that have no room left."""
    window, count = of_resource(t, calendar, R_WINDOW), of_resource(t, calendar, R_COUNT)
    first, last = min(begin // window, count), min(end // window + 1, count)
    full = 0
    for k in range(first, last):
        if cell(cells, of_resource(t, calendar, R_CELL) + k) <= 0:
            full += 1
    return full / (last - first) if last > first else 0.0


@kernel
def fullest(cells: Cells, t: Ints, hop: int, begin: int, end: int) -> int:
    """The fullest calendar of a hop while a packet waited for it, -1 if none was full."""
    worst, found = 0.0, -1
    ends = (H_FROM_HOLD, H_FROM_FLOW, H_TO_HOLD, H_TO_FLOW)
    for k in range(4):
        calendar = of_hop(t, hop, ends[k])
        offset = 0 if k < 2 else of_hop(t, hop, H_MIN)
        share = fullness(cells, t, calendar, begin + offset, end + offset) if calendar >= 0 else 0.0
        if share > worst:
            worst, found = share, calendar
    for k in range(of_hop(t, hop, H_STEP), of_hop(t, hop, H_STEP_END)):
        calendar, offset = of_step(t, k, S_RESOURCE), of_step(t, k, S_OFFSET)
        share = fullness(cells, t, calendar, begin + offset, end + offset) if calendar >= 0 else 0.0
        if share > worst:
            worst, found = share, calendar
    return found


@kernel
def crowded(cells: Cells, t: Ints, packet: int, hop: int, depart: int) -> int:
    """The link with least room for a march a minute sooner than it was; -1 if all had enough."""
    least, found = 0, -1
    for k in range(of_hop(t, hop, H_STEP), of_hop(t, hop, H_STEP_END)):
        calendar = of_step(t, k, S_RESOURCE)
        if calendar < 0:
            continue
        window = (depart - 1 + of_step(t, k, S_OFFSET)) // of_resource(t, calendar, R_WINDOW)
        if 0 <= window < of_resource(t, calendar, R_COUNT):
            left = cell(cells, of_resource(t, calendar, R_CELL) + window)
            left -= min(of_packet(t, packet, P_UNITS), of_resource(t, calendar, R_BASE))
            if left < least:
                least, found = left, calendar
    return found


@kernel
def reason(cells: Cells, t: Ints, made: Grid, row: int, hop: int, trip: int, soonest: int) -> None:
    """Write why a packet with its permits did not depart at the soonest minute: room, or lift."""
    depart = soonest + made[row, W_MINUTES]
    if trip < 0:
        calendar = crowded(cells, t, made[row, W_PACKET], hop, depart)
        made[row, W_KIND] = MARCH
        made[row, W_WHAT], made[row, W_ALSO] = of_hop(t, hop, H_FROM), of_hop(t, hop, H_TO)
    else:
        asset = cell(cells, trip_row(t, trip) + T_ASSET)
        made[row, W_KIND] = LIFT
        made[row, W_WHAT], made[row, W_ALSO] = fleet_of(t, asset), hop
        begin, calendar = soonest - cell(cells, trip_row(t, trip) + T_LOAD), -1
        if free_at(cells, t, trip) <= begin:
            calendar = fullest(cells, t, hop, begin, max(begin, depart - 1))
    if calendar >= 0:
        made[row, W_KIND], made[row, W_WHAT], made[row, W_ALSO] = ROOM, calendar, 0


@kernel
def wait_of(
    cells: Cells, t: Ints, made: Grid, count: int, packet: int, hop: int, trip: int, soonest: int,
    depart: int,
) -> int:  # fmt: skip
    """Write the waits for permits, and for what came after them; how many rows there are then."""
    speed = 1
    if trip >= 0:
        speed = of_fleet(t, fleet_of(t, cell(cells, trip_row(t, trip) + T_ASSET)), F_SPEED)
    opens, country = permitted(t, of_packet(t, packet, P_LINE), hop, speed, soonest)
    opens = min(opens, depart)
    if opens > soonest:
        made[count, W_PACKET], made[count, W_MINUTES] = packet, opens - soonest
        made[count, W_KIND], made[count, W_WHAT] = PERMIT, country
        made[count, W_ALSO] = of_hop(t, hop, H_MODE)
        count += 1
    if depart > opens:
        made[count, W_PACKET], made[count, W_MINUTES] = packet, depart - opens
        reason(cells, t, made, count, hop, trip, opens)
        count += 1
    return count


@kernel
def waited(cells: Cells, t: Ints, packets: Ints, made: Grid) -> int:
    """Write each wait of some packets that travel, at most two a ride; how many there are."""
    count = 0
    for packet in packets:
        route = cell(cells, region(t, A_ROUTE) + packet)
        ready = of_line(t, of_packet(t, packet, P_LINE), L_READY)
        first = of_route(t, route, 0)
        for k in range(first, of_route(t, route, 1)):
            hop = hop_at(t, k)
            at = region(t, A_LEG) + (packet * MAX_LEGS + k - first) * 2
            depart, trip = cell(cells, at + LEG_DEPART), cell(cells, at + LEG_TRIP)
            load, unload, arrive = 0, 0, depart + of_hop(t, hop, H_MIN)
            if trip >= 0:
                row = trip_row(t, trip)
                load, unload = cell(cells, row + T_LOAD), cell(cells, row + T_UNLOAD)
                arrive = cell(cells, row + T_ARRIVE)
            count = wait_of(cells, t, made, count, packet, hop, trip, ready + load, depart)
            ready = arrive + unload
    return count
