"""One call sent to one worker: whole or streamed, with what it spent."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp

from serving.chat import ChatError

TIMEOUT = aiohttp.ClientTimeout(total=None, sock_connect=2, sock_read=120)


class Unreachable(Exception):
    """No answer came, or only a part of one. `away`: the worker is at fault, not the version it was asked for."""

    def __init__(self, message: str, away: bool = True) -> None:
        super().__init__(message)
        self.away = away


@dataclass(slots=True)
class Spent:
    """Filled while an answer passes through."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    error: str = ""

    def read(self, usage: dict[str, Any]) -> None:
        self.prompt_tokens = int(usage.get("prompt_tokens", 0))
        self.completion_tokens = int(usage.get("completion_tokens", 0))


async def send(
    session: aiohttp.ClientSession, worker: str, body: dict[str, Any], headers: dict[str, str]
) -> aiohttp.ClientResponse:
    """The worker's answer with status 200, its body unread.

    Raises:
        Unreachable: no answer, or 500, 502, 503, 504.
        ChatError: the worker refused the call (4xx).
    """
    try:
        try:
            answer = await session.post(f"{worker}/v1/chat/completions", json=body, headers=headers, timeout=TIMEOUT)
        except aiohttp.ServerDisconnectedError:  # it closed an idle connection just as this call took it
            answer = await session.post(f"{worker}/v1/chat/completions", json=body, headers=headers, timeout=TIMEOUT)
        if answer.status == 200:
            return answer
        async with answer:
            problem = await _problem(answer)
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise Unreachable(f"{type(error).__name__}: {error}") from error
    if answer.status >= 500:
        raise Unreachable(problem.get("message") or f"status {answer.status}", away=False)
    retry = answer.headers.get("Retry-After", "")
    raise ChatError(
        answer.status,
        str(problem.get("code") or "refused"),
        str(problem.get("message") or f"status {answer.status}"),
        problem.get("param"),
        int(retry) if retry.isdigit() else None,
    )


async def _problem(answer: aiohttp.ClientResponse) -> dict[str, Any]:
    try:
        found = json.loads(await answer.read()).get("error", {})
    except (ValueError, AttributeError):
        return {}
    return found if isinstance(found, dict) else {}


async def whole(answer: aiohttp.ClientResponse, spent: Spent) -> bytes:
    """The body of a whole answer.

    Raises:
        Unreachable: the worker died on the way.
    """
    try:
        async with answer:
            data = await answer.read()
        spent.read(json.loads(data)["usage"])
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError, KeyError) as error:
        raise Unreachable(f"{type(error).__name__}: {error}") from error
    return data


async def streamed(answer: aiohttp.ClientResponse, spent: Spent, wants_usage: bool) -> AsyncIterator[bytes]:
    """The events of a streamed answer as they come. The count at its end is read, and passed on if it was asked for.

    Raises:
        Unreachable: the worker died on the way; what was sent is out, so the call cannot be repeated elsewhere.
    """
    ended = False
    try:
        async with answer:
            while block := await _event(answer.content):
                text = block.removeprefix(b"data: ").strip()
                ended = text == b"[DONE]"
                content = {} if ended else json.loads(text)
                if content.get("usage"):
                    spent.read(content["usage"])
                    if not wants_usage:
                        continue
                if "error" in content:
                    spent.error = str(content["error"].get("message"))
                    ended = True
                yield block
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        raise Unreachable(f"{type(error).__name__}: {error}") from error
    if not ended:
        raise Unreachable("the answer broke off")


async def _event(content: aiohttp.StreamReader) -> bytes:
    """One server-sent event with its empty line; nothing at the end."""
    block = b""
    while line := await content.readline():
        block += line
        if line == b"\n":
            break
    return block
