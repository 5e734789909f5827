"""News of the desk for those who listen: one wake-up of the loop for all of them."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable

from standto.server.desk import Desk

MOST_STREAMS = 20
"""Pages of one user that may listen at once."""
PAUSE_S, HEARTBEAT_S = 0.1, 15.0
"""Changes within a pause are told together; a heartbeat comes when nothing is told for so long."""


class News:
    """The desk's version as a thing to wait for. Made inside the loop that serves."""

    def __init__(self, desk: Desk) -> None:
        """Listen to a desk; its changes may come from any thread."""
        self._desk = desk
        self._loop = asyncio.get_running_loop()
        self._fresh = asyncio.Event()
        self._called = False
        self.listening: Counter[str] = Counter()
        desk.listeners.append(self._call)

    async def newer(self, than: int) -> int:
        """The desk's version as soon as it is another."""
        while self._desk.version == than:
            await self._fresh.wait()
        return self._desk.version

    def close(self) -> None:
        """Listen no more."""
        self._desk.listeners.remove(self._call)

    def _call(self) -> None:
        """Ask the loop to tell everybody; called in any thread, at most once until it has."""
        if not self._called:
            self._called = True
            with contextlib.suppress(RuntimeError):  # the loop may have ended
                self._loop.call_soon_threadsafe(self._loop.call_later, PAUSE_S, self._tell)

    def _tell(self) -> None:
        self._called = False
        told, self._fresh = self._fresh, asyncio.Event()
        told.set()


async def stream(
    desk: Desk,
    news: News,
    user: str,
    stays: Callable[[], bool],
    gone: Callable[[], Awaitable[bool]],
) -> AsyncIterator[str]:
    """`version: n` when the desk changes, a heartbeat in between, until one of both ends.

    stays: whether the session still lasts. gone: whether the browser has left. A user who listens
    too often already is told to listen no more.
    """
    if news.listening[user] >= MOST_STREAMS:
        yield "event: ended\ndata: too many pages\n\n"
        return
    news.listening[user] += 1
    try:
        async for words in _told(desk, news, stays, gone):
            yield words
    finally:
        news.listening[user] -= 1


async def _told(
    desk: Desk, news: News, stays: Callable[[], bool], gone: Callable[[], Awaitable[bool]]
) -> AsyncIterator[str]:
    seen = desk.version
    yield f"retry: 1000\nid: {seen}\nevent: version\ndata: {seen}\n\n"
    while not desk.ending and not await gone():
        try:
            seen = await asyncio.wait_for(news.newer(seen), HEARTBEAT_S)
            told = f"id: {seen}\nevent: version\ndata: {seen}\n\n"
        except TimeoutError:
            told = ": still here\n\n"
        if not stays():
            yield "event: ended\ndata: session\n\n"
            return
        yield told
