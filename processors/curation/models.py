"""Scores that a model gives: perplexity, a reward model's score, and how far embeddings are apart. Pure: bodies of
requests, and what their answers say.

    perplexity    exp of minus the mean log probability of the answer's tokens after the question; `/completions` with
                  echo and logprobs, as vLLM and llama-cpp-python serve it
    reward_model  the number of `/pooling` (vLLM) for question and answer as a conversation
    diversity     1 - the highest cosine similarity to another sample of the curation; `/embeddings`
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from processors.curation.sample import Sample

PERPLEXITY, REWARD, DIVERSITY = "perplexity", "reward_model", "diversity"
VERSION = "1"
BLOCK = 1024


def perplexity_body(sample: Sample, model: str) -> dict[str, Any]:
    """The request for log probabilities of what is there already."""
    return {
        "model": model,
        "prompt": f"{sample.question}\n{sample.answer}",
        "max_tokens": 1,
        "temperature": 0,
        "echo": True,
        "logprobs": 1,
    }


def perplexity(sample: Sample, answer: Any) -> float | None:
    """Perplexity of the answer's tokens; None where the server gave no log probabilities of them."""
    begins = len(sample.question) + 1
    ends = begins + len(sample.answer)
    try:
        told = answer["choices"][0]["logprobs"]
        pairs = zip(told["text_offset"], told["token_logprobs"], strict=True)
        found = [float(value) for at, value in pairs if value is not None and begins <= at < ends]
    except (LookupError, TypeError, ValueError):
        return None
    value = -sum(found) / len(found) if found else math.inf
    return math.exp(value) if value < 700 else None


def reward_body(sample: Sample, model: str) -> dict[str, Any]:
    """The request for a reward."""
    turns = [{"role": "user", "content": sample.question}, {"role": "assistant", "content": sample.answer}]
    return {"model": model, "messages": turns}


def reward(answer: Any) -> float | None:
    """The number of a pooling answer; of several the last one."""
    try:
        found = answer["data"][0]["data"]
        while isinstance(found, list):
            found = found[-1]
        value = float(found)
    except (LookupError, TypeError, ValueError):
        return None
    return value if math.isfinite(value) else None


def embeddings(answer: Any, count: int) -> list[list[float]] | None:
    """The vectors of an answer, in the order of what was asked; None where they are not all there."""
    try:
        rows = sorted(answer["data"], key=lambda one: one["index"])
        found = [[float(value) for value in row["embedding"]] for row in rows]
    except (LookupError, TypeError, ValueError):
        return None
    return found if len(found) == count and len({len(row) for row in found}) <= 1 else None


def diversity(vectors: Sequence[Sequence[float]]) -> list[tuple[float, int]]:
    """Per vector, 1 - its highest cosine similarity to another one, and which one; (1.0, -1) for a single one."""
    import numpy as np

    if len(vectors) < 2:
        return [(1.0, -1) for _ in vectors]
    table = np.asarray(vectors, dtype=np.float32)
    table /= np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-12)
    found: list[tuple[float, int]] = []
    for start in range(0, len(table), BLOCK):
        block = table[start : start + BLOCK] @ table.T
        rows = np.arange(len(block))
        block[rows, start + rows] = -np.inf
        best = block.argmax(axis=1)
        found += [(round(float(1 - block[row, at]), 6), int(at)) for row, at in zip(rows, best, strict=True)]
    return found
