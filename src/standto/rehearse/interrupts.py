"""Ctrl-C while runs are played: the first ends the runs, the second what they cost, none loses any.

Without this, a second press in the moment after the first would end the program between what is
done and what is kept of it.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

PATIENCE = 3
"""So many presses end the program whatever it does."""


@dataclass
class Presses:
    """Presses of Ctrl-C so far, how many of them were heeded, and whether one is heeded now."""

    made: int = 0
    heeded: int = 0
    open: bool = False

    def press(self, *_: object) -> None:
        """Raise KeyboardInterrupt where one is heeded, or too many are; else keep it for later."""
        self.made += 1
        if self.open or self.made >= PATIENCE:
            self.open = False
            self.heeded = self.made
            raise KeyboardInterrupt

    @contextmanager
    def heard(self) -> Iterator[None]:
        """Heed a press in here, or one made before."""
        if self.made > self.heeded:
            self.heeded += 1
            raise KeyboardInterrupt
        self.open = True
        try:
            yield
        finally:
            self.open = False


@contextmanager
def presses() -> Iterator[Presses]:
    """Count presses in here, where Ctrl-C raises KeyboardInterrupt anyway: in the main thread."""
    count = Presses()
    if not interruptible():
        yield count
        return
    before = signal.signal(signal.SIGINT, count.press)
    try:
        yield count
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def unheard() -> Iterator[None]:
    """Start processes in here that never hear of Ctrl-C, which reaches all of a terminal."""
    if not interruptible():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def interruptible() -> bool:
    """Whether Ctrl-C is this program's to hear, and this thread's."""
    here = threading.current_thread() is threading.main_thread()
    return here and signal.getsignal(signal.SIGINT) not in (signal.SIG_IGN, signal.SIG_DFL, None)
