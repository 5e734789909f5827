"""A feed file, RSS or Atom: each entry one report. Entities that a file defines are refused."""

from __future__ import annotations

from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from xml.etree import ElementTree

from standto.errors import Fault
from standto.reports.intake import Source

_ITEMS = ("item", "entry")
_BODY = ("encoded", "content", "description", "summary")
_DATES = {
    "pubDate": "published",
    "published": "published",
    "date": "published",
    "updated": "updated",
    "modified": "modified",
}


def entries(feed: Source) -> list[Source] | Fault:
    """The reports of a feed in its order, or a fault where it is broken or holds none."""
    if "<!entity" in feed.text.lower() or "<!doctype" in feed.text.lower():
        right = "defines entities or a document type; a feed needs neither, so it is not opened"
        return Fault(feed.path, None, None, None, right)
    try:
        root = ElementTree.fromstring(feed.text.encode("utf-8"), _parser())  # noqa: S314 - no DTD
    except ElementTree.ParseError as error:
        line = error.position[0]
        return Fault(feed.path, line, None, None, f"is not well-formed XML ({error.msg})")
    publisher = next((_text(e) for e in root.iter() if _name(e) == "title"), None)
    found = []
    for number, item in enumerate((e for e in root.iter() if _name(e) in _ITEMS), start=1):
        source = _entry(feed, number, item)
        if source is not None:
            found.append(replace(source, publisher=publisher))
    if not found:
        return Fault(feed.path, None, None, None, "is a feed without an entry that has a text")
    return found


def _parser() -> ElementTree.XMLParser:
    return ElementTree.XMLParser(encoding="utf-8")  # noqa: S314 - a DTD was refused before


def _entry(feed: Source, number: int, item: ElementTree.Element) -> Source | None:
    parts = {_name(child): child for child in reversed(list(item))}
    body = next((_text(parts[name]) for name in _BODY if name in parts and _text(parts[name])), "")
    title = " ".join(_strip(_text(parts["title"])).split()) if "title" in parts else ""
    link = parts.get("link")
    url = None if link is None else link.get("href") or _text(link) or None
    text = "\n".join(part for part in (title, _strip(body)) if part)
    if not text.strip():
        return None
    dates = tuple((label, _text(parts[name])) for name, label in _DATES.items() if name in parts)
    return replace(feed, text=text, entry=number, title=title or None, url=url, dates=dates)


def _name(element: ElementTree.Element) -> str:
    return element.tag.rsplit("}", 1)[-1] if isinstance(element.tag, str) else ""


def _text(element: ElementTree.Element) -> str:
    return "".join(element.itertext()).strip()


class _Text(HTMLParser):
    """The text of a fragment of HTML, a line for each block."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"p", "br", "div", "li", "h1", "h2", "h3", "blockquote"}:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def _strip(body: str) -> str:
    if "<" not in body and "&" not in body:
        return body
    reader = _Text()
    reader.feed(body)
    reader.close()
    lines = (" ".join(line.split()) for line in unescape("".join(reader.parts)).splitlines())
    return "\n".join(line for line in lines if line)
