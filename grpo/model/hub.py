"""Any causal language model of ``transformers`` as a policy; the prompt is still read once per group."""

from __future__ import annotations

from typing import Any

import torch
from safetensors import SafetensorError
from torch import Tensor
from transformers import AutoModelForCausalLM, DynamicCache, PreTrainedModel

from grpo.errors import ModelRefused
from grpo.model.head import TokenScores, of_hidden, of_logits
from grpo.model.hub_talking import HubTalker
from grpo.model.origin import pinned, refused
from grpo.model.policy import Decoder, Policy, scored_tokens
from grpo.model.talking import Talker
from grpo.ragged import Ragged

# Model types whose logits are the last hidden states times one matrix, nothing after it: these can be chunked.
PLAIN_HEADS = {"gpt2", "llama", "mistral", "qwen2", "qwen3", "smollm3"}


class HubPolicy(Policy):
    """A ``PreTrainedModel``. Its cache of a prompt is computed once and repeated for the branches."""

    def __init__(self, model: PreTrainedModel) -> None:
        self.model: PreTrainedModel = model.eval()  # type: ignore[no-untyped-call]  # no dropout: sampling and training must see the same distribution

    @property
    def module(self) -> PreTrainedModel:
        return self.model

    @classmethod
    def load(cls, name: str) -> HubPolicy:
        """Load a local directory or hub id.

        Raises:
            ModelNotFound: not there.
            ModelRefused: no safetensors, weights that are not all there, or it needs code of its own.
        """
        try:
            loaded: Any = AutoModelForCausalLM.from_pretrained(
                **pinned(name),
                use_safetensors=True,
                trust_remote_code=False,
                dtype=torch.float32,
                output_loading_info=True,
            )
        except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
            raise refused(name, error) from None
        model, found = loaded
        # What is missing would be drawn at random, without a word.
        if missing := sorted([*found["missing_keys"], *(key for key, *_ in found["mismatched_keys"])]):
            reason = f"lacks {len(missing)} of its weights, the first is {missing[0]}"
            raise ModelRefused(name, reason, "fetch the model again; config.json and weights must be of one model")
        return cls(model)

    def decoder(self, prompts: Ragged, branches: int, room: int) -> Decoder:
        return HubDecoder(self, prompts.to(self.model.device), branches)

    @torch.no_grad()
    def talker(self, prompts: Ragged, branches: int) -> Talker:
        prompts = prompts.to(self.model.device)
        mask, lengths = prompts.mask().repeat_interleave(branches, 0), prompts.lengths.repeat_interleave(branches)
        return HubTalker(self.model, self.read(prompts, branches), mask, lengths)

    def scores(
        self,
        prompts: Ragged,
        branches: Ragged,
        scored: Tensor,
        temperature: float = 1.0,
        entropy: bool = False,
        chunk: int = 0,
    ) -> TokenScores:
        at, width = self.model.device, branches.rows // prompts.rows
        prompts, branches, scored = prompts.to(at), branches.to(at), scored.to(at)
        cache = self.read(prompts, width)
        hidden_mask = torch.cat((prompts.mask().repeat_interleave(width, 0), branches.mask()), 1)
        positions = prompts.lengths.repeat_interleave(width)[:, None] + torch.arange(
            branches.tokens.shape[1], device=at
        )
        predictors, targets = scored_tokens(branches, scored)
        inputs = {"input_ids": branches.tokens, "attention_mask": hidden_mask.long(), "position_ids": positions}
        if chunk and self.model.config.model_type in PLAIN_HEADS:
            hidden = self.model.base_model(**inputs, past_key_values=cache).last_hidden_state[branches.mask()]
            head: Tensor = self.model.get_output_embeddings().weight  # type: ignore[no-untyped-call]
            return of_hidden(hidden.index_select(0, predictors), head, targets, temperature, entropy, chunk)
        packed = self.model(**inputs, past_key_values=cache).logits[branches.mask()]
        return of_logits(packed.index_select(0, predictors), targets, temperature, entropy)

    def read(self, prompts: Ragged, branches: int) -> Any:
        """Cache of the prompts, every row repeated ``branches`` times."""
        cache = DynamicCache()
        positions = torch.arange(prompts.tokens.shape[1], device=prompts.tokens.device).expand(prompts.rows, -1)
        self.model(
            input_ids=prompts.tokens,
            attention_mask=prompts.mask().long(),
            position_ids=positions,
            past_key_values=cache,
            use_cache=True,
            logits_to_keep=1,
        )
        cache.batch_repeat_interleave(branches)
        return cache


class HubDecoder:
    """Decoding with the model's own cache; rows can be dropped one by one."""

    @torch.no_grad()
    def __init__(self, policy: HubPolicy, prompts: Ragged, branches: int) -> None:
        self.model = policy.model
        self.cache = policy.read(prompts, branches)
        self.mask = prompts.mask().repeat_interleave(branches, 0)
        self.lengths = prompts.lengths.repeat_interleave(branches)
        self.fed = 0

    @torch.no_grad()
    def step(self, tokens: Tensor, alive: Tensor) -> Tensor:
        self.mask = torch.cat((self.mask, torch.ones_like(self.mask[:, :1])), 1)
        output = self.model(
            input_ids=tokens[:, None],
            attention_mask=self.mask.long(),
            past_key_values=self.cache,
            position_ids=(self.lengths + self.fed)[:, None],
            use_cache=True,
        )
        self.fed += 1
        logits: Tensor = output.logits[alive, -1]
        return logits

    def keep(self, alive: Tensor) -> Tensor:
        kept = alive.nonzero().squeeze(1)
        self.cache.batch_select_indices(kept)
        self.mask, self.lengths = self.mask[kept], self.lengths[kept]
        return kept
