"""The completions of OpenAI's protocol, in tokens: a request's body, and rows out of its answer.

Prompts go as token ids and completions come back as token ids, so nothing is tokenised twice. Token ids are not part
of OpenAI's own answer; vLLM gives them as ``token_ids`` for ``return_token_ids``, and before that as ``token_id:7`` in
place of each token's text for ``return_tokens_as_token_ids``. Both are asked for and either is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from grpo.errors import SamplerBroken
from grpo.sampling.choosing import Sampling
from grpo.sampling.sampling import Sampled, checked

TOKEN = "token_id:"


def request(prompts: Sequence[list[int]], branches: int, sampling: Sampling, seed: int, model: str) -> dict[str, Any]:
    """The JSON body of ``POST /completions`` for ``branches`` completions of every prompt."""
    body: dict[str, Any] = {
        "prompt": [list(prompt) for prompt in prompts],
        "n": branches,
        "max_tokens": sampling.max_tokens,
        "temperature": sampling.temperature,
        "top_p": sampling.top_p,
        "seed": seed,
        "logprobs": 1,
        "return_token_ids": True,
        "return_tokens_as_token_ids": True,
    }
    body |= {"model": model} if model else {}
    body |= {"top_k": sampling.top_k} if sampling.top_k else {}
    return body | ({"stop": list(sampling.stop)} if sampling.stop else {})


def rows(answer: Any, prompts: Sequence[list[int]], branches: int) -> list[Sampled]:
    """The completions of an answer, prompt by prompt.

    Raises:
        SamplerBroken: some are missing, without token ids or log-probabilities, or of another prompt.
    """
    wanted = len(prompts) * branches
    try:
        choices = {int(choice["index"]): choice for choice in answer["choices"]}
        if sorted(choices) != list(range(wanted)):
            raise SamplerBroken(f"{len(answer['choices'])} completions instead of {wanted}")
        for index, choice in choices.items():
            read = choice.get("prompt_token_ids")
            if read is not None and list(read) != list(prompts[index // branches]):
                raise SamplerBroken(f"completion {index}, which continues another prompt than the one that was sent")
        return checked([row(choices[index]) for index in range(wanted)], wanted)
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise SamplerBroken(f"an answer that cannot be read: {problem!r}") from None


def row(choice: dict[str, Any]) -> Sampled:
    scores = choice.get("logprobs")
    if not scores or scores.get("token_logprobs") is None:
        raise SamplerBroken("completions without log-probabilities")
    logprobs = [float(value) for value in scores["token_logprobs"]]
    return Sampled(token_ids(choice), logprobs, choice["finish_reason"] == "stop")


def token_ids(choice: dict[str, Any]) -> list[int]:
    if choice.get("token_ids") is not None:
        return [int(token) for token in choice["token_ids"]]
    written = choice["logprobs"].get("tokens") or []
    if not all(str(token).startswith(TOKEN) for token in written):
        raise SamplerBroken("text instead of token ids; a server that can return token ids is needed, such as vLLM")
    return [int(token.removeprefix(TOKEN)) for token in written]


def version(answer: Any, otherwise: int) -> int:
    """The version of the weights that an answer names in ``metadata.weight_version``, or ``otherwise``."""
    named = (answer.get("metadata") or {}).get("weight_version")
    return int(named) if named is not None and str(named).isdigit() else otherwise
