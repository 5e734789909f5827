"""Where a council stands: its drafts, its decisions, what is activated. Never changed in place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from standto.council.pack import Forum, Member, Pack

Status = Literal["drafted", "under_silence", "silence_broken", "decided", "activated"]


@dataclass(frozen=True)
class Objection:
    """A member's objection and its words."""

    member: str
    at: datetime
    text: str


@dataclass(frozen=True)
class Decision:
    """A draft and what becomes of it.

    version: content hash of the plans that it is bound to. revision: 1, and one more with each
    draft that takes its place. objections: those that stand against this revision.
    votes: `vote_for`, `vote_against` or `abstained` by member.
    """

    key: str
    plans: tuple[str, ...]
    version: str | None
    text: str
    forum: Forum
    status: Status = "drafted"
    revision: int = 1
    deadline: datetime | None = None
    extensions: int = 0
    objections: tuple[Objection, ...] = ()
    amendments: tuple[tuple[str, str], ...] = ()
    votes: Mapping[str, str] = field(default_factory=dict)
    decided_at: datetime | None = None

    @property
    def open(self) -> bool:
        """Whether it may still be objected to, amended and decided."""
        return self.status in {"drafted", "under_silence", "silence_broken"}


@dataclass(frozen=True)
class Standing:
    """An activation that stands: plans in a version, since when, ordered when, its limits."""

    decision: str
    plans: tuple[str, ...]
    version: str | None
    at: datetime
    ordered_at: datetime | None = None
    limits: tuple[str, ...] = ()
    ends: datetime | None = None
    reviewed: tuple[datetime, ...] = ()


@dataclass(frozen=True)
class Council:
    """A council at one moment: who sits in it, how it decides, and what it has done so far.

    attacked: members attacked; one is enough to start the collective clause.
    required, pledged: number by capability, and by member and capability.
    """

    pack: Pack
    members: tuple[Member, ...]
    at: datetime | None = None
    done: frozenset[str] = frozenset()
    consulted: tuple[str, ...] = ()
    attacked: tuple[str, ...] = ()
    decisions: dict[str, Decision] = field(default_factory=dict)
    standing: tuple[Standing, ...] = ()
    required: Mapping[str, int] = field(default_factory=dict)
    pledged: Mapping[tuple[str, str], int] = field(default_factory=dict)
    readiness_raised: tuple[str, ...] = ()

    def sitting(self, when: datetime) -> tuple[str, ...]:
        """Members on that day."""
        return tuple(member.iso for member in self.members if member.sits(when))

    def seats(self, forum: Forum, when: datetime) -> tuple[str, ...]:
        """Members that sit in a forum on that day."""
        return tuple(iso for iso in self.sitting(when) if iso not in forum.excludes)

    @property
    def collective(self) -> bool:
        """Whether an attack on one member has made it a matter of all."""
        return bool(self.attacked)

    @property
    def gaps(self) -> dict[str, int]:
        """What is still required after all pledges, by capability; none is left out at zero."""
        given: dict[str, int] = {}
        for (_, capability), number in self.pledged.items():
            given[capability] = given.get(capability, 0) + number
        return {name: max(0, need - given.get(name, 0)) for name, need in self.required.items()}

    def with_decision(self, decision: Decision) -> Council:
        """The council with this decision in the place of the one of its key, as its latest."""
        others = {key: d for key, d in self.decisions.items() if key != decision.key}
        return replace(self, decisions={**others, decision.key: decision})
