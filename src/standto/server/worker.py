"""A run in a process of its own: the whole response, progress line by line, then its files."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any


def say(**words: Any) -> None:
    """One line to the desk."""
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


def run(scenario: Path, ledger: Path | None, out: Path, parameters: dict[str, Any]) -> None:
    """Respond to a scenario and write the response to a folder.

    ledger: the desk's own export, where its council has activated a plan; without one the
    scenario's acts are taken as they stand.
    """
    say(stage="begin", words="loading the libraries")
    from standto.errors import StandtoError
    from standto.respond import respond
    from standto.schedule.solve import Stop
    from standto.view.files import write

    with tempfile.TemporaryDirectory(prefix="standto-run-") as scratch:
        copy = Path(scratch) / scenario.name
        shutil.copytree(scenario, copy)
        if ledger is not None:
            shutil.copyfile(ledger, copy / "ledger.jsonl")
        try:
            response = respond(
                copy,
                Path(scratch) / "ledger.sqlite",
                Stop(seconds=float(parameters["seconds"])),
                int(parameters["runs"]),
                int(parameters["seed"]),
                lambda stage, words: say(stage=stage, words=words),
            )
        except StandtoError as error:
            say(failed=str(error)[:2000])
            return
        say(stage="write", words="writing the page and the files")
        fresh = Path(scratch) / "out"
        write(response, fresh)
        if out.exists():
            shutil.rmtree(out)
        shutil.copytree(fresh, out)
    say(done=True)


if __name__ == "__main__":
    given = json.loads(sys.argv[1])
    run(
        Path(given["scenario"]),
        Path(given["ledger"]) if given["ledger"] else None,
        Path(given["out"]),
        given["parameters"],
    )
