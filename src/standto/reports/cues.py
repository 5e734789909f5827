"""Cues: the words of a sentence that attribute something to somebody."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass

from standto.reports.lexicon import (
    ADVERBS,
    AUXILIARIES,
    CHAINS,
    COMPLEMENTISERS,
    DETERMINERS,
    FOREIGN_AUXILIARIES,
    NEGATIONS,
    POSSESSIVES,
    PREPOSITIONS,
    PRONOUNS,
    SUBJECTS,
    Verb,
    speech_phrase,
    speech_verb,
)
from standto.reports.tokens import DASHES, ENDS, Sentence, Token

NOT_BEFORE_VERB = DETERMINERS | POSSESSIVES | (PREPOSITIONS - {"by"})
NOUNS = frozenset(
    "report claim call plan demand order request note comment remark state question promise answer"
    " reply fear hope doubt post show find judge vote rule offer warning estimate forecast appeal"
    " pledge vow recall label charge quote counter blame praise welcome signal brief caution wish"
    " worry resolve aim swear post repeat figure protest guarantee leak trumpet email text cry"
    " laugh jest sigh scream lecture bark tease brand nickname pressure petition command dare"
    " challenge task credit fault rebuke reprimand ridicule tout salute compliment champion savage"
    " pan trash taunt insult veto back guess trust regret dislike envy long detail outline object"
    " embrace boast need bash wail rant rave sniff sneer moan groan yell murmur counsel state"
    " express direct rule mean support attack echo vent voice slam rip blast lament deadpan"
    " love appreciate resent reason advocate provide second read mourn dread crave relish".split()
)
"""Verbs whose bare and -s forms are nouns as often as not."""
ING_NOUNS = frozenset(
    "meaning reading feeling warning finding understanding calling briefing".split()
)
VERBISH_ENDINGS = ("ed",)
IRREGULAR = frozenset(
    "put met went came gave took made held sent won lost got saw began ran kept built brought"
    " bought fell grew flew drew spoke stood sat led fled fought broke became paid sold spent"
    " caught drove ate threw withdrew arose wore tore hung dealt struck stuck".split()
)
BE = frozenset("is are was were been being be".split())
PLAIN = frozenset("say believe think argue insist contend concede deny predict suspect".split())
"""Verbs whose bare form is no noun: after a relative clause, `people who saw it say`."""
CAUSING = frozenset(
    "to let make made makes making help helps helped hear heard hears see saw sees did do does not"
    " would will can could should may might must n't".split()
)
MANY = frozenset("some many others most few both all people".split())
HELPING = frozenset("help helps helped".split())
"""A bare verb may follow these as it follows an auxiliary: `has helped lobby for`."""
FORCED = frozenset("forced compelled obliged inclined pleased prepared determined".split())


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue in token numbers: `begin` with auxiliaries and adverbs, the verb from `core` to `end`.

    verb: None for a prepositional cue. passive: `was told`. infinitive: `to say` that no other verb
    governs.
    """

    begin: int
    core: int
    end: int
    verb: Verb | None
    passive: bool = False
    infinitive: bool = False
    form: str = "verb"


def cues(sentence: Sentence, verbs: Set[int] | None = None) -> Iterator[Cue]:
    """The cues of a sentence from left to right; `verbs` as a parser found them, if one did."""
    at = 0
    while at < len(sentence):
        cue = _preposition(sentence, at) or _verb(sentence, at, verbs)
        if cue is None:
            at += 1
            continue
        yield cue
        at = cue.end


def _word(sentence: Sentence, at: int) -> str:
    return sentence[at].lower if 0 <= at < len(sentence) else ""


PREPOSITIONAL = {
    ("according", "to"): 2,
    ("in", "the", "words", "of"): 4,
    ("in", "the", "view", "of"): 4,
    ("по", "словам"): 2,
    ("за", "словами"): 2,
    ("по", "данным"): 2,
    ("за", "даними"): 2,
    ("selon",): 1,
    ("laut",): 1,
    ("zufolge",): 1,
    ("według",): 1,
}


