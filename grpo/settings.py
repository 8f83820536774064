"""Settings of the reinforcement phase. Every default leaves its feature off; see ``grpo.config`` for the whole run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from grpo.elsewhere import SampledBy


@dataclass(frozen=True)
class Advantage:
    """How completions are compared; see ``grpo.learning.advantages``.

    Attributes:
        per_part: compare every part of the reward on its own, then add up by weight.
        whiten: mean 0 and deviation 1 over the batch afterwards.
        refill: most extra rounds of sampling in which groups without spread are replaced by other prompts (DAPO's
            dynamic sampling, with a bound).
    """

    estimator: Literal["grpo", "dr_grpo", "rloo", "leave_one_out"] = "grpo"
    per_part: bool = False
    whiten: bool = False
    refill: int = 0


@dataclass(frozen=True)
class Objective:
    """What is optimised; see ``objective``, ``divergence``, ``shaping`` and ``importance`` in ``grpo.learning``.

    Attributes:
        dual_clip: the c of the dual clip, above 1; 0 is off.
        entropy: weight of an entropy bonus, nats per token; 0 is off.
        kl_estimator: of the penalty; what a step reports is always k3.
        kl_place: the penalty is part of the loss, or taken off the reward before completions are compared.
        overlong_buffer: tokens before ``max_tokens`` over which a growing penalty is taken off; 0 is off.
        overlong_penalty: its weight.
        overlong_filter: leave completions that hit ``max_tokens`` out of the loss.
        importance_cap: most that a token weighs when the sampler's probabilities are not the learner's; 0 is off.
    """

    kind: Literal["ppo", "gspo", "cispo"] = "ppo"
    dual_clip: float = 0.0
    entropy: float = 0.0
    kl_estimator: Literal["k1", "k2", "k3"] = "k3"
    kl_place: Literal["loss", "reward"] = "loss"
    overlong_buffer: int = 0
    overlong_penalty: float = 1.0
    overlong_filter: bool = False
    importance_cap: float = 0.0


@dataclass(frozen=True)
class KlControl:
    """How the penalty follows ``grpo.kl_target``; see ``grpo.learning.kl``.

    Attributes:
        horizon: completions over which a full error changes the penalty by its own size.
        smoothing: share of the old average in the KL that is compared with the target; 0 takes the last step alone.
        error_limit: most that an error counts, either way.
        least, most: bounds of the penalty; a ``most`` of 0 is no bound.
    """

    horizon: float = 10_000.0
    smoothing: float = 0.0
    error_limit: float = 0.2
    least: float = 0.0
    most: float = 0.0


@dataclass(frozen=True)
class Rule:
    """A limit and what happens once it is passed ``patience`` steps in a row; a limit of 0 is off."""

    limit: float = 0.0
    action: Literal["warn", "back_off", "stop"] = "warn"


@dataclass(frozen=True)
class Monitor:
    """Rules of the stability monitor; see ``grpo.monitor``.

    Attributes:
        kl: most nats per token away from the reference.
        entropy: least nats per token.
        ratio: most that the mean ratio of a step may differ from 1.
        grad_norm: most multiples of the usual gradient norm.
        length: most relative change of the mean length against the usual.
        part: most change of any reward part's mean against the usual.
        hacking: least fall of the verified part, while the total rises, that is an alarm.
        verified: the parts that compare with the answer, with commas; empty: those built-in ones that do.
        patience: steps in a row that a limit must be passed.
        window: steps that make up what is usual; the hacking alarm compares the two halves of it.
        back_off: the learning rate is multiplied by it, the KL penalty divided, at every back-off.
        most_back_offs: after so many the next one stops the run.
    """

    kl: Rule = field(default_factory=Rule)
    entropy: Rule = field(default_factory=Rule)
    ratio: Rule = field(default_factory=Rule)
    grad_norm: Rule = field(default_factory=Rule)
    length: Rule = field(default_factory=Rule)
    part: Rule = field(default_factory=Rule)
    hacking: Rule = field(default_factory=lambda: Rule(0.05))
    verified: str = ""
    patience: int = 3
    window: int = 20
    back_off: float = 0.5
    most_back_offs: int = 3


@dataclass(frozen=True)
class Lora:
    """Low-rank adapters; see ``grpo.model.lora``. Rank 0 trains all weights; ``targets`` names modules, with commas."""

    rank: int = 0
    alpha: float = 16.0
    targets: str = "q_proj,k_proj,v_proj,o_proj,gate_proj,up_proj,down_proj"


@dataclass(frozen=True)
class Grpo:
    """The reinforcement phase; see ``grpo.training.loop``.

    Attributes:
        top_p, top_k: sampling keeps the most likely tokens up to this mass or number; 1 and 0 keep all.
        stop: texts that end a completion; they are cut off.
        turns: most turns of an episode, where there is an environment; ``max_tokens`` is then that of one turn.
        token_budget: most tokens in one backward pass; gradients add up. 0: all at once. Out of memory halves it.
        logit_chunk: tokens whose logits exist at the same time; 0: all.
        device: where reinforcement computes; under ``torchrun`` that of the local rank.
        precision: what is computed in; weights and what an optimizer keeps are float32 either way.
        recompute: the backward pass computes layers again instead of keeping what they made.
        parallel: how weights lie on the processes of ``torchrun``; see ``grpo.model.parallel_model``.
        kl_every: steps between looks at the KL where there is no penalty.
        reward_faults: a reward that fails (NaN, timeout, exception) stops the run, or its group is left out.
        dead_limit: steps in a row without any spread after which the run stops.
    """

    steps: int = 300
    prompts: int = 16
    completions: int = 8
    temperature: float = 0.8
    top_p: float = 1.0
    top_k: int = 0
    stop: tuple[str, ...] = ()
    max_tokens: int = 24
    turns: int = 4
    max_prompt_tokens: int = 1024
    learning_rate: float = 5e-4
    schedule: Literal["linear", "cosine", "constant", "inverse_sqrt"] = "linear"
    final_rate: float = 0.2
    warmup_steps: int = 5
    weight_decay: float = 0.0
    gradient_clip: float = 1.0
    token_budget: int = 0
    logit_chunk: int = 0
    device: Literal["cpu", "cuda"] = "cpu"
    precision: Literal["float32", "bfloat16"] = "float32"
    recompute: bool = False
    parallel: Literal["ddp", "fsdp"] = "ddp"
    clip_low: float = 0.2
    clip_high: float = 0.2
    updates: int = 1
    aggregation: Literal["token", "sequence", "constant"] = "token"
    normalise: bool = True
    swap: float = 0.5
    kl_coefficient: float = 0.0
    kl_target: float = 0.0
    kl_every: int = 10
    reward_faults: Literal["stop", "drop"] = "stop"
    dead_limit: int = 50
    advantage: Advantage = field(default_factory=Advantage)
    objective: Objective = field(default_factory=Objective)
    kl_control: KlControl = field(default_factory=KlControl)
    monitor: Monitor = field(default_factory=Monitor)
    lora: Lora = field(default_factory=Lora)
    sampler: SampledBy = field(default_factory=SampledBy)


@dataclass(frozen=True)
class Evaluation:
    """Greedy reward on the held-out samples; ``every`` 0 means only before and after.

    Attributes:
        items: most samples that are asked; 0: all.
        samples: sampled answers per item for pass@k, on top of the greedy one; 0: no pass@k.
        temperature: of those.
        correct: reward from which an answer passes.
        keep_best: the trained model is the one of the best evaluation instead of the last step.
    """

    every: int = 0
    items: int = 0
    resamples: int = 2000
    samples: int = 0
    temperature: float = 1.0
    correct: float = 0.999
    keep_best: bool = False
