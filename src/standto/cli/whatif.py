"""The command what-if: the same plan with one thing different."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from standto.cli.group import end_progress, example, main, progress
from standto.errors import DataError, Fault

if TYPE_CHECKING:
    import polars as pl

    from standto.schedule.schedule import Result
    from standto.schedule.whatif import Change


@main.command("what-if")
@click.argument("scenario")
@click.option("--close", multiple=True, metavar="PLACE", help="Shut a port, airfield or railhead.")
@click.option("--cut", multiple=True, metavar="LINK", help="Take out a link.")
@click.option("--more", multiple=True, metavar="FLEET=N", help="Add N assets to a fleet (or -N).")
@click.option("--permit", multiple=True, metavar="CC=24h", help="Lead time to enter a country.")
@click.option("--without", multiple=True, metavar="FORCE", help="A force that does not go.")
@click.option("--iterations", type=click.IntRange(min=0), default=200, show_default=True)
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True)
@example("standto what-if feb2022 --close Paldiski --permit SK=6h --iterations 20")
def what_if(
    scenario: str,
    close: tuple[str, ...],
    cut: tuple[str, ...],
    more: tuple[str, ...],
    permit: tuple[str, ...],
    without: tuple[str, ...],
    iterations: int,
    seed: int,
) -> None:
    """Plan SCENARIO again with something different, and list whose closure changes.

    The change holds from C-hour on; both plans get the same iterations and seed.
    """
    from tempfile import TemporaryDirectory

    from standto.respond import replanned, scheduled
    from standto.schedule.solve import Stop
    from standto.schedule.whatif import difference

    change = change_of(close, cut, more, permit, without)
    stop, show = Stop(iterations=iterations), progress()
    with TemporaryDirectory(prefix="standto-") as scratch:
        before = scheduled(scenario, Path(scratch) / "a.sqlite", stop, seed, show)
        after = replanned(before.world, change, Path(scratch) / "b.sqlite", stop, seed, show)
    end_progress()
    click.echo(told(before.result, after.result, difference(before.result, after.result)))


def change_of(
    close: tuple[str, ...],
    cut: tuple[str, ...],
    more: tuple[str, ...],
    permit: tuple[str, ...],
    without: tuple[str, ...],
) -> Change:
    """The change that the options describe. Raises DataError with every option that is wrong."""
    from standto.clock import parse_duration
    from standto.schedule.whatif import Change

    faults, fleets, permits = [], [], []
    for text in more:
        fleet, _, number = text.partition("=")
        try:
            fleets.append((fleet, int(number)))
        except ValueError:
            faults.append(Fault("--more", None, None, text, "should be like roro-uk=2"))
    for text in permit:
        iso, _, lead = text.partition("=")
        try:
            permits.append((iso.upper(), parse_duration(lead)))
        except ValueError:
            faults.append(Fault("--permit", None, None, text, "should be like PL=24h"))
    if faults:
        raise DataError(faults)
    return Change(close, cut, tuple(fleets), tuple(permits), without)


def told(before: Result, after: Result, table: pl.DataFrame) -> str:
    """Both closures, and each force whose closure changes."""
    from standto.clock import c_plus, in_words

    def when(minute: int | None) -> str:
        return "not closed" if minute is None else c_plus(minute)

    lines = [
        f"closure {c_plus(before.closure_min)} -> {c_plus(after.closure_min)};"
        f" lines that cannot arrive {before.schedule.unplanned.height}"
        f" -> {after.schedule.unplanned.height}; {table.height} forces change"
    ]
    for row in table.iter_rows(named=True):
        later = row["later_min"]
        by = (
            ""
            if later is None
            else f", {in_words(abs(later))} {'later' if later > 0 else 'earlier'}"
        )
        held = f" (held by {row['held_by']})" if row["held_by"] and (later or 0) > 0 else ""
        lines.append(
            f"  {row['force']}: {when(row['before_min'])} -> {when(row['after_min'])}{by}{held}"
        )
    lines += [
        f"  cannot arrive: {line} of {force}: {why}"
        for line, force, why in after.schedule.unplanned.select("line", "force", "why").iter_rows()
    ]
    return "\n".join(lines)
