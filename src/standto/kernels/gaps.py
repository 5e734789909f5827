"""Gaps between the trips of lift, listed fleet by fleet by the span of time in which they end."""

from __future__ import annotations

from standto.kernels.cells import put
from standto.kernels.columns import (
    A_GAPS,
    AT_FLEET_COUNT,
    AT_HORIZON,
    CHUNK_FIELDS,
    G_COUNT,
    G_FREE,
    G_LEAST,
    G_LONGEST,
    G_NEXT,
    GAP_AFTER,
    GAP_END,
    GAP_FROM,
    GAP_TO,
    GAPS,
    K_GAP,
    OUT,
    SPAN_MIN,
    SPANS,
    T_GAP,
    Cells,
    Grid,
    Ints,
)
from standto.kernels.compiled import kernel
from standto.kernels.reading import cell, fleet_of, of_state, region, trip_row


@kernel
def gap_of(t: Ints, asset: int, after: int) -> int:
    """Cell that says where the gap after a trip (-1: before the first) is listed."""
    return of_state(t, asset, K_GAP) if after < 0 else trip_row(t, after) + T_GAP


@kernel
def span_of(t: Ints, minute: int) -> int:
    """Span of time in which a gap that ends at a minute is listed."""
    length = max(SPAN_MIN, t[AT_HORIZON] // SPANS + 1)
    return min(max(minute, 0) // length, SPANS - 1)


@kernel
def span_head(t: Ints, fleet: int, span: int) -> int:
    """Cell of the first chunk of a fleet's gaps that end in a span of time."""
    return region(t, A_GAPS) + fleet * SPANS + span


@kernel
def last_span(t: Ints, fleet: int) -> int:
    """Cell of the last span in which a fleet has had a gap so far."""
    return span_head(t, t[AT_FLEET_COUNT], 0) + fleet


@kernel
def new_chunk(cells: Cells, journal: Grid, t: Ints) -> int:
    """An empty chunk of gaps: one given back, or the next."""
    spare = last_span(t, t[AT_FLEET_COUNT])
    chunk = cell(cells, spare)
    if chunk >= 0:
        put(cells, journal, spare, cell(cells, chunk + G_NEXT))
        return chunk
    used = cell(cells, spare + 1)
    put(cells, journal, spare + 1, used + 1)
    return spare + 2 + used * CHUNK_FIELDS


@kernel
def chunk_of(t: Ints, gap: int) -> int:
    """Chunk in which a gap is listed."""
    first = last_span(t, t[AT_FLEET_COUNT]) + 2
    return first + (gap - first) // CHUNK_FIELDS * CHUNK_FIELDS


@kernel
def widen(cells: Cells, journal: Grid, chunk: int, free: int, end: int) -> None:
    """Let what a chunk says of its gaps hold for one more of them."""
    if free < cell(cells, chunk + G_LEAST):
        put(cells, journal, chunk + G_LEAST, free)
    if end - free > cell(cells, chunk + G_LONGEST):
        put(cells, journal, chunk + G_LONGEST, end - free)


@kernel
def add_gap(
    cells: Cells, journal: Grid, t: Ints, asset: int, after: int, free: int, end: int,
    start: int, onward: int,
) -> None:  # fmt: skip
    """List a gap among those of its fleet."""
    fleet, span = fleet_of(t, asset), span_of(t, end)
    head = span_head(t, fleet, span)
    if cell(cells, last_span(t, fleet)) < span:
        put(cells, journal, last_span(t, fleet), span)
    chunk = cell(cells, head)
    if chunk < 0 or cell(cells, chunk + G_COUNT) == GAPS:
        made = new_chunk(cells, journal, t)
        put(cells, journal, made + G_COUNT, 0)
        put(cells, journal, made + G_NEXT, chunk)
        put(cells, journal, made + G_LEAST, free)
        put(cells, journal, made + G_LONGEST, 0)
        put(cells, journal, head, made)
        chunk = made
    count = cell(cells, chunk + G_COUNT)
    at = chunk + G_FREE + count
    put(cells, journal, chunk + G_COUNT, count + 1)
    widen(cells, journal, chunk, free, end)
    put(cells, journal, at, free)
    put(cells, journal, at + GAP_END, end)
    put(cells, journal, at + GAP_AFTER, after if after >= 0 else ~asset)
    put(cells, journal, at + GAP_FROM, start)
    put(cells, journal, at + GAP_TO, onward)
    put(cells, journal, gap_of(t, asset, after), at)


@kernel
def drop_gap(cells: Cells, journal: Grid, t: Ints, asset: int, after: int) -> None:
    """Take a gap off its fleet's list; the last one listed in its span takes its place."""
    where = gap_of(t, asset, after)
    at = cell(cells, where)
    if at == OUT:
        return
    head = span_head(t, fleet_of(t, asset), span_of(t, cell(cells, at + GAP_END)))
    chunk = cell(cells, head)
    count = cell(cells, chunk + G_COUNT) - 1
    last = chunk + G_FREE + count
    if last != at:
        for field in range(5):
            put(cells, journal, at + field * GAPS, cell(cells, last + field * GAPS))
        end = cell(cells, at + GAP_END)
        widen(cells, journal, chunk_of(t, at), cell(cells, at), end)
        moved = cell(cells, at + GAP_AFTER)
        if moved >= 0:
            put(cells, journal, trip_row(t, moved) + T_GAP, at)
        else:
            put(cells, journal, of_state(t, ~moved, K_GAP), at)
    put(cells, journal, where, OUT)
    put(cells, journal, chunk + G_COUNT, count)
    if count == 0:
        spare = last_span(t, t[AT_FLEET_COUNT])
        put(cells, journal, head, cell(cells, chunk + G_NEXT))
        put(cells, journal, chunk + G_NEXT, cell(cells, spare))
        put(cells, journal, spare, chunk)
