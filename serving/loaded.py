"""A model version in memory: a Hugging Face directory turned into a function from messages to text pieces."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer
from transformers.utils.logging import disable_progress_bar

from serving.chat import ChatError, FinishReason
from serving.sampling import Sampling, pick, sendable

if TYPE_CHECKING:
    from serving.guided import Guide

disable_progress_bar()  # type: ignore[no-untyped-call]  # our standard error holds JSON lines
# While transformers loads a model it patches torch for the whole process: two at once leave tied weights untied and
# answer with the words of a random output layer.
_LOADING = threading.Lock()
MOST_TOKENS = 1024  # per choice where the client names no limit


@dataclass(frozen=True, slots=True)
class Piece:
    """Text of one choice; `reason` says that the choice ended with it. tokens: of this choice so far."""

    index: int
    text: str
    reason: FinishReason | None
    tokens: int


class Loaded:
    """One version. Threads may generate at the same time: nothing is shared but the weights.

    Raises:
        ChatError: 503 MODEL_BROKEN, the directory is no causal language model in safetensors.
    """

    def __init__(self, directory: Path, name: str) -> None:
        self.name = name
        try:
            self.tokenizer: Any = AutoTokenizer.from_pretrained(
                directory, local_files_only=True, trust_remote_code=False
            )
            with _LOADING:
                loading: Any = AutoModelForCausalLM.from_pretrained(
                    directory,
                    local_files_only=True,
                    trust_remote_code=False,
                    use_safetensors=True,
                    output_loading_info=True,
                )
            self.model: Any = loading[0]
            found: dict[str, set[str]] = loading[1]
            if found["missing_keys"]:
                raise ValueError(f"weights are missing: {', '.join(sorted(found['missing_keys'])[:5])}")
        except Exception as error:  # transformers raises many kinds on broken directories
            raise ChatError(503, "model_broken", f"{name} cannot be loaded: {error}") from error
        self.model.train(False)
        self.context = int(getattr(self.model.config, "max_position_embeddings", 0) or 2048)
        self.width = int(self.model.get_output_embeddings().weight.shape[0])
        """Of the logits: a vocabulary may be padded."""
        ends = self.model.generation_config.eos_token_id
        listed = ends if isinstance(ends, list) else [ends, self.tokenizer.eos_token_id]
        self.ends = {int(end) for end in listed if end is not None}

    def prompt(self, messages: Sequence[tuple[str, str]], limit: int | None) -> tuple[list[int], int]:
        """Token ids of (role, text) messages under the model's chat template, and the tokens that may follow.

        Raises:
            ChatError: 400 context_length_exceeded or no_chat_template.
        """
        if self.tokenizer.chat_template:
            listed = [{"role": role, "content": text} for role, text in messages]
            try:
                text = self.tokenizer.apply_chat_template(listed, add_generation_prompt=True, tokenize=False)
            except Exception as error:  # a template may refuse roles or their order, in its own words
                raise ChatError(
                    400, "bad_messages", f"the chat template of {self.name}: {error}", "messages"
                ) from error
            ids = self.tokenizer(text, add_special_tokens=False)["input_ids"]
        else:
            ids = self.tokenizer("\n\n".join(text for _, text in messages) + "\n")["input_ids"]
        room = self.context - len(ids)
        if not ids or room < 1:
            raise ChatError(
                400,
                "context_length_exceeded",
                f"the messages have {len(ids)} tokens; {self.name} takes {self.context} with the answer",
                "messages",
            )
        return list(ids), min(room, limit or MOST_TOKENS)

    @torch.inference_mode()
    def generate(
        self,
        ids: Sequence[int],
        sampling: Sampling,
        emit: Callable[[Piece], None],
        cancelled: threading.Event,
        guide: Guide | None = None,
    ) -> int:
        """Generate all choices together, handing out text as soon as it is final.

        Args:
            ids: prompt tokens.
            emit: called from this thread, in order per choice; the last piece of a choice has a reason.
            cancelled: looked at before every token.
            guide: keeps the answer to a schema; for one choice.

        Returns:
            Tokens generated over all choices.
        """
        generator = torch.Generator()
        generator.manual_seed(sampling.seed if sampling.seed is not None else secrets.randbits(62))
        rows = [_Row(index) for index in range(sampling.n)]
        out = self.model(input_ids=torch.tensor([ids]), use_cache=True, logits_to_keep=1)
        cache, logits = out.past_key_values, out.logits[:, -1].repeat(sampling.n, 1)
        if sampling.n > 1:
            cache.batch_repeat_interleave(sampling.n)
        for step in range(1, sampling.limit + 1):
            if guide:
                logits = guide.mask(logits)
            tokens = pick(logits, sampling, generator)
            if guide:
                guide.take(int(tokens[0]))
            for row, token in zip(rows, tokens.tolist(), strict=True):
                self._extend(row, token, step == sampling.limit, sampling, emit)
            if cancelled.is_set() or all(row.done for row in rows):
                break
            out = self.model(input_ids=tokens.unsqueeze(-1), past_key_values=cache, use_cache=True)
            cache, logits = out.past_key_values, out.logits[:, -1]
        return sum(row.counted for row in rows)

    def _extend(self, row: _Row, token: int, last: bool, sampling: Sampling, emit: Callable[[Piece], None]) -> None:
        if row.done:
            return
        row.counted += 1
        ended = token in self.ends
        if not ended:
            row.tokens.append(token)
        # A byte-level tokenizer writes the blank before a word into the word; in front of an answer it means nothing.
        text = self.tokenizer.decode(row.tokens, skip_special_tokens=True, clean_up_tokenization_spaces=False).lstrip()
        end, stopped = sendable(text, row.sent, sampling.stop)
        if (ended or last) and not stopped:
            end = len(text)
        reason: FinishReason | None = "stop" if ended or stopped else "length" if last else None
        if end > row.sent or reason:
            emit(Piece(row.index, text[row.sent : end], reason, row.counted))
        row.sent, row.done = end, reason is not None


class _Row:
    """A choice while it grows."""

    __slots__ = ("counted", "done", "index", "sent", "tokens")

    def __init__(self, index: int) -> None:
        self.index, self.tokens, self.sent, self.counted, self.done = index, list[int](), 0, 0, False
