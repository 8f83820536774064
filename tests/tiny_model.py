"""A random Llama of some thousand weights with a byte-level BPE tokenizer, saved as a Hugging Face directory."""

from __future__ import annotations

import json
from pathlib import Path

TEXT = "the reserve pump starts when the water level falls below nine metres . question : what starts ? answer"
TEMPLATE = (
    "{% for message in messages %}<|{{ message['role'] }}|>{{ message['content'] | trim }}{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)


def save(directory: Path, seed: int = 0, context: int = 256) -> Path:
    """Write the model; `seed` gives other weights, so other answers."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    marks = ["<|pad|>", "<|end|>", "<|user|>", "<|assistant|>", "<|system|>"]
    trainer = trainers.BpeTrainer(
        vocab_size=400,
        special_tokens=marks,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator([TEXT] * 3, trainer)
    PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer, pad_token="<|pad|>", eos_token="<|end|>", chat_template=TEMPLATE
    ).save_pretrained(directory)
    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        max_position_embeddings=context,
        eos_token_id=1,
        pad_token_id=0,
        tie_word_embeddings=True,
        initializer_range=0.5,
    )
    LlamaForCausalLM(config).save_pretrained(directory)  # type: ignore[no-untyped-call]
    return directory


async def publish(blobs: object, tenant: str, directory: Path) -> str:
    """Store the directory's files and their manifest; returns the manifest's blob key."""
    from streams.blobs import Blobs

    assert isinstance(blobs, Blobs)
    files = {}
    for path in sorted(directory.iterdir()):
        if path.suffix in (".safetensors", ".json", ".jinja", ".txt"):
            ref = await blobs.put_file(tenant, path)
            files[path.name] = {"blob": ref.key, "sha256": ref.sha256, "size": ref.size}
    ref = await blobs.put(tenant, json.dumps({"version": 1, "files": files}).encode(), "application/json")
    return ref.key
