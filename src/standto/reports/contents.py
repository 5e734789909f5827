"""Contents by rules: what is attributed, to the right of a cue."""

from __future__ import annotations

from standto.reports.cues import Cue
from standto.reports.ends import clause_end
from standto.reports.foreign import foreign_clause, foreign_opener
from standto.reports.forms import breaks, verbish
from standto.reports.frame import Frame, Range
from standto.reports.lexicon import (
    ADVERBS,
    AUXILIARIES,
    COMPLEMENTISERS,
    DETERMINERS,
    PREPOSITIONS,
    PRONOUNS,
    SUBJECTS,
    TIMES,
    Verb,
)

INFINITIVES = frozenset({"decide", "intend", "act", "think"})
"""Classes of verb whose content may be an infinitive: `vowed to veto any bill that`."""


def right(
    frame: Frame, cue: Cue, *, skip_addressee: bool = True
) -> tuple[Range | None, Range | None]:
    """What follows a cue as its content, and who is addressed."""
    assert cue.verb is not None
    at, addressee = cue.end, None
    if names(frame, cue):
        return None, None
    if cue.verb.addressee and skip_addressee:
        at, addressee = addressed(frame, cue)
    bare = frame.low(at) == "to" and cue.verb.klass in INFINITIVES
    bare = bare or prepositional(cue.verb.lemma, frame.low(at))
    bare = bare or _soon_to(frame, at, cue.verb) is not None
    opened = None if bare else opener(frame, at)
    if opened is not None and opened + (frame.low(opened) == ":") >= frame.last:
        return None, addressee  # `he said:` and nothing more
    if opened is not None:
        return from_opener(frame, opened, cue), addressee
    if (clause := foreign_clause(frame, cue)) is not None:
        return clause, addressee
    if at >= frame.last or frame.low(at) in {",", ";"} or breaks(frame.words[at]):
        return None, addressee
    begin = _begins(frame, at, cue, addressed=addressee is not None)
    return (None if begin is None else until(frame, begin, cue)), addressee


def names(frame: Frame, cue: Cue) -> bool:
    """Whether a quotation is only a name: `a film called "The Long Road"`, `reads "For All."`."""
    assert cue.verb is not None
    if not frame.quote(cue.end):
        return False
    return cue.verb.lemma in NAMING or (cue.verb.lemma == "read" and titled(frame, cue.end))


def titled(frame: Frame, at: int) -> bool:
    """Whether a quotation of several words is written as titles are."""
    words = frame.words[at].text.strip(MARKS).split()
    small = {"and", "of", "for", "the", "a", "to", "in", "on"}
    return len(words) > 1 and all(w[0].isupper() or w in small for w in words)


MARKS = "\"'“”‘’„«».,?! "


def _begins(frame: Frame, at: int, cue: Cue, *, addressed: bool) -> int | None:
    """Where content begins that neither `that`, a colon nor a quotation opens."""
    assert cue.verb is not None
    verb, low = cue.verb, frame.low(at)
    fresh = low in PRONOUNS or frame.quote(at)
    if verb.lemma in FINDING and not fresh and not judged(frame, at, frame.last, cue):
        return None
    if low == "to" or (low in {"for", "not"} and verb.klass == "act" and addressed):
        told = verb.klass in INFINITIVES or verb.lemma in {"tell", "warn", "advise"}
        told = told or prepositional(verb.lemma, low)  # `admitted to feeling sick`
        return at if told and verb.lemma not in KNOWING else None
    if (soon := _soon_to(frame, at, verb)) is not None:
        return soon
    if verb.klass in {"decide", "intend"}:
        return at if _willed(frame, at, verb) else None
    if verb.klass in {"say", "think", "find"} and (low in TIMES | ADVERBS or low == "on"):
        later = after_time(frame, at)
        if later is not None:
            return later
    if _opens_clause(frame, at, cue, verb):
        return at
    if low in PREPOSITIONS - {"that"} or low in ADVERBS or low in TIMES:
        return at if prepositional(verb.lemma, low) else None
    asks = verb.klass == "rumour" and low in COMPLEMENTISERS  # `it is unclear how`
    asks = asks or (low.endswith("ing") and verb.lemma in DOING)  # `remembers picking berries`
    if asks or (verb.lemma in NAMING and _called(frame, at)):
        return at
    if verb.klass == "quote":
        quoted = verb.object and any(frame.quote(n) for n in range(at, frame.last))
        return at if quoted else None
    if verb.object:
        return at
    clause = any(verbish(frame.words[n]) or frame.quote(n) for n in range(at + 1, frame.last))
    plain = verb.lemma == "say" and starts_noun(frame, at) and frame.last - at >= PLAIN_CLAUSE
    plain = plain or (verb.lemma in HOLDING and _small_clause(frame, at))
    return at if (clause or plain) and verb.klass in {"say", "think", "find"} else None


