"""Names of people in running text: runs of capitals, and what in them is title, body or person."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from standto.reports.lexicon import (
    ADVERBS,
    COLLECTIVES,
    CONJUNCTIONS,
    COUNTRIES,
    DETERMINERS,
    DOCUMENTS,
    HONORIFICS,
    PREPOSITIONS,
    PRONOUNS,
    ROLES,
    SUBORDINATORS,
)
from standto.reports.tokens import Token

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
GENDER = {
    "mr": "he",
    "sir": "he",
    "lord": "he",
    "spokesman": "he",
    "chairman": "he",
    "herr": "he",
    "king": "he",
    "ms": "she",
    "mrs": "she",
    "miss": "she",
    "dame": "she",
    "lady": "she",
    "spokeswoman": "she",
    "chairwoman": "she",
    "frau": "she",
    "mme": "she",
    "queen": "she",
}
NO_NAMES = DETERMINERS | ADVERBS | CONJUNCTIONS | SUBORDINATORS | PREPOSITIONS | PRONOUNS | {"as"}
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


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Lower case without accents, for comparing names."""
    parts = unicodedata.normalize("NFKD", text.lower())
    return "".join(c for c in parts if not unicodedata.combining(c))


def name_runs(words: list[Token]) -> list[list[Token]]:
    """Runs of capitalised words, particles between them included."""
    runs: list[list[Token]] = []
    run: list[Token] = []
    for n, word in enumerate(words):
        joins = bool(run) and (
            (word.lower in PARTICLES and n + 1 < len(words) and words[n + 1].capital)
            or (word.text == "." and len(run[-1].text) <= 2)
        )
        if (word.capital and word.lower not in NO_NAMES) or joins:
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


def body_like(named: list[Token]) -> bool:
    """Whether a run of capitals names a body rather than a person."""
    words = {t.lower for t in named}
    bodies = "council ministry department union nations republic commission parliament agency army"
    more = "force command kingdom states service house office bank party committee treaty alliance"
    bodies += " senate congress police court"
    return bool(
        words & set((bodies + " " + more + " atlantic news times post north south").split())
    )


def group_noun(word: Token) -> bool:
    """Whether a capitalised word that stands alone is no surname: a body, a group, a country."""
    low = word.lower
    if low in COLLECTIVES | set(BODIES) | DOCUMENTS or low.endswith(OCCUPATIONS):
        return True
    return word.text.isupper() or low in COUNTRIES


def plural(word: str) -> bool:
    """Whether a word in lower case looks like a plural."""
    return word.endswith("s") and not word.endswith(("ss", "us", "is"))


def titled_document(head: list[Token]) -> bool:
    """Whether a phrase names a document with a capital: `the North Atlantic Treaty`."""
    return any(t.lower in DOCUMENTS and t.capital for t in head)
