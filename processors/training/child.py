"""The process that knows torch: runs the training loop on files and writes its records as JSON lines.

    python -m processors.training.child JOB.json
    torchrun --nproc-per-node 2 -m processors.training.child JOB.json     (the first process tells, see grpo.parallel)

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
from dataclasses import asdict, fields
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from grpo.errors import GrpoError
from processors.training.groups import write_groups

PR_SET_PDEATHSIG = 1
KINDS = {
    "CheckpointDone": "checkpoint",
    "CheckpointSkipped": "checkpoint_skipped",
    "Changed": "changed",
    "Paused": "paused",
    "PromptsLeftOut": "prompts_left_out",
    "BaseReady": "base",
    "Finished": "finished",
}


def follow_parent() -> None:
    """Die with the parent (Linux); elsewhere the broken pipe ends this process at its next record."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def records(job: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The run as JSON-able records."""
    from grpo import parallel
    from grpo.records import EvaluationDone, StepDone
    from grpo.training.loop import train
    from grpo.training.parallel_task import shared
    from processors.training.assignment import assignment

    task, parent = assignment(job)
    task = shared(task)
    out = task.directory / "out"
    out.mkdir(parents=True, exist_ok=True)
    for record in train(task, parent):
        if not parallel.leads():
            continue
        plain = {f.name: getattr(record, f.name) for f in fields(record)}
        match record:
            case StepDone(groups=groups):
                path = out / f"groups-{record.step:06d}.parquet"
                plain["alarms"] = [asdict(alarm) for alarm in record.alarms]
                if groups:
                    write_groups(groups, path, {name: plain[name] for name in ("step", "metrics", "alarms")})
                file = str(path) if groups else ""
                yield {**plain, "kind": "step", "completions": len(groups), "groups": file}
            case EvaluationDone(items=items):
                path = out / f"evaluation-{record.moment}-{record.step:06d}.parquet"
                pq.write_table(pa.Table.from_pylist([asdict(item) for item in items]), path, compression="zstd")
                plain["alarms"] = [asdict(alarm) for alarm in record.alarms]
                yield {**plain, "kind": "evaluation", "items": len(items), "detail": str(path)}
            case _:
                yield {**plain, "kind": KINDS[type(record).__name__]}


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
    if not isinstance(problem, MemoryError):
        return {
            "kind": "error",
            "code": "DISK_FULL",
            "message": str(problem),
            "field": "",
            "remedy": "make room where the trainer works (STUDIO_HOME), then fork the run after its last step",
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
    except Exception as problem:
        from grpo.model.checkpoint import disk_full

        if not disk_full(problem):
            raise
        write(error(problem))


def main() -> None:
    follow_parent()
    # Libraries print; only records may go to the pipe.
    pipe = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    from grpo import parallel

    parallel.start()
    with pipe if parallel.leads() else open(os.devnull, "w") as out:
        run(json.loads(Path(sys.argv[1]).read_text()), out)
    parallel.end()


if __name__ == "__main__":
    main()
