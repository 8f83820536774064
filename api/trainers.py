"""Trainers: what they could train on, and which run each of them holds."""

from __future__ import annotations

from datetime import datetime, timedelta

from fastapi import APIRouter

from api.access import requires
from api.envelope import Attributes, Page, page
from api.errors import documented
from api.reading import Reading, Row

router = APIRouter(prefix="/trainers", tags=["trainers"])
SILENT = timedelta(seconds=30)  # they announce themselves every few seconds

TRAINERS = """
select t.*, now() as asked_at, r.model_name, r.status
from read.trainer t left join read.run r on r.run_id = t.run_id and t.run_id <> ''
order by t.trainer limit 500
"""


class DeviceAttributes(Attributes):
    """memory, free: bytes."""

    name: str
    kind: str
    memory: int = 0
    free: int = 0


class TrainerAttributes(Attributes):
    """A trainer. run_id: what it works on, empty while it is free. silent: it stopped announcing itself."""

    devices: list[DeviceAttributes]
    run_id: str = ""
    model_name: str | None = None
    silent: bool
    announced_at: datetime


@router.get("", dependencies=requires("studio:read"), responses=documented(401, 403, 422))
async def index(reader: Reading) -> Page[TrainerAttributes]:
    """Trainers by name, with their devices and the run that each holds."""
    return page("trainer", [(row["trainer"], _shown(row)) for row in await reader.rows(TRAINERS)])


def _shown(row: Row) -> TrainerAttributes:
    silent = row["asked_at"] - row["announced_at"] > SILENT
    # One that fell silent holds nothing for long: its lease runs out, and another one takes over.
    run_id = "" if silent else row["run_id"]
    return TrainerAttributes.model_validate({**row, "run_id": run_id, "silent": silent})
