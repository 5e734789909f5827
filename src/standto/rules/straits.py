"""Findings on straits: which ships pass under a convention, when, and what it allows them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from standto.clock import MINUTES_A_DAY
from standto.rules.evidence import Evidence, Finding, counted
from standto.rules.packs import Rule


def closed(evidence: Evidence, rule: Rule) -> Iterator[Finding]:
    """Warships that pass while a government asks for none, save its own and those going home."""
    authority = sorted(rule.states.get("authority", ()))
    home = pl.col("ends_in") == pl.col("owner")
    ships = _warships(evidence, rule).filter(~pl.col("owner").is_in(authority) & ~home)
    rows = [r for r in ships.iter_rows(named=True) if rule.in_force(_utc(evidence, r))]
    yield _counted(evidence, rule, rows, "violated", "pass the straits while none should")


def in_transit(evidence: Evidence, rule: Rule) -> Iterator[Finding]:
    """Warships of outside powers in the straits at the same time."""
    limit = rule.thresholds["ships"]
    ships = _outside(_warships(evidence, rule), rule)
    steps = sorted(
        [(row["enter_min"], 1) for row in ships.iter_rows(named=True)]
        + [(row["leave_min"], -1) for row in ships.iter_rows(named=True)]
    )
    now, most, at = 0, 0, None
    for minute, change in steps:
        now += change
        if now > most:
            most, at = now, minute
    yield Finding(
        rule,
        limit.status if most > limit.value else "passed",
        "plan",
        f"At most {_some(most, 'warship')} of outside powers in the straits at once, against "
        f"{counted(limit.value)}{_at(evidence, at)}; their tonnage is not on file",
        number=most,
        limit=limit.value,
        unit="warships in transit at once",
        at_min=at,
        source=limit.source,
        grade=limit.grade,
    )


def tonnage(evidence: Evidence, rule: Rule) -> Iterator[Finding]:
    """Outside powers whose warships pass: their tonnage has to be looked up, power by power."""
    limit = rule.thresholds["tonnage"]
    ships = _outside(_warships(evidence, rule), rule)
    for (owner,), rows in ships.sort("enter_min").group_by("owner", maintain_order=True):
        first = int(rows["enter_min"][0])
        yield Finding(
            rule,
            "attention",
            str(owner),
            f"{_some(rows.height, 'warship passage')} of {evidence.name(str(owner))}, from "
            f"{evidence.when(first)}: displacement is not on file, so check it against the "
            f"{counted(limit.value)} t of all outside powers and two thirds of it for one power",
            number=rows.height,
            limit=None,
            unit="warship passages (tonnage not on file)",
            country=str(owner),
            at_min=first,
            source=limit.source,
            grade=limit.grade,
        )
    if ships.is_empty():
        text = (
            f"0 warships of outside powers enter, so nothing adds to the {counted(limit.value)} t"
        )
        yield Finding(
            rule,
            "passed",
            "plan",
            f"{text} allowed to them",
            0,
            limit.value,
            "t",
            source=limit.source,
            grade=limit.grade,
        )


def stay(evidence: Evidence, rule: Rule) -> Iterator[Finding]:
    """Warships of outside powers that end their movement behind the straits must leave in time."""
    limit = rule.thresholds["stay"]
    littoral = sorted(rule.states.get("black_sea", ()))
    ships = _outside(_warships(evidence, rule), rule).filter(pl.col("ends_in").is_in(littoral))
    for row in _first(ships).iter_rows(named=True):
        last = row["leave_min"] + round(limit.value * MINUTES_A_DAY)
        yield Finding(
            rule,
            limit.status,
            row["ship"],
            f"{row['ship']} enters at {evidence.when(row['leave_min'])} and, as this plan has no "
            f"passage back for it, must leave within {counted(limit.value)} days, by "
            f"{evidence.when(last)}",
            number=1,
            limit=limit.value,
            unit="d",
            country=row["owner"],
            at_min=last,
            source=limit.source,
            grade=limit.grade,
        )
    if ships.is_empty():
        yield Finding(
            rule,
            "passed",
            "plan",
            f"0 warships of outside powers stay behind the straits, where "
            f"{counted(limit.value)} days are allowed",
            0,
            limit.value,
            "d",
            source=limit.source,
            grade=limit.grade,
        )


def notice(evidence: Evidence, rule: Rule) -> Iterator[Finding]:
    """Days between the decision and each warship's passage, against the notice asked for."""
    hard, wish = rule.thresholds["notice"], rule.thresholds.get("desirable")
    ships = _first(_warships(evidence, rule))
    for row in ships.iter_rows(named=True):
        days = (row["enter_min"] - evidence.plan.activated_min) / MINUTES_A_DAY
        outside = row["owner"] not in rule.states.get("black_sea", frozenset())
        limit = hard if days < hard.value or wish is None or not outside else wish
        yield Finding(
            rule,
            limit.status if days < limit.value else "passed",
            row["ship"],
            f"{row['ship']} passes at {evidence.when(row['enter_min'])}, {counted(round(days, 1))} "
            f"days after the decision; notice of {counted(limit.value)} days is asked for",
            number=round(days, 1),
            limit=limit.value,
            unit="d",
            country=row["owner"],
            at_min=row["enter_min"],
            source=limit.source,
            grade=limit.grade,
        )
    if ships.is_empty():
        yield _counted(evidence, rule, [], "passed", "pass, so no notice is due")


