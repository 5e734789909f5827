"""What is forbidden before solving: countries, airspace and straits closed to a plan.

Nothing here is shared with `rules.findings`: the two are written apart, so that one can catch the
other's mistake.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

import polars as pl

from standto.clock import iso, parse_duration, parse_when
from standto.errors import DataError
from standto.plan.plan import Limits, Plan
from standto.rules.packs import Packs, load_packs
from standto.tables import LINE
from standto.world.world import World

END_OF_TIME = datetime.max.replace(tzinfo=UTC)
AT_SEA = "--"


def limits(world: World, plan: Plan) -> Limits:
    """What this plan may not use, with a sentence for each thing closed.

    A limit holds for the whole plan and the whole horizon: a country whose consent ends within it
    is closed, and a strait that a rule closes to the plan's warships is closed to all its ships.
    Raises DataError for a rule pack, limit or date that cannot be used.
    """
    packs = load_packs(world)
    reasons: dict[str, str] = {}
    ruled = {rule.check for rule in packs.rules}
    codes = frozenset(world.network.countries["iso"]) - {AT_SEA}
    closed = _without_consent(world) if "consent" in ruled else {}
    sky = closed if "airspace" in ruled else {}
    closed = closed | _analyst(packs, "country_closed")
    # Whoever closes a country closes its ports and airfields, and with them nothing is gained
    # from its airspace: the sky closes too.
    sky = sky | _analyst(packs, "country_closed") | _analyst(packs, "airspace_closed")
    links = _straits(world, plan, packs) | _links(packs)
    for key, why in {**sky, **closed, **links}.items():
        reasons[key] = why
    return Limits(
        countries=codes - closed.keys(),
        airspace=codes - sky.keys(),
        sea_links=frozenset(links),
        reasons=dict(sorted(reasons.items())),
    )


def horizon_end(world: World) -> datetime:
    """The end of the scenario's horizon, aware UTC."""
    return world.clock.utc(parse_duration(world.scenario.horizon))


def _without_consent(world: World) -> dict[str, str]:
    """Countries that do not consent from C-hour to the end of the horizon, each with why."""
    names = dict(world.network.countries.select("iso", "name").iter_rows())
    start, end = world.clock.c_hour, horizon_end(world)
    reasons = {
        code: f"{name} has not consented to transit or stationing"
        for code, name in names.items()
        if code != AT_SEA
    }
    for row in world.alliance.members.iter_rows(named=True):
        since = _day(row, "since", datetime.min.replace(tzinfo=UTC))
        until = _day(row, "until", END_OF_TIME)
        if not row["consent"]:
            continue
        if since <= start and end < until:
            reasons.pop(row["iso"], None)
        else:
            name = names.get(row["iso"], row["iso"])
            bound = f"until {iso(until)}" if since <= start else f"from {iso(since)}"
            reasons[row["iso"]] = f"{name} consents only {bound}, not for the whole horizon"
    return reasons


def _day(row: dict[str, Any], column: str, blank: datetime) -> datetime:
    """Start of an ISO day, month (`2004-03`) or year; `blank` where the cell is empty."""
    text = row[column]
    if not text:
        return blank
    padded = text + "-01-01"[(len(text) - 4) :] if len(text) in {4, 7} else text
    try:
        return parse_when(padded)
    except ValueError:
        right = "should be a date such as 2004-03-29"
        line = row.get(LINE)
        raise DataError.one("members.csv", right, line=line, column=column, value=text) from None


def _analyst(packs: Packs, measure: str) -> dict[str, str]:
    rows = packs.limits.filter(pl.col("measure") == measure)
    return {
        iso: f"closed by the analyst: {text}"
        for iso, text in rows.select("country", "text").iter_rows()
    }


def _links(packs: Packs) -> dict[str, str]:
    rows = packs.limits.filter(pl.col("measure") == "sea_link_closed")
    return {
        link: f"closed by the analyst: {text}"
        for link, text in rows.select("link", "text").iter_rows()
    }


def _straits(world: World, plan: Plan, packs: Packs) -> dict[str, str]:
    """Strait links that a rule in force within the horizon closes to the plan's warships."""
    start, end = world.clock.c_hour, horizon_end(world)
    reasons: dict[str, str] = {}
    for rule in packs.rules:
        active = rule.in_force_from < end and (rule.in_force_to is None or rule.in_force_to > start)
        if rule.check != "passage_closed" or not active:
            continue
        under = _links_under(world, rule.pack)
        ships = _warships_through(world, plan, under, rule.states.get("authority", frozenset()))
        if ships:
            why = f"{rule.article}: {rule.text} It concerns {', '.join(ships)}."
            reasons |= dict.fromkeys(under, why)
    return reasons


def _links_under(world: World, pack: str) -> list[str]:
    """Sea links whose `rule` names the pack, or a rule of it."""
    table = world.network.links.filter(
        (pl.col("mode") == "sea")
        & pl.col("rule").is_not_null()
        & ((pl.col("rule") == pack) | pl.col("rule").str.starts_with(f"{pack}-"))
    )
    return table["link"].to_list()


def _warships_through(
    world: World, plan: Plan, under: list[str], authority: frozenset[str]
) -> list[str]:
    """Forces at sea that reach their destination only through the strait.

    Left out: ships of the power that keeps the strait, and ships homeward bound.
    """
    side = _sides(world, set(under))
    country = dict(world.network.places.select("place", "iso").iter_rows())
    rows = plan.lines.join(plan.forces.select("force", "owner", "domain"), on="force")
    found = set()
    for row in rows.filter(pl.col("domain") == "sea").iter_rows(named=True):
        here, there = side.get(row["origin"]), side.get(row["destination"])
        parted = here is not None and there is not None and here != there
        home = country.get(row["destination"]) == row["owner"]
        if parted and not home and row["owner"] not in authority:
            found.add(row["force"])
    return sorted(found)


def _sides(world: World, without: set[str]) -> dict[str, int]:
    """Number of the connected part of the sea each place is on, with some links taken away."""
    near: dict[str, list[str]] = defaultdict(list)
    sea = world.network.links.filter(pl.col("mode") == "sea")
    for link, u, v in sea.select("link", "u", "v").iter_rows():
        near[u] += [] if link in without else [v]
        near[v] += [] if link in without else [u]
    side: dict[str, int] = {}
    for number, start in enumerate(sorted(near)):
        todo = [start] if start not in side else []
        while todo:
            place = todo.pop()
            if place not in side:
                side[place] = number
                todo += near[place]
    return side
