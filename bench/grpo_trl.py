# mypy: ignore-errors
"""The same steps through TRL's GRPOTrainer, run by the Python of its own environment."""

import json
import resource
import sys
import tempfile
import time
from pathlib import Path

import torch
import trl
from datasets import Dataset
from transformers import AutoModelForCausalLM, AutoTokenizer, TrainerCallback
from trl import GRPOConfig, GRPOTrainer


class Clock(TrainerCallback):
    def __init__(self):
        self.marks = []

    def on_train_begin(self, *_, **__):
        self.marks.append(time.process_time())

    def on_step_end(self, *_, **__):
        self.marks.append(time.process_time())


def reward(completions, completion_ids, **_):
    return [sum(token % 7 == 0 for token in ids) / len(ids) for ids in completion_ids]


def main():
    torch.set_num_threads(1)
    work = json.loads(Path(sys.argv[1]).read_text())
    asked = json.loads(Path(work["prompts_file"]).read_text())
    tokenizer = AutoTokenizer.from_pretrained(work["model"])
    model = AutoModelForCausalLM.from_pretrained(work["model"], dtype=torch.float32, attn_implementation="sdpa")
    steps = work["warmup"] + work["steps"] * work["segments"]
    clock = Clock()
    with tempfile.TemporaryDirectory() as folder:
        config = GRPOConfig(
            output_dir=folder, use_cpu=True, bf16=False, fp16=False, max_steps=steps, report_to="none",
            per_device_train_batch_size=work["prompts"] * work["group"], num_generations=work["group"],
            steps_per_generation=1, num_iterations=1, gradient_accumulation_steps=1, gradient_checkpointing=False,
            max_completion_length=work["completion"], generation_kwargs={"min_new_tokens": work["completion"]},
            temperature=1.0, top_p=1.0, top_k=0, beta=0.0, epsilon=0.2, loss_type="dapo", scale_rewards="group",
            learning_rate=1e-4, lr_scheduler_type="constant", optim="adamw_torch_fused", max_grad_norm=1.0,
            shuffle_dataset=False, logging_steps=10_000, save_strategy="no", disable_tqdm=True,
        )  # fmt: skip
        trainer = GRPOTrainer(
            model=model,
            reward_funcs=reward,
            args=config,
            train_dataset=Dataset.from_list([{"prompt": " ".join(f"w{n}" for n in prompt)} for prompt in asked]),
            processing_class=tokenizer,
            callbacks=[clock],
        )
        trainer.train()
    ends = clock.marks[work["warmup"] :: work["steps"]]
    print(
        json.dumps(
            {
                "segments": [b - a for a, b in zip(ends, ends[1:], strict=False)],
                "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
                "version": trl.__version__,
            }
        )
    )


if __name__ == "__main__":
    main()
