"""The producer against the real broker: acknowledged or a typed error, bounded, and never a gap for readers."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from studio import BufferFull, DeliveryFailed, EventProducer, SyncEventProducer, Unreachable
from studio import producer as producers
from studio.contract import Encoded, Event
from studio.contract.records import DocumentRegistered, RunHeartbeat, SampleScored, StepRecorded
from studio.delivery import Broker, Result, Undelivered

from ops.local.session import Session
from streams.catalogue import TOPICS
from streams.intake import Raw, open_record, sort_out
from streams.source import LogSource
from streams.token import Token


async def read(backbone: Session, run: str, topic: str = "studio.training.steps") -> list[Event]:
    """All events about `run`, as the platform's consumers take them; fails on what they would refuse."""
    async with LogSource(backbone.settings, [topic]) as source:
        records: list[Raw] = []
        while not source.caught_up:
            records += await source.poll(0.2)
    opened = [(raw, open_record(raw)) for raw in records if raw.key.endswith(f"/{run}")]
    found, _ = sort_out(opened, {})
    assert not [item for item in found if item.verdict.value == "poison"], "a reader would park this key"
    return [item.event for item in found if item.verdict.value == "take" and item.event]


def step(run: str, number: int) -> StepRecorded:
    return StepRecorded(run_id=run, phase="grpo", step=number, steps_total=100, reward=number / 100)


def made(backbone: Session, **options: Any) -> EventProducer:
    return EventProducer(backbone.settings.kafka_bootstrap, "default", "our-trainer", **options)


def test_the_topics_for_facts_are_those_of_the_catalogue() -> None:
    assert {topic.name for topic in TOPICS if topic.kind == "facts"} == producers.FACTS


async def test_an_acknowledged_event_is_in_the_log(backbone: Session) -> None:
    run, when, id = uuid4().hex, datetime(2025, 1, 1, tzinfo=UTC), uuid4()
    async with made(backbone) as producer:
        first = await producer.send(step(run, 1), subject=run, id=id, time=when)
        second = await producer.send(RunHeartbeat(run_id=run, trainer="ours"), subject=run)
    assert (first.seq, second.seq) == (1, 2) and first.epoch == second.epoch
    assert Token.parse(second.position) == Token(offsets={f"studio.training.steps-{second.partition}": second.offset})
    assert second.offset > first.offset and second.partition == first.partition
    events = await read(backbone, run)
    assert [event.data for event in events] == [step(run, 1), RunHeartbeat(run_id=run, trainer="ours")]
    assert (events[0].id, events[0].time, events[0].source) == (id, when, "our-trainer")
    assert events[0].subject == f"{run}/our-trainer" and events[0].key == f"default/{run}"


async def test_many_in_flight_keep_their_order(backbone: Session) -> None:
    runs = [uuid4().hex for _ in range(3)]
    async with made(backbone) as producer:
        futures = [producer.offer(step(run, number), subject=run) for number in range(1, 1501) for run in runs]
        await producer.flush()
        assert all(future.done() for future in futures)
    for run in runs:
        assert [event.data.step for event in await read(backbone, run)] == list(range(1, 1501))  # type: ignore[union-attr]


async def test_a_restarted_producer_supersedes_the_one_before(backbone: Session) -> None:
    run = uuid4().hex
    async with made(backbone) as producer:
        before = await producer.send(step(run, 1), subject=run)
        await asyncio.sleep(0.002)
        async with made(backbone) as restarted:
            after = await restarted.send(step(run, 2), subject=run)
            late = await producer.send(step(run, 99), subject=run)
    assert after.epoch > before.epoch == late.epoch and after.seq == 1
    assert [event.data.step for event in await read(backbone, run)] == [1, 2]  # type: ignore[union-attr]


async def test_what_is_no_fact_or_does_not_fit_is_refused_at_once(backbone: Session) -> None:
    async with made(backbone) as producer:
        with pytest.raises(ValueError, match="decision"):
            await producer.send(DocumentRegistered(name="x"), subject="d")
        with pytest.raises(ValueError, match="step"):
            producer.offer(StepRecorded(step="one"), subject="r")  # type: ignore[arg-type]
        with pytest.raises(ValueError, match="blob"):
            producer.offer(StepRecorded(reward_parts="x" * 300_000), subject="r")
        receipt = await producer.send(step("r", 1), subject="r")
    assert receipt.seq == 1, "what was refused takes no number"
    with pytest.raises(ValueError, match="tenant"):
        EventProducer("x", "a/b", "s")
    with pytest.raises(RuntimeError, match="async with"):
        EventProducer("x", "a", "s").offer(step("r", 1), subject="r")


