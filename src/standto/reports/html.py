"""A web page's article: by trafilatura where it is installed, else by its blocks alone."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

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
    return [
        replace(
            page,
            text=text,
            title=plain.title(),
            url=plain.meta.get("og:url"),
            publisher=plain.meta.get("og:site_name"),
            dates=tuple(
                (label, plain.meta[name]) for label, name in META_DATES if name in plain.meta
            ),
            extractor=extractor,
        )
    ]


META_DATES = (
    ("published", "article:published_time"),
    ("modified", "article:modified_time"),
)


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
        self.words: list[str] = []
        self.linked = self.outside = self.mute = 0
        self.block = ""
        self.inside_link = 0
        self.skipping = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "meta":
            given = dict(attrs)
            name = given.get("property") or given.get("name")
            if name and given.get("content"):
                self.meta.setdefault(name, given["content"] or "")
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
        if tag in SKIPPED:
            self.skipping = max(0, self.skipping - 1)
        if tag in MUTE:
            self.mute = max(0, self.mute - 1)
        if tag == "a":
            self.inside_link = max(0, self.inside_link - 1)
        if tag in BLOCKS:
            self.flush()

    def handle_data(self, data: str) -> None:
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
