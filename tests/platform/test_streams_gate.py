"""Decisions on real Kafka and Postgres: each once in the log, and of many writers one wins."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import uuid4

import pytest
from studio.contract.records import DocumentRegistered, DocumentWithdrawn

from streams.decider import Decider, Refused
from streams.gate import Conflict, Do, Gate
from streams.relay import run as relay
from streams.room import Runtime, runtime
from tests.background import background
from tests.platform.ledger import Ledger, forget, until


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
        await forget(found)


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
