"""The desk: one council in one folder, its ledger, its keys, its people, its clock."""

from __future__ import annotations

import shutil
import threading
import time
from bisect import bisect_right
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from standto.channel.incident import incidents_of
from standto.council.acts import TYPE, Act, act_of, body_of
from standto.council.charter import charter_of, charter_of_pact
from standto.council.decide import BOUND
from standto.council.keyring import enrol_own
from standto.council.pack import load_pack
from standto.council.procedure import replay, step
from standto.council.state import Council
from standto.errors import ProcedureError, StandtoError
from standto.ledger.book import Ledger
from standto.ledger.entry import Content, Entry, signed_bytes, unstamp
from standto.ledger.keyfile import create_key, read_key
from standto.ledger.keys import REGISTRAR, Key
from standto.server.exercise import ExerciseClock, due_injects
from standto.server.permits import Forbidden, User, actor_for, need
from standto.server.store import Store
from standto.world.load import load, scenario_folder
from standto.world.version import version
from standto.world.world import World

FACILITATOR, CHANNEL = "facilitator", "channel_officer"
INJECT = "inject"
KEEP_CLOCK_S = 5.0
"""So much real time of an exercise a desk that is killed may lose; one that is stopped, none."""
AUDITED = "audited"
"""Note on an error that stands in the audit already."""


def create_desk(folder: Path, scenario: str | Path, start: datetime | None = None) -> None:
    """A desk in a new folder: a copy of the scenario, fresh keys, ledgers opened by a registrar.

    start: exercise time at which it begins; by default a day before C-hour.
    """
    if folder.exists() and any(folder.iterdir()):
        raise StandtoError(f"{folder} is not empty; a desk begins in a folder of its own")
    world = load(scenario)
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    shutil.copytree(scenario_folder(scenario), folder / "scenario")
    begin = start or world.clock.c_hour - timedelta(days=1)
    charter = charter_of_pact(
        origin=f"standto/desk/{world.scenario.name.replace(' ', '-')}",
        title=f"{world.scenario.alliance}: {world.scenario.title}",
        kind="exercise",
        pack=load_pack(world.scenario.council, world.folder),
        table=world.alliance.members,
    )
    registrar = create_key(folder / "keys", REGISTRAR)
    holders = [*charter.pack.roles, *(member.iso for member in charter.members)]
    for name, about, more in (
        ("ledger", charter.body(), [*holders, FACILITATOR]),
        ("channel", {"origin": f"{charter.origin}/channel"}, [CHANNEL]),
    ):
        ledger = Ledger.create(folder / f"{name}.sqlite", about, registrar, begin)
        with ledger.writing():
            for holder in more:
                enrol_own(ledger, registrar, create_key(folder / "keys", holder), begin)
        ledger.seal(registrar)
        ledger.close()


