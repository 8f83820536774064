"""A trained run becomes a version, the version a canary, and its calls a verdict: gate, relay, room, Faust, router."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx
import jwt
import openai
import pytest
from studio.contract import Event
from studio.contract.records import CallServed, OutcomeReported, RoutingTable, RunCompleted, VerdictReached

from ops.local.session import Session
from processors.deployment.decide import DEPLOYMENT, MODEL, Deployment, RollBack, StartDeployment
from processors.deployment.engine import run as room
from processors.deployment.model import Model
from serving import router, worker
from serving.http import serve
from streams.blobs import Blobs
from streams.gate import Do, Gate
from streams.relay import run as relay
from streams.room import runtime
from streams.settings import Settings
from streams.sink import LogSink
from streams.source import LogSource
from tests.background import background
from tests.ports import free_port
from tests.roles import role
from tests.tiny_model import publish, save


async def until(check: Callable[[], Awaitable[bool]], seconds: float = 120) -> None:
    async with asyncio.timeout(seconds):
        while not await check():  # noqa: ASYNC110
            await asyncio.sleep(0.05)


@dataclass
class Rollout:
    """The rooms at work for one tenant."""

    settings: Settings
    gate: Gate
    sink: LogSink
    tenant: str

    async def complete_run(self, name: str, base: str, trained: str) -> None:
        data = RunCompleted(
            epoch=1, step=10, manifest_blob=trained, base_manifest_blob=base, model_name=name, metrics='{"reward": 0.8}'
        )
        await self.sink.publish([Event(data=data, tenant=self.tenant, subject=f"run-{uuid4().hex[:8]}", version=1)])

    async def model(self, name: str) -> Model:
        state = (await self.gate.state(self.tenant, "model", name))[1]
        assert isinstance(state, Model)
        return state

    async def deployment(self, name: str) -> Deployment:
        state = (await self.gate.state(self.tenant, "deployment", name))[1]
        assert isinstance(state, Deployment)
        return state

    async def table(self, name: str) -> RoutingTable | None:
        """The newest routing table on the log."""
        found: RoutingTable | None = None
        async with LogSource(self.settings, ["studio.routing"]) as source:
            while not source.caught_up:
                for record in await source.poll(0.1):
                    event = _event(record)
                    if event.tenant == self.tenant and event.subject == name:
                        assert isinstance(event.data, RoutingTable)
                        found = event.data
        return found

    async def verdicts(self, name: str) -> list[VerdictReached]:
        found = []
        async with LogSource(self.settings, ["studio.deployments"]) as source:
            while not source.caught_up:
                for record in await source.poll(0.1):
                    event = _event(record)
                    mine = event.tenant == self.tenant and event.subject == name
                    if mine and isinstance(event.data, VerdictReached):
                        found.append(event.data)
        return found


def _event(record: object) -> Event:
    from streams.intake import Raw, open_record

    assert isinstance(record, Raw)
    event = open_record(record)
    assert isinstance(event, Event)
    return event


@pytest.fixture
async def rollout(backbone: Session, tmp_path: Path) -> AsyncIterator[Rollout]:
    settings = backbone.settings
    with role(backbone, "processor metrics", tmp_path / "metrics.log"):
        async with runtime(settings) as run, background(relay(settings), room(settings)):
            yield Rollout(settings, Gate(run.pool, (MODEL, DEPLOYMENT)), run.sink, f"t{uuid4().hex[:8]}")


async def start(rollout: Rollout, name: str, weight: float = 0.5) -> None:
    """Put 0.1.1 on trial against 0.1.0 of the model `qa`."""
    await until(lambda: _has(rollout, "qa", 2))
    model = await rollout.model("qa")
    base, trained = model.versions
    command = StartDeployment(
        name,
        "qa",
        trained.version,
        trained.manifest_blob,
        baseline_version=base.version,
        baseline_manifest_blob=base.manifest_blob,
        weight=weight,
        minimum_calls=20,
    )
    await rollout.gate.handle(rollout.tenant, Do("deployment", name, command))


async def _has(rollout: Rollout, name: str, versions: int) -> bool:
    return len((await rollout.model(name)).versions) == versions


async def _settled(rollout: Rollout, name: str) -> bool:
    state = await rollout.deployment(name)
    return state.stable is not None and state.candidate is None


async def test_a_better_canary_is_promoted_by_its_calls_and_rolled_back_by_one_click(
    rollout: Rollout, backbone: Session, tmp_path: Path
) -> None:
    blobs = Blobs(rollout.settings)
    base, trained = [await publish(blobs, rollout.tenant, save(tmp_path / f"m{seed}", seed)) for seed in (1, 2)]
    await rollout.complete_run("qa", base, trained)
    await start(rollout, "answers")
    port, worker_port = free_port(), free_port()
    settings = backbone.settings.model_copy(
        update={"serving_workers": f"http://127.0.0.1:{worker_port}", "home": tmp_path, "replica": uuid4().hex[:6]}
    )
    claims = {"tenant": rollout.tenant, "exp": time.time() + 600}
    token = jwt.encode(claims, settings.jwt_secret, "HS256")
    async with worker.working(settings) as serving, router.routing(settings) as routing:
        faces = (
            serve(worker.make_app(serving), "127.0.0.1", worker_port),
            serve(router.make_app(routing), "127.0.0.1", port),
        )
        http = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers={"Authorization": f"Bearer {token}"})
        client = openai.AsyncOpenAI(base_url=f"http://127.0.0.1:{port}/v1", api_key=token, max_retries=0)
        async with background(*faces), http, client:

            async def known() -> bool:
                return routing.ready.is_set() and (rollout.tenant, "answers") in routing.directory.tables

            await until(known)
            dice = random.Random(3)

            async def judged() -> str:
                answer = await client.chat.completions.create(
                    model="answers", messages=[{"role": "user", "content": "what starts ?"}], max_tokens=1
                )
                good = dice.random() < (0.9 if answer.model == "qa@0.1.1" else 0.4)
                reply = await http.post("/v1/outcomes", json={"call_id": answer.id, "score": float(good)})
                assert reply.status_code == 200, reply.text
                return answer.model

            used = set()
            for _ in range(100):
                used |= set(await asyncio.gather(*(judged() for _ in range(10))))
                if await _settled(rollout, "answers"):
                    break
            await until(lambda: _settled(rollout, "answers"))
            assert used == {"qa@0.1.0", "qa@0.1.1"}
            (verdict,) = await rollout.verdicts("answers")
            assert verdict.decision == "promote" and verdict.canary_rate > verdict.baseline_rate
            assert verdict.canary_low < verdict.canary_rate < verdict.canary_high and verdict.canary_calls > 20

            async def serves(version: str) -> bool:
                return {await judged() for _ in range(3)} == {f"qa@{version}"}

            await until(lambda: serves("0.1.1"))
            await rollout.gate.handle(rollout.tenant, Do("deployment", "answers", RollBack("complaints", "ann")))
            await until(lambda: serves("0.1.0"))
    aliases = [(await rollout.model("qa")).aliases for _ in range(1)]
    assert aliases == [{"answers": "0.1.0"}]


async def test_a_worse_canary_is_rolled_back(rollout: Rollout) -> None:
    await rollout.complete_run("qa", f"{rollout.tenant}/base", f"{rollout.tenant}/trained")
    await start(rollout, "answers")
    await until(lambda: _on_trial(rollout))
    await judge(rollout, canary=0.35, baseline=0.8, calls=400)
    await until(lambda: _settled(rollout, "answers"))
    state = await rollout.deployment("answers")
    assert state.stable is not None and state.stable.version == "0.1.0"
    (verdict,) = await rollout.verdicts("answers")
    assert verdict.decision == "rollback"

    async def only_the_baseline() -> bool:
        table = await rollout.table("answers")
        return table is not None and [(t.version, t.role, t.weight) for t in table.targets] == [
            ("0.1.0", "stable", 1.0)
        ]

    await until(only_the_baseline)


async def _on_trial(rollout: Rollout) -> bool:
    table = await rollout.table("answers")
    return table is not None and {target.role for target in table.targets} == {"canary", "baseline"}


async def judge(rollout: Rollout, canary: float, baseline: float, calls: int) -> None:
    """Facts as a router writes them: `calls` per arm, of which these shares were good."""
    for number in range(0, calls, 20):
        events = []
        for turn in range(number, number + 20):
            for arm, version, rate in (("canary", "0.1.1", canary), ("baseline", "0.1.0", baseline)):
                good = float((turn * 0.618) % 1.0 < rate)
                about = {"call_id": str(turn), "deployment": "answers", "version": version, "role": arm}
                served = CallServed(model="qa", status=200, latency_ms=1.0, propensity=0.5, **about)  # type: ignore[arg-type]
                for data in (served, OutcomeReported(score=good, **about)):
                    events.append(Event(data=data, tenant=rollout.tenant, subject="answers"))
        await rollout.sink.publish(events)
        await asyncio.sleep(0.05)
        if await _settled(rollout, "answers"):
            return
