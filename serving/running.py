"""A call on its way to a worker."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from hashlib import sha256

import aiohttp
from fastapi.responses import JSONResponse
from studio.contract.records import CallServed

from serving.backends import Backends
from serving.call_id import Call
from serving.calls import CallLog
from serving.chat import error_body
from serving.forward import Spent, Unreachable, streamed
from serving.route import Attempt


class Running:
    """A call on its way, and the fact that it becomes."""

    def __init__(
        self, backends: Backends, calls: CallLog, call: Call, attempt: Attempt, session: str, failover: bool
    ) -> None:
        self.backends, self.calls = backends, calls
        self.call, self.attempt, self.failover = call, attempt, failover
        self.session = sha256(f"{call.tenant}\0{session}".encode()).hexdigest()[:16] if session else ""
        self.spent = Spent()
        self.began = time.perf_counter()

    def end(self, status: int, error: str = "") -> None:
        """Publish how it went."""
        data = CallServed(
            call_id=self.call.uuid,
            deployment=self.call.deployment,
            model=self.call.model,
            version=self.call.version,
            role=self.call.role,
            propensity=0.0 if self.failover else self.attempt.propensity,  # no choice of the policy
            status=status,
            latency_ms=(time.perf_counter() - self.began) * 1000.0,
            prompt_tokens=self.spent.prompt_tokens,
            completion_tokens=self.spent.completion_tokens,
            session=self.session,
            worker=self.attempt.worker,
            error=error[:500],
        )
        self.calls.served(self.call, data)

    async def stream(self, answer: aiohttp.ClientResponse, usage: bool) -> AsyncIterator[bytes]:
        """The worker's answer as server-sent events; `end` follows the last, whoever went away."""
        status, error = 499, "the client went away"
        try:
            with self.backends.using(self.attempt.worker):
                async for event in streamed(answer, self.spent, usage):
                    yield event
            status, error = (500, self.spent.error) if self.spent.error else (200, "")
        except Unreachable as lost:
            self.backends.failed(self.attempt.worker)
            status, error = 502, str(lost)
            yield b"data: " + JSONResponse(error_body(502, "worker_lost", "the answer broke off")).body + b"\n\n"
        finally:
            answer.close()
            self.end(status, error)
