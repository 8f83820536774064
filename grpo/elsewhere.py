"""Sampling elsewhere: the settings of who samples instead of the policy itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class SampledBy:
    """Who samples: the policy itself, a process beside it, or a server; see ``grpo.sampling.pipeline``.

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
