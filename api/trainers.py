"""Trainers: what they could train on, and which run each of them holds."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from fastapi import APIRouter

from api.access import requires
from api.envelope import Attributes, Page, page
from api.errors import documented
from api.reading import Reading, Row
from processors.training.allocation import SILENCE
from processors.training.announcing import ELSEWHERE

router = APIRouter(prefix="/trainers", tags=["trainers"])

TRAINERS = """
select t.*, now() as asked_at, r.model_name
from read.trainer t left join read.run r on r.run_id = t.run_id
where t.announced_at > now() - interval '1 day'
order by t.trainer limit 500
"""


class DeviceAttributes(Attributes):
    """memory, free: bytes."""

    name: str
    kind: str
    memory: int = 0
    free: int = 0


class TrainerAttributes(Attributes):
    """A trainer. status `elsewhere`: it works for another tenant; `silent`: it stopped announcing itself.

    run_id, model_name: what it works on here.
    """

    status: Literal["free", "running", "elsewhere", "silent"]
    devices: list[DeviceAttributes]
    run_id: str = ""
    model_name: str | None = None
    announced_at: datetime


@router.get("", dependencies=requires("studio:read"), responses=documented(401, 403, 422))
async def index(reader: Reading) -> Page[TrainerAttributes]:
    """Trainers of the last day by name, with their devices and the run that each holds."""
    return page("trainer", [(row["trainer"], _shown(row)) for row in await reader.rows(TRAINERS)])


def _shown(row: Row) -> TrainerAttributes:
    run_id, status = row["run_id"], "running" if row["run_id"] else "free"
    if row["asked_at"] - row["announced_at"] > timedelta(seconds=SILENCE):
        # It holds nothing for long: its lease runs out, and another one takes over.
        run_id, status = "", "silent"
    elif run_id == ELSEWHERE:
        run_id, status = "", "elsewhere"
    return TrainerAttributes.model_validate({**row, "run_id": run_id, "status": status})
