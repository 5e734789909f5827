"""The content hash of a plan, to which the council's decision is bound."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import polars as pl

from standto.tables import schema, write
from standto.world.alliance import Alliance


def version(alliance: Alliance, plans: Iterable[str]) -> str:
    """SHA-256 (hex) of the forces of these plans, their lines and their loads.

    Rows are taken in the order of their keys and written as canonical CSV, so neither the order
    of a file, nor its format, nor the spelling of a number or duration changes the hash; any
    changed value does. A column that may be left out and holds nothing but its default does not
    count, so that a decision outlives the columns that later releases add.
    """
    named = sorted(set(plans))
    forces = alliance.forces.filter(pl.col("plan").is_in(named))
    lines = alliance.lines.filter(pl.col("force").is_in(forces["force"].implode()))
    loads = alliance.loads.filter(pl.col("line").is_in(lines["line"].implode()))
    digest = hashlib.sha256("\n".join(named).encode())
    for name, table in (("forces", forces), ("lines", lines), ("loads", loads)):
        ordered = table.sort(schema(name).key)
        digest.update(f"\n{name}\n{write(ordered, name, terse=True)}".encode())
    return digest.hexdigest()
