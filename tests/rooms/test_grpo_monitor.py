"""KL control, the stability monitor and the alarm for reward hacking, as pure state machines."""

import pytest

from grpo.learning.kl import KlController
from grpo.learning.optimizer import Schedule
from grpo.monitor import Alarm, Signals, Watch, heldout_alarm, observed, restored
from grpo.reward.measures import Completion
from grpo.reward.rewards import compile_reward
from grpo.settings import Monitor, Rule

CALM = Signals(step=1, entropy=1.0, ratio=1.0, grad_norm=1.0, length=10.0, reward=0.5, kl=0.01, verified=0.5)


def signals(**changed: object) -> Signals:
    return Signals(**{**vars(CALM), **changed})  # type: ignore[arg-type]


def run(steps: list[Signals], rules: Monitor, watch: Watch | None = None) -> tuple[Watch, list[list[Alarm]]]:
    found, watch = [], watch or Watch()
    for step in steps:
        watch, alarms = observed(watch, step, rules)
        found.append(alarms)
    return watch, found


def test_the_error_is_clipped_and_smoothed() -> None:
    control = KlController(beta=1.0, target=0.1, horizon=100, smoothing=0.5)
    control.observe(0.11, 10)  # average 0.055, without bias 0.11: error 0.1
    assert control.beta == pytest.approx(1.01)
    control.observe(0.11, 10)  # still 0.11
    assert control.beta == pytest.approx(1.01**2)
    control.observe(9.0, 10)  # far above: the limit of 0.2
    assert control.beta == pytest.approx(1.01**2 * 1.02)
    assert KlController.restored(control.state()) == control


def test_the_penalty_stays_within_its_bounds() -> None:
    control = KlController(beta=0.1, target=1.0, horizon=1, limit=0.2, least=0.08, most=0.11)
    for _ in range(5):
        control.observe(0.0, 1)
    assert control.beta == 0.08
    for _ in range(5):
        control.observe(9.0, 1)
    assert control.beta == 0.11


def test_schedules() -> None:
    def at(kind: str) -> list[float]:
        return [Schedule(1.0, 2, 10, 0.2, kind).at(step) for step in (1, 2, 6, 10, 18)]

    assert at("linear") == pytest.approx([0.5, 1.0, 0.6, 0.2, 0.2])
    assert at("cosine") == pytest.approx([0.5, 1.0, 0.6, 0.2, 0.2])  # the middle of a cosine is the middle
    assert Schedule(1.0, 2, 10, 0.0, "cosine").at(4) == pytest.approx((1 + 2**-0.5) / 2)
    assert at("constant") == pytest.approx([0.5, 1, 1, 1, 1])
    assert at("inverse_sqrt") == pytest.approx([0.5, 1.0, (2 / 6) ** 0.5, 0.2**0.5, 1 / 3])


def test_a_limit_must_be_passed_in_a_row() -> None:
    rules = Monitor(kl=Rule(0.1, "stop"), patience=2)
    high, low, unknown = signals(kl=0.2), signals(kl=0.05), signals(kl=None)
    _, alarms = run([high, low, high, high], rules)
    assert [len(found) for found in alarms] == [0, 0, 0, 1]
    assert (alarms[3][0].rule, alarms[3][0].action, alarms[3][0].value, alarms[3][0].limit) == ("kl", "stop", 0.2, 0.1)
    watch, _ = run([high, unknown], rules)
    assert "kl" not in watch.over or watch.over["kl"] <= 1


@pytest.mark.parametrize(
    ("rule", "calm", "wild"),
    [
        ("entropy", {}, {"entropy": 0.1}),
        ("ratio", {"ratio": 1.1}, {"ratio": 0.4}),
        ("grad_norm", {"grad_norm": 1.4}, {"grad_norm": 1.6}),
        ("length", {"length": 14.0}, {"length": 4.0}),
        ("part", {"parts": {"format": 0.5}}, {"parts": {"format": 1.1}}),
    ],
)
def test_rules_against_what_is_usual(rule: str, calm: dict[str, object], wild: dict[str, object]) -> None:
    limit = {"entropy": 0.5, "ratio": 0.3, "grad_norm": 1.5, "length": 0.5, "part": 0.5}[rule]
    rules = Monitor(**{rule: Rule(limit)}, patience=1, window=4)  # type: ignore[arg-type]
    usual = [signals(parts={"format": 0.5})] * 2
    assert run([*usual, signals(**{"parts": {"format": 0.5}, **calm})], rules)[1][2] == []
    found = run([*usual, signals(**{"parts": {"format": 0.5}, **wild})], rules)[1][2]
    assert [alarm.rule.partition("/")[0] for alarm in found] == [rule]
    assert found[0].message


