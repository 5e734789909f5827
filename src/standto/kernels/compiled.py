"""How kernels are compiled: once for the types that their annotations state, and kept on disk.

Without stated types numba compiles a function again for each constant that it is called with.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numba import config, njit, types

KINDS: dict[str, Any] = {
    "int": types.int64,
    "float": types.float64,
    "bool": types.boolean,
    "Cells": types.int32[::1],
    "Ints": types.int64[::1],
    "Floats": types.float64[::1],
    "Grid": types.int64[:, ::1],
    "Scratch": types.int64[:, :, ::1],
    "Prices": types.float64[:, ::1],
    "None": types.void,
    "tuple[int, int]": types.UniTuple(types.int64, 2),
    "tuple[int, int, int, int]": types.UniTuple(types.int64, 4),
}
"""Types by the names that annotations use (see `columns`)."""


def stamp() -> tuple[float, int]:
    """Newest change and total size of all kernel sources.

    numba looks only at the file that a function stands in, although what it calls is compiled into
    it: with a change in one file, callers in others would keep running the old code.
    """
    facts = [path.stat() for path in Path(__file__).parent.glob("*.py")]
    return max(fact.st_mtime for fact in facts), sum(fact.st_size for fact in facts)


STAMP = stamp()


unsigned: Any = int if config.DISABLE_JIT else np.uint64
"""Makes a place in an array of a number that is none below 0: with a signed one each reading asks
whether it counts from the end, which took a quarter of the time of a list schedule. In plain Python
it would only cost time."""

ALLOCATING = {"zeros", "empty", "full"}
"""Functions of numpy that make arrays. A kernel that calls none counts no references: to count
those of its arguments took a sixth of the time of a list schedule."""


def kernel(function: Any) -> Any:
    """The function compiled for exactly the types of its annotations; other threads go on."""
    notes = dict(function.__annotations__)
    gives = KINDS[str(notes.pop("return"))]
    signature = gives(*(KINDS[str(note)] for note in notes.values()))
    counted = not ALLOCATING.isdisjoint(function.__code__.co_names)
    made = njit(cache=True, error_model="numpy", nogil=True, no_cfunc_wrapper=True, _nrt=counted)(
        function
    )
    if hasattr(made, "enable_caching"):
        made._cache._cache_file._source_stamp = STAMP
        made.compile(signature)
        made.disable_compile()
    return made
