"""The command line: each command parses, calls one function, prints.

Everything heavy is imported inside the command that needs it, so that help answers at once.
"""

from standto.cli import council, rehearse, response
from standto.cli.group import main

__all__ = ["council", "main", "rehearse", "response"]
