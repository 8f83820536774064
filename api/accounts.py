"""Users and their refresh tokens: the only state that this API owns. Credentials never enter the log."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from psycopg.errors import UniqueViolation

from api.errors import Problem, invalid
from api.passwords import hashed, matches
from api.tokens import unauthenticated
from streams.database import Connection, Pool

# The app's role has no grant here: these tables are read before the tenant is known, by the role that owns them.
DDL = """
create schema if not exists auth;
create table if not exists auth.users (
    id text primary key, tenant_id text not null, email text not null unique, password_hash text not null,
    role text not null check (role in ('admin', 'engineer', 'reviewer', 'viewer', 'service')),
    created_at timestamptz not null default clock_timestamp(), disabled_at timestamptz);
create table if not exists auth.refresh_tokens (
    token_hash text primary key, family text not null, user_id text not null references auth.users on delete cascade,
    tenant_id text not null, created_at timestamptz not null default now(), expires_at timestamptz not null,
    used_at timestamptz, revoked_at timestamptz);
create index if not exists refresh_tokens_family on auth.refresh_tokens (family);
alter table auth.users enable row level security;
alter table auth.users force row level security;
alter table auth.refresh_tokens enable row level security;
alter table auth.refresh_tokens force row level security;
"""
COLUMNS = "id, tenant_id, email, role, created_at"


@dataclass(frozen=True, slots=True)
class User:
    """A person or a service, of one tenant."""

    id: str
    tenant: str
    email: str
    role: str
    created_at: datetime


class Accounts:
    """Creates, finds and checks users; rotates their refresh tokens (RFC 9700, section 4.14)."""

    def __init__(self, pool: Pool, refresh_days: int) -> None:
        self._pool, self._days = pool, refresh_days

    async def ensure_admin(self, tenant: str, email: str, password: str) -> None:
        """The first administrator exists and has this password; safe to run in several processes at once."""
        async with self._pool.connection() as conn:
            row = await (
                await conn.execute("select password_hash from auth.users where email = %s", [email.lower()])
            ).fetchone()
            if row and await matches(row[0], password):
                return
            await conn.execute(
                "insert into auth.users (id, tenant_id, email, password_hash, role) values (%s, %s, %s, %s, 'admin')"
                " on conflict (email) do update set password_hash = excluded.password_hash",
                [uuid4().hex, tenant, email.lower(), await hashed(password)],
            )

    async def create(self, tenant: str, id: str, email: str, password: str, role: str) -> User:
        """A new user. The same id again with the same email answers the user that is there.

        Raises:
            Problem: 422; the email is taken.
        """
        secret = await hashed(password)
        async with self._pool.connection() as conn:
            try:
                async with conn.transaction():
                    await conn.execute(
                        "insert into auth.users (id, tenant_id, email, password_hash, role)"
                        " values (%s, %s, %s, %s, %s) on conflict (id) do nothing",
                        [id, tenant, email.lower(), secret, role],
                    )
            except UniqueViolation as error:
                raise invalid("email", "is taken", "use another one") from error
            user = await self._find(conn, "id = %s and tenant_id = %s", [id, tenant])
        if user is None or user.email != email.lower() or user.role != role:
            raise Problem(422, "KEY_REUSED", "this idempotency key came with another user", field="Idempotency-Key")
        return user

    async def login(self, email: str, password: str) -> User:
        """The user with these credentials.

        Raises:
            Problem: 401 BAD_CREDENTIALS, the same whether the user exists or not.
        """
        async with self._pool.connection() as conn:
            row = await (
                await conn.execute(
                    "select password_hash from auth.users where email = %s and disabled_at is null", [email.lower()]
                )
            ).fetchone()
            user = await self._find(conn, "email = %s", [email.lower()])
        if not await matches(row[0] if row else None, password) or user is None:
            raise unauthenticated("BAD_CREDENTIALS", "email or password is wrong", "check both; case matters")
        return user

    async def user(self, tenant: str, id: str) -> User | None:
        async with self._pool.connection() as conn:
            return await self._find(conn, "id = %s and tenant_id = %s", [id, tenant])

    async def users(self, tenant: str, after: tuple[datetime, str] | None, limit: int) -> list[User]:
        """Users of the tenant, oldest first, after the one with this (created_at, id)."""
        where, values = "tenant_id = %s", [tenant]
        async with self._pool.connection() as conn:
            rows = await conn.execute(
                f"select {COLUMNS} from auth.users where {where}"
                + (" and (created_at, id) > (%s, %s)" if after else "")
                + " order by created_at, id limit %s",
                [*values, *(after or ()), limit],
            )
            return [User(*row) async for row in rows]

    async def start_session(self, user: User) -> str:
        """A refresh token of a new family."""
        async with self._pool.connection() as conn:
            return await self._refresh_token(conn, uuid4().hex, user.id, user.tenant)

    async def refresh(self, token: str) -> tuple[User, str]:
        """Trade a refresh token for its user and the next one. A token that was used already revokes its family:
        somebody has a copy.

        Raises:
            Problem: 401 REFRESH_REUSED, or UNAUTHENTICATED where the token is unknown, old or revoked.
        """
        digest = _digest(token)
        async with self._pool.connection() as conn, conn.transaction():
            row = await (
                await conn.execute(
                    "update auth.refresh_tokens set used_at = now() where token_hash = %s and used_at is null"
                    " and revoked_at is null and expires_at > now() returning family, user_id, tenant_id",
                    [digest],
                )
            ).fetchone()
            if row:
                user = await self._find(conn, "id = %s and tenant_id = %s and disabled_at is null", [row[1], row[2]])
                if user is not None:
                    return user, await self._refresh_token(conn, row[0], row[1], row[2])
            reused = await self._revoke(conn, digest)
        # Raised after the commit, or the revocation would be rolled back with it.
        if reused:
            raise unauthenticated("REFRESH_REUSED", "this refresh token was used before", "log in again")
        raise unauthenticated("UNAUTHENTICATED", "the refresh token is not valid", "log in again")

    async def end_session(self, token: str) -> None:
        """Revoke the family of this token, if it is one."""
        async with self._pool.connection() as conn:
            await conn.execute(
                "update auth.refresh_tokens set revoked_at = now() where revoked_at is null and family ="
                " (select family from auth.refresh_tokens where token_hash = %s)",
                [_digest(token)],
            )

    async def _revoke(self, conn: Connection, digest: str) -> bool:
        done = await conn.execute(
            "update auth.refresh_tokens set revoked_at = coalesce(revoked_at, now()) where family ="
            " (select family from auth.refresh_tokens where token_hash = %s and used_at is not null)",
            [digest],
        )
        return done.rowcount > 0

    async def _refresh_token(self, conn: Connection, family: str, user_id: str, tenant: str) -> str:
        token = secrets.token_urlsafe(32)
        await conn.execute(
            "insert into auth.refresh_tokens (token_hash, family, user_id, tenant_id, expires_at)"
            " values (%s, %s, %s, %s, now() + make_interval(days => %s))",
            [_digest(token), family, user_id, tenant, self._days],
        )
        return token

    async def _find(self, conn: Connection, where: str, values: list[Any]) -> User | None:
        row = await (await conn.execute(f"select {COLUMNS} from auth.users where {where}", values)).fetchone()
        return User(*row) if row else None


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
