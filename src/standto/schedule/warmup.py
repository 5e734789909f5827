"""Compiling the kernels before they are wanted."""

from __future__ import annotations

import time
from importlib import import_module

KERNELS = ("listing", "relaxing")


def warmup() -> float:
    """Seconds to compile the kernels that a first plan needs, or to find them compiled.

    Importing them compiles them; numba keeps the result on disk until a kernel's source changes.
    """
    begun = time.perf_counter()
    for name in KERNELS:
        import_module(f"standto.kernels.{name}")
    return time.perf_counter() - begun
