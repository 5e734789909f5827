"""Who speaks: a source as written, resolved by name, role, pronoun, body or document."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import pairwise

from rapidfuzz.distance import DamerauLevenshtein

from standto.reports.lexicon import (
    COLLECTIVES,
    COUNTRIES,
    DETERMINERS,
    DOCUMENTS,
    HONORIFICS,
    POSSESSIVES,
    PREPOSITIONS,
    ROLES,
    Holder,
    holders,
)
from standto.reports.situation import How, Mention
from standto.reports.tokens import Token, tokens

HE = frozenset("he him his himself".split())
SHE = frozenset("she her hers herself".split())
THEY = frozenset("they them their themselves".split())
IT = frozenset("it its itself".split())
SPEAKING = frozenset("i we me us our".split())
WHO = frozenset("who which that".split())
PERSON_ENDINGS = ("man", "woman", "person", "ist", "ian", "tor", "cer", "ver", "ner", "yer", "ler")
OCCUPATIONS = ("ors", "ers", "ists", "ents", "ians", "ants", "ics", "als", "ates", "aides")
PLACED = frozenset("in at near from into outside around across".split())
PERSON_NOUNS = frozenset("aide judge source friend doctor nurse guard soldier pilot farmer".split())
SHORT_ROLES = {
    "sen": "senator",
    "rep": "representative",
    "gov": "governor",
    "gen": "general",
    "col": "colonel",
    "adm": "admiral",
    "lt": "lieutenant",
}
PARTICLES = frozenset("von van der den de la du di al el bin ibn da dos".split())
BODIES = {
    "nato": "NATO",
    "alliance": "NATO",
    "un": "UN",
    "eu": "EU",
    "kremlin": "Russia",
    "russian": "Russia",
    "american": "United States",
    "us": "United States",
    "u.s": "United States",
    "british": "United Kingdom",
    "uk": "United Kingdom",
    "german": "Germany",
    "french": "France",
    "polish": "Poland",
    "ukrainian": "Ukraine",
    "estonian": "Estonia",
    "latvian": "Latvia",
    "lithuanian": "Lithuania",
    "romanian": "Romania",
    "turkish": "Turkey",
    "italian": "Italy",
    "canadian": "Canada",
    "hungarian": "Hungary",
    "belarusian": "Belarus",
}


@dataclass(frozen=True, slots=True)
class Speaker:
    """A resolved speaker: `name` None when nobody is named."""

    name: str | None
    how: How
    flags: tuple[str, ...] = ()
    person: bool = False
    plural: bool = False


def plain(text: str) -> str:
    """Lower case without accents, for comparing names."""
    parts = unicodedata.normalize("NFKD", text.lower())
    return "".join(c for c in parts if not unicodedata.combining(c))


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
    last_person: str | None = None
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
            place = before.get(run[0].start, "") in PLACED and not titled
            if len(named) < 2 or _body_like(named) or place:
                continue
            full = " ".join(t.text for t in named)
            holder = self.holder_named(full)
            if holder is None and not (titled or len(named) <= 3):
                continue
            name = holder.person if holder else full
            self.last_named = name
            self.people.setdefault(plain(named[-1].text), name)
            for title in titled:
                self.roles[SHORT_ROLES.get(title.lower, title.lower)] = name

    def resolve(self, start: int, end: int) -> Speaker:
        """The speaker that a source span names, and remember who it was."""
        found = self.who(start, end)
        if found.person and found.name:
            self.last_person = found.name
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
        if any(w.lower in DOCUMENTS for w in head[-1:]) or _titled_document(head):
            return Speaker(_bare(self.text, head), "document")
        return (
            self.by_name(head)
            or (self.by_name(words) if not any(w.capital for w in head[1:]) else None)
            or self.by_role(head)
            or self.by_group(head)
            or Speaker(None, "unnamed", ("unnamed_source",), person=True)
        )

    def pronoun(self, word: str) -> Speaker:
        """Who a pronoun stands for: the last person, group or body that spoke."""
        if word in HE | SHE | WHO:
            name, person = self.last_person, True
        elif word in THEY:
            name, person = self.last_plural or self.last_body, False
        elif word in IT:
            name, person = self.last_body or self.last_plural, False
        else:
            name, person = None, False
        flags = () if name else ("pronoun_unresolved",)
        return Speaker(name, "pronoun", flags, person=person, plural=word in THEY)

    @staticmethod
    def head(words: list[Token]) -> list[Token]:
        """The noun phrase itself: without what follows a comma or a preposition inside it."""
        stop = len(words)
        for n, word in enumerate(words):
            opens = PREPOSITIONS | {"who", "which", "whose"}
            participle = n > 1 and word.lower.endswith("ed") and not word.capital
            if n and (word.text in ",(" or word.lower in opens or participle):
                stop = n
                break
        return words[:stop]

    def by_name(self, head: list[Token]) -> Speaker | None:
        """A person named, in full or by a surname known from before."""
        for run in reversed(name_runs(head)):
            named = person_name(run)
            if not named:
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
            titled = any(t.lower in HONORIFICS | ROLES for t in head)
            alone = len(named) == 1 and len(head) == 1 and not _group_noun(named[0])
            if titled or alone or (len(named) >= 2 and not _body_like(named)):
                if len(named) == 1 and plain(named[0].text) in BODIES:
                    continue
                return Speaker(full, "name", person=True)
        return None

    def by_role(self, head: list[Token]) -> Speaker | None:
        """The holder of an office on the report's day, or the person the report gave that title."""
        lows = [t.lower for t in head]
        if not any(low in ROLES | HONORIFICS for low in lows):
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
        for low in reversed(lows):
            if low in self.roles:
                return Speaker(self.roles[low], "role", ("role_from_report",), person=True)
        indefinite = lows[0] in {"a", "an", "one", "another", "some"}
        if indefinite or not any(t.capital for t in head[1:]):
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
        words = set(spoken.split())
        bodies = {BODIES.get(word) for word in words} | {
            holder.body for part in [holder.body.lower()] if part in spoken
        }
        return holder.body in bodies

    def by_group(self, head: list[Token]) -> Speaker | None:
        """A body, or unnamed people of one."""
        lows = [t.lower for t in head]
        named = [t for t in head if t.capital and t.lower not in DETERMINERS]
        collective = any(low in COLLECTIVES for low in lows)
        plural = bool(lows) and lows[-1].endswith("s") and collective
        sentence_start = (
            len(named) == 1
            and named[0] is head[0]
            and (named[0].lower in COLLECTIVES or (named[0].lower.endswith(OCCUPATIONS)))
        )
        if named and not sentence_start:
            flags = ("unnamed_individuals",) if collective else ()
            return Speaker(_bare(self.text, head), "body", flags, plural=plural)
        if collective or sentence_start:
            return Speaker(None, "unnamed", ("unnamed_source",), plural=plural)
        person = bool(lows) and (lows[-1].endswith(PERSON_ENDINGS) or lows[-1] in PERSON_NOUNS)
        if lows and lows[0] in {"the", *POSSESSIVES} and not person and not _plural(lows[-1]):
            return Speaker(_bare(self.text, head), "body")
        return None

    @staticmethod
    def holder_named(full: str) -> Holder | None:
        """The office holder whose full name, or one spelling of it, this is."""
        wanted = plain(full)
        for holder in holders():
            if any(plain(name) == wanted for name in holder.names):
                return holder
        surnames = [h for h in holders() if any(plain(n).split()[-1] == wanted for n in h.names)]
        return surnames[0] if len({h.person for h in surnames}) == 1 else None

    def misspelt(self, named: list[Token]) -> Holder | None:
        """A holder whose name differs from a full name by one or two letters."""
        if len(named) < 2:
            return None
        full = plain(" ".join(t.text for t in named))
        for holder in holders():
            for name in holder.names:
                other = plain(name)
                distance = DamerauLevenshtein.distance(full, other)
                if 0 < distance <= 2 and len(other) >= 9 and other[0] == full[0]:
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


