"""Consumers on real Kafka and Postgres: nothing is lost or doubled, and poison keeps its key in order."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from psycopg import OperationalError
from studio.contract import Encoded, encode

from streams import dead
from streams.relay import run as relay
from streams.room import Runtime, runtime
from tests.background import background
from tests.platform.ledger import Ledger, forget, parked, steps, until


@pytest.fixture
async def run(backbone: object) -> AsyncIterator[Runtime]:
    async with runtime(backbone.settings) as found:  # type: ignore[attr-defined]
        yield found
        await forget(found)


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
