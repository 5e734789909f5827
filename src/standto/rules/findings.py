"""The findings: every rule in force, tested on the schedule, with the number that it turned on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import polars as pl

from standto.plan.plan import Plan
from standto.rules import straits, territory, totals
from standto.rules.evidence import FINDINGS, Evidence, Finding
from standto.rules.packs import Rule, load_packs
from standto.schedule.schedule import Schedule
from standto.world.world import World

__all__ = ["CHECKS", "FINDINGS", "findings"]

Check = Callable[[Evidence, Rule], Iterator[Finding]]
CHECKS: dict[str, Check] = {
    "consent": territory.consent,
    "airspace": territory.airspace,
    "destination": territory.destination,
    "present": totals.present,
    "transfer": totals.transfer,
    "total": totals.total,
    "stationing": totals.stationing,
    "passage_closed": straits.closed,
    "passage_ships": straits.in_transit,
    "passage_tonnage": straits.tonnage,
    "passage_stay": straits.stay,
    "passage_notice": straits.notice,
    "passage_merchant": straits.merchant,
}
"""What tests a rule, by its `check`; the checks that are not here are the channel's."""


def findings(world: World, plan: Plan, schedule: Schedule) -> pl.DataFrame:
    """What the rules say about a schedule, as FINDINGS, in the order of packs and rules.

    A rule applies when it is in force at C-hour or comes into force before the last arrival.
    Nothing here uses the limits the schedule was made under.
    """
    packs = load_packs(world)
    evidence = Evidence(world, plan, schedule, packs)
    rows: list[dict[str, object]] = []
    for rule in packs.rules:
        if rule.check in CHECKS and evidence.active(rule):
            rows += [finding.row() for finding in CHECKS[rule.check](evidence, rule)]
    for limit in packs.limits.iter_rows(named=True):
        rows += [finding.row() for finding in _analyst(evidence, limit)]
    return pl.DataFrame(rows, schema=FINDINGS)


def _analyst(evidence: Evidence, limit: dict[str, Any]) -> Iterator[Finding]:
    """Findings of one row of limits.csv; its Founding Act threshold is tested with that rule."""
    rule = _own_rule(limit)
    if limit["measure"].endswith("_present"):
        yield from totals.analyst(evidence, rule, limit)
    elif limit["measure"].endswith("_closed"):
        yield territory.kept_out(evidence, rule, limit)


def _own_rule(limit: dict[str, Any]) -> Rule:
    """A row of limits.csv as a rule of the pack `analyst`."""
    return Rule(
        rule=f"limit-{limit['limit']}",
        pack="analyst",
        title="Limit set by the analyst",
        text=limit["text"],
        article="limits.csv of the scenario",
        basis="policy",
        binding="analyst",
        in_force_from=datetime.min.replace(tzinfo=UTC),
        in_force_to=None,
        check=limit["measure"],
        addressee="",
        source=limit["source"],
        grade=limit["grade"],
        thresholds={},
        states={},
    )
