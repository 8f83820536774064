"""A real HTTP server that speaks the OpenAI chat API and has faults on demand."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import re
from collections.abc import AsyncIterator
from typing import Any

from aiohttp import web


class Scripted:
    """Answers with items quoted from the passage; `script` holds faults for the next requests, `always` one for all.

    Faults: a status code, "cut", "nothing", "drop", "ungrounded". `repeated` counts requests that came twice after a
    good answer: those were paid for twice. `names` has what was asked, as the room names questions. With `honours`, an
    Idempotency-Key that came before is answered again for nothing.
    """

    def __init__(self) -> None:
        self.url = ""
        self.script: list[int | str] = []
        self.always: int | str = 0
        self.pause = 0.0
        self.requests = 0
        self.repeated = 0
        self.asked = asyncio.Event()
        self.honours = False
        self.names: list[str] = []
        self._answered: set[str] = set()
        self._keys: set[str] = set()

    async def chat(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.requests += 1
        self.asked.set()
        named = json.dumps([self.url, body], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        name = hashlib.sha256(named.encode()).hexdigest()
        self.names.append(name)
        key = request.headers.get("Idempotency-Key", "")
        free = self.honours and key in self._keys
        if not free:
            self.repeated += name in self._answered
            self._keys.add(key)
        if self.pause:
            await asyncio.sleep(self.pause)
        fault = self.always or (self.script.pop(0) if self.script else 0)
        if isinstance(fault, int) and fault:
            return web.json_response({"error": "scripted"}, status=fault, headers={"Retry-After": "0"})
        if fault == "drop":
            assert request.transport is not None
            request.transport.close()
            return web.Response()
        if fault == "nothing":
            return web.Response(body=b"")
        text = json.dumps({"items": items(body["messages"][-1]["content"], fault == "ungrounded")})
        if fault == "cut":
            # In the middle of the first item, so that not even one is whole.
            return web.json_response(reply(text[:20], "length"))
        self._answered.add(name)
        return web.json_response(reply(text, "stop"))


def items(prompt: str, ungrounded: bool) -> list[dict[str, str]]:
    """As many items as the prompt asks for, each from another place of the passage."""
    count = int(re.search(r"Write (\d+) question", prompt)[1])  # type: ignore[index]
    passage = prompt.split("Passage:\n", 1)[1].split("\n\nReply with JSON", 1)[0]
    words = passage.split()
    found = []
    for number in range(count):
        answer = words[number % len(words)]
        quote = "no such words stand there" if ungrounded else " ".join(words[number : number + 8])
        found.append({"question": f"Which word is number {number} here?", "answer": answer, "quote": quote})
    return found


def reply(text: str, finish: str) -> dict[str, Any]:
    return {
        "id": "r",
        "object": "chat.completion",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": finish}],
        "usage": {"prompt_tokens": 50, "completion_tokens": len(text) // 4},
    }


@contextlib.asynccontextmanager
async def scripted() -> AsyncIterator[Scripted]:
    """The server on a free loopback port."""
    server = Scripted()
    app = web.Application()
    app.router.add_post("/v1/chat/completions", server.chat)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    server.url = f"http://127.0.0.1:{port}/v1"
    try:
        yield server
    finally:
        await runner.cleanup()
