"""What each way of training earns on sections it never saw: random weights, warm start, GRPO, continued supervised.

The demo documents go through the real extraction and the real extractive generator; sections are split with another
seed in each run. GRPO and continued supervised training start from the same warm-started weights, and supervised
training gets the CPU seconds that GRPO used. Greedy answers, the default reward, 95 % intervals by section, one thread.
"""

from __future__ import annotations

import copy
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.figure import figure

DOCUMENTS = Path(__file__).parents[1] / "demo" / "documents"
SAMPLES = 700
HELDOUT = 0.3
SEEDS = (0, 1, 2)
SUPERVISED_RATE = 1e-3


def corpus() -> tuple[list[str], list[Any]]:
    """Canonical texts of the demo documents, and dataset rows of the best extractive samples."""
    from processors.datasets.rows import Row
    from processors.extraction import chunks
    from processors.extraction.parser import read
    from processors.generation.extractive import generate, word_counts
    from processors.generation.passage import Passage

    documents = [(path.name, read(path.read_bytes(), path.name, "")[1]) for path in sorted(DOCUMENTS.iterdir())]
    total = sum(len(canonical.text) for _, canonical in documents)
    rows: list[Row] = []
    for name, canonical in documents:
        cut, text = chunks.cut(canonical), canonical.text
        title = {section.id: section.title for section in cut.sections}
        passages = [
            Passage(name, c.section_id, title[c.section_id], c.id, c.start, text[c.start : c.end]) for c in cut.chunks
        ]
        order = generate(passages, word_counts(text), 0.0, 0).order
        for number, found in enumerate(order[: round(SAMPLES * len(text) / total)]):
            p = found.passage
            rows.append(
                Row(
                    f"{name}/{number}", p.text, found.question, found.answer, name, name, p.section_id, p.chunk_id,
                    found.kind, found.start, found.end, p.start, p.end, found.answer, "",
                )
            )  # fmt: skip
    return [canonical.text for _, canonical in documents], rows


@dataclass(frozen=True)
class Arm:
    """Held-out reward of one way of training with its interval, and the CPU seconds it took from the beginning."""

    reward: float
    low: float
    high: float
    cpu: float


def arms(texts: Sequence[str], rows: Sequence[Any], seed: int) -> dict[str, Any]:
    """All arms with one seed; ``gain`` is GRPO against warm start, paired."""
    from grpo.config import read_config
    from grpo.model.directory import load_model
    from grpo.model.policy import LlamaPolicy
    from grpo.records import BaseReady, EvaluationDone
    from grpo.training.evaluation import evaluate
    from grpo.training.loop import train
    from grpo.training.run import Task
    from grpo.training.warmstart import small_model
    from processors.datasets.split import divide

    split = divide(rows, HELDOUT, seed)
    known, unknown = samples(split.train), samples(split.heldout)
    config = read_config(f'{{"seed": {seed}, "threads": 1, "checkpoint_every": 1000000}}')
    found: dict[str, Any] = {}

    def measured(policy: Any, tokenizer: Any, cpu: float) -> Arm:
        done = evaluate(policy, tokenizer, unknown, "after", 0, config.grpo.max_tokens, config.evaluation.resamples)
        return Arm(done.reward, done.low, done.high, cpu)

    policy, tokenizer = small_model(texts, config.model, seed)
    found["structured start"] = measured(policy, tokenizer, 0.0)
    plain = copy.deepcopy(policy)
    for parameter in plain.network.parameters():
        if parameter.dim() > 1:
            parameter.data.normal_(0.0, 0.02)
    found["random"] = measured(LlamaPolicy(plain.network), tokenizer, 0.0)
    with tempfile.TemporaryDirectory() as folder:
        began, base, warm = time.process_time(), Path(), 0.0
        for record in train(Task(known, unknown, texts, "small", config, Path(folder))):
            match record:
                case BaseReady(path=base):
                    warm = time.process_time() - began
                case EvaluationDone(moment="before") as e:
                    found["warm start"] = Arm(e.reward, e.low, e.high, warm)
                case EvaluationDone(moment="after") as e:
                    found["GRPO"] = Arm(e.reward, e.low, e.high, time.process_time() - began)
                    found["gain"] = Arm(e.gain, e.gain_low, e.gain_high, 0.0)
                case _:
                    pass
        start, same = load_model(base)
        supervised(start, same, known, config, found["GRPO"].cpu - warm)
        found["continued supervised"] = measured(start, same, found["GRPO"].cpu)
    found["sizes"] = (len(known), len(unknown), len({sample.section for sample in unknown}))
    return found


def samples(rows: Sequence[Any]) -> list[Any]:
    from grpo.samples import Sample

    return [
        Sample(r.sample_id, r.prompt_passage, r.question, r.answer, f"{r.document_id}/{r.section_id}") for r in rows
    ]


def supervised(policy: Any, tokenizer: Any, known: Sequence[Any], config: Any, cpu: float) -> None:
    """Cross-entropy on gold answers to the prompts that GRPO would ask, for so many CPU seconds."""
    import torch

    from grpo.learning.optimizer import PolicyOptimizer, Schedule
    from grpo.prompt import end_tokens
    from grpo.ragged import Ragged, split_last
    from grpo.sampling.asking import Asker

    ends = end_tokens(tokenizer)
    asker = Asker(tokenizer, known, config.grpo, config.seed, ends)
    optimizer = PolicyOptimizer(policy.module, Schedule(SUPERVISED_RATE, 0, 1, 1.0), 1.0, 0.0, (0.9, 0.98))
    began, step = time.process_time(), 0
    while (spent := time.process_time() - began) < cpu:
        step += 1
        # Falls to a fifth, as GRPO's rate does, but by time, because the number of steps is not known.
        optimizer.schedule = Schedule(SUPERVISED_RATE * (1 - 0.8 * spent / cpu), 0, 1, 1.0)
        asked = asker.ask(step)
        prompts, last = split_last(Ragged.of([prompt for _, prompt, _ in asked]))
        gold = [[*tokenizer.encode(f" {sample.answer}", add_special_tokens=False), ends[0]] for sample, _, _ in asked]
        branches = Ragged.of([[start, *answer] for start, answer in zip(last.tolist(), gold, strict=True)])
        logprobs = policy.logprobs(prompts, branches, torch.tensor([len(answer) for answer in gold]))
        optimizer.apply(-logprobs.mean(), "supervised", step)


def run() -> Iterator[dict[str, Any]]:
    """Median held-out reward per arm, each run with its interval; the gain of GRPO; CPU seconds."""
    import torch

    torch.set_num_threads(1)
    texts, rows = corpus()
    runs = [arms(texts, rows, seed) for seed in SEEDS]
    reference = [found["continued supervised"].reward for found in runs]
    sizes = [found["sizes"] for found in runs]
    about: dict[str, Any] = {"train_heldout_sections": sizes, "words": sum(len(text.split()) for text in texts)}
    for arm in ("random", "structured start", "warm start", "GRPO", "continued supervised"):
        yield figure(
            f"held-out reward, {arm}",
            [found[arm].reward for found in runs],
            "mean reward, greedy; peer: continued supervised",
            reference if arm == "GRPO" else (),
            intervals=[[round(found[arm].low, 3), round(found[arm].high, 3)] for found in runs],
            cpu_seconds=[round(found[arm].cpu, 1) for found in runs],
            **about,
        )
    yield figure(
        "held-out gain of GRPO over warm start",
        [found["gain"].reward for found in runs],
        "reward, paired, 95 % by section",
        intervals=[[round(found["gain"].low, 3), round(found["gain"].high, 3)] for found in runs],
        **about,
    )
