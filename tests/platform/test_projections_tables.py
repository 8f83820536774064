"""The same events in any batches, order between partitions and repetition give the same tables, on real Postgres."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ops.local.session import Session
from projections import schema
from projections.catalogue import PROJECTIONS, Projection
from projections.comparison import Digest, digest
from projections.engine import member
from projections.schema import READERS
from streams.database import Pool, pool
from streams.intake import Raw
from tests.story import records, story

TOLD = story("acme") + story("globex", samples=3, steps=6)
OPENED = list(records(TOLD))
VERSION = uuid4().int % 10**8  # copies of our own, beside the real ones
COPIES = tuple(replace(projection, version=VERSION) for projection in PROJECTIONS)
QUICK = "?options=-csynchronous_commit%3Doff"


@pytest.fixture
async def engine(backbone: Session) -> AsyncIterator[Pool]:
    async with pool(backbone.settings.postgres_dsn + QUICK, "test", 4) as found:
        async with found.connection() as conn:
            for projection in COPIES:
                await schema.build(conn, projection, projection.schema)
        yield found


async def tables(conn_pool: Pool, projection: Projection) -> dict[str, Digest]:
    async with conn_pool.connection() as conn:
        return {table.name: await digest(conn, table.content(projection.schema)) for table in projection.tables}


async def fold(run: Session, conn_pool: Pool, deliveries: list[list[Raw]]) -> dict[str, dict[str, Digest]]:
    """Give the batches, each of one partition, to empty copies of all projections; the tables afterwards."""
    found = {}
    async with conn_pool.connection() as conn:
        await conn.execute(f"truncate {', '.join(f'{p.schema}.{t.name}' for p in COPIES for t in p.tables)}".encode())
        for table in ("position", "seen"):
            names = [projection.consumer for projection in COPIES]
            await conn.execute(f"delete from streams.{table} where consumer = any(%s)".encode(), [names])
    for projection in COPIES:
        taker = member(run.settings, conn_pool, projection)
        taker.next = {(record.topic, record.partition): None for batch in deliveries for record in batch}
        for batch in deliveries:
            if batch[0].topic in projection.topics:
                await taker.take(batch)
        found[projection.name] = await tables(conn_pool, projection)
        async with conn_pool.connection() as conn:
            rows = await conn.execute("select message from streams.dead_letter where consumer = %s", [taker.name])
            assert await rows.fetchall() == []
    return found


def partitions() -> dict[tuple[str, int], list[Raw]]:
    found: defaultdict[tuple[str, int], list[Raw]] = defaultdict(list)
    for record in OPENED:
        found[record.topic, record.partition].append(record)
    return dict(found)


@st.composite
def deliveries(draw: Any) -> list[list[Raw]]:
    """Batches of any size, partitions in any order, and numbered events published again after the first time."""
    left = {}
    for place, log in partitions().items():
        log = list(log)
        for again in draw(st.lists(st.integers(0, len(log) - 1), max_size=3)):
            record = log[again]
            if {"ce_seq", "ce_streamversion"} & dict(record.headers).keys():
                log.insert(draw(st.integers(again + 1, len(log))), record)
        left[place] = [replace(record, offset=offset) for offset, record in enumerate(log)]
    found = []
    while left:
        place = draw(st.sampled_from(sorted(left)))
        size = draw(st.integers(1, len(left[place])))
        found.append(left[place][:size])
        left[place] = left[place][size:]
        if not left[place]:
            del left[place]
    return found


reference: dict[str, dict[str, dict[str, Digest]]] = {}


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=deliveries())
async def test_batches_order_and_repeats_make_no_difference(
    backbone: Session, engine: Pool, batches: list[list[Raw]]
) -> None:
    async with pool(backbone.settings.postgres_dsn + QUICK, "example", 4) as own:  # hypothesis has a loop per example
        if not reference:
            reference["one by one"] = await fold(backbone, own, [[record] for record in OPENED])
        assert await fold(backbone, own, batches) == reference["one by one"]
    assert reference["one by one"]["samples"]["sample"].rows == 9


async def test_a_reader_sees_its_tenant_only(backbone: Session, engine: Pool) -> None:
    await fold(backbone, engine, list(partitions().values()))
    app = await psycopg.AsyncConnection.connect(backbone.settings.postgres_app_dsn)
    for place in (f"{projection.schema}.{table.name}" for projection in COPIES for table in projection.tables):
        query = f"select tenant_id, count(*) from {place} group by 1".encode()
        async with engine.connection() as conn:
            both = dict(await (await conn.execute(query)).fetchall())
        assert set(both) == {"acme", "globex"}, place
        for tenant in ("acme", "globex", "", "acme' or true --"):
            async with app.transaction():
                await app.execute("select set_config('app.tenant', %s, true)", [tenant])
                seen = dict(await (await app.execute(query)).fetchall())
            assert seen == {name: count for name, count in both.items() if name == tenant}, place
        assert dict(await (await app.execute(query)).fetchall()) == {}, "no tenant, no rows"
        await app.rollback()
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            await app.execute(f"delete from {place}".encode())
        await app.rollback()
    await app.close()


async def test_the_read_views_check_the_reader(backbone: Session, engine: Pool) -> None:
    """Views run with the rights of who reads; an owner's view would show every tenant."""
    names = {table.name for projection in PROJECTIONS for table in projection.tables}
    async with engine.connection() as conn:
        rows = await conn.execute(
            "select relname, 'security_invoker=true' = any(reloptions) from pg_class"
            " where relnamespace = 'read'::regnamespace and relkind = 'v'"
        )
        found = dict(await rows.fetchall())
        assert set(found) >= names and all(found.values()), found
        rows = await conn.execute(
            "select count(*) filter (where relrowsecurity and relforcerowsecurity), count(*) from pg_class c"
            " join pg_namespace n on n.oid = relnamespace where relkind = 'r' and nspname = any(%s)"
            " and relname <> 'identity'",  # whose numbers these are: of the platform, not of a tenant
            [[projection.schema for projection in PROJECTIONS]],
        )
        guarded, made = await rows.fetchone() or (0, 0)
        assert guarded == made >= len(names)
        assert READERS == "studio_app"


async def test_ranges_answer_for_any_time(backbone: Session, engine: Pool) -> None:
    """What an alias and a deployment pointed at, at each moment of the story."""
    await fold(backbone, engine, list(partitions().values()))
    selects = {table.name: table.select(projection.schema) for projection in COPIES for table in projection.tables}
    async with engine.connection() as conn:
        rows = await conn.execute(
            f"select model_version, valid_from, valid_to from ({selects['model_alias']}) v"
            " where tenant_id = 'acme' order by moved_in".encode()
        )
        moves = await rows.fetchall()
        assert [row[0] for row in moves] == ["0.1.0", "0.1.1", "0.1.0"]
        assert [row[2] for row in moves] == [moves[1][1], moves[2][1], None]
        rows = await conn.execute(
            f"select type, stable_version, canary_version, valid_to is null from ({selects['deployment_change']}) v"
            " where tenant_id = 'acme' order by revision".encode()
        )
        assert await rows.fetchall() == [
            ("DeploymentStarted", "", "0.1.0", False),
            ("Promoted", "0.1.0", "", False),
            ("DeploymentStarted", "0.1.0", "0.1.1", False),
            ("WeightSet", "0.1.0", "0.1.1", False),
            ("DeploymentPaused", "0.1.0", "0.1.1", False),
            ("DeploymentResumed", "0.1.0", "0.1.1", False),
            ("Promoted", "0.1.1", "", False),
            ("RolledBack", "0.1.0", "", True),
        ]
