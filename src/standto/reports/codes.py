"""Domain codes by rules that abstain when unsure, and wording that carries a view."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from standto import tables
from standto.reports.lexicon import FOLDER, speech_verb
from standto.reports.situation import Code, Framing, Report, Statement
from standto.reports.tokens import Token, tokens

NEGATIONS = frozenset("no not never neither nor without cannot".split())
NEGATION_REACH = 4
"""A negation turns a code round when it stands at most so many words before the trigger."""


@dataclass(frozen=True, slots=True)
class Term:
    """Alternatives for one word of a pattern: whole words, and beginnings."""

    words: frozenset[str]
    beginnings: tuple[str, ...]

    @classmethod
    def of(cls, alternatives: Sequence[str]) -> Term:
        """A term of alternatives as the table writes them."""
        begun = tuple(one[:-1] for one in alternatives if one.endswith("*"))
        return cls(frozenset(one for one in alternatives if not one.endswith("*")), begun)

    def fits(self, word: str) -> bool:
        """Whether a word in lower case is one of the alternatives, `'s` apart."""
        if word in self.words or word.startswith(self.beginnings):
            return True
        return "'" in word and word.split("'", maxsplit=1)[0] in self.words


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of codes.csv, its pattern cut into terms of alternatives."""

    name: str
    code: str
    label: str
    terms: tuple[Term, ...]
    within: int
    cue: str | None
    unless: Term | None
    negatable: bool
    event: bool
    plover: str
    mode: str
    posture: str


@cache
def rules() -> tuple[Rule, ...]:
    """The rules of codes.csv in its order."""
    table = tables.read(FOLDER / "codes.csv", "codes")
    return tuple(
        Rule(
            row["rule"],
            row["code"],
            row["label"],
            tuple(Term.of(term.split("|")) for term in row["pattern"].split()),
            row["within"],
            row["cue"],
            Term.of(row["unless"]) if row["unless"] else None,
            row["negatable"],
            row["event"],
            row["plover"] or "",
            row["mode"] or "",
            row["posture"] or "",
        )
        for row in table.iter_rows(named=True)
    )


def codes(one: Statement) -> tuple[Code, ...]:
    """The codes that rules propose for a statement, each once, by its first rule that fits."""
    words = [t for t in tokens(one.exact, 0, len(one.exact), ()) if t.kind != "sign"]
    found: dict[str, Code] = {}
    for rule in rules():
        if rule.code in found or (rule.cue and _class(one) != rule.cue):
            continue
        if rule.unless is not None and any(rule.unless.fits(t.lower) for t in words):
            continue
        hit = match(rule, words)
        if hit is not None:
            found[rule.code] = _code(rule, words, hit, one)
    return tuple(sorted(found.values(), key=lambda c: (c.start, c.code)))


def _class(one: Statement) -> str:
    """Class of the verb in a statement's cue; empty without one."""
    words = (one.cue or "").lower().split()
    for n in range(len(words)):
        for size in (3, 2, 1):
            verb = speech_verb("_".join(words[n : n + size]))
            if verb is not None:
                return verb.klass
    return ""


def match(rule: Rule, words: Sequence[Token]) -> tuple[int, int] | None:
    """First and last word of a pattern's shortest match from its first possible start."""
    for start, word in enumerate(words):
        if not rule.terms[0].fits(word.lower):
            continue
        at = start
        for term in rule.terms[1:]:
            limit = min(start + rule.within, len(words))
            step = next((n for n in range(at + 1, limit) if term.fits(words[n].lower)), None)
            if step is None:
                break
            at = step
        else:
            return start, at
    return None


def _code(rule: Rule, words: Sequence[Token], hit: tuple[int, int], one: Statement) -> Code:
    first, last = hit
    before = words[max(0, first - NEGATION_REACH) : first]
    inside = words[first : last + 1]
    negated = rule.negatable and any(
        t.lower in NEGATIONS or t.lower.endswith(("n't", "n’t")) for t in [*before, *inside]
    )
    start, end = one.start + words[first].start, one.start + words[last].end
    return Code(
        code=rule.code,
        label=rule.label,
        start=start,
        end=end,
        exact=one.exact[start - one.start : end - one.start],
        rule=rule.name,
        plover=rule.plover,
        mode=rule.mode,
        posture=rule.posture,
        event=rule.event,
        negated=negated,
    )


@cache
def _framing() -> tuple[tuple[str, str, str, tuple[tuple[str, ...], ...]], ...]:
    table = tables.read(FOLDER / "framing.csv", "framing")
    found = []
    for row in table.iter_rows(named=True):
        forms = tuple(tuple(form.split()) for form in row["match"].split("|"))
        found.append((row["term"], row["used_by"], row["gloss"], forms))
    return tuple(found)


def framings(report: Report) -> Iterator[Framing]:
    """Wording that carries a view, wherever it stands in a report, the longest form only."""
    words = tokens(report.text, 0, len(report.text), ())
    lows = [t.lower.replace("’", "'") for t in words]
    taken = -1
    for at in range(len(words)):
        best = max(
            (
                (len(form), term, used_by, gloss)
                for term, used_by, gloss, forms in _framing()
                for form in forms
                if tuple(lows[at : at + len(form)]) == form
            ),
            default=None,
        )
        if best is None or at <= taken:
            continue
        length, term, used_by, gloss = best
        taken = at + length - 1
        start, end = words[at].start, words[taken].end
        yield Framing(report.id, start, end, report.text[start:end], term, used_by, gloss)
