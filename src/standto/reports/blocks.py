"""A report's blocks, by line: title, lines about the report, dateline, headings, repeats, body."""

from __future__ import annotations

import re
from collections.abc import Sequence

from standto.reports.dates import ReportDates, find
from standto.reports.quotes import DOUBLE
from standto.reports.situation import Passage

ENDINGS = tuple(".!?…\"”»“’':;")
HEADING_WORDS = 18
"""A heading has at most this many words: the longest in our corpus has 16."""

_META = re.compile(
    r"(?:coding|by|source|photo|image|share|tags?|read more|subscribe|advertisement|©|copyright"
    r"|автор|источник|фото|von|par|autor|quelle)\b[:\s]",
    re.IGNORECASE,
)


SENTENCE_ENDS = frozenset('.!?…:"”»')
LEAST_WIDTH, PAGE_WIDTH = 55, 120
"""A line of wrapped text is at least and at most so many characters wide."""


def lines(text: str) -> list[tuple[int, int]]:
    """Start and end of each line that holds something, white space at its ends left out."""
    found = []
    at = 0
    for raw in text.splitlines(keepends=True):
        stripped = raw.strip()
        if stripped:
            begin = at + raw.index(stripped[0])
            found.append((begin, begin + len(stripped)))
        at += len(raw)
    return found


def passages(text: str, dated: ReportDates) -> tuple[Passage, ...]:
    """What each line is; `dated` names the lines that only say when the report was issued."""
    found: list[Passage] = []
    seen: set[str] = set()
    spans = join_wrapped(text, lines(text))
    header = _header(text, spans)
    for number, (start, end) in enumerate(spans):
        line = text[start:end]
        if number < header:
            found += _field(line, start, end)
            continue
        key = " ".join(line.lower().split())
        if dated.covers(start, end):
            kind = "meta"
        elif key in seen and len(key.split()) > 2:
            kind = "duplicate"
        elif _CREDIT.match(line) or (
            _META.match(line) and len(line.split()) <= 12 and not line.endswith(".")
        ):
            kind = "meta"
        elif _heading(line, spans, number):
            titled = any(p.kind == "title" for p in found)
            body = any(p.kind == "body" for p in found)
            kind = "heading" if titled or body else "title"
        else:
            kind = "body"
        seen.add(key)
        head = dateline_end(text, start, end) if kind == "body" else start
        if head > start:
            found.append(Passage("dateline", start, head))
        found.append(Passage(kind, head, end))  # type: ignore[arg-type]
    return tuple(found)


_FIELD = re.compile(
    r"(from|to|cc|bcc|date|sent|subject|reply-to|message-id|slug|priority|importance)\s*+:\s*+",
    re.IGNORECASE,
)
_CREDIT = re.compile(
    r"\((?:additional )?(?:reporting|writing|editing|compiled) by\b", re.IGNORECASE
)


def _header(text: str, spans: Sequence[tuple[int, int]]) -> int:
    """How many lines at the head are those of a message: `From:`, `Subject:`; 0 below two."""
    count = 0
    for start, end in spans:
        if not _FIELD.match(text[start:end]):
            break
        count += 1
    return count if count > 1 else 0


def _field(line: str, start: int, end: int) -> list[Passage]:
    """A line of a message's head: its subject is the title, all else is about the report."""
    field = _FIELD.match(line)
    assert field is not None, "only lines that are fields come here"
    begin = start + field.end()
    if field.group(1).lower() != "subject" or begin >= end:
        return [Passage("meta", start, end)]
    return [Passage("meta", start, begin), Passage("title", begin, end)]


NO_YEAR = 2000
"""A leap year, for dates in a dateline that state none: only that they are dates counts."""


def dateline_end(text: str, start: int, end: int) -> int:
    """Where `RIGA, 24 February. ` or `RIGA (AP) - ` ends at the head of a paragraph, else `start`.

    A town in capitals, or an agency in brackets, must be there: a dash alone is no dateline.
    """
    head = text[start : min(end, start + 90)]
    stop = head.find(". ")
    while stop > 0:
        dated = find(text, start, start + stop, NO_YEAR)
        town = head.split(",")[0].split(".")[0].strip()
        whole = bool(dated) and dated[-1].end == start + stop
        if whole and town.isupper() and len(head[:stop].split()) <= 6:
            return start + stop + 2
        stop = head.find(". ", stop + 1)
    for dash in ("—", "–", "--", "-"):
        at = head.find(f" {dash} ")
        if at < 0:
            continue
        place = head[:at]
        town = place.split(",")[0].split("(")[0].strip()
        capitals = town.isupper() and len(town) > 2
        agency = place.endswith(")") and "(" in place and len(place.split()) <= 7
        if (capitals or agency) and len(place.split()) <= 9:
            return start + at + len(dash) + 2
    return start


def join_wrapped(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Lines of one paragraph joined where the text is wrapped at some width.

    A line goes on in the next when no empty line lies between, it is long, and the next begins in
    lower case; or it does not end as a sentence, in a text that has no line longer than a page's.
    """
    joined: list[tuple[int, int]] = []
    page = max((end - start for start, end in spans), default=0) <= PAGE_WIDTH
    for number, (start, end) in enumerate(spans):
        if joined:
            before_start, before_end = joined[-1]
            gap = text[before_end:start]
            last = text[before_end - 1]
            line_start = text.rfind("\n", before_start, before_end) + 1
            width = before_end - max(before_start, line_start)
            wraps = gap.count("\n") == 1 and LEAST_WIDTH <= width <= PAGE_WIDTH
            open_end = page and number > 1 and last not in SENTENCE_ENDS
            if wraps and (text[start].islower() or open_end):
                joined[-1] = (before_start, end)
                continue
        joined.append((start, end))
    return joined


def _heading(line: str, spans: Sequence[tuple[int, int]], number: int) -> bool:
    """A short line that does not end as a sentence does, and is not the only one.

    Past the first line, one with a quotation or `said` is a sentence that lost its full stop.
    """
    words = line.lower().split()
    if len(words) <= HEADING_WORDS and line[0] in "–—" and line.rstrip(". ")[-1:] in {"–", "—"}:
        return number > 0
    if len(words) > HEADING_WORDS or line.endswith(ENDINGS) or number + 1 >= len(spans):
        return False
    speaks = "said" in words or any(mark in line for mark in DOUBLE)
    return number == 0 or not speaks
