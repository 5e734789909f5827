"""The public statement: a page whose every sentence comes from a decision, a schedule or a finding.

Each sentence carries the marks of what it rests on, such as [decision 3], [schedule country RO] or
[finding territory-consent/plan]; the references at the end say what each mark is. A dagger stands
where a figure or an hour is of grade C. The same response gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import polars as pl

from standto.council.acts import Act, act_of, acts_of, only_acts
from standto.council.pack import Pack, load_pack
from standto.ledger.book import Ledger
from standto.rules.evidence import UNSEEN, counted
from standto.rules.packs import rule_sources
from standto.view.response import Response
from standto.view.telling import (
    DAGGER,
    Mark,
    Sentence,
    first_sentence,
    keys,
    label,
    listed,
    plain,
    some,
    units,
    worst,
)

COUNTRIES_NAMED = 8
"""Countries that get a sentence of their own; a page has room for about so many."""

FINDINGS_NAMED = 3
"""Findings of a status that are told in full; the others are counted and referred to."""

MONTHS = (
    "January February March April May June July August September October November December"
).split()

ADVICE = {
    "threat_assessed": "the situation had been assessed",
    "command_request": "the commander had asked for the measures",
    "military_advice": "the military advisers had given their advice",
}
"""What came before a decision, by the act that did it."""

HOW = {
    "consensus": "by common accord of its members",
    "majority": "by a majority of its members",
    "weighted": "by a weighted majority of its members",
    "lead_body": "after hearing its members",
}


Part = tuple[str, list[Sentence]]


def statement(response: Response) -> str:
    """The public statement on a response, as Markdown."""
    parts: list[Part] = [
        ("What has been decided", list(decided(response))),
        ("Who moves, and where to", list(moving(response))),
        ("What the measures keep to", list(kept(response))),
        ("Who is told", list(told(response))),
    ]
    scenario = response.world.scenario
    latest = max([act.at for act in _acts(response)[-1:]] + [response.activation.decided_at])
    day = _day(response, response.world.clock.minute(latest))
    lines = [f"# {plain(scenario.alliance)}: public statement, {day}", ""]
    for heading, sentences in parts:
        if sentences:
            lines += [f"## {heading}", "", *_spaced(sentences), ""]
    marks = {mark.label: mark for _, part in parts for s in part for mark in s.marks}
    return "\n".join([*lines, *_references(response, marks.values())]) + "\n"


def _spaced(sentences: list[Sentence]) -> Iterator[str]:
    """A line a sentence, with an empty line where a list begins or ends."""
    for before, sentence in zip([sentences[0], *sentences], sentences, strict=False):
        if before.item != sentence.item:
            yield ""
        yield str(sentence)


def decided(response: Response) -> Iterator[Sentence]:
    """What the council decided, what it was asked, and the limits it set."""
    acts = _acts(response)
    pack = load_pack(response.world.scenario.council, response.world.folder)
    body = plain(pack.forums[0].title)
    yield _decision(response, acts, pack, body)
    asked = _of(acts, "consultations_called", "attack_on_member", "member_request")
    if asked:
        names = listed(sorted({_country(response, act.actor) for _, act in asked}))
        yield Sentence(f"Before that, {names} turned to the {body}", _marks(asked))
    known = [(act, words) for act, words in ADVICE.items() if _of(acts, act)]
    if known:
        text = listed([words for _, words in known])
        advised = _of(acts, *(act for act, _ in known))
        yield Sentence(text[0].upper() + text[1:], _marks(advised))
    for n, act in _of(acts, "mandate_limit"):
        yield Sentence(f"A limit was set: “{first_sentence(act.text)}”", _marks([(n, act)]))
    changed = _of(acts, "review", "stand_down")
    for n, act in changed[-1:]:
        yield Sentence(f"Since then: “{first_sentence(act.text)}”", _marks([(n, act)]))


def _decision(response: Response, acts: list[Act], pack: Pack, body: str) -> Sentence:
    """Who put which plans into effect, when, and how they came to agree."""
    titles = {plan.plan: plan.title for plan in response.world.scenario.plans}
    plans = [f"“{plain(titles.get(plan, plan))}”" for plan in response.activation.plans]
    named = f"the plan{'s' if len(plans) > 1 else ''} {listed(plans)}"
    silent = _of(acts, "silence_passed")
    met = _of(acts, "meeting_decision")
    how = "as no member objected within the time set" if silent and not met else HOW[pack.decides]
    when = _day(response, response.world.clock.minute(response.activation.decided_at))
    marks = _marks([*(met or silent)[-1:], *_of(acts, "activated")])
    head = response.activation.ledger_head[:12]
    text = f"On {when} the {body}, {how}, put into effect {named}"
    return Sentence(text, marks or (Mark("decision", f"the ledger, whose last entry is {head}"),))


def moving(response: Response) -> Iterator[Sentence]:
    """Units that move, by country; units that stand ready, and those already in place."""
    ends = _ends(response)
    if ends.height:
        moved, lands = ends["force"].n_unique(), ends["owner"].n_unique()
        yield Sentence(
            f"{units(moved)} of {some(lands, 'country', 'countries')}, "
            f"{counted(int(ends['personnel'].sum()))} people in all, move to "
            f"{some(ends['country'].n_unique(), 'country', 'countries')}",
            (_schedule(response, "schedule", "schedule.csv, all rows", ends),),
        )
        yield _first_and_last(response, ends)
        yield from _by_country(response, ends)
    missing = response.result.schedule.unplanned
    if missing.height:
        count = missing["force"].n_unique()
        sources = _sources(response, missing["force"])
        mark = Mark("schedule unplanned", "requirement lines that have no way yet", sources)
        yield Sentence(f"For {units(count)} some movements are still being arranged", (mark,))
    yield from _standing(response)


def _first_and_last(response: Response, ends: pl.DataFrame) -> Sentence:
    """The first and the last arrival of all."""
    names = dict(response.plan.forces.select("force", "name").iter_rows())
    ordered = ends.sort("at_min", "force")
    first, last = ordered.row(0, named=True), ordered.row(-1, named=True)
    marks = [
        _schedule(
            response,
            f"schedule force {row['force']}",
            f"rows of schedule.csv of {plain(names[row['force']])}",
            ends.filter(pl.col("force") == row["force"]),
        )
        for row in (first, last)
    ]
    return Sentence(
        f"The first part to arrive, of {plain(names[first['force']])}, is planned for "
        f"{_day(response, first['at_min'])}; the last, of {plain(names[last['force']])}, for "
        f"{_day(response, last['at_min'])}",
        tuple(dict.fromkeys(marks)),
    )


def _by_country(response: Response, ends: pl.DataFrame) -> Iterator[Sentence]:
    """A sentence for each country that receives units, the largest first; one for the rest."""
    groups = (
        ends.group_by("country")
        .agg(
            pl.col("force").n_unique().alias("units"),
            pl.col("personnel").sum(),
            pl.col("at_min").min().alias("first_min"),
            pl.col("at_min").max().alias("last_min"),
        )
        .sort(["personnel", "country"], descending=[True, False])
    )
    for row in groups.head(COUNTRIES_NAMED).iter_rows(named=True):
        iso = row["country"]
        name = _country(response, iso)
        span = _span(response, row["first_min"], row["last_min"])
        here = ends.filter(pl.col("country") == iso)
        mark = _schedule(
            response, f"schedule country {iso}", f"arrivals in {name} in schedule.csv", here
        )
        people = counted(row["personnel"])
        text = f"{name} receives {units(row['units'])} with {people} people {span}"
        yield Sentence(text, (mark,), item=True)
    rest = groups.slice(COUNTRIES_NAMED)
    if rest.height:
        others = ends.filter(pl.col("country").is_in(rest["country"].implode()))
        mark = _schedule(response, "schedule other countries", "arrivals elsewhere", others)
        names = listed([_country(response, iso) for iso in rest["country"]])
        text = f"{names} receive {counted(int(rest['personnel'].sum()))} people together"
        yield Sentence(text, (mark,), item=True)


def _standing(response: Response) -> Iterator[Sentence]:
    """Units that stand ready without moving, and units already where they are wanted."""
    forces = response.plan.forces
    raised = _marks(_of(_acts(response), "readiness_raised"))
    said = {
        "on_call": f"on call{', at raised readiness,' if raised else ''} and not sent",
        "in_place": "already in place",
    }
    for posture, words in said.items():
        rows = forces.filter(pl.col("posture") == posture)
        if rows.height:
            what = f"the plan's forces of posture {posture}, version {response.plan.version[:12]}"
            mark = Mark(f"plan {posture}", what, keys(rows["source"]), worst(rows["grade"]))
            people = counted(int(rows["personnel"].sum()))
            verb = "is" if rows.height == 1 else "are"
            text = f"{units(rows.height)} with {people} people {verb} {words}"
            yield Sentence(text, (mark, *(raised[-1:] if posture == "on_call" else ())))


def kept(response: Response) -> Iterator[Sentence]:
    """The rules that are met, those that ask for attention, and those not met as it stands."""
    table = response.findings
    open_rules = table.filter(pl.col("status") != "passed")["rule"].to_list()
    yield from _met(table.filter(~pl.col("rule").is_in(open_rules)))
    opening = {"violated": "Not yet met as scheduled: ", "attention": "Being looked at with care: "}
    for status, words in opening.items():
        rows = table.filter(pl.col("status") == status)
        for row in rows.head(FINDINGS_NAMED).iter_rows(named=True):
            yield Sentence(words + plain(row["text"].replace(UNSEEN, "")), (_finding(row),))
        others = rows.slice(FINDINGS_NAMED)
        if others.height:
            verb = "not yet met as scheduled" if status == "violated" else "looked at too"
            text = some(others.height, "further finding is", "further findings are")
            marks = tuple(_finding(row) for row in others.iter_rows(named=True))
            yield Sentence(f"{text} {verb}", marks)


def _met(table: pl.DataFrame) -> Iterator[Sentence]:
    """Rules that are met, pack by pack; then those under which nothing comes at all."""
    touched = ((pl.col("number") > 0) | (pl.col("limit") == 0)).fill_null(False).any().over("rule")
    for _, rows in table.filter(touched).group_by("pack", maintain_order=True):
        named = rows.unique(subset="rule", keep="first", maintain_order=True)
        names = "; ".join(
            f"“{plain(title)}”" + (f" ({plain(article)})" if article else "")
            for title, article in named.select("title", "article").iter_rows()
        )
        yield Sentence(f"The measures keep to these rules: {names}", _by_rule(rows))
    idle = table.filter(~touched)
    if idle.height:
        names = listed([f"“{plain(title)}”" for title in idle["title"].unique(maintain_order=True)])
        yield Sentence(f"Nothing in the measures comes under the rules {names}", _by_rule(idle))


def told(response: Response) -> Iterator[Sentence]:
    """Notices by whom they go to: those due, those late, those given as a courtesy."""
    words = {
        "due": "{n} due to {to}, the first by {day}",
        "late": "{n} to {to} could not be given in time and {verb} given at once",
        "recommended": "{n} {verb} given to {to} as a courtesy, the first by {day}",
    }
    ready = response.notices.filter(pl.col("kind") == "answer_ready")
    for row in ready.iter_rows(named=True):
        day = _day(response, row["due_min"])
        text = f"By {day} an answer lies ready for whoever asks about the measures"
        yield Sentence(text, (_notice(row),))
    others = response.notices.filter(pl.col("kind") != "answer_ready")
    for (to, status), rows in others.group_by("to", "status", maintain_order=True):
        count = some(rows.height, "notice", "notices")
        single = rows.height == 1
        if status == "due":
            count += " is" if single else " are"
        text = words[str(status)].format(
            n=count[0].upper() + count[1:],
            to=_country(response, str(to)) if to else "those concerned",
            day=_day(response, int(rows["due_min"][0])),
            verb="is" if single else "are",
        )
        yield Sentence(text, tuple(_notice(row) for row in rows.iter_rows(named=True)))


def _acts(response: Response) -> list[Act]:
    """What the council did: the scenario's acts, or those of the ledger it brought along."""
    if response.world.ledger is None:
        return list(acts_of(response.world.acts))
    ledger = Ledger(response.ledger)
    try:
        return [act_of(entry) for entry in only_acts(ledger.entries())]
    finally:
        ledger.close()


