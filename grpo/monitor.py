"""Stability monitor: looks at the figures of every step and says when to warn, to back off, or to stop.

A pure state machine: ``observed(state, signals, rules)`` gives the next state and what is to be done. What is usual is
the median of a figure over the last ``window`` steps; a rule fires when its limit is passed ``patience`` steps in a
row, and again only after another ``patience`` steps.

    kl         above the limit
    entropy    below the limit
    ratio      |ratio - 1| above the limit
    grad_norm  above limit * median
    length     |length / median - 1| above the limit
    part       |part - median| above the limit, for any reward part
    hacking    over the window, the mean of the verified part fell from the first half to the second by the limit or
               more, and by twice its standard error, while the mean total reward rose

The hacking alarm also looks at evaluations: held-out reward surely below its beginning, while training reward rose.

This is how reward hacking looks from outside (Amodei et al., 2016, arXiv:1606.06565; Gao et al., 2022,
arXiv:2210.10760): the number that is optimised goes up, the one that it stands for goes down.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean, median, variance
from typing import Any

from grpo.settings import Monitor, Rule


@dataclass(frozen=True)
class Signals:
    """Figures of one step. ``kl`` is ``None`` where it was not measured; ``verified`` where no part compares with the
    answer. ``parts`` are means by name.
    """

    step: int
    entropy: float
    ratio: float
    grad_norm: float
    length: float
    reward: float
    kl: float | None = None
    verified: float | None = None
    parts: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Alarm:
    """A rule that fired: ``action`` is ``warn``, ``back_off`` or ``stop``; ``message`` is for a person."""

    rule: str
    action: str
    value: float
    limit: float
    message: str


@dataclass(frozen=True)
class Watch:
    """State of the monitor; all of it goes into a checkpoint.

    Attributes:
        series: the last values of every figure, oldest first.
        over: steps in a row in which a rule's limit was passed.
        back_offs: how often it backed off.
        first: total reward of the first step.
    """

    series: Mapping[str, Sequence[float]] = field(default_factory=dict)
    over: Mapping[str, int] = field(default_factory=dict)
    back_offs: int = 0
    first: float | None = None

    def state(self) -> dict[str, Any]:
        return {"series": {k: list(v) for k, v in self.series.items()}, "over": dict(self.over),
                "back_offs": self.back_offs, "first": self.first}  # fmt: skip


def observed(watch: Watch, signals: Signals, rules: Monitor) -> tuple[Watch, list[Alarm]]:
    """The state after ``signals``, and the alarms that they raise."""
    alarms, over, back_offs = [], {}, watch.back_offs
    series = extended(watch.series, signals, rules.window)
    for name, rule, value, passed, message in verdicts(watch, series, signals, rules):
        count = watch.over.get(name, 0) + 1 if passed else 0
        patience = rules.window if name == "hacking" else rules.patience  # it already looks at a whole window
        if passed and (name == "hacking" and watch.over.get(name, 0) == 0 or count >= patience):
            action = rule.action
            if action == "back_off":
                action = "stop" if back_offs >= rules.most_back_offs else "back_off"
                back_offs += action == "back_off"
            alarms.append(Alarm(name, action, value, rule.limit, message))
            count = 1 if name == "hacking" else 0
        over[name] = count
    return Watch(series, over, back_offs, signals.reward if watch.first is None else watch.first), alarms


def extended(series: Mapping[str, Sequence[float]], signals: Signals, window: int) -> dict[str, Sequence[float]]:
    """Every series with this step's value, cut to the window."""
    new: dict[str, float] = {name: getattr(signals, name) for name in ("grad_norm", "length", "reward")}
    if signals.verified is not None:
        new["verified"] = signals.verified
    new |= {f"part/{name}": value for name, value in signals.parts.items()}
    return {**series, **{name: [*series.get(name, ()), value][-window:] for name, value in new.items()}}


Verdict = tuple[str, Rule, float, bool, str]


