"""What the router and the worker share as HTTP servers: OpenAI's error shape, and running until cancelled."""

from __future__ import annotations

import asyncio
import contextlib

import structlog
import uvicorn
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.chat import ChatError, error_body

log = structlog.get_logger()


def answer_errors(app: FastAPI) -> None:
    """Turn every error into the OpenAI shape, and bound what is read."""
    app.add_middleware(BodyLimit)

    @app.exception_handler(ChatError)
    async def chat_error(_: Request, error: ChatError) -> JSONResponse:
        return JSONResponse(error.body(), error.status, error.headers())

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"] if part != "body")
        return JSONResponse(error_body(400, "invalid_request", f"{place}: {first['msg']}", place or None), 400)

    @app.exception_handler(HTTPException)
    async def other(_: Request, error: HTTPException) -> JSONResponse:
        codes = {404: "not_found", 405: "method_not_allowed", 413: "body_too_large"}
        code = codes.get(error.status_code, "error")
        return JSONResponse(error_body(error.status_code, code, str(error.detail)), error.status_code)

    @app.exception_handler(Exception)
    async def unexpected(_: Request, error: Exception) -> JSONResponse:
        log.error("unexpected", error=repr(error))
        return JSONResponse(error_body(500, "internal_error", "something failed here; it is in the log"), 500)


class BodyLimit:
    """Refuses bodies over `most` bytes before they are in memory, whether their length was announced or not."""

    def __init__(self, app: ASGIApp, most: int = 4 * 1024 * 1024) -> None:
        self.app, self.most = app, most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self.most:
                raise HTTPException(413, f"the body is over {self.most} bytes")  # FastAPI lets only these through
            return message

        announced = dict(scope.get("headers", ())).get(b"content-length", b"0")
        if announced.isdigit() and int(announced) > self.most:
            told = f"the body has {int(announced)} bytes; {self.most} are accepted"
            await JSONResponse(error_body(413, "body_too_large", told), 413)(scope, receive, send)
            return
        await self.app(scope, counted, send)


class _Server(uvicorn.Server):
    """uvicorn without its own signal handling: the process has one already, which cancels us."""

    @contextlib.contextmanager
    def capture_signals(self):  # type: ignore[no-untyped-def]
        yield


async def serve(app: FastAPI, host: str, port: int) -> None:
    """Serve until cancelled; open answers get a moment to end."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        timeout_keep_alive=75,  # longer than clients keep idle connections, so that they are the ones who close
        timeout_graceful_shutdown=3,
        lifespan="off",
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve())
    try:
        await asyncio.shield(task)
        raise OSError(f"cannot listen on {host}:{port}")
    except asyncio.CancelledError:
        server.should_exit = True
        await task
        raise
