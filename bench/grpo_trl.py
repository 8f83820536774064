# mypy: ignore-errors
"""The same steps through TRL's GRPOTrainer, run by the Python of its own environment."""

import json
import sys
import tempfile
from pathlib import Path

import torch
import trl
from datasets import Dataset
from transformers import AutoModelForCausalLM, AutoTokenizer, TrainerCallback
from trl import GRPOConfig, GRPOTrainer

from bench.tasks import sevens
from bench.turns import Turns

# What is best for it on one CPU thread (`python -m bench.grpo_choices`), in completions per CPU second and MiB at
# 5.5M: 9.15 (3,180) as below; eager attention 8.76 (3,641); gradients added up over 4 passes 8.82 (1,802); freed memory
# given back at once 7.00 (2,847); torch.compile, the compiling not counted, 9.33 (3,357), within what runs differ.
# Its lm-head is fused in any case; no reference model, no entropy bonus, nothing logged or saved. vLLM and Liger need
# a GPU.
SETTINGS = {"attention": "sdpa", "micro_batches": 1, "compile": False}


class Clock(TrainerCallback):
    def __init__(self, work, rewards):
        self.work, self.rewards, self.turns = work, rewards, Turns()

    def on_step_end(self, _, state, control, **__):
        since = state.global_step - self.work["warmup"]
        reached = max(self.rewards) >= self.work["until"]
        if reached or (since >= 0 and since % self.work["steps"] == 0):
            self.turns.boundary()
        if reached:
            control.should_training_stop = True


def main():
    torch.set_num_threads(1)
    work = json.loads(Path(sys.argv[1]).read_text())
    choice = {**SETTINGS, **json.loads(work["peer"])}
    tokenizer = AutoTokenizer.from_pretrained(work["model"])
    model = AutoModelForCausalLM.from_pretrained(
        work["model"], dtype=torch.float32, attn_implementation=choice["attention"]
    )
    seen, rewards = [], []

    def reward(prompts, completion_ids, **_):
        assert all(len(ids) == work["completion"] for ids in completion_ids)
        seen.extend(tokenizer(prompt)["input_ids"] for prompt in prompts[:: work["group"]])
        paid = [sevens(ids) for ids in completion_ids]
        rewards.append(sum(paid) / len(paid))
        return paid

    clock = Clock(work, rewards)
    rows = work["prompts"] * work["group"]
    asked = json.loads(Path(work["prompts_file"]).read_text())
    with tempfile.TemporaryDirectory() as folder:
        config = GRPOConfig(
            output_dir=folder, use_cpu=True, bf16=False, fp16=False, report_to="none",
            max_steps=work["warmup"] + work["steps"] * work["segments"], num_generations=work["group"],
            per_device_train_batch_size=rows // choice["micro_batches"], num_iterations=1,
            gradient_accumulation_steps=choice["micro_batches"], gradient_checkpointing=False,
            max_completion_length=work["completion"], temperature=1.0, top_p=1.0, top_k=0,
            beta=0.0, epsilon=0.2, loss_type="dapo", scale_rewards="group", learning_rate=work["rate"],
            seed=work["seed"], lr_scheduler_type="constant", optim="adamw_torch_fused", adam_beta1=0.9, adam_beta2=0.98,
            max_grad_norm=1.0, weight_decay=0.0, shuffle_dataset=False, logging_steps=10_000, save_strategy="no",
            disable_tqdm=True, torch_compile=choice["compile"],
        )  # fmt: skip
        trainer = GRPOTrainer(
            model=model,
            reward_funcs=reward,
            args=config,
            train_dataset=Dataset.from_list([{"prompt": one["prompt"]} for one in asked]),
            processing_class=tokenizer,
            callbacks=[clock],
        )
        trainer.train()
    clock.turns.finish(version=trl.__version__, prompts=seen, rewards=rewards)


if __name__ == "__main__":
    main()
