"""A projection compared, row by row, with what the log gives at the same position, and replaced where it differs."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from projections import numbers, schema
from projections.catalogue import Projection
from projections.replay import Replay, extent
from streams.database import Connection, Pool
from streams.settings import Settings

NAMED = 5  # differing keys that a report names per table


@dataclass(frozen=True, slots=True)
class Digest:
    """Rows of a table and the sum of their hashes, which does not depend on their order."""

    rows: int
    hash: str


async def digest(conn: Connection, place: str) -> Digest:
    row = await (
        await conn.execute(
            f"select count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text from {place} t".encode()
        )
    ).fetchone()
    assert row is not None
    return Digest(row[0], row[1])


async def differing(conn: Connection, other: Connection, projection: Projection, side: str) -> dict[str, list[str]]:
    """Per table the first keys whose rows are not the same: `conn` sees the live schema, `other` the side."""
    found: dict[str, list[str]] = defaultdict(list)
    for table in projection.tables:
        key = " || '/' || ".join(f"{name}::text" for name in table.keys)
        query = "select {} as key, hashtextextended(t::text, 0) from {} t"
        live = await conn.execute(query.format(key, table.content(projection.schema)).encode())
        rebuilt = await other.execute(query.format(key, table.content(side)).encode())
        odd = set(await live.fetchall()) ^ set(await rebuilt.fetchall())
        found[table.name] = sorted({str(name) for name, _ in odd})[:NAMED]
    return found


async def compare(settings: Settings, pool: Pool, projection: Projection, keep: bool = False) -> dict[str, Any]:
    """Build a copy up to the live position and say whether every table is the same, row by row.

    One snapshot of Postgres gives position, what was left out, and the live rows; the projection runs on meanwhile.
    The copy stays in its schema where `keep` is set.

    Numbered rows are compared without their numbers, which have to be without gaps, and without what was pruned.
    Where retention has cut the log's beginning off (windows are kept for 30 days) a copy cannot be the same: `compared`
    is false then, and `equal` says nothing.

    Returns:
        JSON-able: projection, version, equal, compared, tables, position, events, left_out, problems, numbers,
        cut, seconds.
    """
    began, side = time.monotonic(), f"{projection.schema}_side"
    async with _snapshot(pool) as live:
        to = await extent(live, projection.consumer)
        before = {table.name: await digest(live, table.content(projection.schema)) for table in projection.tables}
        await fresh(pool, projection, side)
        replay = Replay(settings, pool, projection, side)
        await replay.run(to)
        async with pool.connection() as conn:
            tables: dict[str, dict[str, Any]] = {}
            faults = await _numbers(live, conn, projection, side, bool(replay.cut))
            for table in projection.tables:
                now = await digest(conn, table.content(side))
                old = before[table.name]
                tables[table.name] = {"live": old.rows, "rebuilt": now.rows, "equal": old == now}
            if not all(found["equal"] for found in tables.values()):
                for name, keys in (await differing(live, conn, projection, side)).items():
                    tables[name]["differing"] = keys
    if not keep:
        async with pool.connection() as conn:
            await conn.execute(f"drop schema {side} cascade".encode())
    return {
        "projection": projection.name,
        "version": projection.version,
        "equal": (bool(replay.cut) or all(found["equal"] for found in tables.values()) and not replay.problems)
        and not faults,
        "compared": not replay.cut,
        "tables": tables,
        "position": {f"{topic}-{partition}": end for (topic, partition), end in sorted(to.next.items())},
        "events": replay.events,
        "left_out": {"parked": len(to.parked), "skipped": len(to.skipped)},
        "problems": replay.problems[:NAMED],
        "numbers": faults[:NAMED],
        "cut": replay.cut,
        "seconds": round(time.monotonic() - began, 3),
    }


async def _numbers(live: Connection, conn: Connection, projection: Projection, side: str, cut: bool) -> list[str]:
    """What is wrong with the live numbers; deletes from the side what was pruned from the live rows."""
    table = projection.numbered
    if table is None:
        return []
    found = await numbers.faults(live, projection.schema, table)
    if cut:
        return found
    kept = await numbers.pruned(live, projection.schema, table)
    heads = "select tenant_id, number from {}.head order by 1"
    ours = await (await live.execute(heads.format(projection.schema).encode())).fetchall()
    theirs = await (await conn.execute(heads.format(side).encode())).fetchall()
    found += sorted(f"{tenant}: head {number}" for tenant, number in set(ours) ^ set(theirs))
    await numbers.leave(conn, side, table, kept)
    return found


async def replace(settings: Settings, pool: Pool, projection: Projection, readers: str = schema.READERS) -> None:
    """Put a fresh copy in the place of the live tables; readers and the running projection see it from one commit on.

    The log is read twice: most of it while the live projection goes on, the rest while its tables are locked.
    """
    side, before = f"{projection.schema}_side", f"{projection.schema}_before"
    await fresh(pool, projection, side)
    async with pool.connection() as conn:
        to = await extent(conn, projection.consumer)
    replay = Replay(settings, pool, projection, side)
    await replay.run(to)
    async with pool.connection() as conn, conn.transaction():
        for place in schema.places(projection, projection.schema):
            # Writers name two tables in one statement where rows are numbered: the first lock has to stop them.
            mode = "access exclusive" if projection.numbered is not None else "share"
            await conn.execute(f"lock table {place} in {mode} mode".encode())
        await conn.execute("select from streams.position where consumer = %s for update", [projection.consumer])
        final = await extent(conn, projection.consumer)
        if (final.parked, final.skipped) != (to.parked, to.skipped):  # these lie behind the position: begin again
            for place in schema.places(projection, side):
                await conn.execute(f"truncate {place}".encode())
            replay = Replay(settings, pool, projection, side)
        await replay.run(final, conn)
        await conn.execute(f"drop schema if exists {before} cascade".encode())
        await conn.execute(f"alter schema {projection.schema} rename to {before}".encode())
        await conn.execute(f"alter schema {side} rename to {projection.schema}".encode())
        if await schema.shown_version(conn, projection.name) == projection.version:
            await schema.show(conn, projection.name, projection.version, readers)


async def fresh(pool: Pool, projection: Projection, side: str) -> None:
    """An empty copy of the projection's tables."""
    async with pool.connection() as conn:
        await conn.execute(f"drop schema if exists {side} cascade".encode())
        await schema.build(conn, projection, side)


@asynccontextmanager
async def _snapshot(pool: Pool) -> AsyncIterator[Connection]:
    async with pool.connection() as conn, conn.transaction():
        await conn.execute("set transaction isolation level repeatable read, read only")
        yield conn
