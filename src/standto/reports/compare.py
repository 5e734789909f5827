"""Two statements side by side: how much they share, and in which slot they differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from standto.reports.dates import MONTH
from standto.reports.lexicon import (
    ADVERBS,
    AUXILIARIES,
    CONJUNCTIONS,
    DETERMINERS,
    PREPOSITIONS,
    PRONOUNS,
    SUBORDINATORS,
)
from standto.reports.relative import SHIFTS, WEEKDAYS
from standto.reports.situation import Span, Statement
from standto.reports.tokens import Token, tokens

EMPTY = (
    (DETERMINERS | AUXILIARIES | PREPOSITIONS | CONJUNCTIONS | SUBORDINATORS | PRONOUNS | ADVERBS)
    | frozenset("of to for with as there also all more than s".split())
) - frozenset("today yesterday tomorrow no not".split())
NEGATIVE = frozenset("not no never n't neither nor without cannot nobody nothing none".split())
NUMBERS = {
    word: n
    for n, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
        " fifteen sixteen seventeen eighteen nineteen twenty".split()
    )
} | {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000}
ENDINGS = ("ations", "ation", "ings", "ing", "ions", "ion", "ments", "ment", "ed", "es", "s", "ly")


def stem(word: str) -> str:
    """A word without its commonest ending, at most six letters: good enough to compare."""
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    return word.rstrip("e")[:6]


@dataclass(frozen=True, slots=True)
class Slot:
    """A value in which two statements may differ; what it belongs to, and where it stands."""

    value: str
    of: str
    start: int
    end: int
    words: str


@dataclass(frozen=True)
class Compared:
    """A statement prepared for comparison; offsets are those of the report."""

    one: Statement

    @cached_property
    def words(self) -> list[Token]:
        """Its words and numbers in report offsets, those of an attribution inside it left out."""
        at = self.one.start
        found = []
        for part in self.one.parts or (Span(self.one.start, self.one.end),):
            for t in tokens(self.one.exact, part.start - at, part.end - at, ()):
                if t.kind != "sign":
                    found.append(Token(t.start + at, t.end + at, t.text, t.lower, t.kind))
        return found

    @cached_property
    def lows(self) -> list[str]:
        """Its words in lower case."""
        return [t.lower for t in self.words]

    @cached_property
    def stems(self) -> frozenset[str]:
        """Stems of the words that carry meaning, numbers, days and negations left out."""
        return frozenset(
            stem(t.lower)
            for t in self.words
            if t.kind == "word"
            and t.lower not in EMPTY | NEGATIVE
            and not _timed(t.lower)
            and t.lower not in NUMBERS
            and t.lower not in SCALES
        )

    @cached_property
    def negative(self) -> bool:
        """Whether a negation stands in the statement."""
        return any(low in NEGATIVE or low.endswith(("n't", "n’t")) for low in self.lows)

    @cached_property
    def figures(self) -> tuple[Slot, ...]:
        """Numbers with the noun that they count."""
        found = []
        at = 0
        while at < len(self.words):
            value, used = _number(self.lows, at)
            if value is None:
                at += 1
                continue
            counted = next(
                (stem(w.lower) for w in self.words[at + used : at + used + 3] if _noun(w)), ""
            )
            dated = counted in {stem(m) for m in MONTH} or (at and self.lows[at - 1] in MONTH)
            if counted and not dated:
                first, last = self.words[at], self.words[at + used - 1]
                text = " ".join(w.text for w in self.words[at : at + used])
                found.append(Slot(f"{value:g}", counted, first.start, last.end, text))
            at += used
        return tuple(found)

    @cached_property
    def days(self) -> tuple[Slot, ...]:
        """Days of the week, dates without their year, and words such as `tomorrow`."""
        found = []
        for at, word in enumerate(self.words):
            if word.lower in WEEKDAYS or word.lower in SHIFTS:
                found.append(Slot(word.lower, "day", word.start, word.end, word.text))
            elif word.lower in MONTH and word.capital:
                for near in (at - 1, at + 1):
                    if 0 <= near < len(self.words) and self.words[near].text.isdigit():
                        number = self.words[near]
                        first, last = sorted((word, number), key=lambda w: w.start)
                        text = f"{first.text} {last.text}"
                        value = f"{MONTH[word.lower]:02d}-{int(number.text):02d}"
                        found.append(Slot(value, "day", first.start, last.end, text))
                        break
        return tuple(found)

    @cached_property
    def names(self) -> tuple[Slot, ...]:
        """Capitalised words inside the statement; `of` is the word before each."""
        found = []
        for at, word in enumerate(self.words):
            if not word.capital or at == 0 or _timed(word.lower) or word.lower in PRONOUNS:
                continue
            before = self.lows[at - 1]
            found.append(Slot(stem(word.lower), before, word.start, word.end, word.text))
        return tuple(found)


def _timed(low: str) -> bool:
    return low in WEEKDAYS or low in SHIFTS


def _noun(word: Token) -> bool:
    return word.kind == "word" and word.lower not in EMPTY and word.lower not in SCALES


def _number(lows: Sequence[str], at: int) -> tuple[float | None, int]:
    """A number in digits or words, and how many words it takes."""
    text = lows[at].replace(",", "")
    value: float
    if text.replace(".", "", 1).isdigit():
        value = float(text)
    elif text in NUMBERS:
        value = NUMBERS[text]
    else:
        return None, 0
    used = 1
    while at + used < len(lows) and lows[at + used] in SCALES:
        value *= SCALES[lows[at + used]]
        used += 1
    return value, used


def overlap(a: Compared, b: Compared) -> float:
    """Share of the shorter statement's meaningful words that the other has."""
    shorter = min(len(a.stems), len(b.stems))
    return len(a.stems & b.stems) / shorter if shorter else 0.0


def alike(a: Compared, b: Compared) -> float:
    """Share of all their meaningful words that both have."""
    union = len(a.stems | b.stems)
    return len(a.stems & b.stems) / union if union else 0.0


def unlike(a: Sequence[Slot], b: Sequence[Slot]) -> tuple[Slot, Slot] | None:
    """Two values of the same slot that are not the same, neither being found in the other."""
    left, right = {s.value for s in a}, {s.value for s in b}
    for one in a:
        if one.value in right:
            continue
        for other in b:
            if other.of == one.of and other.value not in left:
                return one, other
    return None


def longest_run(left: Sequence[str], right: Sequence[str]) -> tuple[int, int, int]:
    """Where the longest run of equal words begins in each, and its length."""
    best = (0, 0, 0)
    row = [0] * (len(right) + 1)
    for n, word in enumerate(left):
        fresh = [0] * (len(right) + 1)
        for m, other in enumerate(right):
            if word == other:
                fresh[m + 1] = row[m] + 1
                if fresh[m + 1] > best[2]:
                    best = (n + 1 - fresh[m + 1], m + 1 - fresh[m + 1], fresh[m + 1])
        row = fresh
    return best


def run_span(one: Compared, at: int, length: int) -> Span:
    """The characters of a run of words."""
    return Span(one.words[at].start, one.words[at + length - 1].end)


def whole(one: Compared) -> Span:
    """The characters of the whole statement."""
    return Span(one.one.start, one.one.end)
