"""The changeable state: one flat array of cells, a journal of changes, and exact undo."""

from __future__ import annotations

from standto.kernels.columns import Cells, Grid
from standto.kernels.compiled import kernel


@kernel
def put(cells: Cells, journal: Grid, index: int, value: int) -> None:
    """Set one cell and note what stood there. Row 0 of the journal holds its length."""
    n = journal[0, 0] + 1
    journal[n, 0] = index
    journal[n, 1] = cells[index]
    journal[0, 0] = n
    cells[index] = value


@kernel
def undo(cells: Cells, journal: Grid, mark: int) -> None:
    """Take back every change after `mark`, last first: the state is what it was, to the bit."""
    n = journal[0, 0]
    while n > mark:
        cells[journal[n, 0]] = journal[n, 1]
        n -= 1
    journal[0, 0] = mark
