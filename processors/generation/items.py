"""Work items of the room, and what they carry."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from typing import Any
from uuid import UUID

from studio.contract.records import BatchRequested

from processors.generation.facts import Origin
from processors.generation.plan import Item
from streams.outcome import WorkItem

ROOM = "generation"


def plan_item(tenant: str, batch: str, request: dict[str, Any], mark: str) -> WorkItem:
    """The work item that plans a batch; `mark` tells its occasions apart."""
    return WorkItem(ROOM, f"{tenant}/{batch}/plan/{mark}", tenant, {"plan": True, "batch": batch, "request": request})


def sample_item(tenant: str, batch: str, request: dict[str, Any], item: Item) -> WorkItem:
    """The work item for one planned item."""
    payload = {"batch": batch, "request": request, "item": asdict(item)}
    return WorkItem(ROOM, f"{tenant}/{batch}/{item.name}", tenant, payload)


def as_request(record: BatchRequested, cause: UUID, correlation: UUID, traceparent: str) -> dict[str, Any]:
    """The request as work items carry it."""
    fields = {name: getattr(record, name) for name in record.__dataclass_fields__}
    fields["documents"] = list(record.documents)
    return {**fields, "cause": str(cause), "correlation": str(correlation), "traceparent": traceparent}


def origin_of(item: WorkItem) -> Origin:
    """Where the facts of a sample item come from."""
    request = item.payload["request"]
    return Origin(
        item.tenant, item.payload["batch"], item.payload["item"]["name"], UUID(request["cause"]),
        UUID(request["correlation"]), request["traceparent"],
    )  # fmt: skip


def recipe_marks(request: dict[str, Any]) -> dict[str, str]:
    """What a sample says of the recipe that it was made by."""
    if not request.get("recipe"):
        return {}
    name, version = request.get("recipe_name", ""), request.get("recipe_version", "")
    digest = hashlib.sha256(request["recipe"].encode()).hexdigest()
    return {"recipe": f"{name}@{version}" if version else name, "recipe_sha256": digest}
