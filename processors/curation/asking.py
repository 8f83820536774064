"""Questions of scorers to servers: judges, reward models, embeddings. Keys go to their own host."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from processors.curation.missing import Missing
from streams.egress import EgressRefused, check_url

TRIES, FIRST_PAUSE, LONGEST_PAUSE = 4, 0.5, 20.0
LONGEST = 64 * 1024 * 1024
REMEDY_PRIVATE = "use a public address, or start the platform with STUDIO_ALLOW_PRIVATE_ENDPOINTS=true"
REMEDY = "check that the server runs, its address (it ends in /v1), the model name and the access"


class Asker:
    """Asks servers; the session comes from streams.egress, so that its connections are checked."""

    def __init__(self, session: aiohttp.ClientSession, allow_private: bool, keys: Mapping[str, str]) -> None:
        """keys: API key by host name (`host` or `host:port`)."""
        self._session, self._allow_private, self._keys = session, allow_private, dict(keys)

    async def post(self, scorer: str, url: str, body: Mapping[str, Any]) -> Any:
        """The JSON that the server answers.

        Raises:
            Missing: it cannot be reached, refuses, or answers no JSON.
        """
        try:
            check_url(url, self._allow_private)
        except EgressRefused as refused:
            raise Missing(scorer, refused.message, REMEDY_PRIVATE) from None
        parts = urlsplit(url)
        key = self._keys.get(parts.netloc) or self._keys.get(parts.hostname or "")
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        last = ""
        for attempt in range(TRIES):
            if attempt:
                await asyncio.sleep(min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** (attempt - 1)))
            try:
                async with self._session.post(url, json=body, headers=headers, allow_redirects=False) as response:
                    raw = await response.content.read(LONGEST)
                    status = response.status
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                last = f"{type(error).__name__}: {error}"
                continue
            if status == 200:
                try:
                    return json.loads(raw)
                except ValueError:
                    last = "the answer is no JSON"
                    continue
            last = f"status {status}: {raw[:200].decode(errors='replace')}"
            if status < 500 and status not in (408, 429):
                break
        raise Missing(scorer, f"{parts.netloc} does not answer: {last}", REMEDY)
