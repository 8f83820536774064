"""A completion server as sampler: any that speaks OpenAI's protocol and gives token ids, such as vLLM.

New weights are told to a server that has a path for it: ``POST reload`` with ``{"model_path", "weight_version"}``, the
directory being one that the server can read. One that has none keeps its weights, and falls behind by one version with
every update; that is measured, and bounded by ``grpo.sampler.staleness``.
"""

from __future__ import annotations

import http.client
import json
import random
import socket
import ssl
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from grpo.errors import SamplerBroken, SamplerUnreachable
from grpo.sampling import completions
from grpo.sampling.sampling import Order, Sampled

Connect = Callable[[str, int, float], socket.socket]
LONGEST = 1 << 30  # bytes of an answer
LONGEST_PAUSE = 30.0
CONNECTIONS = 16
AGAIN = {408, 425, 429, 500, 502, 503, 504}


def connected(host: str, port: int, timeout: float) -> socket.socket:
    return socket.create_connection((host, port), timeout)


class Line(http.client.HTTPConnection):
    """One connection, whose socket comes from whoever may judge addresses."""

    def __init__(self, url: str, timeout: float, connect: Connect) -> None:
        parts = urlsplit(url)
        self.secure = parts.scheme == "https"
        super().__init__(parts.hostname or "", parts.port or (443 if self.secure else 80), timeout=timeout)
        self.way, self.patience = connect, timeout

    def connect(self) -> None:
        self.sock = self.way(self.host, self.port, self.patience)
        self.sock.settimeout(self.patience)
        if self.secure:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)


class Endpoint:
    """A ``Sampler`` that asks the server at ``url`` (it ends in /v1).

    Args:
        model: name by which the server knows the model.
        key: sent as bearer token.
        reload: path that is told of new weights; empty: there is none.
        batch: prompts in one request; 0: all.
        timeout: seconds for one answer.
        tries: how often one request is made; pauses grow, and ``Retry-After`` is obeyed.
        connect: opens connections.
    """

    def __init__(
        self,
        url: str,
        model: str = "",
        key: str = "",
        reload: str = "",
        batch: int = 0,
        timeout: float = 120.0,
        tries: int = 4,
        connect: Connect = connected,
        pause: float = 0.5,
    ) -> None:
        self.url, self.model, self.key, self.reload, self.batch = url.rstrip("/"), model, key, reload, batch
        self.timeout, self.tries, self.way, self.pause = timeout, tries, connect, pause
        self.version, self.closed = 0, False
        self.open: set[Line] = set()

    def load(self, version: int, directory: Path) -> None:
        if not self.reload:
            return
        root = "{0.scheme}://{0.netloc}".format(urlsplit(self.url))
        self.post(f"{root}/{self.reload.lstrip('/')}", {"model_path": str(directory), "weight_version": str(version)})
        self.version = version

    def sample(self, order: Order, version: int) -> tuple[list[Sampled], int]:
        size = self.batch or len(order.prompts)
        starts = range(0, len(order.prompts), size)

        def part(start: int) -> tuple[list[Sampled], int]:
            return self.ask(order, order.prompts[start : start + size], (order.seed + start) % 2**63)

        if len(starts) == 1:
            return part(0)
        with ThreadPoolExecutor(min(len(starts), CONNECTIONS)) as pool:
            found = list(pool.map(part, starts))
        return [row for rows, _ in found for row in rows], min(told for _, told in found)

    def ask(self, order: Order, prompts: Sequence[list[int]], seed: int) -> tuple[list[Sampled], int]:
        body = completions.request(prompts, order.branches, order.sampling, seed, self.model)
        answer = self.post(f"{self.url}/completions", body)
        return completions.rows(answer, prompts, order.branches), completions.version(answer, self.version)

    def close(self) -> None:
        """Hang up: who is waiting for an answer waits no more."""
        self.closed = True
        for line in list(self.open):
            with suppress(OSError, AttributeError):
                line.sock.shutdown(socket.SHUT_RDWR)

    def post(self, url: str, body: dict[str, Any]) -> Any:
        """The JSON answer to ``body``.

        Raises:
            SamplerUnreachable: no answer after all tries.
            SamplerBroken: the server refuses the request, or answers with something else than JSON.
        """
        last = ""
        for attempt in range(self.tries):
            wait = self.pause * 2**attempt * random.uniform(0.5, 1)
            try:
                status, headers, raw = self.exchange(url, json.dumps(body).encode())
            except (OSError, http.client.HTTPException) as problem:
                last = f"{type(problem).__name__}: {problem}"
                if self.closed:
                    break
            else:
                if status < 300:
                    try:
                        return json.loads(raw)
                    except ValueError:
                        raise SamplerBroken(f"{raw[:100]!r}, which is no JSON") from None
                last = f"status {status}: {raw[:300].decode(errors='replace')}"
                if status not in AGAIN:
                    raise SamplerBroken(last)
                told = headers.get("Retry-After", "")
                wait = min(float(told), LONGEST_PAUSE) if told.isdigit() else wait
            if attempt + 1 < self.tries:
                time.sleep(min(wait, LONGEST_PAUSE))
        raise SamplerUnreachable(urlsplit(url).netloc, self.tries, last)

    def exchange(self, url: str, body: bytes) -> tuple[int, http.client.HTTPMessage, bytes]:
        """One request. A redirect is an answer like any other: it is not followed."""
        line = Line(url, self.timeout, self.way)
        self.open.add(line)
        try:
            headers = {"Content-Type": "application/json"}
            headers |= {"Authorization": f"Bearer {self.key}"} if self.key else {}
            line.request("POST", urlsplit(url).path, body, headers)
            answer = line.getresponse()
            raw = answer.read(LONGEST + 1)
            if len(raw) > LONGEST:
                raise SamplerBroken(f"more than {LONGEST} bytes")
            if len(raw) < int(answer.headers.get("Content-Length") or 0):
                raise http.client.IncompleteRead(raw)
            return answer.status, answer.headers, raw
        finally:
            self.open.discard(line)
            line.close()
