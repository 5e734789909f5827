"""A bound that anybody can prove again: prices in a file, and one pass of whole-number arithmetic.

The file names the instance by a hash of its tables, the lines the bounds speak of, and for each
measure its prices. Verifying needs neither a solver nor the plan: it prices every packet once.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from standto.errors import DataError, StandtoError
from standto.kernels.columns import NEVER
from standto.schedule.bound_closing import Flat, least, settled
from standto.schedule.bound_prices import DAY, LARGEST_PRICE, SCALE, Relaxation
from standto.schedule.bound_ways import LARGEST as LARGEST_FLAT
from standto.schedule.bound_ways import Ways, remoteness
from standto.schedule.bounds import Priced, Proofs, by_line
from standto.schedule.problem import Problem

Ints = npt.NDArray[np.int64]

FARTHEST = 1 << 21
"""Largest remoteness accepted, minutes."""
MEASURES = {"response": (True, False), "lateness": (False, True), "both": (True, True)}
Cell = tuple[int, int, int]


class ClosingProof(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What proves that no plan closes before `bound` minutes.

    windows: calendar or, after them, class of lift; first minute; minutes before the closure; and
    price. lift: class and price of an asset-minute. remote: class, stop and minutes.
    """

    bound: int
    windows: tuple[tuple[int, int, int, int], ...]
    lift: tuple[tuple[int, int], ...]
    remote: tuple[Cell, ...]


