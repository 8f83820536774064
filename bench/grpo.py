"""GRPO steps on one CPU thread beside TRL: same weights, prompts, group size, completion length, fp32, AdamW, clip.

A completion counts when it was sampled, scored, and entered an update. Each side runs in a process of its own with one
thread and the same allocator settings; figures are medians over segments of several steps after a warm-up.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.figure import figure
from bench.peer import environment

PEER = ("trl==1.16.*", "torch==2.15.0", "transformers==5.17.0", "psutil")
HERE = Path(__file__).parent


@dataclass(frozen=True)
class Preset:
    """Sizes of one comparison; lengths in tokens, every completion has exactly ``completion`` of them."""

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


PRESETS = (
    Preset("1.7M, prompt 32, completion 32, G 8", 4000, 144, 4, 448, 32, 32, 8, 8, 4),
    Preset("1.7M, prompt 256, completion 32, G 16", 4000, 144, 4, 448, 256, 32, 16, 4, 3),
)


def prepare(preset: Preset, folder: Path) -> Path:
    """Write the model with its tokenizer and the prompts; returns the file that describes the work."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    from grpo.directory import save_model
    from grpo.network import Llama, Shape
    from grpo.policy import LlamaPolicy

    entries = {"<pad>": 0, "<end>": 1, **{f"w{n}": n for n in range(2, preset.vocabulary)}}
    backend = Tokenizer(models.WordLevel(entries, unk_token="<pad>"))
    backend.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=backend, pad_token="<pad>", eos_token="<end>", padding_side="left"
    )
    network = Llama(Shape(preset.vocabulary, preset.width, preset.layers, 4, 4, preset.feedforward, 1e4, tied=True))
    chance = torch.Generator().manual_seed(0)
    for name, parameter in network.named_parameters():
        if "norm" not in name:
            torch.nn.init.normal_(parameter, std=0.02, generator=chance)
    save_model(LlamaPolicy(network), tokenizer, folder / "model")
    dice = random.Random(0)
    count = preset.prompts * (preset.warmup + preset.steps * preset.segments)
    prompts = [[dice.randrange(2, preset.vocabulary) for _ in range(preset.prompt)] for _ in range(count)]
    work = {**asdict(preset), "model": str(folder / "model"), "prompts_file": str(folder / "prompts.json")}
    (folder / "prompts.json").write_text(json.dumps(prompts))
    (folder / "work.json").write_text(json.dumps(work))
    return folder / "work.json"


def side(python: str, script: str, work: Path) -> dict[str, Any]:
    """Run one side; its last line of output is its result."""
    calm = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}
    calm |= {"MALLOC_MMAP_THRESHOLD_": str(1 << 30), "MALLOC_TRIM_THRESHOLD_": str(1 << 31)}
    calm |= {"HF_HUB_OFFLINE": "1", "PYTHONPATH": str(HERE.parent)}
    # -P: the folder of the script would hide the standard library's `platform` and our own `grpo`.
    command = [python, "-P", str(HERE / script), str(work)]
    done = subprocess.run(command, env={**os.environ, **calm}, stdout=subprocess.PIPE, check=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def run() -> Iterator[dict[str, Any]]:
    """Completions per CPU second, and peak resident memory, of each preset."""
    peer = str(environment("trl", PEER))
    for preset in PRESETS:
        with tempfile.TemporaryDirectory() as folder:
            work = prepare(preset, Path(folder))
            ours, theirs = side(sys.executable, "grpo_own.py", work), side(peer, "grpo_trl.py", work)
        made = preset.prompts * preset.group * preset.steps
        yield figure(
            f"GRPO, {preset.name}",
            [made / seconds for seconds in ours["segments"]],
            "completions per CPU second",
            [made / seconds for seconds in theirs["segments"]],
            preset=asdict(preset),
            parameters=ours["parameters"],
            peer_version=theirs["version"],
        )
        yield figure(f"GRPO peak memory, {preset.name}", [ours["peak_mib"]], "MiB resident", [theirs["peak_mib"]])