def name_runs(words: list[Token]) -> list[list[Token]]:
    """Runs of capitalised words, particles between them included."""
    runs: list[list[Token]] = []
    run: list[Token] = []
    for n, word in enumerate(words):
        joins = bool(run) and (
            (word.lower in PARTICLES and n + 1 < len(words) and words[n + 1].capital)
            or (word.text == "." and len(run[-1].text) <= 2)
        )
        if (word.capital and word.lower not in DETERMINERS) or joins:
            run.append(word)
        else:
            if run:
                runs.append(run)
            run = []
    return [*runs, run] if run else runs


def person_name(run: list[Token]) -> list[Token]:
    """The part of a run of capitals after titles and bodies: the name of a person, if it is one."""
    last = max(
        (n for n, t in enumerate(run) if _title_word(t)),
        default=-1,
    )
    return [t for t in run[last + 1 :] if t.text != "." and len(t.text) > 1]


def _title_word(token: Token) -> bool:
    low = token.lower
    if low in HONORIFICS | ROLES | COLLECTIVES | set(BODIES) or low in DOCUMENTS:
        return True
    return low.endswith(("'s", "’s")) or (token.text.isupper() and len(token.text) > 1)


def _body_like(named: list[Token]) -> bool:
    words = {t.lower for t in named}
    bodies = "council ministry department union nations republic commission parliament agency army"
    more = "force command kingdom states service house office bank party committee treaty alliance"
    return bool(
        words & set((bodies + " " + more + " atlantic news times post north south").split())
    )


def _group_noun(word: Token) -> bool:
    """Whether a capitalised word that stands alone is no surname: a body, a group, a country."""
    low = word.lower
    if low in COLLECTIVES | set(BODIES) | DOCUMENTS or low.endswith(OCCUPATIONS):
        return True
    return word.text.isupper() or low in COUNTRIES


def _plural(word: str) -> bool:
    return word.endswith("s") and not word.endswith(("ss", "us", "is"))


def _titled_document(head: list[Token]) -> bool:
    return any(t.lower in DOCUMENTS and t.capital for t in head)


def _bare(text: str, head: list[Token]) -> str:
    """The phrase without its first article."""
    words = head[1:] if len(head) > 1 and head[0].lower in {"the", "a", "an"} else head
    return text[words[0].start : words[-1].end]


def flagged(speaker: Speaker, *flags: str) -> Speaker:
    """The same speaker with more flags."""
    return replace(speaker, flags=(*speaker.flags, *flags))
