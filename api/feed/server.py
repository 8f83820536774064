"""The feed process: native WebSockets, and nothing that a watcher does not need."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from psycopg import Error
from websockets.asyncio.server import ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from api.errors import Problem, answer
from api.feed.admission import LONGEST, PATH, Admitted, origins, principal, question, welcome
from api.feed.filter import parse
from api.feed.frames import HEARTBEAT
from api.feed.hub import Hub
from api.feed.outlet import Socket
from api.feed.subscription import Subscription
from api.feed.tickets import Tickets
from api.settings import ApiSettings
from api.tokens import check_secret
from streams.database import pool
from streams.settings import Settings

CODES = {401: 4401, 403: 4401, 422: 4400, 429: 4429, 503: 4503}
"""Close code by the status that the same problem has over HTTP."""
LARGEST = 64 * 1024  # bytes of a watcher's message
WRITE_LIMIT = (64 * 1024, 16 * 1024)  # bytes unsent at which catching up waits, and goes on
PATIENCE = 5.0  # seconds that the database gets to know a ticket
PARTING = 2  # seconds that closing handshakes get at the end


class Client(ServerConnection):
    """admitted: who this is and what they want, or why not; set while the connection is opened."""

    admitted: Admitted | Problem | None = None


class Door:
    """Opens connections and serves them."""

    def __init__(self, settings: Settings, own: ApiSettings, hub: Hub, tickets: Tickets) -> None:
        self._secret, self._hub, self._tickets = settings.jwt_secret, hub, tickets
        self._origins = origins(settings, own)

    async def request(self, connection: ServerConnection, request: Request) -> Response | None:
        """An answer over HTTP; None opens the WebSocket. A browser's page reads no answer, only the code of a close:
        with a ticket the connection is opened and closed."""
        assert isinstance(connection, Client)
        target = urlsplit(request.path)
        if target.path == "/health":
            ready = {"status": "ok" if self._hub.listening else "unavailable", "postgres": self._hub.listening}
            return _response(200 if self._hub.listening else 503, json.dumps(ready).encode())
        if target.path == "/metrics":
            return _response(200, generate_latest(), {"Content-Type": CONTENT_TYPE_LATEST})
        if target.path != PATH or len(request.path) > LONGEST:
            return _refusal(Problem(404, "NOT_FOUND", "there is nothing at this path", remedy=f"the feed is at {PATH}"))
        if not welcome(request.headers.get("Origin"), request.headers.get("Host", ""), self._origins):
            remedy = "add the page's origin to STUDIO_ORIGINS"
            return _refusal(Problem(403, "ORIGIN_REFUSED", "pages of this origin may not open the feed", remedy=remedy))
        header = request.headers.get("Authorization")
        try:
            async with asyncio.timeout(PATIENCE):
                who = await principal(target.query, header, self._secret, self._tickets)
            connection.admitted = Admitted(who, question(target.query))
            if self._hub.watchers >= self._hub.most:
                raise Problem(429, "TOO_MANY_STREAMS", "too many watch the feed", remedy="try again later")
        except Problem as problem:
            if header or "ticket=" not in target.query:
                return _refusal(problem)
            connection.admitted = problem
        except (Error, TimeoutError):
            connection.admitted = Problem(503, "UNAVAILABLE", "the database does not answer", remedy="come back")
        return None

    async def serve(self, connection: ServerConnection) -> None:
        """Until the watcher leaves or has to go."""
        assert isinstance(connection, Client)
        admitted, outlet = connection.admitted, Socket(connection)
        try:
            if not isinstance(admitted, Admitted):
                raise admitted or Problem(500, "INTERNAL_ERROR", "this is our fault")
            asked = admitted.question
            watcher = await self._hub.watch(
                admitted.who.tenant, asked.filter, asked.start, outlet, admitted.who.expires
            )
        except Problem as problem:
            outlet.end(CODES.get(problem.status, 1011), problem)
            await connection.wait_closed()
            return
        try:
            async for message in connection:
                watcher.heard = asyncio.get_running_loop().time()
                _take(watcher, message)
        except Problem as problem:
            watcher.end(4400, problem)
            await connection.wait_closed()
        except ConnectionClosed:
            pass
        finally:
            self._hub.leave(watcher)


def _take(watcher: Subscription, message: str | bytes) -> None:
    """Do what a watcher says.

    Raises:
        Problem: it makes no sense.
    """
    try:
        told: dict[str, Any] = json.loads(message)
        kind = told["kind"]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise Problem(400, "BAD_REQUEST", "a message is a JSON object with a kind", field="kind") from error
    if kind == "ping":
        watcher.pong()
    elif kind == "filter":
        watcher.refilter(parse(*(_names(told, name) for name in ("topics", "types", "subjects"))))
    else:
        raise Problem(
            400, "BAD_REQUEST", f"there is no message {str(kind)[:50]}", field="kind", remedy="ping or filter"
        )


def _names(told: Mapping[str, Any], name: str) -> list[str]:
    found = told.get(name) or []
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise Problem(400, "BAD_REQUEST", f"{name} is no list of names", field=name)
    return found


def _refusal(problem: Problem) -> Response:
    told = answer(problem)
    return _response(problem.status, bytes(told.body), problem.headers)


def _response(status: int, body: bytes, headers: Mapping[str, str] | None = None) -> Response:
    fields = {"Content-Type": "application/json", "Content-Length": str(len(body)), "Connection": "close"}
    return Response(status, HTTPStatus(status).phrase, Headers({**fields, **(headers or {})}), body)


async def run(settings: Settings) -> None:
    """Serve until cancelled; watchers are told to come back.

    Raises:
        OSError: the port is taken.
    """
    await run_with(settings, ApiSettings())


async def run_with(settings: Settings, own: ApiSettings) -> None:
    """The same with given settings of its own."""
    check_secret(settings.jwt_secret)
    logging.getLogger("websockets.server").setLevel(logging.CRITICAL)  # what clients do wrong is no fault of ours
    async with (
        pool(settings.postgres_dsn, "feed-tickets", 2) as engine,
        Hub(settings.postgres_app_dsn, own.feed_most) as hub,
    ):
        door = Door(settings, own, hub, Tickets(engine))
        async with serve(
            door.serve,
            settings.feed_host,
            settings.feed_port,
            process_request=door.request,
            create_connection=Client,
            compression=None,
            ping_interval=HEARTBEAT,
            ping_timeout=HEARTBEAT,
            close_timeout=PARTING,
            max_size=LARGEST,
            max_queue=4,
            write_limit=WRITE_LIMIT,
            server_header=None,
        ):
            await asyncio.get_running_loop().create_future()
