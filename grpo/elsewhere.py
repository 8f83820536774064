"""Sampling elsewhere: the settings of who samples instead of the policy itself, and what must fit to them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from grpo.settings import Grpo


@dataclass(frozen=True)
class SampledBy:
    """Who samples: the policy itself, a process beside it, or a server; see ``grpo.pipeline``.

    Attributes:
        staleness: most versions (updates) that the weights which sampled a group may be behind; above 0 the sampler
            works on the next steps while the learner learns.
        url, model: of an OpenAI-compatible completion server, and the name by which it knows the model.
        reload: path on that server that is told where new weights lie; empty: its weights stay as they are.
        logprobs: whether the server's log-probabilities are of its raw logits, or of what tokens were drawn from.
        batch: prompts in one request to a server; 0: all.
        timeout: seconds for one answer, and for weights that must not be older.
        tries: how often one request is made before the run fails.
    """

    kind: Literal["policy", "process", "endpoint"] = "policy"
    staleness: int = 0
    url: str = ""
    model: str = ""
    reload: str = ""
    logprobs: Literal["raw", "processed"] = "raw"
    batch: int = 1
    timeout: float = 120.0
    tries: int = 4


def misfits(c: Grpo) -> Iterator[tuple[str, str, str]]:
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
