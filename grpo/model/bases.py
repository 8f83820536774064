"""Base models: loaded, and looked over for what would otherwise show only as nonsense after hours.

A tokenizer belongs to its model. One of another model gives ids that mean other words, and nothing in training fails:
it only never learns. What can be known before is whether its ids fit into the embedding, whether it names the same end
as the model does, and whether its chat template can be filled in.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jinja2 import TemplateError
from torch import nn
from transformers import PreTrainedTokenizerBase

from grpo.errors import TokenizerMismatch
from grpo.model.directory import load_model
from grpo.model.policy import Policy
from grpo.prompt import encode, end_tokens

# Embeddings are padded to round numbers; of the models in use none was seen with more rows than this to spare.
SPARE_ROWS, SPARE_SHARE = 1024, 0.05


def load_base(name: str) -> tuple[Policy, PreTrainedTokenizerBase]:
    """Load a directory or hub id to start training from.

    Raises:
        ModelNotFound, ModelRefused: see ``grpo.model.directory.load_model``.
        TokenizerMismatch: its tokenizer is that of another model, or unfit for training.
    """
    policy, tokenizer = load_model(name)
    check_vocabulary(name, tokenizer, embedding_rows(policy.module))
    check_end(name, tokenizer, named_ends(name, policy))
    check_template(name, tokenizer)
    return policy, tokenizer


def embedding_rows(module: nn.Module) -> int:
    """Entries of the embedding: token ids below it can be read."""
    find: Any = getattr(module, "get_input_embeddings", lambda: module.get_submodule("model.embed_tokens"))
    return int(find().weight.shape[0])


def check_vocabulary(name: str, tokenizer: PreTrainedTokenizerBase, rows: int) -> None:
    """Whether all of ``tokenizer``'s ids, and not many more, are rows of the embedding.

    Raises:
        TokenizerMismatch: one is larger, or the tokenizer leaves more rows unused than padding explains.
    """
    largest = max(tokenizer.get_vocab().values(), default=-1)
    if largest >= rows:
        reason = f"its largest id is {largest}, but the embedding has {rows} rows"
        raise TokenizerMismatch(name, reason, "use the tokenizer that came with the model")
    if rows - 1 - largest > max(SPARE_ROWS, SPARE_SHARE * rows):
        reason = f"it has {largest + 1} entries, the embedding {rows} rows; it is that of another model"
        raise TokenizerMismatch(name, reason, "use the tokenizer that came with the model")


def check_end(name: str, tokenizer: PreTrainedTokenizerBase, named: set[int]) -> None:
    """Whether the tokenizer has an end token, and the model, where it names ends, means the same.

    Args:
        named: end tokens in the model's own configuration; may be empty.

    Raises:
        TokenizerMismatch: no end token, or one that the model does not know as such.
    """
    ends = set(end_tokens(tokenizer))
    if not ends:
        reason = "it has no end token, so no completion could ever end by itself"
        raise TokenizerMismatch(name, reason, "name it as eos_token in tokenizer_config.json")
    if named and not ends & named:
        reason = f"its end token is {sorted(ends)}, the model's is {sorted(named)}"
        remedy = "use the tokenizer that came with the model, or make eos_token_id in config.json and eos_token agree"
        raise TokenizerMismatch(name, reason, remedy)


def check_template(name: str, tokenizer: PreTrainedTokenizerBase) -> None:
    """Whether the chat template makes a prompt of a question.

    Raises:
        TokenizerMismatch: it fails, leaves out the question, or gives less than two tokens.
    """
    try:
        tokens = encode(tokenizer, "a passage", "which word?")
    except (TemplateError, ValueError, TypeError, KeyError) as problem:
        reason = f"its chat template cannot be filled with a user message: {problem}"
        raise TokenizerMismatch(name, reason, "mend chat_template, or remove it for a plain one") from None
    if len(tokens) < 2 or tokens == encode(tokenizer, "other words", "why?"):
        reason = "its chat template leaves out the user's message"
        raise TokenizerMismatch(name, reason, "mend chat_template, or remove it for a plain one")


def named_ends(name: str, policy: Policy) -> set[int]:
    """End tokens that the model itself names, in ``config.json`` and ``generation_config.json``."""
    described: list[Any] = []
    if Path(name).is_dir():
        for file in ("config.json", "generation_config.json"):
            if (Path(name) / file).is_file():
                described.append(json.loads((Path(name) / file).read_text()).get("eos_token_id"))
    else:
        for part in ("config", "generation_config"):
            described.append(getattr(getattr(policy.module, part, None), "eos_token_id", None))
    return {int(one) for ends in described if ends is not None for one in (ends if isinstance(ends, list) else [ends])}
