"""Schemas, tables, row-level security and the views in `read`, which name the version that readers see."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import structlog
from psycopg import sql
from psycopg.types.json import Json

from projections import numbers
from projections.catalogue import PROJECTIONS, Projection
from streams.database import Connection

READERS = "studio_app"
SETTING = "app.tenant"
NUMBERS = ("head", "identity")  # the tables of `numbers`
HEAD = """
create schema if not exists read;
create schema if not exists projections;
create table if not exists projections.version (
    name text not null, version int not null, ddl_sha256 text not null, views jsonb not null,
    primary key (name, version));
create table if not exists projections.shown (name text primary key, version int not null, before int);
"""
log = structlog.get_logger()


async def create(conn: Connection, readers: str = READERS, projections: Sequence[Projection] = PROJECTIONS) -> None:
    """Make what is missing. A projection that nobody reads yet is shown at once; others keep the version they show.

    A version whose tables were changed without a new number is dropped and built anew from offset zero: it is a
    function of the log, nothing is lost.
    """
    await conn.execute(HEAD)
    await conn.execute(sql.SQL("grant usage on schema read to {}").format(sql.Identifier(readers)))
    for projection in projections:
        ddl = tables(projection, projection.schema)
        digest = hashlib.sha256(ddl.encode()).hexdigest()
        row = await (
            await conn.execute(
                "select ddl_sha256 from projections.version where name = %s and version = %s",
                [projection.name, projection.version],
            )
        ).fetchone()
        if row is not None and row[0] == digest:
            continue
        if row is not None:
            log.warning("projection_rebuilt", projection=projection.name, reason="its tables changed")
            await forget(conn, projection)
        await build(conn, projection, projection.schema, readers)
        views = {table.name: table.select(projection.schema) for table in projection.tables}
        if projection.numbered is not None:
            views |= {f"{projection.name}_{name}": f"select * from {projection.schema}.{name}" for name in NUMBERS}
        await conn.execute(
            "insert into projections.version (name, version, ddl_sha256, views) values (%s, %s, %s, %s)",
            [projection.name, projection.version, digest, Json(views)],
        )
        shown = await shown_version(conn, projection.name)
        if shown is None or shown == projection.version:
            await show(conn, projection.name, projection.version, readers)


def tables(projection: Projection, schema: str) -> str:
    """`create` statements and view definitions of a projection: what its digest is taken over."""
    parts = [table.ddl(schema) for table in projection.tables]
    parts += [numbers.ddl(schema)] if projection.numbered is not None else []
    return "\n".join(parts + [f"-- {table.name}: {table.select(schema)}" for table in projection.tables])


def places(projection: Projection, schema: str) -> list[str]:
    """The tables that hold rows of tenants, in `schema`."""
    names = [table.name for table in projection.tables] + (["head"] if projection.numbered is not None else [])
    return [f"{schema}.{name}" for name in names]


async def build(conn: Connection, projection: Projection, schema: str, readers: str = READERS) -> None:
    """The tables of a projection in `schema`, where a reader sees the rows of its tenant and no others."""
    await conn.execute(f"create schema if not exists {schema}".encode())
    role = sql.Identifier(readers)
    await conn.execute(sql.SQL("grant usage on schema {} to {}").format(sql.Identifier(schema), role))
    for table in projection.tables:
        await conn.execute(table.ddl(schema).encode())
    if projection.numbered is not None:
        await conn.execute(numbers.ddl(schema).encode())
        await conn.execute(sql.SQL("grant select on {} to {}").format(sql.Identifier(schema, "identity"), role))
    for name in places(projection, schema):
        place = sql.Identifier(*name.split("."))
        await conn.execute(sql.SQL("alter table {} enable row level security").format(place))
        await conn.execute(sql.SQL("alter table {} force row level security").format(place))
        await conn.execute(sql.SQL("drop policy if exists tenant on {}").format(place))
        await conn.execute(
            sql.SQL("create policy tenant on {} using (tenant_id = current_setting({}, true))").format(
                place, sql.Literal(SETTING)
            )
        )
        await conn.execute(sql.SQL("grant select on {} to {}").format(place, role))


async def show(conn: Connection, name: str, version: int, readers: str = READERS) -> None:
    """Point the views of a projection at one of its versions, in the caller's transaction.

    They check rights as the reader. Works for versions whose code is gone, so that one can switch back.

    Raises:
        LookupError: this version was never made here.
    """
    views = await _views(conn, name, version)
    before = await shown_version(conn, name)
    for view in {**(await _views(conn, name, before) if before is not None else {}), **views}:
        await conn.execute(sql.SQL("drop view if exists {}").format(sql.Identifier("read", view)))
    for view, select in views.items():
        await conn.execute(f"create view read.{view} with (security_invoker = true) as {select}".encode())
        place = sql.Identifier("read", view)
        await conn.execute(sql.SQL("grant select on {} to {}").format(place, sql.Identifier(readers)))
    await conn.execute(
        "insert into projections.shown (name, version) values (%s, %s) on conflict (name) do update set"
        " version = excluded.version, before = nullif(projections.shown.version, excluded.version)",
        [name, version],
    )


async def _views(conn: Connection, name: str, version: int) -> dict[str, str]:
    row = await (
        await conn.execute("select views from projections.version where name = %s and version = %s", [name, version])
    ).fetchone()
    if row is None:
        raise LookupError(f"projection {name} has no version {version} here")
    views: dict[str, str] = row[0]
    return views


async def shown_version(conn: Connection, name: str) -> int | None:
    """The version that readers of this projection see."""
    row = await (await conn.execute("select version from projections.shown where name = %s", [name])).fetchone()
    return row[0] if row else None


async def forget(conn: Connection, projection: Projection) -> None:
    """Drop a version with its progress; its consumer builds it again from offset zero."""
    await conn.execute(sql.SQL("drop schema if exists {} cascade").format(sql.Identifier(projection.schema)))
    for table in ("streams.position", "streams.seen", "streams.parked", "streams.dead_letter"):
        await conn.execute(f"delete from {table} where consumer = %s".encode(), [projection.consumer])
    await conn.execute(
        "delete from projections.version where name = %s and version = %s", [projection.name, projection.version]
    )
