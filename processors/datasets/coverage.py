"""What became of every sample, by document and chunk: what a dataset covers, and why it does not cover the rest.

    {"form": 1, "documents": [{"id", "name", "text_blob", "chunks": [
        {"id", "section_id", "start", "end", "train", "heldout", "dropped": {reason: count}}]}]}

Offsets are characters of the canonical text: those that the chunk's samples were asked about. Documents and chunks of
which no sample was made are not in it; whoever shows it lays it over the list of all chunks (see silent.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import Any

from processors.datasets.rows import canonical
from processors.datasets.sample import Sample

FORM = 1


def written(samples: Sequence[Sample], train: Set[str], heldout: Set[str], left: Mapping[str, str]) -> bytes:
    """Return the JSON; the same samples in any order give the same bytes.

    train, heldout: sample ids. left: sample id -> why it is no row.
    """
    documents: dict[str, dict[str, Any]] = {}
    for sample in samples:
        document = documents.setdefault(
            str(sample["document_id"]),
            {"name": str(sample["document_name"]), "text_blob": str(sample["text_blob"]), "chunks": {}},
        )
        chunk = document["chunks"].setdefault(
            str(sample["chunk_id"]),
            {"section_id": str(sample["section_id"]), "start": sample["passage_start"], "end": sample["passage_end"],
             "train": 0, "heldout": 0, "dropped": {}},
        )  # fmt: skip
        chunk["start"] = min(chunk["start"], sample["passage_start"])
        chunk["end"] = max(chunk["end"], sample["passage_end"])
        id = str(sample["sample_id"])
        if id in train or id in heldout:
            chunk["train" if id in train else "heldout"] += 1
        else:
            reason = left[id]
            chunk["dropped"][reason] = chunk["dropped"].get(reason, 0) + 1
    told = [
        {"id": id, **{**document, "chunks": [{"id": c, **document["chunks"][c]} for c in sorted(document["chunks"])]}}
        for id, document in sorted(documents.items())
    ]
    return canonical({"form": FORM, "documents": told}).encode()
