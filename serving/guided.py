"""Guided JSON: a token that would break the schema cannot be taken. llguidance computes which tokens those are."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import llguidance.hf
import numpy as np
import torch
from llguidance import LLMatcher
from torch import Tensor

from serving.chat import ChatError

COMPACT = {"item_separator": ",", "key_separator": ":", "whitespace_flexible": False}
"""No blanks between tokens of JSON: a small model cannot lose itself in them."""


class Guides:
    """Makes guides for one model. The tokenizer is read once.

    Args:
        tokenizer: a fast tokenizer of transformers.
        width: of the logits, at least the size of the vocabulary.
        ends: tokens that end an answer.
    """

    def __init__(self, tokenizer: Any, width: int, ends: Iterable[int]) -> None:
        self._tokenizer = llguidance.hf.from_tokenizer(tokenizer, n_vocab=width, eos_token=sorted(ends))
        self._width = width

    def make(self, schema: Mapping[str, Any]) -> Guide:
        """A guide for one answer.

        Args:
            schema: JSON Schema (draft 2020-12); `{"type": "object"}` for any object.

        Raises:
            ChatError: 400 bad_schema, the schema holds what cannot be guided by.
        """
        grammar = LLMatcher.grammar_from_json_schema(json.dumps({**schema, "x-guidance": COMPACT}))
        matcher = LLMatcher(self._tokenizer, grammar)
        if matcher.is_error():
            raise ChatError(400, "bad_schema", f"no guide for this schema: {matcher.get_error()}", "response_format")
        return Guide(matcher, self._width)


class Guide:
    """Follows one answer."""

    def __init__(self, matcher: LLMatcher, width: int) -> None:
        self._matcher, self._width = matcher, width

    def mask(self, logits: Tensor) -> Tensor:
        """The logits [1, vocabulary], those of tokens that cannot stand here at minus infinity."""
        bits = np.unpackbits(np.frombuffer(self._matcher.compute_bitmask(), dtype=np.uint8), bitorder="little")
        allowed = torch.from_numpy(bits[: self._width].astype(bool)).to(logits.device)
        return logits.masked_fill(~allowed, float("-inf"))

    def take(self, token: int) -> None:
        """Go on behind `token`."""
        self._matcher.consume_token(token)