def _of(acts: list[Act], *names: str) -> list[tuple[int, Act]]:
    """Acts of these kinds with their number, counted from 1 over all acts."""
    return [(n, act) for n, act in enumerate(acts, start=1) if act.act in names]


def _marks(acts: Iterable[tuple[int, Act]]) -> tuple[Mark, ...]:
    return tuple(
        Mark(
            f"decision {n}",
            f"{act.act.replace('_', ' ')} by {act.actor}, {act.at:%Y-%m-%d %H:%M} UTC: "
            f"{plain(act.text)}",
            (act.source,) if act.source else (),
            act.grade or "",
        )
        for n, act in acts
    )


def _schedule(response: Response, label: str, what: str, rows: pl.DataFrame) -> Mark:
    """A mark for rows of the schedule; its sources are those of the forces in them."""
    chosen = response.plan.forces.filter(pl.col("force").is_in(rows["force"].implode()))
    return Mark(label, what, keys(chosen["source"]), worst(chosen["grade"]))


def _by_rule(rows: pl.DataFrame) -> tuple[Mark, ...]:
    groups = rows.group_by("rule", maintain_order=True)
    return tuple(_all_of(rule, part) for (rule,), part in groups)


def _all_of(rule: object, rows: pl.DataFrame) -> Mark:
    """A mark for all findings of a rule that is met, told by the one nearest to its limit."""
    nearest = rows.with_columns(
        share=(pl.col("number") / pl.col("limit")).fill_null(0.0).fill_nan(0.0)
    ).sort("share", descending=True, maintain_order=True)
    row = nearest.row(0, named=True)
    what = f"{some(rows.height, 'finding', 'findings')}, met; {plain(row['text'])}"
    return Mark(f"finding {rule}", what, keys(rows["source"]), worst(rows["grade"]))


