"""Numbers of a table's rows: 1, 2, 3 and so on per tenant, without gaps, in the order of commit.

The row of `head` is locked until the writer commits. So whoever sees number n sees every smaller one (above the floor),
also where several processes write.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog
from psycopg import OperationalError

from projections.table import Column, Table, quoted
from streams.database import Connection, Pool

CHANNEL = "feed"
"""Told `TENANT:NUMBER` when rows up to this number are visible."""
STEP = 5_000  # rows that one transaction of the pruning deletes: meanwhile nothing is numbered for this tenant
EVERY = 60.0  # seconds
log = structlog.get_logger()


def ddl(schema: str) -> str:
    """head: the last number of each tenant, and the floor: rows up to it were deleted. identity: whose numbers these
    are. Another build of the same log reads its partitions in another order, so its numbers mean other rows."""
    return f"""
create table if not exists {schema}.head (
    tenant_id text primary key, number bigint not null, floor bigint not null default 0);
create table if not exists {schema}.identity (
    one bool primary key default true check (one), feed_id uuid not null default gen_random_uuid());
insert into {schema}.identity default values on conflict do nothing;"""


def insert(table: Table, schema: str, names: Sequence[str], given: str, arrays: str) -> bytes:
    """One statement that leaves out the keys that are there, numbers the rest and answers (tenant, last number).

    given: select list of the columns `names`. arrays: one per column, for `unnest`.
    """
    columns = ", ".join(quoted(names))
    same = " and ".join(f"t.{key} = g.{key}" for key in quoted(table.keys))
    place = f"{schema}.{table.name}"
    return f"""
with given as (select {given}, n from unnest({arrays}) with ordinality as given ({columns}, n)),
fresh as materialized (
    select g.*, row_number() over (partition by tenant_id order by n) as place, count(*) over (partition by tenant_id)
    as many from given g where not exists (select from {place} t where {same})),
moved as (
    insert into {schema}.head as h (tenant_id, number) select distinct tenant_id, many from fresh order by tenant_id
    on conflict (tenant_id) do update set number = h.number + excluded.number returning tenant_id, number),
put as (
    insert into {place} ({columns}, number)
    select {", ".join(f"f.{name}" for name in quoted(names))}, m.number - f.many + f.place
    from fresh f join moved m using (tenant_id) order by f.n)
select tenant_id, number from moved""".encode()


async def tell(conn: Connection, moved: Sequence[Sequence[object]]) -> None:
    """Notices of (tenant, last number), sent when the caller's transaction commits."""
    await conn.execute(
        b"""select pg_notify(%s, tenant || ':' || number)
        from unnest(%s::text[], %s::bigint[]) as moved (tenant, number)""",
        [CHANNEL, [row[0] for row in moved], [row[1] for row in moved]],
    )


async def faults(conn: Connection, schema: str, table: Table) -> list[str]:
    """Tenants whose rows are not numbered from their floor to their head, each number and each key once."""
    key = ", ".join(f"t.{name}" for name in quoted(table.keys))
    rows = await conn.execute(
        f"""select h.tenant_id, h.floor, h.number,
        count(t.number), min(t.number), max(t.number), count(distinct ({key}))
        from {schema}.head h left join {schema}.{table.name} t using (tenant_id) group by h.tenant_id""".encode()
    )
    found = []
    async for tenant, floor, head, many, first, last, keys in rows:
        whole = not many if head == floor else (first, last) == (floor + 1, head)
        if not whole or many != head - floor or (many and keys != many):
            found.append(f"{tenant}: {many} rows from {first} to {last}, floor {floor}, head {head}, {keys} keys")
    return found


async def prune(pool: Pool, schema: str, table: Table, keep: int) -> int:
    """Delete what is more than `keep` rows behind a tenant's head; returns how many rows that were."""
    deleted = 0
    async with pool.connection() as conn:
        query = f"select tenant_id, number - %s from {schema}.head where number - floor > %s"
        rows = await (await conn.execute(query.encode(), [keep, keep])).fetchall()
    for tenant, until in rows:
        while True:
            async with pool.connection() as conn, conn.transaction():
                move = f"""update {schema}.head set floor = least(floor + %s, %s)
                    where tenant_id = %s and floor < %s returning floor"""
                row = await (await conn.execute(move.encode(), [STEP, until, tenant, until])).fetchone()
                if row is None:
                    break
                gone = f"delete from {schema}.{table.name} where tenant_id = %s and number <= %s"
                deleted += (await conn.execute(gone.encode(), [tenant, row[0]])).rowcount
    return deleted


async def keep_short(pool: Pool, schema: str, table: Table, keep: int) -> None:
    """Prune again and again until cancelled."""
    while True:
        await asyncio.sleep(EVERY)
        try:
            deleted = await prune(pool, schema, table, keep)
        except OperationalError as error:
            log.warning("feed_not_pruned", error=str(error))
            continue
        if deleted:
            log.info("feed_pruned", rows=deleted, keep=keep)


async def pruned(conn: Connection, schema: str, table: Table) -> dict[str, list[tuple[object, ...]]]:
    """Per tenant of which rows were deleted, the keys that are left."""
    names = ", ".join(f"t.{name}" for name in quoted(table.keys))
    rows = await conn.execute(
        f"select {names} from {schema}.head h join {schema}.{table.name} t using (tenant_id) where h.floor > 0".encode()
    )
    found: dict[str, list[tuple[object, ...]]] = {}
    async for tenant, *key in rows:
        found.setdefault(tenant, []).append(tuple(key))
    return found


async def leave(conn: Connection, schema: str, table: Table, kept: dict[str, list[tuple[object, ...]]]) -> None:
    """Delete from `schema` the rows of these tenants that are not among these keys."""
    names = [Column.parse(part) for part in table.key.split(",")]
    arrays = ", ".join(f"%s::{column.type}[]" for column in names)
    key = ", ".join(quoted(column.name for column in names))
    for tenant, keys in kept.items():
        await conn.execute(
            f"""delete from {schema}.{table.name} where tenant_id = %s
            and ({key}) not in (select * from unnest({arrays}))""".encode(),
            [tenant, *(list(values) for values in zip(*keys, strict=True))],
        )
