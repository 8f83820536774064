"""Access tokens: got by login, renewed before they end, one renewal at a time."""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from studio.errors import ApiError, NotConfigured, Unauthorized
from studio.place import Place

EARLY = 30.0  # seconds before its end that a token is renewed
Post = Callable[[str, dict[str, Any]], Awaitable[dict[str, Any]]]


class Tokens:
    """Holds the tokens of one place. `post(path, body)` asks the API without a token and answers `attributes`."""

    def __init__(self, place: Place, post: Post) -> None:
        self.place = place
        self._post = post
        self._ends = float("inf") if place.access_token else 0.0  # of a token from outside the end is unknown
        self._renewing = asyncio.Lock()

    async def access(self) -> str:
        """A token that is good for a while.

        Raises:
            Unauthorized: the credentials are not accepted (any more).
            NotConfigured: there are none.
        """
        if time.monotonic() > self._ends - EARLY:
            await self.renew(self.place.access_token)
        return self.place.access_token

    async def renew(self, rejected: str) -> None:
        """Replace the token that was rejected, or is about to end; nothing happens if somebody else just did."""
        async with self._renewing:
            if self.place.access_token != rejected:
                return
            async with _locked(self.place.file):
                place = self.place
                if place.file is not None and place.file.exists():
                    # Another process may have used the refresh token, which works only once.
                    kept = json.loads(place.file.read_text())
                    if kept["access_token"] not in ("", rejected):
                        self._take(kept)
                        return
                    place = replace(place, refresh_token=kept["refresh_token"])
                await self._ask(place)

    async def _ask(self, place: Place) -> None:
        if place.refresh_token:
            try:
                self._take(await self._post("/auth/refresh", {"refresh_token": place.refresh_token}))
                return
            except ApiError as error:
                if error.status >= 500 or not (place.email and place.password):
                    raise
        if place.email and place.password:
            self._take(await self._post("/auth/login", {"email": place.email, "password": place.password}))
        elif place.access_token:
            refused = {"remedy": "get a new token, or log in with `studio login`"}
            raise Unauthorized(401, "TOKEN_EXPIRED", "the token is not accepted (any more)", refused)
        else:
            raise NotConfigured(
                f"no credentials for {place.url}",
                remedy="set STUDIO_TOKEN, or STUDIO_EMAIL and STUDIO_PASSWORD, or run `studio login`",
            )

    def _take(self, session: dict[str, Any]) -> None:
        self.place = replace(self.place, access_token=session["access_token"], refresh_token=session["refresh_token"])
        self._ends = time.monotonic() + float(session.get("expires_in") or 2 * EARLY)
        if self.place.file is not None:
            self.place = self.place.saved(self.place.file)


@asynccontextmanager
async def _locked(file: Path | None) -> AsyncIterator[None]:
    """Between processes that share a login file; without a file nobody shares."""
    if file is None:
        yield
        return
    handle = os.open(file.with_name(file.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        await asyncio.to_thread(fcntl.flock, handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
