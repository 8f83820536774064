"""The process that knows torch: runs the training loop on files and writes its records as JSON lines.

    python -m processors.training.child JOB.json

The job names files, never blobs; this process talks to nobody but its parent. Each line on stdout is one record, whose
large parts (groups, evaluation items, models, checkpoints) are files that the line names. A typed error is the last
line, ``{"kind": "error", ...}``, with exit status 0; anything else that ends the process is a crash.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from grpo.config import Config, read_config
from grpo.errors import GrpoError
from processors.training.groups import read_groups, write_groups

if TYPE_CHECKING:
    from grpo.sampling import Sampler

PR_SET_PDEATHSIG = 1


def follow_parent() -> None:
    """Die with the parent (Linux); elsewhere the broken pipe ends this process at its next record."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def samples(path: str, reward: str) -> list[Any]:
    """Rows of a dataset file as samples; ``reward`` of the run's configuration goes before the row's own."""
    from grpo.samples import Sample

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


def records(job: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The run as JSON-able records."""
    import torch

    from grpo.loop import train
    from grpo.records import BaseReady, CheckpointDone, EvaluationDone, Finished, StepDone
    from grpo.run import Task

    config = read_config(job["config"])
    config = replace(config, threads=min(config.threads, job["threads"]))
    torch.set_num_threads(config.threads)
    directory = Path(job["directory"])
    (directory / "out").mkdir(parents=True, exist_ok=True)
    task = Task(
        train=samples(job["train"], config.reward),
        heldout=samples(job["heldout"], config.reward),
        corpus=[Path(job["corpus"]).read_text()],
        base_model=job["base_model"],
        config=config,
        directory=directory,
        resume=Path(job["resume"]) if job["resume"] else None,
        recorded={int(step): read_groups(Path(path)) for step, path in job["groups"].items()},
        sampler=sampler(config),
    )
    for record in train(task):
        match record:
            case StepDone(groups=groups):
                path = directory / "out" / f"groups-{record.step:06d}.parquet"
                plain = {f.name: getattr(record, f.name) for f in fields(record) if f.name != "groups"}
                plain["alarms"] = [asdict(alarm) for alarm in record.alarms]
                if groups:
                    write_groups(groups, path, {name: plain[name] for name in ("step", "metrics", "alarms")})
                yield {"kind": "step", **plain, "completions": len(groups), "groups": str(path) if groups else ""}
            case EvaluationDone(items=items):
                path = directory / "out" / f"evaluation-{record.moment}-{record.step:06d}.parquet"
                pq.write_table(pa.Table.from_pylist([asdict(item) for item in items]), path, compression="zstd")
                plain = {f.name: getattr(record, f.name) for f in fields(record) if f.name != "items"}
                plain["alarms"] = [asdict(alarm) for alarm in record.alarms]
                yield {"kind": "evaluation", **plain, "items": len(items), "detail": str(path)}
            case CheckpointDone() | BaseReady() | Finished():
                kind = {CheckpointDone: "checkpoint", BaseReady: "base", Finished: "finished"}[type(record)]
                yield {"kind": kind, **{f.name: getattr(record, f.name) for f in fields(record)}}


def error(problem: Exception) -> dict[str, Any]:
    """What the parent fails the run with."""
    if isinstance(problem, GrpoError):
        return {
            "kind": "error",
            "code": problem.code,
            "message": problem.message,
            "field": problem.field or "",
            "remedy": problem.remedy or "",
        }
    return {
        "kind": "error",
        "code": "OUT_OF_MEMORY",
        "message": str(problem) or "the process ran out of memory",
        "field": "config.grpo.prompts",
        "remedy": "use fewer prompts or completions per step",
    }


def run(job: dict[str, Any], out: IO[str]) -> None:
    def write(line: dict[str, Any]) -> None:
        out.write(json.dumps(line, default=str) + "\n")
        out.flush()

    try:
        for line in records(job):
            write(line)
    except (GrpoError, MemoryError) as problem:
        write(error(problem))


def main() -> None:
    follow_parent()
    # Libraries print; only records may go to the pipe.
    pipe = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    run(json.loads(Path(sys.argv[1]).read_text()), pipe)


if __name__ == "__main__":
    main()