def _finding(row: dict[str, Any]) -> Mark:
    text = plain(row["text"])
    return Mark(f"finding {row['finding']}", text, (row["source"],), row["grade"])


def _notice(row: dict[str, Any]) -> Mark:
    return Mark(f"notice {row['notice']}", plain(row["text"]), (row["source"],), row["grade"])


def _references(response: Response, marks: Iterable[Mark]) -> Iterator[str]:
    """The end of the statement: what each mark is, then the sources, once each."""
    known = list(marks)
    yield from ("## References", "")
    if any(mark.grade == "C" for mark in known):
        assumed = "a figure or an hour that is assumed or that no source has confirmed yet"
        yield from (f"{DAGGER} rests at least in part on {assumed} (grade C).", "")
    for mark in known:
        grade = f" (grade {mark.grade})" if mark.grade else ""
        from_ = f" Sources: {', '.join(mark.sources)}." if mark.sources else ""
        yield f"- [{label(mark.label)}] {mark.what.rstrip('.')}{grade}.{from_}"
    yield from ("", "## Sources", "")
    rows = rule_sources(response.world)
    titles = {row["source"]: row for row in rows.iter_rows(named=True)}
    for key in sorted({key for mark in known for key in mark.sources}):
        row = titles.get(key)
        where = f", {plain(row['where'])}" if row and row["where"] else ""
        yield f"- {key}: {plain(row['title']) if row else 'not on file'}{where}"


