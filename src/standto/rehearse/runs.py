"""Playing the runs: on threads of this machine or on a cluster, kept on disk, stopped when enough.

The work is cut into blocks of runs. A block gives the same closures wherever it is played, so a
lost worker's block is played again and changes no number.
"""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from standto.clock import in_words
from standto.errors import StandtoError
from standto.rehearse.draws import Draws
from standto.rehearse.engine import Engine, Scratch
from standto.rehearse.interrupts import Presses, unheard
from standto.rehearse.quantiles import Job, overall, quantile, quantile_error
from standto.rehearse.shared import Shared, shared

Minutes = npt.NDArray[np.int64]
Progress = Callable[[str, str], None]
Chosen = npt.NDArray[np.int64]
Play = Callable[[list[Job]], Iterator[Minutes]]


@dataclass(frozen=True)
class Until:
    """Stop when a quantile of the last closure is known to within an error.

    share: of runs, such as 0.95. error_min: Monte Carlo standard error in minutes.
    """

    share: float
    error_min: float

    def met(self, last: Minutes) -> bool:
        """Whether the runs so far suffice; last: (runs,) last closure of each."""
        error = quantile_error(last, self.share)
        return len(last) >= 100 and error is not None and error <= self.error_min


@dataclass(frozen=True)
class How:
    """How runs are played.

    workers: threads or processes of this machine. cluster: address of a Dask scheduler instead.
    store: folder where blocks are kept, so that an interrupted rehearsal goes on from there.
    until: stop early.
    """

    workers: int = 2
    cluster: str | None = None
    store: Path | None = None
    until: Until | None = None


def play_all(
    engine: Engine,
    draws: Draws,
    how: How,
    play: Play,
    progress: Progress | None,
    key: str,
    stop: Presses | None = None,
) -> Minutes:
    """Closures (runs, forces) of all runs, or of those made when Ctrl-C or `until` ended them.

    stop: who hears of Ctrl-C.
    """
    blocks = blocks_of(np.arange(draws.runs), engine.block)
    store = Store(how.store / digest(engine, draws, key)) if how.store else None
    done: list[Minutes] = store.load(blocks) if store else []
    last = [overall(closures) for closures in done]
    began = time.perf_counter()
    kept = sum(map(len, last))
    enough = bool(done) and how.until is not None and how.until.met(np.concatenate(last))
    left = [] if enough else [(chosen, -1) for chosen in blocks[len(done) :]]
    try:
        with (stop or Presses()).heard():
            for closures in play(left):
                if store:
                    store.save(len(done), closures)
                done.append(closures)
                last.append(overall(closures))
                so_far = np.concatenate(last)
                if progress:
                    rate = (len(so_far) - kept) / max(time.perf_counter() - began, 1e-9)
                    progress("rehearse", _words(so_far, draws.runs, rate, how.until))
                if how.until and how.until.met(so_far):
                    break
    except KeyboardInterrupt:
        if not done:
            raise
        if progress:
            progress(
                "stopped", f"{sum(map(len, last)):,} runs are kept; Ctrl-C again ends the rest"
            )
    if not done:
        return np.zeros((0, len(engine.closing.forces)), dtype=np.int64)
    return np.concatenate(done)


def blocks_of(chosen: Chosen, size: int) -> list[Chosen]:
    """Runs cut into blocks."""
    return [chosen[n : n + size] for n in range(0, len(chosen), size)]


def _words(last: Minutes, runs: int, rate: float, until: Until | None) -> str:
    """Runs made so far, the present median and P95 of the last closure, and the time left."""
    days = [quantile(last, share) for share in (0.5, 0.95)]
    p50, p95 = ("not closed" if d is None else f"{d / 1440:.1f} d" for d in days)
    left = (runs - len(last)) / rate
    words = f"{len(last):,} of {runs:,} runs, P50 {p50}, P95 {p95}, {left:.0f} s left"
    error = quantile_error(last, until.share) if until else None
    if until is None or error is None:
        return words
    return f"{words} at most: P{until.share * 100:g} known to +-{in_words(error)}"