def _preposition(sentence: Sentence, at: int) -> Cue | None:
    for words, length in PREPOSITIONAL.items():
        if all(_word(sentence, at + n) == word for n, word in enumerate(words)):
            if words == ("zufolge",):
                return None
            return Cue(at, at, at + length, None, form="preposition")
    return None


def _verb(sentence: Sentence, at: int, verbs: Set[int] | None) -> Cue | None:
    token = sentence[at]
    if token.kind != "word":
        return None
    hit = speech_phrase(token.lower, _word(sentence, at + 1), _word(sentence, at + 2))
    if hit is None:
        return None
    verb, length = hit
    end = at + length
    if verb.language != "en":
        return Cue(verb_group(sentence, at, verb), at, end, verb)
    if verb.lemma == "know" and _word(sentence, end) == "as":
        return None
    known = _is_verb(sentence, at, end, verb)
    sure = verb.form in {"said", "says"} and not known
    sure = sure or (known and _surely(sentence, at, end, verb))
    if verbs is not None and not sure:
        known = at in verbs and (known or not _participle(sentence, at, verb))
    if not known:
        return None
    if _word(sentence, end) == "only" and _word(sentence, end + 1) in COMPLEMENTISERS:
        end += 1
    pair = speech_verb(_word(sentence, end + 1))
    if _word(sentence, end) in {"or", "nor"} and verb.base and pair is not None and pair.base:
        verb, end = pair, end + 2  # `would neither confirm nor deny that`
    begin = verb_group(sentence, at)
    infinitive = _word(sentence, begin - 1) == "to" and not verb.ing
    if infinitive:
        if _governs_alone(sentence, begin - 1, end):
            return None
        governed = _governor(sentence, begin - 1)
        if governed is not None:
            begin, infinitive = governed, False
    return Cue(begin, at, end, verb, _passive(sentence, begin, at, verb), infinitive)


def _is_verb(sentence: Sentence, at: int, end: int, verb: Verb) -> bool:
    """Whether a form of a verb of speech is a verb here, and no noun or adjective."""
    before, after = _word(sentence, at - 1), _word(sentence, end)
    if verb.ing:
        return _ing_is_verb(sentence, at, after, verb)
    if before in NOT_BEFORE_VERB and before not in {
        "that",
        "to",
        "who",
        "all",
        "both",
        "some",
        "many",
        "this",
    }:
        return before in ADVERBS
    if before == "united" or (verb.lemma == "brief" and after in {"on", "about", "by"}):
        return before in AUXILIARIES
    if verb.lemma in NOUNS and after == "that" and _governs_clause(sentence, at, end):
        return True
    if verb.base:
        return _base_is_verb(sentence, at, verb)
    if verb.lemma in NOUNS and verb.form.endswith("s") and verb.form != "says":
        if end >= len(sentence) or after in ENDS:
            return True
        starts = (
            DETERMINERS | SUBJECTS | POSSESSIVES | COMPLEMENTISERS | {"on", "for", "to", ":", ","}
        )
        follows = sentence[end] if end < len(sentence) else None
        if after == "to" and _names_who(sentence, at - 1):
            return True
        return after in starts or (
            follows is not None and (follows.capital or follows.kind == "quote")
        )
    return not (before.endswith("ly") and _word(sentence, at - 2) in DETERMINERS)


def _names_who(sentence: Sentence, at: int) -> bool:
    """Whether a word is a name, a pronoun, or the one noun of `the company`: `Harlow plans to`."""
    if at < 0 or sentence[at].kind != "word":
        return False
    low = sentence[at].lower
    owns = low in POSSESSIVES or low.endswith(("'s", "’s", "s'", "s’"))
    named = sentence[at].capital and low not in DETERMINERS
    return not owns and (named or low in SUBJECTS or _word(sentence, at - 1) in {"the", "a", "an"})


def _surely(sentence: Sentence, at: int, end: int, verb: Verb) -> bool:
    """Whether what follows leaves no doubt, whatever a tagger says: `emails show that`."""
    after = _word(sentence, end)
    if verb.ing or verb.lemma not in NOUNS:
        return False
    clause = after == "that" and _governs_clause(sentence, at, end)
    clause = clause or (after == "to" and verb.form.endswith("s") and _names_who(sentence, at - 1))
    return clause or (verb.form.endswith("s") and after in SUBJECTS and not verb.base)


