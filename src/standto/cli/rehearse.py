"""The command rehearse: a plan against what may go wrong, with errors and answers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from standto.cli.group import end_progress, example, main, progress
from standto.errors import DataError

if TYPE_CHECKING:
    import polars as pl

    from standto.rehearse.ensemble import Ensemble
    from standto.rehearse.runs import Until
    from standto.respond import Scheduled


@main.command()
@click.argument("scenario")
@click.option("--runs", type=click.IntRange(min=1), default=1000, show_default=True)
@click.option(
    "--seconds",
    type=click.FloatRange(min=0),
    default=5.0,
    show_default=True,
    help="Time for the schedule that is rehearsed.",
)
@click.option(
    "--iterations",
    type=click.IntRange(min=0),
    help="Iterations for that schedule instead of a time.",
)
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True)
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    default=2,
    show_default=True,
    help="Threads of this machine, or processes where a policy plans again.",
)
@click.option(
    "--policy",
    metavar="NAME",
    default="fixed",
    show_default=True,
    help="fixed: the planned order; first-come, priority: queues; reroute, replan:6h: other ways.",
)
@click.option("--cluster", metavar="ADDRESS", help="A Dask scheduler that plays the runs instead.")
@click.option(
    "--until",
    metavar="P:ERROR",
    help="Stop when this quantile of the last closure is known so well, such as p95:1h.",
)
@click.option(
    "--store",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder where runs are kept, so that an interrupted rehearsal goes on.",
)
@click.option(
    "--against",
    metavar="OTHER",
    help="Another scenario, whose plan is compared run by run under the same random numbers.",
)
@click.option(
    "--choices",
    is_flag=True,
    help="Also try what to clear, hold in reserve or pre-position beforehand.",
)
@example("standto rehearse feb2022 --runs 200 --iterations 5 --until p95:2h")
def rehearse(
    scenario: str,
    runs: int,
    seconds: float,
    iterations: int | None,
    seed: int,
    workers: int,
    policy: str,
    cluster: str | None,
    until: str | None,
    store: Path | None,
    against: str | None,
    choices: bool,
) -> None:
    """Play SCENARIO's schedule against its contingencies, many times.

    Prints when forces close (P5, P50, P95, each with its Monte Carlo error), how often required
    dates are kept, and what each contingency costs, by switching it off under the same random
    numbers. Ctrl-C keeps the runs made so far and asks what they cost; again, it ends that too.
    """
    from tempfile import TemporaryDirectory

    from standto.rehearse.rehearse import policy_of
    from standto.rehearse.runs import How
    from standto.respond import scheduled
    from standto.schedule.solve import Stop

    policy_of(policy)
    show = progress()
    enough = until_of(until) if until else None
    stop = Stop(seconds=None if iterations is not None else seconds, iterations=iterations)
    how = How(workers=workers, cluster=cluster, store=store, until=enough)

    def played(name: str, costs: bool) -> tuple[Scheduled, Ensemble]:
        from standto.rehearse.rehearse import rehearse as play

        with TemporaryDirectory(prefix="standto-") as scratch:
            made = scheduled(name, Path(scratch) / "ledger.sqlite", stop, seed, show)
        schedule = made.result.schedule
        ensemble = play(
            made.world, made.plan, schedule, runs, seed, show, how, policy, made.limits, costs
        )
        return made, ensemble

    made, ensemble = played(scenario, True)
    end_progress()
    click.echo(report(ensemble, made.result.closure_min))
    if enough:
        click.echo(reached(ensemble, enough))
    if against:
        from standto.rehearse.paired import against as paired

        other = played(against, False)[1]
        end_progress()
        click.echo(compared(paired(ensemble, other), against))
    if choices:
        from standto.rehearse.choices import choices as tried
        from standto.rehearse.choices import choices_words

        world, plan, result = made.world, made.plan, made.result
        table = tried(world, plan, made.limits, result, ensemble, stop, how, progress=show)
        end_progress()
        click.echo(choices_words(table))


def until_of(text: str) -> Until:
    """What `--until p95:1h` asks for. Raises DataError with the right form."""
    from standto.clock import parse_duration
    from standto.rehearse.runs import Until

    quantile, _, error = text.partition(":")
    try:
        share = int(quantile.lower().removeprefix("p")) / 100
        minutes = parse_duration(error)
    except ValueError:
        share, minutes = 0.0, 0
    if not (0 < share < 1 and minutes > 0):
        right = "should be a quantile and an error with its unit, such as p95:1h"
        raise DataError.one("--until", right, value=text)
    return Until(share, float(minutes))


def reached(ensemble: Ensemble, until: Until) -> str:
    """Whether the error asked for was reached, and what it would take, as text."""
    from standto.clock import in_words
    from standto.rehearse.quantiles import overall, quantile_error

    name, asked = f"P{until.share * 100:g}", in_words(until.error_min)
    error = quantile_error(overall(ensemble.closure_min), until.share)
    if error is None:
        return f"{name} of the last closure is not known to {asked}: too few runs, or too many open"
    words = f"{name} of the last closure is known to +-{in_words(error)}"
    if error <= until.error_min:
        return f"{words}, {asked} was asked for"
    wanted = ensemble.runs * (error / until.error_min) ** 2
    return (
        f"{words}, not to the {asked} asked for: it takes some {float(f'{wanted:.1g}'):,.0f} runs"
    )


def counted(runs: int) -> str:
    """So many runs, or one run."""
    return f"{runs:,} run{'' if runs == 1 else 's'}"


def report(ensemble: Ensemble, planned_min: int) -> str:
    """Answers of a rehearsal as text."""
    from standto.clock import in_words

    def cell(minutes: float | None) -> str:
        return "not closed" if minutes is None else in_words(minutes)

    def known(minutes: float | None, error: float | None) -> str:
        if minutes is None or error is None:
            return cell(minutes) + ("" if minutes is None else " +-?")
        return f"{cell(minutes)} +-{in_words(error)}"

    lines = [
        f"{counted(ensemble.runs)}, policy {ensemble.policy}, seed {ensemble.seed},"
        f" {ensemble.seconds:.1f} s; the plan itself closes at C+ {in_words(planned_min)}",
        f"{'force':<24} {'P5':>12} {'P50':>26} {'P95':>26} {'on time':>8} {'open':>6}",
    ]
    for row in ensemble.quantiles.iter_rows(named=True):
        on_time = "" if row["on_time"] is None else f"{row['on_time']:.0%}"
        lines.append(
            f"{row['force'] or 'all forces':<24} {cell(row['p05_min']):>12}"
            f" {known(row['p50_min'], row['p50_error_min']):>26}"
            f" {known(row['p95_min'], row['p95_error_min']):>26}"
            f" {on_time:>8} {row['not_closed'] or '':>6}"
        )
    if any(line.count("+-?") for line in lines):
        lines.append("+-?: too few runs, or too many that do not close, to tell the error")
    if ensemble.mattered.height:
        lines.append("what it cost (mean delay of a force's closure, 95 % interval):")
    for row in ensemble.mattered.head(10).iter_rows(named=True):
        lines.append(
            f"  {row['name']}: {in_words(row['cost_min'])}"
            f" ({in_words(row['low_min'])} to {in_words(row['high_min'])}),"
            f" happened in {counted(row['happened'])}"
            + (f", left a force open in {row['kept_open']:,}" if row["kept_open"] else "")
        )
    return "\n".join(lines)


def compared(table: pl.DataFrame, other: str) -> str:
    """What another plan gains on this one, as text; a minus means that it closes later."""
    from standto.clock import in_words

    lines = [
        f"{other} against this plan (earlier by, 95 % interval, same random numbers):",
    ]
    same = (table["mean_min"] == 0) & (table["p95_min"] == 0) & (table["not_closed"] == 0)
    differs = table.filter(~same.fill_null(False) | (table["force"] == ""))
    for row in differs.iter_rows(named=True):
        p95 = [row[c] for c in ("p95_min", "p95_low_min", "p95_high_min")]
        told = ["not known" if m is None else in_words(m) for m in p95]
        mean, low, high = (in_words(row[c]) for c in ("mean_min", "low_min", "high_min"))
        lines.append(
            f"  {row['force'] or 'all forces'}: mean {mean} ({low} to {high}) in {row['both']:,}"
            f" runs, P95 {told[0]} ({told[1]} to {told[2]})"
            + (f", {row['not_closed']:+,} runs not closed" if row["not_closed"] else "")
        )
    if differs.height < table.height:
        lines.append(f"  the same in every figure: {table.height - differs.height} forces")
    return "\n".join(lines)
