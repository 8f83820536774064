"""`studio rebuild`: views and gate built again from the log, compared, and put in place if asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from psycopg import AsyncConnection

from projections import replay, schema
from projections.catalogue import PROJECTIONS, Projection, named
from streams import positions
from streams.database import Connection, Pool, pool
from streams.refold import refold
from streams.settings import Settings

GATE = "gate"
ALL = "all"


def names() -> tuple[str, ...]:
    """What can be rebuilt."""
    return (*(projection.name for projection in PROJECTIONS), GATE)


async def rebuild(settings: Settings, name: str = ALL, switch: bool = False) -> dict[str, Any]:
    """Build `name` (a projection, `gate` or `all`) again from the log and compare.

    Args:
        switch: a projection's new version is shown to readers once it has come as far as the old one; a damaged one is
            replaced by the rebuild; a damaged head of the gate is mended.

    Returns:
        JSON-able: {"equal", "seconds", "projections": [report], "gate": report or None}.

    Raises:
        KeyError: there is no such projection.
    """
    chosen = [] if name == GATE else list(PROJECTIONS) if name == ALL else [named(name)]
    shared = pool(settings.postgres_dsn, "rebuild", 4)
    await shared.open()
    alone = await AsyncConnection.connect(settings.postgres_dsn, autocommit=True)
    try:
        await alone.execute("select pg_advisory_lock(hashtext('studio rebuild'))")  # the copies have fixed names
        reports = [await _projection(settings, shared, projection, switch) for projection in chosen]
        gate = None
        if name in (GATE, ALL):
            from api.deciders import DECIDERS

            gate = await refold(settings, shared, DECIDERS, mend=switch)
    finally:
        await alone.close()
        await shared.close()
    parts: Sequence[dict[str, Any]] = [*reports, *([gate] if gate else [])]
    return {
        "equal": all(part["equal"] for part in parts),
        "seconds": round(sum(part["seconds"] for part in parts), 3),
        "projections": reports,
        "gate": gate,
    }


async def show(settings: Settings, name: str, version: int) -> None:
    """Point the views of a projection at another version that exists here: back, or forward without a comparison.

    Raises:
        LookupError: there is no such version.
    """
    shared = pool(settings.postgres_dsn, "rebuild", 1)
    await shared.open()
    try:
        async with shared.connection() as conn, conn.transaction():
            await schema.show(conn, name, version)
    finally:
        await shared.close()


async def _projection(settings: Settings, shared: Pool, projection: Projection, switch: bool) -> dict[str, Any]:
    report = await replay.compare(settings, shared, projection)
    async with shared.connection() as conn:
        shown = await schema.shown_version(conn, projection.name)
    report |= {"shown": shown, "switched": False}
    if not switch:
        return report
    if not report["equal"]:
        await replay.replace(settings, shared, projection)
        report["switched"] = True
    if shown is not None and shown != projection.version:
        async with shared.connection() as conn, conn.transaction():
            report["behind"] = await _behind(conn, projection, shown)
            if not report["behind"]:
                await schema.show(conn, projection.name, projection.version)
                report |= {"shown": projection.version, "switched": True}
    return report


async def _behind(conn: Connection, projection: Projection, shown: int) -> list[str]:
    """Partitions in which the new version has not yet come as far as the one that readers see."""
    new = await positions.load(conn, projection.consumer)
    old = await positions.load(conn, replace(projection, version=shown).consumer)
    return sorted(f"{t}-{p}" for (t, p), end in old.items() if t in projection.topics and new.get((t, p), 0) < end)
