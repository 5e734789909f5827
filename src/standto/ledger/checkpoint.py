"""Checkpoints: the Merkle root of a ledger in a signed note, so that others can witness it.

Forms: RFC 6962 (section 2.1) for the tree, C2SP signed-note and tlog-checkpoint for the note.
A leaf is the whole line of an entry, without its line end.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from standto.ledger.entry import LedgerError
from standto.ledger.keys import Key, signed_by

DASH = "\N{EM DASH}"
ED25519 = b"\x01"
"""Signature type of a plain Ed25519 note signature (C2SP signed-note)."""


@dataclass(frozen=True)
class Checkpoint:
    """How long a ledger was, and its root (32 bytes). origin: the log's name."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The note's body: origin, size and root, a line each."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode('ascii')}\n"


def leaf_hash(line: bytes) -> bytes:
    """Hash of a leaf."""
    return hashlib.sha256(b"\x00" + line).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """A Merkle tree that grows leaf by leaf; it keeps only the roots of its full subtrees."""

    def __init__(self) -> None:
        """Begin without a leaf."""
        self.size = 0
        self._full: list[bytes] = []

    def add(self, line: bytes) -> None:
        """Add a leaf: as many subtrees join as the size has trailing one bits."""
        node, size = leaf_hash(line), self.size
        while size & 1:
            node = node_hash(self._full.pop(), node)
            size >>= 1
        self._full.append(node)
        self.size += 1

    def root(self) -> bytes:
        """Root of the leaves so far; of none, the hash of nothing."""
        if not self._full:
            return hashlib.sha256(b"").digest()
        node = self._full[-1]
        for left in reversed(self._full[:-1]):
            node = node_hash(left, node)
        return node


def root_of(lines: Iterable[bytes]) -> bytes:
    """Merkle root of lines."""
    tree = Tree()
    for line in lines:
        tree.add(line)
    return tree.root()


def key_hash(name: str, public: bytes) -> bytes:
    """The four bytes by which a note's signature line names its key."""
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + public).digest()[:4]


def verifier_key(name: str, public: bytes) -> str:
    """The key in the form that C2SP tools read: `name+hash+key`."""
    return f"{name}+{key_hash(name, public).hex()}+{base64.b64encode(ED25519 + public).decode()}"


def sign_note(checkpoint: Checkpoint, key: Key) -> str:
    """The checkpoint as a note, signed under the log's own name."""
    public = key.private.public_key().public_bytes_raw()
    signature = key_hash(checkpoint.origin, public) + key.sign(checkpoint.text.encode())
    line = f"{DASH} {checkpoint.origin} {base64.b64encode(signature).decode('ascii')}\n"
    return f"{checkpoint.text}\n{line}"


def open_note(note: str, keys: Sequence[bytes]) -> Checkpoint:
    """The checkpoint of a note that one of the log's keys signed. Raises LedgerError.

    Signatures of others (witnesses) may stand beside the log's own; they are not judged here.
    """
    checkpoint = parse_note(note)
    mine = f"{DASH} {checkpoint.origin} "
    lines = note.partition("\n\n")[2].split("\n")[:-1]
    for data in [_unbase64(line.removeprefix(mine)) for line in lines if line.startswith(mine)]:
        for key in keys:
            named = data[:4] == key_hash(checkpoint.origin, key)
            if named and signed_by(key, data[4:], checkpoint.text.encode()):
                return checkpoint
    raise LedgerError(0, "the checkpoint does not carry the signature of the ledger's registrar")


def parse_note(note: str) -> Checkpoint:
    """What a note states, its signatures not yet checked. Raises LedgerError."""
    text, blank, signatures = note.partition("\n\n")
    lines = text.split("\n")
    wrong = LedgerError(0, "the checkpoint is not a signed note of an origin, a size and a root")
    if len(lines) != 3 or not lines[1].isdecimal() or not blank or not signatures.endswith("\n"):
        raise wrong
    checkpoint = Checkpoint(lines[0], int(lines[1]), _unbase64(lines[2]))
    if checkpoint.text != text + "\n" or len(checkpoint.root) != hashlib.sha256().digest_size:
        raise wrong
    return checkpoint


def _unbase64(text: str) -> bytes:
    """Bytes of base64 written in the one right way. Raises LedgerError."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        data = b""
    if base64.b64encode(data).decode("ascii") != text:
        raise LedgerError(0, "the checkpoint holds something that is not base64")
    return data
