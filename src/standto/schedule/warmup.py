"""Compiling the kernels before they are wanted."""

from __future__ import annotations

import subprocess
import sys
import time
from importlib import import_module

KERNELS = ("listing", "relaxing")
"""Kernels that a first plan needs: what places lines, and what prices them for the bounds. Neither
calls the other, so that each is compiled alone."""


def warmup() -> float:
    """Seconds to compile the kernels that a first plan needs, or to find them compiled.

    Importing them compiles them; numba keeps the result on disk until a kernel's source changes.
    It compiles one function at a time in a process, so each but the first has its own; should one
    fail, what it left is compiled here.
    """
    begun = time.perf_counter()
    modules = [f"standto.kernels.{name}" for name in KERNELS]
    beside = [subprocess.Popen([sys.executable, "-c", f"import {name}"]) for name in modules[1:]]
    try:
        import_module(modules[0])
        for process in beside:
            process.wait()
    finally:
        for process in beside:
            process.kill()
            process.wait()
    for name in modules[1:]:
        import_module(name)
    return time.perf_counter() - begun
