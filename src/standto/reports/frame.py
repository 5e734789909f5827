"""One sentence as the rules see it: its tokens, its cues, and what an attribution is."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Set
from dataclasses import dataclass

from standto.reports.cues import Cue, cues
from standto.reports.situation import Span
from standto.reports.tokens import CLOSERS, ENDS, Sentence

FIGURE_VERBS = frozenset("add order post count".split())
"""Verbs of speech that, before a figure, only say how many."""
LONGEST = 300
"""A sentence of more words outside its quotations is a table or noise, and left as narration."""
Range = tuple[int, int]
"""First token and the one after the last."""


@dataclass(frozen=True, slots=True)
class Attribution:
    """One attribution relation, in character spans of the raw text.

    content: pieces in order, with quote marks and `that`. klass: class of the verb, or one of
    `preposition`, `passive`, `rumour`, `quote` for a quotation without a cue, `narration` for none.
    """

    source: Span | None
    cue: Span | None
    content: tuple[Span, ...]
    verb: str
    klass: str
    addressee: Span | None = None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """An attribution in token numbers."""

    cue: Cue
    source: Range | None
    content: tuple[Range, ...]
    addressee: Range | None = None
    flags: tuple[str, ...] = ()


class Frame:
    """One sentence: `words`, its `cues`, and `last`, the token at which its closing signs begin."""

    def __init__(self, sentence: Sentence, verbs: Set[int] | None = None) -> None:
        """Find the cues; of two that overlap the one with more words before its verb stays.

        verbs: numbers of the tokens that a parser holds for verbs; None leaves it to the rules.
        """
        self.words = sentence
        found = list(cues(sentence, verbs)) if len(sentence) <= LONGEST else []
        self.cues = [
            cue
            for n, cue in enumerate(found)
            if self.attributes(cue)
            and not any(later.begin <= cue.begin for later in found[n + 1 :])
        ]
        self.last = _last(sentence)
        self._ends = [
            cue.end
            for cue in self.cues
            if cue.verb is not None and self.low(cue.begin - 1) != "who"
        ]

    def attributes(self, cue: Cue) -> bool:
        """Whether a cue is more than a verb that adds figures: `Canada adds 460 troops`."""
        follows = self.words[cue.end] if cue.end < len(self.words) else None
        figure = follows is not None and follows.kind == "number"
        return cue.verb is None or cue.verb.lemma not in FIGURE_VERBS or not figure

    def floor(self, at: int) -> int:
        """The end of the last verb of a cue before a token, those of `who` left out; or 0."""
        count = bisect_right(self._ends, at)
        return self._ends[count - 1] if count else 0

    def low(self, at: int) -> str:
        """A token in lower case; empty outside the sentence."""
        return self.words[at].lower if 0 <= at < len(self.words) else ""

    def quote(self, at: int) -> bool:
        """Whether a token is a quotation."""
        return 0 <= at < len(self.words) and self.words[at].kind == "quote"

    def signs_before(self, at: int) -> int:
        """Back over at most three commas and dashes."""
        first = at
        while (
            at > 0
            and first - at < 3
            and self.words[at - 1].kind == "sign"
            and self.low(at - 1) in "-–—,"
        ):
            at -= 1
        return at

    def left_limit(self, end: int, cue: Cue) -> int:
        """Where content before a cue may begin: the sentence, or after an earlier attribution."""
        begin = 0
        for n in range(end - 1, -1, -1):
            if self.words[n].text == ";":
                begin = n + 1
                break
        if self.low(begin) in {"-", "–", "—", "•"}:
            begin += 1
        return begin

    def span(self, tokens: Range) -> Span:
        """The characters of some tokens."""
        return Span(self.words[tokens[0]].start, self.words[tokens[1] - 1].end)


def _last(sentence: Sentence) -> int:
    """Past the last token that is not a closing sign of the sentence itself."""
    last = len(sentence)
    while last and sentence[last - 1].text in ENDS:
        last -= 1
    opened = sum(token.text in "([{" for token in sentence[:last])
    closed = sum(token.text in CLOSERS for token in sentence[:last])
    while last and closed > opened and sentence[last - 1].text in CLOSERS:
        last, closed = last - 1, closed - 1
    return last
