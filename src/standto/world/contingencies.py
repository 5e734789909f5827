"""What may go wrong: what the cells of a table of contingencies mean, and whether they can be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from standto.clock import parse_duration
from standto.errors import Fault
from standto.tables import LINE
from standto.world.folder import FILE

_VALUE = re.compile(r"(\d+(?:\.\d+)?)\s*(min|h|d|w|x)(?:@(\d+(?:\.\d+)?))?")
COUNTS = {"fixed": 1, "uniform": 2, "triangular": 3, "lognormal": 2}
FORMS = {
    "fixed": "one value, such as 36 h or 1.5x",
    "uniform": "two values, low and high, such as 12 h 48 h",
    "triangular": "three values, low, most likely and high, such as 1x 1.2x 2x",
    "lognormal": "two values, median and 95 % quantile, such as 1.2x 8x",
    "mixture": "values with weights that add up to 1, such as 1 d@0.5 5 d@0.4 45 d@0.1",
}


@dataclass(frozen=True)
class Shape:
    """A distribution of a length of time (minutes) or of a factor on travel time.

    values: parameters in minutes, or factors. weights: of a mixture, else empty.
    """

    distribution: str
    is_factor: bool
    values: tuple[float, ...]
    weights: tuple[float, ...]

    def quantile(self, u: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Values at the given probabilities, each in [0, 1)."""
        match self.distribution:
            case "fixed":
                return np.full_like(u, self.values[0])
            case "uniform":
                low, high = self.values
                return low + u * (high - low)
            case "triangular":
                return _triangular(u, *self.values)
            case "lognormal":
                from scipy.special import ndtri

                median, p95 = self.values
                spread = np.log(p95 / median) / ndtri(0.95)
                return np.asarray(median * np.exp(spread * ndtri(np.clip(u, 1e-12, 1 - 1e-12))))
            case _:
                steps = np.cumsum(self.weights)
                at = np.searchsorted(steps, u, side="right").clip(0, len(self.values) - 1)
                return np.asarray(np.asarray(self.values, dtype=np.float64)[at])


def _triangular(
    u: npt.NDArray[np.float64], low: float, mode: float, high: float
) -> npt.NDArray[np.float64]:
    if high == low:
        return np.full_like(u, low)
    rising = (mode - low) / (high - low)
    up = low + np.sqrt(u * (high - low) * (mode - low))
    down = high - np.sqrt((1 - u) * (high - low) * (high - mode))
    return np.where(u < rising, up, down)


def shape_of(distribution: str, parameters: str) -> Shape:
    """The distribution that two cells describe. Raises ValueError with the right form."""
    form = f"should be {FORMS[distribution]}"
    found = _VALUE.findall(parameters)
    if not found or _VALUE.sub("", parameters).strip():
        raise ValueError(form)
    factors = {unit == "x" for _, unit, _ in found}
    if len(factors) > 1:
        raise ValueError(f"mixes durations with factors; it {form}")
    is_factor = factors == {True}
    values = tuple(
        float(number) if is_factor else float(parse_duration(f"{number} {unit}"))
        for number, unit, _ in found
    )
    weights = tuple(float(weight) for _, _, weight in found if weight)
    _check_shape(distribution, values, weights, is_factor=is_factor, form=form)
    return Shape(distribution, is_factor, values, weights)


def _check_shape(
    distribution: str,
    values: tuple[float, ...],
    weights: tuple[float, ...],
    *,
    is_factor: bool,
    form: str,
) -> None:
    if distribution == "mixture":
        if len(weights) != len(values) or abs(sum(weights) - 1) > 1e-6:
            raise ValueError(form)
    elif weights or len(values) != COUNTS[distribution]:
        raise ValueError(form)
    elif list(values) != sorted(values):
        raise ValueError(f"is not in rising order; it {form}")
    if is_factor and min(values) <= 0:
        raise ValueError("has a factor of 0; a factor multiplies a travel time")
    if distribution == "lognormal" and (values[0] <= 0 or values[0] == values[1]):
        raise ValueError(f"needs 0 < median < 95 % quantile; it {form}")


def start_range(text: str) -> tuple[int, int]:
    """Earliest and latest start in minutes: `always`, `36 h`, `12 h..3 d`. Raises ValueError."""
    if text == "always":
        return 0, 0
    first, dots, last = text.partition("..")
    try:
        low = parse_duration(first)
        high = parse_duration(last) if dots else low
        if low < 0:
            raise ValueError
    except ValueError:
        raise ValueError(
            "should be always, a duration after C-hour, or a range 12 h..3 d"
        ) from None
    if low > high:
        raise ValueError("is a range that runs backwards; give the earlier time first")
    return low, high


def contingency_faults(tables: Mapping[str, pl.DataFrame]) -> list[Fault]:
    """Everything wrong with the table of contingencies beyond its single cells and its references.

    tables: all tables of a scenario by name, as they were read, with file and line.
    """
    found = []
    for row in tables["contingencies"].iter_rows(named=True):
        file, at = row[FILE], row[LINE]
        for column, check in (
            ("parameters", lambda r: shape_of(r["distribution"], r["parameters"])),
            ("start", lambda r: start_range(r["start"])),
        ):
            if row[column] is None or row["distribution"] is None:
                continue
            try:
                check(row)
            except ValueError as error:
                found.append(Fault(file, at, column, row[column], str(error)))
    return found
