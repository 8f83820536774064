"""Two ways to watch the feed: a WebSocket of the feed process, and server-sent events of the API. Same messages."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus, InvalidURI

from studio.errors import NotFound, error_of
from studio.session import Session
from studio.sse import Frames

SILENCE = 45.0  # seconds; over server-sent events the server says something at least every 15
OPENING = 5.0  # seconds
STATUS = {4400: 422, 4401: 401, 4429: 429, 4503: 503}
"""HTTP status of the problem behind a close code."""
Message = dict[str, Any]


class Closed(Exception):
    """The connection ended, and may be opened again."""


class NoSocket(Exception):
    """No WebSocket can be opened here now; server-sent events may do."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for; empty means all."""

    topics: Sequence[str] = ()
    types: Sequence[str] = ()
    subjects: Sequence[str] = ()

    def query(self, after: str) -> dict[str, str | list[str]]:
        """As parameters of the URL."""
        given = {"after": after, "topics": ",".join(self.topics), "types": ",".join(self.types)}
        found: dict[str, str | list[str]] = {name: value for name, value in given.items() if value}
        return {**found, "subject": list(self.subjects)} if self.subjects else found


async def socket(session: Session, question: Question, after: str) -> AsyncGenerator[Message, None]:
    """Messages over a WebSocket until it closes.

    Raises:
        NoSocket: it cannot be opened.
        Closed: it was open; `expired` is said before where the token has ended.
        ApiError: the server refuses.
    """
    query = question.query(after)
    url, headers = session.place.feed_url, dict[str, str]()
    token = ""
    if url:
        token = await session.tokens.access()
        headers["Authorization"] = f"Bearer {token}"
    else:
        ticket = await _ticket(session)
        url, query["ticket"] = ticket["url"], ticket["ticket"]
    try:
        connection = await connect(
            f"{url}?{urlencode(query, doseq=True)}",
            additional_headers=headers,
            compression=None,
            max_size=None,
            open_timeout=OPENING,
            close_timeout=1,
        )
    except InvalidStatus as error:
        status = error.response.status_code
        if status == 401 and token:
            await session.tokens.renew(token)
            raise Closed("the token has expired") from error
        if status in (403, 404, 429) or status >= 500:  # a proxy that lets no WebSocket through answers like that
            raise NoSocket(str(error)) from error
        raise error_of(status, _json(bytes(error.response.body or b""))) from error
    except (OSError, TimeoutError, InvalidHandshake, InvalidURI) as error:
        raise NoSocket(str(error) or type(error).__name__) from error
    try:
        async with aclosing(_talk(connection)) as messages:
            async for message in messages:
                yield message
    finally:
        await connection.close()


async def _talk(connection: ClientConnection) -> AsyncGenerator[Message, None]:
    loop = asyncio.get_running_loop()
    beat = 30.0
    heard, due = loop.time(), loop.time() + beat
    problem: Message = {}
    while True:
        try:
            if loop.time() >= due:
                await connection.send('{"kind":"ping"}')
                due = loop.time() + beat
            async with asyncio.timeout_at(due):
                message: Message = json.loads(await connection.recv())
        except TimeoutError:
            if loop.time() - heard > 2 * beat + 15:
                raise Closed("the feed is silent") from None
            continue
        except ConnectionClosed as error:
            code = error.rcvd.code if error.rcvd else 1006
            if code == 4401:
                yield {"kind": "expired"}
            elif STATUS.get(code, 0) == 422:
                raise error_of(422, {"error": {**problem, "details": problem.get("details") or {}}}) from error
            raise Closed(problem.get("message") or str(error)) from error
        heard = loop.time()
        if message["kind"] == "hello":
            beat = float(message.get("heartbeat") or beat)
        elif message["kind"] == "error":
            problem = message
            continue
        yield message


async def answers(session: Session, question: Question, after: str) -> AsyncGenerator[Message, None]:
    """The same messages as server-sent events, until the answer ends.

    Raises:
        ApiError: the server refuses.
        httpx.TransportError: the connection broke.
    """
    frames = Frames(after)
    async with session.opened("GET", "/feed", params=question.query(after), silence=SILENCE) as answer:
        async for line in answer.aiter_lines():
            for frame in frames.feed(line):
                yield {**json.loads(frame.data), "kind": frame.event}


async def _ticket(session: Session) -> dict[str, str]:
    """One try to get a ticket.

    Raises:
        NoSocket: this server gives none.
    """
    try:
        async with session.opened("POST", "/feed/tickets", silence=OPENING) as answer:
            found: dict[str, str] = json.loads(await answer.aread())["data"]["attributes"]
            return found
    except NotFound as error:
        raise NoSocket(str(error)) from error


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None
