"""What the routes stand on: connections, gate, blobs and accounts, opened once per process."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
from fastapi import Request

from api.accounts import Accounts
from api.artefacts import Artefacts
from api.decided import Results
from api.deciders import DECIDERS
from api.ends import LogEnds
from api.facts import FactSink
from api.feed.hub import Hub
from api.settings import ApiSettings
from api.tokens import check_secret
from streams.blobs import Blobs
from streams.database import Pool, pool
from streams.gate import Gate
from streams.settings import Settings


@dataclass(frozen=True, slots=True)
class Backend:
    """engine: connections of the role that writes. views: of the role that row-level security holds to one tenant.

    client: for calls to the router at `router_url`.
    """

    settings: Settings
    own: ApiSettings
    engine: Pool
    views: Pool
    gate: Gate
    blobs: Blobs
    artefacts: Artefacts
    results: Results
    accounts: Accounts
    ends: LogEnds
    facts: FactSink
    feed: Hub
    client: aiohttp.ClientSession
    router_url: str


@asynccontextmanager
async def backend(settings: Settings, own: ApiSettings) -> AsyncIterator[Backend]:
    """Connect, and make sure that the first administrator exists.

    Raises:
        ValueError: STUDIO_JWT_SECRET is too short to be safe.
    """
    check_secret(settings.jwt_secret)
    engine = pool(settings.postgres_dsn, "api-writes", 8)
    views = pool(settings.postgres_app_dsn, "api-reads", 16)
    ends, facts = LogEnds(settings), FactSink(settings)
    await engine.open()
    await views.open()
    try:
        accounts = Accounts(engine, own.refresh_days)
        if own.admin_email and own.admin_password:
            await accounts.ensure_admin(own.admin_tenant, own.admin_email, own.admin_password)
        blobs = Blobs(settings)
        gate = Gate(engine, DECIDERS)
        artefacts = Artefacts(blobs)
        results = Results(artefacts)
        host = "127.0.0.1" if settings.router_host == "0.0.0.0" else settings.router_host
        url = (own.router_url or f"http://{host}:{settings.router_port}").rstrip("/")
        async with aiohttp.ClientSession() as client, Hub(settings.postgres_app_dsn, own.streams_most) as feed:
            yield Backend(
                settings, own, engine, views, gate, blobs, artefacts, results, accounts, ends, facts, feed, client, url
            )
    finally:
        await ends.close()
        await facts.close()
        await views.close()
        await engine.close()


def of(request: Request) -> Backend:
    """The backend of the application that this request came to."""
    found: Backend = request.app.state.backend
    return found
