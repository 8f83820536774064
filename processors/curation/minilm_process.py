"""`python -m processors.curation.minilm_process MODEL SHA256 MEMORY CPU_SECONDS`: texts in, vectors out.

Standard input: a JSON array of texts. Standard output: little-endian float32, one row for each text. Exit code 2: the
weights have another hash. The texts are read after the process has limited itself.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from streams.confined import confine

BATCH, LONGEST = 32, 256
"""Texts at once; tokens of one, as the model was trained."""


def main() -> int:
    model, expected, memory, cpu_seconds = sys.argv[1:]
    with open(Path(model) / "model.safetensors", "rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != expected:
            return 2
    import torch
    from transformers import AutoModel, AutoTokenizer

    torch.set_num_threads(1)
    tokenizer = AutoTokenizer.from_pretrained(model, local_files_only=True)
    network = AutoModel.from_pretrained(model, local_files_only=True, use_safetensors=True).eval()
    confine(int(memory), int(cpu_seconds))
    texts = json.load(sys.stdin)
    # Texts of one length stand together: less of a batch is padding.
    order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
    rows: list[bytes] = [b""] * len(texts)
    with torch.inference_mode():
        for start in range(0, len(order), BATCH):
            some = order[start : start + BATCH]
            for index, row in zip(some, _embedded(tokenizer, network, [texts[at] for at in some]), strict=True):
                rows[index] = row
    with os.fdopen(1, "wb", closefd=False) as out:
        out.write(b"".join(rows))
    return 0


def _embedded(tokenizer: Any, network: Any, texts: Sequence[str]) -> list[bytes]:
    """Mean of the last hidden states over the tokens of each text, scaled to length 1 (Reimers and Gurevych 2019)."""
    import torch

    told = tokenizer(list(texts), padding=True, truncation=True, max_length=LONGEST, return_tensors="pt")
    states = network(**told).last_hidden_state
    seen = told["attention_mask"].unsqueeze(-1).to(states.dtype)
    mean = (states * seen).sum(1) / seen.sum(1).clamp(min=1)
    table = torch.nn.functional.normalize(mean, dim=1).to(torch.float32).numpy().astype("<f4")
    return [row.tobytes() for row in table]


if __name__ == "__main__":
    sys.exit(main())
