"""Many watchers in one light process: `python bench/feed_crowd.py URL COUNT [HEADER]`, raw sockets that count bytes.

Says `ready` when all are connected and quiet. For each line `BYTES` on stdin it waits until every watcher has got so
many more, and says how many seconds that took since the line came.
"""

from __future__ import annotations

import base64
import os
import selectors
import socket
import sys
import time
from urllib.parse import urlsplit

QUIET = 0.7  # seconds without a byte


def opened(url: str, header: str) -> socket.socket:
    """A WebSocket of which the handshake is through."""
    parts = urlsplit(url)
    assert parts.hostname and parts.port
    found = socket.create_connection((parts.hostname, parts.port))
    key = base64.b64encode(os.urandom(16)).decode()
    lines = [
        f"GET {parts.path}?{parts.query} HTTP/1.1", f"Host: {parts.netloc}", "Upgrade: websocket",
        "Connection: Upgrade", f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13", *filter(None, [header]),
    ]  # fmt: skip
    found.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += found.recv(1)
    if b" 101 " not in answer.split(b"\r\n")[0]:
        raise RuntimeError(answer.decode())
    found.setblocking(False)
    return found


def main(url: str, count: int, header: str = "") -> None:
    """Until stdin ends."""
    watching = selectors.DefaultSelector()
    for _ in range(count):
        watching.register(opened(url, header), selectors.EVENT_READ, [0])
    buffer = bytearray(2**20)

    def read(seconds: float) -> bool:
        ready = watching.select(seconds)
        for key, _ in ready:
            got = key.fileobj.recv_into(buffer)  # type: ignore[union-attr]
            if not got:
                raise RuntimeError("a watcher was closed")
            key.data[0] += got
        return bool(ready)

    while read(QUIET):
        pass
    print("ready", flush=True)
    for line in sys.stdin:
        begun, wanted = time.monotonic(), int(line)
        counts = [key.data for key in watching.get_map().values()]
        for one in counts:
            one[0] = 0
        while min(one[0] for one in counts) < wanted:
            read(1.0)
        print(time.monotonic() - begun, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:])
