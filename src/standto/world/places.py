"""Find a place by key, name, name and country, or ICAO code; say what is near when none is."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache

import polars as pl
from rapidfuzz import fuzz, process

from standto.errors import StandtoError
from standto.world.network import Network

TERMINALS = ("airfield", "airbase", "port", "railhead")
"""A town goes before a terminal of the same name in its country."""
_PLAIN = str.maketrans({"ß": "ss", "ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "ð": "d"})
_PLAIN |= str.maketrans({"þ": "th", "ı": "i", "-": " ", "_": " ", "'": " ", "’": " "})
_LETTERS = dict(
    zip(
        "абвгґдезиіїйклмнопрстуфхыэєјђћљњџαβγδεζηικλμνξοπρσςτυφω",
        "a b v g g d e z i i i i k l m n o p r s t u f kh y e e j dj c lj nj dz"
        " a v g d e z i i k l m n x o p r s s t y f o".split(),
        strict=True,
    )
)
_LETTERS |= {"ж": "zh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sht", "ю": "yu", "я": "ya"}
_LETTERS |= {"ё": "e", "ў": "u", "ъ": "", "ь": "", "θ": "th", "χ": "ch", "ψ": "ps"}
_LATIN = str.maketrans(_LETTERS)
"""Cyrillic and Greek letters as Latin ones, roughly: enough to meet a name or its neighbours."""


class PlaceError(StandtoError):
    """A word that names no place, or several: the message lists what could be meant."""

    def __init__(self, word: str, message: str, choices: Sequence[str]) -> None:
        """Keep the word and the keys of the places that could be meant."""
        self.word = word
        self.choices = tuple(choices)
        super().__init__(message)


@lru_cache(maxsize=50_000)
def plain(text: str) -> str:
    """Text as it is compared: lower case, without accents, hyphens and double blanks.

    `Kaišiadorys` -> `kaisiadorys`; `Ålesund` -> `alesund`.
    """
    lowered = text.casefold().translate(_PLAIN)
    marks = unicodedata.normalize("NFKD", lowered)
    return " ".join("".join(c for c in marks if not unicodedata.combining(c)).split())


def latin(text: str) -> str:
    """Text with Cyrillic and Greek letters written as Latin ones: `Рига` -> `riga`."""
    lowered = text.casefold().translate(_LATIN)
    bare = "".join(
        c for c in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(c)
    )
    return bare.translate(_LATIN)


def find(network: Network, word: str) -> str:
    """Key of the one place that a word means: its key, ICAO code, name, or `Name,ISO`.

    A word in Cyrillic or Greek that names nothing is tried again in Latin letters.

    Raises PlaceError with the three nearest names, or with all meanings and their countries.
    """
    places = network.places
    text = word.strip()
    if text.lower() in set(places["place"]):
        return text.lower()
    coded = network.airfields.filter(pl.col("icao") == text.upper())["place"]
    if len(coded) == 1:
        return str(coded[0])
    name, _, country = text.rpartition(",")
    if not name:
        name, country = text, ""
    iso = country.strip().upper()
    rows = _named(places, name, iso)
    if rows.is_empty() and latin(name) != name.casefold():
        rows = _named(places, latin(name), iso)
    return _one(text, rows, places, country.strip())


def _named(places: pl.DataFrame, name: str, iso: str) -> pl.DataFrame:
    """Rows whose name is the word, whole or between slashes, in one country where that is said.

    Rows that are also called so, or whose name is the word with more in brackets, count where no
    name is the word letter for letter: `Munster` is Münster and Munster (Örtze).
    """
    wanted, exact = plain(name), name.strip().casefold()
    within = places.filter(pl.col("iso") == iso) if iso else places
    called = [_names(*row) for row in within.select("name", "also").iter_rows()]
    whole = [wanted == plain(own[0]) for own, _ in called]
    part = [wanted in map(plain, own) for own, _ in called]
    first = pl.Series(whole if any(whole) else part, dtype=pl.Boolean)
    letter = [exact in (text.casefold() for text in own) for own, _ in called]
    if any(letter):
        return within.filter(first)
    other = [wanted in map(plain, more) for _, more in called]
    spelt = [exact in (text.casefold() for text in more) for _, more in called]
    if first.any() and not any(spelt):
        return within.filter(first)
    return within.filter(first | pl.Series(other, dtype=pl.Boolean))


def _names(name: str, also: str | None) -> tuple[list[str], list[str]]:
    """Names of a place: its own, and what else it is called."""
    own = [name, *(part.strip() for part in name.split("/") if "/" in name)]
    bare = name.partition("(")[0].strip()
    more = [part.strip() for part in (also or "").split(";") if part.strip()]
    return own, [*more, bare] if bare and bare != name else more


def _one(word: str, rows: pl.DataFrame, places: pl.DataFrame, country: str) -> str:
    if rows.height > 1 and rows["iso"].n_unique() == 1:
        towns = rows.filter(~pl.col("kind").is_in(TERMINALS))
        rows = towns if towns.height == 1 else rows
    if rows.height == 1:
        return str(rows["place"][0])
    if rows.height > 1:
        meanings = [f"{name},{iso} ({key})" for name, iso, key in _shown(rows)]
        message = f"{word!r} has several meanings: {'; '.join(meanings)}"
        raise PlaceError(word, message, rows["place"].to_list())
    named = dict(places.select("place", "name").iter_rows())
    within = places.filter(pl.col("iso") == country.upper()) if country else places
    candidates = within if within.height else places
    near = nearest(word.rpartition(",")[0] or word, candidates["place"].to_list(), named)
    message = f"{word!r} is not a place of this network; the nearest are {', '.join(near)}"
    raise PlaceError(word, message, [text.split(" (")[0] for text in near])


def _shown(rows: pl.DataFrame) -> list[tuple[str, str, str]]:
    return list(rows.sort("iso", "place").select("name", "iso", "place").iter_rows())


def nearest(
    word: str, keys: Sequence[str], names: Mapping[str, str] | None = None, count: int = 3
) -> list[str]:
    """The keys nearest to a word by spelling, each with its name in brackets where it has one.

    keys: what could be meant. names: name of each key; both are compared, without accents.
    """
    named = names or {}
    wanted = plain(latin(word))
    texts = [plain(f"{key} {named.get(key, '')}") for key in keys]
    by_key = process.cdist([wanted], [plain(key) for key in keys], scorer=fuzz.ratio)[0]
    by_name = process.cdist([wanted], texts, scorer=fuzz.token_set_ratio)[0]
    score = {key: max(a, 0.95 * b) for key, a, b in zip(keys, by_key, by_name, strict=True)}
    best = sorted(score, key=lambda key: (-score[key], key))[:count]
    return [f"{key} ({named[key]})" if key in named else key for key in best]
