"""The record of decisions as a table, for the page and the documents."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from standto.council.acts import TYPE, act_of
from standto.ledger.export import checked, read_lines

DECISIONS = pl.Schema(
    {
        "entry": pl.Int64(),
        "at": pl.Datetime("us", "UTC"),
        "actor": pl.String(),
        "act": pl.String(),
        "plans": pl.List(pl.String),
        "decision": pl.String(),
        "text": pl.String(),
        "deadline": pl.Datetime("us", "UTC"),
        "version": pl.String(),
        "hash": pl.String(),
        "key": pl.String(),
        "source": pl.String(),
        "grade": pl.String(),
    }
)
"""One row an act. entry: number in the ledger. hash: SHA-256 of its line. key: who signed."""


def decisions(ledger: Path) -> pl.DataFrame:
    """Acts of a ledger (export or SQLite file) in order, each with its entry's number and hash."""
    rows = []
    for entry in checked(read_lines(ledger)):
        if entry.body.get("type") != TYPE:
            continue
        act = act_of(entry)
        rows.append(
            {
                "entry": entry.n,
                "at": act.at,
                "actor": act.actor,
                "act": act.act,
                "plans": list(act.plans),
                "decision": act.decision,
                "text": act.text,
                "deadline": act.deadline,
                "version": act.version,
                "hash": entry.hash,
                "key": entry.key,
                "source": act.source,
                "grade": act.grade,
            }
        )
    return pl.DataFrame(rows, schema=DECISIONS)