def merchant(evidence: Evidence, rule: Rule) -> Iterator[Finding]:
    """Transport ships that pass: free in peacetime, counted so that a reader knows of them."""
    rows = passages(evidence, rule.pack).filter(~pl.col("warship")).sort("enter_min")
    first = int(rows["enter_min"][0]) if rows.height else None
    yield Finding(
        rule,
        "passed",
        "plan",
        f"{_some(rows.height, 'passage')} by transport ships{_at(evidence, first)}; merchant "
        f"ships pass freely, and a ship commissioned in a navy would count as a warship",
        number=rows.height,
        limit=None,
        unit="passages",
        at_min=first,
    )


def passages(evidence: Evidence, pack: str) -> pl.DataFrame:
    """Each ship's way through links under a pack: ship, owner, warship, enter, leave, ends_in.

    A force at sea moves in its own hulls and is taken for warships; a ship of a fleet is taken for
    a merchant ship and counted once a departure, however many packets are aboard.
    """
    under = evidence.world.network.links.filter(
        (pl.col("rule") == pack) | pl.col("rule").str.starts_with(f"{pack}-")
    )["link"]
    owned = evidence.plan.forces.select("force", "domain", force_owner="owner")
    fleets = evidence.world.network.fleets.select(lift="fleet", fleet_owner="owner")
    legs = evidence.schedule.legs.filter(
        (pl.col("mode") == "sea")
        & pl.col("links").list.eval(pl.element().is_in(under.implode())).list.any()
    )
    inside = (
        legs.select("leg", link="links", enter="link_depart_min", leave=_next_minutes())
        .explode("link", "enter", "leave")
        .filter(pl.col("link").is_in(under.implode()))
        .group_by("leg")
        .agg(enter_min=pl.col("enter").min(), leave_min=pl.col("leave").max())
    )
    warship = (pl.col("domain") == "sea") | (pl.col("lift").fill_null("") == "")
    aboard = pl.concat_str([pl.col("lift"), pl.col("asset"), pl.col("trip")], separator=" ")
    return (
        legs.join(inside, on="leg", how="left")
        .join(owned, on="force", how="left")
        .join(fleets, on="lift", how="left")
        .with_columns(
            warship=warship,
            ship=pl.when(warship).then("force").otherwise(aboard),
            owner=pl.when(warship).then("force_owner").otherwise("fleet_owner"),
            ends_in=pl.col("to").replace_strict(evidence.country_of, default="--"),
        )
        .sort("enter_min", "leg")
        .unique(subset=["ship", "enter_min"], keep="first", maintain_order=True)
        .select("ship", "owner", "warship", "enter_min", "leave_min", "ends_in")
    )


def _next_minutes() -> pl.Expr:
    """When each link is left: the minute the next is entered, or the leg's arrival."""
    later = pl.col("link_depart_min").list.slice(1)
    return pl.concat_list(later, pl.col("arrive_min"))


def _warships(evidence: Evidence, rule: Rule) -> pl.DataFrame:
    return passages(evidence, rule.pack).filter(pl.col("warship"))


def _first(ships: pl.DataFrame) -> pl.DataFrame:
    """The first passage of each ship, in order of time."""
    return ships.sort("enter_min").unique(subset="ship", keep="first", maintain_order=True)


def _outside(ships: pl.DataFrame, rule: Rule) -> pl.DataFrame:
    """Ships of powers that do not lie on the sea behind the straits."""
    return ships.filter(~pl.col("owner").is_in(sorted(rule.states.get("black_sea", ()))))


def _utc(evidence: Evidence, row: dict[str, Any]) -> Any:
    return evidence.world.clock.utc(row["enter_min"])


def _some(number: int, noun: str) -> str:
    return f"{counted(number)} {noun}{'' if number == 1 else 's'}"


def _at(evidence: Evidence, minute: int | None) -> str:
    return "" if minute is None else f", from {evidence.when(minute)}"


def _counted(
    evidence: Evidence,
    rule: Rule,
    rows: list[dict[str, Any]],
    status: str,
    words: str,
) -> Finding:
    """One finding for all ships that a rule concerns, passed where there is none."""
    first = min((row["enter_min"] for row in rows), default=None)
    named = f" ({', '.join(sorted({row['ship'] for row in rows}))})" if rows else ""
    return Finding(
        rule,
        status if rows else "passed",
        "plan",
        f"{_some(len(rows), 'warship')}{named} {words}{_at(evidence, first)}",
        number=len(rows),
        limit=0.0 if status == "violated" else None,
        unit="warship passages",
        at_min=first,
    )
