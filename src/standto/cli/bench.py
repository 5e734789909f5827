"""The commands bench: measures of the scheduler and of the rehearsal, for the screen and pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from standto.cli.group import NewFile, end_progress, example, main, progress

if TYPE_CHECKING:
    from standto.schedule.bench import Bench, Row
    from standto.schedule.bench_table import Form

KINDS = ("throughput", "lift", "readiness")


@main.group()
@example("standto bench scale --lines 100 --seconds 2 --kinds lift")
def bench() -> None:
    """Measure the scheduler and the rehearsal on instances made up for them."""


def written(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options that all measures share: where their rows are written beside the screen."""
    for option in (
        click.option(
            "--write",
            "page",
            type=click.Path(dir_okay=False, exists=True, path_type=Path),
            help="Also renew the rows of the table in this Markdown page.",
        ),
        click.option(
            "--json",
            "file",
            type=NewFile(),
            help="Also write the rows as JSON.",
        ),
    ):
        command = option(command)
    return command


def measure_options(lines: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Options that measures of the scheduler share; `lines` the sizes by default."""

    def add(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in (
            written,
            click.option("--seeds", default="1", show_default=True, help="Seeds of the instances."),
            click.option("--nodes", default="300", show_default=True, help="Towns, 12 to 15000."),
            click.option("--kinds", default=",".join(KINDS), show_default=True),
            click.option(
                "--seconds",
                type=click.FloatRange(min=0.0),
                default=60.0,
                show_default=True,
                help="Time for each instance and solver; 0 makes the first plan only.",
            ),
            click.option("--lines", "sizes", default=lines, show_default=True),
        ):
            command = option(command)
        return command

    return add


@bench.command()
@measure_options("1000,10000")
@example("standto bench scale --lines 100 --seconds 2 --kinds lift")
def scale(**options: Any) -> None:
    """Time and gap of our own scheduler: the first plan, and the best in the time.

    Ctrl-C gives the rows so far.
    """
    wanted = parsed(**options)
    from standto.schedule.bench import scale as measure
    from standto.schedule.bench_table import SCHEDULES

    told(SCHEDULES, "scale", measure(wanted, progress()), options["file"], options["page"])


@bench.command()
@measure_options("10,25,50")
@click.option(
    "--threads",
    type=click.IntRange(1, 64),
    default=2,
    show_default=True,
    help="Threads of CP-SAT and PyJobShop; ours has one.",
)
@example("standto bench peers --lines 10 --seconds 2 --kinds lift")
def peers(threads: int, **options: Any) -> None:
    """Our scheduler beside other ways and solvers, in the same time and in a thirtieth of it.

    CP-SAT, PyJobShop, HiGHS on one linear program, one pass by priority, and our own first plan in
    plain Python. A peer that is not installed (extra bench) has a row that says so.
    """
    wanted = parsed(**options)
    from standto.schedule.bench_peers import peers as measure
    from standto.schedule.bench_table import SCHEDULES

    rows = measure(wanted, threads, progress())
    told(SCHEDULES, "peers", rows, options["file"], options["page"])


@bench.command()
@click.option("--lines", "sizes", default="1000,10000", show_default=True)
@click.option("--runs", type=click.IntRange(1, 1_000_000), default=10_000, show_default=True)
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True)
@click.option(
    "--pairs",
    type=click.IntRange(0, 99),
    default=9,
    show_default=True,
    help="Pairs of one worker and all of them, by turns, on the most lines.",
)
@click.option(
    "--tasks",
    "count",
    type=click.IntRange(0, 100_000),
    default=400,
    show_default=True,
    help="Tasks that take no time, on threads, on processes and on a Dask cluster.",
)
@written
@example("standto bench rehearsal --lines 20 --runs 50 --pairs 1 --tasks 0")
def rehearsal(
    sizes: str,
    runs: int,
    workers: int,
    pairs: int,
    count: int,
    file: Path | None,
    page: Path | None,
) -> None:
    """The rehearsal beside SimPy and salabim: the same movement, the same draws, the same minute.

    The fixed order and the queues, one worker against all, and what a task costs on threads,
    processes and Dask. A peer that is not installed (extra bench; cluster for Dask) has a row that
    says so. Queues are played 512 times at most. Ctrl-C gives the rows so far.
    """
    from itertools import chain

    from standto.rehearse.bench import FORM, Bench
    from standto.rehearse.bench import rehearsal as measure
    from standto.rehearse.bench_tasks import tasks

    wanted = Bench(numbers("--lines", sizes, 1, 100_000), runs, workers, pairs)
    show = progress()
    rows = chain(measure(wanted, show), tasks(workers, count, show))
    told(FORM, "rehearsal", rows, file, page)


@bench.command()
@click.option("--lines", "sizes", default="1000,3000,10000,30000,100000", show_default=True)
@click.option("--runs", default="100,1000,10000,100000", show_default=True)
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True)
@click.option("--plot", type=NewFile(), help="Also draw the curves in this SVG file.")
@written
@example("standto bench growth --lines 10,20 --runs 10,100 --plot growth.svg")
def growth(
    sizes: str, runs: str, workers: int, plot: Path | None, file: Path | None, page: Path | None
) -> None:
    """What a rehearsal costs against its size: by lines, and by runs of the fewest lines.

    By lines with 1,000 runs of the fixed order and 100 of the queues. Ctrl-C gives the rows so far.
    """
    from standto.rehearse.bench import FORM
    from standto.rehearse.bench_growth import growth as measure
    from standto.rehearse.bench_growth import plotted

    lines = numbers("--lines", sizes, 1, 100_000)
    counts = numbers("--runs", runs, 1, 1_000_000)
    made = told(FORM, "growth", measure(lines, counts, workers, progress()), file, page)
    if plot is not None and made:
        plot.write_text(plotted(made), encoding="utf-8")


def parsed(sizes: str, seconds: float, kinds: str, nodes: str, seeds: str, **_: object) -> Bench:
    """What to measure, as the options state it."""
    of = [part.strip() for part in kinds.split(",")]
    if not set(of) <= set(KINDS):
        raise click.UsageError(f"--kinds should be some of {','.join(KINDS)}")
    from standto.schedule.bench import Bench

    return Bench(
        sizes=numbers("--lines", sizes, 1, 100_000),
        kinds=of,
        seconds=seconds,
        towns=numbers("--nodes", nodes, 12, 15_000),
        seeds=numbers("--seeds", seeds, 0, 1_000_000),
    )


def numbers(option: str, text: str, least: int, most: int) -> list[int]:
    """Whole numbers that an option lists, each once and in order."""
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isdecimal() and len(part) < 9 and least <= int(part) <= most for part in parts):
        raise click.UsageError(
            f"{option} should be whole numbers from {least} to {most} with commas between them"
        )
    return sorted({int(part) for part in parts})


def told(
    form: Form, name: str, rows: Iterator[Row], file: Path | None, page: Path | None
) -> list[Row]:
    """Rows, printed as a Markdown table and written where files are named; Ctrl-C ends early."""
    from standto.schedule.bench_table import place, renew, table

    if page is not None:
        place(page, f"bench {name}")
    made: list[Row] = []
    try:
        made.extend(rows)
    except KeyboardInterrupt:
        click.echo("stopped: the rows so far", err=True)
    end_progress()
    if file is not None:
        import msgspec

        file.write_bytes(msgspec.json.format(msgspec.json.encode(made), indent=2) + b"\n")
    if page is not None:
        renew(form, page, f"bench {name}", made)
    click.echo(table(form, made))
    return made
