"""Proofs for those who hold a checkpoint: this entry is in it; that longer ledger only adds to it.

RFC 6962, sections 2.1.1 and 2.1.2, checked as in RFC 9162, sections 2.1.3.2 and 2.1.4.2. A witness
that keeps only the last checkpoint needs nothing more to countersign the next.
"""

from __future__ import annotations

from collections.abc import Sequence

from standto.ledger.checkpoint import leaf_hash, node_hash, root_of


def inclusion(lines: Sequence[bytes], n: int) -> list[bytes]:
    """Hashes that prove entry `n` (from 1) to be in the tree of all the lines, lowest first."""
    assert 1 <= n <= len(lines), "an entry that is there"
    if len(lines) == 1:
        return []
    half = _half(len(lines))
    if n <= half:
        return [*inclusion(lines[:half], n), root_of(lines[half:])]
    return [*inclusion(lines[half:], n - half), root_of(lines[:half])]


def consistency(lines: Sequence[bytes], size: int) -> list[bytes]:
    """Hashes that prove the first `size` lines to be the beginning of all the lines."""
    assert 1 <= size <= len(lines), "a beginning that is there"
    return _consistency(lines, size, whole=True)


def _consistency(lines: Sequence[bytes], size: int, *, whole: bool) -> list[bytes]:
    if size == len(lines):
        return [] if whole else [root_of(lines)]
    half = _half(len(lines))
    if size <= half:
        return [*_consistency(lines[:half], size, whole=whole), root_of(lines[half:])]
    return [*_consistency(lines[half:], size - half, whole=False), root_of(lines[:half])]


def _half(count: int) -> int:
    """The largest power of two below a count of two or more."""
    return 1 << (count - 1).bit_length() - 1


def includes(proof: Sequence[bytes], line: bytes, n: int, size: int, root: bytes) -> bool:
    """Whether a proof shows entry `n` to be in the tree of `size` entries with that root."""
    if not 1 <= n <= size:
        return False
    at, last, node = n - 1, size - 1, leaf_hash(line)
    for other in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            node = node_hash(other, node)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            node = node_hash(node, other)
        at, last = at >> 1, last >> 1
    return last == 0 and node == root


def continues(
    proof: Sequence[bytes], old_size: int, old_root: bytes, size: int, root: bytes
) -> bool:
    """Whether a proof shows the longer ledger to begin with the older one, unchanged."""
    if old_size == size:
        return not proof and old_root == root
    if not 1 <= old_size < size or not proof:
        return False
    path = list(proof) if old_size & (old_size - 1) else [old_root, *proof]
    at, last = old_size - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old = new = path[0]
    for other in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            old, new = node_hash(other, old), node_hash(other, new)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            new = node_hash(new, other)
        at, last = at >> 1, last >> 1
    return last == 0 and old == old_root and new == root
