"""A sample of a curation's result, with what people said about it, as a row."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from processors.datasets.rows import Row, canonical

Sample = Mapping[str, Any]
"""A line of the result: the fields of SampleGenerated, passage, document_name, text_blob and scores (JSON)."""
PLAIN = (
    "sample_id", "document_id", "document_name", "section_id", "chunk_id", "kind", "answer_start", "answer_end",
    "passage_start", "passage_end", "quote",
)  # fmt: skip
LATER = ("language", "messages", "reasoning", "rejected", "choices", "spans")
"""What results of older curations do not have."""
COLUMNS = (*PLAIN, "passage", "question", "answer", "text_blob", "scores")


@dataclass(frozen=True, slots=True)
class Review:
    """What stands about a sample: keep, drop, edit or flag. question, answer: of an edit. event: that says so."""

    decision: str
    author: str
    question: str = ""
    answer: str = ""
    event: str = ""


def row(sample: Sample, review: Review | None) -> Row:
    """Return the row without its reward, with the words that a reviewer gave it.

    A question in the middle of a conversation stands behind what was said before it, because without that nobody
    could answer it.
    """
    more = {name: str(sample.get(name) or "") for name in LATER}
    question, answer, edited = str(sample["question"]), str(sample["answer"]), ""
    if review is not None and review.decision == "edit":
        question, answer, edited = review.question or question, review.answer or answer, review.event
    if more["messages"]:
        turns = _said(json.loads(more["messages"]), question, answer)
        more["messages"] = canonical(turns)
        lead = "\n\n".join(f"{turn['role']}: {turn['content']}" for turn in turns[:-2])
        question = f"{lead}\n\n{question}" if lead else question
    if more["spans"]:
        spans = json.loads(more["spans"])
        more["spans"] = canonical(spans) if len(spans) > 1 else ""
    return Row(
        prompt_passage=str(sample["passage"]),
        question=question,
        answer=answer,
        reward="",
        edited=edited,
        **{name: sample[name] for name in PLAIN},
        **more,  # type: ignore[arg-type]
    )


def choices(sample: Sample) -> list[str]:
    """Return what could be chosen from; nothing where the question is open."""
    return list(json.loads(sample.get("choices") or "[]"))


def documents(sample: Sample) -> set[str]:
    """Return every document that the sample quotes."""
    spans = json.loads(sample.get("spans") or "[]")
    return {str(sample["document_id"]), *(str(span["document_id"]) for span in spans)}


def _said(turns: list[dict[str, str]], question: str, answer: str) -> list[dict[str, str]]:
    """The conversation with its last question and answer as they stand now."""
    plain = [{"role": str(turn["role"]), "content": str(turn["content"])} for turn in turns]
    if [turn["role"] for turn in plain[-2:]] == ["user", "assistant"]:
        plain[-2]["content"], plain[-1]["content"] = question, answer
    return plain
