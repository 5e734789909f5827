"""The commands demo, run and check: a scenario in, the whole response out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from standto.cli.group import end_progress, example, main, progress

DEMO_SCENARIO = "feb2022"
DEFAULT_SECONDS = 4.0


def run_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options that `run` and `demo` share."""
    options = (
        click.option(
            "--seconds",
            type=click.FloatRange(min=0),
            help=f"Time for the search of a better schedule  [default: {DEFAULT_SECONDS:g}]",
        ),
        click.option(
            "--iterations",
            type=click.IntRange(min=0),
            help="Iterations of the search instead of a time: the same bytes every time.",
        ),
        click.option(
            "--runs",
            type=click.IntRange(min=1),
            default=1000,
            show_default=True,
            help="Rehearsals.",
        ),
        click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True),
    )
    for option in reversed(options):
        command = option(command)
    return command


@main.command()
@click.option("--out", type=click.Path(path_type=Path), default=Path("demo"), show_default=True)
@click.option(
    "--open/--no-open", "open_page", default=True, help="Open the page when it is written."
)
@run_options
@example("standto demo --no-open --seconds 2 --runs 200 --out demo")
def demo(
    out: Path, open_page: bool, seconds: float | None, iterations: int | None, runs: int, seed: int
) -> None:
    """Respond to 24 February 2022, and open the page.

    Runs the bundled scenario feb2022, from the reports to the public statement.
    """
    carry_out(DEMO_SCENARIO, out, seconds, iterations, runs, seed)
    if open_page:
        click.launch(str(out / "index.html"))


@main.command()
@click.argument("scenario")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder to write to.")
@run_options
@example("standto run feb2022 --out response --iterations 20 --runs 200 --seed 1")
def run(
    scenario: str, out: Path, seconds: float | None, iterations: int | None, runs: int, seed: int
) -> None:
    """Work out the whole response to SCENARIO and write it to a folder.

    SCENARIO is a folder, or the name of a bundled scenario. Ctrl-C during the search or the
    rehearsal stops it and keeps the best so far.
    """
    carry_out(scenario, out, seconds, iterations, runs, seed)


def carry_out(
    scenario: str, out: Path, seconds: float | None, iterations: int | None, runs: int, seed: int
) -> None:
    """Respond to a scenario, write the response to a folder, and print what it comes to."""
    from tempfile import TemporaryDirectory

    if seconds is not None and iterations is not None:
        raise click.UsageError("give --seconds or --iterations, not both")
    show = progress()
    show("start", "reading the scenario (the first run also compiles the kernels)")
    from standto.respond import respond
    from standto.schedule.solve import Stop
    from standto.view.files import headline, try_folder, write

    try_folder(out)
    if seconds is None and iterations is None:
        seconds = DEFAULT_SECONDS
    stop = Stop(seconds=seconds, iterations=iterations)
    with TemporaryDirectory(prefix="standto-") as scratch:
        ledger = Path(scratch) / "ledger.sqlite"
        response = respond(scenario, ledger, stop, runs, seed, show)
        write(response, out)
    end_progress()
    click.echo(headline(response))
    click.echo(f"written to {out}: open {out / 'index.html'}")


@main.command()
@click.argument("scenario")
@example("standto check feb2022")
def check(scenario: str) -> None:
    """Check SCENARIO's tables and references, and write nothing.

    Every bad cell is named at once: file, line, column, value, and what would be right. Where the
    council's acts lead to no activation, it says so in the words with which `standto run` refuses;
    the exit status is still 0, for nothing in the folder is wrong and a desk can play it.
    """
    from standto.council.decide import why_undecided
    from standto.world.load import load

    world = load(scenario)
    alliance, network = world.alliance, world.network
    members = alliance.members.filter(alliance.members["status"] == "member").height
    click.echo(
        f"{world.scenario.name}: good. {members} members, {alliance.forces.height} forces,"
        f" {alliance.lines.height} lines, {network.places.height} places,"
        f" {network.links.height} links, {len(world.reports)} reports"
    )
    if reason := why_undecided(world):
        click.echo(f"note: `standto run` would refuse it: {reason}. A desk can still play it.")
