"""GRPO steps on one CPU thread beside TRL: same weights, prompts, order, group and lengths, fp32, AdamW, clip.

A completion counts when it was sampled, scored, and entered an update; nothing is logged or written on either side.
Both sides run at the same time in processes of their own, one thread each, and take turns segment by segment; figures
are medians over the segments after a warm-up. The end token cannot be drawn, so that every completion is full. Peak
memory is what was resident at most, the interpreter and the libraries included.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.figure import figure
from bench.peer import environment
from bench.turns import Side, alternate

PEER = ("trl==1.16.*", "torch==2.15.0", "transformers==5.17.0", "psutil")


@dataclass(frozen=True)
class Preset:
    """Sizes of one comparison; prompt and completion in tokens, the same for all.

    Attributes:
        steps: of one segment.
        spread: standard deviation of the first weights.
        until: mean reward of a step's completions after which training ends.
        own: settings of ours besides those that both have, as JSON of ``grpo.settings.Grpo``.
        peer: choices for TRL other than those of ``bench.grpo_trl``, as JSON.
    """

    name: str
    vocabulary: int
    width: int
    layers: int
    feedforward: int
    prompt: int
    completion: int
    group: int
    prompts: int
    steps: int
    segments: int = 3
    warmup: int = 2
    heads: int = 4
    kv_heads: int = 4
    rate: float = 1e-4
    seed: int = 0
    spread: float = 0.02
    until: float = 2.0
    own: str = "{}"
    peer: str = "{}"


PRESETS = (
    Preset("1.7M, prompt 32, completion 32, G 8", 4000, 144, 4, 448, 32, 32, 8, 8, 4),
    Preset("5.5M, prompt 64, completion 64, G 8", 4000, 256, 6, 640, 64, 64, 8, 8, 2),
    Preset("1.7M, prompt 256, completion 32, G 16", 4000, 144, 4, 448, 256, 32, 16, 4, 3),
    Preset("vocabulary 32k, prompt 32, completion 32, G 8", 32_000, 144, 4, 448, 32, 32, 8, 8, 2),
)


def prepare(preset: Preset, folder: Path, ends: bool = False) -> Path:
    """Write the model with its tokenizer, the prompts, and what each side is to do; returns ``folder``.

    Args:
        ends: whether the end token is one that the model can draw.
    """
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    from grpo.chance import drawn
    from grpo.model.directory import save_model
    from grpo.model.network import Llama, Shape
    from grpo.model.policy import LlamaPolicy
    from grpo.prompt import content, encode

    known = preset.vocabulary - ends
    entries = {f"w{n}": n for n in range(known)} | {"<end>": known}
    backend = Tokenizer(models.WordLevel(entries, unk_token="w1"))
    backend.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=backend, pad_token="w0", eos_token="<end>", padding_side="left"
    )
    tokenizer.chat_template = "{{ messages[0]['content'] }}"
    p = preset
    shape = Shape(p.vocabulary, p.width, p.layers, p.heads, p.kv_heads, p.feedforward, 1e4, tied=True)
    network = Llama(shape)
    chance = torch.Generator().manual_seed(preset.seed)
    for name, parameter in network.named_parameters():
        if "norm" not in name:
            torch.nn.init.normal_(parameter, std=preset.spread, generator=chance)
    save_model(LlamaPolicy(network), tokenizer, folder / "model")
    dice = random.Random(preset.seed)
    steps = preset.warmup + preset.steps * preset.segments

    def words(count: int) -> str:
        return " ".join(f"w{dice.randrange(2, known)}" for _ in range(count))

    # The prompt is passage, one word that marks the question, question.
    asked = [{"passage": words(preset.prompt - 2), "question": words(1)} for _ in range(preset.prompts * steps)]
    for one in asked:
        one["prompt"] = content(one["passage"], one["question"])
        assert len(encode(tokenizer, one["passage"], one["question"])) == preset.prompt
    # Ours asks in a shuffled order, so TRL gets its prompts in that order.
    order = [
        place for step in range(steps) for place in drawn(preset.seed, "ask", len(asked), preset.prompts, step + 1)
    ]
    (folder / "asked.json").write_text(json.dumps(asked))
    (folder / "ordered.json").write_text(json.dumps([asked[place] for place in order]))
    work = {**asdict(preset), "model": str(folder / "model")}
    (folder / "own.json").write_text(json.dumps({**work, "prompts_file": str(folder / "asked.json")}))
    (folder / "trl.json").write_text(json.dumps({**work, "prompts_file": str(folder / "ordered.json")}))
    return folder


def compared(preset: Preset) -> Iterator[dict[str, Any]]:
    """Completions per CPU second, and peak resident memory, of one preset."""
    peer = str(environment("trl", PEER))
    with tempfile.TemporaryDirectory() as name:
        folder = prepare(preset, Path(name))
        sides = [Side(sys.executable, "grpo_own.py", folder / "own.json")]
        sides.append(Side(peer, "grpo_trl.py", folder / "trl.json"))
        ours, theirs = alternate(sides, preset.segments)
    assert ours["prompts"] == theirs["prompts"], "the two sides were asked different prompts"
    made = preset.prompts * preset.group * preset.steps
    about = {"preset": asdict(preset), "parameters": ours["parameters"], "peer_version": theirs["version"]}
    yield figure(
        f"GRPO, {preset.name}",
        [made / seconds for seconds in ours["seconds"]],
        "completions per CPU second",
        [made / seconds for seconds in theirs["seconds"]],
        **about,
    )
    yield figure(f"GRPO peak memory, {preset.name}", [ours["peak_mib"]], "MiB resident", [theirs["peak_mib"]], **about)


def run() -> Iterator[dict[str, Any]]:
    """Every preset; ratios above 1 are better for speed, below 1 for memory."""
    for preset in PRESETS:
        yield from compared(preset)