class Desk:
    """An open desk. What changes the council goes through one lock and into the ledger first."""

    def __init__(
        self,
        folder: Path,
        wall: Callable[[], float] = time.monotonic,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Open the desk in a folder that `create_desk` made, and follow its ledger to the end."""
        if not (folder / "ledger.sqlite").is_file():
            raise StandtoError(f"there is no desk in {folder}; `standto desk create` makes one")
        self.folder = folder
        self.world: World = load(folder / "scenario")
        self.store = Store(folder / "desk.sqlite")
        self.ledger = Ledger(folder / "ledger.sqlite")
        self.channel = Ledger(folder / "channel.sqlite")
        self.last: Entry = self.ledger.last
        self.incidents = incidents_of(self.channel.entries())
        self.charter = charter_of(self.ledger.opening)
        self.keys = {key.holder: key for key in map(read_key, (folder / "keys").glob("*.pem"))}
        self.council: Council = self.charter.convene()
        self.record: list[tuple[Entry, Act]] = []
        self._released: tuple[int, Council] = (0, self.council)
        self.clock = ExerciseClock(self.store, unstamp(self.last.at), wall)
        self.time = clock
        self.version = 0
        self.ending = False
        self.listeners: list[Callable[[], None]] = []
        self.lock = threading.RLock()
        for entry in self.ledger.entries():
            if entry.body.get("type") == TYPE:
                self._follow(entry, act_of(entry))

    def now(self) -> datetime:
        """Exercise time, never before the last entry of the ledger."""
        return max(self.clock.now(), unstamp(self.last.at))

    def after(self, minutes: int) -> datetime:
        """Exercise time so many minutes from now."""
        return self.now() + timedelta(minutes=minutes)

    def act(self, user: User, kind: str, fields: dict[str, Any], request: str = "") -> int:
        """Do an act as a user, now; give its entry's number.

        fields: those of `Act` that the act needs. request: a name that the browser gives to this
        try, so that the same try sent twice is done once.
        Raises Forbidden or ProcedureError; then nothing is written but a line of the audit.
        """
        with self.lock:
            done = self.done_before(user, request)
            if done is not None:
                return done
            act, council = self.admitted(user, kind, fields)
            if not self.holds(act.actor):
                raise StandtoError(
                    f"the desk does not hold the key of {act.actor}; its holder signs the act"
                )
            content = self.ledger.next_content(
                act.actor, act.at, body_of(act), self.key(act.actor).name
            )
            signature = self.key(act.actor).sign(signed_bytes(content))
            entry = self.record_signed(act, council, content, signature)
            self.remember(user, request, entry.n)
        self.changed()
        return entry.n

    def done_before(self, user: User, request: str) -> int | None:
        """Number of the entry that a try of a user has made already, if it has."""
        row = self.store.row(
            "SELECT entry FROM request WHERE user = ? AND request = ?", user.name, request
        )
        return int(row["entry"]) if request and row is not None else None

    def remember(self, user: User, request: str, entry: int) -> None:
        """Keep which entry a try has made; one without a name is not kept."""
        if request:
            self.store.do("INSERT INTO request VALUES (?, ?, ?)", user.name, request, entry)

    def admitted(self, user: User, kind: str, fields: dict[str, Any]) -> tuple[Act, Council]:
        """The act that a user would do now, and the council after it. Under the desk's lock.

        Raises Forbidden or ProcedureError; then only the audit's line is written.
        """
        try:
            need(user, "act in the council")
            actor = actor_for(user, kind, self.council)
            self.last = self.ledger.last
            act = self._bound(Act(at=self.now(), act=kind, actor=actor, **fields))
            return act, step(self.council, act)
        except (ProcedureError, Forbidden) as error:
            self.refused(user, kind, error)
            raise

    def record_signed(
        self, act: Act, council: Council, content: Content, signature: bytes
    ) -> Entry:
        """Write an act that its actor's key has signed. Under the desk's lock."""
        with self.ledger.writing():
            entry = self.ledger.append_signed(content, signature)
            self.ledger.seal(self.key(REGISTRAR))
        self.council, self.last = council, entry
        self.record.append((entry, act))
        return entry

    def holds(self, holder: str) -> bool:
        """Whether the desk itself keeps the key with which a holder signs now."""
        key = self.keys.get(holder)
        return key is not None and key.name == self.ledger.key_of(holder, self.now())

    def refused(self, user: User, what: str, error: StandtoError) -> None:
        """Write a refusal into the audit, and mark it as written."""
        error.add_note(AUDITED)
        self.store.audit(self.time(), user.name, what, str(error))

    def changed(self) -> None:
        """Tell everybody who listens that there is something new."""
        self.version += 1
        for listener in list(self.listeners):
            listener()

    def end(self) -> None:
        """Let everybody who listens go, so that the server can stop."""
        self.ending = True
        self.changed()

    def tick(self) -> None:
        """Let injects appear whose time has come, and take up what others have written.

        Another process may write too: `standto keys` enrols and revokes while the desk is open.
        """
        with self.lock:
            before, self.last = self.last.n, self.ledger.last
            for number, recipients, text in due_injects(self.store, self.clock.now()):
                body = {"type": INJECT, "to": recipients, "text": text}
                with self.ledger.writing():
                    self.last = self.ledger.append(
                        FACILITATOR, self.now(), body, self.key(FACILITATOR)
                    )
                    self.ledger.seal(self.key(REGISTRAR))
                self.store.do("UPDATE inject SET entry = ? WHERE id = ?", self.last.n, number)
            fresh = self.last.n > before
        self.clock.keep(every_s=KEEP_CLOCK_S)
        if fresh:
            self.changed()

    @property
    def released(self) -> int:
        """Number of the last entry that observers may read."""
        return int(self.store.setting("released", "0"))

    def acts_up_to(self, entry: int) -> int:
        """How many acts the record holds up to an entry."""
        return bisect_right(self.record, entry, key=lambda pair: pair[0].n)

    def council_at(self, entry: int) -> Council:
        """The council as it stood after an entry, for those to whom no more is released."""
        if not self.record or entry >= self.record[-1][0].n:
            return self.council
        at, council = self._released
        if not 0 < at <= entry:
            at, council = 0, self.charter.convene()
        council = replay(council, [act for e, act in self.record if at < e.n <= entry])
        self._released = (entry, council)
        return council

    def key(self, holder: str) -> Key:
        """The key that the desk keeps for a holder."""
        if holder not in self.keys:
            raise StandtoError(f"the desk keeps no key of {holder}")
        return self.keys[holder]

    def close(self) -> None:
        """Close the files."""
        self.clock.keep()
        self.ledger.close()
        self.channel.close()
        self.store.close()

    def _bound(self, act: Act) -> Act:
        """Bind a draft or an activation to the version of its plans as they are now."""
        if act.act not in BOUND:
            return act
        plans = act.plans
        if not plans and self.council.decisions:
            key = act.decision or list(self.council.decisions)[-1]
            decision = self.council.decisions.get(key)
            plans = () if decision is None else decision.plans
        known = {plan.plan for plan in self.world.scenario.plans}
        unknown = sorted(set(plans) - known)
        if unknown:
            raise ProcedureError(
                str(act), f"{unknown[0]} is no plan", f"Plans: {' '.join(sorted(known))}"
            )
        return msgspec.structs.replace(act, version=version(self.world.alliance, plans))

    def _follow(self, entry: Entry, act: Act) -> None:
        self.council = step(self.council, act)
        self.record.append((entry, act))
