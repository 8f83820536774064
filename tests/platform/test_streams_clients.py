"""Clients of Kafka that go deaf or get no answer are replaced, or wait for nobody."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from itertools import count
from uuid import uuid4

import pytest
from aiokafka.errors import KafkaTimeoutError

from streams.room import Runtime, runtime
from streams.sink import LogSink
from streams.source import LogSource
from tests.background import background
from tests.platform.ledger import Ledger, forget, steps, until


@pytest.fixture
async def run(backbone: object) -> AsyncIterator[Runtime]:
    async with runtime(backbone.settings) as found:  # type: ignore[attr-defined]
        yield found
        await forget(found)


async def test_a_client_that_has_gone_deaf_is_replaced(run: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    """What aiokafka does now and then after a broker's restart, done on purpose: nothing is fetched any more."""
    monkeypatch.setattr("streams.vigil.QUIET", 0.5)
    tenant, subject = f"t{uuid4().hex[:8]}", uuid4().hex
    ledger = Ledger(run, ["studio.training.steps"], 100)
    await ledger.rows(tenant)
    await ledger.from_here()
    consumer = ledger.consumer()

    async def taken(count: int) -> bool:
        return len((await ledger.rows(tenant)).get(subject, ())) == count

    async with background(consumer.run()), LogSource(run.settings, ["studio.training.steps"]) as source:
        await run.sink.publish(steps(tenant, subject, range(1, 6)))
        await until(lambda: taken(5))
        while not source.caught_up or await source.poll(0.2):
            await source.poll(0.2)
        deaf = [consumer._client, source._client]
        for client in deaf:
            assert client is not None
            for task in (client._fetcher._fetch_task, *client._fetcher._pending_tasks):
                task.cancel()
            client._client._sync_task.cancel()
        await run.sink.publish(steps(tenant, subject, range(6, 11)))
        await until(lambda: taken(10))
        async with asyncio.timeout(30):
            found = 0
            while found < 5:
                found += len(await source.poll(0.2))
        assert consumer._client not in deaf
        assert source._client not in deaf


async def test_a_client_that_is_deaf_for_one_partition_is_replaced_while_the_others_go_on(
    run: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen after a broker's restart, done on purpose: one partition is taken to be in flight for ever."""
    monkeypatch.setattr("streams.vigil.QUIET", 0.5)
    tenant, subject = f"t{uuid4().hex[:8]}", uuid4().hex
    async with LogSource(run.settings, ["studio.training.steps"]) as source:
        while not source.caught_up or await source.poll(0.2):
            await source.poll(0.2)
        deaf = source._client
        assert deaf is not None
        await run.sink.publish(steps(tenant, subject, range(1, 2)))
        own = (await source.poll(5))[0].partition
        there = next(tp for tp in deaf.assignment() if tp.partition == own)
        deaf.pause(there)
        await run.sink.publish(steps(tenant, subject, range(2, 7)))
        others = ((n, uuid4().hex) for n in count())
        found: list[int] = []
        async with asyncio.timeout(60):
            while len(found) < 5:
                n, other = next(others)
                await run.sink.publish(steps(tenant, other, range(1, 2)))
                found += [n for record in await source.poll(0.2) if record.key == f"{tenant}/{subject}"]
        assert found[0] > 3, "the others were read meanwhile"
        assert source._client is not deaf


async def test_a_commit_that_nobody_answers_holds_up_nobody(run: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen after a broker's restart, done on purpose: the search for the coordinator never gives its lock back."""
    monkeypatch.setattr("streams.log_client.PATIENCE", 1.0)
    tenant, subject = f"t{uuid4().hex[:8]}", uuid4().hex
    ledger = Ledger(run, ["studio.training.steps"], 100)
    await ledger.rows(tenant)
    await ledger.from_here()
    consumer = ledger.consumer()

    async def taken(number: int) -> bool:
        return len((await ledger.rows(tenant)).get(subject, ())) == number

    async with background(consumer.run()):
        await run.sink.publish(steps(tenant, subject, range(1, 6)))
        await until(lambda: taken(5))
        stuck = consumer._client
        assert stuck is not None
        await stuck._coordinator._coordinator_lookup_lock.acquire()
        stuck._coordinator.coordinator_id = None
        for number in range(6, 16):
            await run.sink.publish(steps(tenant, subject, range(number, number + 1)))
            await asyncio.sleep(0.2)  # a commit is tried at most once a second
        await until(lambda: taken(15))
        assert consumer._client is not stuck


async def test_a_producer_that_brings_no_answer_is_replaced(run: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streams.sink.PATIENCE", 1.0)
    monkeypatch.setattr("streams.sink.STOPPING", 1.0)
    tenant, subject = f"t{uuid4().hex[:8]}", uuid4().hex
    async with LogSink(run.settings) as sink:
        await sink.publish(steps(tenant, subject, range(1, 3)))
        stuck = sink._producer
        assert stuck is not None
        stuck._sender._sender_task.cancel()
        with pytest.raises(KafkaTimeoutError):
            await sink.publish(steps(tenant, subject, range(3, 5)))
        assert sink._producer is not stuck
        await sink.publish(steps(tenant, subject, range(3, 5)))
    found = set()
    async with LogSource(run.settings, ["studio.training.steps"]) as source:
        while not source.caught_up:
            found |= {record.offset for record in await source.poll() if record.key == f"{tenant}/{subject}"}
    assert len(found) == 4
