"""What the datasets room remembers: curations and their results, reviews, requests, and the versions of each name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from processors.datasets.sample import Review
from processors.datasets.version import Frozen, next_version
from streams.database import Connection, Pool

DDL = """
create schema if not exists datasets;
create table if not exists datasets.curation (
    tenant text not null, id text not null, state text not null, rule text not null default '',
    result_blob text not null default '', reason text not null default '', remedy text not null default '',
    primary key (tenant, id));
create table if not exists datasets.review (
    tenant text not null, sample_id text not null, decision text not null, author text not null,
    primary key (tenant, sample_id));
create table if not exists datasets.withdrawn (
    tenant text not null, document_id text not null, primary key (tenant, document_id));
create table if not exists datasets.request (
    tenant text not null, id text not null, name text not null, curation_id text not null, rule text not null,
    heldout_fraction double precision not null, reward text not null, seed bigint not null, state text not null,
    primary key (tenant, id));
alter table datasets.request add column if not exists source_blob text not null default '';
alter table datasets.request add column if not exists source_name text not null default '';
alter table datasets.request add column if not exists columns text not null default '{}';
alter table datasets.request add column if not exists without text[] not null default '{}';
alter table datasets.request add column if not exists prompt_limit integer not null default 0;
alter table datasets.review add column if not exists question text not null default '';
alter table datasets.review add column if not exists answer text not null default '';
alter table datasets.review add column if not exists event_id text not null default '';
create index if not exists request_waiting on datasets.request (tenant, curation_id) where state = 'waiting';
create table if not exists datasets.version (
    tenant text not null, dataset_id text not null, name text not null, version text not null,
    merkle_root text not null, reward text not null, primary key (tenant, dataset_id));
create index if not exists version_name on datasets.version (tenant, name);
"""


@dataclass(frozen=True, slots=True)
class Request:
    """A dataset that was asked for; source_blob: of the file that its rows are in, empty for those of a curation."""

    tenant: str
    id: str
    name: str
    curation_id: str
    rule: str
    heldout_fraction: float
    reward: str
    seed: int
    state: str
    source_blob: str = ""
    source_name: str = ""
    columns: str = "{}"
    without: tuple[str, ...] = ()
    prompt_limit: int = 0


@dataclass(frozen=True, slots=True)
class Curated:
    """A curation; state: requested, finished or failed."""

    state: str
    rule: str
    result_blob: str
    reason: str
    remedy: str


async def request(pool: Pool, tenant: str, id: str) -> Request:
    """The stored request.

    Raises:
        LookupError: there is none.
    """
    async with pool.connection() as conn:
        row = await (
            await conn.execute(
                "select tenant, id, name, curation_id, rule, heldout_fraction, reward, seed, state,"
                " source_blob, source_name, columns, without, prompt_limit from datasets.request"
                " where tenant = %s and id = %s",
                [tenant, id],
            )
        ).fetchone()
    if row is None:
        raise LookupError(f"no dataset {id}")
    found = Request(*row)
    return replace(found, without=tuple(found.without))


async def curated(pool: Pool, tenant: str, id: str) -> Curated | None:
    """What is known of a curation."""
    async with pool.connection() as conn:
        row = await (
            await conn.execute(
                "select state, rule, result_blob, reason, remedy from datasets.curation where tenant = %s and id = %s",
                [tenant, id],
            )
        ).fetchone()
    return Curated(*row) if row else None


async def reviews(pool: Pool, tenant: str, samples: Sequence[str]) -> dict[str, Review]:
    """What stands about those of the samples that somebody decided about."""
    async with pool.connection() as conn:
        rows = await conn.execute(
            "select sample_id, decision, author, question, answer, event_id from datasets.review"
            " where tenant = %s and sample_id = any(%s) and decision <> 'none'",
            [tenant, list(samples)],
        )
        return {sample: Review(*rest) async for sample, *rest in rows}


async def withdrawn(pool: Pool, tenant: str, documents: Iterable[str]) -> set[str]:
    """Those of the documents that must not be used any more."""
    async with pool.connection() as conn:
        rows = await conn.execute(
            "select document_id from datasets.withdrawn where tenant = %s and document_id = any(%s)",
            [tenant, sorted(set(documents))],
        )
        return {document async for (document,) in rows}


async def claim_version(pool: Pool, request: Request, merkle_root: str, reward: str) -> str:
    """Give the rows their version under the dataset's name: one at a time per name, the same again after a crash."""
    async with pool.connection() as conn, conn.transaction():
        await conn.execute(
            "select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"datasets/{request.tenant}/{request.name}"]
        )
        rows = await conn.execute(
            "select dataset_id, version, merkle_root, reward from datasets.version where tenant = %s and name = %s",
            [request.tenant, request.name],
        )
        taken = {dataset: Frozen(*rest) async for dataset, *rest in rows}
        # A claim of ours from before a crash counts as long as it is for these rows.
        others = [frozen for dataset, frozen in taken.items() if dataset != request.id]
        own = taken.get(request.id)
        if own is not None and own.merkle_root == merkle_root:
            return own.version
        version = next_version(others, merkle_root, reward)
        await store_version(conn, request.tenant, request.id, request.name, Frozen(version, merkle_root, reward))
        return version


async def store_version(conn: Connection, tenant: str, dataset_id: str, name: str, frozen: Frozen) -> None:
    """Remember the version of a dataset."""
    await conn.execute(
        "insert into datasets.version (tenant, dataset_id, name, version, merkle_root, reward)"
        " values (%s, %s, %s, %s, %s, %s) on conflict (tenant, dataset_id) do update set name = excluded.name,"
        " version = excluded.version, merkle_root = excluded.merkle_root, reward = excluded.reward",
        [tenant, dataset_id, name, frozen.version, frozen.merkle_root, frozen.reward],
    )