def _soon_to(frame: Frame, at: int, verb: Verb) -> int | None:
    """Where content begins whose infinitive comes after words of time: `agreed Friday to keep`."""
    near = [n for n in range(at, min(at + 7, frame.last)) if frame.low(n) == "to"]
    figures = [n for n in near if frame.words[n - 1].kind == "number"]  # `voted 5 to 4 to shut`
    to = next((n for n in near if n not in figures), None)
    if to is None or verb.klass not in INFINITIVES or verb.lemma in KNOWING:
        return None
    soft = TIMES | ADVERBS | {"one", "day", "some", "also", "on", "never", "not", "unanimously"}
    between = [n for n in range(at, to) if n not in figures]
    if not all(frame.low(n) in soft or frame.words[n].kind == "number" for n in between):
        return None
    if frame.low(at) in {"one", "some"}:
        return at  # `hopes one day to return`
    return to - 1 if frame.low(to - 1) in {"never", "not"} else to


def _willed(frame: Frame, at: int, verb: Verb) -> bool:
    """Whether what follows a verb of will is willed: a thing, or somebody to do something."""
    if frame.low(at) == "not":
        return True
    if verb.lemma in {"choose", "plan", "opt", "hesitate"}:
        return False
    infinitive = any(frame.low(n) == "to" for n in range(at, frame.last))
    noun = verb.object and starts_noun(frame, at)
    return noun or (infinitive and verb.klass == "intend")


def _opens_clause(frame: Frame, at: int, cue: Cue, verb: Verb) -> bool:
    """`says there is no proof`, `the poll shows Harlow leading`."""
    if frame.low(at) in {"there", "here"} and frame.low(at + 1) in AUXILIARIES:
        return verb.klass == "say"
    polled = verb.klass == "find" and any(frame.low(n) in POLLS for n in range(cue.begin))
    near = range(at + 1, min(at + 6, frame.last))
    leads = {"ahead", "behind", "tied", "up", "down", "with", "within", "neck"}
    return polled and any(frame.low(n).endswith("ing") or frame.low(n) in leads for n in near)


NAMING = frozenset("call dub label brand nickname".split())
"""Verbs that give a name to what stands between them and a quotation."""
DOING = frozenset(
    "remember recall deny report regret admit suggest recommend imagine fear consider propose"
    " acknowledge describe mention favour favor advocate".split()
)
"""Verbs whose content may be what somebody does or did."""
HOLDING = frozenset("say think believe suspect claim argue insist reckon feel hope".split())


def _small_clause(frame: Frame, at: int) -> bool:
    """`thinks the fight helps`: a determiner, a noun, a word in -s that could be its verb."""
    singular = frame.low(at) in {"the", "this", "that", "his", "her", "its", "their"}
    noun = frame.words[at + 1] if at + 2 < frame.last else None
    verb = frame.low(at + 2)
    if (
        frame.low(at) in {"the", "these", "those", "their", "his", "her", "its"}
        and noun is not None
    ):
        plural = noun.lower.endswith("s") and not noun.lower.endswith(("ss", "'s", "’s"))
        follows = frame.words[at + 2]
        predicate = follows.kind == "word" and not follows.capital and not verb.endswith("s")
        if plural and predicate and verb not in PREPOSITIONS | {"of", "and", "or", "to", "that"}:
            return True  # `believe the losses run to £1m a day`
    return (
        singular
        and noun is not None
        and not noun.lower.endswith("s")
        and verb.endswith("s")
        and not verb.endswith(("ss", "'s", "’s", "us"))
        and at + 3 >= frame.last - 2
    )


