"""The commands prove, verify-bound, bench and warmup: how good the scheduler is, and how fast."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from standto.cli.group import NewFile, end_progress, example, main, progress

if TYPE_CHECKING:
    from standto.schedule.bench import Bench, Row
    from standto.schedule.certificate import Certificate

KINDS = ("throughput", "lift", "readiness")


@main.command()
@click.argument("scenario")
@click.option(
    "--out",
    type=NewFile(),
    required=True,
    help="File for the certificate.",
)
@click.option("--iterations", type=click.IntRange(min=0), default=200, show_default=True)
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True)
@example("standto prove feb2022 --out bound.json --iterations 20")
def prove(scenario: str, out: Path, iterations: int, seed: int) -> None:
    """Write a certificate of how good any schedule of SCENARIO could be.

    The certificate holds whole-number prices of lift and terminals; `standto verify-bound` proves
    from them, without a solver, that response and lateness together cost no less than it says.
    """
    from tempfile import TemporaryDirectory

    show = progress()
    show("start", "reading the scenario (the first run also compiles the kernels)")
    from standto.respond import scheduled
    from standto.schedule.bounds import bounds
    from standto.schedule.certificate import certificate, write
    from standto.schedule.solve import Stop

    with TemporaryDirectory(prefix="standto-") as scratch:
        made = scheduled(
            scenario, Path(scratch) / "ledger.sqlite", Stop(iterations=iterations), seed, show
        )
    import numpy as np

    out_lines = set(made.result.schedule.unplanned["line"])
    moved = np.array([line not in out_lines for line in made.problem.lines], dtype=np.int64)
    proof = certificate(made.problem, bounds(made.problem, moved, None, show))
    write(proof, out)
    end_progress()
    click.echo(f"{claimed(proof, proof.bound)}: {out}")


@main.command("verify-bound")
@click.argument("scenario")
@click.argument("certificate", type=click.Path(dir_okay=False, path_type=Path))
@example("standto verify-bound feb2022 bound.json")
def verify_bound(scenario: str, certificate: Path) -> None:
    """Prove a CERTIFICATE's bound of SCENARIO again: one pass of whole numbers, no solver."""
    from tempfile import TemporaryDirectory

    from standto.council.decide import decide
    from standto.plan.activate import activate
    from standto.rules.limits import limits
    from standto.schedule.certificate import read
    from standto.schedule.certificate import verify_bound as verify
    from standto.schedule.problem import Problem
    from standto.world.load import load

    claim = read(certificate)
    world = load(scenario)
    with TemporaryDirectory(prefix="standto-") as scratch:
        plan = activate(world, decide(world, Path(scratch) / "ledger.sqlite"))
    value = verify(Problem.of(world, plan, limits(world, plan)), claim)
    click.echo(f"proved: {claimed(claim, value)}")


def claimed(certificate: Certificate, value: float) -> str:
    """What a certificate proves, in words."""
    from standto.clock import c_plus

    closing = certificate.closing
    words = f"response and lateness cost at least {value:,.1f} minutes"
    return words if closing is None else f"no plan closes before {c_plus(closing.bound)}; {words}"


@main.group()
@example("standto bench scale --lines 100 --seconds 2 --kinds lift")
def bench() -> None:
    """Measure the scheduler on instances made up for it."""


def measure_options(lines: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Options that both measures share; `lines` the sizes by default."""

    def add(command: Callable[..., Any]) -> Callable[..., Any]:
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

    told("scale", measure(wanted, progress()), options["file"], options["page"])


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

    told("peers", measure(wanted, threads, progress()), options["file"], options["page"])


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


def told(name: str, rows: Iterator[Row], file: Path | None, page: Path | None) -> None:
    """Print rows as a Markdown table, and write them where files are named; Ctrl-C ends early."""
    from standto.schedule.bench_table import renew, table

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
        renew(page, f"bench {name}", made)
    click.echo(table(made))


@main.command()
@example("standto warmup")
def warmup() -> None:
    """Compile the kernels now, so that the first plan need not wait for them.

    Two processes share the work. Each release compiles them anew.
    """
    click.echo("compiling", err=True)
    from standto.schedule.warmup import warmup as compile_all

    click.echo(f"kernels are ready after {compile_all():.1f} s")
