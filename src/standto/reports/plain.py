"""The text that is analysed: as long as the raw text, so that every offset is the same in both.

What cannot be seen is made a space, or a soft hyphen inside a word; two signs that stand for one
quote mark become it and a space. The raw text itself is never changed.
"""

from __future__ import annotations

import re
from functools import lru_cache

HIDDEN = "\u00ad"
"""Stands for a character inside a word that cannot be seen; no part of the word."""
_UNSEEN = "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
_SPACES = "\u1680\u2000-\u200a\u202f\u205f\u3000"
_ODD = re.compile(rf"[{_UNSEEN}{_SPACES}]|``|''|,,(?=\w)")
_BESIDE = frozenset("([{\u2014\u2013-/:,;")


@lru_cache(maxsize=8)
def analysed(text: str) -> str:
    """The same number of characters, without those that only disturb."""
    if _ODD.search(text) is None:
        return text

    def seen(match: re.Match[str]) -> str:
        start, end, odd = match.start(), match.end(), match.group()
        before = text[start - 1] if start else " "
        after = text[end] if end < len(text) else " "
        if odd == "``":
            return " \u201c"
        if odd == "''":
            opens = (before.isspace() or before in _BESIDE) and not after.isspace()
            return " \u201c" if opens else "\u201d "
        if odd == ",,":
            return " \u201e" if before.isspace() else odd
        inside = before.isalpha() and after.isalpha() and not odd.isspace()
        return HIDDEN if inside else " "

    return _ODD.sub(seen, text)


def whole_marks(text: str, start: int, end: int) -> tuple[int, int]:
    """A stretch with both signs of a mark that was written with two: ``so''."""
    if start and text[start] in "`'," and text[start - 1] == text[start]:
        start -= 1
    if end < len(text) and end and text[end] == text[end - 1] == "'":
        end += 1
    return start, end
