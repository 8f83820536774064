"""Samples as they are stored, without a curation: from a cursor on, or at any offset."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, LiteralString

from psycopg import sql

from api.cursor import pack, unpack
from api.envelope import Page, page
from api.reading import Reader, Row
from api.sample import SampleAttributes, attributes_of
from api.selection import Choice

CONDITIONS: dict[str, LiteralString] = {
    "batch_id": "batch_id = %(batch_id)s",
    "document_id": "document_id = %(document_id)s",
    "kind": "kind = %(kind)s",
    "low": "quality >= %(low)s",
    "high": "quality <= %(high)s",
    "text": "(strpos(lower(question), lower(%(text)s)) > 0 or strpos(lower(answer), lower(%(text)s)) > 0)",
}


async def stored(
    reader: Reader, choice: Choice, state: str | None, offset: int | None, limit: int, cursor: str
) -> Page[SampleAttributes]:
    """A page of samples, newest first or by quality. An offset is reached the shorter way round."""
    values: dict[str, Any] = {name: getattr(choice, name) for name in CONDITIONS}
    parts = [sql.SQL(CONDITIONS[name]) for name, value in values.items() if value not in (None, "")]
    if state == "unreviewed":
        parts.append(sql.SQL("review_decision is null"))
    elif state is not None:
        parts.append(sql.SQL("review_decision = %(state)s"))
    where = sql.SQL(" and ").join(parts or [sql.SQL("true")])
    values["state"] = state
    counted = await reader.rows(sql.SQL("select count(*) as n from read.sample where {}").format(where), values)
    total = int(counted[0]["n"])
    by_score = choice.sort.endswith("score")
    falling = choice.sort.startswith("-") or not choice.sort
    first = offset or 0
    if cursor and offset is None and by_score:
        first = max(0, unpack(cursor, (int,))[0])
    elif cursor and offset is None:
        values["at"], values["id"] = unpack(cursor, (datetime, str))
        sign = sql.SQL("<" if falling else ">")
        where = sql.SQL("{} and (created_at, sample_id) {} (%(at)s, %(id)s)").format(where, sign)
    take = limit + 1 if offset is None else max(0, min(limit, total - first))
    turned = offset is not None and first > total // 2
    values |= {"take": take, "skip": total - first - take if turned else first}
    order = sql.SQL("quality {0}, sample_id {0}" if by_score else "created_at {0}, sample_id {0}")
    query = sql.SQL("select sample_id from read.sample where {} order by {} limit %(take)s offset %(skip)s").format(
        where, order.format(sql.SQL("desc" if falling != turned else "asc"))
    )
    ids = [row["sample_id"] for row in await reader.rows(query, values)] if take else []
    by_id = await rows_of(reader, ids)
    found = [by_id[id] for id in (ids[::-1] if turned else ids) if id in by_id]
    more = len(found) > limit or (offset is not None and first + limit < total)
    found = found[:limit]
    following = None
    if more and found:
        following = pack([first + limit] if by_score else [found[-1]["created_at"], found[-1]["sample_id"]])
    return page("sample", await attributes_of(reader, found, {}), following, total)


async def rows_of(reader: Reader, ids: Sequence[str]) -> dict[str, Row]:
    """Rows of the view by id."""
    found = await reader.rows("select * from read.sample where sample_id = any(%s)", [list(ids)]) if ids else []
    return {row["sample_id"]: row for row in found}
