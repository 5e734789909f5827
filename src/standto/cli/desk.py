"""The commands serve, desk and keys: people at a council, and the keys of its ledger."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from standto.cli.group import example, main

FOLDER = click.Path(file_okay=False, path_type=Path)
LEDGER = click.Path(exists=True, dir_okay=False, path_type=Path)


def when(ctx: click.Context, param: click.Parameter, value: str | None) -> datetime | None:
    """Aware UTC of an option that is a time or a date-time group."""
    from standto.clock import parse_when

    try:
        return None if value is None else parse_when(value)
    except ValueError as error:
        raise click.BadParameter(f"{value!r} {error}") from None


@main.command()
@click.argument("folder", type=FOLDER)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8765, show_default=True)
@click.option("--name", "names", multiple=True, help="A further host name it is reached by.")
@click.option("--secure", is_flag=True, help="A proxy in front speaks HTTPS.")
@example("standto serve exercise")
def serve(folder: Path, host: str, port: int, names: tuple[str, ...], secure: bool) -> None:
    """Let people play the council of the desk in FOLDER, in their browsers.

    On loopback unless told otherwise. `standto desk create` makes the desk, `standto desk add-user`
    its people.
    """
    from standto.server.serve import serve as answer

    click.echo(f"the desk in {folder} answers at http://{host}:{port}; Ctrl-C stops it", err=True)
    answer(folder, host, port, names=names, secure=secure)


@main.group()
@example("standto desk create exercise feb2022")
def desk() -> None:
    """Make a desk, and say who sits at it."""


@desk.command("create")
@click.argument("folder", type=FOLDER)
@click.argument("scenario")
@click.option("--start", callback=when, help="Exercise time at which it begins.")
@example("standto desk create drill feb2022 --start 2022-02-24T04:00Z")
def create(folder: Path, scenario: str, start: datetime | None) -> None:
    """Make a desk in a new FOLDER on a copy of SCENARIO, with fresh keys and an empty ledger.

    Exercise time begins a day before C-hour, unless --start says otherwise.
    """
    from standto.server.desk import create_desk

    create_desk(folder, scenario, start)
    click.echo(f"a desk is made in {folder}; add people with `standto desk add-user {folder} NAME`")


@desk.command("add-user")
@click.argument("folder", type=FOLDER)
@click.argument("name")
@click.option("--role", required=True, help="representative, chair, commander, adviser, ...")
@click.option("--country", default="", help="Two-letter code of a representative's country.")
@click.option("--password-file", type=LEDGER, help="File that holds the password.")
@example("standto desk add-user exercise lt --role representative --country LT")
def add_user(folder: Path, name: str, role: str, country: str, password_file: Path | None) -> None:
    """Add NAME to the desk in FOLDER, or give NAME a new password and role.

    The password is asked for twice, or read from the first line of a file.
    """
    from standto.server.serve import add_user as add

    if password_file is None:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    else:
        password = (password_file.read_text(encoding="utf-8").splitlines() or [""])[0]
    add(folder, name, role, country, password)
    click.echo(f"{name} sits at the desk as {role} {country}".rstrip())


@main.group()
@example("standto keys list response/ledger.jsonl")
def keys() -> None:
    """Create, enrol, rotate, revoke and list the keys of a ledger."""


@keys.command("list")
@click.argument("ledger", type=LEDGER)
@example("standto keys list response/ledger.jsonl")
def list_keys(ledger: Path) -> None:
    """List the keys of a LEDGER with the times from and until which they sign."""
    from standto.clock import iso
    from standto.council.keyring import keys as table

    for row in table(ledger).iter_rows(named=True):
        until = "" if row["end"] is None else f" until {iso(row['end'])} ({row['reason']})"
        click.echo(f"{row['key']:<36} from {iso(row['start'])}{until}")


@keys.command("create")
@click.argument("folder", type=FOLDER)
@click.argument("holder")
@example("standto keys create keys LT")
def create_key(folder: Path, holder: str) -> None:
    """Create a key of HOLDER in FOLDER, and print its public half, which the registrar enrols."""
    from standto.ledger.keyfile import create_key as make

    key = make(folder, holder)
    click.echo(f"{folder / key.name}.pem")
    click.echo(key.public)


REGISTRAR = click.option(
    "--registrar", type=LEDGER, required=True, help="The registrar's key file, which signs."
)
FROM = click.option(
    "--from", "start", callback=when, required=True, help="Time from which it holds."
)
AT = click.option("--at", callback=when, required=True, help="Time of this entry.")


@keys.command("enrol")
@click.argument("ledger", type=LEDGER)
@click.argument("holder")
@click.argument("public")
@REGISTRAR
@FROM
@AT
@example(
    "standto keys enrol exercise/ledger.sqlite LT $PUBLIC --registrar $KEY"
    " --from 2022-03-01T00:00Z --at 2022-02-24T12:00Z"
)
def enrol_key(
    ledger: Path, holder: str, public: str, registrar: Path, start: datetime, at: datetime
) -> None:
    """Enrol HOLDER's PUBLIC key (base64) in a LEDGER's SQLite file, from a time on."""
    from standto.council.keyring import changing, enrol

    with changing(ledger, registrar) as (book, key):
        entry = enrol(book, key, holder, public, start, at)
    click.echo(f"entry {entry.n}: {entry.body['key']} is enrolled")


@keys.command("rotate")
@click.argument("ledger", type=LEDGER)
@click.argument("old")
@click.argument("new", type=LEDGER)
@REGISTRAR
@FROM
@AT
@example(
    "standto keys rotate exercise/ledger.sqlite LT-1a2b3c4d keys/LT-5e6f7a8b.pem --registrar $KEY"
    " --from 2022-03-01T00:00Z --at 2022-02-24T12:00Z"
)
def rotate_key(
    ledger: Path, old: str, new: Path, registrar: Path, start: datetime, at: datetime
) -> None:
    """Let the key in the file NEW take over from the key OLD in a LEDGER, at a time."""
    from standto.council.keyring import changing, rotate
    from standto.ledger.keyfile import read_key

    with changing(ledger, registrar) as (book, key):
        entry = rotate(book, key, old, read_key(new), start, at)
    click.echo(f"entry {entry.n}: {entry.body['key']} takes over from {old}")


@keys.command("revoke")
@click.argument("ledger", type=LEDGER)
@click.argument("name")
@click.option("--reason", required=True, help="Why, in one sentence.")
@REGISTRAR
@FROM
@AT
@example(
    "standto keys revoke exercise/ledger.sqlite LT-1a2b3c4d --reason lost --registrar $KEY"
    " --from 2022-03-01T00:00Z --at 2022-02-24T12:00Z"
)
def revoke_key(
    ledger: Path, name: str, reason: str, registrar: Path, start: datetime, at: datetime
) -> None:
    """End the validity of the key NAME in a LEDGER from a time on."""
    from standto.council.keyring import changing, revoke

    with changing(ledger, registrar) as (book, key):
        entry = revoke(book, key, name, start, reason, at)
    click.echo(f"entry {entry.n}: {name} is revoked")