@contextmanager
def player(engine: Engine, draws: Draws, how: How) -> Iterator[Play]:
    """Something that plays blocks of runs in order, here or on a cluster."""
    if how.cluster is None:
        local = _threads if engine.threads or how.workers == 1 else _processes
        with local(engine, draws, how.workers) as here:
            yield here
        return
    with _client(how.cluster) as client, _sent(engine) as ours:
        everywhere = client.scatter((ours, draws), broadcast=True, hash=False)

        def there(jobs: list[Job]) -> Iterator[Minutes]:
            futures = [client.submit(_block, everywhere, job, pure=False) for job in jobs]
            for future in futures:
                yield future.result()

        yield there


@contextmanager
def _sent(engine: Engine) -> Iterator[Engine | Shared]:
    """What other processes are given: engines of threads are small, the others are shared."""
    if engine.threads:
        yield engine
        return
    with shared(engine) as there:
        yield there


@contextmanager
def _threads(engine: Engine, draws: Draws, workers: int) -> Iterator[Play]:
    with ThreadPoolExecutor(max_workers=workers) as pool:

        def play(jobs: list[Job]) -> Iterator[Minutes]:
            return pool.map(lambda job: _block((engine, draws), job), jobs)

        try:
            yield play
        finally:
            pool.shutdown(cancel_futures=True)


@contextmanager
def _processes(engine: Engine, draws: Draws, workers: int) -> Iterator[Play]:
    """Processes that share the engine. Ctrl-C reaches this one alone."""
    with (
        _sent(engine) as ours,
        ProcessPoolExecutor(
            workers, get_context("spawn"), initializer=_settle_in, initargs=(ours, draws)
        ) as pool,
    ):
        with unheard():
            pool.submit(_settled)  # the first task starts all processes

        def play(jobs: list[Job]) -> Iterator[Minutes]:
            return pool.map(_own_block, jobs)

        try:
            yield play
        finally:
            pool.shutdown(cancel_futures=True)


_OWN: list[tuple[Engine | Shared, Draws]] = []
"""What a worker process plays: set once when it starts."""


def _settle_in(engine: Engine | Shared, draws: Draws) -> None:
    _OWN[:] = [(engine, draws)]


def _settled() -> bool:
    return bool(_OWN)


def _own_block(job: Job) -> Minutes:
    return _block(_OWN[0], job)


_MINE = threading.local()
"""What a worker keeps from one block to the next: its scratch memory."""


def _block(given: tuple[Engine | Shared, Draws], job: Job) -> Minutes:
    engine, draws = given
    if isinstance(engine, Shared):
        engine = engine.engine()
    if not hasattr(_MINE, "scratch"):
        _MINE.scratch = Scratch()
    return engine.closures(draws.part(*job), _MINE.scratch)


def _client(address: str) -> Any:
    try:
        from distributed import Client
    except ImportError:
        raise StandtoError(
            "a cluster needs the extra `cluster`: pip install 'standto[cluster]'"
        ) from None
    try:
        return Client(address, timeout=10)
    except (OSError, ValueError) as error:
        raise StandtoError(f"no Dask scheduler answers at {address}: {error}") from None


def digest(engine: Engine, draws: Draws, key: str) -> str:
    """Name under which the blocks of exactly this rehearsal are kept."""
    total = hashlib.sha256(key.encode())
    for array in (*engine.arrays(), draws.happens, draws.closes, draws.factor):
        total.update(np.ascontiguousarray(array).tobytes())
    return total.hexdigest()[:24]


@dataclass(frozen=True)
class Store:
    """Blocks of closures on disk, each written whole or not at all."""

    folder: Path

    def load(self, blocks: list[Chosen]) -> list[Minutes]:
        """Blocks kept so far, from the first on."""
        done: list[Minutes] = []
        for n, chosen in enumerate(blocks):
            path = self.folder / f"{n:06d}.npy"
            if not path.is_file():
                break
            closures = np.load(path)
            if len(closures) != len(chosen):
                break
            done.append(closures)
        return done

    def save(self, number: int, closures: Minutes) -> None:
        """Keep one block."""
        self.folder.mkdir(parents=True, exist_ok=True)
        part = self.folder / f".{number:06d}.part"
        with part.open("wb") as file:
            np.save(file, closures)
            file.flush()
            os.fsync(file.fileno())
        part.replace(self.folder / f"{number:06d}.npy")
