"""Projections on the real log: killed, poisoned, damaged, stopped, renewed, and still equal to a rebuild."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from studio.contract import Encoded, Event, encode
from studio.contract.records import DocumentRegistered, SampleScored, StepRecorded

from ops.local.session import Session
from ops.rebuild import rebuild
from projections import comparison, schema
from projections.catalogue import PROJECTIONS, Projection, named
from projections.engine import follow, member
from projections.lineage import ANCESTORS, DESCENDANTS
from projections.reader import Reader
from projections.wait import wait_for
from streams import dead
from streams.catalogue import TOPICS
from streams.database import Pool, pool
from streams.decider import Decider
from streams.gate import Do, Gate
from streams.refold import refold
from streams.relay import run as relay
from streams.settings import Settings
from streams.sink import LogSink
from streams.token import Token
from tests.background import background
from tests.story import Teller, story

SECONDS = 60.0


class World:
    """A tenant of its own on the shared log, and projections of its own version, so that tests do not meet."""

    def __init__(self, settings: Settings, engine: Pool, sink: LogSink) -> None:
        self.settings, self.engine, self.sink = settings, engine, sink
        self.tenant = f"t{uuid4().hex[:10]}"

    async def copies(self, *names: str) -> list[Projection]:
        """Copies of these projections that begin at offset zero."""
        version = uuid4().int % 10**8
        found = [replace(projection, version=version) for projection in PROJECTIONS if projection.name in names]
        async with self.engine.connection() as conn:
            for projection in found:
                await schema.build(conn, projection, projection.schema)
        return found

    async def value(self, query: str, *values: object) -> Any:
        async with self.engine.connection() as conn:
            row = await (await conn.execute(query.encode(), values)).fetchone()
        return row[0] if row else None

    async def until(self, query: str, expected: object, *values: object) -> None:
        async with asyncio.timeout(SECONDS):
            while (found := await self.value(query, *values)) != expected:
                await asyncio.sleep(0.05)
                assert found is None or expected is None or found <= expected or not isinstance(found, int), found

    async def caught_up(self, projection: Projection, token: Token) -> None:
        """Wait until a copy has passed the offsets of `token`."""
        query = "select next > %s from streams.position where consumer = %s and topic = %s and partition = %s"
        for place, offset in token.offsets.items():
            topic, _, partition = place.rpartition("-")
            if topic in projection.topics:
                await self.until(query, True, offset, projection.consumer, topic, int(partition))


@asynccontextmanager
async def world_of(session: Session) -> AsyncIterator[World]:
    # All are one replica, like a process that is started again: nobody waits until the one before counts as lost.
    settings = session.settings.model_copy(update={"dead_letters_in_a_row": 10**6})
    async with pool(settings.postgres_dsn, "test", 10) as engine, LogSink(settings) as sink:
        yield World(settings, engine, sink)


@pytest.fixture
async def world(backbone: Session) -> AsyncIterator[World]:
    async with world_of(backbone) as found:
        yield found


def steps(tenant: str, runs: int, each: int) -> list[Event]:
    teller = Teller(tenant)
    for number in range(each):
        for run in range(runs):
            teller.fact(f"run-{run}", StepRecorded(run_id=f"run-{run}", phase="grpo", step=number, tokens=1))
    return teller.told


async def test_killed_projections_equal_a_rebuild(backbone: Session, world: World) -> None:
    """`kill -9` in the middle of the stream, again and again: nothing is lost, nothing counted twice."""
    told = steps(world.tenant, 5, 800)
    environment = {**os.environ, **backbone.environment, "STUDIO_DEAD_LETTERS_IN_A_ROW": "1000000"}
    tokens = "select coalesce(sum(tokens), 0)::int from runs_v1.run where tenant_id = %s"
    publishing = asyncio.create_task(_slowly(world.sink, told))
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
    publishing = asyncio.create_task(_slowly(world.sink, told))
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


async def _slowly(sink: LogSink, told: Sequence[Event]) -> None:
    for start in range(0, len(told), 50):
        await sink.publish(told[start : start + 50])
        await asyncio.sleep(0.1)


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


async def test_undecodable_bytes_on_every_topic_park_only_their_key(world: World) -> None:
    copies = await world.copies(*(projection.name for projection in PROJECTIONS))
    read = {topic.name for topic in TOPICS if topic.name != "studio.routing"}
    good = story(world.tenant)
    poison = [
        Encoded(topic, f"{world.tenant}/poison".encode(), [("ce_tenant", world.tenant.encode())], body)
        for topic in sorted(read)
        for body in (b"\xc3\x01 no such schema here", b"")
    ]
    token = Token()
    for bad in poison:
        token = token.joined(await world.sink.send([bad]))
    token = token.joined(await world.sink.publish(good))
    async with background(follow(world.settings, world.engine, copies)):
        for projection in copies:
            await world.caught_up(projection, token)
        for projection in copies:
            query = "select count(*) from streams.parked where consumer = %s and key = %s"
            parked = await world.value(query, projection.consumer, f"{world.tenant}/poison")
            assert parked == 2 * len(projection.topics), projection.name
            others = "select count(*) from streams.parked where consumer = %s and key like %s and key <> %s"
            assert not await world.value(others, projection.consumer, f"{world.tenant}/%", f"{world.tenant}/poison")
            assert (await comparison.compare(world.settings, world.engine, projection))["equal"]
        documents = next(projection for projection in copies if projection.name == "documents")
        rows = await world.value(f"select count(*) from {documents.schema}.document where tenant_id = %s", world.tenant)
        assert rows == 3


async def test_a_letter_whose_headers_hold_nul_is_shown_like_any_other(world: World) -> None:
    """Postgres keeps no NUL in jsonb; the view of dead letters would fill with letters about itself."""
    runs, letters = await world.copies("runs", "dead_letters")
    await _head(world, runs, letters)
    key, headers = f"{world.tenant}/x".encode(), [("ce_tenant", world.tenant.encode()), ("a\0b", b"c\0\xff")]
    await world.sink.send([Encoded("studio.training", key, headers, b"\0")])
    found = f"select headers from {letters.schema}.dead_letter where tenant_id = %s and consumer = '{runs.consumer}'"
    async with background(follow(world.settings, world.engine, [runs, letters]), relay(world.settings)):
        await world.until(found, [["ce_tenant", world.tenant], ["a\ufffdb", "c\ufffd\xff"]], world.tenant)
    own = "select count(*) from streams.dead_letter where consumer = %s"
    assert await world.value(own, letters.consumer) == 0


async def test_a_skipped_letter_is_left_out_by_the_rebuild_too(world: World) -> None:
    """The second event is poison; a person skips it; the third one then counts, on both sides."""
    (copy,) = await world.copies("curations")
    teller = Teller(world.tenant)
    for number in range(3):
        teller.fact("cur/0", SampleScored(sample_id=f"s{number}", curation_id="cur", scorer="x"))
    first, second, third = (encode(event) for event in teller.told)
    broken = second._replace(body=b"\xc3\x01 no such schema")
    await world.sink.send([first])
    await world.sink.send([broken])
    token = await world.sink.send([third])
    scores = f"select scores from {copy.schema}.curation where tenant_id = %s"
    async with background(follow(world.settings, world.engine, [copy]), relay(world.settings)):
        await world.until("select count(*) from streams.parked where consumer = %s and key = %s", 2, copy.consumer,
                          f"{world.tenant}/cur")  # fmt: skip
        assert await world.value(scores, world.tenant) == 1
        assert (await comparison.compare(world.settings, world.engine, copy))["equal"]
        letter = "select dead_id::text from streams.dead_letter where consumer = %s and key = %s"
        dead_id = await world.value(letter, copy.consumer, f"{world.tenant}/cur")
        async with world.engine.connection() as conn:
            await dead.settle(conn, dead_id, world.tenant, False, "ann", "not worth it")
        await world.until("select state from streams.dead_letter where dead_id = %s", "skipped", dead_id)
        await world.caught_up(copy, token)
        assert await world.value(scores, world.tenant) == 2, "its number counts as seen, so the third one follows"
    report = await comparison.compare(world.settings, world.engine, copy)
    assert report["equal"], report
    assert report["left_out"]["skipped"] == 1


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
        publishing = asyncio.create_task(_slowly(world.sink, told[300:]))
        await asyncio.sleep(0.2)
        await comparison.replace(world.settings, world.engine, copy)
        await publishing
        await world.until(count, 600, world.tenant)
        report = await comparison.compare(world.settings, world.engine, copy)
        assert report["equal"], report


async def test_a_new_version_is_built_beside_and_switched_and_switched_back(world: World) -> None:
    table = replace(PROJECTIONS[0].tables[0], name=f"thing_{uuid4().hex[:6]}")
    old = Projection(f"things_{uuid4().hex[:6]}", 1, ("studio.documents",), (table,), _things(table.name, "old"))
    new = replace(old, version=2, rows=_things(table.name, "new"))
    teller = Teller(world.tenant)
    teller.decide("doc", DocumentRegistered(name="a"))
    state = f"select state from read.{table.name} where tenant_id = %s"
    async with world.engine.connection() as conn:
        await schema.create(conn, projections=[old])
    async with background(follow(world.settings, world.engine, [old])):
        await world.sink.publish(teller.told)
        await world.until(state, "old", world.tenant)
        async with world.engine.connection() as conn:
            await schema.create(conn, projections=[new])
        assert await world.value(state, world.tenant) == "old", "nobody sees the new one before the switch"
        async with background(follow(world.settings, world.engine, [new])):
            await world.until(f"select count(*) from {new.schema}.{table.name} where tenant_id = %s", 1, world.tenant)
            for version, seen in ((2, "new"), (1, "old"), (2, "new")):
                async with world.engine.connection() as conn, conn.transaction():
                    await schema.show(conn, new.name, version)
                assert await world.value(state, world.tenant) == seen
            with pytest.raises(LookupError):
                async with world.engine.connection() as conn, conn.transaction():
                    await schema.show(conn, new.name, 3)


def _things(table: str, word: str) -> Callable[[Sequence[Event]], Any]:
    def rows(events: Sequence[Event]) -> Any:
        for row in named("documents").rows(events):
            yield row._replace(table=table, values={**row.values, "state": word})

    return rows


async def test_changed_tables_are_built_anew_from_the_log(world: World) -> None:
    (copy,) = await world.copies("documents")
    copy = replace(copy, name=f"changed_{uuid4().hex[:6]}")
    copy = replace(copy, tables=(replace(copy.tables[0], name=copy.name),), rows=_things(copy.name, "x"))
    teller = Teller(world.tenant)
    teller.decide("doc", DocumentRegistered(name="a"))
    await world.sink.publish(teller.told)
    for columns in ("", ", more bigint"):
        table = replace(copy.tables[0], columns=copy.tables[0].columns + columns)
        changed = replace(copy, tables=(table,))
        async with world.engine.connection() as conn:
            await schema.create(conn, projections=[changed])
        async with background(follow(world.settings, world.engine, [changed])):
            await world.until(f"select count(*) from read.{copy.name} where tenant_id = %s", 1, world.tenant)


async def test_one_stopped_projection_does_not_hold_up_the_others(world: World) -> None:
    """Too many dead letters in a row stop one projection; the rest goes on; after the release it catches up."""
    runs, log = await world.copies("runs", "log")
    faulty = True

    def rows(events: Sequence[Event]) -> Any:
        if faulty and any(event.tenant == world.tenant for event in events):
            raise RuntimeError("a fault in the code")
        yield from named("runs").rows(events)

    ill = replace(runs, rows=rows)
    settings = world.settings.model_copy(update={"dead_letters_in_a_row": 3})
    await _head(world, ill, log)  # what other tests left behind is none of this one's business
    count = f"select count(*) from {runs.schema}.run_step where tenant_id = %s"
    events = f"select count(*) from {log.schema}.event where tenant_id = %s"
    states = "select state from streams.consumer where consumer = %s"
    async with background(follow(settings, world.engine, [ill, log])):
        await world.sink.publish(steps(world.tenant, 20, 5))
        await world.until(states, "stopped", ill.consumer)
        await world.until(events, 100, world.tenant)
        letters = "select count(*) from streams.dead_letter where consumer = %s and tenant = %s"
        assert await world.value(letters, ill.consumer, world.tenant) == 3, "it stops, it does not bury everything"
        faulty = False
        async with world.engine.connection() as conn:
            rows_ = await conn.execute(
                "select dead_id::text from streams.dead_letter where consumer = %s and tenant = %s",
                [ill.consumer, world.tenant],
            )
            for (dead_id,) in await rows_.fetchall():
                await dead.settle(conn, dead_id, None, True, "ann", "mended")
        await world.until(count, 100, world.tenant)
        await world.sink.publish(steps(f"{world.tenant}-later", 2, 5))
        await world.until(count, 10, f"{world.tenant}-later")
        assert await world.value("select count(*) from streams.parked where consumer = %s", ill.consumer) == 0


async def _head(world: World, *projections: Projection) -> None:
    """Begin these copies at the ends of the log: streams told from then on are new to them."""
    from streams.source import LogSource

    for projection in projections:
        async with LogSource(world.settings, projection.topics) as source, world.engine.connection() as conn:
            for (topic, partition), end in source.ends.items():
                await conn.execute(
                    "insert into streams.position (consumer, topic, partition, next) values (%s, %s, %s, %s)",
                    [projection.consumer, topic, partition, end],
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


def _evolve(state: dict[str, int], record: object) -> dict[str, int]:
    return {"events": state.get("events", 0) + 1}


DOCUMENTS = Decider(
    "document", "studio.documents", {"events": 0}, lambda state, command: [DocumentRegistered(name=command)], _evolve
)


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
