"""A bound that anybody can prove again: prices in a file, and one pass of whole-number arithmetic.

The file names the instance by a hash of its tables, the lines the bound speaks of, and the prices
that are not zero. Verifying needs neither a solver nor the plan: it prices every packet once.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec
import numpy as np

from standto.errors import DataError, StandtoError
from standto.schedule.bound_prices import GRID, SCALE, Relaxation
from standto.schedule.bounds import Proofs
from standto.schedule.problem import Problem

LARGEST = 10**12
"""Largest price accepted: beyond it sums over a whole plan could pass 64 bits."""


class Certificate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What proves that response and lateness together cost at least `bound` minutes.

    instance: hash of the instance. scale: price units in a minute of the objective. lines: keys of
    the lines left out. prices: row (fleets, then calendars), day and whole-number price.
    """

    instance: str
    bound: float
    scale: int
    grid: int
    left_out: tuple[str, ...]
    prices: tuple[tuple[int, int, int], ...]


def fingerprint(problem: Problem) -> str:
    """Hash of all that bounds depend on: tables, weights, capacities and keys of lines."""
    t = problem.tables
    made = hashlib.sha256()
    for part in (t.flat.astype("<i8"), t.pay.astype("<f8")):
        made.update(part.tobytes())
    for resource in problem.resources:
        made.update(resource.cells.astype("<i4").tobytes())
    made.update("\n".join(problem.lines).encode())
    return made.hexdigest()


def certificate(problem: Problem, proofs: Proofs) -> Certificate:
    """The certificate of the bounds of an instance."""
    rows, days = np.nonzero(proofs.prices)
    out = tuple(problem.lines[n] for n in np.flatnonzero(proofs.lines == 0))
    made = Certificate(
        instance=fingerprint(problem),
        bound=0.0,
        scale=SCALE,
        grid=GRID,
        left_out=out,
        prices=tuple(
            (int(r), int(d), int(proofs.prices[r, d])) for r, d in zip(rows, days, strict=True)
        ),
    )
    return msgspec.structs.replace(made, bound=proved(problem, made))


def proved(problem: Problem, made: Certificate) -> float:
    """What the prices of a certificate prove, in minutes; one pass, no solver.

    Raises StandtoError where they are no prices of this instance.
    """
    known = set(problem.lines)
    if not set(made.left_out) <= known or made.scale != SCALE or made.grid < 1:
        raise StandtoError("the certificate is not of this instance: its lines or units differ")
    moved = np.array([line not in made.left_out for line in problem.lines], dtype=np.int64)
    relaxation = Relaxation.of(problem, moved, made.grid)
    rows, days = relaxation.capacity.shape
    prices = np.zeros((rows, days), dtype=np.int64)
    for row, day, price in made.prices:
        inside = 0 <= row < rows and 0 <= day < days
        if not inside or not 0 <= price <= LARGEST or relaxation.capacity[row, day] < 0:
            raise StandtoError(f"the certificate's price {(row, day, price)} is none that may be")
        prices[row, day] = price
    nothing = np.zeros((rows, 0), dtype=np.int64)
    value = relaxation.price(prices, nothing, np.zeros(moved.size, dtype=np.int64))
    return max(0, value) / SCALE


def verify_bound(problem: Problem, made: Certificate) -> float:
    """The bound of a certificate, proved again; raises StandtoError where it does not hold."""
    if made.instance != fingerprint(problem):
        raise StandtoError("the certificate is of another instance than this scenario's")
    value = proved(problem, made)
    if value < made.bound - 1e-6:
        raise StandtoError(
            f"the certificate claims {made.bound:.3f}, but its prices prove {value:.3f}"
        )
    return value


def write(made: Certificate, path: Path) -> None:
    """Write a certificate as JSON."""
    path.write_bytes(msgspec.json.encode(made) + b"\n")


def read(path: Path) -> Certificate:
    """Read a certificate. Raises DataError with the fault where it is none."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Certificate)
    except OSError as error:
        raise DataError.one(path.name, f"cannot be read: {error.strerror}") from error
    except msgspec.DecodeError as error:
        raise DataError.one(path.name, f"is no certificate: {error}") from error
