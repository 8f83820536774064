"""A model as a directory that ``transformers`` loads: config.json, model.safetensors, tokenizer.json and friends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor
from transformers import PreTrainedTokenizerBase, PreTrainedTokenizerFast

from grpo import parallel
from grpo.errors import ModelNotFound
from grpo.model.lora import adapters, merged_state
from grpo.model.network import Llama, Shape
from grpo.model.origin import look_over, pinned, refused
from grpo.model.policy import LlamaPolicy, Policy
from grpo.prompt import PLAIN_TEMPLATE

WEIGHTS = "model.safetensors"
PLAIN_TOKENIZERS = ("TokenizersBackend", "PreTrainedTokenizerFast")


def llama_config(shape: Shape, tokenizer: PreTrainedTokenizerBase) -> dict[str, Any]:
    """``config.json`` of the network, as ``LlamaForCausalLM`` reads it."""
    return {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "vocab_size": shape.vocabulary,
        "hidden_size": shape.width,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "num_key_value_heads": shape.kv_heads,
        "head_dim": shape.head_size,
        "intermediate_size": shape.feedforward,
        "hidden_act": "silu",
        "rms_norm_eps": shape.epsilon,
        "rope_theta": shape.theta,
        "rope_parameters": {"rope_type": "default", "rope_theta": shape.theta},
        "attention_bias": shape.attention_bias,
        "mlp_bias": False,
        "tie_word_embeddings": shape.tied,
        "max_position_embeddings": shape.positions,
        "eos_token_id": tokenizer.eos_token_id,
        "pad_token_id": tokenizer.pad_token_id,
        "bos_token_id": None,
        "dtype": "float32",
    }


def shape_of(config: dict[str, Any]) -> Shape | None:
    """The shape of a ``config.json``, or ``None`` where this package's network would not compute the same."""
    rope = config.get("rope_parameters") or {}
    plain = (
        config.get("model_type") == "llama"
        and config.get("hidden_act", "silu") == "silu"
        and not config.get("mlp_bias")
        and not config.get("rope_scaling")
        and rope.get("rope_type", "default") == "default"
        and not config.get("quantization_config")
    )
    if not plain:
        return None
    heads = int(config["num_attention_heads"])
    shape = Shape(
        vocabulary=int(config["vocab_size"]),
        width=int(config["hidden_size"]),
        layers=int(config["num_hidden_layers"]),
        heads=heads,
        kv_heads=int(config.get("num_key_value_heads") or heads),
        feedforward=int(config["intermediate_size"]),
        theta=float(rope.get("rope_theta") or config.get("rope_theta") or 10_000.0),
        epsilon=float(config.get("rms_norm_eps", 1e-6)),
        attention_bias=bool(config.get("attention_bias", False)),
        tied=bool(config.get("tie_word_embeddings", False)),
        positions=int(config.get("max_position_embeddings", 2048)),
    )
    return shape if config.get("head_dim") in (None, shape.head_size) else None


def save_model(policy: Policy, tokenizer: PreTrainedTokenizerBase, path: Path) -> None:
    """Write the model into the directory ``path``, which is made."""
    state = state_of(policy)  # first of all: every process of a run takes part, even if the disk here is full
    path.mkdir(parents=True, exist_ok=True)
    if isinstance(policy.module, Llama):
        config = llama_config(policy.module.shape, tokenizer)
        (path / "config.json").write_text(json.dumps(config, indent=1) + "\n")
        generation = {"eos_token_id": config["eos_token_id"], "pad_token_id": config["pad_token_id"]}
        (path / "generation_config.json").write_text(json.dumps(generation, indent=1) + "\n")
        save_file(state, path / WEIGHTS, metadata={"format": "pt"})
    else:
        merged = {"state_dict": state} if adapters(policy.module) or parallel.size() > 1 else {}
        policy.module.save_pretrained(path, **merged)  # type: ignore[operator]
    tokenizer.save_pretrained(path)


def state_of(policy: Policy) -> dict[str, Tensor]:
    return merged_state(policy.module)


def load_model(name: str | Path) -> tuple[Policy, PreTrainedTokenizerBase]:
    """Load a local directory or a hub id, which may end in ``@REVISION``; safetensors only, remote code never.

    Plain Llama-class directories get this package's network, everything else the one of ``transformers``.

    Raises:
        ModelNotFound: no such directory, no model in it, or the hub does not have or give it.
        ModelRefused: its weights are pickled or in another format, or it needs code of its own.
    """
    path = Path(name)
    if not path.is_dir():
        looks_local = isinstance(name, Path) or path.is_absolute() or str(name).startswith((".", "~"))
        if looks_local or str(name).count("/") > 1:
            raise ModelNotFound(str(name), "there is no such directory")
        return load_hub(str(name)), load_tokenizer(str(name))
    look_over(path)
    try:
        shape = shape_of(json.loads((path / "config.json").read_text()))
    except (ValueError, KeyError, TypeError) as error:
        raise ModelNotFound(str(name), f"config.json cannot be read: {error!r}") from None
    if shape is None or not (path / WEIGHTS).is_file():
        return load_hub(str(path)), load_tokenizer(str(path))
    network = Llama(shape)
    try:
        load_state(network, load_file(path / WEIGHTS))
    except (SafetensorError, RuntimeError) as error:
        raise ModelNotFound(str(name), f"{WEIGHTS} does not fit config.json: {error}") from None
    return LlamaPolicy(network), load_tokenizer(str(path))


def load_hub(name: str) -> Policy:
    # The modelling code of transformers costs two seconds and 200 MB to import; the small model never needs it.
    from grpo.model.hub import HubPolicy

    return HubPolicy.load(name)


def load_state(network: Llama, tensors: dict[str, Tensor]) -> None:
    if network.lm_head is None:
        tensors = {name: tensor for name, tensor in tensors.items() if name != "lm_head.weight"}
    network.load_state_dict({name: tensor.to(torch.float32) for name, tensor in tensors.items()})


def load_tokenizer(name: str) -> PreTrainedTokenizerBase:
    """The tokenizer of a directory or hub id; a plain chat template where it has none.

    Raises:
        ModelNotFound: it is not there or cannot be read.
        ModelRefused: it needs code of its own.
    """
    tokenizer = plain_tokenizer(Path(name)) or automatic_tokenizer(name)
    if tokenizer.chat_template is None:
        tokenizer.chat_template = PLAIN_TEMPLATE
    return tokenizer


def plain_tokenizer(path: Path) -> PreTrainedTokenizerBase | None:
    """The tokenizer of a directory that needs no class of its own, or ``None``."""
    try:
        described = json.loads((path / "tokenizer_config.json").read_text())
    except (OSError, ValueError):
        return None
    if described.get("tokenizer_class") not in PLAIN_TOKENIZERS or not (path / "tokenizer.json").is_file():
        return None
    tokenizer: PreTrainedTokenizerBase = PreTrainedTokenizerFast.from_pretrained(path)
    return tokenizer


def automatic_tokenizer(name: str) -> PreTrainedTokenizerBase:
    # The automatic choice imports every model's code; see load_hub.
    from transformers import AutoTokenizer

    try:
        tokenizer: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(**pinned(name), trust_remote_code=False)
    except (OSError, ValueError, KeyError) as error:
        raise refused(name, error, "its tokenizer cannot be loaded: ") from None
    return tokenizer
