"""Our side of ``bench.grpo``: steps of ``grpo.learning.learner`` on given prompts, as the training loop takes them."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import torch

from bench.tasks import sevens
from bench.turns import Turns
from grpo.config import read_config
from grpo.learning.learner import Learner
from grpo.model.directory import load_model
from grpo.model.economy import economise
from grpo.reward.measures import Completion, register
from grpo.samples import Sample


@register("sevens")
def paid(completion: Completion) -> float:
    """What both sides pay, from the words of a completion."""
    return sevens([int(word[1:]) for word in completion.text.split()])


def learner(work: dict[str, object], more: str, device: str = "cpu") -> Learner:
    """The learner of the settings that ``work`` describes, without a reference, as TRL has none either."""
    steps = int(str(work["warmup"])) + int(str(work["steps"])) * int(str(work["segments"]))
    grpo = {
        "steps": steps, "prompts": work["prompts"], "completions": work["group"], "max_tokens": work["completion"],
        "temperature": 1.0, "learning_rate": work["rate"], "schedule": "constant", "warmup_steps": 0, "swap": 0.0,
        "aggregation": "token", "clip_low": 0.2, "clip_high": 0.2, **json.loads(more),
    }  # fmt: skip
    config = read_config(json.dumps({"grpo": grpo})).grpo
    policy, tokenizer = load_model(Path(str(work["model"])))
    policy.module.to(device)
    economise(policy, config)
    reward = '{"objectives": [{"name": "custom:sevens"}]}'
    asked = json.loads(Path(str(work["prompts_file"])).read_text())
    samples = [Sample(str(n), one["passage"], one["question"], "w7", reward=reward) for n, one in enumerate(asked)]
    return Learner(policy, None, tokenizer, samples, config, seed=int(str(work["seed"])))


def main() -> None:
    torch.set_num_threads(1)
    work = json.loads(Path(sys.argv[1]).read_text())
    trained, turns = learner(work, work["own"]), Turns()
    prompts: list[list[int]] = []
    rewards: list[float] = []
    last = work["warmup"] + work["steps"] * work["segments"]
    for step in range(last + 1):
        reached = max(rewards, default=0.0) >= work["until"]
        if reached or (step >= work["warmup"] and (step - work["warmup"]) % work["steps"] == 0):
            turns.boundary()
        if reached or step == last:
            break
        collected = trained.rollouts(step + 1).rollouts
        trained.update(collected, step + 1)
        prompts += [rollout.prompt for rollout in collected[:: work["group"]]]
        rewards.append(sum(rollout.reward for rollout in collected) / len(collected))
        assert all(len(rollout.tokens) == work["completion"] for rollout in collected)
    parameters = sum(p.numel() for p in trained.policy.module.parameters())
    turns.finish(parameters=parameters, prompts=prompts, rewards=rewards)


if __name__ == "__main__":
    main()
