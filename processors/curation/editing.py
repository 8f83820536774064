"""An edited sample: the reviewer's texts in place of the generator's, measured against the same source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from processors.curation import grounding
from processors.curation.sample import Sample, Score


def edited(sample: Sample, question: str, answer: str) -> Sample:
    """The sample with these texts. An answer that stands in the passage brings its own place along; any other keeps
    the quote as its evidence."""
    at = sample.passage.find(answer) if answer else -1
    if at < 0:
        return replace(sample, question=question, answer=answer)
    start = sample.passage_start + at
    return replace(
        sample, question=question, answer=answer, span=answer, answer_start=start, answer_end=start + len(answer)
    )


def regrounded(row: Mapping[str, Any], text: str, question: str, answer: str) -> Score:
    """The grounding of an edit.

    row: the sample as it is stored, with offsets in `text`, the document's canonical text.
    """
    names = ("passage_start", "passage_end", "answer_start", "answer_end")
    start, end, answer_start, answer_end = (int(row[name] or 0) for name in names)
    sample = Sample(
        sample_id=row["sample_id"],
        batch_id=row["batch_id"] or "",
        question=row["question"] or "",
        answer=row["answer"] or "",
        quote=row["quote"] or "",
        document_id=row["document_id"] or "",
        section_id=row["section_id"] or "",
        chunk_id=row["chunk_id"] or "",
        passage=text[start:end],
        span=text[answer_start:answer_end],
        passage_start=start,
        passage_end=end,
        answer_start=answer_start,
        answer_end=answer_end,
        kind=row["kind"] or "",
    )
    return grounding.score(edited(sample, question, answer))
