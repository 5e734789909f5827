"""Uploads are parsed in a process of their own, with a limit on size, time and memory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from standto.errors import DataError, Fault, StandtoError

LARGEST_BYTES = 256 * 1024
SECONDS = 10
MEMORY_BYTES = 2 * 1024**3
"""Address space, of which the libraries take most; the table itself is small."""


def parse_injects(data: bytes, seconds: int = SECONDS) -> list[dict[str, str]]:
    """Rows of an uploaded table of injects, as text: at, to, text.

    Raises DataError with every bad cell, StandtoError when it is too large or takes too long.
    """
    if len(data) > LARGEST_BYTES:
        raise StandtoError(f"the file has {len(data)} bytes; {LARGEST_BYTES} are the most")
    try:
        done = subprocess.run(
            [sys.executable, "-m", "standto.server.intake"],
            input=data,
            capture_output=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise StandtoError(f"the file took longer than {seconds} s to read") from None
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        raise StandtoError("the file could not be read within its limits") from None
    if "faults" in answer:
        raise DataError(Fault(*fault) for fault in answer["faults"])
    rows: list[dict[str, str]] = answer["rows"]
    return rows


def worker() -> None:
    """Read a table from standard input under limits, and print its rows or its faults as JSON."""
    import resource
    import tempfile

    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    from standto.ledger.entry import stamp
    from standto.tables import read

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "injects.csv"
        path.write_bytes(sys.stdin.buffer.read(LARGEST_BYTES + 1))
        try:
            table = read(path, "injects")
        except DataError as error:
            faults = [(f.file, f.line, f.column, f.value, f.right) for f in error.faults]
            answer: dict[str, object] = {"faults": faults}
        else:
            answer = {
                "rows": [
                    {"at": stamp(row["at"]), "to": " ".join(row["to"]), "text": row["text"]}
                    for row in table.iter_rows(named=True)
                ]
            }
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    worker()
