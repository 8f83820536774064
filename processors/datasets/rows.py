"""A dataset row: what a trainer gets, and where every word of it came from."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace

from processors.datasets import merkle

FORM = 2
"""Of the leaf. Form 2 knows the fields from `language` on. One of them stands in the leaf where it says something, so
that rows without them have the leaf that form 1 gave them: the roots of older datasets are those of today."""


@dataclass(frozen=True, slots=True)
class Row:
    """One question about one passage. Offsets are characters of the document's canonical text.

    ``reward`` is the reward specification as JSON, with this row's gold answer. ``leaf_sha256`` is the hex leaf hash of
    everything else in the row and of the split it is in. The quote is the evidence; the answer may be other words.

    language: ISO 639-1. messages: JSON array of role and content, the whole conversation. reasoning: steps to the
    answer. rejected: a worse answer. choices: JSON array of texts, the answer among them. spans: JSON array of
    document_id, start, end and quote, where more than one place is quoted, the first of them again. edited: id of the
    event by which a reviewer wrote the question or the answer.
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
    language: str = ""
    messages: str = ""
    reasoning: str = ""
    rejected: str = ""
    choices: str = ""
    spans: str = ""
    edited: str = ""


LATER = tuple(field.name for field in fields(Row)[16:])
"""What form 1 did not know."""


def leaf(row: Row, split: str) -> bytes:
    """Return the leaf hash of a row in a split: canonical JSON (sorted keys, no blanks, UTF-8) of all but the hash."""
    content = {**asdict(row), "split": split}
    del content["leaf_sha256"]
    for name in LATER:
        if not content[name]:
            del content[name]
    return merkle.leaf(canonical(content).encode())


def canonical(content: object) -> str:
    """Return JSON with sorted keys and without blanks: the same for the same content."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sealed(rows: Iterable[Row], split: str) -> tuple[Row, ...]:
    """Return the rows with their leaf hashes, ordered by document, place in it and sample id."""
    ordered = sorted(rows, key=lambda row: (row.document_id, row.passage_start, row.answer_start, row.sample_id))
    return tuple(replace(row, leaf_sha256=leaf(row, split).hex()) for row in ordered)


def merkle_root(*splits: Iterable[Row]) -> str:
    """Return the hex Merkle root over sealed rows of all splits."""
    return merkle.root(bytes.fromhex(row.leaf_sha256) for rows in splits for row in rows).hex()


def quoted(row: Row) -> list[tuple[str, int, int, str]]:
    """Return every quoted place as document id, start, end and quote; none for rows that were brought along."""
    if row.spans:
        return [(one["document_id"], one["start"], one["end"], one["quote"]) for one in json.loads(row.spans)]
    if not row.quote:
        return []
    span = quote_span(row.quote, row.prompt_passage, row.passage_start, row.answer_start, row.answer_end)
    return [(row.document_id, *span, row.quote)]


def quote_span(quote: str, passage: str, passage_start: int, answer_start: int, answer_end: int) -> tuple[int, int]:
    """Return start and end of the quote in the document: the answer's span, or the words of the passage around it."""
    if answer_end - answer_start != len(quote):
        at = passage.find(quote)
        while at >= 0:
            start, end = passage_start + at, passage_start + at + len(quote)
            if start <= answer_start and answer_end <= end:
                return start, end
            at = passage.find(quote, at + 1)
    return answer_start, answer_end