def _called(frame: Frame, at: int) -> bool:
    """`called the suit a stunt`, `called him unfit`: a thing, and what somebody says that it is."""
    if frame.low(at) not in DETERMINERS | PRONOUNS and not frame.words[at].capital:
        return False
    for n in range(at + 1, min(at + 7, frame.last - (frame.low(at) not in PRONOUNS))):
        low = frame.low(n)
        if frame.words[n].kind != "word" or low in PREPOSITIONS | {"to", "and"}:
            return False
        dated = frame.low(n + 1) in TIMES | {"next", "last", "other", "same", "second", "first"}
        bare = frame.low(n - 1) in DETERMINERS
        if low in {"a", "an"} and not dated:
            return True
        if not bare and low.endswith(JUDGING) and not frame.words[n].capital:
            return True
    return False


JUDGING = ("ous", "ful", "less", "able", "ible", "unfair", "wrong", "false", "unfit", "biased")
"""Ends of words that say what somebody thinks of a thing."""
PLAIN_CLAUSE = 4
"""After `says` so many words are a clause, though no verb of it is known: `the causes remain`."""


FINDING = frozenset({"find", "discover", "learn"})
KNOWING = frozenset("learn hear know understand notice recognise feel".split())
"""Verbs of knowing: an infinitive after them is a skill or an order, not a thought."""


POLLS = frozenset(
    "poll polls survey surveys study studies report audit inquiry review investigation".split()
)
"""What these find is always said by them: `the poll finds Harlow leading`."""


def judged(frame: Frame, begin: int, end: int, cue: Cue) -> bool:
    """Whether something is found to be so, not merely found: `found the shelter to be unsafe`."""
    if any(frame.low(n) in POLLS for n in range(cue.begin)):
        return True
    words = {frame.low(n) for n in range(begin, min(begin + 14, end))}
    return bool(words & {"guilty", "that", "no", "unconstitutional"}) or any(
        frame.low(n) == "to" and frame.low(n + 1) in {"be", "have"} for n in range(begin, end)
    )


def after_time(frame: Frame, at: int) -> int | None:
    """Where a clause begins after `on Wednesday` or an adverb; None where none does."""
    while at < frame.last and (
        frame.low(at) in TIMES | ADVERBS | {"on", "late", "early"} or frame.low(at).endswith("ly")
    ):
        at += 1
    if at >= frame.last or frame.words[at].kind != "word":
        return None
    opens = frame.low(at) in DETERMINERS | PRONOUNS or frame.words[at].capital
    clause = any(verbish(frame.words[n]) for n in range(at + 1, frame.last))
    return at if opens and clause else None


def prepositional(lemma: str, low: str) -> bool:
    """Verbs whose content may be a prepositional phrase: `warned of`, `insisted on`."""
    return (lemma, low) in {
        ("warn", "of"),
        ("warn", "against"),
        ("warn", "about"),
        ("caution", "against"),
        ("caution", "about"),
        ("insist", "on"),
        ("complain", "about"),
        ("complain", "of"),
        ("vote", "for"),
        ("vote", "against"),
        ("plead", "for"),
        ("appeal", "for"),
        ("ask", "for"),
        ("worry", "about"),
        ("worry", "over"),
        ("fear", "for"),
        ("hope", "for"),
        ("wish", "for"),
        ("wonder", "about"),
        ("dream", "of"),
        ("joke", "about"),
        ("testify", "about"),
        ("speculate", "about"),
        ("disagree", "with"),
        ("disagree", "about"),
        ("protest", "against"),
        ("agree", "on"),
        ("agree", "to"),
        ("agree", "with"),
        ("admit", "to"),
        ("confess", "to"),
        ("believe", "in"),
        ("argue", "about"),
        ("argue", "over"),
        ("fret", "about"),
        ("fret", "over"),
        ("know", "about"),
        ("muse", "about"),
        ("vow", "never"),
        ("plead", "not"),
        ("plead", "guilty"),
    }


