"""What readers rely on: their own writes, lineage of their tenant alone, and a gate that is the log's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import psycopg
import pytest
from studio.contract.records import DocumentRegistered

from ops.local.session import Session
from projections.catalogue import named
from projections.engine import follow
from projections.lineage import ANCESTORS, DESCENDANTS
from projections.wait import wait_for
from streams.decider import Decider
from streams.gate import Do, Gate
from streams.refold import refold
from streams.relay import run as relay
from streams.token import Token
from tests.background import background
from tests.platform.views import World, steps, world_of
from tests.story import story


@pytest.fixture
async def world(backbone: Session) -> AsyncIterator[World]:
    async with world_of(backbone) as found:
        yield found


def _evolve(state: dict[str, int], record: object) -> dict[str, int]:
    return {"events": state.get("events", 0) + 1}


DOCUMENTS = Decider(
    "document", "studio.documents", {"events": 0}, lambda state, command: [DocumentRegistered(name=command)], _evolve
)


async def test_a_read_waits_for_its_own_write(world: World) -> None:
    gate = Gate(world.engine, [DOCUMENTS])
    async with background(follow(world.settings, world.engine), relay(world.settings)):
        documents = named("documents")
        query = "select count(*) > 0 from streams.position where consumer = %s"
        await world.until(query, True, documents.consumer)
        for number in range(5):
            answer = await gate.handle(world.tenant, Do("document", f"{world.tenant}-{number}", "register"))
            assert await wait_for(world.engine, Token.parse(answer.token), ["documents", "log", "runs"], 20)
            query = f"select count(*) from {documents.schema}.document where tenant_id = %s"
            assert await world.value(query, world.tenant) == number + 1
        fact = await world.sink.publish(steps(world.tenant, 1, 1))
        assert await wait_for(world.engine, fact, ["runs"], 20)
        assert await world.value("select count(*) from runs_v1.run_step where tenant_id = %s", world.tenant) == 1
        never = Token(heads={f"studio.documents|{world.tenant}|{world.tenant}-0": 99})
        assert not await wait_for(world.engine, never, ["documents"], 0.3)
        assert await wait_for(world.engine, never, ["models"], 0.3), "models do not read this topic"
        assert all(await asyncio.gather(*(wait_for(world.engine, fact, ["runs"], 5) for _ in range(30))))


async def test_lineage_is_walked_both_ways_by_its_tenant_only(world: World) -> None:
    token = await world.sink.publish(story(world.tenant))
    async with background(follow(world.settings, world.engine)):
        assert await wait_for(world.engine, token, ["lineage"], 30)
    async with await psycopg.AsyncConnection.connect(world.settings.postgres_app_dsn) as app:

        async def walk(query: str, tenant: str, **start: object) -> set[str]:
            async with app.transaction():
                await app.execute("select set_config('app.tenant', %s, true)", [tenant])
                rows = await app.execute(query.encode(), {"samples": False, **start})
                return {f"{row[0]}:{row[1]} < {row[2]}:{row[3]}" async for row in rows}

        up = await walk(ANCESTORS, world.tenant, kind="deployment", id="chat")
        assert {"deployment:chat < model_version:lake@0.1.1", "batch:batch-1 < document:doc-1"} <= up
        down = await walk(DESCENDANTS, world.tenant, kind="document", id="doc-1")
        assert "deployment:chat < model_version:lake@0.1.0" in down
        assert not any(edge.startswith("sample:") for edge in down)
        whole = await walk(DESCENDANTS, world.tenant, kind="document", id="doc-1", samples=True)
        assert {edge for edge in whole if edge.startswith("sample:s-3")} == {
            "sample:s-3 < document:doc-1",
            "sample:s-3 < batch:batch-1",
        }
        assert await walk(ANCESTORS, "another", kind="deployment", id="chat") == set()


async def test_the_gate_folded_from_the_log_is_the_gate(world: World) -> None:
    gate = Gate(world.engine, [DOCUMENTS])
    name = {"topic": "studio.documents", "tenant": world.tenant, "id": f"{world.tenant}-1"}
    async with background(relay(world.settings)):
        for _ in range(3):
            for number in range(3):
                await gate.handle(world.tenant, Do("document", f"{world.tenant}-{number}", "again"))
        ours = await _ours(world, await refold(world.settings, world.engine, [DOCUMENTS], tenant=world.tenant))
        assert ours == []
        async with world.engine.connection() as conn:
            await conn.execute(
                """update gate.head set state = '{"events": 7}', state_hash = 'x' where tenant = %s and id = %s""",
                [world.tenant, name["id"]],
            )
        ours = await _ours(
            world, await refold(world.settings, world.engine, [DOCUMENTS], mend=True, tenant=world.tenant)
        )
        assert ours == [{**name, "gate_version": 3, "log_version": 3, "reason": "the states differ"}]
        assert await _ours(world, await refold(world.settings, world.engine, [DOCUMENTS], tenant=world.tenant)) == []
    assert await gate.state(world.tenant, "document", name["id"]) == (3, {"events": 3})


async def _ours(world: World, report: dict[str, Any]) -> list[dict[str, Any]]:
    assert report["aggregates"] >= 3
    return [found for found in report["differing"] if found["tenant"] == world.tenant]
