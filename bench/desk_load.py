"""Fifty delegations at one desk: each listens, reads and acts; errors and times are counted.

    python bench/desk_load.py --seconds 600 --delegations 50

All sign in first; then the time begins.
The desk runs in a process of its own, the delegations in this one. Each keeps a stream of events
open and reads its view when told of something new, at most once a second; each calls consultations
or proposes an amendment about every ten seconds.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx2 as httpx

SCENARIO = Path(__file__).parent.parent / "tests" / "small"
PASSWORD = "correct horse battery"
COUNTRIES = ("XA", "XB", "XC")
SERVE = "import sys; from pathlib import Path; from standto.server.serve import serve; "


def make(folder: Path, delegations: int) -> None:
    from standto.server.desk import create_desk
    from standto.server.serve import add_user

    create_desk(folder, SCENARIO)
    for n in range(delegations):
        add_user(folder, f"d{n}", "representative", COUNTRIES[n % 3], PASSWORD)
    add_user(folder, "chair", "chair", "", PASSWORD)


class Load:
    """What the delegations have seen so far."""

    def __init__(self) -> None:
        self.reads: list[float] = []
        self.acts: list[float] = []
        self.errors: list[str] = []

    async def timed(self, kept: list[float], asked) -> httpx.Response | None:  # type: ignore[no-untyped-def]
        start = time.perf_counter()
        try:
            answer: httpx.Response = await asked
        except httpx.HTTPError as error:
            self.errors.append(repr(error))
            return None
        kept.append(time.perf_counter() - start)
        if answer.status_code >= 400:
            self.errors.append(f"{answer.status_code} {answer.text[:200]}")
        return answer


async def enter(client: httpx.AsyncClient, name: str) -> dict[str, Any]:
    """Sign in, which may wait its turn: each password takes 64 MiB and four threads."""
    body = {"name": name, "password": PASSWORD}
    signed = await client.post("/api/session", json=body, timeout=600)
    assert signed.status_code == 200, signed.text
    state: dict[str, Any] = (await client.get("/api/state")).json()
    client.headers["x-csrf-token"] = state["csrf"]
    return state


async def delegation(
    load: Load, address: str, name: str, seed: int, seconds: float, all_in: asyncio.Barrier
) -> None:
    rng = random.Random(seed)
    async with httpx.AsyncClient(base_url=address, timeout=30) as client:
        state = await enter(client, name)
        await all_in.wait()
        end = time.monotonic() + seconds
        fresh = asyncio.Event()
        stream = asyncio.create_task(listen(load, client, fresh))
        seen = last_entry(state)
        next_act = time.monotonic() + rng.uniform(0, 10)
        while time.monotonic() < end:
            try:
                await asyncio.wait_for(fresh.wait(), 1)
                fresh.clear()
                view = await load.timed(load.reads, client.get(f"/api/state?after={seen}"))
                seen = last_entry(view.json(), seen) if view is not None else seen
            except TimeoutError:
                pass
            if time.monotonic() > next_act:
                next_act += rng.uniform(5, 15)
                act = rng.choice(["consultations_called", "amendment"])
                body = {"act": act, "text": f"{name} says something about the text before us."}
                await load.timed(load.acts, client.post("/api/acts", json=body))
            await asyncio.sleep(1)
        stream.cancel()


def last_entry(state: dict[str, Any], seen: int = 0) -> int:
    """Number of the last act in a view, as the page keeps it."""
    return int(state["record"][-1]["n"]) if state["record"] else seen


async def listen(load: Load, client: httpx.AsyncClient, fresh: asyncio.Event) -> None:
    try:
        async with client.stream("GET", "/api/events", timeout=None) as stream:
            async for line in stream.aiter_lines():
                if line.startswith("data:"):
                    fresh.set()
    except httpx.HTTPError as error:
        load.errors.append(f"stream: {error!r}")


async def run(address: str, delegations: int, seconds: float) -> Load:
    load = Load()
    text = {"text": "Words."}
    await once(address, "d0", {"act": "consultations_called", **text})
    await once(address, "chair", {"act": "draft_decision", "plans": ["east"], **text})
    all_in = asyncio.Barrier(delegations)
    await asyncio.gather(
        *(delegation(load, address, f"d{n}", n, seconds, all_in) for n in range(delegations))
    )
    return load


async def once(address: str, name: str, body: dict[str, object]) -> None:
    async with httpx.AsyncClient(base_url=address, timeout=30) as client:
        await enter(client, name)
        done = await client.post("/api/acts", json=body)
        assert done.status_code == 200, done.text


def times(seconds: list[float]) -> dict[str, float]:
    ordered = sorted(seconds)
    p95 = ordered[int(0.95 * (len(ordered) - 1))]
    return {
        "count": len(ordered),
        "median_ms": round(1000 * statistics.median(ordered), 1),
        "p95_ms": round(1000 * p95, 1),
        "max_ms": round(1000 * ordered[-1], 1),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--delegations", type=int, default=50)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "desk"
        make(folder, given.delegations)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        code = SERVE + f"serve(Path(sys.argv[1]), port={port})"
        desk = subprocess.Popen([sys.executable, "-c", code, str(folder)])
        address = f"http://127.0.0.1:{port}"
        for _ in range(600):
            try:
                httpx.get(f"{address}/sign-in")
                break
            except httpx.HTTPError:
                time.sleep(0.1)
        try:
            load = asyncio.run(run(address, given.delegations, given.seconds))
        finally:
            desk.terminate()
            desk.wait(timeout=20)
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        from standto.council.verify import verify

        report = verify(folder / "ledger.sqlite")
    print(
        json.dumps(
            {
                "delegations": given.delegations,
                "seconds": given.seconds,
                "reads": times(load.reads),
                "acts": times(load.acts),
                "errors": len(load.errors),
                "first_errors": load.errors[:3],
                "desk_cpu_s": round(used.ru_utime + used.ru_stime, 1),
                "load_average": os.getloadavg(),
                "verifies": report.good,
                "entries": report.entries,
            }
        )
    )