def verdicts(
    watch: Watch, series: Mapping[str, Sequence[float]], signals: Signals, rules: Monitor
) -> Iterator[Verdict]:
    """Every rule that is on: its name, itself, the value it looks at, whether that passes the limit, and why."""
    s = signals
    if rules.kl.limit > 0 and s.kl is not None:
        text = f"the policy is {s.kl:.3g} nats per token away from its reference, more than {rules.kl.limit:g}"
        yield "kl", rules.kl, s.kl, s.kl > rules.kl.limit, text
    if rules.entropy.limit > 0:
        text = f"entropy fell to {s.entropy:.3g} nats per token, below {rules.entropy.limit:g}: samples become alike"
        yield "entropy", rules.entropy, s.entropy, s.entropy < rules.entropy.limit, text
    if rules.ratio.limit > 0:
        text = f"the mean ratio is {s.ratio:.3g}: the policy is far from the one that sampled"
        yield "ratio", rules.ratio, s.ratio, abs(s.ratio - 1) > rules.ratio.limit, text
    if rules.grad_norm.limit > 0 and (usual := settled(watch, "grad_norm", rules)) is not None:
        text = f"the gradient norm is {s.grad_norm:.3g}, usual is {usual:.3g}"
        yield "grad_norm", rules.grad_norm, s.grad_norm, s.grad_norm > rules.grad_norm.limit * usual, text
    if rules.length.limit > 0 and (usual := settled(watch, "length", rules)):
        text = f"completions have {s.length:.3g} tokens, usual are {usual:.3g}"
        yield "length", rules.length, s.length, abs(s.length / usual - 1) > rules.length.limit, text
    for name, value in s.parts.items() if rules.part.limit > 0 else ():
        if (usual := settled(watch, f"part/{name}", rules)) is not None:
            text = f"the reward part {name} is {value:.3g}, usual is {usual:.3g}"
            yield f"part/{name}", rules.part, value, abs(value - usual) > rules.part.limit, text
    if rules.hacking.limit > 0 and (found := hacked(series, rules)) is not None:
        fall, rise, passed = found
        text = (
            f"verified reward fell by {fall:.3g} within {rules.window} steps while the total rose by {rise:.3g}: "
            "the reward pays for something else; look at its parts, and pay form only where something is right"
        )
        yield "hacking", rules.hacking, fall, passed, text


def heldout_alarm(watch: Watch, gain: float, gain_high: float, rules: Monitor) -> list[Alarm]:
    """The hacking alarm at an evaluation: held-out reward is surely below where it began, while training reward rose.

    Args:
        gain: mean held-out reward against before; ``gain_high``: upper end of its 95 % interval.
    """
    total = watch.series.get("reward", ())
    if rules.hacking.limit <= 0 or gain_high >= 0 or -gain < rules.hacking.limit or len(total) < rules.window:
        return []
    if watch.first is None or fmean(total[-(rules.window // 2) :]) <= watch.first:
        return []
    text = (
        f"held-out reward is {-gain:.3g} below where it began (at most {gain_high:.3g} at 95 %) although the reward in "
        "training rose: what is learned does not carry over, or the reward pays for something else"
    )
    action = "warn" if rules.hacking.action == "back_off" else rules.hacking.action
    return [Alarm("hacking", action, -gain, rules.hacking.limit, text)]


def settled(watch: Watch, name: str, rules: Monitor) -> float | None:
    """Median of the steps before this one, once half a window is known."""
    values = watch.series.get(name, ())
    return median(values) if len(values) >= max(2, rules.window // 2) else None


def hacked(series: Mapping[str, Sequence[float]], rules: Monitor) -> tuple[float, float, bool] | None:
    """Fall of the verified part, rise of the total, and whether that is an alarm; ``None`` before a whole window."""
    verified, total = series.get("verified", ()), series["reward"]
    if len(verified) < rules.window or len(total) < rules.window:
        return None
    half = rules.window // 2
    early, late = verified[:half], verified[-half:]
    fall, rise = fmean(early) - fmean(late), fmean(total[-half:]) - fmean(total[:half])
    error = math.sqrt((variance(early) + variance(late)) / half)
    return fall, rise, fall >= rules.hacking.limit and fall > 2 * error and rise > 0


def restored(state: Mapping[str, Any] | None) -> Watch:
    """The state that ``Watch.state`` gave."""
    return Watch(**state) if state else Watch()
