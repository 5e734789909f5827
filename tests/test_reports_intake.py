"""Files in: encodings, pages, feeds; a clear line for each file that holds no report."""

from __future__ import annotations

from pathlib import Path

import pytest

from standto.errors import DataError, Fault
from standto.reports.assess import assess
from standto.reports.html import article
from standto.reports.intake import LIMIT_BYTES, Source, one, take_in
from standto.reports.read import FORMATS, form_of, read_reports

TEXT = 'The bridge is open, Mayor Ida Holm said. "We are ready," she added.\n'
PROSE = " ".join(["The bridge over the Lenta is open to lorries again, the mayor said."] * 4)
PAGE = f"""<!DOCTYPE html><html><head><title>Bridge open | Gazette</title>
<meta property="og:site_name" content="Gazette"><meta property="article:published_time"
content="2030-03-04T10:00:00+01:00"></head><body>
<nav><a href="/">Home</a><a href="/n">News</a></nav>
<article><h1>Bridge open</h1><p>{PROSE}</p><p>“We are ready,” Mayor Ida Holm said.</p></article>
<footer>Imprint</footer></body></html>"""
RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>Gazette</title>
<item><title>Bridge open</title><link>https://example.org/1</link>
<pubDate>Mon, 04 Mar 2030 10:00:00 +0100</pubDate>
<description>&lt;p&gt;The bridge is open, the mayor said.&lt;/p&gt;</description></item>
<item><title>Ferry late</title>
<description>The ferry is late, the captain said.</description></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Gazette</title><entry>
<title>Bridge open</title><link href="https://example.org/1"/><updated>2030-03-04T10:00:00Z</updated>
<content type="html">The bridge is open, the mayor said.</content></entry></feed>"""


def write(folder: Path, name: str, data: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(data.encode("utf-8") if isinstance(data, str) else data)
    return path


def fault(path: Path) -> str:
    found = one(path)
    assert isinstance(found, Fault), f"{path.name} was read"
    return str(found)


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", ""),
        ("utf-8-sig", ""),
        ("utf-16", ""),
        ("windows-1251", "<?xml version='1.0' encoding='windows-1251'?>\n"),
        ("iso-8859-2", "coding: iso-8859-2\n"),
    ],
)
def test_declared_encodings_are_read(tmp_path: Path, encoding: str, declared: str) -> None:
    word = "мост" if "1251" in encoding or "utf" in encoding else "droga główna"
    path = write(tmp_path, "a.txt", (declared + word + " said.\n").encode(encoding))
    taken = one(path)
    assert not isinstance(taken, Fault)
    assert word in taken[0].text


def test_raw_text_keeps_its_line_ends_and_hash(tmp_path: Path) -> None:
    path = write(tmp_path, "a.txt", TEXT.replace("\n", "\r\n"))
    taken = one(path)
    assert not isinstance(taken, Fault)
    assert taken[0].text == TEXT.replace("\n", "\r\n")
    assert len(taken[0].sha256) == 64


def test_each_bad_file_gets_one_clear_line(tmp_path: Path) -> None:
    binary = bytes(range(256)) * 20
    assert "binary" in fault(write(tmp_path, "a.bin", binary))
    assert "binary" in fault(write(tmp_path, "b.txt", "text\0text"))
    assert "UTF-8" in fault(write(tmp_path, "c.txt", "Gr\xf6\xdfe und Gl\xfcck".encode("latin-1")))
    assert "empty" in fault(write(tmp_path, "d.txt", ""))
    assert "empty" in fault(write(tmp_path, "e.txt", " \n\t\n"))
    assert "no such file" in fault(tmp_path / "f.txt")
    assert "folder" in fault(tmp_path)
    assert "data, not a report" in fault(write(tmp_path, "g.json", '{"a": 1}'))


def test_a_text_of_fifty_megabytes_is_refused_without_being_read(tmp_path: Path) -> None:
    path = tmp_path / "big.txt"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    assert "50 000 000 bytes" in fault(path)
    assert LIMIT_BYTES < 50_000_000


def test_a_page_that_is_only_navigation_is_refused(tmp_path: Path) -> None:
    links = "".join(
        f'<li><a href="/{n}">Section number {n} of the site</a></li>' for n in range(40)
    )
    path = write(tmp_path, "n.html", f"<html><body><nav><ul>{links}</ul></nav></body></html>")
    assert "navigation" in fault(path)
    path = write(tmp_path, "m.html", f"<html><body><div><ul>{links}</ul></div></body></html>")
    assert "navigation" in fault(path)
    bare = "".join(f'<a href="/{n}">Section {n}</a>' for n in range(50))
    path = write(tmp_path, "b.html", f"<html><body><nav>{bare}</nav></body></html>")
    assert "navigation" in fault(path)


def test_a_page_wrapped_in_a_form_is_read(tmp_path: Path) -> None:
    pytest.importorskip("trafilatura", reason="the extra `reports` is not installed")
    said = "The mayor said on Monday that the old bridge over the river would open again in May."
    body = "".join(f"<p>{said} Nobody had expected it before {n} o'clock.</p>" for n in range(1, 9))
    page = f"<html><body><form><article><h1>Bridge</h1>{body}</article></form></body></html>"
    assert len(assess([write(tmp_path, "f.html", page)]).statements) >= 8


@pytest.mark.parametrize("installed", [True, False])
def test_a_page_gives_its_article(
    tmp_path: Path, installed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if installed:
        pytest.importorskip("trafilatura", reason="the extra `reports` is not installed")
    else:
        monkeypatch.setattr("standto.reports.html._by_trafilatura", lambda _page: None)
    found = assess([write(tmp_path, "p.html", PAGE)])
    report = found.reports[0]
    assert report.title == "Bridge open"
    assert report.publisher == "Gazette"
    assert "Imprint" not in report.text and "News" not in report.text
    assert [(d.label, d.value, d.start) for d in report.dates] == [
        ("published", "2030-03-04T10:00", None)
    ]
    assert "Ida Holm" in {s.speaker for s in found.statements}


def test_the_extractor_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("standto.reports.html._by_trafilatura", lambda _page: None)
    found = article(Source("p.html", "0", PAGE, "text/html", "utf-8"))
    assert not isinstance(found, Fault)
    assert found[0].extractor == "blocks"


@pytest.mark.parametrize(("name", "text", "count"), [("f.rss", RSS, 2), ("f.atom", ATOM, 1)])
def test_each_entry_of_a_feed_is_a_report(tmp_path: Path, name: str, text: str, count: int) -> None:
    found = assess([write(tmp_path, name, text)])
    assert [r.entry for r in found.reports] == list(range(1, count + 1))
    assert found.reports[0].url == "https://example.org/1"
    assert found.reports[0].dates[0].value == "2030-03-04T10:00"
    assert any("bridge is open" in s.exact for s in found.statements)


def test_a_feed_that_defines_entities_is_not_opened(tmp_path: Path) -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "aa">]><rss><channel/></rss>'
    assert "entities" in fault(write(tmp_path, "b.rss", bomb))
    assert "well-formed" in fault(write(tmp_path, "c.rss", "<rss><channel>"))
    assert "without an entry" in fault(write(tmp_path, "d.rss", "<rss><channel/></rss>"))


def test_the_others_are_still_read(tmp_path: Path) -> None:
    good = write(tmp_path, "good.txt", TEXT)
    text, faults = read_reports([tmp_path / "none.txt", good], "json")
    assert len(faults) == 1
    assert "Ida Holm" in text
    with pytest.raises(DataError, match="no such file"):
        assess([tmp_path / "none.txt", good])


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_files_give_the_same_bytes(tmp_path: Path, form: str) -> None:
    paths = [write(tmp_path, "a.txt", TEXT), write(tmp_path, "b.txt", TEXT)]
    assert read_reports(paths, form) == read_reports(paths, form)


def test_paths_stay_as_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "a.txt", TEXT)
    monkeypatch.chdir(tmp_path)
    for form in FORMATS:
        text, _ = read_reports([Path("a.txt")], form)
        assert str(tmp_path) not in text


def test_no_file_at_all_gives_an_empty_log() -> None:
    assert assess([]).statements == ()


@pytest.mark.parametrize(
    ("out", "form", "expected"),
    [
        (None, None, "md"),
        (Path("a.json"), None, "json"),
        (Path("a.csv"), None, "csv"),
        (Path("a.jsonl"), None, "attributions"),
        (Path("a.csv"), "json", "json"),
    ],
)
def test_the_form_follows_the_name(out: Path | None, form: str | None, expected: str) -> None:
    assert form_of(out, form) == expected


@pytest.mark.parametrize(
    ("head", "kept"),
    [
        ("RIGA, 24 February. ", True),
        ("BRUSSELS, Feb. 25. ", True),
        ("LAKE HOLLOW, Iowa (AP) - ", True),
        ("WASHINGTON — ", True),
        ("The bridge - ", False),
        ("NATO said on 24 February. ", False),
    ],
)
def test_a_dateline_is_no_part_of_a_statement(tmp_path: Path, head: str, kept: bool) -> None:
    found = assess([write(tmp_path, "a.txt", f"{head}The mayor said the bridge was open.\n")])
    kinds = [p.kind for p in found.reports[0].passages]
    assert ("dateline" in kinds) is kept
    assert any(s.exact == "the bridge was open" for s in found.statements)


def test_wrapped_lines_are_joined_and_a_title_stays_apart(tmp_path: Path) -> None:
    title = "A title that is rather long, as titles of serious papers on defence often are"
    body = (
        "The alliance said on Monday that it would move two battalions of engineers to\n"
        "the coast, and that the move would be finished before the end of the month.\n"
    )
    flat = body.replace("to\nthe", "to the").replace(".\n", f", {'and so on, ' * 8}as it said.\n")
    for text in (f"{title}\n\n{body}", f"{title}\n{flat}"):
        (report,) = assess([write(tmp_path, "a.txt", text)]).reports
        assert report.title == title
        assert [p.kind for p in report.passages] == ["title", "body"]


def page(head: str, body: str = "") -> str:
    article = f"<article><h1>Bridge open</h1>{body}<p>{PROSE}</p></article>"
    return f"<!DOCTYPE html><html><head>{head}</head><body>{article}</body></html>"


NEWS = (
    '{"@context": "https://schema.org", "@graph": [{"@type": "WebSite"}, {"@type": "NewsArticle",'
    ' "datePublished": "2022-02-24T17:37:00+03:00", "dateModified": "2022-12-24T10:00:00+03:00"}]}'
)
PUBLISHED = ("published", "2022-02-24")


@pytest.mark.parametrize(
    ("head", "body", "dates"),
    [
        (
            f'<script type="application/ld+json">{NEWS}</script>',
            "",
            [PUBLISHED, ("modified", "2022-12-24")],
        ),
        ('<meta itemprop="datePublished" content="2022-02-24">', "", [PUBLISHED]),
        ('<meta name="DC.date.issued" content="2022-02-24">', "", [PUBLISHED]),
        ("", '<time datetime="2022-02-24T17:37:00Z">24 Feb</time>', [PUBLISHED]),
        ('<script type="application/ld+json">{"datePublished": oops</script>', "", []),
    ],
)
def test_a_page_states_its_dates_in_its_head_its_data_or_a_time(
    tmp_path: Path, head: str, body: str, dates: list[tuple[str, str]]
) -> None:
    path = write(tmp_path, "a.html", page(head, body))
    (report,) = assess([path]).reports
    found = [(d.label, d.value[:10]) for d in report.dates if "from_metadata" in d.flags]
    assert found == dates
    late = [d for d in report.dates if "changed_long_after" in d.flags]
    assert len(late) == (len(dates) == 2)


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("The mayor sa\u200bid that it was open.\n", "that it was open"),
        ("\u200e“We are ready,”\u200f the mayor\u00a0said.\n", "“We are ready,”"),
        ("``We are ready,'' the mayor said.\n", "``We are ready,''"),
        ("The mayor\u202fsaid it was\u00adn't open.\r\n", "it was\u00adn't open"),
    ],
)
def test_unseen_characters_and_double_signs_move_no_offset(
    tmp_path: Path, text: str, content: str
) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(text.encode("utf-8"))
    situation = assess([path])
    assert situation.reports[0].text == text
    (one,) = [s for s in situation.statements if s.kind != "narration"]
    assert [part.of(text) for part in one.marked] == [content]
    assert text[one.start : one.end] == one.exact


def test_a_message_gives_its_subject_as_title_and_its_head_as_meta(tmp_path: Path) -> None:
    text = (
        "From: desk@wire.example\nDate: Thu, 24 Feb 2022 18:03:11 +0100\n"
        "Subject: UPDATE 2-Ministers meet\n\n"
        "BRUSSELS, Feb 24 (Reuters) - Ministers will meet on Friday, a spokesman said.\n\n"
        "(Reporting by A Poe; editing by B Roe)\n"
    )
    found = assess([write(tmp_path, "a.txt", text)])
    (report,) = found.reports
    assert report.title == "UPDATE 2-Ministers meet"
    assert [p.kind for p in report.passages] == ["meta"] * 3 + ["title", "dateline", "body", "meta"]
    assert [(s.exact, s.said_at) for s in found.statements] == [
        ("Ministers will meet on Friday", "2022-02-24")
    ]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", "is a binary file"),
        (b"{\\rtf1\\ansi The mayor said no.}", "is a binary file"),
        (" \n\ufeff\u200b\n".encode(), "is empty"),
    ],
)
def test_what_only_looks_like_text_gets_one_line(tmp_path: Path, data: bytes, told: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(data)
    sources, faults = take_in([path])
    assert not sources
    assert told in str(faults[0])


@pytest.mark.parametrize("ending", ["he said:", "he said -", "was told by", "he said that"])
def test_a_text_that_breaks_off_is_read(tmp_path: Path, ending: str) -> None:
    found = assess([write(tmp_path, "a.txt", f"The bridge is open and {ending}")])
    assert all(s.exact.strip() for s in found.statements)