def _governs_clause(sentence: Sentence, at: int, end: int) -> bool:
    """`Democrats in the house worry that the`: a noun before it, a clause after it."""
    token = sentence[at - 1] if at else None
    if token is None or token.kind != "word" or token.lower in AUXILIARIES | {"to"}:
        return False
    adjective = token.lower.endswith(("ing", "ed", "al", "ous", "ive", "'s", "’s"))
    first = sentence[end + 1] if end + 1 < len(sentence) else token
    opens = first.lower in DETERMINERS | PRONOUNS | {"there"} or first.capital
    opens = opens or (first.kind == "word" and first.lower.endswith("s"))
    return opens and not adjective and token.lower not in DETERMINERS | {"of", "and", "no"}


def _ing_is_verb(sentence: Sentence, at: int, after: str, verb: Verb) -> bool:
    """Whether `saying` is a verb: after a comma, a preposition, `be`; or before `that`."""
    before = _word(sentence, at - 1)
    if at and after in {"that", ":"} and sentence[at - 1].kind == "word":
        return before not in DETERMINERS | POSSESSIVES
    if verb.form in ING_NOUNS and before not in {",", "was", "is", "are", "were"}:
        return False
    if verb.klass == "find" and before == ",":
        return False  # `came down easily, indicating that`: a fact indicates it, nobody says it
    openers = {",", "", "by", "after", "before", "while"} | DASHES | AUXILIARIES
    return before in openers or (at > 0 and sentence[at - 1].kind == "quote")


def _participle(sentence: Sentence, at: int, verb: Verb) -> bool:
    """Whether a form could be an adjective or a reduced clause, which only the rules may take."""
    return verb.ing or verb.form.endswith("ed") or _word(sentence, at - 1) in NOT_BEFORE_VERB


def _base_is_verb(sentence: Sentence, at: int, verb: Verb) -> bool:
    """Whether a bare form is a verb: after `to`, an auxiliary, a plural, a pronoun."""
    back = at - 1
    skipped = NEGATIONS | {"here", "there"}
    while back >= 0 and (_adverb(sentence[back]) or sentence[back].lower in skipped):
        back -= 1
    before = _word(sentence, back)
    between = _word(sentence, at + 1) == "," and any(
        _word(sentence, n) == "," for n in range(back - 3, back)
    )
    if before in AUXILIARIES | HELPING | {"to", "let", "who"} or before in {
        "i",
        "we",
        "you",
        "they",
    }:
        return True
    if verb.form in {"said", "read", "put_it", "forecast"}:
        return True
    token = sentence[back] if back >= 0 else None
    if token is None or token.kind == "quote" or before in {",", "and"}:
        ahead = _word(sentence, at + 1)
        return (verb.lemma not in NOUNS and before == "and") or ahead in {
            "that",
            "against",
            "officials",
            "sources",
            "analysts",
        }
    if verb.lemma in PLAIN and token.kind == "word" and _after_relative(sentence, at):
        return True
    if (
        verb.lemma not in NOUNS
        and token.kind == "word"
        and _after_phrase(sentence, at, plain=verb.lemma in PLAIN)
    ):
        return True
    plural = token.kind == "word" and (
        before in MANY
        or (before.endswith("s") and not before.endswith(("ss", "'s", "’s")))
        or before == "people"
    )
    if not plural:
        return False
    return (
        verb.lemma not in NOUNS
        or between
        or _word(sentence, at + 1) in COMPLEMENTISERS | ONWARD | DETERMINERS | PRONOUNS
        or (at + 1 < len(sentence) and sentence[at + 1].capital)
    )


ONWARD = frozenset("for on about over against".split())


def _after_phrase(sentence: Sentence, at: int, *, plain: bool) -> bool:
    """`critics of the court argue that`: a plural, more of its phrase, and a clause to follow."""
    if not plain and _word(sentence, at + 1) not in {"that", "whether"}:
        return False
    near = [_word(sentence, n) for n in range(max(0, at - 6), at)]
    linked = set(near) & {"of", "in", "at", "from", "with", "on", "for"}
    plural = any(low.endswith("s") and low not in {"is", "was", "has", "its"} for low in near)
    return bool(linked) and (plural or bool(set(near) & MANY)) and not set(near) & CAUSING


