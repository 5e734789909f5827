"""The command line: each command parses, calls one function, prints.

Everything heavy is imported inside the command that needs it, so that help answers at once.
Commands stand in the help in the order in which their modules are imported here.
"""

from standto.cli import response  # isort: skip
from standto.cli import reports, world  # isort: skip
from standto.cli import rehearse, whatif, bottlenecks  # isort: skip
from standto.cli import council, desk, schedule, bench  # isort: skip
from standto.cli.group import main

__all__ = [
    "bench",
    "bottlenecks",
    "council",
    "desk",
    "main",
    "rehearse",
    "reports",
    "response",
    "schedule",
    "whatif",
    "world",
]