def _ends(response: Response) -> pl.DataFrame:
    """The last leg of each packet: force, owner, country, at_min (unloaded), personnel."""
    places = response.world.network.places.select(to="place", country="iso")
    return (
        response.result.schedule.legs.filter(pl.col("step") == pl.col("step").max().over("packet"))
        .join(places, on="to", how="left", maintain_order="left")
        .join(response.plan.forces.select("force", "owner"), on="force", how="left")
        .with_columns(at_min=pl.col("arrive_min") + pl.col("unload_min"))
        .select("force", "owner", "country", "at_min", "personnel")
    )


def _sources(response: Response, forces: pl.Series) -> tuple[str, ...]:
    chosen = response.plan.forces.filter(pl.col("force").is_in(forces.implode()))
    return keys(chosen["source"])


def _day(response: Response, minute: int) -> str:
    """A day for a reader: `28 February 2022`, in UTC."""
    when = response.world.clock.utc(minute)
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}"


def _span(response: Response, first_min: int, last_min: int) -> str:
    """Two days for a reader: `between 28 February and 5 March 2022`, or `on 28 February 2022`."""
    first, last = _day(response, first_min), _day(response, last_min)
    if first == last:
        return f"on {first}"
    begin, end = first.split(), last.split()
    while begin[-1] == end[len(begin) - 1]:
        begin.pop()
    return f"between {' '.join(begin)} and {last}"


def _country(response: Response, iso: str) -> str:
    names = dict(response.world.network.countries.select("iso", "name").iter_rows())
    return plain(names.get(iso, iso))
