"""Work items, and the log read without a group."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from streams.database import Connection
from streams.gate import Gate
from streams.outcome import Outcome, WorkItem
from streams.room import Runtime, runtime
from streams.source import LogSource
from streams.work import CLAIM, Worker, WorkLoop
from tests.background import background
from tests.platform.ledger import Ledger, forget, steps, until


@pytest.fixture
async def run(backbone: object) -> AsyncIterator[Runtime]:
    async with runtime(backbone.settings) as found:  # type: ignore[attr-defined]
        yield found
        await forget(found)


async def test_work_is_done_once_though_its_first_worker_dies(run: Runtime) -> None:
    room, tenant = f"room{uuid4().hex[:6]}", f"t{uuid4().hex[:8]}"
    ledger = Ledger(run, [], 1)
    await ledger.rows(tenant)
    started = asyncio.Event()
    slow = {"now": True}

    async def work(item: WorkItem) -> Outcome:
        if item.payload["n"] == 3 and slow["now"]:
            slow["now"] = False
            started.set()
            await asyncio.sleep(3600)
        if item.payload["n"] == 5 and item.attempt == 1:
            raise RuntimeError("a fault that passes")
        if item.payload["n"] == 7:
            raise LookupError("never works")

        async def note(conn: Connection) -> None:
            await conn.execute(
                "insert into ledger (consumer, tenant, subject, seq) values (%s, %s, 'done', %s)",
                [ledger.name, tenant, item.payload["n"]],
            )

        return Outcome(effects=(note,))

    async def failed(item: WorkItem, error: Exception) -> Outcome:
        async def note(conn: Connection) -> None:
            await conn.execute(
                "insert into ledger (consumer, tenant, subject, seq) values (%s, %s, 'failed', %s)",
                [ledger.name, tenant, item.payload["n"]],
            )

        return Outcome(effects=(note,))

    worker = Worker(room, work, failed, permanent=(LookupError,), lease=1.0)
    gate = Gate(run.pool, [])
    async with run.pool.connection() as conn:
        for n in range(10):
            await conn.execute(
                "insert into streams.work (room, id, tenant, payload) values (%s, %s, %s, %s)",
                [room, str(n), tenant, f'{{"n": {n}}}'],
            )
    first = asyncio.ensure_future(WorkLoop(run.settings, run.pool, run.sink, gate, worker).run())
    await asyncio.wait_for(started.wait(), 20)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)

    async def done() -> bool:
        return sum(len(n) for n in (await ledger.rows(tenant)).values()) == 10

    two = [WorkLoop(run.settings, run.pool, run.sink, gate, worker).run() for _ in range(2)]
    async with background(*two):
        await until(done)
    rows = await ledger.rows(tenant)
    assert sorted(rows["done"]) == [0, 1, 2, 3, 4, 5, 6, 8, 9] and rows["failed"] == [7]


async def test_a_source_reads_everything_from_the_beginning_and_says_when_it_has_caught_up(run: Runtime) -> None:
    tenant, subject = f"t{uuid4().hex[:8]}", uuid4().hex
    await run.sink.publish(steps(tenant, subject, range(1, 301)))
    found = 0
    async with LogSource(run.settings, ["studio.training.steps"]) as source:
        while not source.caught_up:
            found += sum(record.key == f"{tenant}/{subject}" for record in await source.poll())
    assert found == 300


async def test_a_claim_leases_one_item_whatever_the_planner_does(run: Runtime) -> None:
    room = f"room-{uuid4().hex[:8]}"
    insert = """insert into streams.work (room, id, tenant, payload)
        select %s, g::text, 't', '{}' from generate_series(1, 20) g"""
    plans = (), ("hashjoin", "mergejoin"), ("hashjoin", "mergejoin", "hashagg", "sort", "material", "memoize")
    async with run.pool.connection() as conn:
        for plan in plans:  # the last one runs a plain subquery once per row
            async with conn.transaction(force_rollback=True):
                await conn.execute(insert, [room])
                for kind in plan:
                    await conn.execute(f"set local enable_{kind} = off".encode())
                assert (await conn.execute(CLAIM, {"room": room, "lease": 10})).rowcount == 1
