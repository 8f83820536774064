"""The facts of one work item: its samples and its end, with ids and numbers that a repeat reproduces."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from studio.contract import Event, child_trace, derived_id
from studio.contract.records import ItemFinished, Record, ReplyReceived, SampleGenerated, Shortfall

from processors.generation.asking import Replied
from processors.generation.passage import Candidate, Missing

FIRST_EPOCH, FAILED_EPOCH = 1, 2
"""An item that is given up ends in an epoch of its own: parts of an earlier attempt may be in the log."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the facts of an item come from: `cause` is the BatchRequested event."""

    tenant: str
    batch: str
    item: str
    cause: UUID
    correlation: UUID
    traceparent: str

    def event(self, record: Record, seq: int, epoch: int = FIRST_EPOCH) -> Event:
        return Event(
            data=record,
            tenant=self.tenant,
            subject=f"{self.batch}/{self.item}",
            id=derived_id(self.cause, f"{self.item}/{epoch}/{seq}"),
            epoch=epoch,
            seq=seq,
            correlation_id=self.correlation,
            causation_id=self.cause,
            traceparent=child_trace(self.traceparent),
        )

    def sample(self, candidate: Candidate, number: int, **made_by: Any) -> SampleGenerated:
        """The record of a candidate; `made_by` are generator, model, hashes, seed, persona and language."""
        passage = candidate.passage
        record = SampleGenerated(
            sample_id=str(derived_id(self.cause, f"sample/{self.item}/{number}")),
            batch_id=self.batch,
            item=self.item,
            kind=candidate.kind,
            question=candidate.question,
            answer=candidate.answer,
            quote=candidate.quote,
            document_id=passage.document_id,
            section_id=passage.section_id,
            section_title=passage.section_title,
            chunk_id=passage.chunk_id,
            passage_start=passage.start,
            passage_end=passage.end,
            answer_start=passage.start + candidate.start,
            answer_end=passage.start + candidate.end,
            quality=candidate.quality,
            reasoning=candidate.reasoning,
            rejected=candidate.rejected,
            choices=_json(candidate.choices),
            messages=_json([{"role": role, "content": text} for role, text in candidate.messages]),
            spans=_json(_spans(candidate)),
            repaired=candidate.repaired,
        )
        return replace(record, **made_by)

    def replied(self, replied: Replied, cost: int) -> ReplyReceived:
        """The record of a raw reply, of which any later parser can make samples."""
        got, passages = replied.content, replied.topic.passages
        return ReplyReceived(
            batch_id=self.batch,
            item=self.item,
            request_sha256=replied.question.sha256,
            reply_blob=replied.answer.blob,
            request_blob=replied.answer.request_blob,
            model=replied.question.body["model"],
            tokens_in=got.tokens_in if got else 0,
            tokens_out=got.tokens_out if got else 0,
            cost=cost,
            finish_reason=got.finish if got else "",
            attempt=replied.attempt,
            kind=replied.topic.kind,
            asked=replied.asked,
            passages=_json(
                [
                    {"document_id": one.document_id, "chunk_id": one.chunk_id, "start": one.start, "end": one.end}
                    for one in passages
                ]
            ),
        )

    def finished(
        self,
        asked: int,
        delivered: int,
        missing: Sequence[Missing],
        tokens: tuple[int, int] = (0, 0),
        cost: int = 0,
        repaired: int = 0,
    ) -> ItemFinished:
        return ItemFinished(
            batch_id=self.batch,
            item=self.item,
            asked=asked,
            delivered=delivered,
            shortfall=told(missing),
            tokens_in=tokens[0],
            tokens_out=tokens[1],
            cost=cost,
            repaired=repaired,
        )

    def story(self, records: Sequence[Record]) -> tuple[Event, ...]:
        """The facts of an item in order."""
        return tuple(self.event(record, seq) for seq, record in enumerate(records, start=1))


def told(missing: Sequence[Missing]) -> tuple[Shortfall, ...]:
    """Reasons as the contract writes them."""
    return tuple(Shortfall(reason=item.reason, count=item.count) for item in missing)


def _spans(candidate: Candidate) -> list[dict[str, Any]]:
    """All quoted places, where the evidence is not the answer itself."""
    if not candidate.told:
        return []
    places = [(candidate.passage, candidate.start, candidate.end), *candidate.further]
    return [
        {"document_id": one.document_id, "start": one.start + first, "end": one.start + last,
         "quote": one.text[first:last]}
        for one, first, last in places
    ]  # fmt: skip


def _json(value: Sequence[Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) if value else ""
