"""Reward specifications: which are taken, and that the gold answer earns 1 under its own."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grpo.reward.measures import Completion
from grpo.reward.rewards import compile_reward
from processors.datasets import reward
from processors.datasets.measures import token_f1
from processors.datasets.reward import RewardError

PASSAGE = "Clean the filter every 40 operating hours, or when the lamp blinks."


EXACT = {"name": "exact", "weight": 1}
NESTED: dict[str, object] = EXACT
for _ in range(9):
    NESTED = {"name": "s", "weight": 1, "objectives": [NESTED]}


def spec(*objectives: dict[str, object]) -> str:
    return json.dumps({"objectives": list(objectives)})


def test_the_default_pays_f1_and_form_only_with_it() -> None:
    objectives = reward.read("")
    assert reward.value(objectives, "every 40 operating hours", "every 40 operating hours", PASSAGE) == 1
    assert reward.value(objectives, "the", "every 40 operating hours", PASSAGE) == 0
    partly = reward.value(objectives, "40 operating hours", "every 40 operating hours", PASSAGE)
    assert partly == pytest.approx(0.9 * 6 / 7 + 0.1)
    assert reward.value(objectives, "", "every 40 operating hours", PASSAGE) == 0


@given(st.text(max_size=40), st.text(max_size=40))
def test_f1_is_a_symmetric_share(one: str, two: str) -> None:
    assert token_f1(one, two) == token_f1(two, one)
    assert 0 <= token_f1(one, two) <= 1
    if any(letter.isalnum() for letter in one):
        assert token_f1(one, one) == 1


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("{", "reward"),
        ("[]", "reward.objectives"),
        ('{"objectives": []}', "reward.objectives"),
        (spec({"name": "token_f1", "weight": 0.5}), "reward.objectives"),
        (spec({"name": "token_f1", "weight": 0.5}, {"name": "token_f1", "weight": 0.5}), "reward.objectives"),
        (spec({"name": "magic", "weight": 1}), "reward.objectives[0].name"),
        (spec({"name": "custom:os.system()", "weight": 1}), "reward.objectives[0].name"),
        (spec({"name": "exact", "weight": "1"}), "reward.objectives[0].weight"),
        (spec({"name": "exact", "weight": True}), "reward.objectives[0].weight"),
        (spec({"name": "exact", "weight": 2}, {"name": "number", "weight": -1}), "reward.objectives[0].weight"),
        (spec({"name": "exact", "weight": 1, "bonus": 1}), "reward.objectives[0]"),
        (spec({"name": "exact", "weight": 1, "gate": "exact > 0"}), "reward.objectives[0].gate"),
        (spec({"name": "exact", "weight": 1, "gate": "f("}), "reward.objectives[0].gate"),
        (spec({"name": "exact", "weight": 1, "gate": 3}), "reward.objectives[0].gate"),
        (spec({"name": "my style", "weight": 1, "objectives": [EXACT]}), "reward.objectives[0].name"),
        (spec({"name": "s", "weight": 1, "objectives": [EXACT, EXACT]}), "reward.objectives[0].objectives"),
        (spec({"name": "s", "weight": 1, "objectives": [EXACT], "require": "x > 0"}), "reward.objectives[0].require"),
        (json.dumps({"objectives": [EXACT], "require": "token_f1 > 0"}), "reward.require"),
        (json.dumps({"objectives": [EXACT], "answer": "x"}), "reward"),
        (spec(NESTED), "reward" + ".objectives[0]" * 7),
    ],
)
def test_what_cannot_be_used_is_refused_by_its_place(text: str, field: str) -> None:
    with pytest.raises(RewardError) as error:
        reward.read(text)
    assert error.value.field == field


def test_a_row_carries_the_specification_and_its_answer() -> None:
    made = json.loads(reward.row_reward(reward.read(""), "40 °C"))
    assert made["answer"] == "40 °C"
    assert made["objectives"][1] == {"gate": "token_f1 > 0", "name": "format", "weight": 0.1}
    assert reward.read(json.dumps({"objectives": made["objectives"]})) == reward.read("")
    assert reward.canonical(reward.read("")) == reward.canonical(reward.read(reward.DEFAULT))


def test_levels_have_their_own_gates_and_requirements() -> None:
    style = {"name": "style", "weight": 0.4, "gate": "token_f1 > 0.5", "require": "number > 0"}
    inner = {**style, "objectives": [{"name": "format", "weight": 0.5}, {"name": "number", "weight": 0.5}]}
    level = reward.read(
        json.dumps({"objectives": [{"name": "token_f1", "weight": 0.6}, inner], "require": "style >= 0"})
    )
    gold = "every 40 operating hours"
    assert reward.value(level, gold, gold, PASSAGE) == pytest.approx(1)
    assert reward.value(level, "40 operating hours", gold, PASSAGE) == pytest.approx(0.6 * 6 / 7 + 0.4)
    # Without the number the level below requires, only the words are paid.
    assert reward.value(level, "operating hours", gold, PASSAGE) == pytest.approx(0.6 * 4 / 6)
    assert reward.read(reward.canonical(level)) == level


@pytest.mark.parametrize(
    ("text", "answer", "fault"),
    [
        ("", "every 40 operating hours", False),
        ("", "every forty hours", True),  # not in the passage: the format part is never earned
        ("", "%", True),
        (spec({"name": "number", "weight": 1}), "40 operating hours", False),
        (spec({"name": "number", "weight": 1}), "the lamp blinks", True),
        (spec({"name": "exact", "weight": 1}), "?!", True),  # an empty answer would earn everything
        (spec({"name": "custom:team.polite", "weight": 1}), "anything", False),
    ],
)
def test_rows_that_cannot_teach_are_found(text: str, answer: str, fault: bool) -> None:
    assert bool(reward.faults(reward.read(text), answer, PASSAGE)) is fault


WORDS = st.lists(st.sampled_from(["every", "40", "Operating", "hours,", "lamp", "12", "the"]), max_size=5).map(" ".join)
SPECS = st.sampled_from(
    [
        "",
        spec(EXACT),
        spec({"name": "number", "weight": 0.5}, {"name": "token_f1", "weight": 0.5, "gate": "number == 1"}),
        spec(
            {"name": "format", "weight": 0.3},
            {"name": "s", "weight": 0.7, "objectives": [EXACT], "require": "exact > 0", "gate": "not format < 1"},
        ),
    ]
)


@given(SPECS, WORDS, WORDS)
def test_the_trainer_pays_what_was_checked_here(text: str, completion: str, answer: str) -> None:
    level = reward.read(text)
    there = compile_reward(reward.row_reward(level, answer)).score(Completion(completion, True, answer, PASSAGE))
    assert reward.value(level, completion, answer, PASSAGE) == pytest.approx(there.total)