async def test_no_broker_is_told_when_it_starts() -> None:
    with pytest.raises(Unreachable, match="127.0.0.1:9"):
        async with EventProducer("127.0.0.1:9", "default", "s"):
            pass


class Flaky(Broker):
    """The real broker; the writes whose number is in `lost` fail, after having been written if `written`."""

    def __init__(self, bootstrap: str, lost: Sequence[int], written: bool) -> None:
        super().__init__(bootstrap, "PLAINTEXT", "", "")
        self.lost, self.written, self.writes = set(lost), written, 0

    async def write(self, records: Sequence[Encoded]) -> list[Result]:
        self.writes += 1
        if self.writes not in self.lost:
            return await super().write(records)
        if self.written:
            await super().write(records)
        return [Undelivered("lost")] * len(records)


@pytest.mark.parametrize("written", [False, True])
async def test_a_lost_acknowledgement_is_repaired_by_repeating(backbone: Session, written: bool) -> None:
    run = uuid4().hex
    producer = made(backbone)
    producer._broker = Flaky(backbone.settings.kafka_bootstrap, lost=[1, 3], written=written)
    async with producer:
        for number in range(1, 6):
            await producer.send(step(run, number), subject=run)
    assert [event.data.step for event in await read(backbone, run)] == [1, 2, 3, 4, 5]  # type: ignore[union-attr]


@pytest.mark.parametrize("written", [False, True])
async def test_what_was_given_up_leaves_no_gap_behind(backbone: Session, written: bool) -> None:
    run = uuid4().hex
    producer = made(backbone, patience=0.2)
    producer._broker = flaky = Flaky(backbone.settings.kafka_bootstrap, lost=range(2, 1000), written=written)
    async with producer:
        await producer.send(step(run, 1), subject=run)
        with pytest.raises(DeliveryFailed, match="same id"):
            await producer.send(step(run, 2), subject=run)
        producer.patience = 30
        waiting = producer.offer(step(run, 3), subject=run)
        flaky.lost = set()
        await waiting
        await producer.send(step(run, 4), subject=run)
    steps = [event.data.step for event in await read(backbone, run)]  # type: ignore[union-attr]
    assert steps == ([1, 2, 3, 4] if written else [1, 3, 4])


async def test_the_buffer_is_bounded_and_pushes_back(backbone: Session) -> None:
    run = uuid4().hex
    producer = made(backbone, capacity=10, patience=0.3)
    producer._broker = flaky = Flaky(backbone.settings.kafka_bootstrap, lost=range(1000), written=False)
    async with producer:
        kept = [producer.offer(step(run, number), subject=run) for number in range(10)]
        with pytest.raises(BufferFull, match="10 events"):
            producer.offer(step(run, 10), subject=run)
        producer.patience = 0.05
        with pytest.raises(BufferFull, match="no room"):
            await producer.send(step(run, 10), subject=run)
        producer.patience = 5
        sending = asyncio.create_task(producer.send(step(run, 11), subject=run))  # waits, and gets in
        await asyncio.sleep(0)
        flaky.lost = set()
        assert (await sending).offset >= 0
        await producer.flush()
        assert all(future.done() for future in kept)


def test_the_blocking_producer(backbone: Session) -> None:
    curation = uuid4().hex
    bootstrap = backbone.settings.kafka_bootstrap
    with SyncEventProducer(bootstrap, "default", "review-tool") as producer:
        score = SampleScored(sample_id="s1", curation_id=curation, scorer="person", scorer_version="1", value=1.0)
        receipt = producer.send(score, subject=curation)
        futures = [producer.offer(score, subject=curation) for _ in range(50)]
        producer.flush()
        assert receipt.seq == 1 and [future.result(1).seq for future in futures] == list(range(2, 52))
    with pytest.raises(Unreachable), SyncEventProducer("127.0.0.1:9", "default", "s"):
        pass
    with pytest.raises(ValueError, match="decision"):
        with SyncEventProducer(bootstrap, "default", "s") as producer:
            producer.send(DocumentRegistered(), subject="d")


async def test_a_broker_that_comes_back_gets_everything(backbone: Session) -> None:
    run = uuid4().hex
    async with made(backbone, patience=120) as producer:
        await producer.send(step(run, 1), subject=run)
        pid = backbone.kill("kafka")
        futures = [producer.offer(step(run, number), subject=run) for number in range(2, 200)]
        await asyncio.gather(*futures)
    backbone.wait_healthy("kafka", other_than=pid)
    assert [event.data.step for event in await read(backbone, run)] == list(range(1, 200))  # type: ignore[union-attr]