def test_after_enough_back_offs_it_stops() -> None:
    rules = Monitor(entropy=Rule(0.5, "back_off"), patience=2, most_back_offs=2)
    watch, alarms = run([signals(entropy=0.1)] * 6, rules)
    assert [a.action for found in alarms for a in found] == ["back_off", "back_off", "stop"]
    assert watch.back_offs == 2


def test_its_state_survives_a_checkpoint() -> None:
    rules = Monitor(entropy=Rule(0.5), patience=3)
    steps = [signals(entropy=0.1, step=n) for n in range(5)]
    half, first = run(steps[:2], rules)
    _, rest = run(steps[2:], rules, restored(half.state()))
    assert first + rest == run(steps, rules)[1]
    assert restored(None) == Watch()


ALWAYS_PAID = '{"objectives":[{"name":"token_f1","weight":0.9},{"name":"format","weight":0.1}]}'
GATED = '{"objectives":[{"name":"token_f1","weight":0.9},{"name":"format","weight":0.1,"gate":"token_f1 > 0"}]}'
PASSAGE = "the winch of the old harbour is serviced every six months by the keeper"


def test_pay_for_form_alone_makes_the_safe_word_worth_more_than_a_try() -> None:
    """Why the alarm exists: paid always, the one safe word beats an honest try that gets a word right in twenty."""
    safe = Completion("the", True, "six months", PASSAGE)
    tries = [Completion("six weeks", True, "six months", PASSAGE)] + [Completion("weeks", True, "x", PASSAGE)] * 9
    honest = sum(compile_reward(ALWAYS_PAID).score(one).total for one in tries) / 10
    assert honest == pytest.approx(0.045)  # F1 of 0.5 once in ten
    assert compile_reward(ALWAYS_PAID).score(safe).total == pytest.approx(0.1)
    assert compile_reward(GATED).score(safe).total == 0


def test_the_alarm_rings_when_the_verified_part_falls_while_the_total_rises() -> None:
    """A policy that drifts from honest tries (F1 of 0.1, form never right) to the safe word (F1 of 0, form always)."""
    reward = compile_reward(ALWAYS_PAID)
    safe = reward.score(Completion("the", True, "six months", PASSAGE))
    wrong = [Completion("weeks", True, "six months", PASSAGE)] * 4
    tries = reward.scores([Completion("six weeks", True, "six months", PASSAGE), *wrong])
    f1, total = sum(t.parts["token_f1"] for t in tries) / 5, sum(t.total for t in tries) / 5
    assert (f1, total) == pytest.approx((0.1, 0.09))
    steps = []
    for step in range(40):
        share = min(1.0, max(0.0, (step - 10) / 20))  # of the safe word
        verified = (1 - share) * f1
        steps.append(signals(step=step, verified=verified, reward=(1 - share) * total + share * safe.total))
    _, alarms = run(steps, Monitor(window=20, hacking=Rule(0.03)))
    rung = [(n, alarm) for n, found in enumerate(alarms) for alarm in found]
    assert rung and rung[0][1].rule == "hacking" and rung[0][1].action == "warn"
    assert 19 < rung[0][0] < 30, "before the collapse is complete"
    assert "pay form only where something is right" in rung[0][1].message
    assert len(rung) <= 2, "it does not ring at every step"


def test_the_alarm_is_silent_while_both_rise_or_both_fall() -> None:
    rising = [signals(step=n, verified=0.1 + n / 100, reward=0.2 + n / 100) for n in range(40)]
    falling = [signals(step=n, verified=0.6 - n / 100, reward=0.7 - n / 100) for n in range(40)]
    for steps in (rising, falling):
        assert not any(run(steps, Monitor(window=20))[1])


def test_the_alarm_is_silent_on_noise() -> None:
    noisy = [signals(step=n, verified=0.5 + 0.2 * (-1) ** (n // 3), reward=0.5 + n / 1000) for n in range(60)]
    assert not any(run(noisy, Monitor(window=20))[1])


def test_without_a_verified_part_there_is_nothing_to_watch() -> None:
    assert not any(run([signals(verified=None, reward=n / 40) for n in range(40)], Monitor(window=20))[1])


def test_the_alarm_also_rings_when_what_was_held_out_gets_worse() -> None:
    rules = Monitor(window=4)
    rising, _ = run([signals(step=n, reward=0.2 + n / 100, verified=0.2) for n in range(8)], rules)
    found = heldout_alarm(rising, -0.29, -0.2, rules)  # .49 to .20
    assert [(alarm.rule, alarm.value) for alarm in found] == [("hacking", 0.29)]
    assert heldout_alarm(rising, -0.29, 0.01, rules) == [], "the interval holds zero"
    assert heldout_alarm(rising, 0.1, 0.2, rules) == []
    falling, _ = run([signals(step=n, reward=0.2 - n / 100) for n in range(8)], rules)
    assert heldout_alarm(falling, -0.29, -0.2, rules) == [], "that is bad training, not hacking"
