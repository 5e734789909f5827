"""Forms: whether a word that could be a verb of speech is a verb in its sentence, by rules."""

from __future__ import annotations

from standto.reports.lexicon import (
    ADVERBS,
    AUXILIARIES,
    COMPLEMENTISERS,
    DETERMINERS,
    NEGATIONS,
    POSSESSIVES,
    PREPOSITIONS,
    PRONOUNS,
    SUBJECTS,
    Verb,
    speech_phrase,
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
DOING = frozenset("fear recall regret love hate risk".split())
"""Verbs after which somebody does something: `many fear losing`."""
MANY = frozenset("some many others most few both all people".split())
HELPING = frozenset("help helps helped".split())
"""A bare verb may follow these as it follows an auxiliary: `has helped lobby for`."""
FORCED = frozenset("forced compelled obliged inclined pleased prepared determined".split())


def lower(sentence: Sentence, at: int) -> str:
    """A word of a sentence in lower case; empty outside it."""
    return sentence[at].lower if 0 <= at < len(sentence) else ""


def is_verb(sentence: Sentence, at: int, end: int, verb: Verb) -> bool:
    """Whether a form of a verb of speech is a verb here, and no noun or adjective."""
    before, after = lower(sentence, at - 1), lower(sentence, end)
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
        if before in {"he", "she", "who"}:
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
    return not (before.endswith("ly") and lower(sentence, at - 2) in DETERMINERS)


def _names_who(sentence: Sentence, at: int) -> bool:
    """Whether a word is a name, a pronoun, or the one noun of `the company`: `Harlow plans to`."""
    if at < 0 or sentence[at].kind != "word":
        return False
    low = sentence[at].lower
    owns = low in POSSESSIVES or low.endswith(("'s", "’s", "s'", "s’"))
    named = sentence[at].capital and low not in DETERMINERS
    return not owns and (named or low in SUBJECTS or lower(sentence, at - 1) in {"the", "a", "an"})


def surely(sentence: Sentence, at: int, end: int, verb: Verb) -> bool:
    """Whether what follows leaves no doubt, whatever a tagger says: `emails show that`."""
    after = lower(sentence, end)
    if not verb.ing and verb.lemma in PLAIN and verb.base and after == "that":
        return True  # `some in the town suspect that`, whatever a tagger makes of it
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
    before = lower(sentence, at - 1)
    if at and after in {"that", ":"} and sentence[at - 1].kind == "word":
        return before not in DETERMINERS | POSSESSIVES
    if verb.form in ING_NOUNS and before not in {",", "was", "is", "are", "were"}:
        return False
    if verb.klass == "find" and before == ",":
        return False  # `came down easily, indicating that`: a fact indicates it, nobody says it
    openers = {",", "", "by", "after", "before", "while"} | DASHES | AUXILIARIES
    return before in openers or (at > 0 and sentence[at - 1].kind == "quote")


def participle(sentence: Sentence, at: int, verb: Verb) -> bool:
    """Whether a form could be an adjective or a reduced clause, which only the rules may take."""
    return verb.ing or verb.form.endswith("ed") or lower(sentence, at - 1) in NOT_BEFORE_VERB


def _base_is_verb(sentence: Sentence, at: int, verb: Verb) -> bool:
    """Whether a bare form is a verb: after `to`, an auxiliary, a plural, a pronoun."""
    back = at - 1
    skipped = NEGATIONS | {"here", "there"}
    while back >= 0 and (adverb(sentence[back]) or sentence[back].lower in skipped):
        back -= 1
    before = lower(sentence, back)
    between = lower(sentence, at + 1) == "," and any(
        lower(sentence, n) == "," for n in range(back - 3, back)
    )
    if before in AUXILIARIES | HELPING | {"to", "let", "who"} or before in {
        "i",
        "we",
        "you",
        "they",
    }:
        return True
    if verb.form in {"said", "read", "put_it", "put", "cast"}:
        return True
    token = sentence[back] if back >= 0 else None
    if token is None or token.kind == "quote" or before in {",", "and"}:
        ahead = lower(sentence, at + 1)
        return (verb.lemma not in NOUNS and before == "and") or ahead in {
            "that",
            "against",
            "officials",
            "sources",
            "analysts",
        }
    if verb.lemma in PLAIN and token.kind == "word" and _after_relative(sentence, at):
        return True
    if token.kind == "word" and _after_phrase(sentence, at, verb):
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
        or (verb.lemma in DOING and lower(sentence, at + 1).endswith("ing"))
        or lower(sentence, at + 1) in COMPLEMENTISERS | ONWARD | DETERMINERS | PRONOUNS
        or (at + 1 < len(sentence) and sentence[at + 1].capital)
    )


ONWARD = frozenset("for on about over against".split())


TO_SOMEBODY = frozenset("aides advisers advisors lawyers sources envoys visitors heirs".split())
MODALS = frozenset("would will could can may might must should is are was were".split())


def _after_phrase(sentence: Sentence, at: int, verb: Verb) -> bool:
    """`critics of the court argue that`: a plural, more of its phrase, and a clause to follow."""
    after, plain = lower(sentence, at + 1), verb.lemma in PLAIN
    clause = after in DETERMINERS | PRONOUNS and any(
        token.lower in MODALS for token in sentence[at + 2 : at + 8]
    )  # `allies of the minister fear a second resignation could`
    if not clause and (verb.lemma in NOUNS or (not plain and after not in {"that", "whether"})):
        return False
    near = [lower(sentence, n) for n in range(max(0, at - 6), at)]
    linked = set(near) & {"of", "in", "at", "from", "with", "on", "for"}
    somebody = set(near) & TO_SOMEBODY  # `aides to the governor say`
    linked |= {"to"} & set(near) if somebody else set()
    plural = any(low.endswith("s") and low not in {"is", "was", "has", "its"} for low in near)
    return (
        bool(linked)
        and (plural or bool(set(near) & MANY))
        and not set(near) & (CAUSING - ({"to"} if somebody else set()))
    )


def _after_relative(sentence: Sentence, at: int) -> bool:
    """`people who have seen it say`: a relative clause before, and nothing that makes one say."""
    near = {lower(sentence, n) for n in range(max(0, at - 5), at)}
    relative = any(lower(sentence, n) in {"who", "that", "which"} for n in range(at))
    return relative and not near & CAUSING and lower(sentence, at - 1) not in DETERMINERS


def adverb(token: Token) -> bool:
    """Whether a word is an adverb that may stand in a group of verbs."""
    return (
        token.kind == "word"
        and token.lower not in {"here", "there"}
        and (token.lower in ADVERBS or (token.lower.endswith("ly") and len(token.lower) > 4))
    )


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
