"""Notices: who is to be told what, and by when, before or because something moves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import polars as pl

from standto.clock import MINUTES_A_DAY
from standto.plan.plan import Plan
from standto.rules.evidence import UNSEEN, Evidence, counted
from standto.rules.packs import COUNTED, Rule, Threshold, load_packs
from standto.rules.presence import LAND, entries, running
from standto.rules.straits import passages
from standto.schedule.schedule import Schedule
from standto.world.world import World

NOTICES = pl.Schema(
    {
        "notice": pl.String(),
        "kind": pl.String(),
        "to": pl.String(),
        "due_min": pl.Int64(),
        "event_min": pl.Int64(),
        "subject": pl.String(),
        "number": pl.Float64(),
        "text": pl.String(),
        "article": pl.String(),
        "basis": pl.String(),
        "status": pl.String(),
        "source": pl.String(),
        "grade": pl.String(),
    }
)
"""Columns of the notices, one row a notice, in order of the time it is due.

notice: unique key, `rule/subject`. kind: prior_notification, observation, voluntary, answer_ready,
passage or danger_area. due_min: when it is to be given; event_min: of what. number: what it is
about. status: due; late (the time had passed when the decision fell); recommended. text: one
sentence.
"""

MINUTES = {"d": MINUTES_A_DAY, "h": 60}


@dataclass(frozen=True)
class Notice:
    """One row of the notices, for one rule."""

    rule: Rule
    kind: str
    subject: str
    due_min: int
    event_min: int
    number: float
    text: str
    status: str
    limit: Threshold | None = None
    key: str = ""

    def row(self) -> dict[str, object]:
        """The notice as a row of NOTICES."""
        grade = self.limit.grade if self.limit else self.rule.grade
        unseen = UNSEEN if grade == "C" else ""
        return {
            "notice": f"{self.key or self.rule.rule}/{self.subject}",
            "kind": self.kind,
            "to": self.rule.addressee,
            "due_min": self.due_min,
            "event_min": self.event_min,
            "subject": self.subject,
            "number": float(self.number),
            "text": f"{self.text.removesuffix('.')}{unseen}.",
            "article": self.rule.article,
            "basis": self.rule.basis,
            "status": self.status,
            "source": self.limit.source if self.limit else self.rule.source,
            "grade": grade,
        }


def notify(world: World, plan: Plan, schedule: Schedule) -> pl.DataFrame:
    """Notices due for a schedule under the rules in force, as NOTICES, earliest first."""
    evidence = Evidence(world, plan, schedule, load_packs(world))
    rows: list[dict[str, object]] = []
    for rule in evidence.packs.rules:
        if rule.check in CHECKS and evidence.active(rule):
            rows += [notice.row() for notice in CHECKS[rule.check](evidence, rule)]
    return pl.DataFrame(rows, schema=NOTICES).sort("due_min", "notice")


def _present(evidence: Evidence, rule: Rule) -> Iterator[Notice]:
    """A large land activity in a country of the zone."""
    rows = evidence.presence
    yield from _large(evidence, rule, rows, "present in")


def _transfer(evidence: Evidence, rule: Rule) -> Iterator[Notice]:
    """A large transfer of land forces into the zone."""
    zone = rule.states.get("zone", frozenset())
    rows = entries(evidence.world, evidence.plan, evidence.schedule, zone)
    yield from _large(evidence, rule, rows, "brought into the zone by way of")


def _large(evidence: Evidence, rule: Rule, rows: pl.DataFrame, words: str) -> Iterator[Notice]:
    """A notice for each country in which a total reaches a threshold, at the first that does."""
    land = _land(rows, rule)
    tripped: dict[str, tuple[int, float, Threshold]] = {}
    for measure in COUNTED:
        if measure not in rule.thresholds:
            continue
        limit = rule.thresholds[measure]
        for iso, at, total in running(land, measure).iter_rows():
            if total >= limit.value and (iso not in tripped or at < tripped[iso][0]):
                tripped[iso] = (at, total, limit)
    for iso, (at, total, limit) in sorted(tripped.items()):
        yield _ahead(evidence, rule, _start(land, iso), at, iso, total, limit, words)


def _ahead(
    evidence: Evidence,
    rule: Rule,
    start: int,
    at: int,
    iso: str,
    total: float,
    limit: Threshold,
    words: str,
) -> Notice:
    """The notice of one activity: ahead of it, or at its start where the decision came too late."""
    lead = rule.thresholds.get("notice")
    due = at - round(lead.value * MINUTES_A_DAY) if lead else at
    early = due >= evidence.plan.activated_min
    spare = next((r for r in _siblings(evidence, rule) if r.check == "no_notice"), None)
    ahead = f"{counted(lead.value)} days ahead" if lead else "ahead"
    reason = f"to be notified {ahead}"
    if not early and spare:
        due = max(evidence.plan.activated_min, start)
        reason = (
            f"the {ahead.removesuffix(' ahead')} of notice lie before the decision, so it is given "
            f"when the activity begins ({spare.article})"
        )
    elif not early:
        reason = f"the notice, {ahead}, was due before the decision"
    return Notice(
        rule,
        "observation" if "observ" in rule.title.lower() else "prior_notification",
        iso,
        due,
        at,
        total,
        f"{counted(total)} {limit.unit} are {words} {evidence.name(iso)} at {evidence.when(at)}, "
        f"at or above {counted(limit.value)}: {reason}",
        "due" if early or spare else "late",
        limit,
    )


def _voluntary(evidence: Evidence, rule: Rule) -> Iterator[Notice]:
    """The largest activity below the threshold: it is recommended to tell of it all the same."""
    notified = next((r for r in _siblings(evidence, rule) if r.check == "present"), None)
    if notified is None or "personnel" not in notified.thresholds:
        return
    limit = notified.thresholds["personnel"]
    land = _land(evidence.presence, rule)
    peaks = land.group_by("country").agg(pl.col("personnel").sum()).sort("personnel", "country")
    below = peaks.filter((pl.col("personnel") < limit.value) & (pl.col("personnel") > 0))
    if below.is_empty():
        return
    iso, number = below.row(-1)
    at = max(evidence.plan.activated_min, _start(land, iso))
    yield Notice(
        rule,
        "voluntary",
        iso,
        at,
        at,
        number,
        f"{counted(number)} personnel in {evidence.name(iso)} are the largest activity below "
        f"{counted(limit.value)}; telling of it is a courtesy that shows openness",
        "recommended",
    )


def _reply(evidence: Evidence, rule: Rule) -> Iterator[Notice]:
    """An answer that lies ready for whoever asks about the activity."""
    limit = rule.thresholds["reply"]
    decided = evidence.plan.activated_min
    due = decided + round(limit.value * MINUTES.get(limit.unit, 60))
    yield Notice(
        rule,
        "answer_ready",
        "plan",
        due,
        decided,
        limit.value,
        f"Whoever asks what the activity is for is answered within {counted(limit.value)} hours of "
        f"the question; a question on the day of the decision is answered by {evidence.when(due)}",
        "recommended",
        limit,
    )


def _passage(evidence: Evidence, rule: Rule) -> Iterator[Notice]:
    """A warship's first passage, notified to the power that keeps the strait."""
    ships = passages(evidence, rule.pack).filter("warship").sort("enter_min")
    littoral = rule.states.get("black_sea", frozenset())
    for row in ships.unique(subset="ship", keep="first", maintain_order=True).iter_rows(named=True):
        text = f"The passage of {row['ship']} at {evidence.when(row['enter_min'])} is notified"
        wish = row["owner"] not in littoral
        yield from _leads(evidence, rule, "passage", row["ship"], row["enter_min"], text, wish)


