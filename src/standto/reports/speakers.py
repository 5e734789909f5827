"""Who speaks: a source as written, resolved by name, role, pronoun, body or document."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from itertools import pairwise

from rapidfuzz.distance import DamerauLevenshtein

from standto.reports.lexicon import (
    COLLECTIVES,
    DETERMINERS,
    DOCUMENTS,
    HONORIFICS,
    POSSESSIVES,
    PREPOSITIONS,
    ROLES,
    SUBJECTS,
    Holder,
    holders,
)
from standto.reports.names import (
    BODIES,
    GENDER,
    OCCUPATIONS,
    PERSON_ENDINGS,
    PERSON_NOUNS,
    PLACED,
    SHORT_ROLES,
    body_like,
    group_noun,
    name_runs,
    person_name,
    plain,
    plural,
    titled_document,
)
from standto.reports.situation import How, Mention
from standto.reports.tokens import Token, tokens

HE = frozenset("he him his himself er il он він".split())
SHE = frozenset("she her hers herself sie elle она вона ona".split())
THEY = frozenset("they them their themselves ils elles они вони oni".split())
ARTICLES = frozenset("der die das den dem ein eine le la les un une des".split())
"""Words that, with a capital at a sentence's head, begin no name: `Das Geld ist da`."""
IT = frozenset("it its itself".split())
LEAST_NAME = 9
"""A shorter name is within two letters of too many others to be called misspelt."""
SPEAKING = frozenset("i we me us our".split())
WHO = frozenset("who which that".split())


@dataclass(frozen=True, slots=True)
class Speaker:
    """A resolved speaker: `name` None when nobody is named."""

    name: str | None
    how: How
    flags: tuple[str, ...] = ()
    person: bool = False
    plural: bool = False


