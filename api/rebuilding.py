"""A dataset frozen again without some documents, under the same name; everything else as it was asked for."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from api.access import requires
from api.body import Body
from api.envelope import Attributes, Item, item
from api.errors import documented, invalid
from api.frozen import frozen_row
from api.paths import Id, IdField
from api.reading import Reading, Row
from api.writing import Writer, Writing
from processors.datasets.decide import RequestDataset

router = APIRouter(prefix="/datasets", tags=["datasets"])


class DatasetRebuilt(Attributes):
    """A version that was asked for. without: all documents that it leaves out. status: when it was asked for."""

    name: str
    rebuild_of: str
    without: list[str]
    status: str
    revision: int


class Without(Body):
    """Documents to leave out, withdrawn or not."""

    without: Annotated[list[IdField], Field(min_length=1, max_length=2000)]


@router.post(
    "/{id}/rebuild",
    status_code=201,
    dependencies=requires("datasets:write"),
    responses=documented(400, 401, 403, 404, 409, 422),
)
async def rebuild(reader: Reading, writer: Writing, id: Id, body: Without) -> Item[DatasetRebuilt]:
    """Freeze a dataset again without some documents: the next version of its name. Nothing is trained by it."""
    row = await frozen_row(reader, id)
    if not row["curation_id"]:
        raise invalid("id", "its rows were brought along", "import a file without the rows that are not wanted")
    command = request_without(row, body.without, writer.who.email)
    new = writer.new_id("dataset")
    return item(new, "dataset", (await rebuilt(writer, [(new, command)]))[0])


def request_without(row: Row, documents: Sequence[str], requested_by: str) -> RequestDataset:
    """The command for the same dataset without some documents more."""
    return RequestDataset(
        name=row["name"],
        curation_id=row["curation_id"],
        rule=row["rule"] or "",
        heldout_fraction=row["heldout_fraction"],
        reward=json.dumps(row["reward"], sort_keys=True) if row["reward"] else "",
        seed=row["seed"],
        requested_by=requested_by,
        without=(*(row["without"] or ()), *documents),
        rebuild_of=row["dataset_id"],
        prompt_limit=row["prompt_limit"] or 0,
    )


async def rebuilt(writer: Writer, wanted: Sequence[tuple[str, RequestDataset]]) -> list[DatasetRebuilt]:
    """Ask the gate for them, (id, command). Asked for twice, it is the same dataset."""
    states = {id: await writer.backend.gate.state(writer.who.tenant, "dataset", id) for id, _ in wanted}
    await writer.each("dataset", [(id, command) for id, command in wanted if not states[id][0]])
    return [
        DatasetRebuilt(
            name=command.name,
            rebuild_of=command.rebuild_of,
            without=sorted(set(command.without)),
            status=states[id][1].status or "requested",
            revision=states[id][0] or 1,
        )
        for id, command in wanted
    ]
