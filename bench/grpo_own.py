"""Our side of ``bench.grpo``: GRPO steps of ``grpo.learner`` on given prompts, as the training loop takes them."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import torch

from bench.turns import Turns
from grpo.config import read_config
from grpo.directory import load_model
from grpo.learner import Learner
from grpo.measures import Completion, register
from grpo.samples import Sample


@register("sevens")
def sevens(completion: Completion) -> float:
    """Share of tokens that seven divides; their names are their numbers."""
    words = completion.text.split()
    return sum(int(word[1:]) % 7 == 0 for word in words) / max(1, len(words))


def learner(work: dict[str, object], more: str) -> Learner:
    """The learner of the settings that ``work`` describes, without a reference, as TRL has none either."""
    steps = int(str(work["warmup"])) + int(str(work["steps"])) * int(str(work["segments"]))
    grpo = {
        "steps": steps, "prompts": work["prompts"], "completions": work["group"], "max_tokens": work["completion"],
        "temperature": 1.0, "learning_rate": 1e-4, "schedule": "constant", "warmup_steps": 0, "swap": 0.0,
        "aggregation": "token", "clip_low": 0.2, "clip_high": 0.2, **json.loads(more),
    }  # fmt: skip
    config = read_config(json.dumps({"grpo": grpo})).grpo
    policy, tokenizer = load_model(Path(str(work["model"])))
    reward = '{"objectives": [{"name": "custom:sevens"}]}'
    asked = json.loads(Path(str(work["prompts_file"])).read_text())
    samples = [Sample(str(n), one["passage"], one["question"], "w7", reward=reward) for n, one in enumerate(asked)]
    return Learner(policy, None, tokenizer, samples, config, seed=0)


def main() -> None:
    torch.set_num_threads(1)
    work = json.loads(Path(sys.argv[1]).read_text())
    trained, turns = learner(work, work["own"]), Turns()
    prompts: list[list[int]] = []
    for step in range(work["warmup"] + work["steps"] * work["segments"] + 1):
        if step >= work["warmup"] and (step - work["warmup"]) % work["steps"] == 0:
            turns.boundary()
        if step < work["warmup"] + work["steps"] * work["segments"]:
            collected = trained.rollouts(step + 1)
            trained.update(collected.rollouts, step + 1)
            prompts += [rollout.prompt for rollout in collected.rollouts[:: work["group"]]]
            assert all(len(rollout.tokens) == work["completion"] for rollout in collected.rollouts)
    turns.finish(parameters=sum(p.numel() for p in trained.policy.module.parameters()), prompts=prompts)


if __name__ == "__main__":
    main()
