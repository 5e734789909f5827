"""The commands prove, verify-bound, bench and warmup: how good the scheduler is, and how fast."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from standto.cli.group import end_progress, example, main, progress

if TYPE_CHECKING:
    from standto.schedule.bench import Row

KINDS = ("throughput", "lift", "readiness")


@main.command()
@click.argument("scenario")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
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
    proof = certificate(
        made.problem, bounds(made.problem, moved, made.result.objective, None, show)
    )
    write(proof, out)
    end_progress()
    click.echo(f"response and lateness cost at least {proof.bound:,.1f} minutes: {out}")


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
    click.echo(f"proved: response and lateness cost at least {value:,.1f} minutes")


@main.group()
@example("standto bench scale --lines 100 --seconds 2 --kinds lift")
def bench() -> None:
    """Measure the scheduler on instances made up for it."""


def measure_options(lines: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Options that both measures share; `lines` the sizes by default."""

    def add(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in (
            click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True),
            click.option(
                "--json",
                "file",
                type=click.Path(dir_okay=False, path_type=Path),
                help="Also write the rows as JSON.",
            ),
            click.option("--nodes", type=click.IntRange(12, 15000), default=300, show_default=True),
            click.option("--kinds", default=",".join(KINDS), show_default=True),
            click.option(
                "--seconds", type=click.FloatRange(min=0.1), default=60.0, show_default=True
            ),
            click.option("--lines", "sizes", default=lines, show_default=True),
        ):
            command = option(command)
        return command

    return add


@bench.command()
@measure_options("1000,10000")
@example("standto bench scale --lines 100 --seconds 2 --kinds lift")
def scale(sizes: str, seconds: float, kinds: str, nodes: int, file: Path | None, seed: int) -> None:
    """Time and gap of our own scheduler: the first plan, and the best in the time."""
    wanted, of = parsed(sizes, kinds)
    from standto.schedule.bench import scale as measure

    tell(measure(wanted, nodes, of, seconds, seed), file)


@bench.command()
@measure_options("10,25,50")
@example("standto bench peers --lines 25 --seconds 1 --kinds lift")
def peers(sizes: str, seconds: float, kinds: str, nodes: int, file: Path | None, seed: int) -> None:
    """Our scheduler beside one pass by priority, the way of older systems."""
    wanted, of = parsed(sizes, kinds)
    from standto.schedule.bench import peers as measure

    tell(measure(wanted, nodes, of, seconds, seed), file)


def parsed(sizes: str, kinds: str) -> tuple[list[int], list[str]]:
    """Sizes and kinds of instances as the options state them."""
    wanted = [part.strip() for part in sizes.split(",")]
    if not all(part.isdecimal() and 1 <= int(part) <= 100_000 for part in wanted):
        raise click.UsageError("--lines should be numbers from 1 to 100000, such as 1000,10000")
    of = [part.strip() for part in kinds.split(",")]
    if not set(of) <= set(KINDS):
        raise click.UsageError(f"--kinds should be some of {','.join(KINDS)}")
    return [int(part) for part in wanted], of


def tell(rows: Sequence[Row], file: Path | None) -> None:
    """Print rows as a Markdown table, and write them as JSON where a file is named."""
    if file is not None:
        import msgspec

        file.write_bytes(msgspec.json.format(msgspec.json.encode(rows), indent=2) + b"\n")
    names = list(rows[0])
    click.echo(f"| {' | '.join(names)} |\n|{'---|' * len(names)}")
    for row in rows:
        click.echo(f"| {' | '.join(str(value) for value in row.values())} |")


@main.command()
@example("standto warmup")
def warmup() -> None:
    """Compile the kernels now, so that the first plan need not wait for them.

    Each release compiles them anew.
    """
    click.echo("compiling", err=True)
    from standto.schedule.warmup import warmup as compile_all

    click.echo(f"kernels are ready after {compile_all():.1f} s")
