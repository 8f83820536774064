"""The canary test: may be looked at after every call without losing its error guarantee.

Outcomes are scores in [0, 1] (0/1 judgements are the special case). For one arm with `n` outcomes summing to `s`,
the beta-binomial mixture

    M_n(mu) = B(a + s, b + n - s) / (B(a, b) * mu^s * (1 - mu)^(n - s))

is a non-negative supermartingale of mean <= 1 when every outcome has conditional mean `mu`: each factor
(p/mu)^x ((1-p)/(1-mu))^(1-x) is convex in x, so its expectation is at most 1 for any x in [0, 1], and mixing over
p ~ Beta(a, b) keeps that. By Ville's inequality P(exists n: M_n(mu) >= 1/alpha) <= alpha, so {mu: M_n(mu) < 1/alpha}
is a confidence sequence: valid at all times at once, hence at any data-dependent stopping time.

For two arms the product M(mu_canary) * M(mu_baseline) is again such a supermartingale (a call moves one factor, and
the choice of the arm may depend on the past), so {(mu_c, mu_b): product < 1/alpha} is a joint confidence sequence and
its projection on d = mu_c - mu_b bounds the difference. It is a fifth narrower than the
difference of two separate intervals, so it needs a third fewer calls.

Sources: Robbins, "Statistical methods related to the law of the iterated logarithm", Ann. Math. Stat. 41 (1970);
Howard, Ramdas, McAuliffe, Sekhon, "Time-uniform, nonparametric, nonasymptotic confidence sequences", Ann. Stat. 49
(2021), section 3.3 (beta-binomial mixture, sub-Bernoulli processes).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import lgamma, log
from typing import Literal

Decision = Literal["promote", "rollback", "continue", "stop"]

_PRIOR = (1.0, 1.0)
_EDGE = 1e-12


@dataclass(frozen=True)
class Counts:
    """What one arm has shown so far: `calls` answered, `errors` of them failed, `outcomes` judged, their score sum."""

    calls: int = 0
    errors: int = 0
    outcomes: int = 0
    score_sum: float = 0.0

    @property
    def rate(self) -> float:
        """Mean score in [0, 1]; 0 where nothing was judged."""
        return self.score_sum / self.outcomes if self.outcomes else 0.0


@dataclass(frozen=True)
class Interval:
    low: float
    high: float


@dataclass(frozen=True)
class Verdict:
    decision: Decision
    reason: str
    canary: Interval
    baseline: Interval
    difference: Interval


def _log_mixture(total: float, n: float) -> float:
    a, b = _PRIOR
    return lgamma(a + total) + lgamma(b + n - total) - lgamma(a + b + n) - (lgamma(a) + lgamma(b) - lgamma(a + b))


def _log_likelihood(total: float, n: float, mean: float) -> float:
    mean = min(max(mean, _EDGE), 1.0 - _EDGE)
    return total * log(mean) + (n - total) * log(1.0 - mean)


def log_evidence(total: float, n: int, mean: float) -> float:
    """log M_n(mean): evidence against `mean` being the true mean of `n` outcomes in [0, 1] that sum to `total`."""
    return _log_mixture(total, n) - _log_likelihood(total, n, mean) if n else 0.0


def interval(total: float, n: int, alpha: float) -> Interval:
    """Time-uniform (1 - alpha) interval for one arm's mean; [0, 1] before the first outcome."""
    if not n:
        return Interval(0.0, 1.0)
    limit, middle = -log(alpha), total / n
    return Interval(
        _crossing(lambda mean: log_evidence(total, n, mean) - limit, 0.0, middle),
        _crossing(lambda mean: log_evidence(total, n, mean) - limit, 1.0, middle),
    )


