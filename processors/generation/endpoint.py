"""The client of OpenAI-compatible servers: one question, repeated within bounds, and what came of it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from processors.generation.reply import EMPTY, content
from streams.egress import EgressRefused, check_url

RATE_LIMITED = "endpoint_rate_limited"
SERVER_ERROR = "endpoint_server_error"
REFUSED = "endpoint_refused_request"
UNREACHABLE = "endpoint_unreachable"
NOT_ALLOWED = "endpoint_address_not_allowed"
TOO_LONG = "endpoint_reply_too_long"
LONGEST_REPLY = 4 * 1024 * 1024

REMEDIES = {
    RATE_LIMITED: "Ask for fewer samples at a time, or wait until the quota of the endpoint is free again.",
    SERVER_ERROR: "The endpoint answers with errors: look at its log, then request the batch again.",
    REFUSED: "The endpoint refuses the request: check the model name, the address (it ends in /v1) and the access.",
    UNREACHABLE: "Check that the endpoint runs and that its address can be reached from the platform.",
    NOT_ALLOWED: "Use a public address, or start the platform with STUDIO_ALLOW_PRIVATE_ENDPOINTS=true.",
    TOO_LONG: "Lower max_tokens.",
    EMPTY: "The endpoint answers without content: check that the model is a chat model.",
}
"""What a person can do about each way in which an endpoint fails."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How often and how long a question is repeated; seconds."""

    tries: int = 5
    first_pause: float = 0.5
    longest_pause: float = 30.0


@dataclass(frozen=True, slots=True)
class Got:
    """A reply with content: `raw` is the body as it came."""

    raw: bytes


@dataclass(frozen=True, slots=True)
class Gone:
    """No reply after all tries; `reason` is a key of REMEDIES."""

    reason: str
    detail: str


class Endpoint:
    """Asks one server. The session comes from streams.egress, so its connections are checked."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        allow_private: bool,
        keys: Mapping[str, str] | None = None,
        patience: Patience | None = None,
    ) -> None:
        """keys: API key by host name (`host` or `host:port`); a key goes to its own host and nowhere else."""
        self._session = session
        self._allow_private = allow_private
        self._keys = dict(keys or {})
        self._patience = patience or Patience()

    async def ask(self, base_url: str, body: dict[str, Any]) -> Got | Gone:
        """POST chat/completions. 429 and 5xx, broken connections and empty replies are repeated with growing pauses
        (Retry-After is obeyed up to the longest pause); other refusals are final."""
        url = base_url.rstrip("/") + "/chat/completions"
        try:
            check_url(url, self._allow_private)
        except EgressRefused as refused:
            return Gone(NOT_ALLOWED, refused.message)
        headers = self._headers(url)
        last = Gone(UNREACHABLE, "not asked")
        wait: float | None = None
        for attempt in range(self._patience.tries):
            if attempt:
                await asyncio.sleep(self._pause(attempt, wait))
            wait = None
            try:
                async with self._session.post(url, json=body, headers=headers, allow_redirects=False) as response:
                    raw = await _bounded(response)
                    wait = _retry_after(response.headers.get("Retry-After"))
                    status = response.status
            except EgressRefused as refused:
                return Gone(NOT_ALLOWED, refused.message)
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                last = Gone(UNREACHABLE, f"{type(error).__name__}: {error}")
                continue
            if raw is None:
                return Gone(TOO_LONG, f"the reply is longer than {LONGEST_REPLY} bytes")
            if status == 200:
                found = content(raw)
                if found is not None and found.text.strip():
                    return Got(raw)
                last = Gone(EMPTY, "the reply has no content")
            elif status == 429:
                last = Gone(RATE_LIMITED, "status 429")
            elif status >= 500 or status == 408:
                last = Gone(SERVER_ERROR, f"status {status}")
            elif status in (400, 422) and "response_format" in body:
                body = {name: value for name, value in body.items() if name != "response_format"}
                last = Gone(REFUSED, f"status {status}")  # some servers know no response_format: once more without
            else:
                return Gone(REFUSED, f"status {status}: {raw[:200].decode(errors='replace')}")
        return last

    def _headers(self, url: str) -> dict[str, str]:
        parts = urlsplit(url)
        key = self._keys.get(parts.netloc) or self._keys.get(parts.hostname or "")
        return {"Authorization": f"Bearer {key}"} if key else {}

    def _pause(self, attempt: int, wait: float | None) -> float:
        if wait is not None:
            return min(wait, self._patience.longest_pause)
        growing = self._patience.first_pause * 2.0 ** (attempt - 1)
        # Full jitter, so that many clients do not come back at the same moment.
        return min(growing, self._patience.longest_pause) * random.uniform(0.5, 1.0)


async def _bounded(response: aiohttp.ClientResponse) -> bytes | None:
    """The body, or None if it is too long."""
    parts: list[bytes] = []
    length = 0
    async for part in response.content.iter_chunked(1 << 16):
        parts.append(part)
        length += len(part)
        if length > LONGEST_REPLY:
            return None
    return b"".join(parts)


def _retry_after(value: str | None) -> float | None:
    """Seconds of a Retry-After header, which holds seconds or a date (RFC 9110, 10.2.3)."""
    if not value:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None
