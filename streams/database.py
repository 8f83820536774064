"""Connections to Postgres."""

from __future__ import annotations

from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import TupleRow
from psycopg_pool import AsyncConnectionPool

Connection = AsyncConnection[TupleRow]
Pool = AsyncConnectionPool[Connection]


async def check(connection: Connection) -> None:
    """Handed to the pool so that a connection that died with the server is replaced, not given out."""
    await connection.execute("select 1")


def pool(dsn: str, name: str, most: int = 8, **more: Any) -> Pool:
    """An unopened pool; a borrowed connection is checked first, so a restarted server is noticed before the work."""
    return AsyncConnectionPool(dsn, name=name, min_size=1, max_size=most, open=False, check=check, timeout=60, **more)
