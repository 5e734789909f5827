"""A report's words with their offsets, each quotation one token, and its sentences.

Everything here walks forward once; no expression can back-track over more than one word.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from standto.reports.plain import HIDDEN
from standto.reports.quotes import Quote

WORD = re.compile(
    r"(?:he|she|it|they|we|i|you|who|there)(?=['’](?:s|ve|d|re|ll)\b)|['’](?:s|ve|d|re|ll)\b"
    r"|[^\W\d_]++(?:(?:\.-|[.'’\-\u00ad])[^\W\d_]++|-\d++)*"
    r"|\d++(?:[.,:]\d++)*(?:[-–]\d++)*(?:-[^\W\d_]++)*|[^\w\s]|_",
    re.IGNORECASE,
)
"""A word with inner apostrophes, hyphens and points; a number, also `83-page` and `8-10`; one sign.

A pronoun and the verb that is short for `is`, `has` or `will` are two words: `she` and `'s`.
No group in it is possessive: Python before 3.11.5, and so Debian 12, keeps what such a group took
in vain, here the full stop after a word, and sentences then run into each other.
"""

ENDS = frozenset(".!?…")
CLOSERS = frozenset(")]}")
DASHES = frozenset("-–—―")
ABBREVIATIONS = frozenset(
    "mr mrs ms dr prof gen lt col maj capt sgt cmdr adm brig sen rep gov st no vs approx dept"
    " jan feb mar apr jun jul aug sept sep oct nov dec inc ltd corp co jr sr etc hon rev pres"
    " г гг ст ул им т.д nr hr bzw usw z.b d.h mme mlle m dipl ing p r ul".split()
)


@dataclass(frozen=True, slots=True)
class Token:
    """One word, number, sign or whole quotation; `lower` is its text in lower case."""

    start: int
    end: int
    text: str
    lower: str
    kind: Literal["word", "number", "sign", "quote"]
    quote: Quote | None = None

    @property
    def capital(self) -> bool:
        """Whether the word begins with a capital letter."""
        return self.kind == "word" and self.text[0].isupper()


Sentence = tuple[Token, ...]


def tokens(text: str, start: int, end: int, quotes: Sequence[Quote]) -> list[Token]:
    """The tokens of a stretch of text; a top-level quotation is one token of kind `quote`."""
    found: list[Token] = []
    at = start
    for quote in (q for q in quotes if q.depth == 0 and q.start >= start and q.end <= end):
        found += _words(text, at, quote.start)
        whole = text[quote.start : quote.end]
        found.append(Token(quote.start, quote.end, whole, whole.lower(), "quote", quote))
        at = quote.end
    return found + _words(text, at, end)


def _words(text: str, start: int, end: int) -> list[Token]:
    found = []
    for match in WORD.finditer(text, start, end):
        word = match.group().replace(HIDDEN, "")
        kind: Literal["word", "number", "sign"] = (
            "number" if word[0].isdigit() else "word" if word[-1].isalnum() else "sign"
        )
        found.append(Token(match.start(), match.end(), word, word.lower(), kind))
    return found


def sentences(found: Sequence[Token]) -> list[Sentence]:
    """The tokens cut into sentences; a point after an abbreviation or an initial ends none."""
    cut: list[Sentence] = []
    begin = 0
    for at, token in enumerate(found):
        if _ends(found, at, token):
            stop = at + 1
            while stop < len(found) and found[stop].text in CLOSERS:
                stop += 1
            if stop > begin:
                cut.append(tuple(found[begin:stop]))
                begin = stop
    if begin < len(found):
        cut.append(tuple(found[begin:]))
    return cut


def _ends(found: Sequence[Token], at: int, token: Token) -> bool:
    after = found[at + 1] if at + 1 < len(found) else None
    if after is None:
        return False
    if token.kind == "quote":
        return _quote_ends(found, at, token, after)
    if token.text not in ENDS:
        return False
    if after.text in ENDS or after.text in CLOSERS or after.text in ",;:":
        return False
    before = found[at - 1] if at else None
    if token.text == "." and before is not None and before.end == token.start:
        if before.lower in ABBREVIATIONS or _initial(before):
            return False
        if before.kind == "number" and after.start == token.end:
            return False
    if after.start == token.end and after.kind in {"word", "number"} and token.text == ".":
        return after.capital and before is not None and len(before.text) > 2
    return not (after.kind == "word" and after.text[0].islower())


def _initial(token: Token) -> bool:
    """`J` of `J. Stoltenberg`, `U.S` of `U.S.`: one capital, or capitals with points."""
    return all(len(part) == 1 and part.isupper() for part in token.text.split("."))


def _quote_ends(found: Sequence[Token], at: int, token: Token, after: Token) -> bool:
    """Whether a sentence ends with this quotation: it closes one, and no attribution follows."""
    assert token.quote is not None
    inner = token.text[: token.quote.inner_end - token.quote.start].rstrip()
    if not inner or inner[-1] not in ENDS:
        return False
    if after.kind == "sign":
        return False
    if after.kind == "quote":
        return True
    if after.kind == "word" and after.text[0].islower():
        return False
    return not _attributed(found, at + 1)


def _attributed(found: Sequence[Token], at: int) -> bool:
    """Whether a short name and a verb of speech, and no clause, follow: `"No!" Ms Kallas said.`"""
    from standto.reports.lexicon import speech_verb  # the lexicon reads files; not at import

    for step in range(at, min(at + 9, len(found))):
        token = found[step]
        if token.text in ENDS or token.kind == "quote":
            return False
        verb = speech_verb(token.lower) if step > at else None
        if verb is not None and verb.takes_quote and verb.klass not in {"think", "find"}:
            return _closes(found, step + 1, addressee=verb.addressee)
    return False


def _closes(found: Sequence[Token], at: int, *, addressee: bool) -> bool:
    """Whether what follows a verb of speech says when, where or to whom, and no more is said."""
    rest = found[at] if at < len(found) else None
    if rest is None or rest.text in ENDS or rest.lower in AFTER_SPEECH:
        return True
    if rest.kind == "word" and rest.lower.endswith("ly") and len(rest.lower) > 4:
        return True
    tail = [token.lower for token in found[at : at + 6]]
    stop = next((n for n, low in enumerate(tail) if low in ENDS), 0)
    if stop and tail[stop - 1] in LATER:
        return True
    if not addressee:
        return False
    for token in found[at : at + 16]:
        if token.text in ENDS:
            return True
        if token.lower in {"that", "to", "whether", "if", ":"} or token.kind == "quote":
            return False
    return False


LATER = frozenset("later ago after before again day week month year night morning".split())
AFTER_SPEECH = frozenset(
    ", in at on after during following before to while when as yesterday today later earlier"
    " monday tuesday wednesday thursday friday saturday sunday".split()
)
