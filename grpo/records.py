"""What a training run tells its caller, in the order in which it happens; ``grpo.figures`` defines the figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from grpo.monitor import Alarm


@dataclass(frozen=True)
class Rollout:
    """One completion of a group.

    Attributes:
        group: number of the prompt within the step.
        sample_id: the sample asked.
        swapped: whether words of its passage were swapped for others.
        passage, question, answer: the sample as it was asked, after swapping.
        prompt: token ids of the prompt.
        tokens: token ids of the completion, end token included.
        logprobs: of ``tokens`` when they were sampled.
        text: the completion as text.
        ended: whether the model stopped by itself.
        reward: total.
        parts: named parts of the reward, unweighted.
        advantage: against the other completions of the group; 0 in a dead group.
        source: the span that the answer was taken from, as it was asked.
        mask: 1 for tokens that the model wrote, 0 for those of an environment; empty: it wrote all.
        fault: why there is no reward; empty where there is one.
    """

    group: int
    sample_id: str
    swapped: bool
    passage: str
    question: str
    answer: str
    prompt: list[int]
    tokens: list[int]
    logprobs: list[float]
    text: str
    ended: bool
    reward: float
    parts: dict[str, float]
    advantage: float
    source: str = ""
    mask: list[int] = field(default_factory=list)
    fault: str = ""


@dataclass(frozen=True)
class StepDone:
    """One optimizer step.

    Attributes:
        phase: ``warm_start`` or ``grpo``.
        step: from 1 within the phase.
        steps_total: most steps that the phase may take.
        loss: warm: mean answer loss in nats per token; grpo: value of the objective.
        reward: mean total reward of the step's completions (0 in the warm phase).
        reward_parts: means of the named parts.
        kl: mean k3 estimate in nats per token against the reference, NaN-free; 0 where it was not measured.
        entropy: mean of -log p of the sampled tokens, nats; an unbiased estimate of the policy's entropy.
        clip_fraction: share of token weight where the clip was active.
        grad_norm: before clipping.
        learning_rate: of this step.
        length: mean completion length in tokens.
        tokens: completion tokens of the step (warm: answer tokens).
        dead_groups: groups whose rewards were all equal.
        seconds: wall time of the step.
        groups: every completion of the step; empty in the warm phase.
        metrics: further figures by the names and definitions of ``grpo.figures.METRICS``.
        alarms: rules of the stability monitor that fired.
    """

    phase: str
    step: int
    steps_total: int
    loss: float
    grad_norm: float
    learning_rate: float
    seconds: float
    reward: float = 0.0
    reward_parts: Mapping[str, float] = field(default_factory=dict)
    kl: float = 0.0
    entropy: float = 0.0
    clip_fraction: float = 0.0
    length: float = 0.0
    tokens: int = 0
    dead_groups: int = 0
    groups: tuple[Rollout, ...] = ()
    metrics: Mapping[str, float] = field(default_factory=dict)
    alarms: tuple[Alarm, ...] = ()


@dataclass(frozen=True)
class ItemScore:
    """One held-out sample, answered greedily."""

    sample_id: str
    section: str
    completion: str
    reward: float


@dataclass(frozen=True)
class EvaluationDone:
    """Mean greedy reward with its 95 % interval; ``moment`` is ``before``, ``during`` or ``after``.

    ``gain`` is against ``before``, paired, with its own interval by section. ``pass_at`` are, by k, the mean pass@k of
    sampled answers and its interval. ``best``: no evaluation before was better, where that is kept. ``alarms``: see
    ``grpo.monitor``.
    """

    moment: str
    step: int
    reward: float
    low: float
    high: float
    sections: int
    items: tuple[ItemScore, ...]
    gain: float = 0.0
    gain_low: float = 0.0
    gain_high: float = 0.0
    pass_at: Mapping[str, tuple[float, float, float]] = field(default_factory=dict)
    best: bool = False
    alarms: tuple[Alarm, ...] = ()


@dataclass(frozen=True)
class CheckpointDone:
    """A complete checkpoint lies in ``path``."""

    phase: str
    step: int
    path: Path
    bytes: int


@dataclass(frozen=True)
class CheckpointSkipped:
    """A checkpoint could not be written; the run goes on, and nothing of the attempt is left."""

    phase: str
    step: int
    reason: str


@dataclass(frozen=True)
class Changed:
    """Settings changed; ``step`` is the first one under ``values``. Comes before that step."""

    revision: int
    phase: str
    step: int
    values: Mapping[str, float]


@dataclass(frozen=True)
class Paused:
    """The run stopped after ``step`` because it was asked to; nothing follows."""

    phase: str
    step: int


@dataclass(frozen=True)
class PromptsLeftOut:
    """``count`` prompts of ``samples`` have more than ``limit`` tokens, ``longest`` at most, and are not trained on.

    Comes before any step. ``sample_ids``: the longest of them, the longest first.
    """

    count: int
    samples: int
    longest: int
    limit: int
    sample_ids: tuple[str, ...]


@dataclass(frozen=True)
class BaseReady:
    """The model that reinforcement starts from lies in ``path``."""

    path: Path


@dataclass(frozen=True)
class Finished:
    """The trained model lies in ``path``; ``metrics`` are the figures of the whole run."""

    path: Path
    step: int
    metrics: Mapping[str, float]


Record = (
    StepDone | EvaluationDone | CheckpointDone | CheckpointSkipped | Changed | Paused | PromptsLeftOut | BaseReady
    | Finished
)  # fmt: skip
