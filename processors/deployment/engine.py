"""The deployment room at work: registry policy, routing tables and the rollout controller in one processor."""

from __future__ import annotations

from collections.abc import Sequence

from psycopg.types.json import Jsonb
from pydantic import TypeAdapter
from studio.contract import Event
from studio.contract.records import OutcomeWindow, RunCompleted

from processors.deployment.decide import DEPLOYMENT
from processors.deployment.policy import DECISIONS, Memory, react
from processors.deployment.registry import MODEL
from streams.database import Connection, Pool
from streams.outcome import NOTHING, Outcome, Transient
from streams.processor import Processor
from streams.room import Room, Runtime, run_room
from streams.settings import Settings
from streams.work import Worker

TOPICS = ("studio.training", "studio.deployments", "studio.metrics.windows")
DDL = """
create schema if not exists deployment;
create table if not exists deployment.memory (
    tenant text not null, deployment text not null, revision bigint not null, memory jsonb not null,
    primary key (tenant, deployment));
"""
MEMORY = TypeAdapter(Memory)


async def recall(pool: Pool, tenant: str, deployment: str) -> tuple[int, Memory]:
    """The stored memory and its revision; revision 0 where there is none."""
    async with pool.connection() as conn:
        row = await (
            await conn.execute(
                "select revision, memory from deployment.memory where tenant = %s and deployment = %s",
                [tenant, deployment],
            )
        ).fetchone()
    return (row[0], MEMORY.validate_python(row[1])) if row else (0, Memory())


async def remember(conn: Connection, tenant: str, deployment: str, revision: int, memory: Memory) -> None:
    """Store `memory` as the one after `revision`.

    Raises:
        Transient: decisions and windows of a deployment are on two topics, and another replica was faster.
    """
    done = await conn.execute(
        "insert into deployment.memory as m (tenant, deployment, revision, memory) values (%s, %s, %s, %s)"
        " on conflict (tenant, deployment) do update set revision = excluded.revision, memory = excluded.memory"
        " where m.revision = excluded.revision - 1",
        [tenant, deployment, revision + 1, Jsonb(MEMORY.dump_python(memory, mode="json"))],
    )
    if done.rowcount != 1:
        raise Transient(f"deployment {deployment} was moved by another replica")


def build(run: Runtime) -> tuple[Sequence[Processor], Sequence[Worker]]:
    async def handle(event: Event) -> Outcome:
        if isinstance(event.data, RunCompleted):
            return react(Memory(), event)[1]
        if not isinstance(event.data, (*DECISIONS, OutcomeWindow)):
            return NOTHING
        revision, memory = await recall(run.pool, event.tenant, event.subject)
        after, outcome = react(memory, event)
        if after == memory:
            return outcome

        async def store(conn: Connection) -> None:
            await remember(conn, event.tenant, event.subject, revision, after)

        return Outcome(facts=outcome.facts, commands=outcome.commands, effects=(store,))

    return [Processor("deployment", TOPICS, handle)], []


ROOM = Room("deployment", (MODEL, DEPLOYMENT), build)


async def run(settings: Settings) -> None:
    """Run the room until cancelled."""
    await run_room(settings, ROOM)
