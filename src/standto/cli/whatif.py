"""The command what-if: the same plan with one thing different."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from standto.cli.group import end_progress, example, main, progress
from standto.errors import DataError, Fault

if TYPE_CHECKING:
    import polars as pl

    from standto.schedule.schedule import Result
    from standto.schedule.whatif import Change, LegChanges


@main.command("what-if")
@click.argument("scenario")
@click.option("--close", multiple=True, metavar="PLACE", help="Shut a port, airfield or railhead.")
@click.option("--cut", multiple=True, metavar="LINK", help="Take out a link.")
@click.option("--more", multiple=True, metavar="FLEET=N", help="Add N assets to a fleet (or -N).")
@click.option("--permit", multiple=True, metavar="CC=24h", help="Lead time to enter a country.")
@click.option("--without", multiple=True, metavar="FORCE", help="A force that does not go.")
@click.option("--another", multiple=True, metavar="FORCE", help="One more force like this one.")
@click.option("--at", metavar="C+36h", help="When it happens; what has begun by then stays.")
@click.option("--iterations", type=click.IntRange(min=0), default=200, show_default=True)
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True)
@example("standto what-if feb2022 --at C+36h --close Paldiski --permit SK=6h --iterations 20")
def what_if(
    scenario: str,
    close: tuple[str, ...],
    cut: tuple[str, ...],
    more: tuple[str, ...],
    permit: tuple[str, ...],
    without: tuple[str, ...],
    another: tuple[str, ...],
    at: str | None,
    iterations: int,
    seed: int,
) -> None:
    """Plan SCENARIO again with something different, and list whose closure changes.

    The change holds from C-hour on, and both plans get the same iterations and seed. With --at it
    comes later: rides that have begun go on, loads on board stay there, the old plan is kept where
    it still holds, and the legs that change are counted too.
    """
    from tempfile import TemporaryDirectory

    from standto.respond import replanned, replanned_at, scheduled
    from standto.schedule.solve import Stop
    from standto.schedule.whatif import changed, difference
    from standto.world.load import load

    change = change_of(close, cut, more, permit, without, another)
    world = load(scenario)
    changed(world, change)  # a name that is not there is told before the first plan is made
    minute = None if at is None else minute_of(at)
    stop, show = Stop(iterations=iterations, proving=0.0), progress()
    with TemporaryDirectory(prefix="standto-") as scratch:
        before = scheduled(world, Path(scratch) / "a.sqlite", stop, seed, show)
        if minute is None:
            after = replanned(before.world, change, Path(scratch) / "b.sqlite", stop, seed, show)
            result, legs = after.result, None
        else:
            result, legs = replanned_at(before, change, minute, stop, seed, show)
    end_progress()
    click.echo(told(before.result, result, difference(before.result, result)))
    if legs is not None and minute is not None:
        click.echo(legs_told(legs, minute))


def minute_of(text: str) -> int:
    """Minute of `C+36h`, `C+1d 12h`, `36h` or `C+1 12:00`. Raises DataError for anything else."""
    from standto.clock import MINUTES_A_DAY, parse_duration

    body = text.strip().upper().removeprefix("C").removeprefix("+").strip()
    days = re.fullmatch(r"(\d+)(?:\s+(\d{2}):(\d{2}))?", body)
    if days:
        return int(days[1]) * MINUTES_A_DAY + int(days[2] or 0) * 60 + int(days[3] or 0)
    try:
        minute = parse_duration(body)
    except ValueError:
        minute = -1
    if minute < 0:
        raise DataError.one("--at", "should be after C-hour, like C+36h or C+1 12:00", value=text)
    return minute


def change_of(
    close: tuple[str, ...],
    cut: tuple[str, ...],
    more: tuple[str, ...],
    permit: tuple[str, ...],
    without: tuple[str, ...],
    another: tuple[str, ...] = (),
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
    return Change(close, cut, tuple(fleets), tuple(permits), without, another)


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


SHOWN = 20
"""Lines listed whose legs change; the first line says how many there are."""


def legs_told(changes: LegChanges, minute: int) -> str:
    """What happens to the legs of the old plan, and the lines that travel otherwise."""
    from standto.clock import c_plus

    lines = [
        f"at {c_plus(minute)}: {changes.begun} legs begun stay; to come: {changes.kept} kept,"
        f" {changes.dropped} dropped, {changes.new} new; {changes.lines.height} lines change"
    ]
    for line, force, kept, dropped, new, before, after in changes.lines.head(SHOWN).iter_rows():
        was, then = ("not at all" if m is None else c_plus(m) for m in (before, after))
        lines.append(
            f"  {line} of {force}: {kept} kept, {dropped} dropped, {new} new;"
            f" arrives {was} -> {then}"
        )
    if changes.lines.height > SHOWN:
        lines.append(f"  and {changes.lines.height - SHOWN} more")
    return "\n".join(lines)
