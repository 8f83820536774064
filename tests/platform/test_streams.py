"""The backbone on real Kafka and Postgres: nothing acked is lost or doubled, and poison keeps its key in order."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from itertools import count
from uuid import uuid4

import pytest
from aiokafka.errors import KafkaTimeoutError
from psycopg import OperationalError
from studio.contract import Encoded, Event, encode
from studio.contract.records import DocumentRegistered, DocumentWithdrawn, StepRecorded

from streams import dead, positions
from streams.consumer import Consumer
from streams.database import Connection
from streams.decider import Decider, Refused
from streams.gate import Conflict, Do, Gate
from streams.outcome import Outcome, WorkItem
from streams.relay import run as relay
from streams.room import Runtime, runtime
from streams.settings import Settings
from streams.sink import LogSink
from streams.source import LogSource
from streams.taker import Commit
from streams.work import CLAIM, Worker, WorkLoop
from tests.background import background


@dataclass(frozen=True)
class Document:
    name: str = ""
    gone: bool = False


def decide(state: Document, command: object) -> list[DocumentRegistered | DocumentWithdrawn]:
    if command == "withdraw":
        if not state.name:
            raise Refused("NOT_FOUND", "no such document")
        return [] if state.gone else [DocumentWithdrawn(reason="asked")]
    if state.name:
        raise Refused("EXISTS", "it is registered")
    return [DocumentRegistered(name=str(command))]


def evolve(state: Document, record: object) -> Document:
    return Document(record.name) if isinstance(record, DocumentRegistered) else Document(state.name, True)


DECIDER = Decider("document", "studio.documents", Document(), decide, evolve)


@pytest.fixture
async def run(backbone: object) -> AsyncIterator[Runtime]:
    async with runtime(backbone.settings) as found:  # type: ignore[attr-defined]
        yield found


async def until(check: Callable[[], Awaitable[bool]], seconds: float = 60) -> None:
    """Wait for `check`; when it never comes, show where every task stands."""
    try:
        async with asyncio.timeout(seconds):
            while not await check():  # noqa: ASYNC110
                await asyncio.sleep(0.05)
    except TimeoutError:
        for task in asyncio.all_tasks():
            task.print_stack()
        raise


class Ledger:
    """A consumer whose effect is one row per event, so that a loss or a double shows."""

    def __init__(self, run: Runtime, topics: Sequence[str], batch: int, bad: Callable[[Event], bool] = lambda e: False):
        self.name = f"ledger-{uuid4().hex[:8]}"
        self.run_, self.topics, self.batch, self.bad = run, topics, batch, bad

    def consumer(self, settings: Settings | None = None) -> Consumer:
        async def prepare(events: Sequence[Event]) -> Commit:
            if any(self.bad(event) for event in events):
                raise ValueError("this one is bad")

            async def commit(conn: Connection) -> None:
                for event in events:
                    await conn.execute(
                        "insert into ledger (consumer, tenant, subject, seq) values (%s, %s, %s, %s)",
                        [self.name, event.tenant, event.subject, event.order[1]],
                    )

            return commit

        return Consumer(settings or self.run_.settings, self.run_.pool, self.name, self.topics, prepare, self.batch)

    async def from_here(self) -> None:
        """Begin at the end of the log as it is now: what other tests wrote is no matter of this one."""
        async with LogSource(self.run_.settings, self.topics) as source, self.run_.pool.connection() as conn:
            for place, end in source.ends.items():
                await positions.move(conn, self.name, *place, None, end, None)

    async def rows(self, tenant: str) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        async with self.run_.pool.connection() as conn:
            await conn.execute(
                "create table if not exists ledger (n bigserial, consumer text, tenant text, subject text, seq int)"
            )
            query = "select subject, seq from ledger where consumer = %s and tenant = %s order by n"
            for subject, seq in await (await conn.execute(query, [self.name, tenant])).fetchall():
                found.setdefault(subject, []).append(seq)
        return found


def steps(tenant: str, subject: str, numbers: Sequence[int], epoch: int = 1) -> list[Event]:
    data = [StepRecorded(run_id=subject, step=n) for n in numbers]
    return [
        Event(data=d, tenant=tenant, subject=subject, epoch=epoch, seq=n) for d, n in zip(data, numbers, strict=True)
    ]


async def parked(run: Runtime, ledger: Ledger, subject: str) -> int:
    """How many records wait under the key of `subject`."""
    async with run.pool.connection() as conn:
        query = "select count(*) from streams.parked where consumer = %s and key like %s"
        row = await (await conn.execute(query, [ledger.name, f"%/{subject}"])).fetchone()
    return int(row[0]) if row else 0


async def test_a_decision_reaches_the_log_once_and_the_same_key_gives_the_same_answer(run: Runtime) -> None:
    gate, tenant, id = Gate(run.pool, [DECIDER]), f"t{uuid4().hex[:8]}", uuid4().hex
    first = await gate.handle(tenant, Do("document", id, "a.pdf"), idempotency_key="k1")
    again = await gate.handle(tenant, Do("document", id, "a.pdf"), idempotency_key="k1")
    assert (again.version, again.token, again.events) == (1, first.token, first.events) and again.repeated
    with pytest.raises(Refused, match="another command"):
        await gate.handle(tenant, Do("document", id, "b.pdf"), idempotency_key="k1")
    with pytest.raises(Conflict) as conflict:
        await gate.handle(tenant, Do("document", id, "withdraw"), expected_version=7)
    assert conflict.value.version == 1
    await gate.handle(tenant, Do("document", id, "withdraw"), expected_version=1)
    ledger = Ledger(run, ["studio.documents"], 100)
    await ledger.rows(tenant)

    async def arrived() -> bool:
        return bool((await ledger.rows(tenant)).get(id) == [1, 2])

    async with background(relay(run.settings), ledger.consumer().run()):
        await until(arrived)
    async with run.pool.connection() as conn:
        left = await (await conn.execute("select count(*) from gate.outbox")).fetchone()
    assert left == (0,)


async def test_of_many_writers_at_once_one_wins(run: Runtime) -> None:
    gate, tenant, id = Gate(run.pool, [DECIDER]), f"t{uuid4().hex[:8]}", uuid4().hex
    tries = [gate.handle(tenant, Do("document", id, f"{n}.pdf"), expected_version=0) for n in range(8)]
    answers = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(not isinstance(answer, BaseException) for answer in answers) == 1
    assert all(isinstance(answer, Conflict) for answer in answers if isinstance(answer, BaseException))


@pytest.mark.parametrize("batch", [1, 64])
async def test_repeats_restarts_and_two_holders_apply_each_fact_once(run: Runtime, batch: int) -> None:
    tenant, subjects = f"t{uuid4().hex[:8]}", [uuid4().hex for _ in range(4)]
    ledger = Ledger(run, ["studio.training.steps"], batch)
    await ledger.rows(tenant)
    await ledger.from_here()
    for start in range(1, 200, 40):
        for subject in subjects:
            await run.sink.publish(steps(tenant, subject, range(start, start + 40)))
            await run.sink.publish(steps(tenant, subject, range(start, start + 5)))  # a repeat after a lost answer

    async def complete() -> bool:
        return {s: len(n) for s, n in (await ledger.rows(tenant)).items()} == dict.fromkeys(subjects, 200)

    async def begun() -> bool:
        return len(await ledger.rows(tenant)) > 0

    async with background(ledger.consumer().run()):
        await until(begun)
    other = run.settings.model_copy(update={"replica": "1"})
    async with background(ledger.consumer().run(), ledger.consumer(other).run()):
        await until(complete)
    assert await ledger.rows(tenant) == {subject: list(range(1, 201)) for subject in subjects}


async def test_a_poison_event_parks_its_key_and_a_release_keeps_the_order(run: Runtime) -> None:
    tenant, sick, well = f"t{uuid4().hex[:8]}", uuid4().hex, uuid4().hex
    broken = {"now": True}
    ledger = Ledger(
        run, ["studio.training.steps"], 16, lambda e: broken["now"] and e.subject == sick and e.order[1] == 3
    )
    await ledger.rows(tenant)
    await run.sink.publish([e for n in range(1, 7) for s in (sick, well) for e in steps(tenant, s, [n])])

    async def flowed() -> bool:
        return (await ledger.rows(tenant)).get(well) == [1, 2, 3, 4, 5, 6] and await parked(run, ledger, sick) == 4

    async with background(ledger.consumer().run(), relay(run.settings)):
        await until(flowed)
        assert (await ledger.rows(tenant))[sick] == [1, 2]
        async with run.pool.connection() as conn:
            letters = await (
                await conn.execute("select dead_id, code, message from streams.dead_letter where tenant = %s", [tenant])
            ).fetchall()
            assert [(code, text) for _, code, text in letters] == [("HANDLER_FAILED", "ValueError: this one is bad")]
            with pytest.raises(dead.NotDead):
                await dead.settle(conn, str(letters[0][0]), "somebody-else", True, "me", "try")
        broken["now"] = False
        async with run.pool.connection() as conn:
            await dead.settle(conn, str(letters[0][0]), tenant, True, "me", "mended")

        async def released() -> bool:
            return bool((await ledger.rows(tenant))[sick] == [1, 2, 3, 4, 5, 6])

        await until(released)
        await run.sink.publish(steps(tenant, sick, [7]))

        async def goes_on() -> bool:
            return bool((await ledger.rows(tenant))[sick][-1] == 7)

        await until(goes_on)


async def test_skipping_leaves_out_the_poison_only(run: Runtime) -> None:
    tenant, sick = f"t{uuid4().hex[:8]}", uuid4().hex
    ledger = Ledger(run, ["studio.training.steps"], 16, lambda e: e.subject == sick and e.order[1] == 2)
    await ledger.rows(tenant)
    await ledger.from_here()
    await run.sink.publish(steps(tenant, sick, range(1, 5)))

    async def all_parked() -> bool:
        return await parked(run, ledger, sick) == 3

    async def skipped() -> bool:
        return bool((await ledger.rows(tenant)).get(sick) == [1, 3, 4])

    async with background(ledger.consumer().run()):
        await until(all_parked)
        async with run.pool.connection() as conn:
            query = "select dead_id from streams.dead_letter where tenant = %s"
            row = await (await conn.execute(query, [tenant])).fetchone()
            assert row is not None
            await dead.settle(conn, str(row[0]), tenant, False, "me", "not worth it")
        await until(skipped)


async def test_bytes_that_are_no_event_park_only_their_key(run: Runtime) -> None:
    tenant, well = f"t{uuid4().hex[:8]}", uuid4().hex
    good = encode(steps(tenant, well, [1])[0])
    for key, body in ((b"", b"no event"), (b"t/\xff\x00", b"\xc3\x01" + b"\x07" * 12), (b"t/x", b"")):
        await run.sink.send([Encoded(good.topic, key, [("ce_tenant", b"a\x00b")], body)])
    await run.sink.publish(steps(tenant, well, [1, 2]))
    ledger = Ledger(run, ["studio.training.steps"], 64)
    await ledger.rows(tenant)

    async def flowed() -> bool:
        async with run.pool.connection() as conn:
            query = "select code, count(*) from streams.dead_letter where consumer = %s and tenant = %s group by 1"
            codes = dict(await (await conn.execute(query, [ledger.name, "a\ufffdb"])).fetchall())
        return (await ledger.rows(tenant)).get(well) == [1, 2] and codes == {
            "NOT_SINGLE_OBJECT": 2,
            "UNKNOWN_SCHEMA": 1,
        }

    async with background(ledger.consumer().run()):
        await until(flowed)


async def test_too_many_dead_letters_in_a_row_stop_the_consumer_and_a_release_starts_it(run: Runtime) -> None:
    tenant = f"t{uuid4().hex[:8]}"
    broken = {"now": True}
    ledger = Ledger(run, ["studio.training.steps"], 1, lambda e: broken["now"])
    await ledger.rows(tenant)
    await ledger.from_here()
    subjects = [f"s{n}" for n in range(12)]
    await run.sink.publish([e for s in subjects for e in steps(tenant, s, [1])])
    settings = run.settings.model_copy(update={"dead_letters_in_a_row": 3})

    async def stopped() -> bool:
        async with run.pool.connection() as conn:
            query = "select reason from streams.consumer where consumer = %s and state = 'stopped'"
            row = await (await conn.execute(query, [ledger.name])).fetchone()
        return row is not None and "studio dead release" in row[0]

    async def settle_all() -> bool:
        async with run.pool.connection() as conn:
            query = "select dead_id from streams.dead_letter where consumer = %s and state = 'parked'"
            for (dead_id,) in await (await conn.execute(query, [ledger.name])).fetchall():
                with contextlib.suppress(dead.NotDead):
                    await dead.settle(conn, str(dead_id), None, True, "me", "mended")
        return len(await ledger.rows(tenant)) == 12

    async with background(ledger.consumer(settings).run()):
        await until(stopped)
        broken["now"] = False
        await until(settle_all)
    assert await ledger.rows(tenant) == {s: [1] for s in subjects}


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


async def test_a_consumer_that_could_not_read_its_positions_begins_again(run: Runtime) -> None:
    tenant, subject = f"t{uuid4().hex[:8]}", uuid4().hex
    ledger = Ledger(run, ["studio.training.steps"], 100)
    await ledger.rows(tenant)
    await ledger.from_here()
    await run.sink.publish(steps(tenant, subject, range(1, 6)))
    consumer = ledger.consumer()
    real, failures = consumer.pool, iter([True])

    class Away:
        """The pool while the database is away, once."""

        def connection(self, *given: object) -> object:
            if consumer._client is not None and consumer._client.assignment() and next(failures, False):
                raise OperationalError("the database is away")
            return real.connection(*given)

    consumer.pool = Away()  # type: ignore[assignment]

    async def taken() -> bool:
        return len((await ledger.rows(tenant)).get(subject, ())) == 5

    async with background(consumer.run()):
        await until(taken)
    assert next(failures, False) is False
