"""Great-circle distance on a sphere."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

EARTH_KM = 6371.0
"""Mean radius; the sphere is within 0.6 % of the ellipsoid, far below what a road bends."""

Float = npt.NDArray[np.float64]


def great_circle_km(lat_a: Float, lon_a: Float, lat_b: Float, lon_b: Float) -> Float:
    """Kilometres between points in degrees; the arrays broadcast."""
    a, b = np.radians(lat_a), np.radians(lat_b)
    half = np.sin((b - a) / 2) ** 2
    half = half + np.cos(a) * np.cos(b) * np.sin(np.radians(lon_b - lon_a) / 2) ** 2
    return np.asarray(2 * EARTH_KM * np.arcsin(np.minimum(1.0, np.sqrt(half))))


def along(lat_a: float, lon_a: float, lat_b: float, lon_b: float, step_km: float) -> Float:
    """Points of the great circle from a to b, ends included, at most `step_km` apart.

    Result: (points, 2) latitude and longitude in degrees.
    """
    ends = unit(np.array([lat_a, lat_b]), np.array([lon_a, lon_b]))
    angle = float(np.arccos(np.clip(ends[0] @ ends[1], -1.0, 1.0)))
    count = max(2, int(np.ceil(angle * EARTH_KM / step_km)) + 1)
    share = np.linspace(0.0, 1.0, count)[:, None]
    if angle < 1e-9:
        points = np.repeat(ends[:1], count, axis=0)
    else:
        points = np.sin((1 - share) * angle) * ends[0] + np.sin(share * angle) * ends[1]
        points = points / np.sin(angle)
    lat = np.degrees(np.arcsin(np.clip(points[:, 2], -1.0, 1.0)))
    return np.column_stack([lat, np.degrees(np.arctan2(points[:, 1], points[:, 0]))])


def unit(lat: Float, lon: Float) -> Float:
    """Unit vectors of points in degrees: (points, 3)."""
    a, b = np.radians(lat), np.radians(lon)
    return np.column_stack([np.cos(a) * np.cos(b), np.cos(a) * np.sin(b), np.sin(a)])
