"""The changeable state: one flat array of cells, a journal of changes, and exact undo."""

from __future__ import annotations

import numpy as np

from standto.kernels.columns import Cells, Grid
from standto.kernels.compiled import kernel, unsigned


@kernel
def put(cells: Cells, journal: Grid, index: int, value: int) -> None:
    """Set one cell and note what stood there. Row 0 of the journal holds its length."""
    n, at = unsigned(journal[0, 0] + 1), unsigned(index)
    journal[n, 0] = index
    journal[n, 1] = cells[at]
    journal[0, 0] = n
    cells[at] = value


@kernel
def undo(cells: Cells, journal: Grid, mark: int) -> None:
    """Take back every change after `mark`, last first: the state is what it was, to the bit."""
    n = journal[0, 0]
    while n > mark:
        at = unsigned(n)
        cells[unsigned(journal[at, 0])] = journal[at, 1]
        n -= 1
    journal[0, 0] = mark


@kernel
def swap(cells: Cells, journal: Grid, n: int) -> None:
    """Let a cell and what its entry in the journal notes change places."""
    index = journal[n, 0]
    value = np.int64(cells[index])
    cells[index] = journal[n, 1]
    journal[n, 1] = value


@kernel
def set_aside(cells: Cells, journal: Grid, mark: int) -> None:
    """Take back every change after `mark` and keep them in the journal, to be made again."""
    n = journal[0, 0]
    while n > mark:
        swap(cells, journal, n)
        n -= 1


@kernel
def make_again(cells: Cells, journal: Grid, mark: int) -> None:
    """Make the changes again that were set aside and are the last in the journal."""
    for n in range(mark + 1, journal[0, 0] + 1):
        swap(cells, journal, n)


@kernel
def forget(journal: Grid, mark: int, end: int) -> None:
    """Drop the changes set aside between `mark` and `end`; those made since move up."""
    last = journal[0, 0]
    for n in range(end + 1, last + 1):
        journal[mark + n - end, 0] = journal[n, 0]
        journal[mark + n - end, 1] = journal[n, 1]
    journal[0, 0] = last - (end - mark)
