"""Passkeys beside the password: WebAuthn keys that a user adds, signs in with, and takes away."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
import struct
from base64 import urlsafe_b64decode
from dataclasses import dataclass
from typing import Any

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from standto.errors import StandtoError
from standto.server.signin import Session, SignIn

LASTS_S = 300.0
"""How long a browser may take to answer a challenge."""
MOST_KEYS = 10
NONCE_BYTES, MAC_BYTES = 16, 32
_ADDRESS = re.compile(r"[0-9.]+|\[.*\]")


@dataclass(frozen=True)
class Site:
    """Where the browser stands: its host's name without the port, and its origin."""

    host: str
    origin: str

    @property
    def knows_passkeys(self) -> bool:
        """Whether browsers offer passkeys there: under a name, never under a bare address."""
        return bool(self.host) and not _ADDRESS.fullmatch(self.host)


class Passkeys:
    """The passkeys of a desk's users. A challenge is signed, so that none need be remembered."""

    def __init__(self, sign_in: SignIn) -> None:
        """Use the users and sessions of a desk; challenges do not outlive the process."""
        self.sign_in = sign_in
        self.store = sign_in.store
        self._secret = secrets.token_bytes(32)
        self._answered: dict[bytes, float] = {}

    def list_of(self, user: str) -> list[dict[str, Any]]:
        """A user's passkeys: id, name, when made and last used, in seconds since the epoch."""
        rows = self.store.rows(
            "SELECT id, name, made, used FROM passkey WHERE user = ? ORDER BY made", user
        )
        return [dict(row) for row in rows]

    def ask_new(self, user: str, password: str, site: Site, address: str) -> dict[str, Any]:
        """What a browser needs to make a passkey for a user, who proves the password again."""
        self.sign_in.prove(user, password, address)
        _need_name(site)
        known = self.store.rows("SELECT id FROM passkey WHERE user = ?", user)
        if len(known) >= MOST_KEYS:
            raise StandtoError(f"{MOST_KEYS} passkeys are kept already; take one away first")
        options = generate_registration_options(
            rp_id=site.host,
            rp_name="Standto desk",
            user_name=user,
            user_id=self._handle(user),
            challenge=self._challenge(user),
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[
                PublicKeyCredentialDescriptor(id=bytes.fromhex(row["id"])) for row in known
            ],
        )
        return dict(json.loads(options_to_json(options)))

    def add(self, user: str, name: str, credential: dict[str, Any], site: Site) -> str:
        """Keep a passkey that a browser has made; give its id."""
        challenge = self._answer(credential, user)
        try:
            made = verify_registration_response(
                credential=credential,
                expected_challenge=challenge,
                expected_rp_id=site.host,
                expected_origin=site.origin,
                require_user_verification=True,
            )
        except Exception as error:  # the library meets a stranger's bytes, and fails in many ways
            raise StandtoError("the browser's passkey does not hold; try again") from error
        key = made.credential_id.hex()
        if self.store.row("SELECT id FROM passkey WHERE id = ?", key) is not None:
            raise StandtoError("this passkey is kept already")
        now = self.sign_in.clock()
        self.store.do(
            "INSERT INTO passkey VALUES (?, ?, ?, ?, ?, ?, ?, NULL)",
            key, user, name, site.host, made.credential_public_key, made.sign_count, now,
        )  # fmt: skip
        self.store.audit(now, user, "passkey", f"added {name}")
        return key

    def remove(self, user: str, key: str) -> None:
        """Take one of a user's own passkeys away."""
        if not self.store.changed("DELETE FROM passkey WHERE id = ? AND user = ?", key, user):
            raise StandtoError("there is no such passkey of yours")
        self.store.audit(self.sign_in.clock(), user, "passkey", "taken away")

    def ask(self, site: Site) -> dict[str, Any]:
        """What a browser needs to sign somebody in; which user it is, the passkey will say."""
        _need_name(site)
        options = generate_authentication_options(
            rp_id=site.host,
            challenge=self._challenge(""),
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return dict(json.loads(options_to_json(options)))

    def enter(self, credential: dict[str, Any], site: Site, address: str) -> tuple[str, Session]:
        """A new session by a passkey: its token and the session.

        Raises TooManyTries or StandtoError, which never says which part was wrong.
        """
        self.sign_in.may_try(None, address)
        row = self.store.row(
            "SELECT passkey.* FROM passkey WHERE id = ? AND host = ?", _id(credential), site.host
        )
        try:
            challenge = self._answer(credential, "")
            if row is None:
                raise StandtoError("nobody has this passkey")
            proved = verify_authentication_response(
                credential=credential,
                expected_challenge=challenge,
                expected_rp_id=site.host,
                expected_origin=site.origin,
                credential_public_key=row["public"],
                credential_current_sign_count=row["count"],
                require_user_verification=True,
            )
        except Exception as error:  # the library meets a stranger's bytes, and fails in many ways
            self.sign_in.failed(None, "wrong passkey", address)
            raise StandtoError("this passkey opens nothing here") from error
        self.store.do(
            "UPDATE passkey SET count = ?, used = ? WHERE id = ?",
            proved.new_sign_count, self.sign_in.clock(), row["id"],
        )  # fmt: skip
        return self.sign_in.begin(row["user"], f"good, by passkey, from {address}")

    def _challenge(self, user: str) -> bytes:
        """A nonce and its end, signed for one user ("" for signing in)."""
        head = secrets.token_bytes(NONCE_BYTES) + struct.pack(">d", self.sign_in.clock() + LASTS_S)
        return head + self._mac(head, user)

    def _answer(self, credential: dict[str, Any], user: str) -> bytes:
        """The challenge that a browser answers, once. Raises StandtoError when it is none."""
        challenge = _challenge_in(credential)
        head, now = challenge[:-MAC_BYTES], self.sign_in.clock()
        good = len(head) == NONCE_BYTES + 8 and hmac.compare_digest(
            challenge[-MAC_BYTES:], self._mac(head, user)
        )
        if not good or struct.unpack(">d", head[NONCE_BYTES:])[0] < now or head in self._answered:
            raise StandtoError("the desk's question has grown old; try again")
        self._answered = {h: at for h, at in self._answered.items() if at > now}
        self._answered[head] = now + LASTS_S
        return challenge

    def _mac(self, head: bytes, user: str) -> bytes:
        return hmac.new(self._secret, head + user.encode(), hashlib.sha256).digest()

    def _handle(self, user: str) -> bytes:
        """What an authenticator keeps for the user: nothing that tells who it is."""
        salt = self.store.setting("handle_salt")
        if not salt:
            salt = secrets.token_hex(16)
            self.store.set("handle_salt", salt)
        return hmac.new(bytes.fromhex(salt), user.encode(), hashlib.sha256).digest()


def _need_name(site: Site) -> None:
    if not site.knows_passkeys:
        raise StandtoError(
            f"browsers make passkeys for names only, not for {site.host}; "
            "open the desk as localhost or by its host's name"
        )


def _id(credential: dict[str, Any]) -> str:
    return _bytes_in(credential, "rawId").hex()


def _challenge_in(credential: dict[str, Any]) -> bytes:
    """The challenge that a browser says it answers, from its own account of what it was asked."""
    response = credential.get("response")
    told = _bytes_in(response if isinstance(response, dict) else {}, "clientDataJSON")
    try:
        data = json.loads(told)
    except (ValueError, RecursionError):
        return b""
    return _bytes_in(data if isinstance(data, dict) else {}, "challenge")


def _bytes_in(found: dict[str, Any], field: str) -> bytes:
    """Bytes of a field in URL-safe base64; none when it is anything else."""
    text = found.get(field)
    if not isinstance(text, str):
        return b""
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return b""
