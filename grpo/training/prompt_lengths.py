"""Whether the prompts of a run fit, counted with its own tokenizer before anything is trained."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from transformers import PreTrainedTokenizerBase

from grpo.errors import DatasetUnusable
from grpo.prompt import encode
from grpo.records import PromptsLeftOut
from grpo.samples import Sample

NAMED = 20
"""Most samples that are told by name."""
FIELD = "config.grpo.max_prompt_tokens"


def fitting(samples: Iterable[Sample], tokenizer: PreTrainedTokenizerBase, most: int) -> list[Sample]:
    """The samples whose prompts, template included, have at most ``most`` tokens."""
    return [sample for sample in samples if length(tokenizer, sample) <= most]


def left_out(samples: Sequence[Sample], tokenizer: PreTrainedTokenizerBase, most: int) -> PromptsLeftOut | None:
    """The samples whose prompts are longer, the longest first; None where all fit.

    Raises:
        DatasetUnusable: no prompt fits.
    """
    lengths = ((length(tokenizer, sample), sample.sample_id) for sample in samples)
    over = sorted((found for found in lengths if found[0] > most), key=lambda found: (-found[0], found[1]))
    if not over:
        return None
    if len(over) == len(samples):
        raise DatasetUnusable(
            FIELD, f"no prompt is shorter than {most} tokens; they have {over[-1][0]} to {over[0][0]}",
            f"set it to {over[0][0]}, or freeze the dataset anew with a smaller prompt limit",
        )  # fmt: skip
    return PromptsLeftOut(len(over), len(samples), over[0][0], most, tuple(name for _, name in over[:NAMED]))


def length(tokenizer: PreTrainedTokenizerBase, sample: Sample) -> int:
    """Tokens of a sample's prompt."""
    return len(encode(tokenizer, sample.passage, sample.question))
