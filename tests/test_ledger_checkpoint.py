"""Checkpoints and proofs: the published forms, and nothing proves what is not so."""

from __future__ import annotations

import base64
import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standto.ledger.checkpoint import (
    Checkpoint,
    Tree,
    key_hash,
    leaf_hash,
    node_hash,
    open_note,
    root_of,
    sign_note,
    verifier_key,
)
from standto.ledger.entry import LedgerError
from standto.ledger.keys import new_key, replay_key, signed_by
from standto.ledger.proof import consistency, continues, includes, inclusion

KEY = replay_key("test", "registrar")
PUBLIC = base64.b64decode(KEY.public)
RFC_LEAVES = [
    bytes.fromhex(text) for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")
]
lists = st.lists(st.binary(max_size=3), min_size=1, max_size=40)


def slow_root(lines: list[bytes]) -> bytes:
    """The definition of RFC 6962, word for word, as an oracle for the tree that grows."""
    if not lines:
        return hashlib.sha256(b"").digest()
    if len(lines) == 1:
        return leaf_hash(lines[0])
    k = 1
    while k * 2 < len(lines):
        k *= 2
    return node_hash(slow_root(lines[:k]), slow_root(lines[k:]))


def test_the_roots_are_those_of_the_published_test_vectors() -> None:
    """Vectors of the Certificate Transparency project (seven leaves, sizes 1, 2, 3 and 7)."""
    known = {
        0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    }
    for size, root in known.items():
        assert root_of(RFC_LEAVES[:size]).hex() == root


@given(lists)
def test_the_growing_tree_is_the_defined_one(lines: list[bytes]) -> None:
    tree = Tree()
    for n, line in enumerate(lines, start=1):
        tree.add(line)
        assert tree.root() == slow_root(lines[:n])


@settings(max_examples=60)
@given(lists)
def test_each_entry_is_proven_and_no_other(lines: list[bytes]) -> None:
    root = root_of(lines)
    for n, line in enumerate(lines, start=1):
        proof = inclusion(lines, n)
        assert includes(proof, line, n, len(lines), root)
        assert not includes(proof, line + b"!", n, len(lines), root)
        assert not includes([*proof, root], line, n, len(lines), root)
        assert not includes(proof, line, n, len(lines), bytes(32))
        assert not includes(proof, line, len(lines) + 1, len(lines), root)


@settings(max_examples=60)
@given(lists)
def test_a_longer_ledger_continues_only_its_own_beginning(lines: list[bytes]) -> None:
    root = root_of(lines)
    for size in range(1, len(lines) + 1):
        proof, old = consistency(lines, size), root_of(lines[:size])
        assert continues(proof, size, old, len(lines), root)
        assert not continues(proof, size, bytes(32), len(lines), root)
        assert not continues(proof, size, old, len(lines), bytes(32))
        if size < len(lines):
            assert not continues(proof[:-1], size, old, len(lines), root)


def test_a_note_has_the_published_form() -> None:
    note = sign_note(Checkpoint("standto/test", 7, root_of(RFC_LEAVES)), KEY)
    origin, size, root, blank, signature, end = note.split("\n")
    assert (origin, size, blank, end) == ("standto/test", "7", "", "")
    assert base64.b64decode(root) == root_of(RFC_LEAVES)
    dash, name, data = signature.split(" ")
    assert (dash, name) == ("\N{EM DASH}", "standto/test")
    assert len(base64.b64decode(data)) == 4 + 64


def test_a_verifier_key_has_the_published_form() -> None:
    """The example key of C2SP signed-note's reference implementation (Go, sumdb/note)."""
    text = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    public = base64.b64decode(text.split("+", 2)[2])[1:]
    assert verifier_key("PeterNeumann", public) == text


def test_a_signature_of_the_reference_implementation_is_good() -> None:
    """The example note of Go's sumdb/note."""
    text = (
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n"
    )
    signature = base64.b64decode(
        "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    )
    public = base64.b64decode("ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")[1:]
    assert signature[:4] == key_hash("PeterNeumann", public)
    assert signed_by(public, signature[4:], text.encode())
    assert not signed_by(public, signature[4:], text.upper().encode())


def test_a_witness_may_sign_beside_the_log() -> None:
    note = sign_note(Checkpoint("standto/test", 7, bytes(32)), KEY)
    witnessed = note + "\N{EM DASH} witness.example AAAAAA==\n"
    assert open_note(witnessed, [PUBLIC]).size == 7


@pytest.mark.parametrize(
    "change",
    [
        lambda note: note.replace("\n7\n", "\n8\n"),
        lambda note: note.replace("\n7\n", "\n07\n"),
        lambda note: note.replace("standto/test\n7", "standto/best\n7"),
        lambda note: note.replace("\n\n", "\n"),
        lambda note: note[:-1],
        lambda note: note.partition("\n\n")[0] + "\n\n",
        lambda note: note.replace("\n\n", "\nmore\n\n"),
    ],
)
def test_a_changed_note_does_not_open(change) -> None:  # type: ignore[no-untyped-def]
    note = sign_note(Checkpoint("standto/test", 7, bytes(32)), KEY)
    with pytest.raises(LedgerError):
        open_note(change(note), [PUBLIC])


def test_a_note_of_another_key_does_not_open() -> None:
    note = sign_note(Checkpoint("standto/test", 7, bytes(32)), new_key("registrar"))
    with pytest.raises(LedgerError, match="does not carry the signature"):
        open_note(note, [PUBLIC])
