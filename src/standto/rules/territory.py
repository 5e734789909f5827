"""Findings on territory: countries crossed, flown over and arrived in, and their consent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from standto.rules.evidence import Evidence, Finding, counted
from standto.rules.overflight import load_borders
from standto.rules.packs import Rule

AT_SEA = "--"
PASSED_BY = ("sea_point", "strait")
"""Kinds of place that a ship passes by right; every other place on its way is in a country."""

FOREVER = 2**53
CLEARLY_KM = 30.0
"""Kilometres over a country that a track cannot owe to simplified borders or to an airfield close
to one; less asks for attention."""


def consent(evidence: Evidence, rule: Rule) -> Iterator[Finding]:
    """No leg touches the land, a port or an airfield of a country that has not consented."""
    visits = _visits(evidence)
    tested = visits.join(_standing(evidence), on="country", how="left").with_columns(
        permitted=pl.col("at_min").is_between("from_min", "to_min", closed="left").fill_null(False)
    )
    wrong = tested.filter(~pl.col("permitted")).sort("force", "country", "at_min")
    for (force, iso), rows in wrong.group_by("force", "country", maintain_order=True):
        legs, first = rows["leg"].n_unique(), int(rows["at_min"][0])
        yield Finding(
            rule,
            "violated",
            f"{force}/{iso}",
            f"{force} uses the territory of {evidence.name(str(iso))}, which has not consented, "
            f"on {counted(legs)} of its legs, the first at {evidence.when(first)}",
            number=legs,
            limit=0.0,
            unit="legs",
            country=str(iso),
            at_min=first,
        )
    total, bad = evidence.schedule.legs.height, wrong["leg"].n_unique()
    used = sorted(set(tested.filter("permitted")["country"]))
    listed = f": {', '.join(used)}" if used else ""
    yield Finding(
        rule,
        "violated" if bad else "passed",
        "plan",
        f"{counted(total - bad)} of {counted(total)} legs stay on the territory of countries that "
        f"consent at the time{listed}",
        number=bad,
        limit=0.0,
        unit="legs",
    )


def destination(evidence: Evidence, rule: Rule) -> Iterator[Finding]:
    """Forces that deploy end in a member country."""
    standing = dict(evidence.world.alliance.members.select("iso", "status").iter_rows())
    ends = evidence.plan.lines.select("force", "destination").unique(maintain_order=True)
    outside: dict[str, set[str]] = {}
    for force, place in ends.iter_rows():
        iso = evidence.country_of.get(place, AT_SEA)
        if iso != AT_SEA and standing.get(iso) != "member":
            outside.setdefault(iso, set()).add(force)
    for iso, forces in sorted(outside.items()):
        status = standing.get(iso, "other")
        yield Finding(
            rule,
            "attention" if status == "partner" else "violated",
            iso,
            f"{len(forces)} of the forces that deploy are sent to {evidence.name(iso)}, which is "
            f"no member (its standing: {status}): {', '.join(sorted(forces))}",
            number=len(forces),
            limit=0.0,
            unit="forces",
            country=iso,
        )
    if not outside:
        count = ends["force"].n_unique()
        text = f"All {counted(count)} forces that deploy end their movement in a member country"
        yield Finding(rule, "passed", "plan", text, number=0, limit=0.0, unit="forces")


def airspace(evidence: Evidence, rule: Rule) -> Iterator[Finding]:
    """Take-off, track and landing by consent; a direct line over anyone else asks for attention."""
    flights = _flights(evidence)
    over = flights.filter(~pl.col("permitted"))
    for (iso,), rows in over.group_by("country", maintain_order=True):
        flown = rows.filter(
            pl.col("ends_there") | (pl.col("tracked") & (pl.col("km") > CLEARLY_KM))
        )
        count, first = int(rows["legs"].sum()), int(rows["at_min"].min())  # type: ignore[arg-type]
        pairs = ", ".join(f"{a} to {b}" for a, b in rows.select("from", "to").head(3).iter_rows())
        way = "the track" if rows["tracked"].all() else "the direct line"
        most = rows["km"].max()
        yield Finding(
            rule,
            "attention" if flown.is_empty() else "violated",
            str(iso),
            f"{counted(count)} flights cross the airspace of {evidence.name(str(iso))}, which has "
            f"not consented, by {way} for up to {counted(round(float(most or 0)))} km ({pairs}): "  # type: ignore[arg-type]
            f"route them round it, or ask its permission",
            number=count,
            limit=0.0,
            unit="flights",
            country=str(iso),
            at_min=first,
        )
    if over.is_empty():
        count = evidence.schedule.legs.filter(pl.col("mode") == "air").height
        method = (
            "tested: take-off, landing and the track by its turning points"
            if load_borders(evidence.world)
            else "no borders are on file, so only take-off and landing are tested"
        )
        text = f"None of {counted(count)} flight legs needs airspace of a country without consent"
        yield Finding(rule, "passed", "plan", f"{text} ({method})", 0, 0.0, "flights")


def _flights(evidence: Evidence) -> pl.DataFrame:
    """Countries under each way between two airfields, with how many flights and whether permitted.

    from, to, legs, at_min (first departure), last_min (last arrival), tracked (the schedule gives
    turning points), country, km over it, ends_there, permitted.
    """
    ways = (
        evidence.schedule.legs.filter(pl.col("mode") == "air")
        .with_columns(track=pl.col("via").cast(pl.List(pl.String)).list.join(" ").fill_null(""))
        .group_by("from", "to", "track", maintain_order=True)
        .agg(
            pl.len().cast(pl.Int64).alias("legs"),
            at_min=pl.col("depart_min").min(),
            last_min=pl.col("arrive_min").max(),
        )
    )
    borders = load_borders(evidence.world)
    places = evidence.world.network.places.select("place", "lat", "lon")
    at = {place: (lat, lon) for place, lat, lon in places.iter_rows()}
    standing = _standing(evidence)
    first, last = ways["at_min"].min() or 0, ways["last_min"].max() or 0
    throughout = (pl.col("from_min") <= first) & (pl.col("to_min") > last)
    always = set(standing.filter(throughout)["country"])
    rows = []
    for start, end, track, legs, at_min, last_min in ways.iter_rows():
        via = [float(x) for x in track.split()]
        turns = list(zip(via[::2], via[1::2], strict=True))
        under = borders.under([at[start], *turns, at[end]], always) if borders else {}
        ends = {evidence.country_of[start], evidence.country_of[end]}
        for iso in sorted((under.keys() | ends) - {AT_SEA}):
            km = under.get(iso, 0.0)
            rows.append((start, end, legs, at_min, last_min, bool(via), iso, km, iso in ends))
    columns = "from to legs at_min last_min tracked country km ends_there".split()
    kinds = [pl.String, pl.String, *[pl.Int64] * 3, pl.Boolean, pl.String, pl.Float64]
    schema = dict(zip(columns, [*kinds, pl.Boolean], strict=True))
    table = pl.DataFrame(rows, schema=schema, orient="row")
    holds = (pl.col("from_min") <= pl.col("at_min")) & (pl.col("last_min") < pl.col("to_min"))
    return table.join(standing, on="country", how="left").with_columns(
        permitted=holds.fill_null(False)
    )


def _visits(evidence: Evidence) -> pl.DataFrame:
    """Where each leg by land and sea, and each flight's end, touches: force, leg, country, at_min.

    Places are those of the leg's ends and of the ends of its links; a ship only touches a country
    at the places that are not sea points or straits.
    """
    legs = evidence.schedule.legs.select(
        "force", "leg", "mode", "from", "to", "depart_min", "arrive_min", "links", "link_depart_min"
    )
    ends = pl.concat(
        [
            legs.select("force", "leg", "mode", place="from", at_min="depart_min"),
            legs.select("force", "leg", "mode", place="to", at_min="arrive_min"),
        ]
    )
    along = (
        legs.select("force", "leg", "mode", link="links", at_min="link_depart_min")
        .explode("link", "at_min")
        .drop_nulls("link")
        .join(evidence.world.network.links.select("link", "u", "v"), on="link", how="left")
    )
    touched = pl.concat(
        [along.select("force", "leg", "mode", pl.col(end).alias("place"), "at_min") for end in "uv"]
    )
    places = evidence.world.network.places.select("place", "kind", country="iso")
    by_right = (pl.col("mode") == "sea") & pl.col("kind").is_in(PASSED_BY)
    return (
        pl.concat([ends, touched])
        .join(places, on="place", how="left")
        .filter(~by_right & (pl.col("country") != AT_SEA))
        .select("force", "leg", "country", "at_min")
    )


def _standing(evidence: Evidence) -> pl.DataFrame:
    """Countries that consent, and from which minute to which: country, from_min, to_min."""
    clock = evidence.world.clock
    rows = evidence.world.alliance.members.filter("consent").select(
        pl.col("iso").alias("country"),
        from_min=_minutes("since", clock.c_hour, -FOREVER),
        to_min=_minutes("until", clock.c_hour, FOREVER),
    )
    return rows.cast({"from_min": pl.Int64, "to_min": pl.Int64})


def _minutes(column: str, c_hour: object, blank: int) -> pl.Expr:
    """Minutes from C-hour to the start of an ISO day, month or year; `blank` for an empty cell."""
    day = (pl.col(column) + pl.lit("-01-01").str.slice(pl.col(column).str.len_chars() - 4)).str
    whole = pl.when(pl.col(column).str.len_chars() < 10).then(day.slice(0, 10)).otherwise(column)
    start = whole.str.slice(0, 10).str.to_datetime("%Y-%m-%d", time_zone="UTC", strict=False)
    return (start - pl.lit(c_hour)).dt.total_minutes().fill_null(blank)


def kept_out(evidence: Evidence, rule: Rule, limit: dict[str, Any]) -> Finding:
    """Legs that use a country, an airspace or a sea link that the analyst has closed."""
    if limit["measure"] == "sea_link_closed":
        rows = evidence.schedule.legs.filter(pl.col("links").list.contains(limit["link"]))
        what, where, iso = "legs use", limit["link"], ""
        count, times = rows.height, rows["depart_min"]
    elif limit["measure"] == "airspace_closed":
        rows = _flights(evidence).filter(pl.col("country") == limit["country"])
        iso = limit["country"]
        what, where = "flights need the airspace of", evidence.name(iso)
        count, times = int(rows["legs"].sum()), rows["at_min"]
    else:
        rows = _visits(evidence).filter(pl.col("country") == limit["country"])
        iso = limit["country"]
        what, where = "legs use the territory of", evidence.name(iso)
        count, times = rows["leg"].n_unique(), rows["at_min"]
    first = int(times.min()) if count else None  # type: ignore[arg-type]
    at = "" if first is None else f", the first at {evidence.when(first)}"
    return Finding(
        rule,
        limit["status"] if count else "passed",
        iso or where,
        f"{counted(count)} {what} {where}{at}, which the analyst has closed "
        f"({limit['text'].rstrip('.')})",
        number=count,
        limit=0.0,
        unit="legs",
        country=iso,
        at_min=first,
    )
