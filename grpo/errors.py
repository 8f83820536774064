"""Typed errors of the engine: what is wrong, in which field, and what a person can do about it."""

from __future__ import annotations


class GrpoError(Exception):
    """Base of every error that the engine raises on purpose.

    Attributes:
        code: stable upper-case identifier, safe to show and to match on.
        message: one sentence for a person.
        field: dotted path of the configuration field at fault, or ``None``.
        remedy: what to do, or ``None``.
    """

    def __init__(self, code: str, message: str, *, field: str | None = None, remedy: str | None = None) -> None:
        super().__init__(f"{code}: {message}" + (f" (field: {field})" if field else ""))
        self.code = code
        self.message = message
        self.field = field
        self.remedy = remedy


class ConfigInvalid(GrpoError):
    """A configuration value cannot be used."""

    def __init__(self, field: str, message: str, remedy: str | None = None) -> None:
        super().__init__("CONFIG_INVALID", message, field=field, remedy=remedy)


class ModelNotFound(GrpoError):
    """The base model is neither a local directory with a model in it nor a reachable hub id."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(
            "MODEL_NOT_FOUND",
            f"no model at {name!r}: {reason}",
            field="base_model",
            remedy="use 'small', a directory with config.json, *.safetensors and tokenizer.json, or a hub id",
        )


class ModelRefused(GrpoError):
    """There is a model, but it is not one that may be loaded."""

    def __init__(self, name: str, reason: str, remedy: str) -> None:
        super().__init__("MODEL_REFUSED", f"the model {name!r} {reason}", field="base_model", remedy=remedy)


class TokenizerMismatch(GrpoError):
    """The base model's tokenizer is not the one that the model was trained with, or cannot do what training needs."""

    def __init__(self, name: str, reason: str, remedy: str) -> None:
        super().__init__(
            "TOKENIZER_MISMATCH", f"the tokenizer of {name!r}: {reason}", field="base_model", remedy=remedy
        )


class RewardInvalid(GrpoError):
    """A reward specification names something that does not exist or cannot be evaluated."""

    def __init__(self, field: str, message: str, remedy: str | None = None) -> None:
        super().__init__("REWARD_INVALID", message, field=field, remedy=remedy)


class DatasetUnusable(GrpoError):
    """The samples cannot be trained on."""

    def __init__(self, field: str, message: str, remedy: str | None = None) -> None:
        super().__init__("DATASET_UNUSABLE", message, field=field, remedy=remedy)


class CheckpointCorrupt(GrpoError):
    """A checkpoint directory does not hold what its manifest says."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(
            "CHECKPOINT_CORRUPT", f"checkpoint {path}: {reason}", remedy="resume from the previous checkpoint"
        )


class ForkImpossible(GrpoError):
    """A run cannot go on from the step of the other run that was named."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__("FORK_IMPOSSIBLE", message, field=field, remedy="leave it as it is in the parent run")


class TrainingDiverged(GrpoError):
    """A loss or a gradient is no longer a finite number."""

    def __init__(self, phase: str, step: int, what: str) -> None:
        super().__init__(
            "TRAINING_DIVERGED",
            f"{what} is not finite in phase {phase}, step {step}",
            field="learning_rate",
            remedy="lower the learning rate, or resume from an earlier checkpoint",
        )


class RewardFlat(GrpoError):
    """Every group of many steps in a row had equal rewards, so nothing can be learned."""

    def __init__(self, steps: int, reward: float) -> None:
        super().__init__(
            "REWARD_FLAT",
            f"all completions of the last {steps} steps earned {reward:.3f}; without spread there is no gradient",
            field="reward",
            remedy="use a reward that tells good from better, a higher temperature, or a longer warm start",
        )


class SamplerBroken(GrpoError):
    """Another engine did not give the completions that it was asked for."""

    def __init__(self, reason: str) -> None:
        super().__init__("SAMPLER_BROKEN", f"the sampler gave {reason}", field="sampler", remedy="look at its own log")


class SamplerUnreachable(GrpoError):
    """Another engine did not answer, however often it was asked."""

    def __init__(self, where: str, tries: int, last: str) -> None:
        super().__init__(
            "SAMPLER_UNREACHABLE",
            f"no answer from the sampler at {where} in {tries} tries; the last: {last}",
            field="grpo.sampler",
            remedy="start it, or mend its address; raise grpo.sampler.timeout where it is only slow",
        )


class SamplerStale(GrpoError):
    """The weights that another engine samples with are further behind than is allowed, and stay so."""

    def __init__(self, step: int, lag: int, allowed: int, seconds: float) -> None:
        super().__init__(
            "SAMPLER_STALE",
            f"weights {lag} versions behind sampled step {step}, {allowed} are allowed; waited {seconds:.0f} s",
            field="grpo.sampler.staleness",
            remedy="set grpo.sampler.reload so that the server is told of new weights, or allow more staleness",
        )


class WeightsBroken(GrpoError):
    """Published weights are not what their manifest says."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__("WEIGHTS_BROKEN", f"weights in {path}: {reason}", remedy="publish them again")


class RewardFailed(GrpoError):
    """The reward of completions could not be computed."""

    def __init__(self, count: int, total: int, first: str) -> None:
        super().__init__(
            "REWARD_FAILED",
            f"{count} of {total} completions have no reward; the first: {first}",
            field="reward",
            remedy="mend the reward, or set grpo.reward_faults to drop to leave such groups out",
        )


class TrainingUnstable(GrpoError):
    """A rule of the stability monitor stopped the run."""

    def __init__(self, rule: str, step: int, message: str) -> None:
        super().__init__(
            "TRAINING_UNSTABLE",
            f"stopped at step {step} by the rule {rule}: {message}",
            field=f"grpo.monitor.{rule.partition('/')[0]}",
            remedy="resume from an earlier checkpoint with a lower learning rate or more KL, or change the rule",
        )


class OutOfMemory(GrpoError):
    """One completion alone does not fit into memory."""

    def __init__(self, doing: str, tokens: int) -> None:
        super().__init__(
            "OUT_OF_MEMORY",
            f"{doing}: one completion with its prompt ({tokens} tokens) does not fit into memory",
            field="grpo.max_prompt_tokens",
            remedy="lower max_prompt_tokens or max_tokens, set logit_chunk, or use a smaller model or lora",
        )
