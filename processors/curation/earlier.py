"""Near duplicates of what earlier datasets hold: the highest similarity to one of their rows, naming it.

value = exact Jaccard similarity of word trigrams; see `near_duplicate`.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyarrow.parquet as pq

from processors.curation.near_duplicate import nearest_to
from processors.curation.sample import Sample, Score

NAME = "earlier_duplicate"
VERSION = "1"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of an earlier dataset. name: dataset@version/sample. text: question and answer. held: on the held-out
    side."""

    name: str
    text: str
    held: bool


def rows(dataset: str, data: bytes, held: bool) -> list[Row]:
    """The rows of one side of a dataset, from its Parquet file."""
    table = pq.read_table(io.BytesIO(data), columns=["sample_id", "question", "answer"]).to_pylist()
    return [Row(f"{dataset}/{one['sample_id']}", f"{one['question']}\n{one['answer']}", held) for one in table]


def score(samples: Sequence[Sample], rows: Sequence[Row], version: str = VERSION) -> Iterator[Score]:
    """Yield the similarity to the nearest earlier row; 0.0 where none is near. A sample that was frozen before is no
    duplicate of itself."""
    texts = [f"{sample.question}\n{sample.answer}" for sample in samples]
    names = [row.name.rsplit("/", 1)[-1] for row in rows]
    found = nearest_to(texts, [row.text for row in rows], [s.sample_id for s in samples], names)
    for sample, (value, match) in zip(samples, found, strict=True):
        detail = {"match": rows[match].name} if match >= 0 else {}
        yield Score(sample.sample_id, NAME, version, round(value, 6), detail)