def _danger_area(evidence: Evidence, rule: Rule) -> Iterator[Notice]:
    """A danger area of the scenario: told to mariners and airmen before it becomes active."""
    for area in evidence.packs.danger_areas.iter_rows(named=True):
        start, end = area["start_min"], area["end_min"]
        text = (
            f"{area['name']} ({area['domain']}) is active from {evidence.when(start)} to "
            f"{evidence.when(end)} ({area['text'].rstrip('.')}); it is announced"
        )
        yield from _leads(evidence, rule, "danger_area", area["area"], start, text, True)


def _leads(
    evidence: Evidence, rule: Rule, kind: str, subject: str, event: int, text: str, wish: bool
) -> Iterator[Notice]:
    """The notice that must be given, and the longer one that is desirable while there is time."""
    for measure in ("notice", "desirable") if wish else ("notice",):
        limit = rule.thresholds.get(measure)
        if limit is None:
            continue
        due = event - round(limit.value * MINUTES_A_DAY)
        late = due < evidence.plan.activated_min
        hard = measure == "notice"
        if late and not hard:
            continue
        yield Notice(
            rule,
            kind,
            subject,
            due,
            event,
            limit.value,
            f"{text} {counted(limit.value)} days ahead"
            + (", which was before the decision" if late else ""),
            ("late" if late else "due") if hard else "recommended",
            limit,
            "" if hard else f"{rule.rule}-{measure}",
        )


def _land(rows: pl.DataFrame, rule: Rule) -> pl.DataFrame:
    zone = sorted(rule.states.get("zone", ()))
    return rows.filter(pl.col("country").is_in(zone) & pl.col("domain").is_in(LAND))


def _start(land: pl.DataFrame, iso: str) -> int:
    """When the first arrival in a country begins its activity; its forces in place are no start."""
    moved = land.filter((pl.col("country") == iso) & (pl.col("outside") != ""))["at_min"]
    return int(moved.min()) if len(moved) else 0  # type: ignore[arg-type]


def _siblings(evidence: Evidence, rule: Rule) -> list[Rule]:
    """Rules of the same pack that are in force."""
    return [r for r in evidence.packs.rules if r.pack == rule.pack and evidence.active(r)]


CHECKS: dict[str, Callable[[Evidence, Rule], Iterator[Notice]]] = {
    "present": _present,
    "transfer": _transfer,
    "voluntary": _voluntary,
    "reply": _reply,
    "passage_notice": _passage,
    "danger_area": _danger_area,
}
"""What a rule of each check gives rise to; the other checks ask for no notice."""
