"""A sampler as a process of its own: a small completion server that loads weights which a learner published.

    python -m grpo.sampling.sampler_child [--host 127.0.0.1] [--port 0] [--threads 1]

``POST /update_weights`` takes ``{"model_path", "weight_version"}``; the manifest's hashes are checked. ``POST
/v1/completions`` takes token ids and gives token ids with log-probabilities (``grpo.sampling.completions``); the model
``weights-12`` is that version, and without a name it is the one that was loaded last. The same request gives the same
answer, to the bit. It prints its port, and ends when its standard input does. ``GRPO_SAMPLER_KEY`` is the bearer token
that every request must bring.
"""

from __future__ import annotations

import argparse
import hmac
import json
import os
import sys
import threading
from collections import OrderedDict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import torch
from transformers import PreTrainedTokenizerBase

from grpo.errors import GrpoError
from grpo.model.directory import load_model
from grpo.model.policy import Policy
from grpo.model.weights import verified
from grpo.prompt import end_tokens
from grpo.sampling.choosing import Sampling
from grpo.sampling.sampling import sampled
from grpo.sampling.stops import Stops

KEY = "GRPO_SAMPLER_KEY"
PREFIX = "weights-"
HELD = 2  # versions in memory
LONGEST = 1 << 28  # bytes of a request


class Refused(Exception):
    """A request that cannot be served; the status says why."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


class Shelf:
    """The versions that were loaded; one request at a time computes."""

    def __init__(self) -> None:
        self.paths: dict[int, Path] = {}
        self.models: OrderedDict[int, tuple[Policy, PreTrainedTokenizerBase]] = OrderedDict()
        self.newest = -1
        self.turn = threading.Lock()

    def load(self, body: dict[str, Any]) -> dict[str, Any]:
        path = Path(str(body["model_path"]))
        version = verified(path)
        if str(body.get("weight_version", version)) != str(version):
            raise Refused(400, f"{path} holds version {version}")
        self.paths[version], self.newest = path, version
        self.model(version)
        return {"success": True, "message": f"{PREFIX}{version}"}

    def model(self, version: int) -> tuple[Policy, PreTrainedTokenizerBase]:
        if version not in self.models:
            if version not in self.paths:
                raise Refused(404, f"there is no {PREFIX}{version}; load it first")
            self.models[version] = load_model(self.paths[version])
        self.models.move_to_end(version)
        while len(self.models) > HELD:
            self.models.popitem(last=False)
        return self.models[version]

    def complete(self, body: dict[str, Any]) -> dict[str, Any]:
        name = str(body.get("model") or "")
        version = int(name.removeprefix(PREFIX)) if name.startswith(PREFIX) else self.newest
        policy, tokenizer = self.model(version)
        given = body["prompt"]
        prompts = [list(map(int, one)) for one in (given if given and isinstance(given[0], list) else [given])]
        if any(len(prompt) < 2 for prompt in prompts):
            raise Refused(400, "every prompt needs at least two token ids")
        branches, stop = int(body.get("n", 1)), tuple(body.get("stop") or ())
        sampling = Sampling(
            int(body.get("max_tokens", 16)), float(body.get("temperature", 1.0)), float(body.get("top_p", 1.0)),
            int(body.get("top_k", 0)), stop,
        )  # fmt: skip
        chance = torch.Generator().manual_seed(int(body.get("seed", 0)))
        uniforms = torch.rand(len(prompts) * branches, sampling.max_tokens, generator=chance)
        stops = Stops(lambda tokens: str(tokenizer.decode(tokens)), stop) if stop else None
        rows = sampled(policy, prompts, uniforms, sampling, end_tokens(tokenizer), stops)
        choices = [
            {
                "index": index,
                "text": tokenizer.decode(row.tokens),
                "token_ids": row.tokens,
                "logprobs": {"token_logprobs": row.logprobs},
                "finish_reason": "stop" if row.ended else "length",
            }
            for index, row in enumerate(rows)
        ]
        return {"object": "text_completion", "choices": choices, "metadata": {"weight_version": str(version)}}


class Handler(BaseHTTPRequestHandler):
    shelf: Shelf
    key = ""

    def do_POST(self) -> None:
        try:
            self.admit()
            work = {"/update_weights": self.shelf.load, "/v1/completions": self.shelf.complete}.get(self.path)
            if work is None:
                raise Refused(404, f"there is no {self.path}")
            size = int(self.headers.get("Content-Length", 0))
            if size > LONGEST:
                raise Refused(413, f"more than {LONGEST} bytes")
            body = json.loads(self.rfile.read(size))
            with self.shelf.turn:
                self.reply(200, work(body))
        except Refused as refused:
            self.reply(refused.status, {"error": {"message": refused.message}})
        except GrpoError as problem:
            self.reply(400, {"error": {"message": str(problem), "code": problem.code}})
        except (ValueError, TypeError, KeyError, IndexError) as problem:
            self.reply(400, {"error": {"message": repr(problem)}})

    def admit(self) -> None:
        if self.key and not hmac.compare_digest(self.headers.get("Authorization", ""), f"Bearer {self.key}"):
            raise Refused(401, "a bearer token is needed")

    def reply(self, status: int, content: dict[str, Any]) -> None:
        raw = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, format: str, *args: object) -> None:
        """Requests are the learner's business."""


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="grpo.sampling.sampler_child", description="Serves completions of published weights."
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    Handler.shelf, Handler.key = Shelf(), os.environ.get(KEY, "")
    server = ThreadingHTTPServer((asked.host, asked.port), Handler)
    server.daemon_threads = True
    print(server.server_address[1], flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    while sys.stdin.readline():
        pass
    os._exit(0)  # whoever started it is gone; what is being sampled nobody waits for


if __name__ == "__main__":
    main()
