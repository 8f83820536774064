"""Some steps of reinforcement, by one process or by several; as a program, one of several.

    RANK=0 WORLD_SIZE=2 MASTER_ADDR=127.0.0.1 MASTER_PORT=12345 python -m tests.parallel_steps FOLDER CASE...

The first process writes the weights, the optimizer's state and the figures of each case into FOLDER, and what all of
them are told when a reward fails in the last one alone.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor

from grpo import parallel
from grpo.chance import generator
from grpo.errors import GrpoError, RewardFailed
from grpo.learning.learner import Learner
from grpo.model.head import TokenScores
from grpo.model.lora import AdapterOff, adapter_state, attach, merged_state, restore_adapters
from grpo.model.network import Llama, Shape
from grpo.model.parallel_model import spread
from grpo.model.policy import LlamaPolicy, Policy, Scorer
from grpo.model.tokenizer import build
from grpo.ragged import Ragged
from grpo.reward.measures import Completion, register
from grpo.settings import Advantage, Grpo, Lora, Objective
from tests.small_corpus import TRAIN, corpus

STEPS = 2
TOKENIZER = build([corpus()], 400)
PLAIN = Grpo(
    prompts=5, completions=4, max_tokens=12, temperature=1.0, learning_rate=0.01, warmup_steps=0, kl_coefficient=0.1,
    updates=2,
)  # fmt: skip
REWARD = json.dumps({"objectives": [{"name": "custom:vowels"}]})


@register("vowels")
def vowels(completion: Completion) -> float:
    return sum(letter in "aeiou" for letter in completion.text) / max(1, len(completion.text))


class Cramped(LlamaPolicy):
    """A policy that has too little memory for a whole share, in the second process alone."""

    def scores(self, prompts: Ragged, branches: Ragged, scored: Tensor, temperature: float = 1.0,
               entropy: bool = False, chunk: int = 0) -> TokenScores:  # fmt: skip
        if parallel.rank() == 1 and int(prompts.lengths.sum() + branches.lengths.sum()) > 80:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return super().scores(prompts, branches, scored, temperature, entropy, chunk)


def own() -> Policy:
    return LlamaPolicy(network())


def network() -> Llama:
    made = Llama(Shape(len(TOKENIZER), 32, 2, 4, 2, 48))
    chance = torch.Generator().manual_seed(5)
    for parameter in made.parameters():
        torch.nn.init.normal_(parameter, std=0.1, generator=chance)
    return made


def foreign() -> Policy:
    from transformers import GPT2Config, GPT2LMHeadModel

    from grpo.model.hub import HubPolicy

    torch.manual_seed(5)
    shape = GPT2Config(vocab_size=len(TOKENIZER), n_embd=32, n_layer=2, n_head=2, initializer_range=0.2)
    return HubPolicy(GPT2LMHeadModel(shape))


@dataclass(frozen=True)
class Case:
    """What differs from the plain settings."""

    config: Grpo = PLAIN
    model: Callable[[], Policy] = own
    resumed: bool = False  # after every step everything is built anew from what a checkpoint would hold


SPREAD = replace(PLAIN, parallel="fsdp")
CASES = {
    "ddp": Case(),
    "fsdp": Case(SPREAD),
    "lora": Case(replace(PLAIN, lora=Lora(4))),
    "spread_lora": Case(replace(SPREAD, lora=Lora(4))),
    "parts": Case(replace(SPREAD, token_budget=90, recompute=True, objective=Objective(entropy=0.01))),
    "one_prompt": Case(replace(PLAIN, prompts=1, advantage=Advantage(refill=2))),
    "spread_one_prompt": Case(replace(SPREAD, prompts=1)),
    "importance": Case(replace(PLAIN, objective=Objective(importance_cap=2.0))),
    "cramped": Case(model=lambda: Cramped(network())),
    "foreign": Case(SPREAD, foreign),
    "resumed": Case(SPREAD, resumed=True),
    "resumed_lora": Case(replace(SPREAD, lora=Lora(4)), resumed=True),
    "bfloat16": Case(replace(SPREAD, precision="bfloat16")),
}


def learning(case: Case, tensors: Mapping[str, Tensor], state: Mapping[str, Any]) -> Learner:
    """The learner of ``case``, at its beginning or where ``tensors`` and ``state`` were taken."""
    policy, base, c = case.model(), case.model(), case.config
    reference: Scorer
    if c.lora.rank:
        attach(policy.module, c.lora, generator(0, "lora"))
        if tensors:
            restore_adapters(policy.module, dict(tensors))
        policy = spread(policy, c)
        reference = AdapterOff(policy)
    else:
        if tensors:
            policy.module.load_state_dict({name: tensors[name] for name in policy.module.state_dict()})
        policy, reference = spread(policy, c), spread(base, c)
    samples = [replace(sample, reward=REWARD) for sample in TRAIN]
    learner = Learner(policy, reference, TOKENIZER, samples, c, 0)
    if tensors:
        learner.optimizer.restore(dict(tensors))
        learner.restore(state)
    return learner


def stepped(case: Case, steps: int = STEPS) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Weights, moments and adapters after ``steps``; figures of every step, and the token budget at the end."""
    learner = learning(case, {}, {})
    tensors: dict[str, Tensor] = {}
    figures = []
    for step in range(1, steps + 1):
        collected = learner.rollouts(step)
        update = learner.update(collected.rollouts, step)
        texts = [rollout.text for rollout in collected.rollouts]
        figures.append({"loss": update.loss, "grad_norm": update.grad_norm, "kl": update.kl, "texts": texts,
                        "refilled": collected.refilled, **update.metrics})  # fmt: skip
        module = learner.policy.module
        tensors = merged_state(module) | adapter_state(module) | learner.optimizer.state()
        if case.resumed:
            learner = learning(case, {name: one.clone() for name, one in tensors.items()}, learner.state())
    return tensors, {"steps": figures, "budget": learner.room.budget}


def failing() -> list[int]:
    if parallel.rank() == parallel.size() - 1:
        raise RewardFailed(2, 8, "vowels: nan")
    return [parallel.rank()]


def main() -> None:
    torch.set_num_threads(1)
    parallel.start()
    folder = Path(sys.argv[1])
    for name in sys.argv[2:]:
        tensors, figures = stepped(CASES[name])
        if parallel.leads():
            save_file({key: tensor.clone() for key, tensor in tensors.items()}, folder / f"{name}.safetensors")
            (folder / f"{name}.json").write_text(json.dumps(figures))
    try:
        parallel.together(failing)
    except GrpoError as problem:
        (folder / f"told-{parallel.rank()}").write_text(str(problem))
    parallel.end()


if __name__ == "__main__":
    main()
