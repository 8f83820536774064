"""Connections to Postgres."""

from __future__ import annotations

from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import TupleRow
from psycopg_pool import AsyncConnectionPool

Connection = AsyncConnection[TupleRow]
Pool = AsyncConnectionPool[Connection]


def pool(dsn: str, name: str, most: int = 8, **more: Any) -> Pool:
    """An unopened pool; a borrowed connection is checked first, so a restarted server is noticed before the work.

    The check leaves no transaction open: `conn.transaction()` of the borrower is a real one, not a savepoint.
    """
    check = AsyncConnectionPool.check_connection
    return AsyncConnectionPool(dsn, name=name, min_size=1, max_size=most, open=False, check=check, timeout=60, **more)