class PricedProof(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What proves that `measure` (response, lateness, both) costs at least `bound` minutes.

    prices: row (classes of lift, then calendars), block and price. remote: class, stop and
    minutes. grid, block: minutes of a slot, and of a price.
    """

    measure: str
    bound: float
    grid: int
    block: int
    prices: tuple[Cell, ...]
    remote: tuple[Cell, ...]


class Certificate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Proofs of the bounds of one instance.

    instance: hash of it. bound: what response and lateness together cost at least, minutes.
    scale: price units in a minute of the objective. left_out: keys of lines left out.
    """

    instance: str
    bound: float
    scale: int
    left_out: tuple[str, ...]
    priced: tuple[PricedProof, ...]
    closing: ClosingProof | None = None


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
    out = tuple(problem.lines[n] for n in np.flatnonzero(proofs.lines == 0))
    parts = tuple(priced_proof(one) for one in proofs.priced)
    flat = proofs.closing.flat
    prices, lift = flat.prices, np.flatnonzero(flat.lift)
    closing = ClosingProof(
        bound=proofs.closing.minute,
        windows=tuple(
            (int(r), int(flat.windows[r, j, 0]), int(flat.windows[r, j, 1]), int(prices[r, j]))
            for r, j in zip(*np.nonzero(prices), strict=True)
        ),
        lift=tuple((int(of), int(flat.lift[of])) for of in lift),
        remote=cells_of(flat.remote, lift),
    )
    claimed = Certificate(fingerprint(problem), 0.0, SCALE, out, parts, closing)
    ways = ways_of(problem, claimed) if problem.lines else None
    if ways is None:
        return msgspec.structs.replace(claimed, priced=(), closing=None)
    proved = {one.measure: proved_priced(ways, one) for one in parts}
    return msgspec.structs.replace(
        claimed,
        bound=proved.get("both", 0.0),
        priced=tuple(msgspec.structs.replace(p, bound=proved[p.measure]) for p in parts),
        closing=msgspec.structs.replace(closing, bound=proved_closing(ways, closing)),
    )


def priced_proof(one: Priced) -> PricedProof:
    """The prices of a measure as they stand in a file."""
    count = one.remote.shape[0]
    rows = np.flatnonzero(one.prices[:count].max(axis=1, initial=0) > 0)
    measure = {aims: name for name, aims in MEASURES.items()}[one.aims]
    every = np.arange(one.prices.shape[0])
    return PricedProof(
        measure, 0.0, one.grid, one.block, cells_of(one.prices, every), cells_of(one.remote, rows)
    )


def cells_of(table: Ints, rows: Ints) -> tuple[Cell, ...]:
    """Row, column and value of what is not zero in some rows of a table."""
    return tuple(
        (int(row), int(column), int(table[row, column]))
        for row in rows
        for column in np.flatnonzero(table[row])
    )


def ways_of(problem: Problem, made: Certificate) -> Ways:
    """The ways of the lines that a certificate speaks of."""
    if not set(made.left_out) <= set(problem.lines) or made.scale != SCALE:
        raise StandtoError("the certificate is not of this instance: its lines or units differ")
    moved = np.array([line not in made.left_out for line in problem.lines], dtype=np.int64)
    return Ways.of(problem, moved)


def placed(cells: tuple[Cell, ...], shape: tuple[int, int], most: int, what: str) -> Ints:
    """A table with the values of `cells`; raises StandtoError for any that may not be."""
    table = np.zeros(shape, dtype=np.int64)
    for row, column, value in cells:
        if not (0 <= row < shape[0] and 0 <= column < shape[1] and 0 <= value <= most):
            raise StandtoError(
                f"the certificate's {what} {(row, column, value)} is none that may be"
            )
        table[row, column] = value
    return table


def proved_priced(ways: Ways, made: PricedProof) -> float:
    """What the prices of one measure prove, in minutes."""
    known = made.measure in MEASURES and made.block > 0 and DAY % made.block == 0
    if not known or not 1 <= made.grid <= DAY:
        raise StandtoError(
            f"the certificate's measure {made.measure!r}, its grid or its block is none known"
        )
    stops = (ways.fleets.shape[0], len(ways.problem.stops))
    remote = remoteness(ways, placed(made.remote, stops, FARTHEST, "remoteness"))
    relaxation = Relaxation.of(ways, remote, MEASURES[made.measure], made.grid, made.block)
    prices = placed(made.prices, relaxation.capacity.shape, LARGEST_PRICE, "price")
    if bool((relaxation.capacity[prices > 0] < 0).any()):
        raise StandtoError("the certificate has a price on a calendar that can have none")
    return max(0, relaxation.price(prices)) / SCALE


def proved_closing(ways: Ways, made: ClosingProof) -> int:
    """The closure that prices prove, or the last arrival of any packet alone if that is later."""
    count = ways.resources.shape[0] + ways.fleets.shape[0]
    each = [
        sum(1 for w in made.windows[:n] if w[0] == row[0]) for n, row in enumerate(made.windows)
    ]
    stops = (ways.fleets.shape[0], len(ways.problem.stops))
    flat = Flat.none(ways, max(each, default=0) + 1)
    for j, (row, begin, before, price) in zip(each, made.windows, strict=True):
        inside = 0 <= row < count and 0 <= begin <= FARTHEST and 0 <= before <= FARTHEST
        if not inside or not 0 <= price <= LARGEST_FLAT:
            raise StandtoError(f"the certificate's price {(row, begin, before, price)} may not be")
        flat.windows[row, j], flat.prices[row, j] = (begin, before), price
    lift = placed(tuple((0, of, p) for of, p in made.lift), (1, stops[0]), LARGEST_FLAT, "price")
    remote = placed(made.remote, stops, FARTHEST, "remoteness")
    made_flat = settled(ways, Flat(flat.windows, flat.prices, lift[0], remote))
    last, _ = by_line(ways.problem, ways.arrive)
    known = last[(ways.moved > 0) & (last < NEVER)]
    return max(least(ways, made_flat), int(known.max(initial=0)))


def verify_bound(problem: Problem, made: Certificate) -> float:
    """The bound of a certificate, proved again; raises StandtoError where any does not hold."""
    if made.instance != fingerprint(problem):
        raise StandtoError("the certificate is of another instance than this scenario's")
    ways = ways_of(problem, made) if made.priced or made.closing else None
    values = {one.measure: proved_priced(ways, one) for one in made.priced} if ways else {}
    claims = [(one.measure, one.bound, values[one.measure]) for one in made.priced]
    claims.append(("response and lateness", made.bound, values.get("both", 0.0)))
    if ways and made.closing:
        closing = proved_closing(ways, made.closing)
        claims.append(("closure", float(made.closing.bound), float(closing)))
    for measure, claimed, value in claims:
        if value < claimed - 1e-6:
            raise StandtoError(
                f"the certificate claims {claimed:.3f} of {measure}, "
                f"but its prices prove {value:.3f}"
            )
    return values.get("both", 0.0)


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
