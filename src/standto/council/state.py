"""Where a council stands: its drafts, its decisions, what is activated. Never changed in place."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from standto.council.grown import Grown
from standto.council.pack import Forum, Member, Pack

Status = Literal["drafted", "under_silence", "silence_broken", "decided", "activated"]


class Objection(Struct, frozen=True):
    """A member's objection and its words."""

    member: str
    at: datetime
    text: str


class Decision(Struct, frozen=True):
    """A draft and what becomes of it.

    version: content hash of the plans that it is bound to. revision: 1, and one more with each
    draft that takes its place. objections: those that stand against this revision.
    votes: `vote_for`, `vote_against` or `abstained` by member. amendments: member and words.
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
    amendments: Grown[tuple[str, str]] = Grown()
    votes: dict[str, str] = {}
    decided_at: datetime | None = None

    @property
    def open(self) -> bool:
        """Whether it may still be objected to, amended and decided."""
        return self.status in {"drafted", "under_silence", "silence_broken"}


class Standing(Struct, frozen=True):
    """An activation that stands: plans in a version, since when, ordered when, its limits."""

    decision: str
    plans: tuple[str, ...]
    version: str | None
    at: datetime
    ordered_at: datetime | None = None
    limits: Grown[str] = Grown()
    ends: datetime | None = None
    reviewed: Grown[datetime] = Grown()


class Council(Struct, frozen=True):
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
    decisions: dict[str, Decision] = {}
    standing: tuple[Standing, ...] = ()
    required: dict[str, int] = {}
    pledged: dict[tuple[str, str], int] = {}
    readiness_raised: tuple[str, ...] = ()

    def sitting(self, when: datetime) -> tuple[str, ...]:
        """Members on that day."""
        return tuple(member.iso for member in self.members if member.sits(when))

    def sits(self, iso: str, when: datetime) -> bool:
        """Whether a country is a member on that day."""
        return any(member.iso == iso and member.sits(when) for member in self.members)

    def has_seat(self, iso: str, forum: Forum, when: datetime) -> bool:
        """Whether a country is a member with a seat in a forum on that day."""
        return iso not in forum.excludes and self.sits(iso, when)

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
