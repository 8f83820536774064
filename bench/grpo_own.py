"""Our side of ``bench.grpo``: GRPO steps on given prompts, one JSON line with the CPU seconds of each segment."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

import torch

from grpo.advantages import group_relative
from grpo.aggregation import token_weights
from grpo.directory import load_model
from grpo.objective import clipped_surrogate
from grpo.optimizer import PolicyOptimizer, Schedule
from grpo.ragged import Ragged
from grpo.trajectories import Sampling, generate, split_last


def main() -> None:
    torch.set_num_threads(1)
    work = json.loads(Path(sys.argv[1]).read_text())
    asked = json.loads(Path(work["prompts_file"]).read_text())
    policy, _ = load_model(Path(work["model"]))
    optimizer = PolicyOptimizer(policy.module, Schedule(1e-4, 0, 1, 1.0), 1.0, 0.0, (0.9, 0.999))
    chance = torch.Generator().manual_seed(0)
    marks = [time.process_time()]
    for step in range(work["warmup"] + work["steps"] * work["segments"]):
        prompts = Ragged.of(asked[step * work["prompts"] : (step + 1) * work["prompts"]])
        rolled = generate(policy, prompts, work["group"], Sampling(work["completion"]), (), chance)
        completions = rolled.completions
        rewards = (completions.tokens % 7 == 0).float().mean(1).view(work["prompts"], work["group"])
        advantages = group_relative(rewards).values.flatten().repeat_interleave(completions.lengths)
        shared, last = split_last(prompts)
        starts = last.repeat_interleave(work["group"])[:, None]
        branches = Ragged(torch.cat((starts, completions.tokens), 1), completions.lengths + 1)
        logprobs = policy.logprobs(shared, branches, completions.lengths)
        weights = token_weights(completions.lengths, "token", work["completion"])
        loss = clipped_surrogate(logprobs, rolled.logprobs, advantages, weights, 0.2, 0.2)
        optimizer.apply(loss.total, "grpo", step + 1)
        marks.append(time.process_time())
    ends = marks[work["warmup"] :: work["steps"]]
    print(
        json.dumps(
            {
                "segments": [b - a for a, b in zip(ends, ends[1:], strict=False)],
                "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
                "parameters": sum(p.numel() for p in policy.module.parameters()),
            }
        )
    )


if __name__ == "__main__":
    main()
