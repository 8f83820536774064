"""The canary test: exact cases, agreement with a closed form, and its guarantee by simulation."""

from __future__ import annotations

import random
from functools import cache
from math import lgamma, log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.deployment.canary import Counts, difference, difference_evidence, interval, log_evidence, verdict


def arm(outcomes: int, score_sum: float, errors: int = 0, calls: int | None = None) -> Counts:
    return Counts(outcomes if calls is None else calls, errors, outcomes, score_sum)


def ask(canary: Counts, baseline: Counts, margin: float = 0.05) -> str:
    return verdict(canary, baseline, margin, confidence=0.95, minimum_calls=30, maximum_calls=2000).decision


@cache
def log_factorial(n: int) -> float:
    return lgamma(n + 1)


def evidence_of_a_difference(hits_a: int, n_a: int, hits_b: int, n_b: int) -> float:
    """The same quantity by another road: uniform mixtures against the pooled maximum likelihood, 0/1 outcomes."""

    def mixture(hits: int, n: int) -> float:
        return log_factorial(hits) + log_factorial(n - hits) - log_factorial(n + 1)

    hits, n = hits_a + hits_b, n_a + n_b
    pooled = 0.0 if hits in (0, n) else hits * log(hits / n) + (n - hits) * log(1 - hits / n)
    return mixture(hits_a, n_a) + mixture(hits_b, n_b) - pooled


def test_nothing_seen_says_nothing() -> None:
    assert interval(0.0, 0, 0.05).low == 0.0 and interval(0.0, 0, 0.05).high == 1.0
    assert ask(Counts(), Counts()) == "continue"


def test_a_much_better_canary_is_promoted_and_a_much_worse_one_rolled_back() -> None:
    assert ask(arm(150, 117.0), arm(150, 78.0)) == "promote"
    assert ask(arm(150, 78.0), arm(150, 117.0)) == "rollback"


def test_promotion_waits_for_the_minimum_but_a_rollback_does_not() -> None:
    assert ask(arm(20, 20.0), arm(20, 1.0)) == "continue"
    assert ask(arm(20, 1.0), arm(20, 20.0)) == "rollback"


def test_failing_calls_roll_back_even_where_nothing_was_judged() -> None:
    assert ask(arm(0, 0.0, errors=40, calls=40), arm(0, 0.0, errors=0, calls=200)) == "rollback"


def test_an_undecided_canary_stops_at_the_maximum() -> None:
    even = arm(2000, 1000.0)
    assert ask(even, even, margin=0.0) == "stop"
    assert ask(arm(1999, 1000.0), even, margin=0.0) == "continue"


def test_equal_arms_are_promoted_once_the_margin_is_shown() -> None:
    even = arm(4000, 2000.0)
    assert ask(even, even, margin=0.1) == "promote"


@given(st.integers(1, 300), st.integers(1, 300), st.data())
@settings(max_examples=60, deadline=None)
def test_evidence_agrees_with_the_closed_form(n_a: int, n_b: int, data: st.DataObject) -> None:
    hits_a, hits_b = data.draw(st.integers(0, n_a)), data.draw(st.integers(0, n_b))
    ours = difference_evidence(arm(n_a, float(hits_a)), arm(n_b, float(hits_b)), 0.0)
    assert ours == pytest.approx(evidence_of_a_difference(hits_a, n_a, hits_b, n_b), abs=1e-3)


@given(st.integers(1, 400), st.floats(0.0, 1.0), st.sampled_from([0.01, 0.05, 0.2]))
@settings(max_examples=60, deadline=None)
def test_interval_ends_carry_exactly_the_evidence_asked_for(n: int, rate: float, alpha: float) -> None:
    total = rate * n
    found = interval(total, n, alpha)
    assert found.low <= rate <= found.high
    for end in (found.low, found.high):
        if 0.0 < end < 1.0:
            assert log_evidence(total, n, end) == pytest.approx(-log(alpha), abs=1e-3)


def test_joint_interval_of_the_difference_is_tighter_than_two_intervals() -> None:
    canary, baseline = arm(150, 110.0), arm(150, 80.0)
    joint = difference(canary, baseline, 0.05)
    alone, other = interval(110.0, 150, 0.025), interval(80.0, 150, 0.025)
    assert joint.high - joint.low < 0.85 * ((alone.high - alone.low) + (other.high - other.low))


def ever_called_worse(rng: random.Random, rate_a: float, rate_b: float, looks: int, alpha: float) -> int | None:
    """The look (1-based, one call per look) at which arm a is called worse; None if never."""
    hits, n = [0, 0], [0, 0]
    for look in range(1, looks + 1):
        side = rng.random() < 0.5
        n[side] += 1
        hits[side] += rng.random() < (rate_b if side else rate_a)
        behind = n[0] and n[1] and hits[0] / n[0] < hits[1] / n[1]
        if behind and evidence_of_a_difference(hits[0], n[0], hits[1], n[1]) >= -log(alpha):
            return look
    return None


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_under_the_null_peeking_after_every_call_keeps_the_error_rate(rate: float) -> None:
    rng, alpha, runs = random.Random(7), 0.1, 600
    false = sum(ever_called_worse(rng, rate, rate, 600, alpha) is not None for _ in range(runs))
    assert false / runs <= alpha


def test_a_fixed_horizon_test_looked_at_after_every_call_would_not() -> None:
    """Shows that the simulation above can fail: the usual z-test at the same level breaks its promise."""
    rng, runs, false = random.Random(7), 200, 0
    for _ in range(runs):
        hits, n = [0, 0], [0, 0]
        for _ in range(600):
            side = rng.random() < 0.5
            n[side] += 1
            hits[side] += rng.random() < 0.5
            if min(n) < 10:
                continue
            pooled = sum(hits) / sum(n)
            spread = (pooled * (1 - pooled) * (1 / n[0] + 1 / n[1])) ** 0.5
            if spread and (hits[0] / n[0] - hits[1] / n[1]) / spread < -1.2816:
                false += 1
                break
    assert false / runs > 0.2


def test_power_for_the_gain_that_training_brings() -> None:
    """A canary at .52 against a baseline at .78 is caught, and within some 300 calls in the middle."""
    rng = random.Random(11)
    found = [ever_called_worse(rng, 0.52, 0.78, 1500, 0.025) for _ in range(200)]
    caught = sorted(look for look in found if look is not None)
    assert len(caught) >= 195
    assert caught[len(caught) // 2] < 300
