"""A loopback chat server with faults by lot, for `bench.generation`. `python generation_endpoint.py JSON`.

The JSON holds `seconds` (latency) and shares of `rate_limited` (429), `broken` (500), `dropped` (connection closed) and
`cut` (the reply ends in its middle, finish reason "length"). Prints its port, answers with as many items as the prompt
asks for, each quoted from the passage, and tells under /told how often it did what.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import sys
from collections import Counter
from typing import Any

from aiohttp import web

ASKED = re.compile(r"Write (\d+) question")
OBJECT = "object"
"""The model that answers with one object instead of a list of items."""


class Server:
    def __init__(self, settings: dict[str, float]) -> None:
        self.settings, self.draw, self.told = settings, random.Random(7), Counter[str]()

    def fault(self) -> str:
        """What goes wrong with the next request, by lot."""
        lot = self.draw.random()
        for name in ("rate_limited", "broken", "dropped", "cut"):
            lot -= self.settings.get(name, 0.0)
            if lot < 0:
                return name
        return "good"

    async def chat(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        fault = self.fault()
        self.told[fault] += 1
        await asyncio.sleep(self.settings["seconds"])
        if fault == "rate_limited":
            return web.json_response({"error": {"message": "slow down"}}, status=429, headers={"Retry-After": "0"})
        if fault == "broken":
            return web.json_response({"error": {"message": "broken"}}, status=500)
        if fault == "dropped" and request.transport is not None:
            request.transport.close()
        found = items(said(body["messages"][-1]["content"]), int(body.get("seed") or 0))
        text = "```json\n" + json.dumps(found[0]) + "\n```" if body["model"] == OBJECT else json.dumps({"items": found})
        finish = "stop"
        if fault == "cut":
            text, finish = text[: len(text) // 2], "length"
        return web.json_response(reply(text, finish, body["model"]))

    async def say(self, request: web.Request) -> web.Response:
        return web.json_response(self.told)


def said(content: str | list[dict[str, str]]) -> str:
    """The text of a message, which may come in parts."""
    return content if isinstance(content, str) else "".join(part.get("text", "") for part in content)


def items(prompt: str, seed: int) -> list[dict[str, str]]:
    """As many items as the prompt asks for, each about another place of the passage; another seed, other places."""
    asked = ASKED.search(prompt)
    if "Passage:\n" not in prompt:  # somebody looks whether the model is there
        return [{"question": "", "answer": "yes", "quote": ""}]
    words = prompt.split("Passage:\n", 1)[1].split("\n\nReply with JSON", 1)[0].split()
    found = []
    for number in range(int(asked[1]) if asked else 1):
        place = (5 * number + seed) % (len(words) - 5)
        quote = words[place : place + 5]
        found.append({"question": f"Which word follows {quote[0]}?", "answer": quote[1], "quote": " ".join(quote)})
    return found


def reply(text: str, finish: str, model: str) -> dict[str, Any]:
    message = {"role": "assistant", "content": text}
    return {
        "id": "r", "object": "chat.completion", "created": 0, "model": model,
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
        "usage": {"prompt_tokens": 200, "completion_tokens": len(text) // 4, "total_tokens": 200 + len(text) // 4},
    }  # fmt: skip


async def main() -> None:
    server = Server(json.loads(sys.argv[1]))
    app = web.Application()
    app.router.add_post("/v1/chat/completions", server.chat)
    app.router.add_get("/told", server.say)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=1024).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.to_thread(sys.stdin.read)  # until whoever started it is done


if __name__ == "__main__":
    asyncio.run(main())
