"""kill -9 of every process behind the feed, in the middle of the stream: nothing is lost, nothing comes twice."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from feeds import Watcher, feed, number, steps, token
from studio.contract import Event
from studio.feed import follow_feed
from studio.place import Place
from studio.session import Session as Client

from ops.local.session import Session
from projections import comparison, numbers
from projections.catalogue import named
from projections.engine import follow
from streams.database import pool
from streams.sink import LogSink
from tests.ports import free_port
from tests.roles import role

BATCH = 25


async def write(sink: LogSink, told: Sequence[Event], pause: float = 0.05) -> None:
    for start in range(0, len(told), BATCH):
        await sink.publish(told[start : start + BATCH])
        await asyncio.sleep(pause)


async def test_two_feeds_two_projections_and_a_database_that_are_killed(backbone: Session, tmp_path: Path) -> None:
    tenant, many = f"t{uuid4().hex[:8]}", 3000
    written = [steps(tenant, run, 1, many // 2) for run in ("one", "two")]
    with ExitStack() as stack:
        feeds = [stack.enter_context(feed(backbone, tmp_path)) for _ in range(2)]
        projecting = [
            role(backbone, "projections", tmp_path / f"p{n}.log", STUDIO_REPLICA=f"feed-{n}") for n in range(2)
        ]
        running = [one.__enter__() for one in projecting]
        bearer = token(backbone, tenant)
        watchers = [Watcher([one.url, other.url], bearer) for one, other in (feeds, reversed(feeds)) for _ in range(2)]
        watching = [asyncio.create_task(watcher.run()) for watcher in watchers]
        async with LogSink(backbone.settings) as sink:
            writing = [asyncio.create_task(write(sink, told)) for told in written]
            await watchers[0].sees(100)
            for turn in range(2):
                feeds[turn].kill()
                await asyncio.sleep(0.3)
                await asyncio.to_thread(feeds[turn].start)
                old = backbone.kill("postgres")
                await asyncio.to_thread(backbone.wait_healthy, "postgres", other_than=old)
                if turn == 0:
                    running[0].kill()
                await asyncio.sleep(0.5)
            await asyncio.gather(*writing)
        for watcher in watchers:
            await watcher.sees(many)
        for task in watching:
            task.cancel()
        await asyncio.gather(*watching, return_exceptions=True)
        for one in projecting:
            one.__exit__(None, None, None)
    assert running[0].returncode == -9
    expected = [str(event.id) for told in written for event in told]
    for watcher in watchers:
        assert [number(entry) for entry in watcher.entries] == list(range(1, many + 1)), watcher.losses
        assert sorted(watcher.ids) == sorted(expected)
        assert watcher.snapshots == 0 and watcher.losses
        for run in ("one", "two"):
            assert [e["seq"] for e in watcher.entries if e["subject"] == run] == list(range(1, many // 2 + 1))
    async with pool(backbone.settings.postgres_dsn, "compare", 3) as engine:
        report = await comparison.compare(backbone.settings, engine, named("feed"))
    assert report["equal"] and report["numbers"] == [], report


async def test_a_feed_compares_without_its_numbers_and_without_what_was_pruned(backbone: Session) -> None:
    feeding = named("feed")
    assert feeding.numbered is not None
    tenant = f"t{uuid4().hex[:8]}"
    async with pool(backbone.settings.postgres_dsn, "prune", 5) as engine, LogSink(backbone.settings) as sink:
        task = asyncio.create_task(follow(backbone.settings, engine, [feeding]))
        await write(sink, steps(tenant, "run", 1, 300), 0)
        query = f"select number, floor from {feeding.schema}.head where tenant_id = %s"

        async def head() -> Any:
            async with engine.connection() as conn:
                return await (await conn.execute(query.encode(), [tenant])).fetchone()

        async with asyncio.timeout(60):
            while await head() != (300, 0):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        await numbers.prune(engine, feeding.schema, feeding.numbered, 50)
        assert await head() == (300, 250)
        assert (await comparison.compare(backbone.settings, engine, feeding))["equal"]
        for damage, problem in (
            ("delete from {}.entry where tenant_id = %s and number = 270", "numbers"),
            ("update {}.entry set source = 'somebody' where tenant_id = %s and number = 280", "tables"),
        ):
            async with engine.connection() as conn:
                await conn.execute(damage.format(feeding.schema).encode(), [tenant])
            report = await comparison.compare(backbone.settings, engine, feeding)
            assert not report["equal"] and (report["numbers"] or not report["tables"]["entry"]["equal"]), problem
        await comparison.replace(backbone.settings, engine, feeding)
        assert await head() == (300, 0), "all of the log again, under other numbers"
        assert (await comparison.compare(backbone.settings, engine, feeding))["equal"]
        await write(sink, steps(tenant, "run", 301, 310), 0)
        async with asyncio.timeout(60):
            while await head() != (310, 0):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@asynccontextmanager
async def fragile(port: int, target: int) -> Any:
    """A TCP proxy whose connections can all be cut: yields the function that does it."""
    writers: set[asyncio.StreamWriter] = set()

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65_536):
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, back = await asyncio.open_connection("127.0.0.1", target)
        except OSError:
            writer.close()
            return
        writers.update((writer, back))
        await asyncio.gather(pump(reader, back), pump(there, writer))
        writers.difference_update((writer, back))

    def cut() -> int:
        for writer in list(writers):
            writer.transport.abort()
        return len(writers)

    server = await asyncio.start_server(serve, "127.0.0.1", port)
    try:
        yield cut
    finally:
        server.close()
        cut()


async def test_a_client_that_is_dropped_thirty_times_sees_what_is_in_the_log(backbone: Session, tmp_path: Path) -> None:
    tenant, many, drops = f"t{uuid4().hex[:8]}", 6000, 30
    told = steps(tenant, "run", 1, many)
    port, seen, cuts = free_port(), list[Any](), 0
    with feed(backbone, tmp_path) as server:
        place = Place(
            "http://127.0.0.1:9", access_token=token(backbone, tenant), feed_url=f"ws://127.0.0.1:{port}/api/v1/feed"
        )
        client = Client(place)

        async def watch() -> None:
            async for event in follow_feed(client, after="begin"):
                seen.append(event)
                if len(seen) == many:
                    return

        async with (
            fragile(port, server.port) as cut,
            pool(backbone.settings.postgres_dsn, "drops", 4) as engine,
            LogSink(backbone.settings) as sink,
        ):
            projecting = asyncio.create_task(follow(backbone.settings, engine, [named("feed")]))
            watching = asyncio.create_task(watch())
            writing = asyncio.create_task(write(sink, told, 0.04))
            while cuts < drops and not watching.done():
                before = len(seen)
                async with asyncio.timeout(30):
                    while len(seen) < min(before + 20, many):  # noqa: ASYNC110
                        await asyncio.sleep(0.01)
                cuts += cut() > 0
            await writing
            async with asyncio.timeout(60):
                await watching
            projecting.cancel()
            await asyncio.gather(projecting, return_exceptions=True)
        await client.aclose()
    assert cuts == drops
    assert [event.id for event in seen] == [str(event.id) for event in told]


async def test_a_client_goes_on_when_the_feed_process_is_killed(backbone: Session, tmp_path: Path) -> None:
    tenant = f"t{uuid4().hex[:8]}"
    told = steps(tenant, "run", 1, 1000)
    with feed(backbone, tmp_path) as server:
        place = Place("http://127.0.0.1:9", access_token=token(backbone, tenant), feed_url=server.url)
        client, seen = Client(place), list[str]()
        async with pool(backbone.settings.postgres_dsn, "goes-on", 4) as engine, LogSink(backbone.settings) as sink:
            projecting = asyncio.create_task(follow(backbone.settings, engine, [named("feed")]))
            writing = asyncio.create_task(write(sink, told))
            async for event in follow_feed(client, after="begin"):
                seen.append(event.id)
                if len(seen) in (200, 600):
                    server.kill()
                    await asyncio.to_thread(server.start)
                if len(seen) == len(told):
                    break
            await writing
            projecting.cancel()
            await asyncio.gather(projecting, return_exceptions=True)
        await client.aclose()
    assert seen == [str(event.id) for event in told]
