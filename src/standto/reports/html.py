"""A web page's article: by trafilatura where it is installed, else by its blocks alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

from standto.errors import Fault
from standto.reports.intake import Source

LEAST_WORDS = 15
"""A page whose text has fewer words outside its links than this is navigation, not a report."""
BLOCKS = frozenset("p h1 h2 h3 h4 li blockquote div td pre section article title time".split())
MUTE = frozenset("script style noscript svg button select".split())
SKIPPED = frozenset("script style nav header footer aside form noscript svg button select".split())


def article(page: Source) -> list[Source] | Fault:
    """The report of a web page, or a fault where it holds none."""
    plain = _Blocks()
    plain.feed(page.text)
    text, extractor = _by_trafilatura(page.text), "trafilatura"
    if text is None:
        text, extractor = plain.article(), "blocks"
    if min(len(text.split()), plain.outside) < LEAST_WORDS:
        right = "holds no article, only navigation or headings; save the page of one report"
        return Fault(page.path, None, None, None, right)
    data = plain.linked_data()
    stated = [(label, value) for label, names in DATES for value in _first(data, names)]
    stated = stated or [(label, plain.meta[name]) for label, name in META if name in plain.meta]
    stated = stated or [("published", value) for value in plain.times[:1]]
    return [
        replace(
            page,
            text=text,
            title=plain.title(),
            url=plain.meta.get("og:url"),
            publisher=plain.meta.get("og:site_name"),
            dates=tuple(sorted(dict(reversed(stated)).items(), reverse=True)),
            extractor=extractor,
        )
    ]


META = (
    ("published", "article:published_time"),
    ("published", "og:published_time"),
    ("published", "datepublished"),
    ("published", "pubdate"),
    ("published", "publishdate"),
    ("published", "publish-date"),
    ("published", "parsely-pub-date"),
    ("published", "sailthru.date"),
    ("published", "dc.date.issued"),
    ("published", "dc.date"),
    ("published", "date"),
    ("modified", "article:modified_time"),
    ("modified", "og:updated_time"),
    ("modified", "datemodified"),
    ("modified", "last-modified"),
    ("modified", "dc.date.modified"),
)
"""Names under which the head of a page states its dates, the surest first."""
DATES = (("published", ("datePublished", "dateCreated")), ("modified", ("dateModified",)))
"""The same in the data (JSON-LD) that a page carries for search engines."""
DEEPEST = 6
"""So deep such data are looked into."""


def _first(data: list[dict[str, Any]], names: tuple[str, ...]) -> list[str]:
    """The first value of some names in the objects of a page, as a list of one, or none."""
    values = (one.get(name) for name in names for one in data)
    return next(([value] for value in values if isinstance(value, str) and value.strip()), [])


def _objects(data: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    """The objects of a piece of JSON that could describe a report, outermost first."""
    if depth > DEEPEST:
        return
    if isinstance(data, list):
        for one in data:
            yield from _objects(one, depth + 1)
    elif isinstance(data, dict):
        yield data
        yield from _objects(data.get("@graph"), depth + 1)
        yield from _objects(data.get("mainEntity"), depth + 1)


def _by_trafilatura(page: str) -> str | None:
    try:
        import trafilatura
    except ModuleNotFoundError:
        return None
    found: str | None = trafilatura.extract(
        page, include_comments=False, include_tables=False, favor_precision=True
    )
    return found or ""


class _Blocks(HTMLParser):
    """The text of a page by block, links weighed, and what its head says."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[tuple[str, str, int]] = []
        self.meta: dict[str, str] = {}
        self.times: list[str] = []
        self.scripts: list[str] = []
        self.inside_data = False
        self.inside_article = 0
        self.words: list[str] = []
        self.linked = self.outside = self.mute = 0
        self.block = ""
        self.inside_link = 0
        self.skipping = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "meta":
            given = dict(attrs)
            name = given.get("property") or given.get("name") or given.get("itemprop")
            if name and given.get("content"):
                self.meta.setdefault(name.lower(), given["content"] or "")
        if tag == "script":
            self.inside_data = "ld+json" in (dict(attrs).get("type") or "").lower()
            self.scripts += [""] * self.inside_data
        if tag in {"article", "main"}:
            self.inside_article += 1
        if tag == "time" and (self.inside_article or not self.skipping):
            self.times += [value for name, value in attrs if name == "datetime" and value]
        if tag in SKIPPED:
            self.skipping += 1
        if tag in MUTE:
            self.mute += 1
        if tag == "a":
            self.inside_link += 1
        if tag in BLOCKS or tag == "br":
            self.flush()
            self.block = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self.inside_data = False
        if tag in {"article", "main"}:
            self.inside_article = max(0, self.inside_article - 1)
        if tag in SKIPPED:
            self.skipping = max(0, self.skipping - 1)
        if tag in MUTE:
            self.mute = max(0, self.mute - 1)
        if tag == "a":
            self.inside_link = max(0, self.inside_link - 1)
        if tag in BLOCKS:
            self.flush()

    def handle_data(self, data: str) -> None:
        if self.inside_data:
            self.scripts[-1] += data
        if not (self.inside_link or self.mute or self.block in {"title", "h1"}):
            self.outside += len(data.split())
        if self.skipping and self.block != "title":
            return
        self.words.append(data)
        if self.inside_link:
            self.linked += len(data.split())

    def flush(self) -> None:
        text = " ".join("".join(self.words).split())
        if text:
            self.blocks.append((self.block, text, self.linked))
        self.words, self.linked = [], 0

    def linked_data(self) -> list[dict[str, Any]]:
        """The objects that the page carries for search engines; broken ones are passed over."""
        found: list[dict[str, Any]] = []
        for script in self.scripts:
            with suppress(ValueError, RecursionError):
                found += _objects(json.loads(script))
        return found

    def title(self) -> str:
        for wanted in ("h1", "title"):
            for tag, text, _ in self.blocks:
                if tag == wanted:
                    return text
        return self.meta.get("og:title", "")

    def article(self) -> str:
        """The blocks that are not mostly links, from the first heading of the page on."""
        self.flush()
        kept = [
            (tag, text)
            for tag, text, linked in self.blocks
            if tag != "title" and linked * 2 <= len(text.split())
        ]
        prose = [text for tag, text in kept if tag in {"p", "blockquote", "li", "pre"}]
        if not prose:
            prose = [text for _, text in kept if len(text.split()) >= 8]
            return "\n".join(prose)
        return "\n".join(text for tag, text in kept if tag in ARTICLE)


ARTICLE = frozenset("p h1 h2 h3 h4 blockquote li pre time".split())
