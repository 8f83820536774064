"""A dataset row: what a trainer gets, and where every word of it came from."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace

from processors.datasets import merkle


@dataclass(frozen=True, slots=True)
class Row:
    """One question about one passage. Offsets are characters of the document's canonical text.

    ``reward`` is the reward specification as JSON, with this row's gold answer. ``leaf_sha256`` is the hex leaf hash of
    everything else in the row and of the split it is in.
    """

    sample_id: str
    prompt_passage: str
    question: str
    answer: str
    document_id: str
    document_name: str
    section_id: str
    chunk_id: str
    kind: str
    answer_start: int
    answer_end: int
    passage_start: int
    passage_end: int
    quote: str
    reward: str
    leaf_sha256: str = ""


def leaf(row: Row, split: str) -> bytes:
    """Return the leaf hash of a row in a split: canonical JSON (sorted keys, no blanks, UTF-8) of all but the hash."""
    content = {**asdict(row), "split": split}
    del content["leaf_sha256"]
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return merkle.leaf(text.encode())


def sealed(rows: Iterable[Row], split: str) -> tuple[Row, ...]:
    """Return the rows with their leaf hashes, ordered by document, place in it and sample id."""
    ordered = sorted(rows, key=lambda row: (row.document_id, row.passage_start, row.answer_start, row.sample_id))
    return tuple(replace(row, leaf_sha256=leaf(row, split).hex()) for row in ordered)


def merkle_root(*splits: Iterable[Row]) -> str:
    """Return the hex Merkle root over sealed rows of all splits."""
    return merkle.root(bytes.fromhex(row.leaf_sha256) for rows in splits for row in rows).hex()
