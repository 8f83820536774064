"""Judgements on answers: each a fact on the log, one per call and source."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from pydantic import BaseModel, Field
from studio.contract.records import OutcomeReported

from serving.call_id import Call
from serving.calls import CallLog
from serving.chat import ChatError

REMEMBERED = 100_000  # outcomes whose repeats are recognised without asking the log


class Outcome(BaseModel):
    """A judgement on an answer. call_id: its `id`. score: 0 to 1. source: who judges; one outcome counts per source."""

    call_id: str = Field(min_length=1, max_length=2000)
    score: float = Field(ge=0.0, le=1.0, allow_inf_nan=False)
    source: str = Field(default="client", min_length=1, max_length=100)


class Outcomes:
    """Takes outcomes and remembers the last ones."""

    def __init__(self, calls: CallLog) -> None:
        self._calls = calls
        self._reported: OrderedDict[tuple[str, str], float] = OrderedDict()

    async def report(self, call: Call, outcome: Outcome) -> dict[str, Any]:
        """Store the outcome of a call, once per source; the answer to who reported it.

        Raises:
            ChatError: 503, the log does not take it now.
        """
        answer = {"call_id": outcome.call_id, "score": outcome.score, "source": outcome.source}
        place = (call.uuid, outcome.source)
        if place in self._reported:
            return {**answer, "score": self._reported[place], "repeated": True}
        data = OutcomeReported(
            call_id=call.uuid,
            deployment=call.deployment,
            version=call.version,
            role=call.role,
            score=outcome.score,
            source=outcome.source,
        )
        self._reported[place] = outcome.score
        try:
            await self._calls.reported(call, data)
        except TimeoutError as error:
            del self._reported[place]
            raise ChatError(503, "log_away", "the outcome was not stored; report it again", retry_after=2) from error
        while len(self._reported) > REMEMBERED:
            self._reported.popitem(last=False)
        return {**answer, "repeated": False}
