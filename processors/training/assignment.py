"""A job, which is JSON that names files, as a task of the engine. Knows torch."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import torch

from grpo.config import Config, read_config
from grpo.samples import Sample
from grpo.sampling.sampling import Sampler
from grpo.training.fork import Parent
from grpo.training.orders import Change, Orders
from grpo.training.run import Task
from processors.training.groups import read_groups


def samples(path: str, reward: str) -> list[Sample]:
    """Rows of a dataset file as samples; ``reward`` of the run's configuration goes before the row's own."""
    wanted = ["sample_id", "prompt_passage", "question", "answer", "document_id", "section_id", "reward", "quote"]
    columns = [name for name in wanted if name in pq.read_schema(path).names]
    return [
        Sample(
            row["sample_id"],
            row["prompt_passage"],
            row["question"],
            row["answer"],
            f"{row['document_id']}/{row['section_id']}",
            reward or row["reward"],
            row.get("quote") or "",
        )
        for row in pq.read_table(path, columns=columns).to_pylist()
    ]


def sampler(config: Config) -> Sampler | None:
    """The completion server that the run names, if it names one."""
    if config.grpo.sampler.kind != "endpoint":
        return None
    from processors.training.sampler import outside
    from streams.settings import Settings

    settings = Settings()
    return outside(config.grpo.sampler, settings.endpoint_keys, settings.allow_private_endpoints)


def read_orders(path: Path) -> Orders:
    """What the parent asks for at the moment; nothing where it never said anything."""
    try:
        told = json.loads(path.read_text())
    except FileNotFoundError:
        return Orders()
    return Orders(told["pause"], tuple(Change(**one) for one in told["changes"]))


def changes(told: Mapping[str, Any]) -> dict[int, list[Change]]:
    """Changes of settings by step."""
    return {int(step): [Change(**one) for one in ones] for step, ones in told.items()}


def assignment(job: Mapping[str, Any]) -> tuple[Task, Parent | None]:
    """The task, and for a fork that begins what it comes from. Sets the threads of torch."""
    config = read_config(job["config"])
    config = replace(config, threads=min(config.threads, job["threads"]))
    torch.set_num_threads(config.threads)
    task = Task(
        train=samples(job["train"], config.reward),
        heldout=samples(job["heldout"], config.reward),
        corpus=[Path(job["corpus"]).read_text()],
        base_model=job["base_model"],
        config=config,
        directory=Path(job["directory"]),
        resume=Path(job["resume"]) if job["resume"] else None,
        recorded={int(step): read_groups(Path(path)) for step, path in job["groups"].items()},
        orders=lambda: read_orders(Path(job["orders"])),
        changes=changes(job["changes"]),
        sampler=sampler(config),
        epoch=job["epoch"],
    )
    parent = None
    if told := job["parent"]:
        before = read_config(told["config"])
        parent = Parent(replace(before, threads=config.threads), told["step"], changes(told["changes"]))
    return task, parent
