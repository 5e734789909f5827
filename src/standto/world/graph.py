"""The network as arrays: nodes are (place, layer), arcs travel in a mode or change between layers.

A layer is where a load stands at a place: `road` (on the ground), `rail1435` and so on (aboard a
train of that gauge), `sea`, `air`. A load is picked up and set down on the ground.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from standto.world.distance import great_circle_km
from standto.world.network import Network

Int = npt.NDArray[np.int64]
Float = npt.NDArray[np.float64]

MODES = ("road", "rail", "sea", "air")
ROAD, RAIL, SEA, AIR = range(4)
TRAVEL, TRANSFER, TRANSLOAD = range(3)
SAME_TRAINS = {1524: 1520}
"""Gauges whose trains run on each other's track: 4 mm apart, within the wheel's play (Finland's
1524 mm and the Baltic states' 1520 mm). Were they kept apart, Estonia's lines would need a
transload station that nobody has built."""


@dataclass(frozen=True)
class Graph:
    """A network as arrays. Parallel links stay apart: each has its own pair of arcs.

    places: key of each place; countries: code of each country, `--` at sea.
    place_country: (places,) index into `countries`.
    layers: name of each layer. layer_mode: (layers,) index into MODES.
    node_place, node_layer: (nodes,) indices into `places` and `layers`.
    tail, head: (arcs,) nodes. mode: (arcs,) index into MODES; a transfer has the mode of the
    terminal it takes place in (rail, sea or air). kind: (arcs,) TRAVEL, TRANSFER or TRANSLOAD.
    km: (arcs,), 0 where nothing travels. minutes: (arcs,) at the default speed of the link's
    class, or the time of a transfer. link: (arcs,) row of `network.links`, -1 where none.
    per_day: (arcs,) movement units a day, each way: vehicles, trains, ships; for a transfer what
    the terminal handles (trains; lane metres of a port); infinite by air, where the airfields'
    MOG binds instead. max_t: (arcs,) heaviest piece, infinite where nothing says so.
    """

    places: tuple[str, ...]
    countries: tuple[str, ...]
    place_country: Int
    layers: tuple[str, ...]
    layer_mode: Int
    node_place: Int
    node_layer: Int
    tail: Int
    head: Int
    mode: Int
    kind: Int
    km: Float
    minutes: Int
    link: Int
    per_day: Float
    max_t: Float

    def node(self, place: str, layer: str = "road") -> int:
        """Node of a place in a layer, -1 where the place has no such layer."""
        if layer not in self.layers or place not in self.places:
            return -1
        at = self.places.index(place), self.layers.index(layer)
        found = np.flatnonzero((self.node_place == at[0]) & (self.node_layer == at[1]))
        return int(found[0]) if found.size else -1

    def country(self, node: Int) -> Int:
        """Index of the country that each node lies in."""
        return self.place_country[self.node_place[node]]


def graph(network: Network, airfields: Collection[str] | None = None) -> Graph:
    """Arrays of a network.

    airfields: keys of the airfields that are linked by air with each other; all where None.
    """
    rows = pl.concat([_travel(network), _changes(network), _flights(network, airfields)])
    places = network.places
    grounds = places.filter(pl.col("iso") != "--").select(
        pl.col("place"), pl.lit("road").alias("layer")
    )
    ends = [rows.select(pl.col(end).alias("place"), f"{end}_layer") for end in ("u", "v")]
    nodes = pl.concat([grounds, *(e.rename({e.columns[1]: "layer"}) for e in ends)]).unique()
    order = pl.DataFrame({"place": places["place"], "n": np.arange(places.height)})
    nodes = nodes.join(order, on="place").sort("n", "layer").with_row_index("node")
    layers = tuple(sorted(nodes["layer"].unique()))
    countries = tuple(sorted({*network.countries["iso"], *places["iso"]}))
    both = pl.concat([rows, _turned(rows)])
    return Graph(
        places=tuple(places["place"]),
        countries=countries,
        place_country=_index(places["iso"], countries),
        layers=layers,
        layer_mode=np.array([_layer_mode(layer) for layer in layers], dtype=np.int64),
        node_place=nodes["n"].to_numpy().astype(np.int64),
        node_layer=_index(nodes["layer"], layers),
        tail=_nodes(both, nodes, "u"),
        head=_nodes(both, nodes, "v"),
        mode=_index(both["mode"], MODES),
        kind=both["kind"].to_numpy().astype(np.int64),
        km=both["km"].to_numpy().astype(np.float64),
        minutes=both["minutes"].to_numpy().astype(np.int64),
        link=both["link"].to_numpy().astype(np.int64),
        per_day=both["per_day"].fill_null(np.inf).to_numpy().astype(np.float64),
        max_t=both["max_t"].fill_null(np.inf).to_numpy().astype(np.float64),
    )


_ROWS = pl.Schema(
    {
        "u": pl.String(),
        "u_layer": pl.String(),
        "v": pl.String(),
        "v_layer": pl.String(),
        "mode": pl.String(),
        "kind": pl.Int64(),
        "km": pl.Float64(),
        "minutes": pl.Int64(),
        "link": pl.Int64(),
        "per_day": pl.Float64(),
        "max_t": pl.Float64(),
    }
)


def _layer_mode(layer: str) -> int:
    return RAIL if layer.startswith("rail") else MODES.index(layer)


def _index(values: pl.Series, names: tuple[str, ...]) -> Int:
    place = {name: n for n, name in enumerate(names)}
    return np.array([place[value] for value in values], dtype=np.int64)


def _nodes(arcs: pl.DataFrame, nodes: pl.DataFrame, end: str) -> Int:
    key = nodes.select(
        pl.col("place").alias(end), pl.col("layer").alias(f"{end}_layer"), pl.col("node")
    )
    found = arcs.join(key, on=[end, f"{end}_layer"], how="left", maintain_order="left")
    return found["node"].to_numpy().astype(np.int64)


def _turned(rows: pl.DataFrame) -> pl.DataFrame:
    """The same arcs, the other way."""
    swap = {"u": "v", "v": "u", "u_layer": "v_layer", "v_layer": "u_layer"}
    return rows.rename(swap).select(_ROWS.names())


def rail_layer(gauge_mm: pl.Expr) -> pl.Expr:
    """Name of the layer of a gauge: `rail1435`."""
    return pl.format("rail{}", gauge_mm.replace(SAME_TRAINS))


def _travel(network: Network) -> pl.DataFrame:
    """One row a link: speed and units a day by its class where the link says nothing itself."""
    factors = dict(network.factors.select("factor", "value").iter_rows())
    key = pl.format("{}_{}", "mode", "class")
    by_class = {name.removesuffix("_kmh"): v for name, v in factors.items() if "_kmh" in name}
    units = {name.removesuffix("_per_day"): v for name, v in factors.items() if "_per_day" in name}
    single = (pl.col("mode") == "rail") & (pl.col("tracks") == 1)
    share = pl.when(single).then(factors.get("rail_single_track_share", 1.0)).otherwise(1.0)
    return network.links.with_row_index("link_row").select(
        "u",
        pl.when(pl.col("mode") == "rail")
        .then(rail_layer(pl.col("gauge_mm")))
        .otherwise(pl.col("mode"))
        .alias("u_layer"),
        "v",
        pl.when(pl.col("mode") == "rail")
        .then(rail_layer(pl.col("gauge_mm")))
        .otherwise(pl.col("mode"))
        .alias("v_layer"),
        "mode",
        pl.lit(TRAVEL, dtype=pl.Int64).alias("kind"),
        "km",
        _minutes(
            pl.col("km"),
            pl.coalesce("speed_kmh", key.replace_strict(by_class, default=None)),
        ).alias("minutes"),
        pl.col("link_row").cast(pl.Int64).alias("link"),
        pl.coalesce("per_day", key.replace_strict(units, default=None) * share).alias("per_day"),
        "max_t",
    )


def _minutes(km: pl.Expr, kmh: pl.Expr) -> pl.Expr:
    return (60.0 * km / kmh).ceil().clip(lower_bound=1.0).cast(pl.Int64)


def _changes(network: Network) -> pl.DataFrame:
    """Transfers at railheads, ports and airfields, and transloads between gauges."""
    gauges = pl.concat(
        network.links.filter(pl.col("mode") == "rail").select(
            pl.col(end).alias("place"), rail_layer(pl.col("gauge_mm")).alias("rail")
        )
        for end in ("u", "v")
    ).unique(maintain_order=True)
    railheads = network.railheads.join(gauges, on="place", maintain_order="left_right")
    quays = network.ports.filter(pl.col("rail_at_quay")).join(
        gauges, on="place", maintain_order="left_right"
    )
    port_min = _handling(network, "transfer_port_min", network.ports)
    lanes = pl.col("lane_m_per_day")
    return pl.concat(
        [
            _change(
                railheads,
                pl.lit("road"),
                pl.col("rail"),
                _handling(network, "transfer_railhead_min", network.railheads),
                pl.col("trains_per_day"),
            ),
            _change(network.ports, pl.lit("road"), pl.lit("sea"), port_min, lanes),
            _change(quays, pl.col("rail"), pl.lit("sea"), port_min, lanes),
            _change(
                network.airfields,
                pl.lit("road"),
                pl.lit("air"),
                _handling(network, "transfer_airfield_min", network.airfields),
                pl.lit(None, dtype=pl.Float64),
            ),
            _change(
                network.transloads,
                rail_layer(pl.col("gauge_from_mm")),
                rail_layer(pl.col("gauge_to_mm")),
                pl.col("handling_min"),
                pl.col("trains_per_day"),
                kind=TRANSLOAD,
            ),
        ]
    )


def _handling(network: Network, factor: str, terminals: pl.DataFrame) -> pl.Expr:
    """Minutes at a kind of terminal; a network that has none of a kind needs no factor for it."""
    return pl.lit(None if terminals.is_empty() else network.factor(factor), dtype=pl.Float64)


def _change(
    table: pl.DataFrame,
    below: pl.Expr,
    above: pl.Expr,
    minutes: pl.Expr,
    per_day: pl.Expr,
    kind: int = TRANSFER,
) -> pl.DataFrame:
    layer = above.alias("v_layer")
    rows = table.select(
        pl.col("place").alias("u"),
        below.alias("u_layer"),
        pl.col("place").alias("v"),
        layer,
        pl.when(above.str.starts_with("rail")).then(pl.lit("rail")).otherwise(above).alias("mode"),
        pl.lit(kind, dtype=pl.Int64).alias("kind"),
        pl.lit(0.0).alias("km"),
        minutes.cast(pl.Int64).alias("minutes"),
        pl.lit(-1, dtype=pl.Int64).alias("link"),
        per_day.cast(pl.Float64).alias("per_day"),
        pl.lit(None, dtype=pl.Float64).alias("max_t"),
    )
    return rows if not table.is_empty() else _ROWS.to_frame()


def _flights(network: Network, airfields: Collection[str] | None) -> pl.DataFrame:
    """One row a pair of airfields within range of one flight."""
    fields = network.airfields.select("place").join(
        network.places.select("place", "lat", "lon"), on="place", maintain_order="left"
    )
    if airfields is not None:
        fields = fields.filter(pl.col("place").is_in(list(airfields)))
    if fields.height < 2:
        return _ROWS.to_frame()
    first, second = np.triu_indices(fields.height, 1)
    lat, lon = fields["lat"].to_numpy(), fields["lon"].to_numpy()
    km = great_circle_km(lat[first], lon[first], lat[second], lon[second])
    near = km <= network.factor("air_range_km")
    minutes = np.maximum(1, np.ceil(60.0 * km / network.factor("air_kmh"))).astype(np.int64)
    place = fields["place"]
    return pl.DataFrame(
        {
            "u": place.gather(first[near]),
            "u_layer": "air",
            "v": place.gather(second[near]),
            "v_layer": "air",
            "mode": "air",
            "kind": TRAVEL,
            "km": km[near],
            "minutes": minutes[near],
            "link": -1,
            "per_day": None,
            "max_t": None,
        },
        schema=_ROWS,
    )
