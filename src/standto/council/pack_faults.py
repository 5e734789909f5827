"""What is wrong with a procedure pack: every fault at once, before a council meets by it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec

from standto.errors import DataError, Fault
from standto.tables import near

if TYPE_CHECKING:
    from standto.council.pack import Member, Pack

FROM_TABLES = {"name", "steps", "weights"}
"""Fields that do not stand in council.toml; their tables are checked where they are read."""
TOML, STEPS, WEIGHTS = "council.toml", "council_steps.csv", "council_weights.csv"
PERCENTS = ("more_than_percent", "at_least_members_percent", "at_least_weight_percent")
MINUTES = ("shortest_silence_min", "shortest_silence_under_attack_min", "extensions")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_CODE = re.compile(r"[A-Z]{2}")


def fields_wrong(raw: dict[str, Any], kind: type[msgspec.Struct]) -> Iterator[Fault]:
    """Keys of a council.toml that are unknown, missing, or not of their type."""
    known = {field.name: field for field in msgspec.structs.fields(kind)}
    shown = [n.removesuffix("_min") for n in known if n not in FROM_TABLES]
    for name in raw:
        if name not in known:
            yield Fault(TOML, None, name, None, f"is no key of a council{near(name, shown)}")
    for name, field in known.items():
        if name in FROM_TABLES:
            continue
        if name not in raw:
            if field.required:
                yield Fault(TOML, None, name, None, "is missing; every council needs it")
            continue
        try:
            msgspec.convert(raw[name], field.type)
        except msgspec.ValidationError as error:
            yield Fault(TOML, None, name, None, str(error))


def pack_wrong(pack: Pack) -> Iterator[Fault]:
    """What in a pack, each field of its type, can never work."""
    yield from _forums(pack)
    for name in PERCENTS:
        share = getattr(pack, name)
        if not 0 <= share <= 100:
            yield Fault(TOML, None, name, str(share), "should be whole percents, from 0 to 100")
    for name in MINUTES:
        if getattr(pack, name) < 0:
            yield Fault(TOML, None, name, str(getattr(pack, name)), "should be 0 or more")
    yield from _steps(pack)
    yield from _deciding(pack)
    for iso, weight in pack.weights.items():
        if not _CODE.fullmatch(iso) or weight < 0:
            right = "should be a member's two-letter code and a weight of 0 or more"
            yield Fault(WEIGHTS, None, "iso", f"{iso} {weight}", right)


def _forums(pack: Pack) -> Iterator[Fault]:
    if not pack.forums:
        yield Fault(TOML, None, "forums", None, "names no forum; one is needed")
    for key, count in Counter(forum.forum for forum in pack.forums).items():
        if count > 1:
            yield Fault(TOML, None, "forum", key, "names two forums; each needs a key of its own")
    for forum in pack.forums:
        try:
            date.fromisoformat(forum.until)
        except ValueError:
            yield Fault(TOML, None, "until", forum.until, "should be a day such as 2010-06-10")
        for iso in forum.excludes:
            if not _CODE.fullmatch(iso):
                yield Fault(TOML, None, "excludes", iso, "should be a two-letter code")


def _steps(pack: Pack) -> Iterator[Fault]:
    known = [step.act for step in pack.steps]
    for step in pack.steps:
        for actor in step.actors:
            if not (_NAME.fullmatch(actor) or _CODE.fullmatch(actor)):
                right = f"of {step.act} should be a role, member, or a member's two-letter code"
                yield Fault(STEPS, None, "actors", actor, right)
        if step.after and not set(step.after) & set(known):
            right = f"of {step.act} names no act that this council knows, so it could never follow"
            yield Fault(STEPS, None, "after", " ".join(step.after), right)
    for act in ("draft_decision", "activated"):
        if act not in known:
            right = f"has no step {act}, without which no plan could ever be activated"
            yield Fault(STEPS, None, "act", None, right)
    silent = pack.silence and "silence_started" in known
    if "meeting_decision" not in known and not silent:
        right = "has neither meeting_decision nor a silence procedure, so nothing could be decided"
        yield Fault(STEPS, None, "act", None, right)


def _deciding(pack: Pack) -> Iterator[Fault]:
    if pack.silence and pack.step("silence_started") is None:
        right = "has no step silence_started, though the council knows silence"
        yield Fault(STEPS, None, "act", None, right)
    if pack.decides in {"majority", "weighted"} and pack.step("vote_for") is None:
        right = f"has no step vote_for, though the council decides by {pack.decides}"
        yield Fault(STEPS, None, "act", None, right)
    if pack.decides != "lead_body":
        return
    meeting = pack.step("meeting_decision")
    if not pack.lead:
        yield Fault(TOML, None, "lead", None, "should name the body that decides")
    elif meeting is not None and pack.lead not in meeting.actors:
        right = f"does not take the meeting_decision, which is for {' '.join(meeting.actors)}"
        yield Fault(TOML, None, "lead", pack.lead, right)


def need_fit(pack: Pack, members: Iterable[Member]) -> None:
    """Raise DataError unless a pack fits a pact's members: each has its weight where it counts."""
    isos = [member.iso for member in members]
    faults = [
        Fault(WEIGHTS, None, "iso", iso, "is no member of the pact")
        for iso in pack.weights
        if iso not in isos
    ]
    without = [iso for iso in isos if iso not in pack.weights]
    if pack.decides == "weighted" and not pack.weights:
        faults.append(Fault(WEIGHTS, None, None, None, _no_weights(pack, isos)))
    elif pack.decides == "weighted":
        right = "has no weight, though this council decides by weights"
        faults += [Fault(WEIGHTS, None, "iso", iso, right) for iso in without]
    if faults:
        raise DataError(faults)


def _no_weights(pack: Pack, isos: list[str]) -> str:
    return (
        f"is missing: the council {pack.name} decides by weights. Put it beside scenario.toml "
        f"with the columns iso,weight,basis,grade and a row for each member: {' '.join(isos)}"
    )
