"""The council's decision: an activation bound to one version of the plan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Activation:
    """A decision that stands, as the ledger proves it.

    plans: keys of the plans activated. version: hash of the plan that the decision is bound to.
    decided_at: aware UTC. alerted_at: when the council's decision sets notices running.
    ledger: path of the ledger that proves it. ledger_head: hash of its last entry.
    """

    plans: tuple[str, ...]
    version: str
    decided_at: datetime
    alerted_at: datetime
    ledger_head: str
    entries: int
