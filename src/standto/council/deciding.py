"""When a meeting has decided: by common accord, a majority, weights, or a lead body."""

from __future__ import annotations

from collections.abc import Callable

from standto.council.acts import Act
from standto.council.state import Council, Decision


def why_undecided(council: Council, decision: Decision, act: Act) -> str:
    """Why a meeting cannot take this decision now; empty when it can."""
    return MODES[council.pack.decides](council, decision, act)


def consensus(council: Council, decision: Decision, act: Act) -> str:
    """Common accord: no objection of a member of the forum stands."""
    seats = council.seats(decision.forum, act.at)
    against = [o.member for o in decision.objections if o.member in seats]
    if not seats:
        return f"nobody sits in the {decision.forum.title}"
    return f"the objection of {' '.join(against)} stands" if against else ""


def majority(council: Council, decision: Decision, act: Act) -> str:
    """More than the stated share of the forum's members has voted for it."""
    seats = council.seats(decision.forum, act.at)
    votes = _for(decision, seats)
    needed = council.pack.more_than_percent
    if 100 * len(votes) > needed * len(seats):
        return ""
    return f"{len(votes)} of {len(seats)} members voted for it; more than {needed} % are needed"


def weighted(council: Council, decision: Decision, act: Act) -> str:
    """Both the stated share of members and the stated share of weights voted for it."""
    pack = council.pack
    seats = council.seats(decision.forum, act.at)
    votes = _for(decision, seats)
    total = sum(pack.weights.get(iso, 1) for iso in seats)
    given = sum(pack.weights.get(iso, 1) for iso in votes)
    if not votes or 100 * len(votes) < pack.at_least_members_percent * len(seats):
        return (
            f"{len(votes)} of {len(seats)} members voted for it; "
            f"at least {pack.at_least_members_percent} % are needed"
        )
    if 100 * given < pack.at_least_weight_percent * total:
        return (
            f"{given} of {total} in weight voted for it; "
            f"at least {pack.at_least_weight_percent} % are needed"
        )
    return ""


def lead_body(council: Council, decision: Decision, act: Act) -> str:
    """The lead body itself takes the decision."""
    lead = council.pack.lead
    return "" if act.actor == lead else f"{lead} decides alone"


def _for(decision: Decision, seats: tuple[str, ...]) -> list[str]:
    return [iso for iso in seats if decision.votes.get(iso) == "vote_for"]


MODES: dict[str, Callable[[Council, Decision, Act], str]] = {
    "consensus": consensus,
    "majority": majority,
    "weighted": weighted,
    "lead_body": lead_body,
}
