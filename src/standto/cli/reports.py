"""The commands read and log: reports in, a situation log out, and what people decide on it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from standto.cli.group import NewFile, example, main

if TYPE_CHECKING:
    from standto.reports.propose import Endpoint

PATH = click.Path(path_type=Path)


def at_time(ctx: click.Context, param: click.Parameter, value: str | None) -> datetime | None:
    """Aware UTC of an option that is a time."""
    from standto.cli.desk import when  # here, so that commands keep their order in the help

    return when(ctx, param, value)


FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FILES = click.argument("files", metavar="FILE...", nargs=-1, required=True, type=PATH)


@main.command()
@FILES
@click.option(
    "--out",
    type=NewFile(),
    help="File to write: its ending says json, csv, md, or jsonl (attributions)."
    " Else Markdown is printed.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "csv", "md", "attributions"]),
    help="What to write, whatever the file's ending.",
)
@click.option("--ledger", type=FILE, help="Log of statements: show what people decided.")
@click.option("--endpoint", help="OpenAI-compatible address up to /v1 that may propose statements.")
@click.option("--model", help="Model that the endpoint is asked for.")
@click.option("--timeout", type=click.FloatRange(1, 3600), default=60.0, show_default=True,
              help="Seconds to wait for each answer of the endpoint.")  # fmt: skip
@click.pass_context
@example("standto read reports/*.txt --out log.md")
def read(
    ctx: click.Context,
    files: tuple[Path, ...],
    out: Path | None,
    form: str | None,
    ledger: Path | None,
    endpoint: str | None,
    model: str | None,
    timeout: float,
) -> None:
    """Read reports and log who said what.

    FILE is plain text, HTML or a feed. Each statement carries its speaker, its kind and the exact
    characters of the report; statements of several reports are linked where they agree or differ.
    A file that cannot be read is named and the others are still read; the exit status is then 2.
    No model is asked unless --endpoint names one; its key is read from STANDTO_ENDPOINT_KEY.
    """
    from standto.reports.read import form_of, read_reports

    asked = asking(endpoint, model, timeout)
    text, faults = read_reports(expanded(files), form_of(out, form), asked, ledger)
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


def asking(url: str | None, model: str | None, timeout_s: float) -> Endpoint | None:
    """The endpoint that the options name, with the key of the environment; None when none is."""
    from standto.reports.propose import KEY_VARIABLE, Endpoint

    if (url is None) != (model is None):
        raise click.UsageError("--endpoint and --model belong together")
    if url is None or model is None:
        return None
    return Endpoint(url, model, os.environ.get(KEY_VARIABLE), timeout_s)


def expanded(files: tuple[Path, ...]) -> list[Path]:
    """The files, with patterns such as reports/*.txt resolved where no shell has done it."""
    found: list[Path] = []
    for file in files:
        matches = (
            sorted(Path().glob(str(file))) if "*" in str(file) and not file.is_absolute() else []
        )
        found += matches or [file]
    return found


@main.group()
@example("standto log open exercise/statements.sqlite ana ben --keys exercise/keys")
def log() -> None:
    """Accept, edit or reject what `standto read` proposes, signed into a ledger."""


@log.command("open")
@click.argument("ledger", type=click.Path(dir_okay=False, path_type=Path))
@click.argument("people", metavar="NAME...", nargs=-1, required=True)
@click.option("--keys", type=click.Path(file_okay=False, path_type=Path), required=True,
              help="Folder for the private keys, which only its owner may read.")  # fmt: skip
@click.option("--at", callback=at_time, help="Time of the first entry. [default: now]")
@example("standto log open exercise/statements.sqlite ana ben --keys exercise/keys")
def open_log(ledger: Path, people: tuple[str, ...], keys: Path, at: datetime | None) -> None:
    """Open a log of statements in LEDGER, a new SQLite file, with a key for each NAME.

    `standto keys` enrols, rotates and revokes keys later.
    """
    from standto.reports.log import open_log as make

    ledger.parent.mkdir(parents=True, exist_ok=True)
    for path in make(ledger, people, keys, at or now()):
        click.echo(path)


Command = Callable[..., None]


def deciding(command: Command) -> Command:
    """The arguments and options that every decision takes."""
    for add in (
        click.option("--at", callback=at_time, help="Time of the act. [default: now]"),
        click.option("--key", type=FILE, required=True, help="Your key file, which signs."),
        FILES,
        click.argument("statement"),
        click.argument("ledger", type=FILE),
    ):
        command = add(command)
    return command


GRADE = click.option("--grade", help="Admiralty grade, A1 to F6.")
WHY = click.option("--why", required=True, help="Why, in one sentence.")


@log.command()
@deciding
@GRADE
@click.option("--why", help="Why, in one sentence.")
@example("standto log accept $LEDGER r1.2 reports/*.txt --key $KEY --grade B2")
def accept(grade: str | None, why: str | None, **given: Any) -> None:
    """Accept STATEMENT of the reports FILE... as proposed, and set its grade.

    STATEMENT is an id that `standto read` gives for the same files, such as r1.2, or its key.
    """
    from standto.reports.acts import accept as act

    decided(given, lambda key: act(key, grade, why))


@log.command()
@deciding
@click.option("--start", type=int, help="First character of its words.")
@click.option("--end", type=int, help="Character after the last of its words.")
@click.option("--kind", help="direct, mixed, indirect, document, hearsay or narration.")
@click.option("--speaker", help="Who said it.")
@click.option("--said-at", help="When it was said, ISO date or interval.")
@click.option("--about", help="Of what time it speaks, ISO date or interval.")
@click.option("--codes", help="Proposed codes to keep, with blanks between; empty: none.")
@GRADE
@WHY
@example('standto log edit $LEDGER r1.2 reports/*.txt --key $KEY --end 240 --why "a word less"')
def edit(grade: str | None, why: str, **given: Any) -> None:
    """Change STATEMENT: where it begins and ends, its kind, speaker, times or codes.

    Its words are always those of the report; the proposal stays in the ledger beside the change.
    """
    from standto.reports.acts import EDITABLE
    from standto.reports.acts import edit as act

    changes = {k: given.pop(k) for k in EDITABLE}
    changes = {k: v for k, v in changes.items() if v is not None}
    if "codes" in changes:
        changes["codes"] = changes["codes"].split()
    decided(given, lambda key: act(key, changes, why, grade))


@log.command()
@deciding
@WHY
@example('standto log reject $LEDGER r1.2 reports/*.txt --key $KEY --why "no statement"')
def reject(why: str, **given: Any) -> None:
    """Reject STATEMENT: it stays in the log as rejected, with the reason."""
    from standto.reports.acts import reject as act

    decided(given, lambda key: act(key, why))


def decided(given: Mapping[str, Any], body: Callable[[str], dict[str, Any]]) -> None:
    """Write a decision into the ledger, and say which entry it is."""
    from standto.ledger.book import Ledger
    from standto.ledger.keyfile import read_key
    from standto.reports.assess import assess
    from standto.reports.log import decide, decisions

    decisions(given["ledger"])  # a log that does not hold is not written on
    situation = assess(expanded(given["files"]))
    key = read_key(given["key"])
    book = Ledger(given["ledger"])
    try:
        entry = decide(book, key, given["at"] or now(), situation, given["statement"], body)
    finally:
        book.close()
    click.echo(f"entry {entry.n}: {entry.body['type'].replace('_', ' ')} by {entry.actor}")


def now() -> datetime:
    """The time of an act whose time is not given."""
    return datetime.now(UTC).replace(microsecond=0)
