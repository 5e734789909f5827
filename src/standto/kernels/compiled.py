"""How kernels are compiled: once for the types that their annotations state, and kept on disk.

Without stated types numba compiles a function again for each constant that it is called with.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numba import njit, types

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


def kernel(function: Callable[..., Any]) -> Any:
    """The function compiled for exactly the types of its annotations."""
    notes = dict(function.__annotations__)
    gives = KINDS[str(notes.pop("return"))]
    signature = gives(*(KINDS[str(note)] for note in notes.values()))
    return njit(signature, cache=True, error_model="numpy", no_cfunc_wrapper=True)(function)
