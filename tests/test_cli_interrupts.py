"""Ctrl-C on the command line: one line and status 130, also where a compiler was interrupted."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from standto.cli.group import Standto, by_interrupt


@click.group(cls=Standto)
def outer() -> None:
    """A group."""


@outer.group(cls=Standto)
def inner() -> None:
    """A group within it."""


@inner.command()
def pressed() -> None:
    """Be interrupted."""
    raise KeyboardInterrupt


@inner.command()
def compiling() -> None:
    """Be interrupted in a compiler, which fails for it."""
    try:
        raise KeyboardInterrupt
    except KeyboardInterrupt:
        raise RuntimeError("no compiled object yet")  # noqa: B904


@inner.command()
def broken() -> None:
    """Fail without being interrupted."""
    raise RuntimeError("a mistake of ours")


@pytest.mark.parametrize("command", ["pressed", "compiling"])
def test_ctrl_c_ends_with_one_line(command: str) -> None:
    result = CliRunner().invoke(outer, ["inner", command])
    assert result.exit_code == 130
    assert result.output.strip() == "stopped; nothing was written"


def test_a_mistake_of_ours_is_not_taken_for_ctrl_c() -> None:
    result = CliRunner().invoke(outer, ["inner", "broken"])
    assert isinstance(result.exception, RuntimeError)
    assert not by_interrupt(result.exception)
