"""The client of OpenAI-compatible servers: one question, repeated within bounds, and what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import stamina
from stamina.instrumentation import set_on_retry_hooks

from processors.generation.budget import WAIT, Purse
from processors.generation.came import Again, Gone, Got, read
from processors.generation.faults import (
    LOST,
    NOT_ALLOWED,
    OVERFLOW,
    OVERFLOW_WORDS,
    RATE_LIMITED,
    REFUSED,
    SERVER_ERROR,
    TOO_LONG,
    UNREACHABLE,
)
from processors.generation.http_reply import LONGEST_REPLY, bounded, retry_after
from processors.generation.limits import LOCAL
from processors.generation.local import Local, LocalFailed
from processors.generation.prompt import most_tokens
from processors.generation.reply import EMPTY, content, refusal
from processors.generation.throttle import Throttles
from streams.egress import EgressRefused, check_url

set_on_retry_hooks(())  # a line of the log for each of many tries would bury the rest; the last one is told


@dataclass(frozen=True, slots=True)
class Patience:
    """How often and how long a question is repeated; seconds."""

    tries: int = 5
    first_pause: float = 0.5
    longest_pause: float = 30.0


class Endpoint:
    """Asks one server. The session comes from streams.egress, so its connections are checked."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        allow_private: bool,
        keys: Mapping[str, str] | None = None,
        patience: Patience | None = None,
        throttles: Throttles | None = None,
        local: Local | None = None,
    ) -> None:
        """keys: API key by host name (`host` or `host:port`); a key goes to its own host and nowhere else.
        local: answers for the address LOCAL; without it that address is refused."""
        self._session = session
        self._allow_private = allow_private
        self._keys = dict(keys or {})
        self._patience = patience or Patience()
        self._throttles = throttles or Throttles()
        self._local = local

    async def ask(self, base_url: str, body: dict[str, Any], purse: Purse | None = None, key: str = "") -> Got | Gone:
        """POST chat/completions. 429 and 5xx, broken connections and empty replies are repeated with growing pauses
        (Retry-After is obeyed up to the longest pause); other refusals are final. Every try reserves what it may cost
        in the purse first. key: names the question across restarts, sent as Idempotency-Key: who honours it charges
        once for a reply that was lost on its way. After an answer that does not help, the next try has another."""
        url = base_url if base_url == LOCAL else base_url.rstrip("/") + "/chat/completions"
        try:
            if url != LOCAL:
                check_url(url, self._allow_private)
        except EgressRefused as refused:
            return Gone(NOT_ALLOWED, refused.message)
        patience = self._patience
        answers = 0
        try:
            async for attempt in stamina.retry_context(
                on=lambda error: isinstance(error, Again) and (True if error.wait is None else error.wait),
                attempts=patience.tries, timeout=None, wait_initial=patience.first_pause,
                wait_max=patience.longest_pause, wait_jitter=patience.first_pause,
            ):  # fmt: skip
                with attempt:
                    reserved = await self._reserved(purse, body)
                    if isinstance(reserved, str):
                        return Gone(reserved, "the budget of the batch")
                    try:
                        came = await self._once(url, body, f"{key}-{answers}" if key else "")
                    except Again as again:
                        await _settle(purse, reserved, again.gone)
                        answers += again.gone.reason not in (LOST, UNREACHABLE)
                        if again.gone.reason == REFUSED:  # some servers know no response_format: once more without
                            body = {name: value for name, value in body.items() if name != "response_format"}
                        raise
                    except BaseException:
                        await asyncio.shield(_settle(purse, reserved, Gone(LOST, "")))
                        raise
                    await _settle(purse, reserved, came)
                    return came
        except Again as again:
            return again.gone
        raise AssertionError("a try returns or raises")

    async def _reserved(self, purse: Purse | None, body: dict[str, Any]) -> int | str:
        if purse is None:
            return 0
        most = most_tokens(body)
        while (found := await purse.reserve(most)) == WAIT:  # noqa: ASYNC110 - others, of other processes too, give back
            await asyncio.sleep(0.05)
        return found

    async def _once(self, url: str, body: dict[str, Any], key: str) -> Got | Gone:
        """One try. Raises Again."""
        if url == LOCAL:
            return await self._local_once(body)
        throttle = self._throttles.of(f"{url} {body.get('model')}")
        async with throttle.turn() as began:
            try:
                async with self._session.post(
                    url, json=body, headers=self._headers(url, key), allow_redirects=False
                ) as response:
                    raw = await bounded(response)
                    wait = retry_after(response.headers.get("Retry-After"))
                    status = response.status
            except EgressRefused as refused:
                return Gone(NOT_ALLOWED, refused.message)
            except aiohttp.ClientConnectorError as error:
                raise Again(Gone(UNREACHABLE, f"{type(error).__name__}: {error}")) from error
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                raise Again(Gone(LOST, f"{type(error).__name__}: {error}")) from error
            if wait is not None:
                wait = min(wait, self._patience.longest_pause)
            if status == 429 or (status == 503 and wait is not None):
                throttle.pushed_back(began, wait or 0.0)
            elif status == 200:
                throttle.answered()
        if raw is None:
            return Gone(TOO_LONG, f"the reply is longer than {LONGEST_REPLY} bytes")
        if status == 200:
            return read(raw)
        if status == 429:
            raise Again(Gone(RATE_LIMITED, "status 429"), wait)
        if status >= 500 or status == 408:
            raise Again(Gone(SERVER_ERROR, f"status {status}"), wait)
        detail = f"status {status}: {raw[:200].decode(errors='replace')}"
        if OVERFLOW_WORDS.search(refusal(raw)):
            return Gone(OVERFLOW, detail)
        if status in (400, 422) and "response_format" in body:
            raise Again(Gone(REFUSED, detail), 0.0)
        return Gone(REFUSED, detail)

    async def _local_once(self, body: dict[str, Any]) -> Got | Gone:
        if self._local is None:
            return Gone(NOT_ALLOWED, "this process runs no models")
        try:
            return read(await self._local.ask(body))
        except LocalFailed as failed:
            if failed.final:
                return Gone(REFUSED, str(failed))
            raise Again(Gone(LOST, str(failed))) from failed

    def _headers(self, url: str, key: str) -> dict[str, str]:
        parts = urlsplit(url)
        secret = self._keys.get(parts.netloc) or self._keys.get(parts.hostname or "")
        access = {"Authorization": f"Bearer {secret}"} if secret else {}
        return {**access, "Idempotency-Key": key} if key else access


async def _settle(purse: Purse | None, reservation: int, came: Got | Gone) -> None:
    """A reply costs what it says, a refusal nothing; one that was lost on its way, or says nothing, its most."""
    if purse is None:
        return
    if isinstance(came, Got):
        found = content(came.raw)
        told = found is not None and found.tokens_in + found.tokens_out > 0
        await purse.settle(reservation, (found.tokens_in, found.tokens_out) if found and told else None)
    else:
        await purse.settle(reservation, None if came.reason in (LOST, EMPTY, TOO_LONG) else (0, 0))
