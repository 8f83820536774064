"""What the room remembers, between the handling of events and the transaction that stores it.

Events are handled in batches, so a handler needs what the one before it decided although that is not stored yet. A
batch begins with what is stored, so one whose transaction failed is handled again as if for the first time.
"""

from __future__ import annotations

from psycopg.types.json import Jsonb
from pydantic import TypeAdapter
from studio.contract import Event

from processors.deployment.policy import Memory
from streams.database import Connection, Pool
from streams.outcome import Transient

DDL = """
create schema if not exists deployment;
create table if not exists deployment.memory (
    tenant text not null, deployment text not null, revision bigint not null, memory jsonb not null,
    primary key (tenant, deployment));
"""
BATCH = 200  # events per transaction
MEMORY = TypeAdapter(Memory)

Key = tuple[str, str]
Place = tuple[int, Memory]


class Memories:
    """Memory and revision of each deployment, as the batch in hand leaves them."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._now: dict[Key, Place] = {}

    def begin(self) -> None:
        """A batch begins: what counts is stored."""
        self._now.clear()

    async def before(self, event: Event) -> Place:
        """Revision and memory just before `event`, which is handled now; (0, empty) for a new deployment."""
        key = (event.tenant, event.subject)
        place = self._now[key] = self._now.get(key) or await self._recall(key)
        return place

    def after(self, event: Event, memory: Memory) -> None:
        """`memory` is what `event` led to."""
        key = (event.tenant, event.subject)
        self._now[key] = (self._now[key][0] + 1, memory)

    async def store(self, conn: Connection, event: Event, revision: int, memory: Memory) -> None:
        """Store `memory` as the one after `revision`.

        Raises:
            Transient: decisions and windows of a deployment are on two topics, and another replica was faster.
        """
        key = (event.tenant, event.subject)
        done = await conn.execute(
            "insert into deployment.memory as m (tenant, deployment, revision, memory) values (%s, %s, %s, %s)"
            " on conflict (tenant, deployment) do update set revision = excluded.revision, memory = excluded.memory"
            " where m.revision = excluded.revision - 1",
            [*key, revision + 1, Jsonb(MEMORY.dump_python(memory, mode="json"))],
        )
        if done.rowcount != 1:
            raise Transient(f"deployment {event.subject} was moved by another replica")

    async def _recall(self, key: Key) -> Place:
        async with self._pool.connection() as conn:
            row = await (
                await conn.execute(
                    "select revision, memory from deployment.memory where tenant = %s and deployment = %s", list(key)
                )
            ).fetchone()
        return (row[0], MEMORY.validate_python(row[1])) if row else (0, Memory())
