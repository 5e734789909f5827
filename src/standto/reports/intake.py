"""Files in: bytes to raw text, with hash, kind and encoding, or one clear line why not."""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from standto.errors import Fault
from standto.reports.plain import analysed

LIMIT_BYTES = 2_000_000
"""More than two million bytes are no news report; a feed of some hundred entries is less."""
_DECLARED = re.compile(
    rb"(?:charset\s*+=\s*+[\"']?|encoding\s*+=\s*+[\"']|coding[:=]\s*+)([A-Za-z0-9_\-]{2,30})"
)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_PACKED = (b"%PDF-", b"PK\x03\x04", b"{\\rtf")
"""How documents begin that are no text though some of them look like it."""


@dataclass(frozen=True)
class Source:
    """One report as it came in. `text` is what every offset counts in.

    For plain text it is the file decoded, line ends unchanged; for HTML and feeds the article's
    text.
    """

    path: str
    sha256: str
    text: str
    media_type: str
    encoding: str
    entry: int | None = None
    title: str | None = None
    url: str | None = None
    publisher: str | None = None
    dates: tuple[tuple[str, str], ...] = ()
    extractor: str | None = None


def take_in(paths: Sequence[Path]) -> tuple[list[Source], list[Fault]]:
    """The reports of the files that can be read, in the order given, and a fault for each other."""
    sources: list[Source] = []
    faults: list[Fault] = []
    for path in paths:
        taken = one(path)
        if isinstance(taken, Fault):
            faults.append(taken)
        else:
            sources += taken
    return sources, faults


def one(path: Path) -> list[Source] | Fault:
    """The reports in one file: one, or as many as a feed has entries."""
    name = str(path)
    data = _bytes(path, name)
    if isinstance(data, Fault):
        return data
    decoded = decode(data, name)
    if isinstance(decoded, Fault):
        return decoded
    text, encoding = decoded
    if not analysed(text).strip():
        return _fault(name, "is empty; a report holds at least a sentence")
    base = Source(name, hashlib.sha256(data).hexdigest(), text, "text/plain", encoding)
    head = text[:2000].lstrip("\ufeff \t\r\n").lower()
    if _is_feed(head):
        from standto.reports.feeds import entries

        return entries(replace(base, media_type="application/xml"))
    if _is_html(head, path):
        from standto.reports.html import article

        return article(replace(base, media_type="text/html"))
    if path.suffix.lower() in {".json", ".csv", ".xml"}:
        return _fault(name, "is data, not a report; give plain text, HTML or an RSS or Atom feed")
    return [base]


def _bytes(path: Path, name: str) -> bytes | Fault:
    try:
        if path.is_dir():
            return _fault(name, "is a folder; name the files in it")
        size = path.stat().st_size
        if size > LIMIT_BYTES:
            right = f"has {size:,} bytes; a report has at most {LIMIT_BYTES:,}"
            return _fault(name, right.replace(",", " "))
        data = path.read_bytes()
    except FileNotFoundError:
        return _fault(name, "there is no such file")
    except OSError as error:
        return _fault(name, f"cannot be read ({error.strerror})")
    return data if data.strip() else _fault(name, "is empty; a report holds at least a sentence")


def _fault(name: str, right: str) -> Fault:
    return Fault(name, None, None, None, right)


def decode(data: bytes, name: str) -> tuple[str, str] | Fault:
    """Text and encoding: a byte-order mark, UTF-8, or the encoding that the file declares."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            try:
                return data.decode(encoding), encoding.removesuffix("-sig")
            except UnicodeDecodeError:
                return _fault(name, f"begins as {encoding} but is not; save it as UTF-8")
    declared = _DECLARED.search(data[:2000])
    label = declared.group(1).decode("ascii").lower() if declared else None
    if data.startswith(_PACKED) or b"\0" in data[:100_000] or _controls(data[:100_000]) > 0.02:
        return _fault(name, "is a binary file; give plain text, HTML or an RSS or Atom feed")
    for encoding in ["utf-8", *([label] if label else [])]:
        try:
            return data.decode(encoding), codecs.lookup(encoding).name
        except (UnicodeDecodeError, LookupError):
            continue
    wrong = (
        f"declares {label}, which its bytes are not" if label else "is not UTF-8 and declares no"
    )
    tail = "" if label else " encoding"
    return _fault(name, f"{wrong}{tail}; save the file with the encoding UTF-8")


def _controls(data: bytes) -> float:
    """Share of control characters that no text holds."""
    bad = sum(data.count(bytes([n])) for n in range(32) if n not in {9, 10, 12, 13, 27})
    return bad / max(1, len(data))


def _is_feed(head: str) -> bool:
    opened = "<rss" in head or "<feed" in head or "<rdf:rdf" in head
    return opened and not head.startswith(("<!doctype html", "<html"))


def _is_html(head: str, path: Path) -> bool:
    if path.suffix.lower() in {".html", ".htm", ".xhtml"}:
        return "<" in head
    return head.startswith(("<!doctype html", "<html")) or "<body" in head or "<head>" in head
