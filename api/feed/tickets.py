"""One-time tickets: a browser cannot send a header with a WebSocket, and a token in a URL ends up in logs."""

from __future__ import annotations

import hashlib
import secrets

from api.tokens import Principal
from streams.database import Pool

# Hashed, and in the database so that any process can take a ticket that another one gave. No grant for the app's role.
DDL = """
create schema if not exists auth;
create table if not exists auth.feed_ticket (
    hash text primary key, user_id text not null, email text not null, tenant_id text not null, role text not null,
    token_expires double precision not null, expires_at timestamptz not null);
alter table auth.feed_ticket enable row level security;
alter table auth.feed_ticket force row level security;
"""
SECONDS = 30


class Tickets:
    """Gives and takes tickets. `pool` is the engine role's."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def give(self, who: Principal) -> str:
        """A ticket that works once, within 30 s; deletes those that nobody came with."""
        ticket = secrets.token_urlsafe(32)
        async with self._pool.connection() as conn, conn.transaction():
            await conn.execute("delete from auth.feed_ticket where expires_at < now()")
            await conn.execute(
                "insert into auth.feed_ticket values (%s, %s, %s, %s, %s, %s, now() + make_interval(secs => %s))",
                [_hash(ticket), who.user_id, who.email, who.tenant, who.role, who.expires, SECONDS],
            )
        return ticket

    async def take(self, ticket: str) -> Principal | None:
        """Who it was given to; None where it is unknown, used or too old."""
        async with self._pool.connection() as conn:
            row = await (
                await conn.execute(
                    "delete from auth.feed_ticket where hash = %s"
                    " returning user_id, email, tenant_id, role, token_expires, expires_at > now()",
                    [_hash(ticket)],
                )
            ).fetchone()
        return Principal(*row[:5]) if row is not None and row[5] else None


def _hash(ticket: str) -> str:
    return hashlib.sha256(ticket.encode()).hexdigest()
