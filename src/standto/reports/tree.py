"""One sentence with spaCy's tree: subjects and contents of the rules' cues from its phrases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from standto.reports.contents import FINDING, KNOWING, judged, names
from standto.reports.cues import Cue
from standto.reports.ends import clause_end
from standto.reports.forms import breaks, verbish
from standto.reports.frame import Attribution, Draft, Frame, Range
from standto.reports.grammar import drafts, finish, hearsay
from standto.reports.lexicon import (
    AUXILIARIES,
    CUE_NOUNS,
    DETERMINERS,
    PREPOSITIONS,
    PRONOUNS,
    TIMES,
    speech_verb,
)
from standto.reports.loose import loose
from standto.reports.nouns import unowned
from standto.reports.phrases import doing, strip_leading, strip_trailing, unnamed
from standto.reports.tokens import Sentence

GOES_ON = frozenset("only not because if would could did had was that".split())
"""After `, but` these go on with what is said; anything else is the report's own clause."""
AFTER_OBJECT = frozenset("prep oprd xcomp advcl".split())


def _figured(cue: Cue) -> bool:
    """Whether a verb puts a thing at a figure, which the rules read as far as it goes."""
    return cue.verb is not None and (cue.verb.lemma == "estimate" or "at" in cue.verb.needs)


