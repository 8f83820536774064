"""A search is a fold: the same trials give the same proposal, nothing is tried twice, and what leads nowhere stops."""

from __future__ import annotations

from typing import Any

import pytest
from studio.errors import StudioError
from studio.item import Item
from studio.search_reading import read
from studio.search_spec import Choice, Range, Spec, SpecInvalid
from studio.search_study import propose, worth_stopping
from studio.search_trial import PRUNED, Trial, best, configured, next_number, trial_of

TEXT = """
name: rates
dataset: d1
model: bot
trials: 6
space:
  grpo.learning_rate: {low: 1e-5, high: 1.0e-3, log: true}
  grpo.completions: {values: [4, 8]}
  grpo.prompts: {low: 2, high: 6}
config: {grpo: {steps: 50}, seed: 3}
pruning: {kind: median, startup: 2, warmup: 4, every: 2}
"""
SPEC = read(TEXT)


def run(number: int, status: str = "running", **more: Any) -> Item:
    config = configured(SPEC, {"grpo.learning_rate": 1e-4, "grpo.completions": 4, "grpo.prompts": number + 2})
    labels = {"search": "rates", "trial": str(number), "spec": SPEC.digest}
    return Item(f"r{number}", "run", {"status": status, "config": config, "labels": labels, **more})


def trial(number: int, *values: float, state: Any = "completed") -> Trial:
    params = {"grpo.learning_rate": 1e-4 * (number + 1), "grpo.completions": 4, "grpo.prompts": 2}
    result = values[-1] if state == "completed" else None
    return Trial(number, f"r{number}", params, state, dict(enumerate(values, start=1)), result)


def test_a_specification_is_read() -> None:
    assert SPEC.space == {
        "grpo.learning_rate": Range(1e-5, 1e-3, True, False),
        "grpo.completions": Choice((4, 8)),
        "grpo.prompts": Range(2, 6, False, True),
    }
    assert (SPEC.pruning.startup, SPEC.metric, SPEC.parallel) == (2, "reward_after", 1)
    assert read(TEXT + "parallel: 2").digest == SPEC.digest != read(TEXT.replace("50", "60")).digest


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("name: rates", "name: a rate", "name"),
        ("dataset: d1", "dataset: 7", "dataset"),
        ("trials: 6", "trials: 0", "trials"),
        ("trials: 6", "trails: 6", "trails"),
        ("trials: 6", "trials: [", "spec"),
        ("low: 1e-5", "low: small", "space.grpo.learning_rate.low"),
        ("low: 1e-5", "low: 0", "space.grpo.learning_rate"),
        ("log: true", "lag: true", "space.grpo.learning_rate.lag"),
        ("[4, 8]", "[4, 4]", "space.grpo.completions.values[1]"),
        ("[4, 8]", "[]", "space.grpo.completions"),
        ("{low: 2, high: 6}", "3", "space.grpo.prompts"),
        ("grpo.prompts", "grpo..prompts", "space.grpo..prompts"),
        ("kind: median", "kind: soon", "pruning.kind"),
        ("every: 2", "every: 0", "pruning.every"),
    ],
)
def test_a_faulty_specification_is_refused_with_its_place(old: str, new: str, field: str) -> None:
    assert old in TEXT
    with pytest.raises(SpecInvalid) as raised:
        read(TEXT.replace(old, new))
    assert raised.value.field == field


def test_the_same_trials_give_the_same_proposal_within_the_space() -> None:
    trials = [trial(number, 0.1 * number) for number in range(6)]
    found = propose(SPEC, trials)
    assert found is not None and propose(SPEC, list(reversed(trials))) == found
    assert 1e-5 <= float(found["grpo.learning_rate"]) <= 1e-3
    assert found["grpo.completions"] in (4, 8) and found["grpo.prompts"] in range(2, 7)
    assert propose(SPEC, trials[:5]) != found
    running = [*trials, Trial(6, "r6", found)]
    assert propose(SPEC, running) not in (None, found)


