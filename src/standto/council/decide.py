"""From the acts to an activation: people decide; the program replays, records and verifies."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from standto.clock import iso
from standto.council.activation import Activation
from standto.council.acts import Act, acts_of, body_of
from standto.council.charter import Charter, charter_of_pact
from standto.council.pack import load_pack
from standto.council.procedure import step
from standto.council.state import Council
from standto.council.verify import Report, verify
from standto.errors import DataError, ProcedureError, StandtoError
from standto.ledger.book import Ledger
from standto.ledger.entry import stamp
from standto.ledger.export import export, read_lines
from standto.ledger.keys import REGISTRAR, enrolment, replay_key
from standto.world.version import version
from standto.world.world import World

BOUND = ("draft_decision", "activated")
"""Acts that are bound to a version of the plans they name."""


def decide(world: World, ledger_path: Path) -> Activation:
    """The activation that stands after the scenario's acts, proved by the ledger written.

    ledger_path: a new SQLite file. The acts are `world.acts`, or those of an exported ledger in the
    scenario's folder, which is verified and kept as it is.
    Raises ProcedureError at an act that the rules refuse, StandtoError when no activation stands.
    """
    if world.ledger is not None:
        restore(world.ledger, ledger_path)
    else:
        charter = charter_for(world)
        record(charter, bound(world, charter, acts_of(world.acts)), ledger_path)
    report = verify(ledger_path)
    if not report.good or report.council is None:
        raise StandtoError(f"{(world.ledger or ledger_path).name}: {report.summary}")
    return activation_of(world, report.council, report)


def why_undecided(world: World) -> str:
    """Why `decide` would give no activation, in its own words; empty when it would give one.

    Raises DataError when the council's pack or its acts cannot be read.
    """
    charter_for(world)
    acts_of(world.acts)
    with TemporaryDirectory(prefix="standto-") as scratch:
        try:
            decide(world, Path(scratch) / "ledger.sqlite")
        except DataError:
            raise
        except StandtoError as error:
            return str(error)
    return ""


def charter_for(world: World) -> Charter:
    """The charter of a replay of the scenario's acts."""
    return charter_of_pact(
        origin=f"standto/replay/{world.scenario.name.replace(' ', '-')}",
        title=f"{world.scenario.alliance}: {world.scenario.title}",
        kind="replay",
        pack=load_pack(world.scenario.council, world.folder),
        table=world.alliance.members,
    )


def bound(world: World, charter: Charter, acts: Iterable[Act]) -> list[Act]:
    """The acts, with drafts and activations bound to the version of the plans they concern.

    An act that names no plan takes the plans of the decision it is about.
    """
    acts_bound: list[Act] = []
    plans: dict[str | None, tuple[str, ...]] = {}
    for act in acts:
        named = act.plans or plans.get(act.decision, ())
        if act.act == "draft_decision":
            plans |= {act.decision: named, None: named}
        wanted = act.act in BOUND and named and act.version is None
        content = version(world.alliance, named) if wanted else act.version
        acts_bound.append(msgspec.structs.replace(act, version=content))
    return acts_bound


def record(charter: Charter, acts: list[Act], path: Path) -> None:
    """Write a replay of acts into a new ledger, signed with replay keys, and seal it.

    The same charter and acts give the same entries, byte for byte. Raises ProcedureError, and
    leaves no ledger behind, at the first act that the procedure refuses.
    """
    council = charter.convene()
    for n, act in enumerate(acts, start=1):
        try:
            council = step(council, act)
        except ProcedureError as error:
            raise ProcedureError(
                f"acts.csv, act {n}: {error.act}", error.rule, error.who_could
            ) from None
    if not acts:
        raise StandtoError("acts.csv: there is no act, so no activation stands")
    start = acts[0].at
    registrar = replay_key(charter.origin, REGISTRAR)
    ledger = Ledger.create(path, charter.body(), registrar, start)
    keys = {actor: replay_key(charter.origin, actor) for actor in sorted({a.actor for a in acts})}
    with ledger.writing():
        for key in keys.values():
            ledger.append(REGISTRAR, start, enrolment(key, stamp(start)), registrar)
        for act in acts:
            ledger.append(act.actor, act.at, body_of(act), keys[act.actor])
        ledger.seal(registrar)
    ledger.close()


def restore(exported: Path, path: Path) -> None:
    """A ledger at `path` from a verified export. Raises StandtoError with the entry that fails."""
    report = verify(exported)
    if not report.good:
        raise StandtoError(f"{exported.name}: {report.summary}")
    lines = read_lines(exported)
    Ledger.restore(path, lines.lines, lines.notes[-1]).close()


def export_lines(path: Path) -> bytes:
    """A sealed ledger's file as JSON lines, as `ledger.jsonl` holds them."""
    ledger = Ledger(path)
    try:
        return export(ledger)
    finally:
        ledger.close()


def activation_of(world: World, council: Council, report: Report) -> Activation:
    """The activation that stands: its plans, bound to the scenario's forces as they are now.

    Notices run from the order where one was given, from the activation where none was.
    Raises StandtoError when none stands, or when it is of another version of the plan.
    """
    if not council.standing:
        raise StandtoError(why_none(council))
    for stands in council.standing:
        now = version(world.alliance, stands.plans)
        if stands.version != now:
            raise StandtoError(
                f"the council activated {' '.join(stands.plans)} in version "
                f"{(stands.version or 'none')[:12]}, but the scenario's forces, lines and loads "
                f"are version {now[:12]}: they were changed after the decision; decide again"
            )
    plans = tuple(dict.fromkeys(plan for s in council.standing for plan in s.plans))
    return Activation(
        plans=plans,
        version=version(world.alliance, plans),
        decided_at=max(s.at for s in council.standing),
        alerted_at=max(s.ordered_at or s.at for s in council.standing),
        ledger_head=report.head,
        entries=report.entries,
    )


def why_none(council: Council) -> str:
    """Why no activation stands, in one sentence."""
    if not council.decisions:
        return "no activation stands: the council has no draft decision before it"
    latest = council.decisions[list(council.decisions)[-1]]
    if latest.status == "activated":
        return f"no activation stands: that of {latest.key} was stood down"
    if latest.objections:
        said = "; ".join(f"{o.member} at {iso(o.at)}: {o.text}" for o in latest.objections)
        return f"no activation stands: {latest.key} met an objection ({said})"
    if latest.status == "under_silence" and latest.deadline is not None:
        return f"no activation stands: {latest.key} is under silence until {iso(latest.deadline)}"
    return f"no activation stands: {latest.key} is {latest.status.replace('_', ' ')}"
