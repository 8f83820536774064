"""A serving worker: one process with torch that answers for any model version it is asked for."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import structlog
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, StreamingResponse
from starlette.responses import Response
from studio.contract.records import RoutingTable

from serving.access import tenant_of
from serving.chat import (
    ChatError,
    ChatRequest,
    FinishReason,
    chunk,
    completion,
    model_list,
    usage,
    usage_chunk,
)
from serving.engine import Answer, Engine, Limits
from serving.http import answer_errors, serve
from serving.shelf import Shelf
from serving.versions import Directory, follow
from streams.blobs import Blobs
from streams.settings import Settings

WARM_UP_AFTER = 5.0  # seconds: when a platform starts, its other processes need the CPU first
log = structlog.get_logger()


@dataclass(slots=True)
class Worker:
    """What the endpoints share."""

    settings: Settings
    engine: Engine
    directory: Directory = field(default_factory=Directory)
    ready: asyncio.Event = field(default_factory=asyncio.Event)


def make_app(worker: Worker) -> FastAPI:
    """The HTTP face: `/v1/chat/completions` for `model@version`, `/v1/models`, `/health`."""
    app = FastAPI(title="Serving worker", docs_url=None, redoc_url=None, openapi_url=None)
    answer_errors(app)

    @app.get("/health")
    async def health() -> JSONResponse:
        found = {"status": "ready" if worker.ready.is_set() else "starting"}
        return JSONResponse(
            {**found, "warm": worker.engine.warm, "loaded": worker.engine.loaded, "active": worker.engine.active},
            200 if worker.ready.is_set() else 503,
        )

    @app.get("/v1/models")
    async def models(request: Request) -> dict[str, Any]:
        tenant = tenant_of(request.headers.get("authorization"), worker.settings.jwt_secret)
        known = worker.directory.versions.items()
        return model_list([(name, found.created, owner) for (owner, name), found in known if owner == tenant])

    @app.post("/v1/chat/completions")
    async def chat(asked: ChatRequest, request: Request) -> Response:
        tenant = tenant_of(request.headers.get("authorization"), worker.settings.jwt_secret)
        if name := asked.unsupported():
            raise ChatError(400, "unsupported_parameter", f"{name} is not supported here; leave it out", name)
        manifest = request.headers.get("studio-manifest") or _manifest(worker, tenant, asked.model)
        if manifest.split("/")[0] != tenant:
            raise ChatError(404, "model_not_found", f"there is no model {asked.model!r}", "model")
        answer = await worker.engine.start(manifest, asked.model, asked)
        call_id = request.headers.get("studio-call") or f"chatcmpl-{uuid4().hex}"
        if asked.stream:
            return StreamingResponse(_stream(asked, answer, call_id), media_type="text/event-stream")
        return JSONResponse(await _whole(asked, answer, call_id))

    return app


def _manifest(worker: Worker, tenant: str, model: str) -> str:
    known = worker.directory.versions.get((tenant, model))
    if known is None:
        raise ChatError(404, "model_not_found", f"there is no model {model!r}; name it as model@version", "model")
    return known.manifest


async def _whole(asked: ChatRequest, answer: Answer, call_id: str) -> dict[str, Any]:
    texts: list[str] = [""] * asked.n
    reasons: list[FinishReason] = ["length"] * asked.n
    tokens = [0] * asked.n
    try:
        async for piece in answer:
            texts[piece.index] += piece.text
            tokens[piece.index] = piece.tokens
            reasons[piece.index] = piece.reason or "length"
    finally:
        answer.close()
    choices = list(zip(texts, reasons, strict=True))
    return completion(call_id, int(time.time()), asked.model, choices, usage(answer.prompt_tokens, sum(tokens)))


async def _stream(asked: ChatRequest, answer: Answer, call_id: str) -> AsyncIterator[str]:
    created, tokens = int(time.time()), [0] * asked.n
    try:
        for index in range(asked.n):
            yield _line(chunk(call_id, created, asked.model, index, {"role": "assistant", "content": ""}))
        async for piece in answer:
            tokens[piece.index] = piece.tokens
            if piece.text:
                yield _line(chunk(call_id, created, asked.model, piece.index, {"content": piece.text}))
            if piece.reason:
                yield _line(chunk(call_id, created, asked.model, piece.index, {}, piece.reason))
        if asked.stream_options is not None and asked.stream_options.include_usage:
            spent = usage(answer.prompt_tokens, sum(tokens))
            yield _line(usage_chunk(call_id, created, asked.model, spent))
        yield "data: [DONE]\n\n"
    except ChatError as error:
        yield _line(error.body())
    finally:
        answer.close()


def _line(content: dict[str, Any]) -> str:
    return f"data: {json.dumps(content, ensure_ascii=False, separators=(',', ':'))}\n\n"


@asynccontextmanager
async def working(settings: Settings, limits: Limits | None = None) -> AsyncIterator[Worker]:
    """A worker that follows the routing topic and loads what it names before calls come."""
    limits = limits or Limits(threads=settings.serving_threads)
    shelf = Shelf(Blobs(settings), settings.home / "models")
    worker = Worker(settings, Engine(shelf.directory, limits))
    loads: set[asyncio.Task[None]] = set()

    async def load(table: RoutingTable) -> None:
        for target in table.targets:
            try:
                await worker.engine.load(target.manifest_blob, f"{target.model}@{target.version}")
            except ChatError as error:
                log.error("model_not_loaded", model=target.model, version=target.version, error=error.message)

    def changed(_: str, table: RoutingTable) -> None:
        task = asyncio.create_task(load(table))
        loads.add(task)
        task.add_done_callback(loads.discard)

    following = asyncio.create_task(follow(settings, worker.directory, worker.ready, changed))
    warming = asyncio.create_task(worker.engine.warm_up(WARM_UP_AFTER))
    try:
        yield worker
    finally:
        following.cancel()
        warming.cancel()
        for task in loads:
            task.cancel()
        worker.engine.close()


async def run(settings: Settings) -> None:
    """Serve until cancelled."""
    async with working(settings) as worker:
        await serve(make_app(worker), settings.serving_host, settings.serving_port)
