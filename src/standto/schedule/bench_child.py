"""Questions to CP-SAT, answered in a process of their own.

OR-Tools and highspy each bring a library of HiGHS under the same name, and a process can load only
one of them. Bounds need highspy; so nothing here imports OR-Tools before it is in the child.
"""

from __future__ import annotations

import importlib.util
import pickle
import subprocess
import sys
from dataclasses import dataclass

from standto.kernels.columns import Cells
from standto.schedule.bench_ways import Given, Ints


@dataclass(frozen=True)
class Rules:
    """Rules that the exact model keeps; what is False is left out, which makes it easier.

    moves: empty moves between trips, and which asset makes each. links: room on links.
    """

    moves: bool = True
    links: bool = True


@dataclass(frozen=True)
class Question:
    """What to minimise (`bench_model.AIMS`) in so many seconds, among plans of at most `most`.

    Seconds count from when the model is made. work: limit in CP-SAT's own measure of work as well,
    which does not depend on the machine. hint: a plan to begin with, which need not be kept.
    """

    aim: str = "objective"
    most: float | None = None
    seconds: float = 20.0
    threads: int = 1
    work: float | None = None
    hint: Cells | None = None


@dataclass(frozen=True)
class Answer:
    """What CP-SAT found, in minutes; the objective is infinite where nothing was found.

    status: optimal, feasible, infeasible or unknown. closure: last arrival. cells: the plan, where
    the model keeps the chains of assets. rides: how many its model chooses from, and laws: how many
    constraints it has, both for its size. making: seconds that the model took, part of `seconds`.
    """

    status: str
    objective: float
    bound: float
    closure: int
    cells: Cells | None
    rides: int
    seconds: float
    laws: int = 0
    making: float = 0.0


def installed(name: str = "ortools") -> bool:
    """Whether a peer is on this machine; looked up without loading it."""
    return importlib.util.find_spec(name) is not None


class Child:
    """A process that loads OR-Tools and answers one question after another; ends with its block."""

    def __init__(self, module: str = "standto.schedule.bench_plan") -> None:
        """Start the module that answers."""
        command = [sys.executable, "-m", module]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def __enter__(self) -> Child:
        """The child itself."""
        return self

    def __exit__(self, *error: object) -> None:
        """End the process, whatever it is doing."""
        self.process.kill()
        self.process.communicate()

    def ask(
        self, given: Given, moved: Ints | None, rules: Rules, horizon: int, asked: list[Question]
    ) -> list[Answer]:
        """Answers of CP-SAT on one model of an instance."""
        assert self.process.stdin is not None and self.process.stdout is not None
        pickle.dump((given, moved, rules, horizon, asked), self.process.stdin)
        self.process.stdin.flush()
        answers: list[Answer] = pickle.load(self.process.stdout)  # noqa: S301 - our own child
        return answers
