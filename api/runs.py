"""Training runs: requested, listed, shown, cancelled."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.access import requires
from api.cursor import Cursor, Limit
from api.envelope import Item, Page, item, page
from api.errors import documented, invalid
from api.paths import Filter, Id, Reason
from api.reading import Reading, View
from api.rows import fresh
from api.run import NewRun, RunAttributes, Status, run_row, runs_of
from api.writing import Writer, Writing
from processors.training.commands import CancelRun, RequestRun

router = APIRouter(prefix="/runs", tags=["training"])
VIEW = View("read.run", ("created_at", "run_id"))
LabelFilter = Annotated[
    list[str], Query(max_length=20, description="`NAME=TEXT`: runs with this label; all of several must fit.")
]


@router.post("", status_code=201, dependencies=requires("runs:write"), responses=documented(400, 401, 403, 409, 422))
async def create(writer: Writing, body: NewRun) -> Item[RunAttributes]:
    """Ask for a training run; a trainer that is free and has what the run needs claims it."""
    if await writer.answered() is None:
        version, state = await writer.backend.gate.state(writer.who.tenant, "dataset", body.dataset_id)
        if version == 0 or state.status == "refused":
            what = "was refused" if version else "does not exist"
            raise invalid("dataset_id", f"dataset {body.dataset_id} {what}", "list them at /api/v1/datasets")
    command = RequestRun(
        dataset_id=body.dataset_id,
        base_model=body.base_model,
        config=json.dumps(body.config, sort_keys=True),
        model_name=body.model_name,
        requested_by=writer.who.email,
        needs=json.dumps(body.needs.model_dump(), sort_keys=True),
        labels=json.dumps(body.labels, sort_keys=True),
    )
    return await request(writer, command)


async def request(writer: Writer, command: RequestRun) -> Item[RunAttributes]:
    """Send the request of a new run; the answer shows it as it begins."""
    id = writer.new_id("run")
    decision = await writer.do("run", id, command)
    record = decision.events[0][1] if decision.events else {}
    objects = {name: json.loads(record.get(name) or "{}") for name in ("config", "needs", "labels")}
    return item(id, "run", fresh(RunAttributes, decision, "pending", **objects))


@router.get("", dependencies=requires("studio:read"), responses=documented(401, 403, 422))
async def index(
    reader: Reading,
    status: Status | None = None,
    dataset_id: Filter = None,
    parent_run: Filter = None,
    label: LabelFilter = [],  # noqa: B006 (FastAPI copies it)
    limit: Limit = 50,
    cursor: Cursor = "",
) -> Page[RunAttributes]:
    """Runs, newest first."""
    where = {"status": status, "dataset_id": dataset_id, "parent_run": parent_run}
    rows, following = await reader.page(VIEW, limit, cursor, where, containing={"labels": labels(label)})
    return page("run", await runs_of(reader, rows), following)


def labels(texts: list[str]) -> dict[str, str]:
    """Names and texts of labels to look for.

    Raises:
        Problem: 422; a text is no NAME=TEXT.
    """
    found = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not name or not equals or "\0" in text:
            raise invalid("label", f"{text!r} is no label", "write NAME=TEXT, e.g. label=search=first")
        found[name] = value
    return found


@router.get("/{id}", dependencies=requires("studio:read"), responses=documented(401, 403, 404, 422))
async def show(reader: Reading, id: Id, response: Response) -> Item[RunAttributes]:
    """A run."""
    row = await run_row(reader, id)
    response.headers["ETag"] = f'"{row["version"]}"'
    ((_, attributes),) = await runs_of(reader, [row])
    return item(id, "run", attributes)


@router.delete(
    "/{id}", status_code=204, dependencies=requires("runs:write"), responses=documented(401, 403, 404, 409, 422)
)
async def cancel(writer: Writing, response: Response, id: Id, reason: Reason = "") -> None:
    """Stop a run; its steps and checkpoints stay."""
    await writer.do("run", id, CancelRun(reason=reason, author=writer.who.email))
