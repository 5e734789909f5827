"""The command `standto` itself: how it reports mistakes, progress and examples."""

from __future__ import annotations

import inspect
import logging
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from standto.errors import StandtoError

Command = TypeVar("Command", bound=Callable[..., Any])


def stopped(ctx: click.Context) -> None:
    """End as after Ctrl-C."""
    end_progress()
    click.echo("stopped; nothing was written", err=True)
    ctx.exit(130)


def by_interrupt(error: BaseException) -> bool:
    """Whether an error only followed from Ctrl-C: a compiler that is interrupted fails."""
    before: BaseException | None = error
    while before is not None:
        if isinstance(before, KeyboardInterrupt):
            return True
        before = before.__cause__ or before.__context__
    return False


class Standto(click.Group):
    """A group whose commands turn a user's mistake into one clear message and exit status 2."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; print what a user can mend without a traceback."""
        try:
            return super().invoke(ctx)
        except StandtoError as error:
            end_progress()
            click.echo(str(error), err=True)
            ctx.exit(2)
        except KeyboardInterrupt:
            stopped(ctx)
        except BrokenPipeError:
            sys.stderr.close()
            ctx.exit(0)
        except OSError as error:
            if error.filename is None or error.strerror is None:
                raise
            end_progress()
            click.echo(f"{error.filename}: {error.strerror}", err=True)
            ctx.exit(2)
        except Exception as error:
            if isinstance(error, click.exceptions.Exit) or not by_interrupt(error):
                raise
            stopped(ctx)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Commands in the order in which a newcomer meets them."""
        return list(self.commands)


class NewFile(click.Path):
    """A file to write. That its folder is not there is told before the work, not after it."""

    def __init__(self) -> None:
        """Take any path that is no folder."""
        super().__init__(dir_okay=False, writable=True, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path, once its folder is found."""
        path = Path(os.fsdecode(super().convert(value, param, ctx)))
        folder = path.absolute().parent
        if not folder.is_dir():
            self.fail(f"there is no folder '{folder}' to write '{path}' into.", param, ctx)
        return path


def example(text: str) -> Callable[[Command], Command]:
    """Put a working example at the end of a command's help."""

    def add(command: Command) -> Command:
        words = inspect.cleandoc(command.__doc__ or "")
        command.__doc__ = f"{words}\n\n\b\nExample:\n  {text}\n"
        return command

    return add


@click.group(cls=Standto, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="standto", prog_name="standto")
@click.option("-v", "--verbose", is_flag=True, help="Log what happens on standard error.")
@example("standto demo --no-open --out demo")
def main(verbose: bool) -> None:
    """Plan and rehearse how a defensive alliance responds to a crisis.

    From the first report to the last arrival, on open data, with a proven lower bound.
    """
    level = logging.INFO if verbose else logging.WARNING
    shown = logging.StreamHandler()
    shown.setLevel(level)  # a library that sets a level of its own is no louder than the rest
    logging.basicConfig(level=level, format="%(message)s", handlers=[shown])
    pages = logging.getLogger("trafilatura")
    pages.setLevel(logging.CRITICAL)  # a page without an article gets one clear line of ours


QUIET_S = 2.0
"""Where standard error is no terminal, a stage speaks at most this often."""


def progress() -> Callable[[str, str], None]:
    """A teller of progress on standard error: one line, rewritten in place on a terminal."""
    last = ("", 0.0)

    def show(stage: str, words: str) -> None:
        nonlocal last
        line = f"{stage:<10} {words}"
        now = time.monotonic()
        if sys.stderr.isatty():
            click.echo(f"\r\x1b[2K{line}", err=True, nl=False)
        elif stage != last[0] or now - last[1] >= QUIET_S:
            click.echo(line, err=True)
            last = (stage, now)

    return show


def end_progress() -> None:
    """Leave the line that progress was written on."""
    if sys.stderr.isatty():
        click.echo("\r\x1b[2K", err=True, nl=False)
