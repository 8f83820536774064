"""The FastAPI application: routes by resource, one error envelope, telemetry around everything."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware

from api import (
    affected,
    batches,
    causes,
    chat,
    coverage,
    curations,
    dataset_card,
    dataset_diff,
    dataset_import,
    datasets,
    dead_letters,
    deployment_history,
    deployments,
    document_structure,
    document_text,
    documents,
    errors,
    events,
    export,
    groups,
    health,
    histogram,
    jobs,
    lineage,
    models,
    originals,
    outside_runs,
    pipeline,
    rebuilding,
    recipes,
    review_queue,
    reviews,
    run_control,
    run_history,
    runs,
    sample_list,
    samples,
    scorers,
    sessions,
    trainers,
    users,
    verification,
    web,
    what_if,
)
from api.backend import backend
from api.document import describe
from api.feed import routes as feed
from api.settings import ApiSettings
from api.telemetry import Telemetry
from streams.settings import Settings

PREFIX = "/api/v1"
# Below this size compression does not pay. Downloads that are compressed in themselves, or can be continued, stay as
# they are; so do event streams, which must not wait for a buffer.
COMPRESSED_FROM = 1024
PLAIN = (*DEFAULT_EXCLUDED_CONTENT_TYPES, "application/octet-stream", "application/vnd.apache.parquet")
RESOURCES = (
    sessions, users, document_structure, documents, document_text, originals,
    batches, recipes, sample_list, histogram, samples, scorers, curations, what_if,
    review_queue, reviews, dataset_import, datasets, dataset_card, dataset_diff, coverage, export,
    verification, rebuilding, affected,
    runs, run_control, run_history, outside_runs,
    groups, trainers, models, deployments, deployment_history, chat, jobs, pipeline, lineage, events, causes,
    feed, dead_letters,
)  # fmt: skip


def application(settings: Settings, own: ApiSettings) -> FastAPI:
    """An application that connects when it starts."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with backend(settings, own) as opened:
            app.state.backend = opened
            yield

    app = FastAPI(
        title="Synthetic Data Studio",
        version="1",
        description="Documents in, trained and deployed conversational agents out; every step an event.",
        lifespan=lifespan,
        docs_url="/docs",
        openapi_url="/openapi.json",
        generate_unique_id_function=lambda route: f"{route.tags[0]}_{route.name}" if route.tags else route.name,
    )
    v1 = APIRouter(prefix=PREFIX)
    for resource in RESOURCES:
        v1.include_router(resource.router)
    v1.include_router(health.router, include_in_schema=False)
    app.include_router(v1)
    app.include_router(health.router)
    web.install(app)
    errors.install(app)
    describe(app)
    app.add_middleware(GZipMiddleware, minimum_size=COMPRESSED_FROM, compresslevel=5, exclude_content_types=PLAIN)
    app.add_middleware(Telemetry)
    return app
