"""Measures and the hierarchy of rewards."""

import json
import math

import pytest

from grpo.errors import RewardInvalid
from grpo.reward.measures import CUSTOM, Completion, find, register
from grpo.reward.rewards import compile_reward, scored_together

PASSAGE = "The winch lifts 1.5 tonnes. It is serviced every six months."


def completion(text: str, answer: str = "six months", ended: bool = True) -> Completion:
    return Completion(text, ended, answer, PASSAGE)


@pytest.mark.parametrize(
    ("measure", "text", "answer", "value"),
    [
        ("exact", "Six months.", "six months", 1.0),
        ("exact", "six", "six months", 0.0),
        ("exact", "", "", 0.0),
        ("number", "about 1.5 tonnes", "1.5", 1.0),
        ("number", "1,5 tonnes", "1.5", 0.0),
        ("number", "tonnes", "tonnes", 0.0),
        ("token_f1", "every six months", "six months", 0.8),  # precision 2/3, recall 1
        ("token_f1", "six six months", "six months", 0.8),  # a word counts as often as it is in both
        ("token_f1", "weeks", "six months", 0.0),
        ("format", "six  MONTHS", "x", 1.0),
        ("format", "seven months", "x", 0.0),
        ("format", "", "x", 0.0),
    ],
)
def test_measures(measure: str, text: str, answer: str, value: float) -> None:
    assert find(measure, "reward")(completion(text, answer)) == pytest.approx(value)


def test_a_completion_that_was_cut_off_has_no_format() -> None:
    assert find("format", "reward")(completion("six months", ended=False)) == 0


def test_the_default_pays_form_only_where_something_is_right() -> None:
    reward = compile_reward("")
    assert reward.score(completion("six months")).total == pytest.approx(1.0)
    assert reward.score(completion("six months", ended=False)).total == pytest.approx(0.9)
    scored = reward.score(completion("the winch"))
    assert scored.total == 0
    assert scored.parts == {"token_f1": 0.0, "format": 1.0}


def test_levels_nest_and_a_requirement_closes_a_level() -> None:
    spec = {
        "require": "format > 0",
        "objectives": [
            {"name": "format", "weight": 0},
            {
                "name": "content",
                "weight": 1,
                "objectives": [
                    {"name": "exact", "weight": 0.25},
                    {"name": "token_f1", "weight": 0.75, "gate": "exact == 0 or exact >= 1"},
                ],
            },
        ],
    }
    reward = compile_reward(json.dumps(spec))
    scored = reward.score(completion("every six months"))
    assert scored.parts == pytest.approx({"format": 1.0, "content": 0.6, "content/exact": 0.0, "content/token_f1": 0.8})
    assert scored.total == pytest.approx(0.6)
    assert reward.score(completion("every six months", ended=False)).total == 0


def test_rows_of_a_dataset_carry_their_answer_along() -> None:
    spec = '{"answer":"six months","objectives":[{"name":"exact","weight":1.0}]}'
    assert compile_reward(spec).score(completion("six months")).total == 1


def test_rows_that_differ_in_their_answer_are_measured_in_one_batch() -> None:
    specs = [f'{{"answer":"{word}","objectives":[{{"name":"exact","weight":1.0}}]}}' for word in ("six", "ten")]
    assert compile_reward(specs[0]) is compile_reward(specs[1])
    given = [completion("six", "six"), completion("six", "ten"), completion("six months")]
    found = scored_together([*specs, ""], given)
    assert [scored.total for scored in found] == pytest.approx([1.0, 0.0, 1.0])


def test_custom_measures_by_name() -> None:
    @register("short")
    def short(completion: Completion) -> float:
        return float(len(completion.text.split()) <= 2)

    try:
        reward = compile_reward('{"objectives":[{"name":"custom:short","weight":0.5}]}')
        assert reward.score(completion("six months")).total == 0.5
        register("short")(lambda _: 0.0)
        assert reward.score(completion("six months")).total == 0, "a later registration replaces an earlier one"
    finally:
        del CUSTOM["short"]


def test_a_measure_that_gives_no_number_stops_the_run() -> None:
    register("broken")(lambda _: math.nan)
    try:
        reward = compile_reward('{"objectives":[{"name":"custom:broken","weight":1, "gate": ""}]} ')
        with pytest.raises(RewardInvalid) as refused:
            reward.score(completion("x"))
        assert "nan" in refused.value.message
    finally:
        del CUSTOM["broken"]


@pytest.mark.parametrize(
    ("spec", "field"),
    [
        ("{", "reward"),
        ("[]", "reward.objectives"),
        ('{"objectives":[{"name":"exacto"}]}', "reward.objectives[0].name"),
        ('{"objectives":[{"name":"custom:nobody"}]}', "reward.objectives[0].name"),
        ('{"objectives":[{"name":"exact","weight":-1}]}', "reward.objectives[0].weight"),
        ('{"objectives":[{"name":"exact"},{"name":"exact"}]}', "reward.objectives"),
        ('{"objectives":[{"name":"exact","gate":"number > 0"}]}', "reward.objectives[0].gate"),
        ('{"objectives":[{"name":"exact","gate":"exact >"}]}', "reward.objectives[0].gate"),
        ('{"objectives":[{"name":"exact","gate":"__import__(1) > 0"}]}', "reward.objectives[0].gate"),
        ('{"objectives":[{"name":"exact","gate":"exact > \'a\'"}]}', "reward.objectives[0].gate"),
        ('{"require":"style > 0","objectives":[{"name":"exact"}]}', "reward.require"),
    ],
)
def test_bad_specifications_name_the_field(spec: str, field: str) -> None:
    with pytest.raises(RewardInvalid) as refused:
        compile_reward(spec)
    assert refused.value.field == field
