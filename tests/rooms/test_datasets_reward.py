"""Reward specifications: which are taken, and that the gold answer earns 1 under its own."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.datasets import reward
from processors.datasets.reward import RewardError

PASSAGE = "Clean the filter every 40 operating hours, or when the lamp blinks."


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
    assert reward.token_f1(one, two) == reward.token_f1(two, one)
    assert 0 <= reward.token_f1(one, two) <= 1
    if any(letter.isalnum() for letter in one):
        assert reward.token_f1(one, one) == 1


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
