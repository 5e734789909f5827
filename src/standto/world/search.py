"""Shortest paths on a `Graph`: the fastest way between two sets of nodes, parallel arcs apart."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from standto.world.graph import Graph, Int

Bool = npt.NDArray[np.bool_]
TIE = 1e-6
"""Minutes a kilometre: of two paths equally fast, the shorter; too little to outweigh a minute."""


def fastest(graph: Graph, use: Bool, sources: Int, targets: Int) -> Int | None:
    """Arcs of the fastest path from any source to any target node; None where there is none.

    use: (arcs,) which arcs may be taken.
    """
    if not len(sources) or not len(targets):
        return None
    arcs = quickest_of_parallel(graph, np.flatnonzero(use))
    weight = graph.minutes[arcs] + TIE * (1.0 + graph.km[arcs])
    nodes = len(graph.node_place)
    matrix = csr_array((weight, (graph.tail[arcs], graph.head[arcs])), shape=(nodes, nodes))
    minutes, before, _ = dijkstra(matrix, indices=sources, return_predecessors=True, min_only=True)
    end = int(targets[np.argmin(minutes[targets])])
    if not np.isfinite(minutes[end]):
        return None
    pair = graph.tail[arcs] * nodes + graph.head[arcs]
    path: list[int] = []
    while before[end] >= 0:
        start = int(before[end])
        path.append(int(arcs[np.searchsorted(pair, start * nodes + end)]))
        end = start
    return np.array(path[::-1], dtype=np.int64)


def quickest_of_parallel(graph: Graph, arcs: Int) -> Int:
    """Of the arcs that join the same two nodes the same way, the quickest; ordered by tail, head.

    scipy's sparse constructors would add the minutes of parallel arcs up without a word.
    """
    order = np.lexsort((graph.km[arcs], graph.minutes[arcs], graph.head[arcs], graph.tail[arcs]))
    sorted_arcs = arcs[order]
    tail, head = graph.tail[sorted_arcs], graph.head[sorted_arcs]
    first = np.ones(len(sorted_arcs), dtype=np.bool_)
    first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
    return sorted_arcs[first]