class Tree:
    """One sentence with its tree; positions are numbers of our own tokens."""

    def __init__(self, sentence: Sentence, doc: Any, places: list[int]) -> None:
        """Match spaCy's tokens with ours; `places` says where each of ours begins in its text."""
        self.sentence, self.doc = sentence, doc
        ends = [*places[1:], len(doc.text) + 1]
        self.at: dict[int, int] = {}
        self.till: dict[int, int] = {}
        self.first: dict[int, Any] = {}
        own = 0
        for token in doc:
            while own + 1 < len(places) and ends[own] <= token.idx:
                own += 1
            self.at[token.i] = last = own
            while last + 1 < len(places) and places[last + 1] < token.idx + len(token.text):
                last += 1
            self.till[token.i] = last + 1
            self.first.setdefault(own, token)
        verbs = {self.at[t.i] for t in doc if t.tag_.startswith("VB")}
        self.frame = Frame(sentence, verbs)

    def attributions(self) -> list[Attribution]:
        """The attributions of the sentence, in characters of the raw text."""
        by_rules = drafts(self.frame)
        found: list[Draft] = []
        for cue in self.frame.cues:
            rule = next((d for d in by_rules if d.cue.core == cue.core), None)
            draft = self.wider(rule) if self.keep(cue, rule) else self.draft(cue, rule)
            if draft is not None:
                found.append(draft)
        found += self.noun_cues(found)
        found += unowned(self.frame, found)
        done = [finish(self.frame, draft) for draft in found]
        return [*done, *loose(self.frame, found), *hearsay(self.frame, found)]

    def noun_cues(self, made: Sequence[Draft]) -> list[Draft]:
        """`Kerr's claim that`: a noun that somebody owns, and the clause that hangs on it."""
        found = []
        taken = {n for draft in made for part in draft.content for n in range(*part)}
        for noun in (t for t in self.doc if t.lower_ in CUE_NOUNS and self.at[t.i] not in taken):
            owner = next((c for c in noun.children if c.dep_ == "poss"), None)
            clause = next((c for c in noun.children if c.dep_ in {"acl", "ccomp", "relcl"}), None)
            if owner is None or clause is None:
                continue
            at = self.at[noun.i]
            if self.frame.low(at + 1) == "that" and self.at[clause.left_edge.i] == at + 1:
                source = (self.at[owner.left_edge.i], self.till[owner.right_edge.i])
                content = self.trim(at + 1, min(self.till[clause.right_edge.i], self.frame.last))
                found.append(Draft(Cue(at, at, at + 1, None, form="noun"), source, (content,)))
        return found

    def keep(self, cue: Cue, rule: Draft | None) -> bool:
        """Whether the rules' reading stands: a preposition, a passive, or whole quotations."""
        if cue.verb is None or cue.passive:
            return True
        if rule is None:
            return False
        return any(p[1] - p[0] == 1 and self.frame.quote(p[0]) for p in rule.content)

    def wider(self, rule: Draft | None) -> Draft | None:
        """The rules' reading, its source as far as the tree says that the phrase reaches."""
        if rule is None or rule.source is None:
            return rule
        begin, end = rule.source
        heads = [
            t
            for t in self.doc
            if begin <= self.at[t.i] < end and t.dep_ in {"nsubj", "nsubjpass", "pobj", "dobj"}
        ]
        for head in heads:
            found = self.phrase(head, rule.cue)
            if found is None:
                continue
            narrower = self.frame.low(begin) in PREPOSITIONS and begin < found[0] < found[1] == end
            if not narrower and (found[0] != begin or found[1] <= end):
                continue
            content = {n for part in rule.content for n in range(*part)}
            if not content & set(range(*found)):
                return replace(rule, source=found)
        return rule

    def draft(self, cue: Cue, rule: Draft | None) -> Draft | None:
        """What the tree says of a cue, else what the rules say."""
        verb = self.first.get(cue.core)
        if verb is None or (cue.infinitive and (rule is None or rule.cue != cue)):
            return rule
        if names(self.frame, cue) or (rule is not None and _figured(cue)):
            return rule
        source = self.source(cue, verb)
        content = self.content(cue, verb, source)
        assert cue.verb is not None
        if content is None or (rule is not None and self.rather(rule, content, cue)):
            return rule
        shared = rule is not None and "shared_subject" in rule.flags
        if rule is not None and (source is None or cue.verb.ing or shared):
            source = rule.source
        if source is None:
            return rule
        content = self.ended(content, cue)
        if sum(end - begin for begin, end in content) < 2 and not any(
            self.frame.quote(begin) for begin, _ in content
        ):
            return rule
        return Draft(cue, source, content, rule.addressee if rule else None)

    def rather(self, rule: Draft, content: tuple[Range, ...], cue: Cue) -> bool:
        """Whether the rules' content is better: it begins nearer, or the verb takes quotations."""
        assert cue.verb is not None
        begin = rule.content[0][0]
        split = len(rule.content) == 2 and rule.content[0][1] <= cue.begin < rule.content[1][0]
        if split and verbish(self.sentence[rule.content[1][0]]):
            return True
        if self.frame.low(begin) == "that" and content[0][0] < cue.begin < begin:
            return True
        relative = self.frame.low(cue.begin - 1) in {"who", "which"}
        if relative and content[0][0] == begin and rule.content[-1][1] < content[-1][1]:
            return True  # `Trump, who has vowed to build a wall, called`
        opens = self.sentence[begin].capital or self.frame.low(begin) in DETERMINERS | PRONOUNS
        nearer = opens and cue.end <= begin < content[0][0]
        return cue.verb.klass == "quote" or nearer

    def ended(self, content: tuple[Range, ...], cue: Cue) -> tuple[Range, ...]:
        """Content cut where another attribution begins, and drawn on over a second predicate."""
        *before, (begin, end) = content
        if begin >= cue.end:
            stop = clause_end(self.frame, begin, cue)
            low = self.frame.low
            second = low(end) in {"and", "or"} or (low(end) == "," and low(end + 1) == "and")
            second = second or (
                low(end) == "," and low(end + 1) == "but" and low(end + 2) in GOES_ON
            )
            comma = low(end) == ","
            reason = low(end + comma) in {"so", "because", "if", "unless", "until"}
            reason = reason or (comma and low(end + 1) in {"though", "although", "even"})
            reason = reason and low(cue.begin - 1) not in {"who", "which"}
            clause = any(verbish(self.sentence[n]) for n in range(begin, end))
            end = stop if reason or (second and clause) else min(end, stop)
        return tuple(part for part in (*before, self.trim(begin, end)) if part[1] > part[0])

    def source(self, cue: Cue, verb: Any) -> Range | None:
        """The subject of a verb, or the noun that it describes."""
        for node in self.governors(verb):
            for child in node.children:
                if child.dep_ in {"nsubj", "nsubjpass"} and self.at[child.i] != cue.core:
                    return self.phrase(child, cue)
        if verb.dep_ == "acl" and verb.head.tag_.startswith("NN"):
            return self.phrase(verb.head, cue)
        return None

    def governors(self, verb: Any) -> list[Any]:
        """The verb, and the verbs whose subject it shares."""
        chain = [verb]
        node = verb
        while node.dep_ in {"conj", "xcomp", "advcl"} and len(chain) < 4:
            has_subject = any(c.dep_ in {"nsubj", "nsubjpass"} for c in node.children)
            if has_subject or (node.dep_ == "advcl" and node.tag_ != "VBG"):
                break
            node = node.head
            chain.append(node)
        return chain

    def phrase(self, head: Any, cue: Cue) -> Range | None:
        """A noun phrase with all that hangs on it, as far as it does not run into the cue."""
        begin, end = self.at[head.left_edge.i], self.till[head.right_edge.i]
        here = self.at[head.i]
        if here < cue.begin < end:
            end = cue.begin
        if begin < cue.end <= here:
            begin = cue.end
        for n in range(begin, here):
            if breaks(self.sentence[n]):
                begin = n + 1
        begin = strip_leading(self.frame, begin, here)
        while end > here + 1 and self.sentence[end - 1].text in {",", ";", "-", "–", "—", ":"}:
            end -= 1
        for n in range(here + 1, end - 1):
            aside = self.sentence[n].text == "," and doing(self.frame.low(n + 1))
            if aside and not unnamed(self.frame, n + 1):
                end = n  # `Nolan, speaking in Brussels, said`
                break
        end = strip_trailing(self.frame, begin, end)
        if here < cue.begin and all(self.sentence[n].capital for n in range(end, cue.begin)):
            end = max(end, cue.begin)  # `the news agency Interfax`
        return (begin, end) if begin < end else None

    def content(self, cue: Cue, verb: Any, source: Range | None) -> tuple[Range, ...] | None:
        """The clause, infinitive or object of a verb that is its content."""
        assert cue.verb is not None
        klass = cue.verb.klass
        clauses = [c for c in verb.children if c.dep_ == "ccomp"]
        if klass == "quote" and not any(self.frame.quote(n) for n in range(len(self.sentence))):
            return None
        if clauses:
            return self.clause(clauses[-1], cue, source, cut=klass == "act")
        speech = klass in {"say", "think", "find"}
        if (
            speech
            and verb.dep_ in {"parataxis", "ccomp"}
            and verb.head.i != verb.i
            and self.beside(verb)
        ):
            return self.around(verb, cue, source)
        infinitives = [c for c in verb.children if c.dep_ == "xcomp"]
        if infinitives and cue.verb.lemma in KNOWING:
            return None
        if infinitives and klass in {"decide", "intend", "act", "think", "find"}:
            return self.clause(infinitives[0], cue, source, cut=klass == "act")
        objects = [c for c in verb.children if c.dep_ in {"dobj", "oprd"}]
        if cue.verb.lemma in FINDING and not judged(self.frame, cue.end, self.frame.last, cue):
            return None
        named = any(c.dep_ == "oprd" for c in objects)
        if objects and cue.verb.object and (klass != "quote" or named):
            return self.object(objects[0], verb, cue)
        return None

    def beside(self, verb: Any) -> bool:
        """Whether an attribution stands inside the clause that it attributes, between commas."""
        left = self.at[verb.left_edge.i]
        right = self.till[verb.right_edge.i]
        low = self.frame.low
        signs = {",", "-", "–", "—"}
        opened = low(left - 1) in signs or low(left) in signs
        closed = right >= self.frame.last or low(right) in signs or low(right - 1) in signs
        return opened and closed and verb.dep_ == "parataxis" and verb.head.i != verb.i

    def clause(
        self, head: Any, cue: Cue, source: Range | None, *, cut: bool
    ) -> tuple[Range, ...] | None:
        """The words of a subordinate clause, the cue and its subject left out of it."""
        members = self.members(head.subtree)
        if cut:
            to = next((m for m in members if self.frame.low(m) == "to"), None)
            if to is not None and self.frame.low(to - 1) == "not":
                to -= 1
            members = [m for m in members if to is None or m >= to]
        return self.pieces(members, cue, source)

    def around(self, verb: Any, cue: Cue, source: Range | None) -> tuple[Range, ...] | None:
        """The clause in which an attribution stands between commas."""
        own = set(self.members(verb.subtree))
        members = [m for m in self.members(verb.head.subtree) if m not in own]
        return self.pieces(members, cue, source)

    def members(self, tree: Any) -> list[int]:
        """The numbers of our tokens under a node."""
        return sorted({n for t in tree for n in range(self.at[t.i], self.till[t.i])})

    def pieces(
        self, members: Sequence[int], cue: Cue, source: Range | None
    ) -> tuple[Range, ...] | None:
        """Runs of tokens, their commas and dashes at both ends left out."""
        without = set(range(cue.begin, cue.end))
        if source is not None:
            without |= set(range(*source))
        runs: list[list[int]] = []
        for member in members:
            if member in without or member >= self.frame.last:
                continue
            if runs and all(self.bridged(n, without) for n in range(runs[-1][-1] + 1, member)):
                runs[-1].append(member)
            else:
                runs.append([member])
        trimmed = (self.trim(run[0], run[-1] + 1) for run in runs)
        kept = tuple(r for r in trimmed if r[1] - r[0] > 1 or self.stands(r))
        return kept or None

    def stands(self, run: Range) -> bool:
        """Whether one word may be a piece of content: a quotation, the subject that begins it."""
        subject = run[0] == 0 and self.sentence[0].capital and run[1] > run[0]
        return self.frame.quote(run[0]) or subject

    def bridged(self, at: int, without: set[int]) -> bool:
        """Whether a sign may be skipped within one piece."""
        return at not in without and self.sentence[at].kind == "sign"

    def trim(self, begin: int, end: int) -> Range:
        """A stretch without signs at its ends."""
        edges = {",", ";", "-", "–", "—", ".", ":"}
        while begin < end and self.sentence[begin].text in edges:
            begin += 1
        while end > begin and self.sentence[end - 1].text in edges:
            end -= 1
        return begin, end

    def object(self, thing: Any, verb: Any, cue: Cue) -> tuple[Range, ...] | None:
        """An object, and what follows it on the same verb except a time."""
        end = self.till[thing.right_edge.i]
        for child in verb.children:
            late = self.at[child.i] >= end
            told = child.tag_ == "VBG" and speech_verb(child.lower_) is not None
            if late and child.dep_ in AFTER_OBJECT and not self.time(child) and not told:
                end = max(end, self.till[child.right_edge.i])
        begin = max(self.at[thing.left_edge.i], cue.end)
        begin, end = self.trim(begin, min(end, self.frame.last))
        return ((begin, end),) if begin < end else None

    @staticmethod
    def time(node: Any) -> bool:
        """Whether a prepositional phrase only says when."""
        words = {t.lower_ for t in node.subtree}
        return node.dep_ == "prep" and bool(words & TIMES) and not words & AUXILIARIES
