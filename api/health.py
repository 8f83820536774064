"""Whether this process is ready, and its metrics. Neither tells anything of a tenant."""

from __future__ import annotations

import asyncio
from typing import Literal

import psycopg
from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from psycopg_pool import PoolTimeout
from pydantic import BaseModel

from api import backend

router = APIRouter(tags=["platform"])
PATIENCE = 2.0  # seconds


class Health(BaseModel):
    """ok: requests can be answered. Without Postgres they cannot."""

    status: Literal["ok", "unavailable"]
    postgres: bool


@router.get("/health", responses={503: {"model": Health, "description": "Not ready"}})
async def health(request: Request, response: Response) -> Health:
    """200 when ready."""
    try:
        async with asyncio.timeout(PATIENCE), backend.of(request).views.connection() as conn:
            await conn.execute("select 1")
    except (psycopg.Error, PoolTimeout, TimeoutError):
        response.status_code = 503
        return Health(status="unavailable", postgres=False)
    return Health(status="ok", postgres=True)


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
def metrics() -> Response:
    """Prometheus text format."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
