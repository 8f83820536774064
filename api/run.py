"""What a training run says about itself, and how long it will take."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from api.body import Body, JsonObject, Whole
from api.envelope import Aggregate, Attributes, Fault
from api.errors import missing
from api.paths import IdField, NameField
from api.reading import Reader, Row
from api.rows import shown

Status = Literal["pending", "running", "paused", "lost", "completed", "failed", "cancelled"]

# Median of the last steps of the present phase: one slow step (an evaluation, a checkpoint) does not count for many.
PACE = """select percentile_cont(0.5) within group (order by t.seconds) from (
    select s.seconds from read.run_step s where s.run_id = r.run_id and s.phase = r.phase
    order by s.recorded_at desc limit 20) t"""


class Needs(Body):
    """What a trainer must have for a run. memory: free bytes on one device; 0 asks for none."""

    device: Literal["cpu", "cuda", "any"] = "any"
    memory: Annotated[Whole, Field(ge=0)] = 0


class NewRun(Body):
    """A run over a frozen dataset. base_model: `small`, a hub id, or a path that the trainer can read.

    labels: names and texts to find it by again.
    """

    dataset_id: IdField
    base_model: Annotated[str, StringConstraints(min_length=1, max_length=1000)] = "small"
    config: JsonObject = {}
    model_name: NameField
    needs: Needs = Needs()
    labels: dict[str, str] = {}


class AlarmAttributes(Attributes):
    """What the stability monitor said: which rule, what it did, and the value that went over the limit."""

    rule: str
    action: str = ""
    value: float | None = None
    limit: float | None = None
    message: str = ""


class RunAttributes(Aggregate):
    """A run. status `lost`: its trainer fell silent, another one will take over. step: the last that was reported.

    parent_run, parent_step: of a fork, and the last step that both share. adjusted: how often settings were changed
    while it trained. alarms: the last ones, of alarm_step. step_seconds: median of the last steps of the present phase;
    eta_seconds: to the end of that phase at this pace, null unless it is running.
    """

    dataset_id: str
    base_model: str = ""
    config: dict[str, Any] = {}
    model_name: str = ""
    requested_by: str = ""
    parent_run: str = ""
    parent_step: int = 0
    needs: dict[str, Any] = {}
    labels: dict[str, str] = {}
    status: Status
    trainer: str | None = None
    epoch: int | None = None
    phase: str | None = None
    step: int | None = None
    steps_total: int | None = None
    step_seconds: float | None = None
    eta_seconds: float | None = None
    loss: float | None = None
    reward: float | None = None
    kl: float | None = None
    tokens: int = 0
    steps: int = 0
    metrics: dict[str, Any] | None = None
    alarms: list[AlarmAttributes] = []
    alarm_step: int | None = None
    adjusted: int = 0
    final_step: int | None = None
    manifest_blob: str | None = None
    base_manifest_blob: str | None = None
    checkpoint_step: int | None = None
    checkpoint_blob: str | None = None
    heartbeat_at: datetime | None = None
    claimed_at: datetime | None = None
    paused_at: datetime | None = None
    paused_by: str = ""
    pause_reason: str = ""
    ended_at: datetime | None = None
    error: Fault | None = None


async def runs_of(reader: Reader, rows: Sequence[Row]) -> list[tuple[str, RunAttributes]]:
    """Ids and attributes of rows of `read.run`."""
    running = [row["run_id"] for row in rows if row["status"] == "running"]
    paces: dict[str, float] = {}
    if running:
        query = f"select r.run_id, ({PACE}) as pace from read.run r where r.run_id = any(%s)"
        paces = {row["run_id"]: row["pace"] for row in await reader.rows(query, [running])}
    return [(row["run_id"], _shown(row, paces.get(row["run_id"]))) for row in rows]


def _shown(row: Row, pace: float | None) -> RunAttributes:
    more = {"heartbeat_at": row["beat_at"], "step_seconds": pace, "eta_seconds": eta(row, pace)}
    return shown(RunAttributes, row, **more)


def eta(row: Row, pace: float | None) -> float | None:
    """Seconds to the end of the present phase; None where nothing is known or nobody works on it."""
    if pace is None or row["status"] != "running" or row["steps_total"] is None:
        return None
    return float(round(pace * max(0, row["steps_total"] - (row["step"] or 0)), 1))


async def run_row(reader: Reader, id: str) -> Row:
    """The run.

    Raises:
        Problem: 404.
    """
    row = await reader.one("read.run", run_id=id)
    if row is None:
        raise missing("run", id)
    return row
