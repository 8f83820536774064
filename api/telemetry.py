"""Around every request: trace context, a log line, metrics, a limit on JSON bodies, and the last net for faults."""

from __future__ import annotations

import time
from typing import Any

import structlog
from prometheus_client import Counter, Gauge, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from studio.contract import child_trace, new_trace

from api.errors import Problem, answer, of_exception

BODY_LIMIT = 4 * 1024 * 1024  # bytes of a JSON body; uploads have a limit of their own
REQUESTS = Counter("studio_api_requests_total", "Requests answered", ["method", "route", "status"])
SECONDS = Histogram(
    "studio_api_seconds", "Time to the last byte of the answer", ["method", "route"],
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5),
)  # fmt: skip
OPEN = Gauge("studio_api_open_requests", "Requests being answered, streams included")
log = structlog.get_logger()


class Telemetry:
    """ASGI middleware; it never buffers."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()
        headers = dict(scope["headers"])
        given = headers.get(b"traceparent", b"").decode("latin-1")
        trace = child_trace(given) if _is_trace(given) else new_trace()
        scope["studio.traceparent"] = trace
        status = 0
        multipart = headers.get(b"content-type", b"").startswith(b"multipart/")

        async def tell(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", []), (b"traceparent", trace.encode())]
            await send(message)

        OPEN.inc()
        try:
            if "\0" in scope["path"]:
                raise Problem(404, "NOT_FOUND", "there is nothing at this path")
            await self.app(scope, receive if multipart else _limited(receive), tell)
        except Exception as error:
            problem = of_exception(error)
            if problem.status >= 500:
                log.exception("request_failed", path=scope["path"][:300], trace=trace, error=repr(error)[:2000])
            if status:
                raise
            await answer(problem)(scope, receive, tell)
        finally:
            OPEN.dec()
            self._record(scope, status, time.perf_counter() - began, trace)

    def _record(self, scope: Scope, status: int, seconds: float, trace: str) -> None:
        route = getattr(scope.get("route"), "path", "unknown")
        REQUESTS.labels(scope["method"], route, str(status)).inc()
        SECONDS.labels(scope["method"], route).observe(seconds)
        if route in ("/health", "/metrics"):
            return
        who = scope.get("studio.principal")
        about: dict[str, Any] = {"tenant": who.tenant, "user": who.user_id} if who else {}
        log.info(
            "request", method=scope["method"], route=route, status=status, ms=round(seconds * 1000, 1),
            trace=trace.split("-")[1], **about,
        )  # fmt: skip


def _limited(receive: Receive) -> Receive:
    taken = 0

    async def receive_within() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > BODY_LIMIT:
            raise Problem(
                422, "VALIDATION_ERROR", f"the body is over {BODY_LIMIT} bytes", field="body",
                reason="too large", remedy="send less at once",
            )  # fmt: skip
        return message

    return receive_within


def _is_trace(text: str) -> bool:
    """A W3C traceparent: version, 32 and 16 hex digits, flags."""
    parts = text.split("-")
    lengths = [len(part) for part in parts]
    return lengths == [2, 32, 16, 2] and all(c in "0123456789abcdef" for part in parts for c in part)
