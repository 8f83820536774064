"""Datasets that were brought along: a file of rows, frozen like what a curation kept."""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter, Request

from api import backend
from api.access import requires
from api.datasets import DatasetAttributes
from api.envelope import Item, item
from api.errors import documented, invalid
from api.rows import fresh
from api.upload import received
from api.writing import Writing
from processors.datasets.decide import ImportDataset

router = APIRouter(prefix="/datasets", tags=["datasets"])
FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file", "name"],
                    "properties": {
                        "file": {"type": "string", "format": "binary", "description": "Parquet or JSON lines."},
                        "name": {"type": "string"},
                        "columns": {"type": "string", "description": "JSON: prompt, answer, context to columns."},
                        "heldout_fraction": {"type": "string", "description": "From 0 to below 1; 0.3 otherwise."},
                        "reward": {"type": "string", "description": "Reward specification, JSON."},
                        "seed": {"type": "string", "description": "Of the split."},
                        "prompt_limit": {"type": "string", "description": "Characters; longer rows are left out."},
                    },
                }
            }
        },
    }
}


@router.post(
    "/import",
    status_code=201,
    dependencies=requires("datasets:write"),
    responses=documented(400, 401, 403, 409, 422),
    openapi_extra=FORM,
)
async def bring(request: Request, writer: Writing) -> Item[DatasetAttributes]:
    """Freeze the rows of a file: prompts (text or chat messages) with answers. Faults are told by row and column."""
    found = backend.of(request)
    async with received(request, found.settings.upload_limit) as sent:
        fields = sent.fields
        fraction = number(fields, "heldout_fraction", 0.3, float)
        seed = number(fields, "seed", 0, int)
        limit = number(fields, "prompt_limit", 0, int)
        ref = await found.blobs.put_file(writer.who.tenant, sent.path)
        command = ImportDataset(
            name=fields.get("name", ""),
            source_blob=ref.key,
            source_name=sent.name,
            columns=fields.get("columns", ""),
            heldout_fraction=fraction,
            reward=fields.get("reward", ""),
            seed=seed,
            requested_by=writer.who.email,
            prompt_limit=limit,
        )
    id = writer.new_id("dataset")
    decision = await writer.do("dataset", id, command)
    event = decision.events[0][1] if decision.events else {}
    more = {part: json.loads(event.get(part) or "{}") for part in ("reward", "columns")}
    return item(id, "dataset", fresh(DatasetAttributes, decision, "requested", **more))


def number(fields: dict[str, str], name: str, otherwise: Any, kind: type) -> Any:
    """A number of the form.

    Raises:
        Problem: 422; it is none.
    """
    try:
        return kind(fields[name]) if fields.get(name) else otherwise
    except ValueError:
        raise invalid(name, f"{fields[name]!r} is no number") from None
