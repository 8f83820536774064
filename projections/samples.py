"""Samples with their spans, every score of each, and what a reviewer decided."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from studio.contract import Event, to_dict
from studio.contract.records import ReviewDecided, SampleGenerated, SampleScored

from projections.table import Row, Table, parsed

NAME, VERSION = "samples", 2
TOPICS = ("studio.generation.samples", "studio.curation.scores", "studio.curation")
JSON = ("messages", "choices", "spans")
TABLES = (
    Table(
        "sample",
        "sample_id text",
        """batch_id text, item text, kind text, question text, answer text, quote text, document_id text,
        section_id text, section_title text, chunk_id text, passage_start bigint, passage_end bigint,
        answer_start bigint, answer_end bigint, generator text, generator_version text, template_sha256 text,
        request_sha256 text, reply_blob text, model text, seed bigint, quality double precision, language text,
        persona text, recipe text, recipe_sha256 text, messages jsonb, reasoning text, rejected text, choices jsonb,
        spans jsonb, repaired boolean, scores bigint add,
        version bigint, review_decision text, review_author text, review_reason text, review_question text,
        review_answer text, reviewed_at timestamptz,
        created_at timestamptz, updated_at timestamptz greatest""",
        shown="created_at is not null",
        indexes=(
            "created_at, sample_id",
            "batch_id, created_at, sample_id",
            "document_id, passage_start",
            "batch_id, sample_id where review_decision is not null",
        ),
    ),
    Table(
        "sample_score",
        "sample_id text, curation_id text, scorer text, scorer_version text",
        "batch_id text, value double precision, detail jsonb, scored_at timestamptz",
        indexes=("curation_id, sample_id", "scorer, value"),
    ),
)


def rows(events: Sequence[Event]) -> Iterator[Row]:
    """`version` is that of the review, the only aggregate here: null until somebody reviewed the sample."""
    for event in events:
        row = {"tenant_id": event.tenant, "updated_at": event.time}
        match event.data:
            case SampleGenerated() as data:
                told = {name: parsed(getattr(data, name)) for name in JSON}
                yield Row("sample", {**row, **to_dict(data), **told, "created_at": event.time})
            case SampleScored() as data:
                yield Row("sample", {**row, "sample_id": data.sample_id, "scores": 1})
                score = {**to_dict(data), "detail": parsed(data.detail), "scored_at": event.time}
                yield Row("sample_score", {"tenant_id": event.tenant, **score})
            case ReviewDecided() as data:
                # What stands now; its first version knew only decisions that stand.
                stands = data.standing or data.decision
                review = {
                    "review_decision": None if stands == "none" else stands,
                    "review_author": data.standing_author or data.author,
                    "review_reason": data.reason,
                    "review_question": data.question if stands == "edit" else None,
                    "review_answer": data.answer if stands == "edit" else None,
                }
                more = {"sample_id": data.sample_id, "version": event.version, "reviewed_at": event.time}
                yield Row("sample", {**row, **review, **more})
