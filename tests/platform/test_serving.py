"""Router and workers as processes on the real backbone, called with the `openai` client as it is."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import time
from collections.abc import AsyncIterator, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx
import jwt
import openai
import pytest
from studio.contract import Event
from studio.contract.records import CallServed, ModelRegistered, OutcomeReported, RoutingTable, Target

from ops.local.session import Session
from streams.blobs import Blobs
from streams.sink import LogSink
from streams.source import LogSource
from tests.ports import free_port
from tests.roles import role, wait_ready
from tests.tiny_model import publish, save

TENANT = "acme"
QUESTION = "the reserve pump starts when the water is low\n\nquestion: what starts ?"


def token(backbone: Session, tenant: str = TENANT) -> str:
    claims = {"tenant": tenant, "sub": "ann", "exp": time.time() + 3600}
    return jwt.encode(claims, backbone.settings.jwt_secret, "HS256")


@dataclass
class Serving:
    backbone: Session
    folder: Path
    manifests: list[str]
    ports: dict[str, int]
    workers: dict[str, subprocess.Popen[bytes]]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.ports['router']}"

    def client(self, tenant: str = TENANT) -> openai.AsyncOpenAI:
        return openai.AsyncOpenAI(
            base_url=f"{self.url}/v1", api_key=token(self.backbone, tenant), max_retries=0, timeout=60
        )

    def router(self) -> Generator[subprocess.Popen[bytes], None, None]:
        urls = ",".join(f"http://127.0.0.1:{self.ports[name]}" for name in ("one", "two"))
        with role(
            self.backbone,
            "router",
            self.folder / "router.log",
            STUDIO_ROUTER_PORT=str(self.ports["router"]),
            STUDIO_SERVING_WORKERS=urls,
        ) as running:
            wait_ready(self.url, self.folder / "router.log", running)
            yield running

    async def table(self, weight: float, manifests: tuple[str, str] | None = None) -> str:
        """A new deployment with this share for the canary; returns when the router knows it."""
        name = f"answers-{uuid4().hex[:8]}"
        stable, canary = manifests or (self.manifests[0], self.manifests[1])
        targets = [Target(model="qa", version="0.1.1", manifest_blob=canary, weight=weight, role="canary")]
        targets += [Target(model="qa", version="0.1.0", manifest_blob=stable, weight=1 - weight, role="baseline")]
        await self.publish(name, tuple(targets), 1)
        async with asyncio.timeout(20), self.client() as client:
            while name not in [model.id async for model in client.models.list()]:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        return name

    async def publish(self, name: str, targets: tuple[Target, ...], revision: int) -> None:
        data = RoutingTable(deployment=name, targets=targets, revision=revision)
        async with LogSink(self.backbone.settings) as sink:
            await sink.publish([Event(data=data, tenant=TENANT, subject=name)])

    async def facts(self, deployment: str, count: int) -> list[CallServed | OutcomeReported]:
        """The first `count` facts of a deployment on the log, in order."""
        found: list[CallServed | OutcomeReported] = []
        async with asyncio.timeout(20), LogSource(self.backbone.settings, ["studio.serving.calls"]) as source:
            async for event in source.events(0.2):
                if event is None or event.subject.split("/")[0] != deployment:
                    continue
                assert isinstance(event.data, CallServed | OutcomeReported)
                found.append(event.data)
                if len(found) == count:
                    break
        return found


@pytest.fixture(scope="module")
def serving(backbone: Session, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    folder = tmp_path_factory.mktemp("serving")
    blobs = Blobs(backbone.settings)

    async def prepare() -> list[str]:
        made = [await publish(blobs, TENANT, save(folder / f"model-{seed}", seed)) for seed in (1, 2)]
        registered = ModelRegistered(name="qa", version="0.1.1", manifest_blob=made[1])
        async with LogSink(backbone.settings) as sink:
            await sink.publish([Event(data=registered, tenant=TENANT, subject="qa", version=1)])
        return made

    ports = {name: free_port() for name in ("one", "two", "router")}
    with (
        role(backbone, "serving", folder / "one.log", STUDIO_SERVING_PORT=str(ports["one"])) as one,
        role(backbone, "serving", folder / "two.log", STUDIO_SERVING_PORT=str(ports["two"])) as two,
    ):
        manifests = asyncio.run(prepare())
        for name, running in (("one", one), ("two", two)):
            wait_ready(f"http://127.0.0.1:{ports[name]}", folder / f"{name}.log", running)
        while not all(httpx.get(f"http://127.0.0.1:{ports[name]}/health").json()["warm"] for name in ("one", "two")):
            time.sleep(0.2)
        yield Serving(backbone, folder, manifests, ports, {"one": one, "two": two})


@pytest.fixture(scope="module")
def router(serving: Serving) -> Iterator[subprocess.Popen[bytes]]:
    yield from serving.router()


@pytest.fixture
async def client(serving: Serving, router: object) -> AsyncIterator[openai.AsyncOpenAI]:
    async with serving.client() as found:
        yield found


async def ask(client: openai.AsyncOpenAI, model: str, **more: object) -> openai.types.chat.ChatCompletion:
    messages = [{"role": "user", "content": QUESTION}]
    asked = {"temperature": 0, "max_tokens": 12, **more}
    return await client.chat.completions.create(model=model, messages=messages, **asked)  # type: ignore[call-overload,no-any-return]


async def test_a_plain_answer(serving: Serving, client: openai.AsyncOpenAI) -> None:
    deployment = await serving.table(0.5)
    answer = await ask(client, deployment, n=2, temperature=1, seed=3)
    assert [choice.index for choice in answer.choices] == [0, 1]
    assert answer.choices[0].message.content and answer.choices[0].finish_reason in ("stop", "length")
    assert answer.usage is not None and answer.usage.total_tokens > answer.usage.prompt_tokens > 5
    assert answer.model in ("qa@0.1.0", "qa@0.1.1")


async def test_a_stream_says_the_same_as_the_whole(serving: Serving, client: openai.AsyncOpenAI) -> None:
    deployment = await serving.table(0.5)
    whole = await ask(client, deployment, user="ann", seed=1, temperature=1)
    stream = await client.chat.completions.create(
        model=deployment,
        messages=[{"role": "user", "content": QUESTION}],
        max_tokens=12,
        seed=1,
        user="ann",
        stream=True,
        stream_options={"include_usage": True},
    )
    chunks = [chunk async for chunk in stream]
    assert chunks[0].model == whole.model
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert text == whole.choices[0].message.content
    assert chunks[-1].usage == whole.usage and len(chunks) > 4
    assert chunks[-2].choices[0].finish_reason == whole.choices[0].finish_reason
    async with asyncio.timeout(20):
        served = await serving.facts(deployment, 2)
    assert [(f.completion_tokens, f.status) for f in served if isinstance(f, CallServed)] == [
        (whole.usage.completion_tokens if whole.usage else 0, 200)
    ] * 2


async def test_headers_say_who_answered_and_a_version_can_be_pinned(
    serving: Serving, client: openai.AsyncOpenAI
) -> None:
    raw = await client.chat.completions.with_raw_response.create(
        model="qa@0.1.1", messages=[{"role": "user", "content": QUESTION}], max_tokens=3
    )
    assert (raw.headers["Studio-Version"], raw.headers["Studio-Role"]) == ("qa@0.1.1", "pinned")
    assert raw.parse().model == "qa@0.1.1"


async def test_calls_and_outcomes_are_facts(serving: Serving, client: openai.AsyncOpenAI) -> None:
    deployment = await serving.table(0.4)
    answers = [
        await ask(client, deployment, user=f"user-{number}") for number in range(24)
    ]  # all on one arm: once in 200,000
    async with httpx.AsyncClient(base_url=serving.url, headers={"Authorization": f"Bearer {client.api_key}"}) as http:
        for answer in answers:
            reply = await http.post("/v1/outcomes", json={"call_id": answer.id, "score": 0.5, "source": "test"})
            assert reply.status_code == 200, reply.text
        again = await http.post("/v1/outcomes", json={"call_id": answers[0].id, "score": 0.9, "source": "test"})
        assert again.json()["repeated"] and again.json()["score"] == 0.5
        wrong = await http.post("/v1/outcomes", json={"call_id": "call-xyz", "score": 0.5})
        assert (wrong.status_code, wrong.json()["error"]["param"]) == (404, "call_id")
        wrong = await http.post("/v1/outcomes", json={"call_id": answers[0].id, "score": 1.5})
        assert (wrong.status_code, wrong.json()["error"]["param"]) == (400, "score")
    facts = await serving.facts(deployment, 48)
    calls = {fact.call_id: fact for fact in facts if isinstance(fact, CallServed)}
    outcomes = [fact for fact in facts if isinstance(fact, OutcomeReported)]
    assert len(calls) == len(outcomes) == 24
    assert {fact.role: fact.propensity for fact in calls.values()} == {"canary": 0.4, "baseline": 0.6}
    for outcome in outcomes:
        call = calls[outcome.call_id]
        assert (outcome.version, outcome.role, outcome.score) == (call.version, call.role, 0.5)
        assert call.status == 200 and call.latency_ms > 0 and call.prompt_tokens > 0 and len(call.session) == 16


async def _pieces(megabytes: int) -> AsyncIterator[bytes]:
    for _ in range(megabytes):
        yield b" " * 1_000_000


async def test_typed_errors(serving: Serving, client: openai.AsyncOpenAI) -> None:
    with pytest.raises(openai.NotFoundError, match="no deployment"):
        await ask(client, "nobody")
    with pytest.raises(openai.BadRequestError, match="takes 256 with the answer"):
        await client.chat.completions.create(model="qa@0.1.1", messages=[{"role": "user", "content": "pump " * 400}])
    with pytest.raises(openai.BadRequestError, match="temperature"):
        await ask(client, "qa@0.1.1", temperature=9)
    with pytest.raises(openai.BadRequestError, match="tools"):
        await ask(client, "qa@0.1.1", tools=[{"type": "function", "function": {"name": "f"}}])
    with pytest.raises(openai.AuthenticationError):
        await ask(openai.AsyncOpenAI(base_url=f"{serving.url}/v1", api_key="nonsense", max_retries=0), "qa@0.1.1")
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {client.api_key}"}) as http:
        for body in (b" " * 5_000_000, _pieces(5)):
            refused = await http.post(f"{serving.url}/v1/chat/completions", content=body)
            assert (refused.status_code, refused.json()["error"]["code"]) == (413, "body_too_large")
        refused = await http.post(f"{serving.url}/v1/chat/completions", content=b"{not json")
        assert (refused.status_code, refused.json()["error"]["code"]) == (400, "invalid_request")
    async with serving.client("others") as stranger:
        with pytest.raises(openai.NotFoundError):
            await ask(stranger, "qa@0.1.1")
        assert [model.id async for model in stranger.models.list()] == []
        direct = openai.AsyncOpenAI(
            base_url=f"http://127.0.0.1:{serving.ports['one']}/v1",
            api_key=str(stranger.api_key),
            default_headers={"Studio-Manifest": serving.manifests[0]},
            max_retries=0,
        )
        with pytest.raises(openai.NotFoundError):
            await ask(direct, "qa@0.1.0")


async def test_a_version_that_cannot_be_loaded_fails_over_to_the_baseline(
    serving: Serving, client: openai.AsyncOpenAI
) -> None:
    gone = f"{TENANT}/{'0' * 64}"
    deployment = await serving.table(0.999999, (serving.manifests[0], gone))
    answer = await ask(client, deployment)
    assert answer.model == "qa@0.1.0"
    failed, served = await serving.facts(deployment, 2)
    assert isinstance(failed, CallServed) and isinstance(served, CallServed)
    assert (failed.role, failed.status) == ("canary", 503) and "manifest" in failed.error
    assert (served.role, served.status, served.propensity) == ("baseline", 200, 0.0)


async def test_a_table_of_an_older_revision_changes_nothing(serving: Serving, client: openai.AsyncOpenAI) -> None:
    deployment = await serving.table(0.5)
    only = Target(model="qa", version="0.1.1", manifest_blob=serving.manifests[1], weight=1.0, role="stable")
    await serving.publish(deployment, (only,), 3)
    other = Target(model="qa", version="0.1.0", manifest_blob=serving.manifests[0], weight=1.0, role="stable")
    await serving.publish(deployment, (other,), 2)
    marker = await serving.table(0.5)  # behind both on the log, though maybe in another partition
    await asyncio.sleep(0.5)
    assert {(await ask(client, deployment)).model for _ in range(4)} == {"qa@0.1.1"}
    assert marker


async def test_a_restarted_router_keeps_sessions_on_their_arm(
    serving: Serving, client: openai.AsyncOpenAI, router: subprocess.Popen[bytes]
) -> None:
    deployment = await serving.table(0.5)
    sessions = [f"session-{number}" for number in range(16)]
    before = [(await ask(client, deployment, user=session, max_tokens=1)).model for session in sessions]
    assert len(set(before)) == 2
    call = await ask(client, deployment, max_tokens=1)
    router.send_signal(signal.SIGKILL)
    router.wait()
    again = serving.router()
    next(again)
    try:
        after = [(await ask(client, deployment, user=session, max_tokens=1)).model for session in sessions]
        assert after == before
        async with httpx.AsyncClient(headers={"Authorization": f"Bearer {client.api_key}"}) as http:
            late = await http.post(f"{serving.url}/v1/outcomes", json={"call_id": call.id, "score": 1})
            assert late.status_code == 200
    finally:
        again.close()


async def test_a_dead_worker_is_not_noticed_by_clients(serving: Serving) -> None:
    for running in serving.router():
        assert running.poll() is None
        async with serving.client() as client:
            deployment = await serving.table(0.5)
            calls = [asyncio.create_task(ask(client, deployment, max_tokens=40)) for _ in range(20)]
            await asyncio.sleep(0.1)
            serving.workers["two"].kill()
            serving.workers["two"].wait()
            answers = await asyncio.gather(*calls)
            answers += [await ask(client, deployment) for _ in range(10)]
        assert all(answer.choices[0].message.content is not None for answer in answers)
        facts = await serving.facts(deployment, 30)
        assert [fact.status for fact in facts if isinstance(fact, CallServed)] == [200] * 30
