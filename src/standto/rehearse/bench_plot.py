"""Curves on logarithmic axes, as SVG."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

Curve = tuple[str, list[tuple[int, float]]]
"""Its name, and points (x, seconds)."""
LEAST = 1e-4
"""Less than this has no logarithm worth a place, in seconds or powers of ten."""
COLOURS = ("#1f5fa8", "#b4501e", "#3c7a3c")


def plot(series: Sequence[Curve]) -> str:
    """Up to three curves, each with its name at its end."""
    wide, high, left, low = 700, 360, 60, 310
    xs = np.log10([x for _, points in series for x, _ in points])
    ys = np.log10([max(y, LEAST) for _, points in series for _, y in points])
    bottom, top = np.floor(ys.min()), np.floor(ys.max()) + 1
    span = max(xs.max() - xs.min(), LEAST)

    def at(x: float, y: float) -> tuple[float, float]:
        across = left + (np.log10(x) - xs.min()) / span * (wide - left - 210)
        return float(across), float(
            low - (np.log10(max(y, LEAST)) - bottom) / (top - bottom) * (low - 30)
        )

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}"'
        ' font-family="sans-serif" font-size="12">'
        "<title>Seconds of a rehearsal against its size</title>"
        f'<rect width="{wide}" height="{high}" fill="#fff"/>'
    ]
    for power in range(int(bottom), int(top) + 1):
        y = at(10 ** xs.min(), 10.0**power)[1]
        parts.append(
            f'<path d="M{left} {y:.0f}H{wide - 210}" stroke="#ccc"/>'
            f'<text x="{left - 8}" y="{y + 4:.0f}" text-anchor="end">{10.0**power:g} s</text>'
        )
    for power in range(int(np.ceil(xs.min())), int(xs.max()) + 1):
        x = at(10.0**power, 10**bottom)[0]
        parts.append(f'<text x="{x:.0f}" y="{low + 20}" text-anchor="middle">{10**power:,}</text>')
    for (name, points), colour in zip(series, COLOURS, strict=False):
        places = [at(*point) for point in points]
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
        x, y = places[-1]
        parts.append(
            f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
            + "".join(
                f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3" fill="{colour}"/>' for a, b in places
            )
            + f'<text x="{x + 8:.0f}" y="{y + 4:.0f}" fill="{colour}">{name}</text>'
        )
    return "\n".join([*parts, "</svg>\n"])
