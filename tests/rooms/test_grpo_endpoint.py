"""The client of completion servers, against a real HTTP server with faults on demand."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from grpo.errors import SamplerBroken, SamplerUnreachable
from grpo.sampling.choosing import Sampling
from grpo.sampling.endpoint import Endpoint
from grpo.sampling.sampling import Order

ORDER = Order(1, 0, [[1, 2], [3, 4, 5]], 2, Sampling(4, 1.0, 0.9, 40, ("end",)), 7)
Change = Callable[[dict[str, Any]], Any]


def choice(prompt: list[int], index: int) -> dict[str, Any]:
    """As vLLM answers: continues a prompt with its own tokens plus 10, one more of them per completion."""
    tokens = [token + 10 for token in prompt][: 1 + index % 2]
    return {
        "index": index,
        "text": "...",
        "token_ids": tokens,
        "prompt_token_ids": prompt,
        "logprobs": {"token_logprobs": [-0.25 * (n + 1) for n in range(len(tokens))], "tokens": ["x"] * len(tokens)},
        "finish_reason": "stop" if index % 2 else "length",
    }


class Server:
    """Answers rightly; first it does what the script says: a status, a fault by name, or a change of the answer."""

    def __init__(self) -> None:
        self.script: list[int | str | Change] = []
        self.asked: list[tuple[str, dict[str, Any], dict[str, str]]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.asked.append((self.path, body, {name.lower(): value for name, value in self.headers.items()}))
                now = outer.script.pop(0) if outer.script else 200
                if now == "drop":
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                if now == "cut":
                    self.send_response(200)
                    self.send_header("Content-Length", "1000")
                    self.end_headers()
                    self.wfile.write(b'{"choices": [')
                    return
                if now == "slow":
                    stopped.wait(5)
                prompts = body.get("prompt", [])
                answer: Any = {"choices": [choice(p, n * body["n"] + g) for n, p in enumerate(prompts)
                                           for g in range(body["n"])]}  # fmt: skip
                if callable(now):
                    answer = now(answer) or answer
                raw = b"<html>" if now == "html" else json.dumps(answer).encode()
                self.send_response(now if isinstance(now, int) else 200)
                if now == 429:
                    self.send_header("Retry-After", "0")
                if now == 307:
                    self.send_header("Location", "http://127.0.0.1:1/elsewhere")
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                with suppress(OSError):
                    self.wfile.write(raw)

            def log_message(self, format: str, *args: object) -> None:
                """Nothing is printed."""

        stopped = self.stopped = threading.Event()
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        threading.Thread(target=self.http.serve_forever, args=(0.05,), daemon=True).start()

    def endpoint(self, **more: Any) -> Endpoint:
        url = f"http://127.0.0.1:{self.http.server_address[1]}/v1"
        return Endpoint(url, **{"model": "base", "key": "secret", "pause": 0.001, "timeout": 5.0, **more})


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.stopped.set()
    made.http.shutdown()
    made.http.server_close()


def test_tokens_go_in_and_tokens_come_out(server: Server) -> None:
    rows, version = server.endpoint().sample(ORDER, 5)
    assert [row.tokens for row in rows] == [[11], [11, 12], [13], [13, 14]]
    assert [row.logprobs for row in rows] == [[-0.25], [-0.25, -0.5]] * 2
    assert [row.ended for row in rows] == [False, True] * 2
    assert version == 0, "a server that is not told of new weights keeps those it began with"
    ((path, body, headers),) = server.asked
    assert path == "/v1/completions" and headers["authorization"] == "Bearer secret"
    sent = {"prompt": [[1, 2], [3, 4, 5]], "n": 2, "max_tokens": 4, "temperature": 1.0, "top_p": 0.9, "top_k": 40,
            "stop": ["end"], "seed": 7, "model": "base"}  # fmt: skip
    assert sent.items() <= body.items()


def test_prompts_may_go_one_by_one_each_with_its_own_seed(server: Server) -> None:
    rows, _ = server.endpoint(batch=1).sample(ORDER, 0)
    assert rows == server.endpoint().sample(ORDER, 0)[0], "in the order of the prompts"
    assert sorted(body["seed"] for _, body, _ in server.asked[:2]) == [7, 8]


def test_token_ids_may_stand_in_place_of_texts(server: Server) -> None:
    def older(answer: dict[str, Any]) -> None:
        for one in answer["choices"]:
            one["logprobs"]["tokens"] = [f"token_id:{token}" for token in one.pop("token_ids")]

    server.script = [older]
    assert [row.tokens for row in server.endpoint().sample(ORDER, 0)[0]] == [[11], [11, 12], [13], [13, 14]]


def test_choices_may_come_in_any_order(server: Server) -> None:
    server.script = [lambda answer: answer["choices"].reverse()]
    assert [row.tokens for row in server.endpoint().sample(ORDER, 0)[0]] == [[11], [11, 12], [13], [13, 14]]


def test_a_server_that_is_told_of_new_weights_says_which_it_used(server: Server, tmp_path: Path) -> None:
    endpoint = server.endpoint(reload="/update_weights")
    endpoint.load(12, tmp_path)
    path, body, _ = server.asked[0]
    assert (path, body) == ("/update_weights", {"model_path": str(tmp_path), "weight_version": "12"})
    assert endpoint.sample(ORDER, 12)[1] == 12
    server.script = [lambda answer: answer.update(metadata={"weight_version": "11"})]
    assert endpoint.sample(ORDER, 12)[1] == 11, "its own word goes first"


@pytest.mark.parametrize("fault", [500, 503, 429, 408, "drop", "cut"])
def test_what_may_pass_is_asked_again(server: Server, fault: int | str) -> None:
    server.script = [fault, fault]
    assert len(server.endpoint().sample(ORDER, 0)[0]) == 4
    assert len(server.asked) == 3


def test_patience_ends(server: Server) -> None:
    server.script = [503] * 9
    with pytest.raises(SamplerUnreachable) as refused:
        server.endpoint(tries=3).sample(ORDER, 0)
    assert len(server.asked) == 3
    assert "3 tries" in refused.value.message and "503" in refused.value.message and refused.value.remedy


def test_an_answer_that_takes_too_long_is_none(server: Server) -> None:
    server.script = ["slow"]
    assert len(server.endpoint(timeout=0.3).sample(ORDER, 0)[0]) == 4


def test_who_hangs_up_waits_no_more(server: Server) -> None:
    server.script = ["slow"] * 9
    endpoint = server.endpoint(timeout=60.0)
    threading.Timer(0.3, endpoint.close).start()
    with pytest.raises(SamplerUnreachable):
        endpoint.sample(ORDER, 0)
    assert len(server.asked) == 1 and not endpoint.open


def test_nobody_there_is_a_typed_error() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(SamplerUnreachable, match="ConnectionRefusedError"):
        Endpoint(f"http://127.0.0.1:{port}/v1", tries=2, pause=0.001).sample(ORDER, 0)


@pytest.mark.parametrize("status", [400, 401, 404, 422, 307])
def test_a_refusal_is_final(server: Server, status: int) -> None:
    server.script = [status]
    with pytest.raises(SamplerBroken, match=f"status {status}"):
        server.endpoint().sample(ORDER, 0)
    assert len(server.asked) == 1


def first(**changed: Any) -> Change:
    return lambda answer: answer["choices"][0].update(changed)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("html", "no JSON"),
        (lambda answer: {"choices": answer["choices"][1:]}, "3 completions instead of 4"),
        (lambda answer: [1], "cannot be read"),
        (lambda answer: {"choices": [5]}, "cannot be read"),
        (first(logprobs=None), "without log-probabilities"),
        (first(token_ids=None), "text instead of token ids"),
        (first(prompt_token_ids=[9]), "another prompt"),
        (first(token_ids=[]), "0 tokens"),
        (first(token_ids=[1, 2, 3]), "3 tokens, 1 log-probabilities"),
        (first(logprobs={"token_logprobs": [0.5]}), "are none"),
        (first(logprobs={"token_logprobs": [float("nan")]}), "are none"),
        (first(logprobs={"token_logprobs": [None]}), "cannot be read"),
        (first(index=1), "completions instead of 4"),
    ],
)
def test_an_answer_that_is_none_is_refused(server: Server, change: str | Change, reason: str) -> None:
    server.script = [change]
    with pytest.raises(SamplerBroken, match=reason):
        server.endpoint().sample(ORDER, 0)


def test_who_opens_connections_may_refuse_an_address(server: Server) -> None:
    def judged(host: str, port: int, timeout: float) -> socket.socket:
        raise SamplerBroken(f"an address that is not allowed: {host}")

    with pytest.raises(SamplerBroken, match="not allowed"):
        server.endpoint(connect=judged).sample(ORDER, 0)
    assert not server.asked
