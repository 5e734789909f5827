"""Runs: schedules and rehearsals as jobs in a worker process; they survive a restart."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from standto.errors import StandtoError
from standto.ledger.export import export
from standto.server.desk import Desk
from standto.server.permits import User, need

log = logging.getLogger(__name__)
LONGEST_S, MOST_RUNS, MOST_WAITING, MOST_TRIES = 600, 20_000, 20, 3
NICENESS = 5
KEPT = ("index.html", "summary.json", "schedule.csv", "closure.csv", "findings.csv", "statement.md")
"""Files of a run that the desk hands out."""

Command = Callable[[dict[str, Any]], Sequence[str]]


def worker_command(given: dict[str, Any]) -> Sequence[str]:
    """The command that runs a worker."""
    return [sys.executable, "-m", "standto.server.worker", json.dumps(given)]


class Runs:
    """The queue of runs and the one worker process. Runs wait in the desk's store."""

    def __init__(self, desk: Desk, command: Command = worker_command) -> None:
        """Take up what a stop of the desk has left: a run that was under way begins again."""
        self.desk = desk
        self.folder = desk.folder / "runs"
        self._command = command
        self._wake = threading.Event()
        self._stopping = False
        self._process: subprocess.Popen[str] | None = None
        self._current: int | None = None
        desk.store.do(
            "UPDATE run SET status = 'failed', words = 'it did not end in three tries'"
            " WHERE status = 'running' AND tries >= ?",
            MOST_TRIES,
        )
        desk.store.do(
            "UPDATE run SET status = 'waiting', words = 'begins again after a restart'"
            " WHERE status = 'running'"
        )
        self._thread = threading.Thread(target=self._work, name="runs", daemon=True)
        self._thread.start()

    def ask(self, user: User, seconds: float, runs: int, seed: int) -> int:
        """Put a run into the queue; give its number."""
        need(user, "start and cancel runs")
        if not 0 < seconds <= LONGEST_S or not 1 <= runs <= MOST_RUNS or seed < 0:
            raise StandtoError(
                f"a run takes up to {LONGEST_S} s, 1 to {MOST_RUNS} rehearsals, a seed from 0"
            )
        store = self.desk.store
        waiting = store.rows("SELECT id FROM run WHERE status IN ('waiting', 'running')")
        if len(waiting) >= MOST_WAITING:
            raise StandtoError(f"{MOST_WAITING} runs are waiting already; cancel one first")
        parameters = json.dumps({"seconds": seconds, "runs": runs, "seed": seed})
        number = store.do(
            "INSERT INTO run (asked_by, asked, parameters, status, stage, words, tries, released,"
            " figures) VALUES (?, ?, ?, 'waiting', '', 'waits for its turn', 0, 0, '{}')",
            user.name, self.desk.time(), parameters,
        )  # fmt: skip
        self._wake.set()
        self.desk.changed()
        return number

    def cancel(self, user: User, number: int) -> None:
        """Cancel a run that waits or is under way."""
        need(user, "start and cancel runs")
        changed = self.desk.store.changed(
            "UPDATE run SET status = 'cancelled', words = ?"
            " WHERE id = ? AND status IN ('waiting', 'running')",
            f"cancelled by {user.name}", number,
        )  # fmt: skip
        if not changed:
            raise StandtoError(f"run {number} is neither waiting nor under way")
        process = self._process
        if self._current == number and process is not None:
            process.terminate()
        self.desk.changed()

    def file(self, number: int, name: str) -> Path:
        """A file of a run that is done. Raises StandtoError when there is none."""
        path = self.folder / str(number) / name
        if name not in KEPT or not path.is_file():
            raise StandtoError(f"run {number} has no file {name}")
        return path

    def close(self) -> None:
        """Stop the worker; the run under way begins again when the desk is opened next."""
        self._stopping = True
        self._wake.set()
        if self._process is not None:
            self._process.terminate()
        self._thread.join(timeout=20)

    def _work(self) -> None:
        while not self._stopping:
            row = self.desk.store.row("SELECT * FROM run WHERE status = 'waiting' ORDER BY id")
            if row is None:
                self._wake.wait(timeout=2)
                self._wake.clear()
                continue
            try:
                self._one(int(row["id"]), json.loads(row["parameters"]))
            except Exception:
                log.exception("a run failed")
                self._put(
                    int(row["id"]), "failed", "it ended by a fault of the program; see the log"
                )

    def _one(self, number: int, parameters: dict[str, Any]) -> None:
        began = self.desk.store.changed(
            "UPDATE run SET status = 'running', tries = tries + 1"
            " WHERE id = ? AND status = 'waiting'",
            number,
        )
        if not began:
            return
        out = self.folder / str(number)
        out.mkdir(parents=True, exist_ok=True)
        given = {
            "scenario": str(self.desk.folder / "scenario"),
            "ledger": self._exported(out),
            "out": str(out / "files"),
            "parameters": parameters,
        }
        self._current = number
        with subprocess.Popen(  # the command is the program's own
            self._command(given), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as process:
            self._process = process
            with contextlib.suppress(OSError):  # people at the desk come before its sums
                os.setpriority(os.PRIO_PROCESS, process.pid, NICENESS)
            end = self._listen(number, process)
        self._process = self._current = None
        if not self._stopping:
            self._settle(number, out, end)

    def _listen(self, number: int, process: subprocess.Popen[str]) -> dict[str, Any]:
        """Follow a worker's lines; give the last."""
        assert process.stdout is not None, "its output is a pipe"
        last: dict[str, Any] = {}
        for line in process.stdout:
            with contextlib.suppress(ValueError):
                last = json.loads(line)
            if "stage" in last:
                self.desk.store.do(
                    "UPDATE run SET stage = ?, words = ? WHERE id = ? AND status = 'running'",
                    str(last["stage"]), str(last["words"])[:500], number,
                )  # fmt: skip
                self.desk.changed()
        return last

    def _settle(self, number: int, out: Path, end: dict[str, Any]) -> None:
        """Write down how a run ended, unless it was cancelled."""
        files = out / "files"
        if "done" in end and (files / "summary.json").is_file():
            for name in KEPT:
                if (files / name).is_file():
                    shutil.copyfile(files / name, out / name)
            shutil.rmtree(files)
            summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
            summary["basis"] = "this ledger" if (out / "ledger.jsonl").is_file() else "scenario"
            self.desk.store.do(
                "UPDATE run SET figures = ? WHERE id = ? AND status = 'running'",
                json.dumps(summary), number,
            )  # fmt: skip
            self._put(number, "done", "done")
        else:
            self._put(
                number, "failed", str(end.get("failed", "the worker ended without an answer"))
            )

    def _put(self, number: int, status: str, words: str) -> None:
        self.desk.store.do(
            "UPDATE run SET status = ?, words = ? WHERE id = ? AND status = 'running'",
            status, words, number,
        )  # fmt: skip
        self.desk.changed()

    def _exported(self, out: Path) -> str:
        """Path of the ledger's export where an activation stands; empty where none does."""
        with self.desk.lock:
            if not self.desk.council.standing:
                return ""
            path = out / "ledger.jsonl"
            path.write_bytes(export(self.desk.ledger))
        return str(path)
