"""The command line: each command parses, calls one function, prints.

Everything heavy is imported inside the command that needs it, so that help answers at once.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from standto.errors import StandtoError

if TYPE_CHECKING:
    from standto.view.response import Response

DEMO_SCENARIO = "feb2022"
DEFAULT_SECONDS = 5.0


class Standto(click.Group):
    """A group whose commands turn a user's mistake into one clear message and exit status 2."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; print what a user can mend without a traceback."""
        try:
            return super().invoke(ctx)
        except StandtoError as error:
            click.echo(str(error), err=True)
            ctx.exit(2)
        except KeyboardInterrupt:
            click.echo("stopped", err=True)
            ctx.exit(130)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Commands in the order in which a newcomer meets them."""
        return list(self.commands)


def example(text: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Put a working example at the end of a command's help."""

    def add(command: Callable[..., Any]) -> Callable[..., Any]:
        command.__doc__ = f"{command.__doc__}\n\n\b\nExample:\n  {text}\n"
        return command

    return add


@click.group(cls=Standto, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="standto", prog_name="standto")
@click.option("-v", "--verbose", is_flag=True, help="Log what happens on standard error.")
def main(verbose: bool) -> None:
    """Plan and rehearse how a defensive alliance responds to a crisis.

    From the first report to the last arrival, on open data, with a proven lower bound.

    \b
    Example:
      standto demo --no-open --out demo
    """
    logging.basicConfig(level=logging.INFO if verbose else logging.WARNING, format="%(message)s")


def run_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options that `run` and `demo` share."""
    options = (
        click.option("--seconds", type=click.FloatRange(min=0), help="Time for the scheduler."),
        click.option(
            "--iterations",
            type=click.IntRange(min=0),
            help="Iterations of the scheduler instead of a time: the same bytes every time.",
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
@example("standto demo --no-open --seconds 3 --runs 200 --out demo")
def demo(
    out: Path, open_page: bool, seconds: float | None, iterations: int | None, runs: int, seed: int
) -> None:
    """Respond to 24 February 2022, and open the page.

    Runs the bundled scenario feb2022, from the reports to the public statement.
    """
    folder = carry_out(DEMO_SCENARIO, out, seconds, iterations, runs, seed)
    if open_page:
        click.launch(str(folder / "index.html"))


@main.command()
@click.argument("scenario")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder to write to.")
@run_options
@example("standto run feb2022 --out response --iterations 200 --runs 200 --seed 1")
def run(
    scenario: str, out: Path, seconds: float | None, iterations: int | None, runs: int, seed: int
) -> None:
    """Work out the whole response to SCENARIO and write it to a folder.

    SCENARIO is a folder, or the name of a bundled scenario. Ctrl-C stops the search and keeps the
    best schedule so far.
    """
    carry_out(scenario, out, seconds, iterations, runs, seed)


def carry_out(
    scenario: str, out: Path, seconds: float | None, iterations: int | None, runs: int, seed: int
) -> Path:
    """Respond to a scenario and write the response; give the folder written."""
    from tempfile import TemporaryDirectory

    from standto.respond import respond
    from standto.schedule.solve import Stop
    from standto.view.files import write

    if seconds is not None and iterations is not None:
        raise click.UsageError("give --seconds or --iterations, not both")
    stop = Stop(
        seconds=DEFAULT_SECONDS if seconds is None and iterations is None else seconds,
        iterations=iterations,
    )
    with TemporaryDirectory(prefix="standto-") as scratch:
        ledger = Path(scratch) / "ledger.sqlite"
        response = respond(scenario, ledger, stop, runs, seed, show_progress)
        write(response, out)
    click.echo(summary(response))
    click.echo(f"written to {out}: open {out / 'index.html'}")
    return out


def show_progress(stage: str, words: str) -> None:
    """One line on standard error, rewritten in place on a terminal."""
    line = f"{stage:<10} {words}"
    if sys.stderr.isatty():
        click.echo(f"\r\x1b[2K{line}", err=True, nl=False)
    else:
        click.echo(line, err=True)


def summary(response: Response) -> str:
    """The response in a few lines."""
    from standto.view.files import headline

    return headline(response)


@main.command()
@click.argument("scenario")
@example("standto check feb2022")
def check(scenario: str) -> None:
    """Check SCENARIO's tables and references, and write nothing.

    Every bad cell is named at once: file, line, column, value, and what would be right.
    """
    from standto.world.load import load

    world = load(scenario)
    alliance, network = world.alliance, world.network
    members = alliance.members.filter(alliance.members["status"] == "member").height
    click.echo(
        f"{world.scenario.name}: good. {members} members, {alliance.forces.height} forces,"
        f" {alliance.lines.height} lines, {network.places.height} places,"
        f" {network.links.height} links, {len(world.reports)} reports"
    )


if __name__ == "__main__":
    main()
