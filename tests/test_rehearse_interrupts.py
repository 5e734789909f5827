"""Ctrl-C, once or twice or quickly, loses none of the runs that are done."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from standto.cli import main
from standto.rehearse.interrupts import Presses, presses
from standto.rehearse.rehearse import rehearse
from tests.rehearsal_case import BY_AIR, STORM, case, leg

SMALL = Path(__file__).parent / "small"
IGNORED = signal.getsignal(signal.SIGINT) is signal.SIG_IGN
"""Whether Ctrl-C was ignored from the start, as it is for what a shell runs in the background."""


@pytest.fixture(autouse=True)
def _heard() -> Iterator[None]:
    """Hear Ctrl-C also where the tests run in the background, which ignores it from the start."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def press() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def test_two_presses_in_a_row_lose_no_run() -> None:
    def twice(stage: str, words: str) -> None:
        if stage == "rehearse":
            press()
        if stage == "stopped":
            press()

    world, plan, schedule = case([leg(), BY_AIR], STORM)
    ensemble = rehearse(world, plan, schedule, 1000, 1, twice)
    assert 0 < ensemble.runs < 1000
    assert ensemble.mattered.is_empty(), "the second ends what they cost"
    whole = rehearse(world, plan, schedule, 1000, 1)
    assert (ensemble.closure_min == whole.closure_min[: ensemble.runs]).all()


def test_one_press_still_asks_what_the_runs_cost() -> None:
    pressed: list[str] = []

    def once(stage: str, words: str) -> None:
        if not pressed:
            pressed.append(words)
            press()

    world, plan, schedule = case([leg(), BY_AIR], STORM)
    ensemble = rehearse(world, plan, schedule, 1000, 1, once)
    assert 0 < ensemble.runs < 1000
    assert ensemble.mattered.height == 1


def test_a_press_before_anything_is_done_ends_it_and_a_third_ends_all() -> None:
    with presses() as count:
        press()
        with pytest.raises(KeyboardInterrupt), count.heard():
            raise AssertionError("a press made before is heeded first")
        press()
        with pytest.raises(KeyboardInterrupt):
            press()
    assert Presses().made == 0
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.skipif(IGNORED, reason="what runs in the background is no terminal's")
def test_ctrl_c_twice_in_a_terminal_leaves_worker_processes_alone() -> None:
    """It reaches every process of the terminal: here a group of its own."""
    words = ["rehearse", str(SMALL), "--policy", "reroute", "--runs", "5000", "--iterations", "2"]
    child = subprocess.Popen(
        [sys.executable, "-m", "standto", *words],
        stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, process_group=0,
    )  # fmt: skip
    assert child.stderr is not None
    for line in child.stderr:
        if line.startswith("rehearse"):
            break
    os.killpg(child.pid, signal.SIGINT)
    time.sleep(0.01)
    os.killpg(child.pid, signal.SIGINT)
    out, err = child.communicate(timeout=120)
    assert child.returncode == 0, err
    assert "Traceback" not in err
    assert ", policy reroute" in out


def test_the_report_says_whether_the_error_asked_for_was_reached() -> None:
    words = ["rehearse", str(SMALL), "--iterations", "2"]
    far = CliRunner().invoke(main, [*words, "--runs", "200", "--until", "p95:1 min"])
    assert "not to the 1 min asked for: it takes some" in far.output
    near = CliRunner().invoke(main, [*words, "--runs", "5000", "--until", "p50:30 d"])
    assert "30 d 0 h was asked for" in near.output
    few = CliRunner().invoke(main, [*words, "--runs", "5", "--until", "p95:1h"])
    assert "P95 of the last closure is not known to 1 h" in few.output
    assert "+-?" in few.output
    assert np.all([ran.exit_code == 0 for ran in (far, near, few)])
