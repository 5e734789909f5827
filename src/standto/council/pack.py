"""Procedure packs: how a pact decides, as data. A ledger carries its pack."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import msgspec

from standto.clock import parse_duration
from standto.council.pack_faults import STEPS, TOML, WEIGHTS, fields_wrong, pack_wrong
from standto.errors import DataError, Fault
from standto.ledger.entry import JSON
from standto.tables import near, read_lenient
from standto.world.bundled import bundled, bundled_names

Mode = Literal["consensus", "majority", "weighted", "lead_body"]
DURATIONS = ("shortest_silence", "shortest_silence_under_attack")


class Forum(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where members sit: all of them, or all but some, up to a day (ISO) where it was dissolved."""

    forum: str
    title: str
    excludes: tuple[str, ...] = ()
    until: str = "9999-12-31"


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who may do an act, what must have been done before, and the rule that says so."""

    act: str
    actors: tuple[str, ...]
    after: tuple[str, ...]
    rule: str
    basis: str
    grade: str


class Pack(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a pact decides. Shares are whole percents; silences are minutes.

    forums: the first is where a draft begins. lead: who decides under `lead_body`.
    weights: votes by member under `weighted`; a member that it leaves out has one.
    """

    name: str
    title: str
    decides: Mode
    forums: tuple[Forum, ...]
    steps: tuple[Step, ...]
    silence: bool = False
    shortest_silence_min: int = 0
    shortest_silence_under_attack_min: int = 0
    extensions: int = 0
    more_than_percent: int = 50
    at_least_members_percent: int = 0
    at_least_weight_percent: int = 0
    lead: str = ""
    weights: dict[str, int] = {}

    def step(self, act: str) -> Step | None:
        """The step that an act is, or None where this council knows no such act."""
        return next((step for step in self.steps if step.act == act), None)

    def forum(self, key: str) -> Forum | None:
        """The forum of that key, or None."""
        return next((forum for forum in self.forums if forum.forum == key), None)

    @property
    def roles(self) -> tuple[str, ...]:
        """Actors that are no members, in the order in which the steps name them."""
        named = [actor for step in self.steps for actor in step.actors]
        return tuple(dict.fromkeys(a for a in named if a != "member" and not is_code(a)))


class Member(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A member of the pact from a day to a day (ISO; the last day is the first without it)."""

    iso: str
    since: str = "0001-01-01"
    until: str = "9999-12-31"

    def sits(self, when: datetime) -> bool:
        """Whether it is a member at that time."""
        return self.since <= when.astimezone(UTC).isoformat()[:10] < self.until


def is_code(actor: str) -> bool:
    """Whether an actor is a member's two-letter code, not a role."""
    return len(actor) == 2 and actor.isupper()


def load_pack(name: str | Path, beside: Path | None = None) -> Pack:
    """The procedure pack of a bundled name, or of a folder (`beside` a scenario).

    Weights may stand in the pack's own folder, or beside the scenario for a bundled pack.
    Raises DataError with everything that is wrong in it.
    """
    names = bundled_names("councils")
    inside = bundled("councils", str(name))
    folder = inside if str(name) in names else (beside or Path()) / name
    if not (folder / TOML).is_file():
        right = f"is no procedure pack ({' '.join(names)}){near(str(name), names)}"
        raise DataError.one("scenario.toml", right, column="council", value=str(name))
    raw, faults = _toml(folder / TOML)
    steps, wrong = read_lenient(folder / STEPS, "council_steps")
    raw["steps"] = [
        {
            **{name: value for name, value in row.items() if name != "line_number"},
            "actors": row["actors"] or [],
            "after": row["after"] or [],
        }
        for row in steps.iter_rows(named=True)
    ]
    beside_it = [place / WEIGHTS for place in (folder, beside) if place is not None]
    if found := [path for path in beside_it if path.is_file()]:
        rows, more = read_lenient(found[0], "council_weights")
        raw["weights"] = {row["iso"]: row["weight"] for row in rows.iter_rows(named=True)}
        wrong += more
    return _checked({"name": Path(name).name, **raw}, [*faults, *wrong])


def pack_of(body: JSON) -> Pack:
    """The pack that a ledger's opening entry carries. Raises ValueError."""
    return msgspec.convert(body, Pack)


def body_of_pack(pack: Pack) -> JSON:
    """The pack as plain data for a ledger's opening entry."""
    return msgspec.to_builtins(pack)


def _toml(path: Path) -> tuple[dict[str, Any], list[Fault]]:
    """What stands in a council.toml, durations in minutes, and the durations that are none."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError.one(path.name, f"cannot be read as TOML ({error})") from None
    faults = []
    for field in DURATIONS:
        if field in raw:
            try:
                raw[f"{field}_min"] = parse_duration(str(raw.pop(field)))
            except ValueError as error:
                faults.append(Fault(path.name, None, field, None, str(error)))
    return raw, faults


def _checked(raw: dict[str, Any], faults: list[Fault]) -> Pack:
    wrong = [*faults, *fields_wrong(raw, Pack)]
    if not wrong:
        pack = msgspec.convert(raw, Pack)
        wrong = list(pack_wrong(pack))
        if not wrong:
            return pack
    raise DataError(wrong)