@dataclass
class Cast:
    """The people a report has named so far, and who spoke last; made anew for each report.

    day: the report's day, on which a role is resolved; None when it is unknown.
    """

    text: str
    day: datetime | None
    inferred: bool = False
    people: dict[str, str] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)
    recent: list[str] = field(default_factory=list)
    gender: dict[str, str] = field(default_factory=dict)
    last_plural: str | None = None
    last_body: str | None = None
    last_named: str | None = None

    def meet(self, start: int, end: int) -> None:
        """Take in the full names that a stretch of the report holds, for later surnames."""
        words = tokens(self.text, start, end, ())
        before = {word.start: back.lower for back, word in pairwise(words)}
        for run in name_runs(words):
            titled = [t for t in run if t.lower in HONORIFICS | ROLES]
            named = person_name(run)
            place = before.get(run[0].start, "") in PLACED | {"the"} and not titled
            article = bool(named) and named[0].lower in ARTICLES
            if len(named) < 2 or body_like(named) or place or article:
                continue
            full = " ".join(t.text for t in named)
            holder = self.holder_named(full)
            if holder is None and not (titled or len(named) <= 3):
                continue
            name = holder.person if holder else full
            self.last_named = name
            if run[0] in words[:4] and words[0].lower not in SUBJECTS:
                self.recent = [*(n for n in self.recent if n != name), name]
            self.people.setdefault(plain(named[-1].text), name)
            for title in titled:
                if title.lower in GENDER:
                    self.gender[name] = GENDER[title.lower]
                self.roles[SHORT_ROLES.get(title.lower, title.lower)] = name

    def resolve(self, start: int, end: int) -> Speaker:
        """The speaker that a source span names, and remember who it was."""
        found = self.who(start, end)
        if found.person and found.name:
            self.recent = [*(n for n in self.recent if n != found.name), found.name]
            titles = {t.lower for t in tokens(self.text, start, end, ())} & set(GENDER)
            for title in sorted(titles):
                self.gender[found.name] = GENDER[title]
        elif found.plural and found.name:
            self.last_plural = found.name
        elif found.name:
            self.last_body = found.name
        return found

    def who(self, start: int, end: int) -> Speaker:
        """The speaker that a source span names."""
        words = tokens(self.text, start, end, ())
        first = words[0].lower if words else ""
        if len(words) == 1 and first in HE | SHE | THEY | IT | SPEAKING | WHO:
            return self.pronoun(first)
        head = self.head(words)
        if any(w.lower in DOCUMENTS for w in head[-1:]) or titled_document(head):
            return Speaker(_bare(self.text, head), "document")
        return (
            self.by_name(head)
            or (self.by_apposition(words) if not any(w.capital for w in head[1:]) else None)
            or self.by_role(head)
            or self.by_group(head)
            or Speaker(None, "unnamed", ("unnamed_source",), person=True)
        )

    def pronoun(self, word: str) -> Speaker:
        """Who a pronoun stands for: the last person, group or body that spoke."""
        if word in HE | SHE | WHO:
            name, person = self.last_of("he" if word in HE else "she" if word in SHE else ""), True
        elif word in THEY:
            name, person = self.last_plural or self.last_body, False
        elif word in IT:
            name, person = self.last_body or self.last_plural, False
        else:
            name, person = None, False
        flags = () if name else ("pronoun_unresolved",)
        return Speaker(name, "pronoun", flags, person=person, plural=word in THEY)

    def last_of(self, gender: str) -> str | None:
        """The last person who spoke and is not known to be of the other gender; it is now known."""
        for name in reversed(self.recent):
            if not gender or self.gender.get(name, gender) == gender:
                if gender:
                    self.gender[name] = gender
                return name
        return None

    @property
    def last_person(self) -> str | None:
        """Who spoke last, or else was named last."""
        return self.recent[-1] if self.recent else self.last_named

    @staticmethod
    def head(words: list[Token]) -> list[Token]:
        """The noun phrase itself: without what follows a comma or a preposition inside it."""
        stop = len(words)
        for n, word in enumerate(words):
            opens = PREPOSITIONS | {"who", "which", "whose", "to"}
            participle = n > 1 and word.lower.endswith("ed") and not word.capital
            if n and (word.text in ",(" or word.lower in opens or participle):
                stop = n
                break
        return words[:stop]

    def by_name(self, head: list[Token]) -> Speaker | None:
        """A person named, in full or by a surname known from before."""
        for run in name_runs(head):
            named = person_name(run)
            before = [t for t in head if t.start < run[0].start]
            if not named or (before and before[-1].lower in PLACED | {"of"}):
                continue
            full = " ".join(t.text for t in named)
            known = self.people.get(plain(named[-1].text))
            holder = self.holder_named(full)
            if holder:
                return Speaker(holder.person, "name", person=True)
            if known and (len(named) == 1 or plain(known) == plain(full)):
                return Speaker(known, "name", person=True)
            near = self.misspelt(named)
            if near:
                return Speaker(near.person, "misspelt", (f"misspelt:{full}",), person=True)
            titles = [t for t in (*before, *run) if t.start < named[0].start]
            titled = any(t.lower in HONORIFICS | ROLES for t in titles) and not body_like(named)
            alone = len(named) == 1 and len(head) == 1 and not group_noun(named[0])
            if titled or alone or (len(named) >= 2 and not body_like(named)):
                if len(named) == 1 and plain(named[0].text) in BODIES:
                    continue
                return Speaker(full, "name", person=True)
        return None

    def by_apposition(self, words: list[Token]) -> Speaker | None:
        """A person named after a comma: `the defence minister, Eleanor Pryce`."""
        comma = next((n for n, word in enumerate(words) if word.text == ","), None)
        after = words[comma + 1 :] if comma is not None else []
        return self.by_name(self.head(after)) if after and after[0].capital else None

    def by_role(self, head: list[Token]) -> Speaker | None:
        """The holder of an office on the report's day, or the person the report gave that title."""
        lows = [t.lower for t in head]
        if not any(low in ROLES | HONORIFICS for low in lows) or body_like(head[-1:]):
            return None
        if any(low in COLLECTIVES for low in lows[-1:]) and lows[-1].endswith("s"):
            return None
        phrase = " ".join(lows)
        matched = [h for h in holders() if self.role_fits(h, phrase)]
        day = self.day
        if day is not None:
            current = [h for h in matched if h.on(day)]
            if len({h.person for h in current}) == 1:
                return Speaker(current[0].person, "role", person=True)
        plain_role = not any(t.capital and t.lower not in HONORIFICS for t in head[1:]) and not (
            head[0].capital and head[0].lower not in DETERMINERS
        )
        for low in reversed(lows) if plain_role else ():
            if low in self.roles:
                return Speaker(self.roles[low], "role", ("role_from_report",), person=True)
        indefinite = lows[0] in {"a", "an", "one", "another", "some"}
        if indefinite or (not any(t.capital for t in head[1:]) and plain_role):
            return Speaker(None, "unnamed", ("unnamed_source",), person=True)
        name = _bare(self.text, head)
        return Speaker(name, "role", ("role_unresolved",), person=True)

    @staticmethod
    def role_fits(holder: Holder, phrase: str) -> bool:
        """Whether a phrase in lower case names this office of this body."""
        office = holder.office.lower().replace("-", " ")
        spoken = phrase.replace("-", " ").replace("defense", "defence")
        if office.replace("defense", "defence") not in spoken:
            return False
        if "deputy" in spoken and "deputy" not in office:
            return False
        if "vice" in spoken and "vice" not in office:
            return False
        words = {word.removesuffix("'s").removesuffix("’s") for word in spoken.split()}
        bodies = {BODIES.get(word) for word in words} | {
            holder.body for part in [holder.body.lower()] if part in spoken
        }
        return holder.body in bodies

    def by_group(self, head: list[Token]) -> Speaker | None:
        """A body, or unnamed people of one."""
        lows = [t.lower for t in head]
        named = [t for t in head if t.capital and t.lower not in DETERMINERS]
        collective = any(low in COLLECTIVES for low in lows)
        many = bool(lows) and lows[-1].endswith("s") and collective
        sentence_start = (
            len(named) == 1
            and named[0] is head[0]
            and (named[0].lower in COLLECTIVES or (named[0].lower.endswith(OCCUPATIONS)))
        )
        if named and not sentence_start:
            flags = ("unnamed_individuals",) if collective else ()
            return Speaker(_bare(self.text, head), "body", flags, plural=many)
        if collective or sentence_start:
            return Speaker(None, "unnamed", ("unnamed_source",), plural=many)
        person = bool(lows) and (lows[-1].endswith(PERSON_ENDINGS) or lows[-1] in PERSON_NOUNS)
        if lows and lows[0] in {"the", *POSSESSIVES} and not person and not plural(lows[-1]):
            return Speaker(_bare(self.text, head), "body")
        return None

    @staticmethod
    def holder_named(full: str) -> Holder | None:
        """The office holder whose full name, or whose surname alone, this is."""
        return _holders_by_name().get(plain(full))

    def misspelt(self, named: list[Token]) -> Holder | None:
        """A holder whose name differs from a full name by one or two letters."""
        if len(named) < 2:
            return None
        full = plain(" ".join(t.text for t in named))
        for other, holder in _holders_by_name().items():
            if len(other) < LEAST_NAME or other[0] != full[0]:
                continue
            if 0 < DamerauLevenshtein.distance(full, other, score_cutoff=2) <= 2:
                return holder
        return None

    def mentions(self, start: int, end: int) -> tuple[Mention, ...]:
        """Office holders named between two offsets."""
        found = []
        for run in name_runs(tokens(self.text, start, end, ())):
            named = person_name(run)
            if not named:
                continue
            full = " ".join(t.text for t in named)
            exact = holder = None
            holder = self.holder_named(full)
            near = None if holder else self.misspelt(named)
            who = holder or near
            if who is not None:
                span = (named[0].start, named[-1].end)
                exact = self.text[span[0] : span[1]]
                found.append(Mention(*span, exact, who.person, "misspelt" if near else "name"))
        return tuple(found)


@cache
def _holders_by_name() -> dict[str, Holder]:
    """Holders by each spelling of their full name, and by a surname that only one of them has."""
    full = {plain(name): holder for holder in holders() for name in holder.names}
    surnames: dict[str, set[str]] = {}
    for name, holder in full.items():
        surnames.setdefault(name.split()[-1], set()).add(holder.person)
    alone = {
        name.split()[-1]: holder
        for name, holder in full.items()
        if len(surnames[name.split()[-1]]) == 1
    }
    return {**alone, **full}


def _bare(text: str, head: list[Token]) -> str:
    """The phrase without its first article."""
    words = head[1:] if len(head) > 1 and head[0].lower in {"the", "a", "an"} else head
    return text[words[0].start : words[-1].end]
