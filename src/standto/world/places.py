"""Find a place by key, name, name and country, or ICAO code; say what is near when none is."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence

import polars as pl
from rapidfuzz import fuzz, process

from standto.errors import StandtoError
from standto.world.network import Network

TERMINALS = ("airfield", "airbase", "port", "railhead")
"""A town goes before a terminal of the same name in its country."""
_PLAIN = {"ß": "ss", "ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "ð": "d", "ς": "σ"}
_PLAIN |= {"þ": "th", "ı": "i", "ħ": "h"} | dict.fromkeys("-_'’ʼʻ`", " ")
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


def plain(text: str) -> str:
    """Text as it is compared: lower case, without accents, hyphens, apostrophes and double blanks.

    `Kaišiadorys` -> `kaisiadorys`; `Ålesund` -> `alesund`.
    """
    return str(plainly(pl.Series([text]))[0])


def plainly(texts: pl.Series) -> pl.Series:
    """Each text as `plain` has it."""
    return (
        texts.str.to_lowercase()
        .str.replace_many(list(_PLAIN), list(_PLAIN.values()))
        .str.normalize("NFKD")
        .str.replace_all(r"\p{Mn}", "")
        .str.replace_all(r"\s+", " ")
        .str.strip_chars()
    )


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
    if not text.strip(","):
        raise PlaceError(
            word, "a place is missing: give a name, Name,ISO, a key or an ICAO code", ()
        )
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


def labels(places: pl.DataFrame) -> dict[str, str]:
    """What a reader calls each place: its key, or its name where the key has no word of it."""
    keys, names = places["place"].to_list(), places["name"]
    return {
        key: key if any(word in key for word in bare.split()) else f"{name} ({key})"
        for key, name, bare in zip(keys, names, plainly(names), strict=True)
    }


def _named(places: pl.DataFrame, name: str, iso: str) -> pl.DataFrame:
    """Rows whose name is the word, whole or between slashes, in one country where that is said.

    Rows that are also called so, or whose name is the word with more in brackets, count where no
    name is the word letter for letter: `Munster` is Münster and Munster (Örtze).
    """
    within = places.filter(pl.col("iso") == iso) if iso else places
    called = _called(within)
    called = called.filter(plainly(called["word"]) == plain(name))
    spelt = called["word"].str.to_lowercase() == name.strip().lower()
    own = called["rank"] < OTHER
    whole = called["rank"] == WHOLE
    first = whole if whole.any() else own
    if (own & spelt).any() or (first.any() and not spelt.any()):
        called = called.filter(first)
    else:
        called = called.filter(first | (called["rank"] >= OTHER))
    return within.filter(pl.col("place").is_in(called["place"].to_list()))


WHOLE, PART, OTHER, BARE = range(4)
"""Ranks of a name: the place's own, a part between slashes, another name, its own less brackets."""


def _called(places: pl.DataFrame) -> pl.DataFrame:
    """Every name of every place, one a row: place, word, rank."""
    name = pl.col("name")
    words = {
        WHOLE: (pl.lit(True), pl.concat_list(name)),
        PART: (name.str.contains("/", literal=True), name.str.split("/")),
        OTHER: (pl.lit(True), pl.col("also").str.split(";")),
        BARE: (name.str.contains("(", literal=True), name.str.split("(").list.head(1)),
    }
    table = pl.concat(
        places.filter(where).select("place", word=word, rank=pl.lit(rank)).explode("word")
        for rank, (where, word) in words.items()
    )
    return table.with_columns(pl.col("word").str.strip_chars()).filter(pl.col("word") != "")


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
    within = places.filter(pl.col("iso") == country.upper()) if country else places
    near = _near(word.rpartition(",")[0] or word, within if within.height else places)
    message = f"{word!r} is not a place of this network; the nearest are {', '.join(near)}"
    raise PlaceError(word, message, [text.split(" (")[0] for text in near])


def _near(word: str, places: pl.DataFrame) -> list[str]:
    """The three places nearest to a word; one with a name nearly so goes first, own or other."""
    named = dict(places.select("place", "name").iter_rows())
    called = _called(places)
    words = plainly(called["word"]).to_list()
    alike = [
        found
        for form in dict.fromkeys((plain(word), plain(latin(word))))
        for found in process.extract(form, words, scorer=fuzz.ratio, score_cutoff=ALIKE)
    ]
    alike.sort(key=lambda found: -found[1])
    other = [f"{key} ({named[key]})" for key in (called["place"][n] for _, _, n in alike)]
    return list(dict.fromkeys([*other, *nearest(word, list(named), named)]))[:3]


ALIKE = 85
"""Of a hundred: how near another name must be to go before the nearest keys and names."""


def _shown(rows: pl.DataFrame) -> list[tuple[str, str, str]]:
    return list(rows.sort("iso", "place").select("name", "iso", "place").iter_rows())


def nearest(
    word: str, keys: Sequence[str], names: Mapping[str, str] | None = None, count: int = 3
) -> list[str]:
    """The keys nearest to a word by spelling, each with its name in brackets where it has one.

    keys: what could be meant. names: name of each key; both are compared, without accents.
    """
    named = names or {}
    if not keys:
        return []
    wanted = plain(latin(word))
    bare = plainly(pl.Series(keys)).to_list()
    texts = plainly(pl.Series([f"{key} {named.get(key, '')}" for key in keys])).to_list()
    by_key = process.cdist([wanted], bare, scorer=fuzz.ratio)[0]
    by_name = process.cdist([wanted], texts, scorer=fuzz.token_set_ratio)[0]
    score = {key: max(a, 0.95 * b) for key, a, b in zip(keys, by_key, by_name, strict=True)}
    best = sorted(score, key=lambda key: (-score[key], key))[:count]
    return [f"{key} ({named[key]})" if key in named else key for key in best]
