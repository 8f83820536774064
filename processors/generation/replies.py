"""Answers of endpoints, stored before anything is made of them, so that they are never paid for twice."""

from __future__ import annotations

import json
from dataclasses import dataclass

from streams.database import Pool

DDL = """
create schema if not exists generation;
create table if not exists generation.reply (
    tenant text not null, batch text not null, request_sha256 text not null, blob text not null,
    reason text not null default '', detail text not null default '', primary key (tenant, batch, request_sha256));
alter table generation.reply add column if not exists item text not null default '';
alter table generation.reply add column if not exists attempt int not null default 0;
alter table generation.reply add column if not exists asked int not null default 0;
alter table generation.reply add column if not exists seed bigint not null default 0;
alter table generation.reply add column if not exists passages text not null default '[]';
alter table generation.reply add column if not exists request_blob text not null default '';
alter table generation.reply add column if not exists template_sha256 text not null default '';
create index if not exists reply_item on generation.reply (tenant, batch, item);
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """A stored answer to a request: the blob of the raw reply, or the reason why there is none.

    passages: JSON of what it was about, as (document, chunk id). seed, template_sha256: of the request.
    """

    blob: str
    reason: str
    detail: str
    request_blob: str = ""
    request_sha256: str = ""
    item: str = ""
    attempt: int = 0
    asked: int = 0
    seed: int = 0
    passages: str = "[]"
    template_sha256: str = ""

    @property
    def places(self) -> list[tuple[str, str]]:
        return [(document, chunk) for document, chunk in json.loads(self.passages)]


COLUMNS = "blob, reason, detail, request_blob, request_sha256, item, attempt, asked, seed, passages, template_sha256"


async def kept_reply(pool: Pool, tenant: str, batch: str, request_sha256: str) -> Kept | None:
    """What an earlier attempt got for this request."""
    async with pool.connection() as conn:
        row = await (
            await conn.execute(
                f"select {COLUMNS} from generation.reply where tenant = %s and batch = %s and request_sha256 = %s",
                [tenant, batch, request_sha256],
            )
        ).fetchone()
    return Kept(*row) if row else None


async def kept_of_item(pool: Pool, tenant: str, batch: str, item: str) -> list[Kept]:
    """All replies of a work item, in an order that does not depend on time."""
    async with pool.connection() as conn:
        rows = await (
            await conn.execute(
                f"select {COLUMNS} from generation.reply where tenant = %s and batch = %s and item = %s and blob <> ''"
                " order by attempt, passages, request_sha256",
                [tenant, batch, item],
            )
        ).fetchall()
    return [Kept(*row) for row in rows]


async def keep_reply(pool: Pool, tenant: str, batch: str, kept: Kept) -> None:
    """Store an answer before anything is made of it, so that it is never paid for twice."""
    async with pool.connection() as conn:
        await conn.execute(
            f"insert into generation.reply (tenant, batch, {COLUMNS})"
            " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) on conflict do nothing",
            [
                tenant, batch, kept.blob, kept.reason, kept.detail, kept.request_blob, kept.request_sha256, kept.item,
                kept.attempt, kept.asked, kept.seed, kept.passages, kept.template_sha256,
            ],
        )  # fmt: skip
