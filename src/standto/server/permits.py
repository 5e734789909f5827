"""Who may do what at the desk: one table, which the routes ask and the documentation prints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from standto.council.checks import who_could
from standto.council.pack import Pack
from standto.council.state import Council
from standto.errors import StandtoError

Role = Literal[
    "representative", "chair", "commander", "adviser", "facilitator", "channel_officer", "observer"
]
ROLES: tuple[Role, ...] = get_args(Role)

ACTORS: dict[str, tuple[str, ...]] = {
    "chair": ("chair", "secretary_general"),
    "commander": ("commander",),
    "adviser": ("military_committee",),
}
"""Roles of the procedure in which a role at the desk acts; a representative acts as its country."""

COUNCIL: frozenset[Role] = frozenset({"representative", "chair", "commander", "adviser"})
EVERYBODY: frozenset[Role] = frozenset(ROLES)

PERMITS: dict[str, tuple[frozenset[Role], str]] = {
    "read the desk": (EVERYBODY, "its own view: observers see what is released, no more"),
    "keep drafts": (EVERYBODY, "its own private notes and unfinished words"),
    "keep passkeys": (EVERYBODY, "its own, after its password once more"),
    "act in the council": (COUNCIL, "in its own role only, and as the procedure allows"),
    "hold its own key": (COUNCIL, "in place of the desk's, after its password once more"),
    "release to observers": (frozenset({"chair"}), "the record up to an entry, and the figures"),
    "read the figures": (COUNCIL | {"facilitator", "channel_officer", "observer"}, "as released"),
    "start and cancel runs": (
        frozenset({"chair", "commander", "adviser", "facilitator"}),
        "schedules and rehearsals",
    ),
    "export the ledger": (COUNCIL | {"facilitator"}, "with its checkpoint, to verify elsewhere"),
    "steer the exercise": (frozenset({"facilitator"}), "clock and injects"),
    "read the audit": (frozenset({"facilitator"}), "refusals and sign-ins"),
    "read the channel": (frozenset({"channel_officer", "facilitator"}), "the incident log"),
    "write in the channel": (frozenset({"channel_officer"}), "incidents and acknowledgements"),
    "read the statements": (EVERYBODY - {"observer"}, "what the reports say, and who confirmed it"),
    "decide on statements": (
        frozenset({"chair", "commander", "adviser", "facilitator"}),
        "accept, edit, reject, set a grade",
    ),
}
"""What may be done, by which roles, and a remark."""


@dataclass(frozen=True)
class User:
    """Somebody signed in. country: of a representative; empty for the others."""

    name: str
    role: Role
    country: str = ""

    @property
    def actors(self) -> tuple[str, ...]:
        """As whom this user acts in the council's procedure."""
        return (self.country,) if self.role == "representative" else ACTORS.get(self.role, ())


class Forbidden(StandtoError):  # noqa: N818 (it is what the answer is called)
    """Something that this role may not do."""


def may(user: User, what: str) -> bool:
    """Whether a user may do something of the table."""
    return user.role in PERMITS[what][0]


def need(user: User, what: str) -> None:
    """Raise Forbidden, with who could, unless a user may do something."""
    if not may(user, what):
        roles = " ".join(role for role in ROLES if role in PERMITS[what][0])
        raise Forbidden(f"{user.role} may not {what}. Who could: {roles}")


def actor_for(user: User, act: str, council: Council) -> str:
    """As whom a user would do an act. Raises Forbidden when none of the user's roles may."""
    step = council.pack.step(act)
    if step is not None:
        for actor in user.actors:
            if actor in step.actors or ("member" in step.actors and user.role == "representative"):
                return actor
    raise Forbidden(f"{user.role} may not do {act}. {who_could(council, act)}")


def acts_of_role(role: Role, pack: Pack) -> tuple[str, ...]:
    """Acts that a role may do under a pack, if the procedure allows them at the time."""
    actors = {"member"} if role == "representative" else set(ACTORS.get(role, ()))
    return tuple(step.act for step in pack.steps if actors & set(step.actors))


def table() -> str:
    """The table of permits as Markdown."""
    head = "| what | " + " | ".join(ROLES) + " | remark |"
    rows = [head, "|---" * (len(ROLES) + 2) + "|"]
    for what, (roles, remark) in PERMITS.items():
        cells = ["yes" if role in roles else "" for role in ROLES]
        rows.append(f"| {what} | " + " | ".join(cells) + f" | {remark} |")
    return "\n".join(rows) + "\n"
