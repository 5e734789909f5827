"""The commands prove, verify-bound and warmup: how good the scheduler is, and ready to start."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from standto.cli.group import NewFile, end_progress, example, main, progress

if TYPE_CHECKING:
    from standto.schedule.certificate import Certificate


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


@main.command()
@example("standto warmup")
def warmup() -> None:
    """Compile the kernels now, so that the first plan need not wait for them.

    Two processes share the work. Each release compiles them anew.
    """
    click.echo("compiling", err=True)
    from standto.schedule.warmup import warmup as compile_all

    click.echo(f"kernels are ready after {compile_all():.1f} s")
