"""Whether a consumer goes on, or waits for a person after too many dead letters in a row."""

from __future__ import annotations

from collections.abc import Sequence

from streams.database import Connection

DDL = """
create schema if not exists streams;
create table if not exists streams.consumer (
    consumer text primary key, state text not null, reason text not null default '',
    at timestamptz not null default now());
"""


async def halt(conn: Connection, consumer: str, reason: str) -> None:
    """This consumer takes nothing more until a person has looked; `reason` tells them what to do."""
    await conn.execute(
        "insert into streams.consumer (consumer, state, reason) values (%s, 'stopped', %s)"
        " on conflict (consumer) do update set state = 'stopped', reason = excluded.reason, at = now()",
        [consumer, reason],
    )


async def resume(conn: Connection, consumer: str) -> None:
    """This consumer goes on, where it was halted."""
    await conn.execute("update streams.consumer set state = 'running', reason = '' where consumer = %s", [consumer])


async def halted(conn: Connection, consumers: Sequence[str]) -> set[str]:
    """Which of `consumers` wait."""
    rows = await conn.execute(
        "select consumer from streams.consumer where consumer = any(%s) and state <> 'running'", [list(consumers)]
    )
    return {name async for (name,) in rows}
