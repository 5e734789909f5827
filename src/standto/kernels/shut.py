"""What is known of each hop: minutes at which its way has no room, asked once while a list is made.

As lines are placed room only becomes less, so what was found shut stays shut. Where anything is
lifted out of the plan, all that is known is void.
"""

from __future__ import annotations

from standto.kernels.cells import put
from standto.kernels.columns import (
    A_SHUT,
    NEVER,
    SHUT_FIELDS,
    SHUT_FLEET,
    SHUT_FROM,
    SHUT_SIZES,
    SHUT_STEP,
    SHUT_UNITS,
    SHUT_UNTIL,
    SHUT_WHEN,
    Cells,
    Grid,
    Ints,
)
from standto.kernels.compiled import kernel
from standto.kernels.fitting import alike
from standto.kernels.reading import cell, region


@kernel
def shut_row(t: Ints, hop: int, size: int) -> int:
    """First cell of what is known of a hop for loads of a class of sizes."""
    return region(t, A_SHUT) + 1 + (hop * SHUT_SIZES + size) * SHUT_FIELDS


@kernel
def size_of(units: int) -> int:
    """Class of sizes of so many units."""
    return min(SHUT_SIZES - 1, (units - 1) // SHUT_STEP)


@kernel
def open_from(cells: Cells, t: Ints, hop: int, fleet: int, units: int, minute: int) -> int:
    """First minute from `minute` at which a hop is not known to be shut for so many units.

    What has no room for few has none for many. fleet: -1 on own wheels.
    """
    now = cell(cells, region(t, A_SHUT))
    for size in range(size_of(units) + 1):
        row = shut_row(t, hop, size)
        if (
            cell(cells, row + SHUT_FROM) <= minute < cell(cells, row + SHUT_UNTIL)
            and cell(cells, row + SHUT_UNITS) <= units
            and cell(cells, row + SHUT_WHEN) == now
            and (fleet < 0 or alike(t, fleet, cell(cells, row + SHUT_FLEET), hop))
        ):
            minute = cell(cells, row + SHUT_UNTIL)
    return minute


@kernel
def note_shut(
    cells: Cells, t: Ints, hop: int, fleet: int, units: int, minute: int, until: int
) -> None:
    """Keep that a hop has no room for so many units from a minute until another.

    It is not noted in the journal: it must be true of the plan as it stands without that.
    """
    if until <= minute:
        return
    row = shut_row(t, hop, size_of(units))
    now, until = cell(cells, region(t, A_SHUT)), min(until, NEVER)
    if cell(cells, row + SHUT_WHEN) == now and (
        fleet < 0 or alike(t, fleet, cell(cells, row + SHUT_FLEET), hop)
    ):
        begin, end = cell(cells, row + SHUT_FROM), cell(cells, row + SHUT_UNTIL)
        if begin <= until and minute <= end:
            units = max(units, cell(cells, row + SHUT_UNITS))
            minute, until = min(minute, begin), max(until, end)
    cells[row + SHUT_FROM] = minute
    cells[row + SHUT_UNTIL] = until
    cells[row + SHUT_UNITS] = units
    cells[row + SHUT_WHEN] = now
    cells[row + SHUT_FLEET] = fleet


@kernel
def reopen(cells: Cells, journal: Grid, t: Ints) -> None:
    """Forget all that is known to be shut: room was given back."""
    put(cells, journal, region(t, A_SHUT), cell(cells, region(t, A_SHUT)) + 1)
