"""What attributes and what only looks like it, in single sentences, by rules and with spaCy."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from standto.reports.assess import assess
from standto.reports.grammar import attributions
from standto.reports.lexicon import FOLDER
from standto.reports.quotes import quotes
from standto.reports.tokens import sentences, tokens

CASES = (
    ("The court held Monday that the map was void.", "held", "that the map was void"),
    ("He put the number of wounded at nine.", "put", "the number of wounded at nine"),
    ("Moscow views the move as a provocation.", "views", "the move as a provocation"),
    ("Traders see little chance of a deal.", "see", "little chance of a deal"),
    ("She was not surprised that it failed.", "was not surprised", "that it failed"),
    ("Kerr called the suit a stunt.", "called", "the suit a stunt"),
    ("It is unclear how many will come.", "is unclear", "how many will come"),
    ("The donors are said to be unhappy.", "are said", "to be unhappy"),
    ("He admitted to feeling ill.", "admitted", "to feeling ill"),
    ("The union has yet to say whether it will sue.", "has yet to say", "whether it will sue"),
    ("The filters are late, per the state.", "per", "The filters are late"),
    (
        "There is concern among investors that rates will rise.",
        "concern",
        "that rates will rise",
    ),
    ("She was quoted by The Ledger as saying it was lost.", None, "it was lost"),
    ("Kerr, the aides said, was never told.", "said", "Kerr, the aides said, was never told"),
    ('"They said that," Hobbs shot back when told of it.', "shot back", '"They said that,"'),
    ("Jurors asked to hear it again, a clerk said.", "said", "Jurors asked to hear it again"),
    ("The panel that runs the debates said he lost.", "said", "he lost"),
    ("Some in the town suspect that he knew.", "suspect", "that he knew"),
    ("She remembers picking berries.", "remembers", "picking berries"),
    ("The council agreed Friday to shut the school.", "agreed", "to shut the school"),
)
SILENT = (
    "He held the door and saw the evidence on the table.",
    "The company put the house up for sale at $4 million.",
    "She called the police a second time.",
    "He saw her as she left the room.",
    "They stood by the gate until noon.",
    "The claims that reached the court in May were settled.",
    "The plan cast a shadow as the sun set.",
    "Kerr viewed the film on Friday.",
)


@pytest.fixture(params=["rules", "spacy"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "rules":
        monkeypatch.setattr("standto.reports.assess.parser_name", lambda: None)
    else:
        pytest.importorskip("spacy", reason="the extra `reports` is not installed")
    return str(request.param)


def found(folder: Path, sentence: str) -> list[tuple[str | None, str]]:
    """Cue and content, with marks, of each attribution of a sentence."""
    path = folder / "one.txt"
    path.write_text(sentence + "\n", encoding="utf-8")
    situation = assess([path])
    return [
        (one.cue, sentence[one.marked[0].start : one.marked[-1].end])
        for one in situation.statements
        if one.kind != "narration" and one.inside is None
    ]


@pytest.mark.parametrize(("sentence", "cue", "content"), CASES)
def test_light_verbs_and_nouns_attribute(
    parser: str, tmp_path: Path, sentence: str, cue: str | None, content: str
) -> None:
    made = found(tmp_path, sentence)
    assert [text for _, text in made] == [content], parser
    if cue is not None:
        assert made[0][0] == cue


@pytest.mark.parametrize("sentence", SILENT)
def test_the_same_words_in_another_sense_do_not(parser: str, tmp_path: Path, sentence: str) -> None:
    assert found(tmp_path, sentence) == [], parser


def test_no_run_of_words_trips_the_rules() -> None:
    """Sentences that nobody would write, half of verbs of speech, signs and small words."""
    verbs = [line.split(",")[0] for line in open_verbs()]
    small = (
        "the he who that to whether and , . : ; - — ( ) \" “ ” ' ’ « » Kerr has been by as at nine"
        " among said told saying according per fears claim when never yet it not"
    ).split()
    chance = random.Random(6)
    for _ in range(1500):
        words = [
            chance.choice(small if chance.random() < 0.7 else verbs)
            for _ in range(chance.randint(1, 20))
        ]
        text = " ".join(words)
        marks = quotes(text, 0, len(text))
        for sentence in sentences(tokens(text, 0, len(text), marks)):
            for one in attributions(sentence):
                for span in (*one.content, one.source, one.cue):
                    assert span is None or 0 <= span.start < span.end <= len(text), text


def open_verbs() -> list[str]:
    return (FOLDER / "speech_verbs.csv").read_text(encoding="utf-8").splitlines()[1:]
