"""The command read: reports in, a situation log out."""

from __future__ import annotations

from pathlib import Path

import click

from standto.cli.group import example, main


@main.command()
@click.argument(
    "files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write: its ending says json, csv or md. Else Markdown is printed.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "csv", "md", "attributions"]),
    help="What to write, whatever the file's ending.",
)
@click.pass_context
@example("standto read reports/*.txt --out log.md")
def read(ctx: click.Context, files: tuple[Path, ...], out: Path | None, form: str | None) -> None:
    """Read reports and log who said what.

    FILE is plain text, HTML or a feed. Each statement carries its speaker, its kind and the exact
    characters of the report; statements of several reports are linked where they agree or differ.
    A file that cannot be read is named and the others are still read; the exit status is then 2.
    """
    from standto.reports.read import form_of, read_reports

    text, faults = read_reports(expanded(files), form_of(out, form))
    if out is None:
        click.echo(text, nl=not text.endswith("\n"))
    else:
        part = out.with_name(f".{out.name}.part")
        part.write_text(text, encoding="utf-8")
        part.replace(out)
        click.echo(f"written to {out}")
    for fault in faults:
        click.echo(str(fault), err=True)
    ctx.exit(2 if faults else 0)


def expanded(files: tuple[Path, ...]) -> list[Path]:
    """The files, with patterns such as reports/*.txt resolved where no shell has done it."""
    found: list[Path] = []
    for file in files:
        matches = (
            sorted(Path().glob(str(file))) if "*" in str(file) and not file.is_absolute() else []
        )
        found += matches or [file]
    return found
