"""What curation remembers: samples, every score, reviews, and the curations under way.

It is copied from the log, so that rules and scorers ask one place; the log stays the truth.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from psycopg.types.json import Jsonb
from studio.contract.records import SampleGenerated

from processors.curation.sample import Score
from streams.database import Connection, Pool


@dataclass(frozen=True, slots=True)
class Job:
    """A curation under way. upto: the last sample number it covers; versions: scorer -> version, once planned."""

    tenant: str
    id: str
    batches: tuple[str, ...]
    rule: str
    state: str
    event_id: UUID
    correlation_id: UUID
    traceparent: str
    upto: int
    versions: dict[str, str]
    scorers: tuple[str, ...] = ()
    settings: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """What a sample's document is called and where its canonical text lies."""

    name: str
    text_blob: str
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class Judgement:
    """A person's decision."""

    decision: str
    author: str
    reason: str


async def job(pool: Pool, tenant: str, id: str) -> Job:
    """The stored job.

    Raises:
        LookupError: there is none.
    """
    async with pool.connection() as conn:
        row = await (
            await conn.execute(
                "select tenant, id, batches, rule, state, event_id, correlation_id, traceparent, upto, versions,"
                " scorers, settings"
                " from curation.job where tenant = %s and id = %s",
                [tenant, id],
            )
        ).fetchone()
    if row is None:
        raise LookupError(f"no curation {id}")
    known, (chosen, settings) = row[:10], row[10:]
    tenant, id, batches, rule, state, event, correlation, trace, upto, versions = known
    return Job(
        tenant, id, tuple(batches), rule, state, event, correlation, trace, upto, versions, tuple(chosen), settings
    )


async def batch_states(pool: Pool, tenant: str, batches: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Batch id -> (state, reason), for those that are known."""
    async with pool.connection() as conn:
        rows = await conn.execute(
            "select id, state, reason from curation.batch where tenant = %s and id = any(%s)", [tenant, list(batches)]
        )
        return {id: (state, reason) async for id, state, reason in rows}


async def samples(pool: Pool, tenant: str, batches: Sequence[str], upto: int = 0) -> tuple[list[SampleGenerated], int]:
    """The samples of the batches in their order, and the highest number among them; 0 for `upto` takes all."""
    found: dict[str, SampleGenerated] = {}
    highest = 0
    async with pool.connection() as conn:
        rows = await conn.execute(
            "select n, data from curation.sample where tenant = %s and batch_id = any(%s) and (%s = 0 or n <= %s)"
            " order by array_position(%s::text[], batch_id), item, seq, id",
            [tenant, list(batches), upto, upto, list(batches)],
        )
        async for n, data in rows:
            record = SampleGenerated(**data)
            found.setdefault(record.sample_id, record)
            highest = max(highest, n)
    return list(found.values()), highest


async def documents(pool: Pool, tenant: str, ids: Iterable[str]) -> dict[str, Document]:
    """Document id -> what is known of it."""
    async with pool.connection() as conn:
        rows = await conn.execute(
            "select id, name, text_blob, withdrawn from curation.document where tenant = %s and id = any(%s)",
            [tenant, sorted(set(ids))],
        )
        return {row[0]: Document(*row[1:]) async for row in rows}


async def scored(pool: Pool, tenant: str, samples: Sequence[str], versions: dict[str, str]) -> set[tuple[str, str]]:
    """The (sample id, scorer) pairs that have a score of these scorer versions."""
    async with pool.connection() as conn:
        rows = await conn.execute(
            "select sample_id, scorer from curation.score where tenant = %s and sample_id = any(%s)"
            " and (scorer, version) in (select * from unnest(%s::text[], %s::text[]))",
            [tenant, list(samples), list(versions), list(versions.values())],
        )
        return {(sample, scorer) async for sample, scorer in rows}


async def scores(
    pool: Pool, tenant: str, samples: Sequence[str], versions: dict[str, str]
) -> dict[str, dict[str, float]]:
    """Sample id -> scorer -> value: the versions named, and the latest one of scorers that are not named."""
    found: dict[str, dict[str, float]] = {}
    async with pool.connection() as conn:
        rows = await conn.execute(
            "select distinct on (sample_id, scorer) sample_id, scorer, value from curation.score"
            " where tenant = %s and sample_id = any(%s) and version = coalesce((%s::jsonb)->>scorer, version)"
            " order by sample_id, scorer, n desc",
            [tenant, list(samples), Jsonb(versions)],
        )
        async for sample, scorer, value in rows:
            found.setdefault(sample, {})[scorer] = value
    return found


async def reviews(pool: Pool, tenant: str, samples: Sequence[str]) -> dict[str, Judgement]:
    """Sample id -> the latest decision of a person."""
    async with pool.connection() as conn:
        rows = await conn.execute(
            "select sample_id, decision, author, reason from curation.review where tenant = %s and sample_id = any(%s)",
            [tenant, list(samples)],
        )
        return {row[0]: Judgement(*row[1:]) async for row in rows}


async def datasets(pool: Pool, tenant: str) -> list[tuple[str, str, str, str]]:
    """(id, name@version, train blob, held-out blob) of every frozen dataset, in a fixed order."""
    async with pool.connection() as conn:
        rows = await conn.execute(
            "select id, name, train_blob, heldout_blob from curation.dataset where tenant = %s order by id", [tenant]
        )
        return [(row[0], row[1], row[2], row[3]) async for row in rows]


async def store_scores(conn: Connection, tenant: str, curation_id: str, scores: Sequence[Score]) -> None:
    """Keep scores; the same scorer version again replaces its value."""
    await conn.execute(
        "insert into curation.score (tenant, sample_id, scorer, version, value, detail, curation_id)"
        " select %s, s, c, v, x, d, %s from unnest(%s::text[], %s::text[], %s::text[], %s::float8[], %s::text[])"
        " as t (s, c, v, x, d) on conflict (tenant, sample_id, scorer, version)"
        " do update set value = excluded.value, detail = excluded.detail, curation_id = excluded.curation_id",
        [
            tenant,
            curation_id,
            [score.sample_id for score in scores],
            [score.scorer for score in scores],
            [score.version for score in scores],
            [score.value for score in scores],
            [detail_text(score) for score in scores],
        ],
    )


def detail_text(score: Score) -> str:
    """The detail as JSON, empty where there is none."""
    return json.dumps(score.detail, sort_keys=True, ensure_ascii=False) if score.detail else ""