def starts_noun(frame: Frame, at: int) -> bool:
    """Whether a noun phrase could begin at a token."""
    return frame.low(at) in DETERMINERS or frame.words[at].kind in {"word", "number", "quote"}


def addressed(frame: Frame, cue: Cue) -> tuple[int, Range | None]:
    """Past a person addressed: `told reporters in Brussels`, `called on Russia`."""
    at = cue.end
    assert cue.verb is not None
    asked = {"for", "about"} if cue.verb.lemma in {"ask", "press", "pressure"} else set()
    if (
        at >= frame.last
        or frame.quote(at)
        or frame.low(at) in COMPLEMENTISERS | {",", ":", "of", "to", "against", "for"}
    ):
        return at, None
    opener = next(
        (
            n
            for n in range(at, min(at + 14, frame.last))
            if frame.low(n) in {"that", ":", "to", "whether"} | asked or frame.quote(n)
        ),
        None,
    )
    comma = next(
        (n for n in range(at, min(at + 14, frame.last)) if frame.low(n) == ","), frame.last
    )
    if opener is not None and opener < comma:
        told = next((n for n in range(at + 1, opener) if _says_itself(frame, n, opener)), opener)
        if frame.low(told) == "to" and frame.low(told - 1) == "not":
            told -= 1
        return told, (at, told)
    if cue.verb.lemma in TOLD:
        end = at + 1
        if frame.low(at) not in PRONOUNS:
            while end < frame.last and not fresh_phrase(frame, end) and frame.low(end) != ",":
                end += 1
        return end, (at, end)
    return at, None


TOLD = frozenset("tell inform notify assure reassure remind convince".split())


def _says_itself(frame: Frame, at: int, opener: int) -> bool:
    """Whether a clause of its own begins before a quotation: `told a crew she had heard "x"`."""
    quoted = frame.quote(opener) and frame.low(at) in SUBJECTS
    return quoted and any(verbish(frame.words[n]) for n in range(at + 1, min(at + 4, opener)))


def fresh_phrase(frame: Frame, at: int) -> bool:
    """Whether a new noun phrase begins: a determiner, a pronoun, a name after a common noun."""
    here, back = frame.words[at], frame.words[at - 1]
    if back.lower in PREPOSITIONS | DETERMINERS | {"of", "to"}:
        return False
    return here.lower in DETERMINERS | PRONOUNS or (here.capital and not back.capital)


def opener(frame: Frame, at: int) -> int | None:
    """Where `that`, a colon or a quotation opens the content, over adverbials of time and place."""
    limit = min(at + 16, frame.last)
    if (far := foreign_opener(frame, at)) is not None:
        return far
    if at < frame.last and (frame.quote(at) or frame.low(at) in {"that", ":", "whether"}):
        return at
    begun = at < frame.last and (
        frame.low(at) in PREPOSITIONS | TIMES | ADVERBS | {",", "as", "to", "of", "late", "early"}
        or frame.low(at).endswith("ly")
        or frame.words[at].kind == "number"
    )
    if not begun:
        return None
    for n in range(at, limit):
        if frame.low(n) in {"that", ":"} or frame.quote(n):
            inner = any(verbish(frame.words[m]) for m in range(at, n))
            if frame.quote(n) and n > at and "that" in {frame.low(n + 1), frame.low(n + 2)}:
                continue  # `concluded with "high confidence" that`
            return None if inner and frame.low(n) != ":" else n
        if n > at and any(c.begin == n for c in frame.cues):
            return None
    return None


def from_opener(frame: Frame, at: int, cue: Cue) -> Range:
    """Content from the word or sign that opens it; a colon does not belong to it."""
    begin = at + 1 if frame.low(at) == ":" else at
    if cue.verb is not None and cue.verb.form.endswith("as_saying") and frame.quote(begin):
        return begin, begin + 1  # `was quoted as saying "I know" by a radio station`
    return begin, max(clause_end(frame, begin, cue), begin + 1)


def until(frame: Frame, at: int, cue: Cue) -> Range | None:
    """Content from a token on; None where nothing is left."""
    end = clause_end(frame, at, cue)
    return (at, end) if end > at else None
