"""The room's own tables: documents as the log tells them, and batches with their items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from psycopg.types.json import Jsonb
from studio.contract.records import ItemFinished

from processors.generation.passage import Missing
from processors.generation.plan import Group, Item
from streams.database import Connection, Pool

DDL = """
create schema if not exists generation;
create table if not exists generation.document (
    tenant text not null, id text not null, status text not null, text_blob text not null default '',
    chunks_blob text not null default '', primary key (tenant, id));
create table if not exists generation.batch (
    tenant text not null, id text not null, status text not null, request jsonb not null, primary key (tenant, id));
create table if not exists generation.item (
    tenant text not null, batch text not null, name text not null, round int not null, document text not null,
    first int not null, last int not null, weight int not null, asked int not null, skip int not null,
    delivered int, shortfall jsonb not null default '[]', tokens_in bigint not null default 0,
    tokens_out bigint not null default 0, primary key (tenant, batch, name));
alter table generation.item add column if not exists part int not null default 0;
alter table generation.item add column if not exists cost bigint not null default 0;
alter table generation.item add column if not exists repaired int not null default 0;
"""
SETTLED = ("extracted", "failed", "withdrawn")


@dataclass(frozen=True, slots=True)
class Source:
    """A document as known here. status: registered, extracted, failed or withdrawn."""

    id: str
    status: str
    text_blob: str
    chunks_blob: str


@dataclass(frozen=True, slots=True)
class Tally:
    """A batch that is at work: its request, its items, and what the done ones said."""

    request: dict[str, Any]
    items: tuple[Item, ...]
    aside: tuple[Missing, ...]
    tokens_in: int
    tokens_out: int
    cost: int = 0
    repaired: int = 0

    @property
    def delivered(self) -> int:
        return sum(item.delivered or 0 for item in self.items)

    @property
    def running(self) -> bool:
        return any(item.delivered is None for item in self.items)


async def put_document(conn: Connection, tenant: str, source: Source) -> None:
    """Remember a document; later news replaces earlier."""
    await conn.execute(
        "insert into generation.document (tenant, id, status, text_blob, chunks_blob) values (%s, %s, %s, %s, %s)"
        " on conflict (tenant, id) do update set status = excluded.status,"
        " text_blob = coalesce(nullif(excluded.text_blob, ''), generation.document.text_blob),"
        " chunks_blob = coalesce(nullif(excluded.chunks_blob, ''), generation.document.chunks_blob)",
        [tenant, source.id, source.status, source.text_blob, source.chunks_blob],
    )


async def documents(pool: Pool, tenant: str, ids: Sequence[str]) -> dict[str, Source]:
    """The known ones among `ids`."""
    async with pool.connection() as conn:
        rows = await (
            await conn.execute(
                "select id, status, text_blob, chunks_blob from generation.document where tenant = %s and id = any(%s)",
                [tenant, list(ids)],
            )
        ).fetchall()
    return {row[0]: Source(*row) for row in rows}


async def put_batch(conn: Connection, tenant: str, batch: str, request: dict[str, Any]) -> None:
    """A requested batch waits until it is planned."""
    await conn.execute(
        "insert into generation.batch (tenant, id, status, request) values (%s, %s, 'waiting', %s)"
        " on conflict do nothing",
        [tenant, batch, Jsonb(request)],
    )


async def move_batch(conn: Connection, tenant: str, batch: str, status: str, only_from: Sequence[str] = ()) -> bool:
    """Set the status, if the batch is in one of `only_from` where given; whether it was moved."""
    done = await conn.execute(
        "update generation.batch set status = %s where tenant = %s and id = %s and (%s or status = any(%s))",
        [status, tenant, batch, not only_from, list(only_from)],
    )
    return done.rowcount == 1


async def batch_status(pool: Pool, tenant: str, batch: str) -> str:
    """waiting, working, finished, failed or cancelled; empty for an unknown batch."""
    async with pool.connection() as conn:
        row = await (
            await conn.execute("select status from generation.batch where tenant = %s and id = %s", [tenant, batch])
        ).fetchone()
    return str(row[0]) if row else ""


async def waiting_for(conn: Connection, tenant: str, document: str) -> list[tuple[str, dict[str, Any]]]:
    """Batches that wait to be planned and name this document, with their requests."""
    rows = await (
        await conn.execute(
            "select id, request from generation.batch where tenant = %s and status = 'waiting'"
            " and request -> 'documents' ? %s",
            [tenant, document],
        )
    ).fetchall()
    return [(row[0], row[1]) for row in rows]


async def put_items(conn: Connection, tenant: str, batch: str, items: Sequence[Item]) -> None:
    """Store planned items."""
    async with conn.cursor() as cursor:
        await cursor.executemany(
            "insert into generation.item (tenant, batch, name, round, document, first, last, weight, asked, skip,"
            " delivered, part) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) on conflict do nothing",
            [
                [
                    tenant, batch, item.name, item.round, item.group.document, item.group.first, item.group.last,
                    item.group.weight, item.asked, item.skip, item.delivered, item.part,
                ]
                for item in items
            ],
        )  # fmt: skip


async def finish_item(conn: Connection, tenant: str, record: ItemFinished) -> bool:
    """Note what an item delivered; False if that was noted before, or the item is unknown."""
    done = await conn.execute(
        "update generation.item set delivered = %s, shortfall = %s, tokens_in = %s, tokens_out = %s, cost = %s,"
        " repaired = %s where tenant = %s and batch = %s and name = %s and delivered is null",
        [
            record.delivered, Jsonb([[item.reason, item.count] for item in record.shortfall]), record.tokens_in,
            record.tokens_out, record.cost, record.repaired, tenant, record.batch_id, record.item,
        ],
    )  # fmt: skip
    return done.rowcount == 1


async def tally(conn: Connection, tenant: str, batch: str) -> Tally | None:
    """Where a batch at work is; it stays locked for the transaction. None if it is not at work."""
    row = await (
        await conn.execute(
            "select request from generation.batch where tenant = %s and id = %s and status = 'working' for update",
            [tenant, batch],
        )
    ).fetchone()
    if row is None:
        return None
    rows = await (
        await conn.execute(
            "select name, document, first, last, weight, round, asked, skip, delivered, part, shortfall,"
            " tokens_in, tokens_out, cost, repaired from generation.item"
            " where tenant = %s and batch = %s order by name",
            [tenant, batch],
        )
    ).fetchall()
    items = tuple(Item(r[0], Group(r[1], r[2], r[3], r[4]), r[5], r[6], r[7], r[8], r[9]) for r in rows)
    reasons: dict[str, int] = {}
    for r in rows:
        for reason, count in r[10]:
            reasons[reason] = reasons.get(reason, 0) + count
    aside = tuple(Missing(reason, count) for reason, count in sorted(reasons.items()))
    return Tally(row[0], items, aside, *(sum(r[column] for r in rows) for column in (11, 12, 13, 14)))


async def items_again(pool: Pool, tenant: str, batch: str) -> list[Item]:
    """The items of a batch, to be done once more by what was kept of them."""
    async with pool.connection() as conn:
        rows = await (
            await conn.execute(
                "select name, document, first, last, weight, round, asked, skip, part from generation.item"
                " where tenant = %s and batch = %s and asked > 0 order by name",
                [tenant, batch],
            )
        ).fetchall()
    return [Item(r[0], Group(r[1], r[2], r[3], r[4]), r[5], r[6], r[7], None, r[8]) for r in rows]
