"""Samples from an endpoint on loopback: rows per second and CPU per row, alone, with faults, and beside Data Designer.

Measured is the way of a question through the generation room: prompt, HTTP client with its throttle and retries,
reading and checking the reply, choosing; the endpoint runs in a process of its own. Not measured are Kafka, Postgres
and the blob store around it. Data Designer writes its rows into files as it goes; it asks for one row per request, so
beside it ours does too. Retry pauses begin at 50 ms.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.figure import figure
from bench.peer import environment
from processors.generation.asking import Answer, Harvest, harvest
from processors.generation.came import Got
from processors.generation.endpoint import Endpoint, Patience
from processors.generation.passage import Passage
from processors.generation.prompt import Question, Topic, ask
from processors.generation.recipe import Part, Recipe
from processors.generation.throttle import MOST, Throttles
from streams import egress

PEER = ["data-designer==0.9.6"]
ROUNDS, ROWS, PEER_ROWS, PER_REQUEST = 3, 4000, 1000, 4
FAULTS = {"rate_limited": 0.05, "broken": 0.02, "dropped": 0.02, "cut": 0.10}
LATENCY = 0.05


@contextmanager
def server(seconds: float, **faults: float) -> Iterator[str]:
    """The address of an endpoint that runs as long as the block."""
    script = Path(__file__).with_name("generation_endpoint.py")
    settings = json.dumps({"seconds": seconds, **faults})
    with subprocess.Popen(
        [sys.executable, "-P", str(script), settings], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        process.stdin.close()


def passages(count: int) -> list[Passage]:
    """Texts of 80 words, each with words of its own."""
    draw = random.Random(3)
    words = [
        f"{draw.choice('bcdfgklmnprst')}{draw.choice('aeiou')}{draw.randrange(1 << 30):x}" for _ in range(count * 80)
    ]
    return [
        Passage("bench", f"s{n}", f"Section {n}", f"c{n}", 0, " ".join(words[80 * n : 80 * n + 80]))
        for n in range(count)
    ]


async def made(url: str, rows: int, per_request: int) -> tuple[Harvest, float, float]:
    """(what came, seconds, CPU seconds of this process)."""
    recipe = Recipe("bench", (Part("llm", rows),), "endpoint", f"{url}/v1", "items")
    topics = [Topic((one,), recipe.parts[0]) for one in passages(rows // per_request)]

    async def going_on() -> bool:
        return True

    async with egress.session(True, connections=int(MOST)) as session:
        endpoint = Endpoint(session, True, patience=Patience(first_pause=0.05), throttles=Throttles())

        async def reach(question: Question, topic: Topic, count: int, attempt: int) -> Answer:
            came = await endpoint.ask(recipe.endpoint, question.body)
            return Answer(came.raw, "") if isinstance(came, Got) else Answer(b"", "", came.reason, came.detail)

        wall, used = time.monotonic(), cpu()
        found = await harvest(
            topics, rows, 0.0, lambda topic, count, attempt: ask(recipe, topic, count, attempt), reach, going_on
        )
        return found, time.monotonic() - wall, cpu() - used


def cpu() -> float:
    """Seconds of processor time that this process used."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def peer(url: str, rows: int) -> dict[str, float]:
    """Data Designer on the same endpoint, passages and words, as many requests side by side as ours may have."""
    recipe = Recipe("bench", (Part("llm", rows),), "endpoint", f"{url}/v1", "object")
    topics = [Topic((one,), recipe.parts[0]) for one in passages(rows)]
    prompts = [ask(recipe, topic, 1, 0).body["messages"][-1]["content"] for topic in topics]
    python = environment("data_designer", PEER)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder) / "work.json"
        work.write_text(json.dumps({"url": f"{url}/v1", "prompts": prompts, "parallel": int(MOST)}))
        script = Path(__file__).with_name("generation_peer.py")
        kept_out = {"PYTHONPATH": "", "NEMO_TELEMETRY_ENABLED": "false", "DATA_DESIGNER_HOME": folder}
        done = subprocess.run(
            [str(python), "-P", str(script), str(work)], check=True, capture_output=True, text=True,
            env={**os.environ, **kept_out},
        )  # fmt: skip
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told


def run() -> Iterator[dict[str, Any]]:
    """Without latency in both sizes of requests, with faults, and in turns with the peer."""
    with server(0.0) as url:
        tries = [asyncio.run(made(url, ROWS, PER_REQUEST)) for _ in range(ROUNDS)]
        yield figure("rows", [len(one.samples) / wall for one, wall, _ in tries], "rows per second",
                     rows=ROWS, per_request=PER_REQUEST, latency=0.0)  # fmt: skip
        yield figure("cpu_of_a_row", [1000 * used / len(one.samples) for one, _, used in tries], "ms of CPU",
                     rows=ROWS, per_request=PER_REQUEST, latency=0.0)  # fmt: skip
        ours, theirs = [], []
        for _ in range(ROUNDS):
            ours.append(asyncio.run(made(url, PEER_ROWS, 1)))
            theirs.append(peer(url, PEER_ROWS))
    both = {"rows": PEER_ROWS, "per_request": 1, "latency": 0.0, "peer_rows": [one["rows"] for one in theirs]}
    speed = [len(one.samples) / wall for one, wall, _ in ours]
    yield figure("rows_beside_data_designer", speed, "rows per second",
                 [one["rows"] / one["seconds"] for one in theirs], **both)  # fmt: skip
    spent = [1000 * used / len(one.samples) for one, _, used in ours]
    yield figure("cpu_beside_data_designer", spent, "ms of CPU per row",
                 [1000 * one["cpu"] / one["rows"] for one in theirs], **both)  # fmt: skip
    with server(LATENCY, **FAULTS) as url:
        found, wall, _ = asyncio.run(made(url, ROWS, PER_REQUEST))
        told = json.load(urllib.request.urlopen(f"{url}/told"))
    explained = len(found.samples) + min(ROWS - len(found.samples), found.aside.total())
    yield figure("rows_with_faults", [len(found.samples) / wall], "rows per second", latency=LATENCY, faults=FAULTS,
                 asked=ROWS, delivered=len(found.samples), aside=dict(found.aside), endpoint=told)  # fmt: skip
    yield figure("rows_or_reasons", [explained / ROWS], "share")
    yield figure("cut_replies_caught", [found.aside["reply_cut"] / told["cut"]], "share", cut=told["cut"])