def _after_relative(sentence: Sentence, at: int) -> bool:
    """`people who have seen it say`: a relative clause before, and nothing that makes one say."""
    near = {_word(sentence, n) for n in range(max(0, at - 5), at)}
    relative = any(_word(sentence, n) in {"who", "that", "which"} for n in range(at))
    return relative and not near & CAUSING and _word(sentence, at - 1) not in DETERMINERS


def _adverb(token: Token) -> bool:
    return (
        token.kind == "word"
        and token.lower not in {"here", "there"}
        and (token.lower in ADVERBS or (token.lower.endswith("ly") and len(token.lower) > 4))
    )


def verb_group(sentence: Sentence, at: int, verb: Verb | None = None) -> int:
    """First token of the verb group: auxiliaries, negations and adverbs before the verb."""
    begin = at
    while begin > 0:
        token = sentence[begin - 1]
        if verb is not None and verb.language != "en":
            if token.lower not in FOREIGN_AUXILIARIES:
                break
        elif _adverb(token):
            opens = begin == 1 or sentence[begin - 2].lower in {",", "and", "but"}
            if opens and not (begin > 1 and token.lower in {"now", "still", "also", "again"}):
                break
        elif token.lower not in AUXILIARIES | NEGATIONS | HELPING and token.text not in {"'", "’"}:
            break
        begin -= 1
    return begin


def _governs_alone(sentence: Sentence, to: int, end: int) -> bool:
    """Whether `to answer questions` is itself what somebody declined or vowed to do."""
    hit = speech_verb(_word(sentence, to - 1))
    if hit is None or hit.klass not in {"decide", "intend"}:
        return False
    after = sentence[end] if end < len(sentence) else None
    told = after is not None and (
        after.kind == "quote" or after.lower in COMPLEMENTISERS | {":", ",", "only"}
    )
    if after is None or after.text in ENDS:
        verb = speech_verb(_word(sentence, end - 1))
        return verb is not None and verb.lemma not in SILENT
    return not told


SILENT = frozenset("say tell comment answer respond reply elaborate specify".split())
"""What somebody declines to do with words: `"X," he declined to say`, not a thing decided."""


def _governor(sentence: Sentence, to: int) -> int | None:
    """Start of the verb group that governs an infinitive: `declined to`, `thought it right to`."""
    back = to - 2 if _word(sentence, to - 1) == "on" else to - 1
    if back >= 2 and sentence[back - 1].lower == "it":
        back -= 2
    if back < 0 or sentence[back].kind != "word":
        return None
    low = sentence[back].lower
    hit = speech_phrase(low, "", "")
    passive = back > 0 and sentence[back - 1].lower in BE and low not in FORCED
    if passive and low.endswith(VERBISH_ENDINGS):
        return None
    if low in CHAINS or (low.endswith(VERBISH_ENDINGS) and not (hit and hit[0].addressee)):
        return verb_group(sentence, back)
    return verb_group(sentence, to) if low in AUXILIARIES else None


def _passive(sentence: Sentence, begin: int, at: int, verb: Verb) -> bool:
    """Whether a form of `be` stands in the group before a participle."""
    if verb.ing or verb.base or verb.form.endswith(("s", "as_saying")):
        return False
    return any(sentence[n].lower in BE for n in range(begin, at))


def verbish(token: Token) -> bool:
    """Whether a word is probably a finite verb or a participle."""
    if token.kind != "word" or token.capital:
        return False
    if token.lower in AUXILIARIES | IRREGULAR or token.lower.endswith(VERBISH_ENDINGS):
        return True
    hit = speech_phrase(token.lower, "", "")
    return hit is not None and hit[0].lemma not in NOUNS


def breaks(token: Token) -> bool:
    """Whether a sign parts a sentence as strongly as a full stop."""
    return token.kind == "sign" and (token.text in DASHES or token.text in "!?…;:(")


def is_pronoun(token: Token) -> bool:
    """Whether a token is a personal pronoun."""
    return token.lower in PRONOUNS
