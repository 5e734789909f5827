"""What the map stands on: places, network, countries by standing, and the base map."""

from __future__ import annotations

from typing import Any

import msgspec
import polars as pl

from standto.view.movements import Movements
from standto.view.response import Response
from standto.world.bundled import bundled

SOURCED = ("source", "grade", "note")


def ground(response: Response, moves: Movements) -> dict[str, Any]:
    """Places, links by mode, ports, airfields, railheads, countries, areas and the base map."""
    network, plan = response.world.network, response.plan
    stops = {place for path in moves.paths for place in (path["places"][0], path["places"][-1])}
    stops |= set(plan.forces["home"].drop_nulls()) | set(plan.forces["destination"].drop_nulls())
    named = network.places.with_columns(stop=pl.col("place").is_in(stops))
    return {
        "places": _places(named, network.links, moves),
        "links": _links(network.links),
        "ports": columns(network.ports, "place berths draught_m lane_m_per_day", SOURCED),
        "airfields": columns(
            network.airfields, "place icao runway_m mog mog_source mog_grade", SOURCED
        ),
        "railheads": columns(network.railheads, "place ramps trains_per_day", SOURCED),
        "countries": countries(response),
        "areas": areas(response),
        "base_map": beside(response, "basemap.json"),
        "overlays": beside(response, "areas.geojson"),
    }


def columns(table: pl.DataFrame, names: str, more: tuple[str, ...] = ()) -> dict[str, list[Any]]:
    """Columns of a table by name, as lists; those that it has not are left out."""
    wanted = [name for name in (*names.split(), *more) if name in table.columns]
    return table.select(wanted).to_dict(as_series=False)


def _places(places: pl.DataFrame, links: pl.DataFrame, moves: Movements) -> dict[str, list[Any]]:
    """Places that the page draws or names: ends of links, and whatever a force passes."""
    drawn = set(links["u"]) | set(links["v"])
    drawn |= {place for path in moves.paths for place in path["places"]}
    shown = places.filter(pl.col("place").is_in(drawn) | pl.col("stop") | _standing(places))
    rounded = shown.with_columns(pl.col("lat").round(4), pl.col("lon").round(4))
    return columns(rounded, "place name iso lat lon kind stop", ("source", "grade"))


def _standing(places: pl.DataFrame) -> pl.Series:
    """Places that are marked on the map even where no link ends."""
    return places["kind"].is_in(["training_area", "port", "airfield", "airbase", "headquarters"])


def _links(links: pl.DataFrame) -> dict[str, dict[str, list[Any]]]:
    """Ends, class and length of the links of each mode."""
    return {
        str(mode): columns(part, "link u v class km")
        for (mode,), part in links.group_by("mode", maintain_order=True)
    }


def countries(response: Response) -> dict[str, list[Any]]:
    """Countries with their standing towards the alliance and whether they consent."""
    members = response.world.alliance.members
    limits = response.limits
    table = response.world.network.countries.select("iso", "name", "lat", "lon").join(
        members.select("iso", "status", "consent", "since", "until", "note", "source", "grade"),
        on="iso",
        how="left",
        maintain_order="left",
    )
    table = table.with_columns(
        pl.col("status").fill_null("unlisted"),
        pl.col("consent").fill_null(False),
        open=pl.col("iso").is_in(list(limits.countries)),
        closed_by=pl.col("iso").replace_strict(limits.reasons, default=None),
        other_side=pl.col("iso").is_in(list(response.world.scenario.other_side)),
    )
    return table.to_dict(as_series=False)


def areas(response: Response) -> list[dict[str, Any]]:
    """The areas of the activated plans: title, and the countries where the area names codes."""
    codes = set(response.world.network.countries["iso"])
    return [
        {
            "plan": title.plan,
            "title": title.title,
            "area": title.area,
            "countries": [c for c in title.area.replace(",", " ").split() if c in codes],
            "activated": title.plan in response.plan.plans,
        }
        for title in response.world.scenario.plans
    ]


def beside(response: Response, name: str) -> Any:
    """A JSON file of the scenario's folder, or else of its network; None where neither has one."""
    world = response.world
    own = world.folder / world.scenario.network
    for folder in (world.folder, own, bundled(world.scenario.network)):
        if (folder / name).is_file():
            return msgspec.Raw((folder / name).read_bytes())
    return None
