"""Keys: Ed25519 pairs, and the ring of who may sign as whom from when to when.

A ring is not a file beside the ledger: it is made of the ledger's own entries, so a reader who has
the ledger can check every signature offline. The first entry names the registrar's key; the
registrar enrols the others.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, replace

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from nacl.bindings import crypto_sign_open
from nacl.exceptions import BadSignatureError

from standto.ledger.entry import JSON, Entry, LedgerError, signed_part

REGISTRAR = "registrar"
"""The actor that opens a ledger, enrols keys and signs its checkpoints."""

OPENED, ENROLLED, ROTATED, REVOKED = "opened", "key_enrolled", "key_rotated", "key_revoked"
PUBLIC_BYTES, SIGNATURE_BYTES = 32, 64
FOREVER = "9999-12-31T23:59:59Z"


@dataclass(frozen=True)
class Key:
    """A private key and whose it is. name: `FR-1a2b3c4d`, from the public half."""

    holder: str
    name: str
    private: Ed25519PrivateKey

    @property
    def public(self) -> str:
        """The public half, base64."""
        return base64.b64encode(self.private.public_key().public_bytes_raw()).decode("ascii")

    def sign(self, data: bytes) -> bytes:
        """Ed25519 signature of the data."""
        return self.private.sign(data)

    def pem(self) -> bytes:
        """The private half as PKCS 8, for a file that only its holder reads."""
        return self.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def new_key(holder: str) -> Key:
    """A fresh key from the system's randomness."""
    return key_of(holder, Ed25519PrivateKey.generate())


def key_of(holder: str, private: Ed25519PrivateKey) -> Key:
    """Name a key after its holder and its public half."""
    return Key(holder, key_name(holder, private.public_key().public_bytes_raw()), private)


def key_name(holder: str, public: bytes) -> str:
    """`FR-1a2b3c4d`: the holder and eight hex digits of the public half's hash."""
    return f"{holder}-{hashlib.sha256(public).hexdigest()[:8]}"


def replay_key(origin: str, holder: str) -> Key:
    """A key that anybody can derive: it marks who acted in a replay and proves nothing.

    History has no delegation's own signature to show. The same origin and holder give the same key,
    hence the same ledger byte for byte; the name says `replay`.
    """
    seed = hashlib.sha256(f"standto replay key, public by design\n{origin}\n{holder}".encode())
    private = Ed25519PrivateKey.from_private_bytes(seed.digest())
    return replace(key_of(holder, private), name=f"replay-{key_of(holder, private).name}")


def signed_by(public: bytes, signature: bytes, data: bytes) -> bool:
    """Whether an Ed25519 signature of the data is that of a public key.

    By libsodium: a ledger of 100,000 entries is checked in half the time that OpenSSL takes.
    """
    if len(signature) != SIGNATURE_BYTES:
        return False
    try:
        crypto_sign_open(signature + data, public)
    except BadSignatureError:
        return False
    return True


@dataclass(frozen=True)
class Enrolled:
    """A public key on the ring: valid from a time up to, not including, another."""

    name: str
    holder: str
    public: bytes
    start: str
    end: str = FOREVER


