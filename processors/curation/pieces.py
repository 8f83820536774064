"""The pieces that a curation is cut into, and the facts that each one makes. Pure, so that a repeat makes the same."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from uuid import NAMESPACE_URL, uuid5

from studio.contract import Event
from studio.contract.records import SampleGenerated, SampleScored

from processors.curation import scorers
from processors.curation.arrivals import ROOM
from processors.curation.sample import Sample, Score
from processors.curation.tables import Job, detail_text
from streams.outcome import WorkItem

SLICE, REMOTE_SLICE = 500, 20
EPOCH = 1
"""A piece is fixed when it is planned: a repeat gives the same numbers, so one epoch is enough."""


def pieces(
    job: Job,
    samples: Sequence[SampleGenerated],
    chosen: Sequence[scorers.Scorer],
    scored: set[tuple[str, str]],
) -> list[WorkItem]:
    """Cut into items what has no score of these scorers yet; items are numbered from 1 in a fixed order."""
    by_batch: dict[str, list[tuple[str, list[str]]]] = defaultdict(list)
    together: set[str] = set()
    embedded: set[str] = set()
    remote: list[tuple[str, list[str]]] = []
    for sample in samples:
        missing = [s for s in chosen if (sample.sample_id, s.name) not in scored]
        together.update(s.name for s in missing if s.scope in ("curation", "datasets"))
        embedded.update(s.name for s in missing if s.scope == "embedded")
        if own := [s.name for s in missing if s.scope in ("sample", "batch")]:
            by_batch[sample.batch_id].append((sample.sample_id, own))
        if far := [s.name for s in missing if s.scope == "remote"]:
            remote.append((sample.sample_id, far))
    payloads: list[dict[str, object]] = []
    if together:
        payloads.append({"step": "together", "scorers": sorted(together)})
    if embedded:
        payloads.append({"step": "embedded", "scorers": sorted(embedded)})
    for start in range(0, len(remote), REMOTE_SLICE):
        payloads.append({"step": "remote", "samples": remote[start : start + REMOTE_SLICE]})
    for batch, wanted in by_batch.items():
        for start in range(0, len(wanted), SLICE):
            payloads.append({"step": "each", "batch": batch, "samples": wanted[start : start + SLICE]})
    return [
        WorkItem(ROOM, f"{job.tenant}/{job.id}/{n:04d}", job.tenant, {"id": job.id, "item": f"{n:04d}", **payload})
        for n, payload in enumerate(payloads, 1)
    ]


def finish_item(job: Job) -> WorkItem:
    """What is left to do when every piece is done."""
    return WorkItem(ROOM, f"{job.tenant}/{job.id}/finish", job.tenant, {"step": "finish", "id": job.id})


def score_facts(job: Job, item: str, records: Sequence[SampleGenerated], scores: Sequence[Score]) -> tuple[Event, ...]:
    """The facts of one piece, in the order of its scores; `records` hold their samples."""
    batches = {record.sample_id: record.batch_id for record in records}
    subject = f"{job.id}/{item}"
    cause = uuid5(NAMESPACE_URL, f"{job.tenant}/{subject}")
    return tuple(
        Event(
            data=SampleScored(
                sample_id=score.sample_id,
                batch_id=batches[score.sample_id],
                curation_id=job.id,
                scorer=score.scorer,
                scorer_version=score.version,
                value=score.value,
                detail=detail_text(score),
            ),
            tenant=job.tenant,
            subject=subject,
            id=uuid5(cause, str(seq)),
            epoch=EPOCH,
            seq=seq,
            correlation_id=job.correlation_id,
            causation_id=job.event_id,
            traceparent=job.traceparent,
        )
        for seq, score in enumerate(scores, 1)
    )


def scored_sample(record: SampleGenerated, text: str) -> Sample:
    """A sample as scorers see it, cut out of its canonical text."""
    return Sample(
        sample_id=record.sample_id,
        batch_id=record.batch_id,
        question=record.question,
        answer=record.answer,
        quote=record.quote,
        document_id=record.document_id,
        section_id=record.section_id,
        chunk_id=record.chunk_id,
        passage=text[record.passage_start : record.passage_end],
        span=text[record.answer_start : record.answer_end],
        passage_start=record.passage_start,
        passage_end=record.passage_end,
        answer_start=record.answer_start,
        answer_end=record.answer_end,
        kind=record.kind,
        language=record.language,
        evidence=tuple(str(one["quote"]) for one in _listed(record.spans) if isinstance(one, dict) and "quote" in one),
        choices=tuple(str(one) for one in _listed(record.choices)),
        turns=tuple(str(one.get("content", "")) for one in _listed(record.messages) if isinstance(one, dict)),
        reasoning=record.reasoning,
        rejected=record.rejected,
    )


def _listed(text: str) -> list[object]:
    """The JSON array in a field; samples come from outside too, and what is no array says nothing."""
    try:
        found = json.loads(text or "[]")
    except ValueError:
        return []
    return found if isinstance(found, list) else []
