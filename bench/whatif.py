"""What-if over a million scored samples: kept, tokens, topics, reasons and flips, from columns in memory.

The result is read from a Parquet file as the curation room writes it. Beside it, the same rule judged sample by
sample in Python, on a part of the samples and multiplied.
"""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from typing import Any

from bench.figure import figure

SAMPLES, REVIEWED, ROUNDS, PART = 1_000_000, 2_000, 9, 20_000
RULE = "duplicate == 0 && near_duplicate < 0.8 && grounding >= 0.8 && round_trip >= 0.5 && (!has(judge) || judge >= 3)"
AGAINST = "duplicate == 0 and near_duplicate < 0.8 and grounding >= 0.6 and round_trip >= 0.5"


def result() -> bytes:
    """A million samples with seven scores, one of which every third sample lacks."""
    import numpy as np
    import pyarrow as arrow
    from pyarrow import parquet

    draw = np.random.default_rng(3)
    numbers = np.arange(SAMPLES)
    scores = {
        "duplicate": (draw.random(SAMPLES) < 0.05).astype(float),
        "near_duplicate": draw.random(SAMPLES) ** 3,
        "grounding": 1 - draw.random(SAMPLES) ** 4,
        "round_trip": draw.choice([0.0, 0.25, 0.5, 0.75, 1.0], SAMPLES),
        "format": draw.choice([0.8, 1.0], SAMPLES, p=[0.1, 0.9]),
        "pii": np.zeros(SAMPLES),
    }
    judged = arrow.array(draw.integers(1, 6, SAMPLES).astype(float), mask=numbers % 3 == 0)
    words = np.array([f"section {n}" for n in range(500)])
    columns = {
        "sample_id": [f"{n:032x}" for n in range(SAMPLES)],
        "batch_id": ["b"] * SAMPLES,
        "document_id": np.array([f"d{n}" for n in range(200)])[numbers % 200],
        "document_name": np.array([f"manual-{n}.pdf" for n in range(200)])[numbers % 200],
        "section_title": words[draw.integers(0, 500, SAMPLES)],
        "language": np.array(["en", "de"])[numbers % 2],
        "kind": np.array(["cloze", "definition", "number", "true_false"])[numbers % 4],
        "question": [f"How often is part {n} of the intake checked?" for n in range(SAMPLES)],
        "answer": [f"every {n % 90} hours" for n in range(SAMPLES)],
        "kept": draw.random(SAMPLES) < 0.6,
        "reason": np.array(["", "grounding >= 0.8"])[numbers % 2],
        "tokens": draw.integers(40, 400, SAMPLES),
        **{f"score.{name}": values for name, values in scores.items()},
        "score.judge": judged,
    }
    sink = io.BytesIO()
    parquet.write_table(arrow.table(columns), sink)
    return sink.getvalue()


def run() -> Iterator[dict[str, Any]]:
    """Milliseconds of an answer; the first one, which finds the reviewed samples, apart."""
    from studio.rule import parse

    from api.decided import decode
    from api.what_if import answer

    data = result()
    began = time.perf_counter()
    columns = decode(data)
    yield figure("whatif_read_once", [time.perf_counter() - began], "s", samples=SAMPLES, bytes=columns.size)
    rule, other = parse(RULE), parse(AGAINST)
    standing = {f"{n * 499:032x}": ("keep" if n % 2 else "drop", "ann") for n in range(REVIEWED)}
    gone = {"d7"}
    began = time.perf_counter()
    answer(columns, rule, other, standing, gone, 20)
    yield figure("whatif_first", [1000 * (time.perf_counter() - began)], "ms", samples=SAMPLES)
    walls, cpus = [], []
    for _ in range(ROUNDS):
        began, spent = time.perf_counter(), time.process_time()
        found = answer(columns, rule, other, standing, gone, 20)
        walls.append(1000 * (time.perf_counter() - began))
        cpus.append(1000 * (time.process_time() - spent))
    part = columns.judgements(list(range(PART)))
    slow = []
    for _ in range(3):
        began = time.process_time()
        for one in part:
            rule.judge(one.scores)
        slow.append(1000 * (time.process_time() - began) * SAMPLES / PART)
    detail: dict[str, Any] = {
        "samples": SAMPLES,
        "scores": 7,
        "kept": found.kept,
        "gained": found.gained,
        "lost": found.lost,
    }
    yield figure("whatif_wall", walls, "ms", **detail)
    yield figure("whatif_cpu", cpus, "CPU ms", slow, peer_is="the rule alone, sample by sample in Python", **detail)