@dataclass
class Ring:
    """Who may sign as whom, as the entries read so far say. It only grows as `admit` reads on."""

    keys: dict[str, Enrolled]

    def check(self, entry: Entry, line: bytes) -> None:
        """Raise LedgerError unless a key that was its actor's on that day signed the line."""
        key = self.keys.get(entry.key)
        if key is None and entry.n == 1:
            key = _opening_key(entry)
        if key is None:
            raise LedgerError(
                entry.n, f"is signed with {entry.key}, a key that nobody has enrolled"
            )
        if key.holder != entry.actor:
            raise LedgerError(entry.n, f"acts for {entry.actor} with a key of {key.holder}")
        if not key.start <= entry.at < key.end:
            raise LedgerError(
                entry.n,
                f"is signed at {entry.at} with {key.name}, valid from {key.start} until {key.end}",
            )
        try:
            signature = base64.b64decode(entry.signature, validate=True)
            if base64.b64encode(signature).decode("ascii") != entry.signature:
                raise ValueError
            good = signed_by(key.public, signature, signed_part(line))
        except ValueError:
            good = False
        if not good:
            raise LedgerError(entry.n, f"its signature is not that of {key.name}")

    def admit(self, entry: Entry) -> None:
        """Take note of a key that an entry, already checked, enrols, rotates or revokes."""
        match entry.body.get("type"):
            case "opened" if entry.n == 1:
                key = _opening_key(entry)
                self.keys[key.name] = key
            case "opened":
                raise LedgerError(entry.n, "opens a ledger that is open already")
            case "key_enrolled":
                self._by_registrar(entry)
                self._add(entry, _public_key(entry))
            case "key_rotated":
                old = self._known(entry, "old")
                new = _public_key(entry)
                if new.holder != old.holder:
                    raise LedgerError(entry.n, f"passes a key of {old.holder} to {new.holder}")
                self._by_holder_or_registrar(entry, old)
                self.keys[old.name] = replace(old, end=min(old.end, new.start))
                self._add(entry, new)
            case "key_revoked":
                old = self._known(entry, "key")
                self._by_holder_or_registrar(entry, old)
                end = _text(entry, "from")
                if end < entry.at:
                    raise LedgerError(entry.n, "revokes a key for a time that has passed already")
                self.keys[old.name] = replace(old, end=min(old.end, end))

    def valid(self, holder: str, at: str) -> list[Enrolled]:
        """Keys with which a holder may sign at a time, in the order of their enrolment."""
        return [k for k in self.keys.values() if k.holder == holder and k.start <= at < k.end]

    def _add(self, entry: Entry, key: Enrolled) -> None:
        if key.name in self.keys:
            raise LedgerError(entry.n, f"enrols {key.name}, which is enrolled already")
        if key.start < entry.at:
            raise LedgerError(entry.n, f"enrols {key.name} for a time that has passed already")
        self.keys[key.name] = key

    def _known(self, entry: Entry, field: str) -> Enrolled:
        name = _text(entry, field)
        if name not in self.keys:
            raise LedgerError(entry.n, f"names {name}, a key that nobody has enrolled")
        return self.keys[name]

    def _by_registrar(self, entry: Entry) -> None:
        if entry.actor != REGISTRAR:
            raise LedgerError(entry.n, f"{entry.actor} enrols a key, which only the registrar may")

    def _by_holder_or_registrar(self, entry: Entry, key: Enrolled) -> None:
        if entry.actor not in {REGISTRAR, key.holder}:
            raise LedgerError(entry.n, f"{entry.actor} changes a key of {key.holder}")


def enrolment(key: Key, start: str) -> dict[str, JSON]:
    """Body of the entry that enrols a key from a time on."""
    return {
        "type": ENROLLED,
        "holder": key.holder,
        "key": key.name,
        "public": key.public,
        "from": start,
    }


def rotation(old: str, new: Key, start: str) -> dict[str, JSON]:
    """Body of the entry that lets a new key take over from an old one at a time."""
    return {**enrolment(new, start), "type": ROTATED, "old": old}


def revocation(key: str, start: str, reason: str) -> dict[str, JSON]:
    """Body of the entry that ends a key's validity at a time."""
    return {"type": REVOKED, "key": key, "from": start, "reason": reason}


def _opening_key(entry: Entry) -> Enrolled:
    if entry.body.get("type") != OPENED or entry.actor != REGISTRAR:
        raise LedgerError(
            entry.n, "does not open a ledger; the first entry should, by the registrar"
        )
    return _public_key(entry)


def _public_key(entry: Entry) -> Enrolled:
    """The key that an entry's body describes."""
    try:
        raw = base64.b64decode(_text(entry, "public"), validate=True)
        if len(raw) != PUBLIC_BYTES:
            raise ValueError
    except ValueError:
        raise LedgerError(entry.n, "its public key is not 32 bytes in base64") from None
    holder, name = _text(entry, "holder"), _text(entry, "key")
    if name.removeprefix("replay-") != key_name(holder, raw):
        raise LedgerError(entry.n, f"the key is called {name}, which is not the name of this key")
    return Enrolled(name, holder, raw, _text(entry, "from"))


def _text(entry: Entry, field: str) -> str:
    value = entry.body.get(field)
    if not isinstance(value, str):
        raise LedgerError(entry.n, f"has no {field}")
    return value
