"""The procedure, rule by rule: what each act needs, and what a refusal says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from standto.council.acts import Act
from standto.council.pack import Forum, Member, Pack, load_pack
from standto.council.procedure import RULES, convene, replay, step
from standto.council.state import Council
from standto.errors import DataError, ProcedureError
from standto.tables import schema
from standto.world.bundled import bundled_names

AT = datetime(2030, 1, 1, 8, tzinfo=UTC)
MEMBERS = (Member("XA"), Member("XB"), Member("XC"), Member("XE", since="2030-01-02"))
V1, V2 = "1" * 64, "2" * 64


def act(kind: str, actor: str, hours: float = 0, **fields: object) -> Act:
    given = {"text": f"{actor}: {kind}", **fields}
    return Act(at=AT + timedelta(hours=hours), act=kind, actor=actor, **given)  # type: ignore[arg-type]


def until(hours: float) -> datetime:
    return AT + timedelta(hours=hours)


def council(pack: str = "nato") -> Council:
    return convene(load_pack(pack), MEMBERS)


def drafted(pack: str = "nato") -> Council:
    return replay(
        council(pack),
        [
            act("consultations_called", "XA"),
            act("draft_decision", "chair", 1, plans=("east",), version=V1),
        ],
    )


def under_silence() -> Council:
    return step(drafted(), act("silence_started", "chair", 1, deadline=until(5)))


def refusal(start: Council, *acts: Act) -> str:
    with pytest.raises(ProcedureError) as caught:
        replay(start, acts)
    return str(caught.value)


def test_each_act_of_the_schema_has_its_rule() -> None:
    choices = next(c.choices for c in schema("acts").columns if c.name == "act")
    assert set(choices) == set(RULES)
    steps = next(c.choices for c in schema("council_steps").columns if c.name == "act")
    assert set(steps) == set(RULES)


@pytest.mark.parametrize("name", bundled_names("councils"))
def test_a_bundled_pack_names_only_acts_that_it_knows(name: str) -> None:
    pack = load_pack(name)
    known = {s.act for s in pack.steps}
    for s in pack.steps:
        assert set(s.after) <= known | {"silence_started", "silence_passed"}
        assert s.actors
        assert s.rule.endswith(".")


def test_silence_without_an_objection_is_agreement() -> None:
    end = replay(
        under_silence(),
        [act("silence_passed", "chair", 5), act("activated", "chair", 5, version=V1)],
    )
    assert end.standing[0].plans == ("east",)
    assert end.decisions["D1"].decided_at == until(5)


def test_activation_at_the_deadline_needs_no_separate_statement() -> None:
    assert step(under_silence(), act("activated", "chair", 5, version=V1)).standing


@pytest.mark.parametrize("kind", ["silence_passed", "activated"])
def test_nothing_passes_before_the_deadline(kind: str) -> None:
    said = refusal(under_silence(), act(kind, "chair", 4.99, version=V1))
    assert "silence on D1 runs until 2030-01-01T13:00Z" in said


def test_one_objection_breaks_the_silence_and_its_text_is_kept() -> None:
    broken = step(under_silence(), act("objection", "XB", 2, text="Not without a mandate."))
    assert broken.decisions["D1"].status == "silence_broken"
    assert broken.decisions["D1"].objections[0].text == "Not without a mandate."
    assert "objection of XB stands" in refusal(broken, act("activated", "chair", 6, version=V1))
    assert "not under silence" in refusal(broken, act("silence_passed", "chair", 6))


def test_an_objection_at_the_deadline_is_too_late() -> None:
    assert step(under_silence(), act("objection", "XB", 5 - 1 / 3600)).decisions["D1"].objections
    assert "it is agreed" in refusal(under_silence(), act("objection", "XB", 5))


def test_two_objections_at_once_both_stand() -> None:
    both = replay(under_silence(), [act("objection", "XB", 2), act("objection", "XC", 2)])
    assert [o.member for o in both.decisions["D1"].objections] == ["XB", "XC"]
    assert "stands already" in refusal(both, act("objection", "XC", 3))


def test_a_withdrawn_objection_does_not_mend_the_silence() -> None:
    again = replay(
        under_silence(), [act("objection", "XB", 2), act("objection_withdrawn", "XB", 3)]
    )
    assert again.decisions["D1"].status == "silence_broken"
    assert "silence_broken, not decided" in refusal(again, act("activated", "chair", 6, version=V1))
    assert step(again, act("meeting_decision", "chair", 6)).decisions["D1"].status == "decided"


def test_nobody_withdraws_anothers_objection() -> None:
    broken = step(under_silence(), act("objection", "XB", 2))
    assert "no objection of XC" in refusal(broken, act("objection_withdrawn", "XC", 3))


def test_a_new_draft_takes_the_place_of_the_old_and_is_silent_anew() -> None:
    amended = replay(
        under_silence(),
        [
            act("objection", "XB", 2),
            act("amendment", "XB", 2),
            act("draft_decision", "chair", 3, plans=("east",), version=V2),
        ],
    )
    draft = amended.decisions["D1"]
    assert (draft.revision, draft.objections, draft.status) == (2, (), "drafted")
    assert "drafted, not decided" in refusal(amended, act("activated", "chair", 9, version=V2))
    again = step(amended, act("silence_started", "chair", 3, deadline=until(6)))
    assert "not 111111111111" in refusal(again, act("activated", "chair", 6, version=V1))
    assert step(again, act("activated", "chair", 6, version=V2)).standing[0].version == V2


def test_silence_leaves_members_time_to_answer() -> None:
    hasty = act("silence_started", "chair", 1, deadline=until(1.5))
    assert "should be 2030-01-01T10:00Z or later" in refusal(drafted(), hasty)
    attacked = step(drafted(), act("attack_on_member", "XA", 1))
    assert step(attacked, hasty).decisions["D1"].status == "under_silence"


def test_a_silence_is_extended_only_to_later_and_only_so_often() -> None:
    running = under_silence()
    assert "later than" in refusal(running, act("silence_extended", "chair", 2, deadline=until(5)))
    for n in range(3):
        running = step(running, act("silence_extended", "chair", 2, deadline=until(6 + n)))
    more = act("silence_extended", "chair", 2, deadline=until(9))
    assert "extended 3 times already" in refusal(running, more)
    assert "runs until" in refusal(running, act("activated", "chair", 7.9, version=V1))


def test_the_guarantee_covers_members_only() -> None:
    said = refusal(council(), act("attack_on_member", "XA", subject="XZ"))
    assert "the guarantee covers members only" in said
    assert step(council(), act("attack_on_member", "XA", subject="XB")).collective


def test_only_members_of_that_day_act() -> None:
    assert "XE is no member on 2030-01-01" in refusal(council(), act("consultations_called", "XE"))
    assert step(council(), act("consultations_called", "XE", 24)).consulted == ("XE",)


def test_an_act_out_of_role_says_who_could() -> None:
    said = refusal(under_silence(), act("silence_passed", "XA", 5))
    assert "XA may not do this" in said
    assert "Who could: chair or secretary_general" in said


def test_time_never_runs_back() -> None:
    assert "time never runs back" in refusal(under_silence(), act("objection", "XB", 0.5))


def test_an_act_that_says_nothing_is_refused() -> None:
    assert "it says nothing" in refusal(under_silence(), act("objection", "XB", 2, text=" "))


def test_orders_need_an_activation_that_stands_and_a_mandate_that_runs() -> None:
    assert "nothing has been done" in refusal(council(), act("activation_order", "commander"))
    active = step(under_silence(), act("activated", "chair", 5, version=V1))
    limited = step(active, act("mandate_limit", "chair", 6, deadline=until(10)))
    assert step(limited, act("activation_order", "commander", 9)).standing[0].ordered_at == until(9)
    assert "the mandate ended" in refusal(limited, act("activation_order", "commander", 10))
    ended = step(limited, act("stand_down", "chair", 11))
    assert "no activation" in refusal(ended, act("review", "chair", 12))


def test_pledges_count_against_the_requirement() -> None:
    stated = replay(
        council(),
        [
            act("threat_assessed", "commander"),
            act("command_request", "commander", 1),
            act("requirements_stated", "commander", 2, amounts={"brigade": 3}),
            act("pledge", "XA", 3, amounts={"brigade": 1}),
            act("pledge", "XB", 3, amounts={"brigade": 1}),
            act("pledge", "XB", 4, amounts={"brigade": 2}),
        ],
    )
    assert stated.gaps == {"brigade": 0}
    assert "tank is not required" in refusal(stated, act("pledge", "XA", 5, amounts={"tank": 1}))


def test_a_majority_decides_although_some_object() -> None:
    start = drafted("majority")
    one = step(start, act("vote_for", "XA", 2))
    assert "1 of 3 members voted for it" in refusal(one, act("meeting_decision", "chair", 3))
    two = replay(one, [act("vote_for", "XB", 2), act("vote_against", "XC", 2)])
    assert step(two, act("meeting_decision", "chair", 3)).decisions["D1"].status == "decided"


def test_a_changed_vote_counts_once() -> None:
    turned = replay(
        drafted("majority"),
        [act("vote_for", "XA", 2), act("vote_for", "XB", 2), act("vote_against", "XB", 3)],
    )
    assert "1 of 3" in refusal(turned, act("meeting_decision", "chair", 4))


def test_weights_and_members_must_both_agree(tmp_path: Path) -> None:
    import msgspec

    pack = msgspec.structs.replace(load_pack("weighted"), weights={"XA": 8, "XB": 1, "XC": 1})
    start = replay(
        convene(pack, MEMBERS),
        [
            act("consultations_called", "XA"),
            act("draft_decision", "chair", 1, plans=("east",), version=V1),
        ],
    )
    heavy = step(start, act("vote_for", "XA", 2))
    assert "1 of 3 members" in refusal(heavy, act("meeting_decision", "chair", 3))
    light = replay(start, [act("vote_for", "XB", 2), act("vote_for", "XC", 2)])
    assert "2 of 10 in weight" in refusal(light, act("meeting_decision", "chair", 3))
    both = step(heavy, act("vote_for", "XB", 2))
    assert step(both, act("meeting_decision", "chair", 3)).decisions["D1"].status == "decided"


def test_a_lead_body_decides_alone() -> None:
    start = drafted("lead_body")
    said = refusal(start, act("meeting_decision", "secretary_general", 2))
    assert "chair decides alone" in said
    objected = step(start, act("objection", "XB", 2))
    assert step(objected, act("meeting_decision", "chair", 3)).decisions["D1"].status == "decided"
    assert "has no such act" in refusal(
        start, act("silence_started", "chair", 2, deadline=until(9))
    )


STEPS = (
    "act,actors,after,rule,basis,grade\n"
    "draft_decision,chair,,The chair drafts.,here,D\n"
    "vote_for,member,draft_decision,Members vote.,here,D\n"
    "meeting_decision,chair,draft_decision,A meeting decides.,here,D\n"
    "activated,chair,meeting_decision,A decision activates.,here,D\n"
)


def own_pack(folder: Path, toml: str, steps: str = STEPS, weights: str | None = None) -> Path:
    """A pack in a folder `own`, beside a scenario that would stand in `folder`."""
    (folder / "own").mkdir()
    (folder / "own" / "council.toml").write_text(toml)
    (folder / "own" / "council_steps.csv").write_text(steps)
    if weights is not None:
        (folder / "own" / "council_weights.csv").write_text(weights)
    return folder


def test_a_pack_beside_a_scenario_is_read(tmp_path: Path) -> None:
    toml = (
        'title = "Own"\ndecides = "weighted"\nat_least_weight_percent = 60\n'
        '[[forums]]\nforum = "table"\ntitle = "The table"\n'
    )
    own_pack(tmp_path, toml, weights="iso,weight,basis,grade\nXA,3,here,D\n")
    pack = load_pack("own", tmp_path)
    assert isinstance(pack, Pack)
    assert pack.weights == {"XA": 3}
    assert pack.forums == (Forum("table", "The table"),)


def test_every_fault_of_a_pack_is_named_at_once(tmp_path: Path) -> None:
    toml = (
        'decides = "dice"\nshortest_silence = "soon"\nmore_than_percent = "half"\nsilense = true\n'
        '[[forums]]\nforum = "table"\ntitle = "The table"\n'
    )
    steps = "act,actors,after,rule,basis,grade\nsing,chair,,Somebody sings.,here,D\n"
    own_pack(tmp_path, toml, steps, "iso,weight,basis,grade\nXA,many,here,D\n")
    with pytest.raises(DataError) as caught:
        load_pack("own", tmp_path)
    assert [(f.file, f.column) for f in caught.value.faults] == [
        ("council.toml", "decides"),
        ("council.toml", "more_than_percent"),
        ("council.toml", "shortest_silence"),
        ("council.toml", "silense"),
        ("council.toml", "title"),
        ("council_steps.csv", "act"),
        ("council_weights.csv", "weight"),
    ]
    assert "did you mean 'silence'?" in str(caught.value)


def test_a_pack_that_could_never_work_says_why(tmp_path: Path) -> None:
    toml = (
        'title = "Own"\ndecides = "majority"\nmore_than_percent = 150\nextensions = -1\n'
        '[[forums]]\nforum = "a"\ntitle = "A"\nexcludes = ["France"]\nuntil = "soon"\n'
        '[[forums]]\nforum = "a"\ntitle = "A again"\n'
    )
    steps = (
        "act,actors,after,rule,basis,grade\n"
        "activated,The Chair,silence_passed,A decision activates.,here,D\n"
    )
    own_pack(tmp_path, toml, steps)
    with pytest.raises(DataError) as caught:
        load_pack("own", tmp_path)
    said = str(caught.value)
    for words in (
        "'150' should be whole percents",
        "'-1' should be 0 or more",
        "'France' should be a two-letter code",
        "'soon' should be a day",
        "names two forums",
        "should be a role, member",
        "so it could never follow",
        "has no step draft_decision",
        "nothing could be decided",
        "has no step vote_for",
    ):
        assert words in said, words


def test_a_lead_that_may_not_decide_is_found(tmp_path: Path) -> None:
    toml = 'title="x"\ndecides="lead_body"\nlead="commander"\n[[forums]]\nforum="a"\ntitle="a"\n'
    with pytest.raises(DataError, match="does not take the meeting_decision"):
        load_pack("own", own_pack(tmp_path, toml))


def pact(*isos: str) -> pl.DataFrame:
    """A table of members with as much of it as a charter reads."""
    rows = [{"iso": iso, "status": "member", "since": None, "until": None} for iso in isos]
    return pl.DataFrame(rows)


def test_a_council_of_weights_without_weights_says_what_is_missing(tmp_path: Path) -> None:
    from standto.council.charter import charter_of_pact

    with pytest.raises(DataError) as caught:
        charter_of_pact("a", "A", "replay", load_pack("weighted"), pact("XA", "XB"))
    said = str(caught.value)
    assert "council_weights.csv: is missing: the council weighted decides by weights" in said
    assert "a row for each member: XA XB" in said
    table = "iso,weight,basis,grade\nXA,7,treaty,A\nXZ,1,treaty,A\n"
    (tmp_path / "council_weights.csv").write_text(table)
    with pytest.raises(DataError) as caught:
        charter_of_pact("a", "A", "replay", load_pack("weighted", tmp_path), pact("XA", "XB"))
    assert "'XB' has no weight" in str(caught.value)
    assert "'XZ' is no member of the pact" in str(caught.value)
    (tmp_path / "council_weights.csv").write_text(table.replace("XZ", "XB"))
    pack = load_pack("weighted", tmp_path)
    assert charter_of_pact("a", "A", "replay", pack, pact("XA", "XB")).pack.weights["XA"] == 7


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("title = ", "cannot be read as TOML"),
        ('title="x"\ndecides="dice"\nforums=[]', "Invalid enum value"),
        ('title="x"\ndecides="consensus"\nforums=[]', "names no forum"),
        ('title="x"\ndecides="lead_body"\n[[forums]]\nforum="a"\ntitle="a"', "body that decides"),
        (
            'title="x"\ndecides="consensus"\nshortest_silence="soon"\n[[forums]]\nforum="a"\ntitle="a"',
            "a duration with its unit",
        ),
        (
            'title="x"\ndecides="consensus"\nsilence=true\n[[forums]]\nforum="a"\ntitle="a"',
            "no step silence_started",
        ),
    ],
)
def test_a_bad_pack_says_what_would_be_right(tmp_path: Path, toml: str, message: str) -> None:
    folder = tmp_path / "bad"
    folder.mkdir()
    (folder / "council.toml").write_text(toml)
    (folder / "council_steps.csv").write_text(
        "act,actors,after,rule,basis,grade\nmember_request,member,,Any member may.,here,D\n"
    )
    with pytest.raises(DataError, match=message):
        load_pack("bad", tmp_path)


def test_a_text_with_a_standing_objection_is_not_put_under_silence() -> None:
    objected = step(drafted(), act("objection", "XB", 1))
    started = act("silence_started", "chair", 2, deadline=until(6))
    assert "XB objects to this text" in refusal(objected, started)
    withdrawn = step(objected, act("objection_withdrawn", "XB", 2))
    assert step(withdrawn, started).decisions["D1"].status == "under_silence"
