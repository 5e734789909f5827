"""Findings on totals: who and what is present in a country, against treaties and limits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from standto.clock import MINUTES_A_DAY
from standto.rules.evidence import Evidence, Finding, counted
from standto.rules.packs import Rule, Threshold
from standto.rules.presence import LAND, MEASURES, entries, reached

EVERY = "**"
COMBAT = ("land",)
PLURAL = {
    "personnel": "personnel",
    "tank": "battle tanks",
    "acv": "armoured combat vehicles",
    "artillery": "artillery pieces",
}


def present(evidence: Evidence, rule: Rule) -> Iterator[Finding]:
    """Land forces present in each country of the zone, day by day, against the thresholds."""
    rows = evidence.presence
    yield from _by_country(evidence, rule, rows, "present in")


def transfer(evidence: Evidence, rule: Rule) -> Iterator[Finding]:
    """Land forces brought into the zone from outside, by the country in which they land."""
    zone = rule.states.get("zone", frozenset())
    rows = entries(evidence.world, evidence.plan, evidence.schedule, zone)
    yield from _by_country(evidence, rule, rows, "brought from outside the zone into")


def total(evidence: Evidence, rule: Rule) -> Iterator[Finding]:
    """Land forces present in all countries of the zone together."""
    rows = _land(evidence.presence, rule)
    yield _worst(evidence, rule, rows, "present in", "the zone as a whole", "")


def stationing(evidence: Evidence, rule: Rule) -> Iterator[Finding]:
    """Combat forces in the members that joined later: an assertion, and the analyst's threshold."""
    rows = evidence.presence.filter(
        pl.col("country").is_in(sorted(rule.states.get("joined_later", ())))
        & pl.col("domain").is_in(COMBAT)
        & (pl.col("owner") != pl.col("country"))
    )
    limits = evidence.packs.limits.filter(pl.col("measure") == "substantial_combat_forces")
    by_country = rows.group_by("country").agg(pl.col("personnel").sum()).sort("country")
    shares = ", ".join(f"{iso} {counted(n)}" for iso, n in by_country.iter_rows() if n)
    if limits.is_empty():
        number = int(rows["personnel"].sum())
        yield Finding(
            rule,
            "attention" if number else "passed",
            "plan",
            f"{counted(number)} personnel{assumed(rows, 'personnel')} of land combat forces of "
            f"other members are in members that joined later ({shares or 'none'}); the Act gives "
            f"no number and the analyst has set none, so whether that is substantial and for good "
            f"is left to the reader",
            number=number,
            limit=None,
            unit="personnel",
            at_min=evidence.last_min,
        )
    for row in limits.iter_rows(named=True):
        chosen = [row["country"]] if row["country"] != EVERY else sorted(by_country["country"])
        for iso in chosen:
            yield _against(evidence, rule, row, rows, iso, "personnel")


def analyst(evidence: Evidence, rule: Rule, row: dict[str, Any]) -> Iterator[Finding]:
    """A number the analyst has set: forces of every domain present in a country."""
    rows = evidence.presence
    measure = row["measure"].removesuffix("_present")
    every = sorted(set(rows["country"].drop_nulls()))
    for iso in every if row["country"] == EVERY else [row["country"]]:
        yield _against(evidence, rule, row, rows, iso, measure)


def _against(
    evidence: Evidence, rule: Rule, row: dict[str, Any], rows: pl.DataFrame, iso: str, measure: str
) -> Finding:
    """One country's highest total against an analyst's limit, which it may reach but not pass."""
    here = rows.filter(pl.col("country") == iso)
    peak, when, over = reached(here, measure, row["value"] + 1e-9)
    at = when if over is None else over
    words = "within" if over is None else "above"
    since = "highest" if over is None else "first above"
    return Finding(
        rule,
        "passed" if over is None else row["status"],
        iso,
        f"{counted(peak)} {PLURAL[measure]} at most{assumed(here, measure)} are present in "
        f"{evidence.name(iso)}, {words} the analyst's limit of {counted(row['value'])}, {since} "
        f"at {evidence.when(at)} "
        f"({row['text'].rstrip('.')})",
        number=peak,
        limit=row["value"],
        unit=PLURAL[measure],
        country=iso,
        at_min=at,
        source=row["source"],
        grade=row["grade"],
    )


def assumed(rows: pl.DataFrame, measure: str) -> str:
    """How much of a total rests on forces of grade C, for a reader; nothing where none does."""
    number = int(rows.filter(pl.col("grade") == "C")[measure].sum())
    return f" ({counted(number)} of them by assumption, grade C)" if number else ""


def _land(rows: pl.DataFrame, rule: Rule) -> pl.DataFrame:
    zone = sorted(rule.states.get("zone", ()))
    return rows.filter(pl.col("country").is_in(zone) & pl.col("domain").is_in(LAND))


def _by_country(
    evidence: Evidence, rule: Rule, rows: pl.DataFrame, words: str
) -> Iterator[Finding]:
    land = _land(rows, rule)
    countries = sorted(set(land["country"]))
    for iso in countries:
        here = land.filter(pl.col("country") == iso)
        yield _worst(evidence, rule, here, words, evidence.name(iso), iso)
    if not countries:
        yield _worst(evidence, rule, land, words, "any country of the zone", "")


def _worst(
    evidence: Evidence, rule: Rule, rows: pl.DataFrame, words: str, where: str, iso: str
) -> Finding:
    """The measure that comes nearest to its threshold, or passes it by most."""
    tested: list[tuple[float, Threshold, int, int, int | None]] = []
    for name in MEASURES:
        if name in rule.thresholds:
            limit = rule.thresholds[name]
            peak, when, over = reached(rows, name, limit.value)
            tested.append((peak / limit.value if limit.value else 1.0, limit, peak, when, over))
    assert tested, f"rule {rule.rule} counts forces and has no threshold for them"
    _, limit, peak, when, over = max(tested, key=lambda t: (t[4] is not None, t[0]))
    others = [t for t in tested if t[4] is not None and t[1] is not limit]
    share = assumed(rows, limit.measure)
    also = "".join(f", and {counted(t[2])} {t[1].unit}" for t in others)
    at = when if over is None else over
    reach = (
        f"stay below the {counted(limit.value)} at which the rule applies"
        if over is None
        else f"reach the {counted(limit.value)} at which the rule applies at "
        f"{evidence.when(at)}{_notice(evidence, rule, at)}"
    )
    return Finding(
        rule,
        "passed" if over is None else limit.status,
        iso or "plan",
        f"{counted(peak)} {limit.unit}{share}{also} {words} {where} {reach}",
        number=peak,
        limit=limit.value,
        unit=limit.unit,
        country=iso,
        at_min=at if rows.height else None,
        source=limit.source,
        grade=limit.grade,
    )


def _notice(evidence: Evidence, rule: Rule, at_min: int) -> str:
    """When the notice for it fell or falls due, where the rule asks for one ahead of time."""
    notice = rule.thresholds.get("notice")
    if notice is None:
        return ""
    due = at_min - round(notice.value * MINUTES_A_DAY)
    figure = " (a figure of grade C)" if notice.grade == "C" else ""
    late = due < evidence.plan.activated_min
    before = ", before the decision, so it is due when the activity begins" if late else ""
    return (
        f"; notice {counted(notice.value)} days ahead{figure} falls due at "
        f"{evidence.when(due)}{before}"
    )
