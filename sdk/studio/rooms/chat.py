"""Talking to what is deployed: the router's OpenAI-compatible endpoint, and reports on its answers."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from studio.errors import NotConfigured, StudioError
from studio.face import F, Room, call, stream


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer. `call_id` is what an outcome is reported about; `version` and `role` say who answered."""

    text: str
    call_id: str
    version: str
    role: str
    finish_reason: str
    usage: Mapping[str, int] = field(default_factory=dict)


class Chat(Room[F]):
    """Chat completions. Any OpenAI client works as well, with the router's address and an access token."""

    @property
    def url(self) -> str:
        """Base address for OpenAI clients.

        Raises:
            NotConfigured: no router is known.
        """
        if not self._session.place.router_url:
            raise NotConfigured("no router is known", remedy="set STUDIO_ROUTER_URL")
        return self._session.place.router_url.rstrip("/") + "/v1"

    @call
    async def complete(
        self,
        model: str,
        messages: Sequence[Mapping[str, str]] | str,
        *,
        temperature: float = 0.0,
        max_tokens: int | None = None,
        session: str = "",
        extra: Mapping[str, Any] | None = None,
    ) -> Answer:
        """One whole answer.

        Args:
            model: a deployment, or `model@version`.
            messages: role and content each, or just what the user says.
            session: calls of one session stay with the version that answered first.
            extra: further OpenAI parameters, e.g. {"top_p": 0.9, "seed": 1}.
        """
        body = _body(model, messages, temperature, max_tokens, session, extra or {})
        answer = await self._session.request("POST", "/chat/completions", json=body, base=self.url)
        found = answer.json()
        choice = found["choices"][0]
        return Answer(
            choice["message"]["content"],
            found["id"],
            answer.headers.get("Studio-Version", found.get("model", "")),
            answer.headers.get("Studio-Role", ""),
            choice.get("finish_reason") or "",
            found.get("usage") or {},
        )

    @stream
    async def stream(
        self,
        model: str,
        messages: Sequence[Mapping[str, str]] | str,
        *,
        temperature: float = 0.0,
        max_tokens: int | None = None,
        session: str = "",
        extra: Mapping[str, Any] | None = None,
    ) -> AsyncIterator[str]:
        """The text of an answer as it is made."""
        body = _body(model, messages, temperature, max_tokens, session, {**(extra or {}), "stream": True})
        async with self._session.opened("POST", "/chat/completions", json=body, base=self.url) as answer:
            async for line in answer.aiter_lines():
                data = line.removeprefix("data: ")
                if data == line or data == "[DONE]":
                    continue
                found = json.loads(data)
                if "error" in found:
                    raise StudioError(str(found["error"].get("message")), code="ANSWER_BROKE_OFF")
                for choice in found.get("choices", []):
                    if text := choice["delta"].get("content"):
                        yield text

    @call
    async def models(self) -> list[str]:
        """Names that can be asked: deployments, and every `model@version`."""
        answer = await self._session.request("GET", "/models", base=self.url)
        return [str(model["id"]) for model in answer.json()["data"]]

    @call
    async def report(self, call_id: str, score: float, *, source: str = "client") -> bool:
        """How good an answer was, 0 to 1; counts once per source. Returns whether it was new."""
        body = {"call_id": call_id, "score": score, "source": source}
        answer = await self._session.request("POST", "/outcomes", json=body, base=self.url)
        return not answer.json().get("repeated", False)


def _body(
    model: str,
    messages: Sequence[Mapping[str, str]] | str,
    temperature: float,
    max_tokens: int | None,
    session: str,
    more: Mapping[str, Any],
) -> dict[str, Any]:
    said = [{"role": "user", "content": messages}] if isinstance(messages, str) else [dict(m) for m in messages]
    found: dict[str, Any] = {"model": model, "messages": said, "temperature": temperature, **more}
    if max_tokens is not None:
        found["max_tokens"] = max_tokens
    if session:
        found["user"] = session
    return found


QUESTION = "question: "


def grounded(passage: str, question: str) -> str:
    """A user message about a passage, as the models trained here know it; the bare question without one."""
    return f"{passage.strip()}\n\n{QUESTION}{question.strip()}" if passage.strip() else question.strip()
