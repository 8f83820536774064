"""Projections on the real log: killed, handed over, damaged, and still equal to a rebuild."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator

import pytest

from ops.local.session import Session
from ops.rebuild import rebuild
from projections import comparison
from projections.catalogue import PROJECTIONS
from projections.engine import follow, member
from projections.reader import Reader
from streams.database import pool
from tests.background import background
from tests.platform.views import SECONDS, World, slowly, steps, world_of
from tests.story import story


@pytest.fixture
async def world(backbone: Session) -> AsyncIterator[World]:
    async with world_of(backbone) as found:
        yield found


async def test_killed_projections_equal_a_rebuild(backbone: Session, world: World) -> None:
    """`kill -9` in the middle of the stream, again and again: nothing is lost, nothing counted twice."""
    told = steps(world.tenant, 5, 800)
    environment = {**os.environ, **backbone.environment, "STUDIO_DEAD_LETTERS_IN_A_ROW": "1000000"}
    tokens = "select coalesce(sum(tokens), 0)::int from runs_v1.run where tenant_id = %s"
    publishing = asyncio.create_task(slowly(world.sink, told))
    for _ in range(3):
        before = await world.value(tokens, world.tenant)
        command = [sys.executable, "-m", "ops", "run", "projections"]
        process = await asyncio.create_subprocess_exec(*command, env=environment, stderr=asyncio.subprocess.DEVNULL)
        async with asyncio.timeout(SECONDS):
            while await world.value(tokens, world.tenant) == before and not publishing.done():  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        process.kill()
        assert await process.wait() == -9, "it died by itself"
    await publishing
    async with background(follow(world.settings, world.engine)):
        await world.until(tokens, len(told), world.tenant)
        rows = await world.value("select count(*) from runs_v1.run_step where tenant_id = %s", world.tenant)
        assert rows == len(told)
        (report,) = [found async for found in rebuild(world.settings, ["runs"], compare=True)]
    assert report["equal"], report
    assert report["tables"]["run_step"]["live"] >= len(told)


async def test_replicas_share_the_partitions_and_hand_them_over(world: World) -> None:
    """A second process joins, the first one ends without a word: every event counts once."""
    (copy,) = await world.copies("runs")
    told = steps(world.tenant, 8, 500)  # still being published when both share the partitions
    publishing = asyncio.create_task(slowly(world.sink, told))
    second = world.settings.model_copy(update={"replica": f"{world.settings.replica}-2"})
    async with pool(second.postgres_dsn, "second", 4) as other:
        readers = [
            Reader(settings, [member(settings, engine, copy)])
            for settings, engine in ((world.settings, world.engine), (second, other))
        ]
        first = asyncio.create_task(readers[0].run())
        tokens = f"select coalesce(sum(tokens), 0)::int from {copy.schema}.run where tenant_id = %s"
        await world.until(f"select coalesce(sum(tokens), 0) > 0 from {copy.schema}.run where tenant_id = %s", True,
                          world.tenant)  # fmt: skip
        whole = set(readers[0].next)
        async with background(readers[1].run()):
            async with asyncio.timeout(SECONDS):
                while not all(reader.next for reader in readers):  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
            assert set(readers[0].next) | set(readers[1].next) == whole
            assert not set(readers[0].next) & set(readers[1].next)
            first.cancel()
            await asyncio.gather(first, return_exceptions=True)
            await publishing
            await world.until(tokens, len(told), world.tenant)
            async with asyncio.timeout(SECONDS):
                while set(readers[1].next) != whole:  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
    report = await comparison.compare(world.settings, world.engine, copy)
    assert report["equal"], report


async def test_every_view_equals_its_rebuild(world: World) -> None:
    copies = await world.copies(*(projection.name for projection in PROJECTIONS))
    token = await world.sink.publish(story(world.tenant, samples=20, steps=10))
    async with background(follow(world.settings, world.engine, copies)):
        for projection in copies:
            await world.caught_up(projection, token)
    for projection in copies:
        report = await comparison.compare(world.settings, world.engine, projection)
        assert report["equal"], report
        assert all(found["live"] for found in report["tables"].values()), report


async def test_damage_is_found_named_and_mended_while_the_projection_runs(world: World) -> None:
    (copy,) = await world.copies("runs")
    told = steps(world.tenant, 3, 200)
    await world.sink.publish(told[:300])
    table = f"{copy.schema}.run_step"
    count = f"select count(*) from {table} where tenant_id = %s"
    async with background(follow(world.settings, world.engine, [copy])):
        await world.until(count, 300, world.tenant)
        async with world.engine.connection() as conn:
            where = "where tenant_id = %s and run_id = 'run-1'"
            await conn.execute(f"update {table} set tokens = 99 {where} and step = 3".encode(), [world.tenant])
            await conn.execute(f"delete from {table} {where} and step = 4".encode(), [world.tenant])
        report = await comparison.compare(world.settings, world.engine, copy)
        assert not report["equal"]
        assert report["tables"]["run"]["equal"]
        names = [f"{world.tenant}/run-1/grpo/{step}" for step in (3, 4)]
        assert report["tables"]["run_step"]["differing"] == names
        publishing = asyncio.create_task(slowly(world.sink, told[300:]))
        await asyncio.sleep(0.2)
        await comparison.replace(world.settings, world.engine, copy)
        await publishing
        await world.until(count, 600, world.tenant)
        report = await comparison.compare(world.settings, world.engine, copy)
        assert report["equal"], report
