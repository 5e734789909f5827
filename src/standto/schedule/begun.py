"""What an instance under way starts from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from standto.schedule.moves import Move
from standto.schedule.net import Net
from standto.schedule.resources import Resource
from standto.schedule.web import Kind


class Known(NamedTuple):
    """What an earlier instance made of the same lines: whole lines as moves, and each line's kind.

    It holds for the same lift on the same ground.
    """

    moves: dict[str, Move]
    kinds: dict[str, Kind]

    def covers(self, lines: Iterable[str], parts: Mapping[str, object]) -> bool:
        """Whether it says all that is to be known of lines, parts of some being given."""
        return all(x in self.kinds and (x in self.moves or x in parts) for x in lines)


@dataclass(frozen=True)
class Begun:
    """What an instance under way starts from; `nothing` at C-hour.

    now_min: nothing is loaded sooner. parts: moves of each line of which something has begun, by
    its key. asset_from: stop and minute of assets not at their bases, by fleet and number; None
    for one that is lost. taken: calendars with what has begun taken off. net, known: what an
    earlier instance was made with.
    """

    now_min: int
    parts: dict[str, tuple[Move, ...]]
    asset_from: dict[tuple[str, int], tuple[str, int] | None]
    taken: Callable[[Net], list[Resource]]
    net: Net | None
    known: Known | None = None
