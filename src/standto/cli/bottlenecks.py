"""The command bottlenecks: what one more of each would buy."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from standto.cli.group import NewFile, end_progress, example, main, progress

if TYPE_CHECKING:
    import polars as pl

    from standto.schedule.schedule import Result


@main.command()
@click.argument("scenario")
@click.option("--top", type=click.IntRange(min=1), default=6, show_default=True, help="Trials.")
@click.option("--iterations", type=click.IntRange(min=0), default=200, show_default=True)
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True)
@click.option("--out", type=NewFile(), help="Table as a CSV file.")
@example("standto bottlenecks feb2022 --top 2 --iterations 20")
def bottlenecks(scenario: str, top: int, iterations: int, seed: int, out: Path | None) -> None:
    """Rank what the schedule of SCENARIO waits for by what one more would buy.

    Each of the resources waited for longest gets one more in turn: an aircraft, a ship, a berth, a
    ramp, a permit a day sooner. The plan is made again with the same iterations and seed, and
    audited. Ctrl-C ends the trials and gives those that are done.
    """
    from tempfile import TemporaryDirectory

    show = progress()
    show("start", "reading the scenario (the first run also compiles the kernels)")
    from standto.respond import scheduled, widened
    from standto.schedule.solve import Stop

    stop = Stop(iterations=iterations, proving=0.0)
    with TemporaryDirectory(prefix="standto-") as scratch:
        before = scheduled(scenario, Path(scratch) / "ledger.sqlite", stop, seed, show)
    table = widened(before, top, stop, seed, show)
    end_progress()
    click.echo(told(before.result, table))
    if out is not None:
        out.write_text(table.write_csv(), encoding="utf-8")


def told(before: Result, table: pl.DataFrame) -> str:
    """The closure, and a line a trial, the best first."""
    from standto.clock import c_plus, in_words

    lines = [f"closure {c_plus(before.closure_min)}, objective {before.objective:,.0f}"]
    for row in table.iter_rows(named=True):
        gain = row["closure_gain_min"]
        sooner = (
            f"{in_words(abs(gain))} {'sooner' if gain > 0 else 'later'}" if gain else "the same"
        )
        change = round(-row["objective_gain"]) or 0
        lines.append(
            f"  {row['one_more']}: objective {change:+,d}, closure {sooner},"
            f" {row['forces_sooner']} forces sooner, {row['forces_later']} later"
            f" (packets waited {row['hours']:,.0f} h for it)"
        )
    if table.is_empty():
        lines.append("  nothing is waited for that could be one more")
    return "\n".join(lines)
