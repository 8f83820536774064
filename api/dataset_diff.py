"""Two versions side by side."""

from __future__ import annotations

import asyncio
from itertools import islice
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request

from api import backend
from api.access import requires
from api.cursor import Cursor, Limit, pack, unpack
from api.envelope import Attributes, Item, item
from api.errors import documented
from api.frozen import files_of, frozen_row
from api.paths import Id
from api.reading import Reading, Row
from processors.datasets.difference import compare, shown

router = APIRouter(prefix="/datasets", tags=["datasets"])
ChangeKind = Literal["added", "removed", "changed", "moved"]


class VersionNamed(Attributes):
    """One of the two."""

    id: str
    name: str
    version: str
    merkle_root: str
    reward: dict[str, Any]


class ChangeCounts(Attributes):
    """moved: rows of both that changed sides, whether or not they changed, too. same: in neither way."""

    added: int
    removed: int
    changed: int
    moved: int
    same: int


class RowChange(Attributes):
    """before, after: the values that differ, `split` among them; the whole row where it was added or removed."""

    change: ChangeKind
    sample_id: str
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}


class DiffAttributes(Attributes):
    """From `a` to `b`. same: they have one Merkle root. rows: a page of the changes."""

    a: VersionNamed
    b: VersionNamed
    same: bool
    counts: ChangeCounts
    rows: list[RowChange]
    next_cursor: str | None = None


@router.get("/{id}/diff/{other}", dependencies=requires("studio:read"), responses=documented(401, 403, 404, 409, 422))
async def diff(
    request: Request,
    reader: Reading,
    id: Id,
    other: Id,
    change: Annotated[ChangeKind | None, Query(description="Only these rows.")] = None,
    limit: Limit = 50,
    cursor: Cursor = "",
) -> Item[DiffAttributes]:
    """Rows added, removed, changed and moved between splits, from one version to another."""
    before, after = await frozen_row(reader, id), await frozen_row(reader, other)
    first = max(0, unpack(cursor, (int,))[0]) if cursor else 0
    blobs = backend.of(request).blobs
    async with files_of(blobs, before) as one, files_of(blobs, after) as two:
        found = await asyncio.to_thread(compare, one, two)
        chosen = [(id, kind) for id, kind in found.order.items() if change in (None, kind)]
        wanted = dict(islice(chosen, first, first + limit))
        changes = await asyncio.to_thread(shown, one, two, wanted)
    attributes = DiffAttributes(
        a=_named(before),
        b=_named(after),
        same=before["merkle_root"] == after["merkle_root"],
        counts=ChangeCounts.model_validate(dict(found.counts)),
        rows=[
            RowChange.model_validate(
                {"change": one.change, "sample_id": one.sample_id, "before": dict(one.before), "after": dict(one.after)}
            )
            for one in changes
        ],
        next_cursor=pack([first + limit]) if first + limit < len(chosen) else None,
    )
    return item(f"{id}/{other}", "dataset-diff", attributes)


def _named(row: Row) -> VersionNamed:
    return VersionNamed(
        id=row["dataset_id"],
        name=row["name"],
        version=row["dataset_version"],
        merkle_root=row["merkle_root"],
        reward=row["reward"] or {},
    )
