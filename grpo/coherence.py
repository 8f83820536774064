"""What must fit together in the settings of reinforcement, each with the field at fault and the way out."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from grpo.errors import ConfigInvalid
from grpo.settings import Advantage, Evaluation, Grpo, KlControl, Lora, Monitor, Objective


def check_grpo(c: Grpo, path: str) -> None:
    """Raises:
    ConfigInvalid: the first thing that does not fit.
    """
    for field, message, remedy in [*plain(c), *penalties(c), *together(c), *elsewhere(c)]:
        raise ConfigInvalid(f"{path}.{field}", message, remedy)


def plain(c: Grpo) -> Iterator[tuple[str, str, str]]:
    if c.completions < 2:
        yield "completions", "a group needs at least 2 completions to compare", "use 2 or more"
    if c.clip_low >= 1:
        yield "clip_low", "expected less than 1", "PPO's usual value is 0.2"
    if not 0 < c.top_p <= 1:
        yield "top_p", "expected above 0 and at most 1", "1 keeps every token"
    if any(not text for text in c.stop):
        yield "stop", "an empty text would end every completion at once", "leave it out"
    if c.advantage.estimator != "grpo" and not c.normalise:
        yield "normalise", f"means the estimator grpo without division, not {c.advantage.estimator}", "leave it out"


def penalties(c: Grpo) -> Iterator[tuple[str, str, str]]:
    o = c.objective
    if c.kl_target > 0 and c.kl_coefficient == 0:
        yield "kl_target", "a penalty of 0 cannot be moved towards a target", "set kl_coefficient, e.g. 0.01"
    if c.kl_coefficient > 0 and o.kl_place == "loss" and o.kl_estimator == "k1":
        remedy = "use k2 or k3, or objective.kl_place reward"
        yield "objective.kl_estimator", "k1 in the loss has a gradient of zero on average", remedy
    if o.kl_place == "reward" and c.kl_coefficient == 0:
        yield "objective.kl_place", "there is no penalty to place", "set kl_coefficient, or leave it out"


def together(c: Grpo) -> Iterator[tuple[str, str, str]]:
    o = c.objective
    if o.dual_clip and o.kind != "ppo":
        yield "objective.dual_clip", f"is part of ppo, not of {o.kind}", "set it to 0"
    if o.kind == "gspo" and c.aggregation == "token":
        remedy = "use aggregation sequence"
        yield "aggregation", "gspo has one ratio per completion, so every completion must count alike", remedy
    if o.overlong_buffer >= c.max_tokens:
        yield "objective.overlong_buffer", f"expected less than max_tokens ({c.max_tokens})", "use a fifth of it"


def check_part(part: object, path: str) -> None:
    """Raises:
    ConfigInvalid: a value of ``part`` that no single range covers.
    """
    match part:
        case Grpo():
            check_grpo(part, path)
        case Advantage(refill=refill) if refill > 20:
            raise ConfigInvalid(f"{path}.refill", "expected at most 20 rounds", "every round samples again")
        case Objective(dual_clip=dual) if 0 < dual <= 1:
            raise ConfigInvalid(f"{path}.dual_clip", "expected above 1, or 0 for none", "its paper uses 3")
        case KlControl(smoothing=smoothing) if smoothing >= 1:
            raise ConfigInvalid(f"{path}.smoothing", "expected less than 1", "0.9 averages about ten steps")
        case KlControl(error_limit=limit) if not 0 < limit <= 1:
            raise ConfigInvalid(f"{path}.error_limit", "expected above 0 and at most 1", "0.2 is usual")
        case KlControl(least=least, most=most) if 0 < most < least:
            raise ConfigInvalid(f"{path}.most", "expected at least the value of least", "0 is no bound")
        case Monitor(back_off=factor) if not 0 < factor < 1:
            raise ConfigInvalid(f"{path}.back_off", "expected between 0 and 1", "0.5 halves the learning rate")
        case Monitor(window=window) if window < 4:
            raise ConfigInvalid(f"{path}.window", "expected at least 4 steps", "20 is usual")
        case Lora(rank=rank, targets=targets) if rank > 0 and not targets.replace(",", "").strip():
            raise ConfigInvalid(f"{path}.targets", "names no module", "e.g. q_proj,v_proj")
        case Evaluation(keep_best=True, every=0):
            raise ConfigInvalid(f"{path}.keep_best", "needs evaluations to choose between", "set evaluation.every")
        case Evaluation(samples=samples) if samples == 1 or samples > 1024:
            raise ConfigInvalid(f"{path}.samples", "expected 0, or 2 to 1024", "8 gives pass@1 to pass@8")
        case _:
            pass


def elsewhere(c: Grpo) -> Iterator[tuple[str, str, str]]:
    """What of ``c.sampler`` does not fit the rest: field below ``grpo``, what is wrong, the way out."""
    s = c.sampler
    if s.url and not is_address(s.url):
        yield "sampler.url", "expected an http or https address", "e.g. http://host:8000/v1"
    if "@" in s.url:
        yield "sampler.url", "a login in an address would end up in the log", "leave it out"
    if s.kind == "endpoint" and not s.url:
        yield "sampler.url", "an endpoint needs an address", "e.g. http://host:8000/v1"
    if s.kind != "endpoint" and (s.url or s.model or s.reload):
        yield "sampler.kind", f"{s.kind} has no address, model name or reload path", "use kind endpoint"
    if s.kind == "policy" and s.staleness:
        yield "sampler.staleness", "the policy itself is never behind", "use kind process, or leave it out"
    if (s.staleness or s.kind == "endpoint") and not c.objective.importance_cap:
        message = "tokens that other weights or another engine sampled must be weighed"
        yield "objective.importance_cap", message, "2 is usual"
    if s.kind == "endpoint" and s.logprobs == "raw" and (c.temperature != 1 or not c.top_p == 1 or c.top_k):
        message = "raw log-probabilities are not those of tokens drawn with another temperature, top_p or top_k"
        yield "sampler.logprobs", message, "let the server give processed ones and say so here, or sample plainly"


def is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
