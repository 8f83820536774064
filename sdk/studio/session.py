"""The conversation with one studio over HTTP: tokens, retries, idempotency keys, read-your-writes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any
from uuid import uuid4

import httpx

from studio.item import Item, Page
from studio.patience import error_in, persistently
from studio.place import Place
from studio.tokens import Tokens

API = "/api/v1"
Params = Mapping[str, str | int | float | bool | Sequence[str] | None]
Files = Callable[[], Mapping[str, Any]]


class Session:
    """Used by every room of a client. `patience`: seconds over which a request that gets no answer is tried again."""

    def __init__(
        self, place: Place, *, patience: float = 30.0, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._http = httpx.AsyncClient(
            timeout=httpx.Timeout(60.0, connect=5.0), transport=transport, follow_redirects=False
        )
        self.url = place.url.rstrip("/")
        self.patience = patience
        self.tokens = Tokens(place, self._post_openly)
        self.position = ""
        """The position of the last write; every read after it waits until it is visible."""

    @property
    def place(self) -> Place:
        """Addresses and the tokens as they are now."""
        return self.tokens.place

    @property
    def waiting(self) -> dict[str, str]:
        """The header of a read that waits for the last write."""
        return {"Studio-Position": self.position} if self.position else {}

    async def aclose(self) -> None:
        """Close connections."""
        await self._http.aclose()

    async def get(self, path: str, params: Params | None = None) -> Item:
        """One thing."""
        return Item.of((await self.request("GET", path, params=params)).json()["data"])

    async def page(self, path: str, params: Params | None = None) -> Page:
        """A page of things."""
        return Page.of((await self.request("GET", path, params=params)).json())

    async def each(self, path: str, params: Params | None = None) -> AsyncIterator[Item]:
        """Things of all pages, asked for as they are needed."""
        cursor: str | None = None
        while True:
            page = await self.page(path, {"limit": 200, **(params or {}), "cursor": cursor})
            for item in page:
                yield item
            cursor = page.next_cursor
            if cursor is None:
                return

    async def post(self, path: str, body: Mapping[str, Any], *, revision: int | None = None, key: str = "") -> Item:
        """Create or act; sent again under the same idempotency key when the connection is lost."""
        return Item.of((await self.request("POST", path, json=body, revision=revision, key=key)).json()["data"])

    async def request(
        self,
        method: str,
        path: str,
        *,
        params: Params | None = None,
        json: Any = None,
        files: Files | None = None,
        data: Mapping[str, str] | None = None,
        revision: int | None = None,
        base: str = "",
        key: str = "",
    ) -> httpx.Response:
        """Any request, with a token; `files` makes the multipart fields anew for every try.

        Raises:
            ApiError: the typed error of the answer.
            Unreachable: no answer over all of `patience`.
        """
        headers: dict[str, str] = {}
        if method == "POST":
            headers["Idempotency-Key"] = key or uuid4().hex
        if revision is not None:
            headers["If-Match"] = f'"{revision}"'
        if method == "GET":
            headers |= self.waiting
        given = {key: value for key, value in (params or {}).items() if value is not None}
        renewed = False

        async def once() -> httpx.Response:
            nonlocal renewed
            token = await self.tokens.access()
            headers["Authorization"] = f"Bearer {token}"
            answer = await self._http.request(
                method,
                (base or self.url + API) + path,
                params=given,
                json=json,
                data=data,
                files=files() if files else None,
                headers=headers,
            )
            if answer.status_code == 401 and not renewed:
                renewed = True
                await self.tokens.renew(token)
                return await once()
            return answer

        answer = await persistently(once, f"{self.url}{path}", self.patience)
        self.position = answer.headers.get("Studio-Position") or self.position
        return answer

    @asynccontextmanager
    async def opened(
        self,
        method: str,
        path: str,
        *,
        params: Params | None = None,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
        silence: float = 60.0,
        base: str = "",
    ) -> AsyncIterator[httpx.Response]:
        """The answer of one try, whose body is read as it comes.

        Raises:
            ApiError: the answer is an error.
            httpx.TransportError: the connection broke, or was silent for longer than `silence` seconds.
        """
        timeout = httpx.Timeout(silence, connect=5.0)
        given = {key: value for key, value in (params or {}).items() if value is not None}
        async with AsyncExitStack() as stack:
            for last in (False, True):
                token = await self.tokens.access()
                sent = {**(headers or {}), "Authorization": f"Bearer {token}"}
                request = self._http.build_request(
                    method, (base or self.url + API) + path, params=given, json=json, headers=sent, timeout=timeout
                )
                answer = await self._http.send(request, stream=True)
                stack.push_async_callback(answer.aclose)
                if answer.status_code != 401 or last:
                    break
                await self.tokens.renew(token)
            if answer.status_code >= 400:
                await answer.aread()
                raise error_in(answer)
            yield answer

    async def _post_openly(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        async def once() -> httpx.Response:
            return await self._http.post(self.url + API + path, json=body)

        found: dict[str, Any] = (await persistently(once, f"{self.url}{path}", self.patience)).json()["data"][
            "attributes"
        ]
        return found
