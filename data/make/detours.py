"""Sets the detour class of each link: `python data/make/detours.py FOLDER` writes detours.csv
and km_factors.csv.

A detour class is a step of great circle x factor: 1.06 1.12 1.18 1.25 ... The class of a link is
the step nearest to what the line network of Natural Earth (public domain; `lines/` in FOLDER)
shows, so a length is right to about 3 % where that network has the link, and stays our own
arithmetic. The highway graphs in FOLDER are not used here: they are kept to check the result.
A link that km.csv states, and one that the line network lacks, gets no class: the factor of its
mode, class and country stands, which is the median of the classes there (ENOUGH or more links).
Run after build.py, and build.py again after it.
"""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from math import log
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent))

from compare import Reference, our_links

HERE = Path(__file__).parent
STEPS = (0.9, 0.96, 1.01, 1.06, 1.12, 1.18, 1.25, 1.33, 1.42, 1.52, 1.63, 1.75, 1.9, 2.1, 2.35)
SHORTEST_KM = 8.0
ENOUGH = 15
"""Links of a class in a country from which a factor of its own is taken."""
FERRY = 1.08
BENDS = {"road": 1.025, "rail": 1.035}
"""Lines drawn for 1:10m cut bends: thirty road and twenty rail distances between large towns,
remembered from atlases and timetables, are longer than sums of such lines by so much (median)."""


def main() -> None:
    """Write detours.csv: link, detour."""
    reference = Reference(Path(sys.argv[1]))
    with (HERE / "km.csv").open(encoding="utf-8", newline="") as file:
        stated = {(r["mode"], r["u"], r["v"]) for r in csv.DictReader(file)}
    lines = ["link,detour"]
    seen: dict[tuple[str, str, str], list[float]] = defaultdict(list)
    for row in our_links():
        mode, u, v = row["mode"], row["u"], row["v"]
        circle = reference.circle(u, v)
        if circle < SHORTEST_KM or (mode, u, v) in stated:
            continue
        km = reference.by_line(mode, u, v)
        if km is not None:
            km *= BENDS[mode]
            step = min(STEPS, key=lambda s: abs(log(s * circle / km)))
            lines.append(f"{row['link']},{step}")
            for iso in ("**", *{reference.places[end][0] for end in (u, v)}):
                seen[mode, row["class"], iso].append(km / circle)
    (HERE / "detours.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    factors = [
        f"{mode},{kind},{iso},{median(ratios):.2f}"
        for (mode, kind, iso), ratios in sorted(seen.items())
        if len(ratios) >= ENOUGH or iso == "**"
    ]
    table = ["mode,class,iso,factor", f"road,ferry,**,{FERRY}", "road,other,**,1.25", *factors]
    (HERE / "km_factors.csv").write_text("\n".join(table) + "\n", encoding="utf-8")
    print(f"km_factors.csv: {len(factors)} factors")
    print(f"detours.csv: {len(lines) - 1} links of a class")


if __name__ == "__main__":
    main()
