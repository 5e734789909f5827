"""The figures that a reader asks for first: when each force closes, and how sure that is."""

from __future__ import annotations

import re
from typing import Any

import polars as pl

from standto.clock import c_plus, in_words
from standto.rehearse.ensemble import Ensemble
from standto.schedule.measures import measures
from standto.schedule.schedule import Result
from standto.view.provenance import Used
from standto.view.response import Response
from standto.world.network import Network

ALL = ""
"""Key under which `Ensemble.quantiles` gives all forces together."""


def closures(response: Response) -> pl.DataFrame:
    """One row a force that deploys, in order of closing, those that never close last.

    force, name, owner, ready_min, required_min, closed_min, lower_bound_min, late_min, p05_min,
    p50_min, p95_min, not_closed, on_time, held_by, held_min. Minutes since C-hour; null where none.
    """
    names = response.plan.forces.select("force", "name", "owner")
    quantiles = response.ensemble.quantiles.select(
        "force", "p05_min", "p50_min", "p95_min", "not_closed", "on_time"
    )
    table = response.result.closure.join(names, on="force", how="left", maintain_order="left")
    table = table.join(quantiles, on="force", how="left", maintain_order="left")
    words = named(table["held_by"], response.world.network)
    order = ["closed_min", "force"]
    return table.with_columns(words).select(CLOSURES).sort(order, nulls_last=True)


CLOSURES = (
    "force name owner ready_min required_min closed_min lower_bound_min late_min"
    " p05_min p50_min p95_min not_closed on_time held_by held_min"
).split()


def named(texts: pl.Series, network: Network) -> pl.Series:
    """The same texts, with names instead of the keys of places and fleets that stand in them.

    Only keys with a hyphen are replaced: `sound` may be a place or a word.
    """
    names = dict(network.places.select("place", "name").iter_rows())
    types = network.fleets.join(network.lift_types, on="lift").select("fleet", "name", "owner")
    countries = dict(network.countries.select("iso", "name").iter_rows())
    for fleet, name, owner in types.iter_rows():
        names[fleet] = f"{name} ({countries.get(owner, owner)})"
    found = [
        None if text is None else KEY.sub(lambda key: names.get(key[0], key[0]), text)
        for text in texts.to_list()
    ]
    return pl.Series(texts.name, found, dtype=pl.String())


KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+")
"""What may be the key of a place or a fleet within a text."""


def objective_bound(result: Result) -> float | None:
    """The best proven lower bound of the objective, where one was proved."""
    values = [bound.value for bound in result.bounds if bound.measure == "objective"]
    return max(values) if values else None


def quantile(ensemble: Ensemble, column: str, force: str = ALL) -> float | None:
    """A quantile of the closure of one force, or of all together."""
    row = ensemble.quantiles.filter(pl.col("force") == force)
    return None if row.is_empty() else row[column][0]


def not_closed(ensemble: Ensemble) -> int:
    """Runs in which some force does not close."""
    return int(quantile(ensemble, "not_closed") or 0)


def rehearsed(ensemble: Ensemble) -> str:
    """When runs close, and how many do not, in words."""
    p50, p95 = quantile(ensemble, "p50_min"), quantile(ensemble, "p95_min")
    if p50 is None:
        words = f"fewer than half of {ensemble.runs} runs close"
    elif p95 is None:
        words = f"half of {ensemble.runs} runs close within {in_words(p50)}"
        words += ", fewer than 95 % close at all"
    else:
        words = f"half of {ensemble.runs} runs close within {in_words(p50)}"
        words += f", 95 % within {in_words(p95)}"
    left = not_closed(ensemble)
    return words + (f"; {left} run{'' if left == 1 else 's'} not closed" if left else "")


def statuses(findings: pl.DataFrame) -> dict[str, int]:
    """Number of findings of each status, the three that are always told first."""
    counts = dict(findings.group_by("status").len().iter_rows())
    first = ("violated", "attention", "passed")
    told = {status: int(counts.get(status, 0)) for status in first}
    return told | {str(k): int(v) for k, v in sorted(counts.items()) if k not in first}


def summary(response: Response, rows: Used) -> dict[str, Any]:
    """The response in a few numbers, as `summary.json` holds it."""
    result, ensemble = response.result, response.ensemble
    situation, activation = response.situation, response.activation
    return {
        "scenario": response.world.scenario.name,
        "title": response.world.scenario.title,
        "seed": response.seed,
        "forces": response.plan.forces.height,
        "forces_that_deploy": result.closure.height,
        "lines": response.plan.lines.height,
        "lines_unplanned": result.schedule.unplanned.height,
        "legs": result.schedule.legs.height,
        "status": result.status,
        "audited": not response.result.faults,
        "objective": result.objective,
        "lower_bound": objective_bound(result),
        "gap": result.gap,
        "closure_min": result.closure_min,
        "closure_lower_bound_min": result.closure_lower_bound_min,
        "measures": measures(response.plan, result, response.world.scenario.objective).to_dicts(),
        "iterations": result.iterations,
        "solve_s": round(result.seconds, 3),
        "rehearsal": {
            "runs": ensemble.runs,
            "policy": ensemble.policy,
            "p05_min": quantile(ensemble, "p05_min"),
            "p50_min": quantile(ensemble, "p50_min"),
            "p95_min": quantile(ensemble, "p95_min"),
            "not_closed": not_closed(ensemble),
            "seconds": round(ensemble.seconds, 3),
        },
        "findings": statuses(response.findings),
        "notices": response.notices.height,
        "situation": {
            "reports": len(situation.reports),
            "statements": len(situation.statements),
            "agreements": situation.agreements,
            "differences": len(situation.differences),
        },
        "activation": {
            "plan": " ".join(activation.plans),
            "version": activation.version,
            "decided_at": activation.decided_at,
            "alerted_at": activation.alerted_at,
            "ledger_entries": activation.entries,
            "ledger_head": activation.ledger_head,
        },
        "sources": {
            "used": rows.by_source()["source"].n_unique(),
            "grade_c_numbers_used": rows.grade_c_numbers,
        },
    }


def headline(response: Response) -> str:
    """The response in a few lines, for the command line."""
    result, ensemble = response.result, response.ensemble
    late = closures(response).filter(pl.col("late_min").fill_null(0) > 0).height
    found = statuses(response.findings)
    unplanned = result.schedule.unplanned.height
    lines = [
        f"{response.world.scenario.title}",
        f"  forces      {response.plan.forces.height}, of which {result.closure.height} deploy"
        f" on {response.plan.lines.height} requirement lines in {result.schedule.legs.height} legs",
        f"  closure     {c_plus(result.closure_min)}"
        f" (no plan closes before {c_plus(result.closure_lower_bound_min)})",
        f"  schedule    {result.status}; no plan can lower its objective by more than"
        f" {100 * result.gap:.1f} %",
        f"  required    {late} of {result.closure.height} forces late"
        + (f"; {unplanned} lines cannot arrive" if unplanned else ""),
    ]
    if ensemble.runs:
        lines.append(f"  rehearsal   {rehearsed(ensemble)}")
    told = ", ".join(f"{number} {status}" for status, number in found.items())
    due = response.notices.height
    return "\n".join([*lines, f"  findings    {told}; {due} notice{'' if due == 1 else 's'}"])
