"""The rollout groups of a training step: every completion, side by side."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from pydantic import BeforeValidator, ConfigDict

from api import backend
from api.access import requires
from api.envelope import Attributes, Item, item
from api.errors import documented, missing
from api.paths import Id
from api.reading import Reading

router = APIRouter(prefix="/runs", tags=["training"])
GROUPS_MOST = 5000  # completions in one answer


def _object(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


class GroupRow(Attributes):
    """One completion of a group: all columns of the Parquet file. parts: of the reward, by name."""

    model_config = ConfigDict(extra="allow")

    group: int = 0
    sample_id: str = ""
    swapped: bool = False
    passage: str = ""
    question: str = ""
    answer: str = ""
    prompt: list[int] = []
    tokens: list[int] = []
    logprobs: list[float] = []
    text: str = ""
    ended: bool = True
    reward: float = 0.0
    parts: Annotated[dict[str, Any], BeforeValidator(_object)] = {}
    advantage: float = 0.0


class GroupsAttributes(Attributes):
    """Every completion of a step with its reward parts and advantage; `total` may be more than is shown."""

    run_id: str
    phase: str
    step: int
    groups_blob: str
    total: int
    rows: list[GroupRow]


@router.get("/{id}/groups/{step}", dependencies=requires("studio:read"), responses=documented(401, 403, 404, 422))
async def groups(
    request: Request,
    reader: Reading,
    id: Id,
    step: Annotated[int, Path(ge=0, le=2**31)],
    phase: Annotated[str, Query(max_length=50)] = "grpo",
) -> Item[GroupsAttributes]:
    """The rollout groups of a step: completions, reward parts, advantages."""
    row = await reader.one("read.run_step", run_id=id, phase=phase, step=step)
    if row is None or not row["groups_blob"]:
        raise missing("step", f"{id}/{phase}/{step}")
    found, total = await backend.of(request).artefacts.rows(row["groups_blob"], 0, GROUPS_MOST)
    attributes = GroupsAttributes(
        run_id=id,
        phase=phase,
        step=step,
        groups_blob=row["groups_blob"],
        total=total,
        rows=[GroupRow.model_validate(one) for one in found],
    )
    return item(f"{id}/{phase}/{step}", "groups", attributes)
