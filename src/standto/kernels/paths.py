"""Quickest paths over a static graph: one tree to a node, and the arcs from a node along it."""

from __future__ import annotations

import numpy as np
from numba import njit

from standto.kernels.columns import NEVER, Ints


@njit("void(int64[:], int64, int64)", cache=True, nogil=True)
def push(heap: Ints, at: int, value: int) -> None:
    """Add a value to a binary heap of `at` entries."""
    while at > 0:
        parent = (at - 1) >> 1
        if heap[parent] <= value:
            break
        heap[at] = heap[parent]
        at = parent
    heap[at] = value


@njit("int64(int64[:], int64)", cache=True, nogil=True)
def pop(heap: Ints, size: int) -> int:
    """Take the least value off a heap of `size` entries."""
    top = heap[0]
    size -= 1
    value = heap[size]
    at = 0
    while True:
        child = 2 * at + 1
        if child >= size:
            break
        if child + 1 < size and heap[child + 1] < heap[child]:
            child += 1
        if heap[child] >= value:
            break
        heap[at] = heap[child]
        at = child
    heap[at] = value
    return top


@njit(
    "Tuple((int64[:], int64[:]))(int64[:], int64[:], int64[:], int64[:], int64)",
    cache=True,
    nogil=True,
)
def tree(start: Ints, entry: Ints, other: Ints, minutes: Ints, root: int) -> tuple[Ints, Ints]:
    """Least minutes from each node to `root`, and the arc each takes first; NEVER, -1 if none.

    start, entry: arcs by the node they end at (for a tree to the root), or by the node they begin
    at (for a tree from it). other: (arcs,) node at the far end. minutes: (arcs,) NEVER bars an arc.
    """
    nodes = start.size - 1
    keys = np.full(nodes, NEVER, dtype=np.int64)
    arc = np.full(nodes, -1, dtype=np.int64)
    heap = np.empty(entry.size + 1, dtype=np.int64)
    done = np.zeros(nodes, dtype=np.bool_)
    keys[root] = 0
    heap[0] = root  # a heap entry is (minutes << 32) + node
    size = 1
    while size > 0:
        node = pop(heap, size) & 0xFFFFFFFF
        size -= 1
        if done[node]:
            continue
        done[node] = True
        for k in range(start[node], start[node + 1]):
            a = entry[k]
            if minutes[a] >= NEVER:
                continue
            far = other[a]
            reach = keys[node] + minutes[a]
            if reach < keys[far]:
                keys[far] = reach
                arc[far] = a
                push(heap, size, (reach << 32) + far)
                size += 1
    return keys, arc


@njit("int64[:](int64[:], int64[:], int64)", cache=True, nogil=True)
def trace(arc: Ints, head: Ints, node: int) -> Ints:
    """Arcs from a node to the root of a tree, in order of travel."""
    count = 0
    at = node
    while arc[at] >= 0:
        count += 1
        at = head[arc[at]]
    path = np.empty(count, dtype=np.int64)
    at = node
    for k in range(count):
        path[k] = arc[at]
        at = head[arc[at]]
    return path