def test_settings_that_were_tried_are_not_tried_again() -> None:
    spec = Spec("s", "d", "m", {"seed": Choice((0, 1)), "grpo.prompts": Range(1, 2, whole=True)})
    trials: list[Trial] = []
    while (found := propose(spec, trials)) is not None:
        trials.append(Trial(next_number(trials), f"r{len(trials)}", found, "failed"))
    assert sorted((one.params["seed"], one.params["grpo.prompts"]) for one in trials) == [
        (0, 1),
        (0, 2),
        (1, 1),
        (1, 2),
    ]


def test_a_trial_is_stopped_where_it_is_worse_than_the_median() -> None:
    others = [trial(number, *(0.5 + 0.01 * number,) * 8) for number in range(3)]
    for values, stopped in (((0.1,) * 6, True), ((0.9,) * 6, False), ((0.1,) * 5, False), ((0.1,) * 2, False)):
        mine = trial(3, *values, state="running")
        assert worth_stopping(SPEC, [*others, mine], mine) is stopped
    mine = trial(1, *(0.1,) * 6, state="running")
    assert not worth_stopping(SPEC, [others[0], mine], mine)  # too few to compare with


def test_halving_stops_what_is_not_among_the_best() -> None:
    spec = read(TEXT.replace("kind: median, startup: 2, warmup: 4, every: 2", "kind: halving, warmup: 2, every: 1"))
    others = [trial(number, *(0.5 + 0.1 * number,) * 9) for number in range(4)]
    for values, stopped in (
        ((0.1,), False),  # no rung yet
        ((0.1, 0.1), True),
        ((0.9, 0.1, 0.1), False),  # looked at when it came there
        ((0.99, 0.99), False),
        ((0.99,) * 7 + (0.6,), True),  # the second rung
        ((0.1,) * 7 + (0.9,), False),
    ):
        mine = trial(4, *values, state="running")
        assert worth_stopping(spec, [*others, mine], mine) is stopped, values
    alone = trial(0, 0.1, 0.1, state="running")
    assert not worth_stopping(spec, [alone], alone)


def test_trials_are_what_their_runs_are() -> None:
    done = trial_of(SPEC, run(0, "completed", metrics={"reward_after": 0.7}))
    assert (done.state, done.result, done.params["grpo.prompts"]) == ("completed", 0.7, 2)
    without = trial_of(SPEC, run(1, "completed", metrics={"gain": 0.7}))
    assert (without.state, without.reason) == ("failed", "its result has no 'reward_after'; there are: gain")
    stopped = trial_of(SPEC, run(2, "cancelled", error={"reason": f"{PRUNED} 'rates' (median) after step 4"}))
    assert stopped.state == "pruned"
    assert trial_of(SPEC, run(3, "cancelled", error={"reason": "by hand"})).state == "failed"
    assert trial_of(SPEC, run(4, "lost")).state == "running"
    with pytest.raises(StudioError) as raised:
        trial_of(read(TEXT.replace("d1", "d2")), run(0))
    assert raised.value.code == "SPEC_CHANGED"


def test_the_best_is_the_earlier_of_equals() -> None:
    trials = [trial(0, 0.5), trial(1, 0.7), trial(2, 0.7), trial(3, 0.9, state="pruned")]
    assert best(SPEC, trials) is trials[1]
    assert best(read(TEXT + "direction: minimize"), trials) is trials[0]
    assert best(SPEC, []) is None


def test_settings_go_into_the_configuration_of_all() -> None:
    assert configured(SPEC, {"grpo.prompts": 4, "monitor.kl": 1}) == {
        "grpo": {"steps": 50, "prompts": 4},
        "monitor": {"kl": 1},
        "seed": 3,
    }
    assert SPEC.config == {"grpo": {"steps": 50}, "seed": 3}
