"""What is asked in a step: samples and their prompts, some of them in other words."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from transformers import PreTrainedTokenizerBase

from grpo.chance import dice, drawn
from grpo.prompt import encode
from grpo.samples import Sample
from grpo.sampling.swap import Swaps, swapped
from grpo.settings import Grpo


class Asked(NamedTuple):
    """A sample as it is asked, its prompt, and whether words of it were swapped for others."""

    sample: Sample
    prompt: list[int]
    swapped: bool


class Asker:
    """Draws the samples of every step; a function of the seed, the step and the round alone."""

    def __init__(
        self,
        tokenizer: PreTrainedTokenizerBase,
        samples: Sequence[Sample],
        config: Grpo,
        seed: int,
        ends: Collection[int],
    ) -> None:
        self.tokenizer, self.samples, self.config, self.seed = tokenizer, samples, config, seed
        self.swaps = Swaps(tokenizer, ends)

    def ask(self, step: int, again: int = 0) -> list[Asked]:
        """The samples of a step with their prompts; in a share ``swap`` of them words are swapped for others.

        Args:
            again: 0, or the round of refilling, which draws from an order of its own.
        """
        purpose = f"ask/again/{again}" if again else "ask"
        rng = dice(self.seed, purpose, step)
        asked = []
        for index in drawn(self.seed, purpose, len(self.samples), self.config.prompts, step):
            sample = self.samples[index]
            prompt = encode(self.tokenizer, sample.passage, sample.question)
            share, seed = rng.uniform(0.3, 1), rng.getrandbits(64)
            changed = rng.random() < self.config.swap and self.swaps.possible
            asked.append(self.swap(sample, prompt, share, seed) if changed else Asked(sample, prompt, False))
        return asked

    def swap(self, sample: Sample, prompt: list[int], share: float, seed: int) -> Asked:
        """The sample in other words: the same swaps in passage, question, answer and source."""

        def ids(text: str) -> list[int]:
            return list(self.tokenizer.encode(text, add_special_tokens=False))

        passage, gold, question = ids(sample.passage), ids(f" {sample.answer}"), ids(f" {sample.question}")
        table = self.swaps.table(dice(seed, "swap"), [*passage, *gold], share)

        def read(tokens: list[int]) -> str:
            return str(self.tokenizer.decode(swapped(tokens, table)))

        other = Sample(
            sample.sample_id,
            read(passage),
            read(question).strip(),
            read(gold).strip(),
            sample.section,
            sample.reward,
            read(ids(f" {sample.source}")).strip() if sample.source else "",
        )
        return Asked(other, swapped(prompt, table), True)
