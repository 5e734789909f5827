"""The commands route and network: a path through the ground, and what is known of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from standto.cli.group import example, main
from standto.errors import StandtoError

if TYPE_CHECKING:
    from standto.world.network import Network
    from standto.world.route import Clearance, Route

BUNDLED_CASE = "feb2022"


@main.command()
@click.argument("origin", metavar="FROM")
@click.argument("destination", metavar="TO")
@click.option(
    "--mode",
    metavar="MODES",
    default="any",
    show_default=True,
    help="road, rail, sea or air alone, several (road,rail,sea), or any.",
)
@click.option("--avoid", metavar="RU,BY", default="", help="Countries not to be touched.")
@click.option("--allies-only", is_flag=True, help="Only countries that consent in the scenario.")
@click.option("--scenario", help=f"Scenario whose network and consents hold  [{BUNDLED_CASE}]")
@click.option("--network", "folder", help="Network to search: a folder of tables.")
@click.option("--heaviest", type=click.FloatRange(min=0), help="Heaviest piece carried (t).")
@click.option("--gauge", type=int, help="Only this track gauge (mm).")
@click.option("--runway", type=click.IntRange(min=0), help="Runway needed (m).")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@example("standto route Grafenwöhr Rukla --mode road --avoid RU,BY")
def route(
    origin: str,
    destination: str,
    mode: str,
    avoid: str,
    allies_only: bool,
    scenario: str | None,
    folder: str | None,
    heaviest: float | None,
    gauge: int | None,
    runway: int | None,
    as_json: bool,
) -> None:
    """Find the fastest path between two places.

    A place is a name, a name with its country (Brest,FR), a key (tapa-ee) or an ICAO code. Prints
    distance, time, countries crossed, permissions with their lead times and changes of gauge; where
    there is no path, the constraint that cuts it.
    """
    from standto.world.places import labels
    from standto.world.route import route as find

    network, consenting = ground(scenario, with_consents=allies_only, folder=folder)
    found = find(
        network,
        origin,
        destination,
        mode.replace(" ", "").lower(),
        avoid=tuple(code.strip().upper() for code in avoid.split(",") if code.strip()),
        allies=consenting,
        max_t=heaviest,
        gauge_mm=gauge,
        runway_m=runway,
    )
    if as_json:
        import msgspec

        click.echo(msgspec.json.format(msgspec.json.encode(found.as_dict()), indent=2))
    else:
        click.echo(told(found, labels(network.places)))


def ground(
    scenario: str | None, *, with_consents: bool, folder: str | None = None
) -> tuple[Network, set[str] | None]:
    """The network to search, and the countries that consent where that is asked for."""
    from standto.world.load import load, load_network

    if folder is not None and scenario is not None:
        raise StandtoError("--network and --scenario both name a network; give one of the two")
    alone = load_network(folder or "europe") if scenario is None else None
    if alone is not None and not with_consents:
        return alone, None
    world = load(scenario or BUNDLED_CASE)
    members = world.alliance.members
    consenting = set(members.filter(members["consent"])["iso"]) if with_consents else None
    return (world.network if alone is None else alone), consenting


def told(route: Route, label: dict[str, str]) -> str:
    """A route in lines for a reader."""
    if not route.path:
        return f"{label[route.origin]} is where it should go: nothing has to move"
    lines = [
        f"{label[route.origin]} to {label[route.destination]}: {route.km:,.0f} km,"
        f" {route.hours:.1f} h under way by {', '.join(route.modes)}",
        f"countries: {', '.join(route.countries)}",
    ]
    lines += [
        f"permission: {permit.country} by {permit.mode}, {lead_time(permit)} from request,"
        f" grade {permit.grade}"
        for permit in route.clearances
    ]
    lines += [
        f"change of gauge: {label[b.place]}, {b.rail_from} to {b.rail_to}, {b.hours:.1f} h"
        for b in route.gauge_breaks
    ]
    lines += [
        f"  {label[step.start]} to {label[step.end]}: {step.mode}"
        + ("" if step.kind == "travel" else f" ({step.kind})")
        + (f", {step.km:,.0f} km" if step.km else "")
        + f", {step.hours:.1f} h"
        for step in route.path
    ]
    return "\n".join(lines)


def lead_time(permit: Clearance) -> str:
    """Expected hours of a permission, with the span where sources differ."""
    if permit.least_hours == permit.most_hours:
        return f"{permit.hours:g} h"
    return f"{permit.hours:.0f} h expected ({permit.least_hours:g} to {permit.most_hours:g} h)"


@main.group()
@example("standto network explain Rotterdam")
def network() -> None:
    """Check a network, say what is known of a place in it, or make one from OSM data."""


@network.command("check")
@click.argument("name", default="europe")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
@example("standto network check")
def network_check(ctx: click.Context, name: str, as_json: bool) -> None:
    """Check the network NAME against its laws.

    NAME is a folder of tables or a bundled network (europe by default). Lengths against great
    circles, pieces that stand apart, terminals, changes of gauge; and how many rows have which
    grade. Exit status 1 when a law is broken.
    """
    from standto.world.check import check_network

    found = check_network(name)
    if as_json:
        import msgspec

        click.echo(msgspec.json.format(msgspec.json.encode(found.as_dict()), indent=2))
    else:
        click.echo("\n".join(found.lines()))
    ctx.exit(0 if found.sound else 1)


@network.command("explain")
@click.argument("place")
@click.option("--scenario", help="Scenario whose network is looked at; else the bundled Europe.")
@click.option("--network", "folder", help="Network to look at: a folder of tables.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@example("standto network explain Rotterdam")
def network_explain(place: str, scenario: str | None, folder: str | None, as_json: bool) -> None:
    """Say what is known of PLACE: links, terminals, capacities, each with its source and grade."""
    from standto.world.explain import explain

    network, _ = ground(scenario, with_consents=False, folder=folder)
    found = explain(network, place)
    if as_json:
        import msgspec

        click.echo(msgspec.json.format(msgspec.json.encode(found.as_dict()), indent=2))
    else:
        click.echo("\n".join(found.lines()))


@network.command("import-osm")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE.osm.pbf")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="New folder.")
@click.option("--iso", metavar="XX", help="Country of places inside no border in the file.")
@example("standto network import-osm $EXTRACT --iso LV --out latvia")
def network_import_osm(file: Path, out: Path, iso: str | None) -> None:
    """Make a network of the roads and railways in an OSM PBF file (extra: osm).

    The tables stay on your disk under the Open Database License; use them with `standto route
    --network`, or as `network` in a scenario.
    """
    from standto.world.osm import ATTRIBUTION, import_osm

    made = import_osm(file, out, iso)
    click.echo(
        f"{made.folder}: {made.places:,} places, {made.links:,} links in"
        f" {', '.join(made.countries)}"
    )
    if made.other_gauge:
        click.echo(f"left out: {made.other_gauge} railways of a gauge that has no layer")
    click.echo(ATTRIBUTION)
