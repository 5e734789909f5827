"""The command verify: a ledger proved by anybody, offline."""

from __future__ import annotations

from pathlib import Path

import click

from standto.cli.group import example, main


@main.command()
@click.argument("ledger", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--checkpoint",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A signed checkpoint kept elsewhere; it shows whether anything was cut off.",
)
@click.pass_context
@example("standto verify response/ledger.jsonl")
def verify(ctx: click.Context, ledger: Path, checkpoint: Path | None) -> None:
    """Check a LEDGER: its chain, its signatures, who was allowed to act, and the procedure.

    LEDGER is an export in JSON lines or the SQLite file itself, of a council or of the channel of a
    desk. Nothing else is needed, no network and no trust in who made it. Exit status 1 names the
    first entry that fails.
    """
    from standto.channel.verify import verify as check

    report = check(ledger, checkpoint.read_text(encoding="utf-8") if checkpoint else None)
    click.echo(report.summary)
    for remark in report.remarks:
        click.echo(f"note: {remark}")
    ctx.exit(0 if report.good else 1)
