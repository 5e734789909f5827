"""What was reported: a dated, sourced log of statements, and how reports agree and differ.

Offsets are code points into the raw text of one report, `text[start:end]`, so that each quoted
thing can be shown where it stands. The unit is the attributed statement: "S said X" and "X" are
two claims.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

Kind = Literal["direct", "mixed", "indirect", "document", "hearsay", "narration"]
LinkType = Literal["same_utterance", "same_event", "differs", "contradicts"]
Basis = Literal["stated", "relative", "bounded", "inferred", "unknown"]
Status = Literal["proposed", "accepted", "edited", "rejected"]
How = Literal["name", "role", "pronoun", "misspelt", "body", "document", "unnamed", "outlet"]
AGREE: tuple[LinkType, ...] = ("same_utterance", "same_event")
DIFFER: tuple[LinkType, ...] = ("differs", "contradicts")


class Span(msgspec.Struct, frozen=True, order=True):
    """A stretch of one report's raw text: code points, the end not included."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The words that stand there."""
        return text[self.start : self.end]


class Passage(msgspec.Struct, frozen=True):
    """A block of a report: what it is, and where it stands."""

    kind: Literal["title", "meta", "dateline", "heading", "duplicate", "body"]
    start: int
    end: int


class ReportDate(msgspec.Struct, frozen=True):
    """A date that a report gives of itself, or that was inferred for it.

    value: ISO as written, `2022-02-24T17:37` without a zone when none is stated.
    start, end: None where it stands in a page's or a feed's own data, not in the text.
    inferred_from: id of the report it was taken from; None when this report states it.
    """

    label: Literal["posted", "published", "modified", "updated", "dateline", "inferred"]
    value: str
    start: int | None
    end: int | None
    exact: str
    zone: str | None = None
    flags: tuple[str, ...] = ()
    inferred_from: str | None = None


class Report(msgspec.Struct, frozen=True):
    """One report as it was taken in: its raw text unchanged, and what it says of itself.

    path: as the user gave it. sha256: of the file's bytes. entry: number in a feed file, else None.
    """

    id: str
    path: str
    sha256: str
    title: str
    dates: tuple[ReportDate, ...]
    text: str
    passages: tuple[Passage, ...] = ()
    media_type: str = "text/plain"
    encoding: str = "utf-8"
    language: str = "en"
    publisher: str | None = None
    url: str | None = None
    entry: int | None = None
    flags: tuple[str, ...] = ()


class Code(msgspec.Struct, frozen=True):
    """A domain code that a rule proposes for a statement, with the words that triggered it.

    plover: event type of PLOVER 0.8, empty where it has none. posture: what the event layer must
    not lose (`defensive`: does not count as a hostile act). event: two statements with this code
    may speak of one event. rule: id of the row in codes.csv.
    """

    code: str
    label: str
    start: int
    end: int
    exact: str
    rule: str
    plover: str = ""
    mode: str = ""
    posture: str = ""
    event: bool = False
    negated: bool = False


class Mention(msgspec.Struct, frozen=True):
    """A person named in a statement, linked to an office holder; no name is ever repaired."""

    start: int
    end: int
    exact: str
    person: str
    how: Literal["name", "role", "misspelt"]


class Statement(msgspec.Struct, frozen=True):
    """One attributed statement, or the report's own narration.

    start, end: hull of the content, outer quote marks left out; `exact` is the raw text there.
    parts: the content's pieces where the attribution interrupts it.
    marked: the same pieces with their quote marks and the conjunction `that`, as attribution
    corpora mark content.
    speaker: entity the rules resolved it to; None when unnamed or unknown.
    inside: id of the statement whose content this one stands in.
    chain: who passes it on, outlet first, speaker last.
    about: time of what is spoken of, ISO date or interval `2022-02-24/2022-02-25`.
    by: `rules`, `spacy`, or `llm:<model>`.
    """

    id: str
    report: str
    start: int
    end: int
    exact: str
    kind: Kind
    speaker: str | None
    speaker_as_written: str | None
    speaker_how: How
    cue: str | None
    codes: tuple[Code, ...] = ()
    flags: tuple[str, ...] = ()
    said_at: str | None = None
    said_at_basis: Basis = "unknown"
    about: str | None = None
    about_basis: Basis = "unknown"
    addressee: str | None = None
    chain: tuple[str, ...] = ()
    parts: tuple[Span, ...] = ()
    marked: tuple[Span, ...] = ()
    speaker_span: Span | None = None
    cue_span: Span | None = None
    inside: str | None = None
    mentions: tuple[Mention, ...] = ()
    by: str = "rules"


