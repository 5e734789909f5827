"""Who stands behind statements in how many reports, and the grades a machine may propose."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from standto.reports.lexicon import holders
from standto.reports.situation import AGREE, Grade, Link, Originator, Statement

KINDS = {
    "name": "person",
    "role": "person",
    "pronoun": "person",
    "misspelt": "person",
    "body": "body",
    "document": "document",
    "unnamed": "unnamed",
    "outlet": "outlet",
}


def originators(made: Sequence[Statement]) -> tuple[Originator, ...]:
    """The people, bodies and documents behind statements, in order of their first.

    Unnamed sources and outlets are one for each report: nothing says that two are the same.
    """
    groups: dict[tuple[str, str], list[Statement]] = defaultdict(list)
    for one in made:
        groups[_who(one)].append(one)
    return tuple(
        Originator(
            id=f"o{n}",
            name=name,
            kind=KINDS[ones[0].speaker_how],  # type: ignore[arg-type]
            statements=tuple(one.id for one in ones),
            reports=tuple(dict.fromkeys(one.report for one in ones)),
        )
        for n, ((name, _), ones) in enumerate(groups.items(), start=1)
    )


def _who(one: Statement) -> tuple[str, str]:
    if one.speaker is not None:
        return one.speaker, ""
    if one.kind == "narration":
        return f"the report {one.report} itself", one.report
    return f"unnamed in {one.report}", one.report


def affiliation(name: str) -> str:
    """The body that a speaker speaks for, as far as the tables and the name itself say."""
    for holder in holders():
        if holder.person == name:
            return holder.body
    bodies = sorted({holder.body for holder in holders()}, key=len, reverse=True)
    return next((body for body in bodies if body.lower() in name.lower()), name)


def grades(made: Sequence[Statement], links: Sequence[Link]) -> Iterator[Grade]:
    """Two proposals for each statement: for "S said X", and for "X"; the source is always F.

    A machine does not know how reliable a source is, so it proposes F, and 6 unless independent
    originators agree; people of one body are not independent of each other.
    """
    by_id = {one.id: one for one in made}
    near: dict[str, set[str]] = defaultdict(set)
    against: dict[str, set[str]] = defaultdict(set)
    repeated: dict[str, set[str]] = defaultdict(set)
    for link in links:
        for this, other in ((link.a, link.b), (link.b, link.a)):
            if link.type in AGREE:
                near[this].add(other)
            if link.type == "same_utterance":
                repeated[this].add(by_id[other].report)
            if link.type == "contradicts":
                against[this].add(other)
    for one in made:
        outlets = 1 + len(repeated[one.id] - {one.report})
        if one.kind != "narration":
            yield _said(one, outlets)
        backing = {one.id} | near[one.id]
        behind = sorted({affiliation(_who(by_id[name])[0]) for name in backing})
        yield _content(one, behind, denied=bool(against[one.id]))


def _said(one: Statement, outlets: int) -> Grade:
    if outlets > 1:
        why = f"{outlets} reports carry the same words"
        return Grade(one.id, "said", "F", 2, outlets, why)
    return Grade(one.id, "said", "F", 6, 1, "one report carries it")


def _content(one: Statement, behind: Sequence[str], *, denied: bool) -> Grade:
    count = len(behind)
    who = ", ".join(behind)
    if denied:
        return Grade(one.id, "content", "F", 5, count, "another statement says the opposite")
    if count > 1:
        return Grade(one.id, "content", "F", 3, count, f"originators apart from each other: {who}")
    return Grade(one.id, "content", "F", 6, count, f"one originator: {who}")
