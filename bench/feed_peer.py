"""The peer of the feed: a FastAPI WebSocket endpoint, done as well as it can be. `python bench/feed_peer.py PORT IMPL`.

Texts come encoded; each goes to all watchers at once with `asyncio.gather`; nothing is compressed, nothing is read.
"""

from __future__ import annotations

import asyncio
import sys

import uvicorn
from fastapi import FastAPI, Request, WebSocket, WebSocketDisconnect

app = FastAPI()
watchers: set[WebSocket] = set()


@app.websocket("/feed")
async def feed(watcher: WebSocket) -> None:
    """Serve a watcher until it leaves."""
    await watcher.accept()
    watchers.add(watcher)
    try:
        while True:
            await watcher.receive_text()
    except WebSocketDisconnect:
        pass
    finally:
        watchers.discard(watcher)


@app.post("/publish")
async def publish(request: Request) -> int:
    """A JSON list of texts, each for everybody."""
    texts: list[str] = await request.json()
    for text in texts:
        await asyncio.gather(*(watcher.send_text(text) for watcher in watchers))
    return len(watchers)


@app.get("/health")
def health() -> str:
    """200 when ready."""
    return "ok"


if __name__ == "__main__":
    uvicorn.run(
        app, port=int(sys.argv[1]), ws=sys.argv[2], ws_per_message_deflate=False, ws_ping_interval=30,
        loop="uvloop", log_level="critical", access_log=False,
    )  # fmt: skip
