"""Answers of endpoints, stored before anything is made of them, so that a resumed item never pays twice."""

from __future__ import annotations

from dataclasses import dataclass

from streams.database import Pool

DDL = """
create schema if not exists generation;
create table if not exists generation.reply (
    tenant text not null, batch text not null, request_sha256 text not null, blob text not null,
    reason text not null default '', detail text not null default '', primary key (tenant, batch, request_sha256));
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """A stored answer to a request: the blob of the raw reply, or the reason why there is none."""

    blob: str
    reason: str
    detail: str


async def kept_reply(pool: Pool, tenant: str, batch: str, request_sha256: str) -> Kept | None:
    """What an earlier attempt got for this request."""
    async with pool.connection() as conn:
        row = await (
            await conn.execute(
                "select blob, reason, detail from generation.reply where tenant = %s and batch = %s"
                " and request_sha256 = %s",
                [tenant, batch, request_sha256],
            )
        ).fetchone()
    return Kept(*row) if row else None


async def keep_reply(pool: Pool, tenant: str, batch: str, request_sha256: str, kept: Kept) -> None:
    """Store an answer before anything is made of it, so that it is never paid for twice."""
    async with pool.connection() as conn:
        await conn.execute(
            "insert into generation.reply (tenant, batch, request_sha256, blob, reason, detail)"
            " values (%s, %s, %s, %s, %s, %s) on conflict do nothing",
            [tenant, batch, request_sha256, kept.blob, kept.reason, kept.detail],
        )
