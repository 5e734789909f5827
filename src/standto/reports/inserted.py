"""Attributions inside the marks, as Russian and Ukrainian write: «Да, — сказал он. — Нет»."""

from __future__ import annotations

import re
from collections.abc import Sequence

from standto.reports.lexicon import speech_verb
from standto.reports.quotes import Quote

DASH = "[—–-]"
OPENED = re.compile(rf"[,!?…]\s+{DASH}\s+(?=([^\W\d_]+))")
"""Where the first piece ends: a sign, a dash, and a word that may be a verb of speech."""
GOES_ON = re.compile(rf"[.,]\s+{DASH}\s+")
"""Where the second piece begins, after the attribution."""


def apart(text: str, marks: Sequence[Quote]) -> list[Quote]:
    """The quotations of a paragraph, those that hold an attribution of their own in two pieces."""
    return [piece for quote in marks for piece in _pieces(text, quote)]


def _pieces(text: str, quote: Quote) -> list[Quote]:
    if quote.depth:
        return [quote]
    for opened in OPENED.finditer(text, quote.inner_start, quote.inner_end):
        verb = speech_verb(opened.group(1).lower())
        if verb is None or verb.language not in {"ru", "uk"}:
            continue
        stop = opened.start() + (text[opened.start()] != ",")
        first = Quote(quote.start, stop, quote.inner_start, stop, 0, quote.flags)
        again = GOES_ON.search(text, opened.end(), quote.inner_end)
        if again is None or again.end() >= quote.inner_end:
            return [first]
        return [first, Quote(again.end(), quote.end, again.end(), quote.inner_end, 0, quote.flags)]
    return [quote]
