"""The facts of one work item: its samples and its end, with ids and numbers that a repeat reproduces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from studio.contract import Event, child_trace, derived_id
from studio.contract.records import ItemFinished, Record, SampleGenerated, Shortfall

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
        """The record of a candidate; `made_by` are generator, model, hashes and seed."""
        passage = candidate.passage
        return SampleGenerated(
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
            **made_by,
        )

    def finished(
        self, asked: int, delivered: int, missing: Sequence[Missing], tokens: tuple[int, int] = (0, 0)
    ) -> ItemFinished:
        return ItemFinished(
            batch_id=self.batch,
            item=self.item,
            asked=asked,
            delivered=delivered,
            shortfall=told(missing),
            tokens_in=tokens[0],
            tokens_out=tokens[1],
        )


def told(missing: Sequence[Missing]) -> tuple[Shortfall, ...]:
    """Reasons as the contract writes them."""
    return tuple(Shortfall(reason=item.reason, count=item.count) for item in missing)
