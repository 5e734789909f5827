"""Quotations: nested, broken, mismatched, in the marks of several languages.

One pass from left to right with a stack; each character is looked at a bounded number of times.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

DOUBLE = frozenset('"“”„‟«»')
SINGLE = frozenset("'‘’‚‛‹›")
OPENING = frozenset("„‚«‹")
BEFORE_OPEN = frozenset(" \t\r\n\u00a0([{—–-/:,;") | DOUBLE | SINGLE
AFTER_CLOSE = frozenset(" \t\r\n\u00a0)]}.,;:!?…—–-/") | DOUBLE | SINGLE
STOPS = frozenset(",.!?…;")
FAMILY = {
    **dict.fromkeys('"', "straight"),
    **dict.fromkeys("“”‟", "curly"),
    **dict.fromkeys("„", "low"),
    **dict.fromkeys("«»", "angle"),
    **dict.fromkeys("'", "straight"),
    **dict.fromkeys("‘’‛", "curly"),
    **dict.fromkeys("‚", "low"),
    **dict.fromkeys("‹›", "angle"),
}


@dataclass(frozen=True, slots=True)
class Quote:
    """A quotation in a report's raw text.

    start, end: with its marks. inner_start, inner_end: without. depth: 0 outermost.
    flags: `mismatched_marks`, `unclosed`, `unopened`, `continues` (the next paragraph goes on).
    """

    start: int
    end: int
    inner_start: int
    inner_end: int
    depth: int
    flags: tuple[str, ...] = ()


DEEPEST = 16
"""More quotations inside one another than this are noise: further marks open none."""


@dataclass(slots=True)
class _Open:
    at: int
    mark: str
    depth: int


def quotes(text: str, start: int, end: int) -> list[Quote]:
    """The quotations between two offsets, which should be one paragraph, in order."""
    scan = _Scan(text, start, end)
    scan.run()
    return sorted(scan.found, key=lambda q: (q.start, -q.end))


class _Scan:
    """The walk over one paragraph: a stack of open marks, and what has been closed."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text, self.start, self.end = text, start, end
        self.stack: list[_Open] = []
        self.found: list[Quote] = []
        self.steps = 0

    def run(self) -> None:
        for at in range(self.start, self.end):
            self.steps += 1
            mark = self.text[at]
            if mark in DOUBLE:
                self.double(at, mark)
            elif mark in SINGLE:
                self.single(at, mark)
        self.leftover()

    def near(self, at: int) -> tuple[str, str]:
        before = self.text[at - 1] if at > self.start else " "
        after = self.text[at + 1] if at + 1 < self.end else " "
        return before, after

    def opens(self, at: int, mark: str) -> bool:
        before, after = self.near(at)
        if mark in OPENING:
            return not (mark == "«" and before not in BEFORE_OPEN and after in AFTER_CLOSE)
        return before in BEFORE_OPEN and not after.isspace()

    def closes(self, at: int, mark: str) -> bool:
        before, after = self.near(at)
        if mark == "»":
            return after in AFTER_CLOSE or not before.isspace()
        return not before.isspace() and (after in AFTER_CLOSE or mark == "”")

    def double(self, at: int, mark: str) -> None:
        level = self.innermost(DOUBLE)
        can_open, can_close = self.opens(at, mark), self.closes(at, mark)
        if level and can_close and not (can_open and self.nests(level, mark, at)):
            self.close(level, at, mark)
        elif can_open and (not level or self.nests(level, mark, at)):
            self.open(at, mark)
        elif not level and can_close:
            self.flag_unopened(at)
        elif level and not can_open:
            self.close(level, at, mark)

    def innermost(self, marks: Set[str]) -> _Open | None:
        """The open quotation of one family that was opened last."""
        return next((o for o in reversed(self.stack) if o.mark in marks), None)

    def nests(self, outer: _Open, mark: str, at: int) -> bool:
        """Whether a mark may open a quotation inside another: only with a mark that opens."""
        if mark in "„«":
            return True
        if mark == "“":
            return outer.mark not in "„" and self.near(at)[0] in BEFORE_OPEN - STOPS
        return FAMILY[mark] != FAMILY[outer.mark] and mark not in "”»"

    def open(self, at: int, mark: str) -> None:
        if len(self.stack) < DEEPEST:
            self.stack.append(_Open(at, mark, len(self.stack)))

    def close(self, opened: _Open, at: int, mark: str) -> None:
        while self.stack and self.stack[-1] is not opened:
            self.stack.pop()
        self.stack.pop()
        if mark in SINGLE and at - opened.at < 4:
            return
        flags = () if _pair(opened.mark, mark) else ("mismatched_marks",)
        self.found.append(Quote(opened.at, at + 1, opened.at + 1, at, opened.depth, flags))

    def single(self, at: int, mark: str) -> None:
        before, after = self.near(at)
        level = self.innermost(SINGLE)
        inside_word = before.isalnum() and after.isalnum()
        if inside_word:
            return
        if level and mark in "'’›‘" and self.closes(at, mark):
            closing = before in STOPS or after in AFTER_CLOSE - frozenset(" \u00a0")
            if closing or not self.later(at, level):
                self.close(level, at, mark)
            return
        if mark != "’" and self.opens(at, mark) and (after.isalnum() or after in DOUBLE):
            if mark == "'" and after.isdigit():
                return
            self.open(at, mark)

    def later(self, at: int, opened: _Open) -> bool:
        """Whether a better closing mark follows soon: one after a stop, within 400 characters."""
        for ahead in range(at + 1, min(at + 400, self.end)):
            self.steps += 1
            if self.text[ahead] in DOUBLE or self.text[ahead] in "‘‚‹":
                return False
            if self.text[ahead] in "'’›" and self.text[ahead - 1] in STOPS:
                return self.text[at - 1] == "s"
        return False

    def flag_unopened(self, at: int) -> None:
        before = self.text[at - 1] if at > self.start else " "
        if before in STOPS:
            since = max((q.end for q in self.found if q.depth == 0), default=self.start)
            flags = ("unopened",)
            begin = since
            while begin < at and self.text[begin].isspace():
                begin += 1
            if begin < at and since == self.start:
                self.found.append(Quote(begin, at + 1, begin, at, 0, flags))

    def leftover(self) -> None:
        """A double mark left open runs to the paragraph's end; a single one was an apostrophe."""
        opened = next((o for o in self.stack if o.mark in DOUBLE), None)
        if opened is None:
            self.found = [_raise(q, self.stack) for q in self.found]
            return
        stop = self.end
        while stop > opened.at + 1 and self.text[stop - 1].isspace():
            stop -= 1
        if stop > opened.at + 1:
            self.found.append(
                Quote(opened.at, stop, opened.at + 1, stop, opened.depth, ("unclosed",))
            )


def _raise(quote: Quote, stack: list[_Open]) -> Quote:
    """The quotation one level up for each open mark before it that turned out to be none."""
    false = sum(o.at < quote.start and o.depth < quote.depth for o in stack)
    if not false:
        return quote
    return Quote(
        quote.start,
        quote.end,
        quote.inner_start,
        quote.inner_end,
        quote.depth - false,
        quote.flags,
    )


def _pair(opened: str, closed: str) -> bool:
    pairs = {
        '""',
        "“”",
        "„“",
        "„”",
        '„"',
        "«»",
        "»«",
        "''",
        "‘’",
        "‚‘",
        "‹›",
        "“‟",
        "””",
        "'’",
    }
    return opened + closed in pairs
