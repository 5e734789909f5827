"""Keys that delegations hold themselves: the desk proposes an entry, the holder's browser signs."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from standto.council.acts import Act, body_of
from standto.council.keyring import public_body
from standto.council.procedure import step
from standto.errors import ProcedureError, StandtoError
from standto.ledger.entry import Content, signed_bytes
from standto.ledger.keys import PUBLIC_BYTES, REGISTRAR, ROTATED, signed_by
from standto.server.desk import Desk
from standto.server.permits import Forbidden, User, need

PROOF = "standto key 1\n"
"""Put before what a new key signs to show that its holder has the private half."""
LASTS_S = 60.0
"""How long a proposed entry waits for its signature."""


class Stale(StandtoError):  # noqa: N818 (it is what the answer is called)
    """The proposed entry is no longer the next one; the browser asks again."""


@dataclass(frozen=True)
class Proposed:
    """An entry that waits for its actor's signature. at: seconds when it was proposed."""

    act: Act
    content: Content
    at: float


class OwnKeys:
    """What passes between a desk and those who hold their own keys."""

    def __init__(self, desk: Desk, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin with nothing proposed."""
        self.desk = desk
        self._clock = clock
        self._proposed: dict[str, Proposed] = {}

    def hand_over(self, user: User, holder: str, public: str, proof: str) -> str:
        """Let a user's own key take over from the desk's, which is destroyed; give its name.

        public: 32 bytes, base64. proof: its signature of `PROOF`, the ledger's origin and the
        holder, a line each. The desk's old key signs the rotation, and nothing after it.
        """
        need(user, "hold its own key")
        if len(unbase64(public)) != PUBLIC_BYTES:
            raise StandtoError(f"a public key is {PUBLIC_BYTES} bytes in base64")
        if holder not in user.actors:
            raise Forbidden(f"{user.name} may not hold a key of {holder}. Who could: {holder}")
        desk = self.desk
        with desk.lock:
            if not desk.holds(holder):
                raise StandtoError(
                    f"the key of {holder} is held elsewhere already; the registrar passes it on "
                    "with `standto keys rotate`"
                )
            old, start = desk.key(holder), desk.now()
            body = public_body(holder, public, start)
            said = f"{PROOF}{desk.charter.origin}\n{holder}\n".encode()
            if not signed_by(unbase64(public), unbase64(proof), said):
                raise StandtoError("the new key has not signed for itself")
            with desk.ledger.writing():
                desk.last = desk.ledger.append(
                    holder, start, {**body, "type": ROTATED, "old": old.name}, old
                )
                desk.ledger.seal(desk.key(REGISTRAR))
            desk.keys = {name: key for name, key in desk.keys.items() if name != holder}
            (desk.folder / "keys" / f"{old.name}.pem").unlink(missing_ok=True)
        desk.changed()
        return str(body["key"])

    def propose(self, user: User, kind: str, fields: dict[str, Any]) -> dict[str, str | None]:
        """The bytes that an act's actor must sign (base64); none where the desk holds the key.

        Raises Forbidden or ProcedureError as the act itself would.
        """
        desk = self.desk
        with desk.lock:
            act, _ = desk.admitted(user, kind, fields)
            if desk.holds(act.actor):
                return {"sign": None, "key": None}
            key = desk.ledger.key_of(act.actor, act.at)
            if key is None:
                raise StandtoError(f"no key of {act.actor} is valid; the registrar enrols one")
            content = desk.ledger.next_content(act.actor, act.at, body_of(act), key)
            self._proposed[user.name] = Proposed(act, content, self._clock())
        return {"sign": base64.b64encode(signed_bytes(content)).decode("ascii"), "key": key}

    def sign(self, user: User, signature: str, request: str = "") -> int:
        """Record the entry proposed to a user, signed by its holder; give its number.

        Raises Stale when another entry came first. The act must still be good now, not only when
        it was proposed: nobody keeps an objection back until the silence has run out.
        """
        need(user, "act in the council")
        desk = self.desk
        with desk.lock:
            done = desk.done_before(user, request)
            if done is not None:
                return done
            waiting = self._proposed.pop(user.name, None)
            if waiting is None or self._clock() - waiting.at > LASTS_S:
                raise Stale("no entry waits for your signature; send the act again")
            act, content = waiting.act, waiting.content
            last = desk.ledger.last
            if content.previous != last.hash:
                raise Stale("another entry came first; sign again")
            try:
                step(desk.council, msgspec.structs.replace(act, at=desk.now()))
                council = step(desk.council, act)
                entry = desk.record_signed(act, council, content, unbase64(signature))
            except (ProcedureError, StandtoError) as error:
                desk.refused(user, act.act, error)
                raise
            desk.remember(user, request, entry.n)
        desk.changed()
        return entry.n


def unbase64(text: str) -> bytes:
    """The bytes of base64; none where it is none."""
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return b""
