# mypy: ignore-errors
"""A GRPO training by TRL that tells the studio, run by the Python of TRL's own environment: MODEL OUT EXTRA_PATH."""

import json
import sys
from pathlib import Path

sys.path.append(sys.argv[3])  # what the studio's package needs and TRL's environment lacks

import torch
from datasets import Dataset
from studio.trl import StudioCallback
from transformers import AutoModelForCausalLM, AutoTokenizer, TrainerCallback
from trl import GRPOConfig, GRPOTrainer


class Rows(TrainerCallback):
    """Keeps what was logged, to be compared with what arrived."""

    def __init__(self):
        self.rows = []

    def on_log(self, args, state, control, logs=None, **_):
        self.rows.append({"step": state.global_step, **(logs or {})})


def short(completions, **_):
    return [1.0 / (1 + len(text)) for text in completions]


def vowels(completions, **_):
    return [sum(letter in "aeiou" for letter in text) / (1 + len(text)) for text in completions]


def main():
    torch.manual_seed(0)
    model, out, _ = sys.argv[1:]
    kept = Rows()
    data = Dataset.from_list([{"prompt": text} for text in ("the pump", "the water", "the level", "what starts ?")])
    config = GRPOConfig(
        output_dir=out, use_cpu=True, bf16=False, report_to="none", max_steps=2, num_generations=4,
        per_device_train_batch_size=8, per_device_eval_batch_size=4, gradient_accumulation_steps=1,
        max_completion_length=4, beta=0.05, learning_rate=1e-3, logging_steps=1, eval_strategy="steps", eval_steps=2,
        save_strategy="no", disable_tqdm=True, run_name="tiny run",
    )  # fmt: skip
    told = StudioCallback(loop="trl")
    trainer = GRPOTrainer(
        model=AutoModelForCausalLM.from_pretrained(model),
        reward_funcs=[short, vowels],
        args=config,
        train_dataset=data,
        eval_dataset=data,
        processing_class=AutoTokenizer.from_pretrained(model),
        callbacks=[kept, told],
    )
    trainer.train()
    Path(out, "rows.json").write_text(json.dumps({"id": told.run.id, "rows": kept.rows, "dropped": told.run.dropped}))


if __name__ == "__main__":
    main()
