"""The network as arrays: what stands in the tables stands in the arcs, parallel links too."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standto.world.distance import EARTH_KM, along, great_circle_km
from standto.world.graph import AIR, RAIL, ROAD, SEA, TRANSFER, TRANSLOAD, TRAVEL, graph
from standto.world.load import load, load_network
from standto.world.search import fastest, quickest_of_parallel

NETWORK = load(Path(__file__).parent / "small").network
GRAPH = graph(NETWORK)
HALF = len(GRAPH.tail) // 2


def arcs_of(link: str) -> np.ndarray:
    row = NETWORK.links["link"].to_list().index(link)
    return np.flatnonzero(GRAPH.link == row)


def test_every_link_is_an_arc_each_way() -> None:
    for row, link in enumerate(NETWORK.links.iter_rows(named=True)):
        there, back = np.flatnonzero(GRAPH.link == row)
        places = [GRAPH.places[GRAPH.node_place[n]] for n in (GRAPH.tail[there], GRAPH.head[there])]
        assert places == [link["u"], link["v"]]
        assert (GRAPH.tail[there], GRAPH.head[there]) == (GRAPH.head[back], GRAPH.tail[back])
        assert GRAPH.km[there] == GRAPH.km[back] == link["km"]


def test_the_second_half_of_the_arcs_is_the_first_turned_round() -> None:
    assert (GRAPH.tail[:HALF] == GRAPH.head[HALF:]).all()
    assert (GRAPH.head[:HALF] == GRAPH.tail[HALF:]).all()
    assert (GRAPH.minutes[:HALF] == GRAPH.minutes[HALF:]).all()


@pytest.mark.parametrize(
    ("terminals", "factor"),
    [
        ("ports", "transfer_port_min"),
        ("railheads", "transfer_railhead_min"),
        ("airfields", "transfer_airfield_min"),
    ],
)
def test_a_network_without_a_kind_of_terminal_needs_no_factor_for_it(
    terminals: str, factor: str
) -> None:
    # `standto check` asks for the factor only where there is such a terminal.
    factors = NETWORK.factors.filter(pl.col("factor") != factor)
    assert factors.height == NETWORK.factors.height - 1
    bare = replace(NETWORK, factors=factors, **{terminals: getattr(NETWORK, terminals).clear()})
    fewer = graph(bare)
    assert (fewer.link >= 0).sum() == (GRAPH.link >= 0).sum()
    assert (fewer.kind == TRANSFER).sum() < (GRAPH.kind == TRANSFER).sum()


def test_parallel_links_survive() -> None:
    """scipy's sparse constructors add the minutes of parallel arcs up without a word."""
    main, old = arcs_of("rail-alder-birch")[0], arcs_of("rail-alder-birch-old")[0]
    assert (GRAPH.tail[main], GRAPH.head[main]) == (GRAPH.tail[old], GRAPH.head[old])
    assert (GRAPH.minutes[main], GRAPH.minutes[old]) == (240, 360)
    assert (GRAPH.km[main], GRAPH.km[old]) == (200, 180)
    kept = quickest_of_parallel(GRAPH, np.arange(len(GRAPH.tail)))
    assert main in kept
    assert old not in kept
    use = np.ones(len(GRAPH.tail), dtype=np.bool_)
    ends = [np.array([GRAPH.node(p, "rail1435")]) for p in ("alder-xa", "birch-xb")]
    assert fastest(GRAPH, use, *ends) == [main], "the fastest, though the other is shorter"
    use[GRAPH.link == GRAPH.link[main]] = False
    assert fastest(GRAPH, use, *ends) == [old], "the other is still there when the first is cut"


def test_parallel_railways_of_two_gauges_are_two_layers() -> None:
    row = NETWORK.links.filter(link="rail-birch-cedar").with_columns(
        link=pl.lit("rail-birch-cedar-broad"), gauge_mm=pl.lit(1520, dtype=pl.Int64)
    )
    g = graph(replace(NETWORK, links=pl.concat([NETWORK.links, row])))
    assert g.node("birch-xb", "rail1520") >= 0
    assert g.node("birch-xb", "rail1435") >= 0
    assert GRAPH.node("birch-xb", "rail1520") == -1


def test_speed_and_units_a_day_come_from_the_class_where_the_link_is_silent() -> None:
    motorway, strait = arcs_of("road-ashby-alder")[0], arcs_of("sea-sound-brook")[0]
    assert GRAPH.minutes[motorway] == 90, "90 km at 60 km/h"
    assert GRAPH.per_day[motorway] == 2400
    assert GRAPH.minutes[strait] == 720, "180 km at the link's own 15 km/h"


def test_a_single_track_takes_half_the_trains() -> None:
    double, single = arcs_of("rail-ashby-alder")[0], arcs_of("rail-birch-cedar")[0]
    assert (GRAPH.per_day[double], GRAPH.per_day[single]) == (24, 12)


