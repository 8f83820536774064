"""Queries of the read views, as the tenant who asks, after the position that they sent."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from psycopg import sql
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from api import backend
from api.access import Someone
from api.cursor import pack, unpack
from api.position import Position, position
from projections.catalogue import PROJECTIONS
from projections.wait import wait_for
from streams.database import Connection

Row = dict[str, Any]
BIND = "select set_config('app.tenant', %s, true), set_config('statement_timeout', '10s', true)"
READ = re.compile(r'\bread"?\."?(\w+)')
PROJECTION_OF = {table.name: projection.name for projection in PROJECTIONS for table in projection.tables}


@dataclass(frozen=True, slots=True)
class View:
    """A read view: the columns that its pages are sorted by (unique together), their types, and the direction."""

    name: str
    sort: tuple[str, ...] = ("created_at", "id")
    types: tuple[type, ...] = (datetime, str)
    newest_first: bool = True


class Reader:
    """Reads as the tenant of the one who asks; every query is inside one transaction that is bound to the tenant."""

    def __init__(self, request: Request, response: Response, who: Someone, after: Position = "") -> None:
        self.backend, self.who = backend.of(request), who
        self._response = response
        self._after = position(after, who.tenant)
        self._passed: set[str] = set()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """A transaction that sees rows of this tenant only."""
        async with self.backend.views.connection() as conn, conn.transaction():
            await conn.execute(BIND, [self.who.tenant])
            yield conn

    async def _wait(self, query: sql.Composable) -> None:
        """Wait until the views in `query` have passed the position that was sent."""
        names = {PROJECTION_OF[table] for table in READ.findall(query.as_string(None)) if table in PROJECTION_OF}
        todo = names - self._passed
        self._passed |= todo
        if todo:
            seconds = self.backend.own.position_seconds
            if not await wait_for(self.backend.engine, self._after, sorted(todo), seconds):
                self._response.headers["Studio-Stale"] = "true"

    async def rows(self, query: sql.Composed | str, values: Sequence[Any] | Mapping[str, Any] = ()) -> list[Row]:
        """All rows of a query."""
        composed = sql.Composed([sql.SQL(query)]) if isinstance(query, str) else query
        if self._after.heads or self._after.offsets:
            await self._wait(composed)
        async with self.connection() as conn, conn.cursor(row_factory=dict_row) as cursor:
            await cursor.execute(composed, values)
            return await cursor.fetchall()

    async def one(self, view: str, **equal: Any) -> Row | None:
        """The row of a view with these values."""
        query = sql.SQL("select * from {} where {} limit 1").format(_name(view), _equal(equal))
        found = await self.rows(query, list(equal.values()))
        return found[0] if found else None

    async def count(self, view: View, where: Mapping[str, Any], holding: Mapping[str, str] | None = None) -> int:
        """How many rows `page` goes through in all."""
        condition, values = _condition(where, holding or {})
        query = sql.SQL("select count(*) as n from {} where {}").format(_name(view.name), condition)
        return int((await self.rows(query, values))[0]["n"])

    async def page(
        self,
        view: View,
        limit: int,
        cursor: str,
        where: Mapping[str, Any] | None = None,
        holding: Mapping[str, str] | None = None,
        containing: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> tuple[list[Row], str | None]:
        """A page of a view and the cursor of the next one. Values of `where` that are None do not filter.

        holding: text that columns hold, in either case; empty text does not filter. containing: fields that JSON
        columns have with these values.
        """
        condition, values = _condition(where or {}, holding or {})
        parts = [condition]
        for name, fields in (containing or {}).items():
            if fields:
                parts.append(sql.SQL("{} @> %s").format(sql.Identifier(name)))
                values.append(Jsonb(fields))
        if cursor:
            key = unpack(cursor, view.types)
            row = sql.SQL(", ").join(map(sql.Identifier, view.sort))
            marks = sql.SQL(", ").join([sql.Placeholder()] * len(key))
            parts.append(sql.SQL("({}) {} ({})").format(row, sql.SQL("<" if view.newest_first else ">"), marks))
            values += key
        direction = sql.SQL(" desc" if view.newest_first else "")
        query = sql.SQL("select * from {} where {} order by {} limit {}").format(
            _name(view.name),
            sql.SQL(" and ").join(parts),
            sql.SQL(", ").join(sql.Identifier(name) + direction for name in view.sort),
            sql.Literal(limit + 1),
        )
        found = await self.rows(query, values)
        if len(found) <= limit:
            return found, None
        return found[:limit], pack([found[limit - 1][name] for name in view.sort])


def _condition(where: Mapping[str, Any], holding: Mapping[str, str]) -> tuple[sql.Composable, list[Any]]:
    equal = {name: value for name, value in where.items() if value is not None}
    parts, values = [_equal(equal)], list(equal.values())
    for name, text in holding.items():
        if text:
            parts.append(sql.SQL("strpos(lower({}), lower(%s)) > 0").format(sql.Identifier(name)))
            values.append(text)
    return sql.SQL(" and ").join(parts), values


def _name(view: str) -> sql.Composable:
    return sql.Identifier(*view.split("."))


def _equal(values: Mapping[str, Any]) -> sql.Composable:
    if not values:
        return sql.SQL("true")
    return sql.SQL(" and ").join(sql.SQL("{} = {}").format(sql.Identifier(n), sql.Placeholder()) for n in values)


Reading = Annotated[Reader, Depends()]