def difference(canary: Counts, baseline: Counts, alpha: float) -> Interval:
    """Time-uniform (1 - alpha) interval for mean(canary) - mean(baseline)."""
    if not (canary.outcomes or baseline.outcomes):
        return Interval(-1.0, 1.0)
    limit, middle = -log(alpha), canary.rate - baseline.rate
    if not (canary.outcomes and baseline.outcomes):
        # One arm alone bounds nothing but itself; the other may be anywhere.
        own = interval(canary.score_sum, canary.outcomes, alpha)
        other = interval(baseline.score_sum, baseline.outcomes, alpha)
        return Interval(own.low - other.high, own.high - other.low)
    return Interval(
        _crossing(lambda gap: difference_evidence(canary, baseline, gap) - limit, -1.0, middle),
        _crossing(lambda gap: difference_evidence(canary, baseline, gap) - limit, 1.0, middle),
    )


def difference_evidence(canary: Counts, baseline: Counts, gap: float) -> float:
    """Least log evidence against any pair of means with mean(canary) - mean(baseline) = gap.

    The negative log likelihood is convex along that line, so its minimum is found by ternary search.
    """
    low, high = max(0.0, -gap), min(1.0, 1.0 - gap)

    def against(mean: float) -> float:
        return -_log_likelihood(canary.score_sum, canary.outcomes, mean + gap) - _log_likelihood(
            baseline.score_sum, baseline.outcomes, mean
        )

    for _ in range(60):
        third = (high - low) / 3.0
        if against(low + third) <= against(high - third):
            high -= third
        else:
            low += third
    mixtures = _log_mixture(canary.score_sum, canary.outcomes) + _log_mixture(baseline.score_sum, baseline.outcomes)
    return mixtures + against((low + high) / 2.0)


def verdict(
    canary: Counts,
    baseline: Counts,
    margin: float,
    confidence: float,
    minimum_calls: int,
    maximum_calls: int,
) -> Verdict:
    """Decide on a canary from all that both arms have shown, at any time and as often as wanted.

    promote: its mean score is shown to be above the baseline's minus `margin`, and it does not fail more often.
    rollback: it is shown to be worse than the baseline (score or failures), and not shown to be within the margin.
    stop: `maximum_calls` of the canary passed without either; a person decides. continue: otherwise.

    With alpha = 1 - confidence, split between the two questions (score, failures): a canary as good as the baseline
    is rolled back with probability <= alpha over the whole of its life, and a canary worse by more than `margin` is
    promoted with probability <= alpha / 2. `minimum_calls` counts judged calls per arm and holds back promotion only:
    a canary that is shown to be harmful is not kept for the sake of a count.
    """
    alpha = (1.0 - confidence) / 2.0
    gap = difference(canary, baseline, alpha)
    health = difference(_successes(canary), _successes(baseline), alpha)
    arms = (
        interval(canary.score_sum, canary.outcomes, 1.0 - confidence),
        interval(baseline.score_sum, baseline.outcomes, 1.0 - confidence),
    )
    told = f"difference in score [{gap.low:+.3f}, {gap.high:+.3f}], in success [{health.low:+.3f}, {health.high:+.3f}]"

    def say(decision: Decision, why: str) -> Verdict:
        return Verdict(decision, f"{why}; {told}", arms[0], arms[1], gap)

    if health.high < 0.0:
        return say("rollback", "the canary fails more often than the baseline")
    enough = min(canary.outcomes, baseline.outcomes) >= minimum_calls
    if gap.low > -margin:
        if enough:
            return say("promote", f"the canary is not worse than the baseline by {margin:g} or more")
        return say("continue", f"within the margin, but fewer than {minimum_calls} judged calls per arm")
    if gap.high < 0.0:
        return say("rollback", "the canary is worse than the baseline")
    if canary.calls >= maximum_calls:
        return say("stop", f"no difference shown in {canary.calls} calls")
    return say("continue", "not decided yet")


def _successes(arm: Counts) -> Counts:
    return Counts(calls=arm.calls, outcomes=arm.calls, score_sum=float(arm.calls - arm.errors))


def _crossing(excess: Callable[[float], float], outer: float, inner: float) -> float:
    """Where `excess` changes sign between `outer` (>= 0 there, or the edge itself is the answer) and `inner` (< 0)."""
    if excess(outer) < 0.0:
        return outer
    for _ in range(50):
        middle = (outer + inner) / 2.0
        if excess(middle) >= 0.0:
            outer = middle
        else:
            inner = middle
    return outer