def test_a_load_changes_layer_only_at_terminals() -> None:
    changes = GRAPH.kind != TRAVEL
    assert (GRAPH.node_place[GRAPH.tail] == GRAPH.node_place[GRAPH.head])[changes].all()
    assert (GRAPH.node_layer[GRAPH.tail] == GRAPH.node_layer[GRAPH.head])[~changes].all()
    by_mode = {
        RAIL: set(NETWORK.railheads["place"]),
        SEA: set(NETWORK.ports["place"]),
        AIR: set(NETWORK.airfields["place"]),
    }
    for arc in np.flatnonzero(GRAPH.kind == TRANSFER):
        assert GRAPH.places[GRAPH.node_place[GRAPH.tail[arc]]] in by_mode[int(GRAPH.mode[arc])]


def test_a_gauge_changes_only_at_a_transload_station() -> None:
    rail = GRAPH.layer_mode[GRAPH.node_layer] == RAIL
    other = GRAPH.node_layer[GRAPH.tail] != GRAPH.node_layer[GRAPH.head]
    between = rail[GRAPH.tail] & rail[GRAPH.head] & other
    assert (GRAPH.kind[between] == TRANSLOAD).all()
    assert set(GRAPH.node_place[GRAPH.tail[between]]) == {GRAPH.places.index("cedar-xc")}
    assert (GRAPH.minutes[between] == 360).all()


def test_every_place_ashore_has_ground_and_none_at_sea() -> None:
    for place, iso in NETWORK.places.select("place", "iso").iter_rows():
        assert (GRAPH.node(place) >= 0) == (iso != "--"), place
    assert GRAPH.node("sound", "sea") >= 0


def test_the_airfields_that_fly_can_be_chosen() -> None:
    assert not (graph(NETWORK, []).mode[graph(NETWORK, []).kind == TRAVEL] == AIR).any()
    two = graph(NETWORK, ["ayr-xa", "cove-xc"])
    flights = np.flatnonzero((two.mode == AIR) & (two.kind == TRAVEL))
    assert len(flights) == 2
    assert two.km[flights[0]] == pytest.approx(470.2, abs=0.1)


def test_the_trains_of_1520_and_1524_mm_run_through() -> None:
    links = NETWORK.links.with_columns(
        gauge_mm=pl.when(pl.col("gauge_mm") == 1520).then(1524).otherwise("gauge_mm")
    )
    assert graph(replace(NETWORK, links=links)).layers == GRAPH.layers


def test_the_bundled_network_becomes_arrays_without_a_gap() -> None:
    network = load_network("europe")
    g = graph(network, [])
    assert len(g.tail) == len(g.minutes) == len(g.per_day)
    assert (g.minutes > 0).all()
    assert (g.per_day > 0).all()
    assert (np.bincount(g.link[g.link >= 0], minlength=network.links.height) == 2).all()
    assert set(g.mode[g.kind == TRAVEL]) == {ROAD, RAIL, SEA}


ARCS = st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(1, 20))


@settings(deadline=None, max_examples=150)
@given(st.lists(ARCS, min_size=1, max_size=25))
def test_the_search_agrees_with_trying_every_path(rows: list[tuple[int, int, int]]) -> None:
    """Oracle: relax all arcs as often as there are nodes (Bellman and Ford), parallel arcs too."""
    tail, head, minutes = (np.array(column, dtype=np.int64) for column in zip(*rows, strict=True))
    count = len(rows)
    g = replace(
        GRAPH,
        node_place=np.zeros(6, dtype=np.int64),
        node_layer=np.zeros(6, dtype=np.int64),
        tail=tail,
        head=head,
        minutes=minutes,
        km=np.ones(count),
        link=np.arange(count),
    )
    best = np.full(6, np.inf)
    best[0] = 0
    for _ in range(6):
        for a, b, m in rows:
            best[b] = min(best[b], best[a] + m)
    path = fastest(g, np.ones(count, dtype=np.bool_), np.array([0]), np.array([5]))
    if path is None:
        assert best[5] == np.inf
        return
    assert minutes[path].sum() == best[5]
    assert tail[path[0]] == 0
    assert head[path[-1]] == 5
    assert (head[path[:-1]] == tail[path[1:]]).all()


def test_a_great_circle_is_as_long_as_its_points_say() -> None:
    def km(*degrees: float) -> float:
        return float(great_circle_km(*(np.array([d]) for d in degrees))[0])

    assert km(0, 0, 0, 180) == pytest.approx(np.pi * EARTH_KM)
    assert km(43.52, 4.92, 44.36, 28.49) == pytest.approx(1883, abs=3), "Istres to the Black Sea"
    line = along(43.52, 4.92, 44.36, 28.49, 10.0)
    steps = great_circle_km(line[:-1, 0], line[:-1, 1], line[1:, 0], line[1:, 1])
    assert steps.sum() == pytest.approx(km(43.52, 4.92, 44.36, 28.49))
    assert steps.max() <= 10.0
