"""`studio rebuild`: views and the gate's heads folded again from the log, compared, put in place, switched."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import Any

from psycopg import AsyncConnection

from projections import comparison, schema
from projections.catalogue import PROJECTIONS, Projection, named
from streams import positions
from streams.database import Connection, Pool, pool
from streams.settings import Settings

GATE = "gate"


def names() -> list[str]:
    """What can be rebuilt."""
    return [GATE, *(projection.name for projection in PROJECTIONS)]


async def rebuild(settings: Settings, chosen: Sequence[str], compare: bool) -> AsyncIterator[dict[str, Any]]:
    """One report per name, as each is done; `equal` says whether the live tables are what the log gives.

    compare: only look. Otherwise tables that differ are replaced by the fresh copy, heads of the gate that differ are
    mended, and readers are switched to a new version of a view that has come as far as the one they see.
    """
    shared = pool(settings.postgres_dsn, "rebuild", 4)
    await shared.open()
    alone = await AsyncConnection.connect(settings.postgres_dsn, autocommit=True)
    try:
        await alone.execute("select pg_advisory_lock(hashtext('studio rebuild'))")  # the copies have fixed names
        for name in chosen:
            if name == GATE:
                yield {"name": name, **await _gate(settings, shared, compare)}
            else:
                yield {"name": name, **await _view(settings, shared, named(name), compare)}
    finally:
        await alone.close()
        await shared.close()


async def show(settings: Settings, name: str, version: int) -> None:
    """Point the views of a projection at another version that exists here: back, or forward without a comparison.

    Raises:
        LookupError: there is no such version.
    """
    async with await AsyncConnection.connect(settings.postgres_dsn) as conn:
        await schema.show(conn, name, version)


async def _gate(settings: Settings, shared: Pool, compare: bool) -> dict[str, Any]:
    # Imported here: the deciders bring every room with them, which a single view does not need.
    from api.deciders import DECIDERS
    from streams.refold import refold

    report = await refold(settings, shared, DECIDERS)
    if not compare and not report["equal"]:
        mended = (await refold(settings, shared, DECIDERS, mend=True))["mended"]
        report = {**await refold(settings, shared, DECIDERS), "mended": mended}
    return report


async def _view(settings: Settings, shared: Pool, projection: Projection, compare: bool) -> dict[str, Any]:
    report = await comparison.compare(settings, shared, projection)
    if not compare and not report["equal"]:
        await comparison.replace(settings, shared, projection)
        report = {**await comparison.compare(settings, shared, projection), "replaced": True}
    async with shared.connection() as conn, conn.transaction():
        report["shown"] = shown = await schema.shown_version(conn, projection.name)
        if shown is not None and shown != projection.version:
            report["behind"] = await _behind(conn, projection, shown)
            if report["equal"] and not report["behind"] and not compare:
                await schema.show(conn, projection.name, projection.version)
                report |= {"shown": projection.version, "switched": True}
    return report


async def _behind(conn: Connection, projection: Projection, shown: int) -> list[str]:
    """Partitions in which the new version has not yet come as far as the one that readers see."""
    new = await positions.load(conn, projection.consumer)
    old = await positions.load(conn, replace(projection, version=shown).consumer)
    return sorted(f"{t}-{p}" for (t, p), end in old.items() if t in projection.topics and new.get((t, p), 0) < end)
