"""An engine made once and shared by the processes of a machine, instead of made again in each.

The arrays of an instance that is planned again take half a gigabyte. They are laid into a file that
each process maps: read only where it is looked at, held in memory once, copied where written to. A
worker that cannot see the file, on another machine, makes the engine from its makings.
"""

from __future__ import annotations

import mmap
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

from standto.rehearse.engine import Engine

ALIGNED = 64
"""Arrays begin at a multiple of so many bytes, a cache line, as numpy's own nearly do."""


@dataclass(frozen=True)
class Shared:
    """Where an engine lies. makings: what it is made from where the file is not to be seen.

    spans: first byte and size of each array in the file, behind `size` bytes of all the rest.
    """

    path: Path
    size: int
    spans: tuple[tuple[int, int], ...]
    makings: bytes

    def engine(self) -> Engine:
        """The engine: one for all that this process plays."""
        return _opened(self)


@contextmanager
def shared(engine: Engine) -> Iterator[Shared]:
    """An engine laid into a file, which goes when all have played."""
    with TemporaryDirectory(prefix="standto-", ignore_cleanup_errors=True) as folder:
        yield laid(engine, Path(folder) / "engine")


def laid(engine: Engine, path: Path) -> Shared:
    """An engine, which is a dataclass, laid into a file."""
    arrays: list[pickle.PickleBuffer] = []
    own = {field.name: getattr(engine, field.name) for field in fields(engine)}  # type: ignore[arg-type]
    rest = pickle.dumps((type(engine), own), protocol=5, buffer_callback=arrays.append)
    spans = []
    with path.open("wb") as file:
        file.write(rest)
        for array in arrays:
            file.seek(-(-file.tell() // ALIGNED) * ALIGNED)
            with array.raw() as raw:
                spans.append((file.tell(), raw.nbytes))
                file.write(raw)
        file.truncate(max(file.tell(), 1))
    return Shared(path, len(rest), tuple(spans), pickle.dumps(engine))


@lru_cache(maxsize=1)
def _opened(there: Shared) -> Engine:
    """The engine that lies in a file, or one made anew."""
    try:
        with there.path.open("rb") as file:
            whole = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY))
    except OSError:
        return cast(Engine, pickle.loads(there.makings))  # noqa: S301 - our own
    arrays = [whole[first : first + size] for first, size in there.spans]
    kind, own = pickle.loads(whole[: there.size], buffers=arrays)  # noqa: S301 - our own
    return cast(Engine, kind(**own))