class Link(msgspec.Struct, frozen=True):
    """Two statements that belong together, and the rule that says so.

    a_span, b_span: the evidence in each report's raw text.
    """

    a: str
    b: str
    type: LinkType
    why: str
    rule: str
    a_span: Span
    b_span: Span


class Difference(msgspec.Struct, frozen=True):
    """A difference card: two wordings side by side, and in what they differ.

    a, b: statement ids. contradicts: the two cannot both hold, by an explicit rule.
    """

    a: str
    b: str
    aspect: Literal["figure", "date", "name", "place", "polarity", "wording", "extent"]
    a_words: str
    b_words: str
    a_span: Span
    b_span: Span
    contradicts: bool = False


class Framing(msgspec.Struct, frozen=True):
    """Wording that carries a view, who uses it, a neutral gloss: quoted, never adopted."""

    report: str
    start: int
    end: int
    exact: str
    term: str
    used_by: str
    gloss: str


class Originator(msgspec.Struct, frozen=True):
    """The person, body or document behind statements, in however many reports.

    reports: ids of the reports that carry it; many reports of one originator count as one.
    """

    id: str
    name: str
    kind: Literal["person", "body", "document", "unnamed", "outlet"]
    statements: tuple[str, ...]
    reports: tuple[str, ...]


class Grade(msgspec.Struct, frozen=True):
    """An Admiralty grade proposed by the machine; a person sets it.

    claim: `said` grades "S said X"; `content` grades "X". source: A to F. information: 1 to 6.
    """

    statement: str
    claim: Literal["said", "content"]
    source: Literal["A", "B", "C", "D", "E", "F"]
    information: Literal[1, 2, 3, 4, 5, 6]
    originators: int
    why: str


class Review(msgspec.Struct, frozen=True):
    """What the log's ledger says of a statement: what was proposed, and what a person decided.

    key: what the statement is called in the ledger. proposed: the statement as a machine proposed
    it, so that an edit shows both. decided_by: the ledger's actor, and `person` beside it where one
    key serves several. grade: as a person set it, such as `B2`. entry: number of the deciding
    entry. All four are None while nobody has decided.
    """

    statement: str
    key: str
    status: Status
    proposed: Statement
    decided_by: str | None = None
    person: str | None = None
    decided_at: str | None = None
    why: str | None = None
    grade: str | None = None
    entry: int | None = None


class Situation(msgspec.Struct, frozen=True):
    """The log of what was reported.

    parser: what parsed the sentences, `rules` or `spacy <version> <model> <version>`.
    reviews: one for each statement when the log was read with its ledger, else none.
    """

    reports: tuple[Report, ...] = ()
    statements: tuple[Statement, ...] = ()
    links: tuple[Link, ...] = ()
    differences: tuple[Difference, ...] = ()
    framings: tuple[Framing, ...] = ()
    originators: tuple[Originator, ...] = ()
    grades: tuple[Grade, ...] = ()
    parser: str = "rules"
    reviews: tuple[Review, ...] = ()

    @property
    def agreements(self) -> int:
        """Number of links by which two statements agree."""
        return sum(link.type in AGREE for link in self.links)

    @property
    def disagreements(self) -> int:
        """Number of links by which two statements differ or contradict each other."""
        return sum(link.type in DIFFER for link in self.links)

    def by_id(self) -> Mapping[str, Statement]:
        """The statements by their ids."""
        return {statement.id: statement for statement in self.statements}
