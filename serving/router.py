"""The router: OpenAI's API in front, workers behind, every call and outcome a fact on the log."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, StreamingResponse
from starlette.responses import Response
from studio.contract.records import RoutingTable, Target

from serving.access import tenant_of
from serving.backends import Backends
from serving.call_id import new_call, read, write
from serving.calls import CallLog
from serving.chat import ChatError, ChatRequest, model_list
from serving.forward import Unreachable, send, whole
from serving.http import answer_errors, serve
from serving.outcomes import Outcome, Outcomes
from serving.route import Attempt, route
from serving.running import Running
from serving.versions import Directory, follow
from streams.settings import Settings


@dataclass(slots=True)
class Router:
    """What the endpoints share."""

    settings: Settings
    session: aiohttp.ClientSession
    backends: Backends
    calls: CallLog
    outcomes: Outcomes
    directory: Directory = field(default_factory=Directory)
    ready: asyncio.Event = field(default_factory=asyncio.Event)

    def plan(self, tenant: str, model: str, session: str) -> tuple[str, list[Attempt]]:
        """The deployment (empty for a pinned version) and what to try.

        Raises:
            ChatError: 404 model_not_found; 503 starting.
        """
        self.check_ready()
        table = self.directory.tables.get((tenant, model))
        known = self.directory.versions.get((tenant, model))
        if table is None and known is not None:
            name, version = model.rsplit("@", 1)
            target = Target(model=name, version=version, manifest_blob=known.manifest, weight=1.0, role="pinned")
            return "", route(RoutingTable(deployment=model, targets=(target,)), session, self.backends.now, 0.0)
        try:
            if table is None:
                raise LookupError(f"there is no deployment {model!r}")
            return model, route(table, session, self.backends.now, random.random())
        except LookupError as error:
            hint = f"{error}; GET /v1/models lists deployments and model@version names"
            raise ChatError(404, "model_not_found", hint, "model") from error

    def check_ready(self) -> None:
        """At its start a router has not read all yet: what is missing may still come, and a table may be an old one.

        Raises:
            ChatError: 503 starting.
        """
        if not self.ready.is_set():
            raise ChatError(503, "starting", "the router has just started and still reads its routes", retry_after=1)


def make_app(router: Router) -> FastAPI:
    """The HTTP face: `/v1/chat/completions`, `/v1/models`, `/v1/outcomes`, `/health`."""
    app = FastAPI(title="Serving router", docs_url=None, redoc_url=None, openapi_url=None)
    answer_errors(app)

    def tenant(request: Request) -> str:
        return tenant_of(request.headers.get("authorization"), router.settings.jwt_secret)

    @app.get("/health")
    async def health() -> JSONResponse:
        ready = router.ready.is_set()
        workers = {backend.url: backend.healthy for backend in router.backends.now}
        return JSONResponse({"status": "ready" if ready else "starting", "workers": workers}, 200 if ready else 503)

    @app.get("/v1/models")
    async def models(request: Request) -> dict[str, Any]:
        owner = tenant(request)
        router.check_ready()
        tables = [(name, at, owner) for (who, name), at in router.directory.started.items() if who == owner]
        known = router.directory.versions.items()
        return model_list(tables + [(name, found.created, owner) for (who, name), found in known if who == owner])

    @app.post("/v1/outcomes")
    async def outcomes(outcome: Outcome, request: Request) -> JSONResponse:
        try:
            call = read(outcome.call_id, router.settings.jwt_secret)
        except ValueError as error:
            raise ChatError(404, "call_not_found", "this is not the id of an answer given here", "call_id") from error
        if call.tenant != tenant(request):
            raise ChatError(404, "call_not_found", "this is not the id of an answer given here", "call_id")
        return JSONResponse(await router.outcomes.report(call, outcome), 200)

    @app.post("/v1/chat/completions")
    async def chat(asked: ChatRequest, request: Request) -> Response:
        if name := asked.unsupported():
            raise ChatError(400, "unsupported_parameter", f"{name} is not supported here; leave it out", name)
        return await _chat(router, tenant(request), asked, request)

    return app


async def _chat(router: Router, tenant: str, asked: ChatRequest, request: Request) -> Response:
    session = request.headers.get("studio-session") or asked.user or ""
    deployment, attempts = router.plan(tenant, asked.model, session)
    secret, authorization = router.settings.jwt_secret, request.headers.get("authorization")
    body = {**asked.model_dump(exclude_none=True), "stream_options": {"include_usage": True}}
    last: ChatError | None = None
    for number, attempt in enumerate(attempts):
        target = attempt.target
        call = new_call(tenant, deployment, target.model, target.version, target.role)
        failover = target != attempts[0].target
        running = Running(router.backends, router.calls, call, attempt, session, failover)
        headers = {"Studio-Manifest": target.manifest_blob, "Studio-Call": write(call, secret)}
        if authorization:
            headers["Authorization"] = authorization
        told = {"Studio-Version": f"{target.model}@{target.version}", "Studio-Role": target.role}
        try:
            with router.backends.using(attempt.worker):
                sent = {**body, "model": f"{target.model}@{target.version}"}
                answer = await send(router.session, attempt.worker, sent, headers)
                if not asked.stream:
                    data = await whole(answer, running.spent)
                    running.end(200)
                    return Response(data, 200, told, "application/json")
            usage = asked.stream_options is not None and asked.stream_options.include_usage
            return StreamingResponse(running.stream(answer, usage), 200, told, "text/event-stream")
        except Unreachable as error:
            if error.away:
                router.backends.failed(attempt.worker)
            last = ChatError(503, "no_worker", f"no worker could answer: {error}", retry_after=1)
            if number + 1 == len(attempts) or attempts[number + 1].target != target:
                running.end(503, str(error))  # this arm could not answer anywhere; the stable one may
        except ChatError as error:
            last = error
            if error.status != 429 or number + 1 == len(attempts):
                running.end(error.status, error.message)
            if error.status != 429:
                raise
    if last is None:
        raise ChatError(503, "no_worker", "no serving worker is configured; set STUDIO_SERVING_WORKERS")
    raise last


@asynccontextmanager
async def routing(settings: Settings) -> AsyncIterator[Router]:
    """A router that follows the routing topic, watches its workers and publishes its facts."""
    urls = [url.strip() for url in settings.serving_workers.split(",") if url.strip()]
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=30)) as session:
        calls = CallLog(settings, f"router-{settings.replica}")
        router = Router(settings, session, Backends(urls, session), calls, Outcomes(calls))
        tasks = [
            asyncio.create_task(follow(settings, router.directory, router.ready, lambda tenant, table: None)),
            asyncio.create_task(router.backends.watch()),
            asyncio.create_task(router.calls.run()),
        ]
        try:
            yield router
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def run(settings: Settings) -> None:
    """Route until cancelled."""
    async with routing(settings) as router:
        await serve(make_app(router), settings.router_host, settings.router_port)
