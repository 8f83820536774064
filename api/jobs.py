"""What is under way: documents being read, batches, curations, datasets, runs and trials in one list."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query

from api.access import requires
from api.cursor import Limit
from api.envelope import Attributes, Fault, Page, page
from api.errors import documented
from api.reading import Reading, Row
from api.run import PACE

router = APIRouter(prefix="/jobs", tags=["jobs"])
Kind = Literal["document", "batch", "curation", "dataset", "run", "deployment"]

# One row shape for every kind. A run's share is of its present phase; a curation's samples count once scored.
JOBS = f"""
select 'document' as kind, document_id as id, name, state, state = 'registered' as active,
    (state <> 'registered')::int::bigint as done, 1::bigint as total, 'document' as unit, '' as phase,
    created_at as started_at, updated_at, error_code, error_reason, error_remedy, null::float8 as pace
from read.document
union all
select 'batch', batch_id, method || ', ' || count || ' samples', state, decided = 'requested',
    samples, count, 'samples', '', created_at, updated_at, error_code, error_reason, error_remedy, null
from read.batch
union all
select 'curation', c.curation_id, c.rule, c.state, c.decided = 'requested',
    case when c.decided = 'requested' then
        (select count(distinct s.sample_id) from read.sample_score s where s.curation_id = c.curation_id)
    else c.samples end,
    (select sum(b.samples)::bigint from read.batch b where c.batches @> to_jsonb(b.batch_id)),
    'samples', '', c.created_at, c.updated_at, c.error_code, c.error_reason, c.error_remedy, null
from read.curation c
union all
select 'dataset', dataset_id, name, state, state = 'requested', coalesce(train_rows + heldout_rows, 0), null,
    'rows', '', created_at, updated_at, error_code, error_reason, error_remedy, null
from read.dataset
union all
select 'run', r.run_id, r.model_name, r.status, r.status in ('pending', 'running', 'paused', 'lost'),
    coalesce(r.step, 0), r.steps_total, 'steps', coalesce(r.phase, ''), coalesce(r.claimed_at, r.created_at),
    r.updated_at, r.error_code, r.error_reason, r.error_remedy,
    case when r.status = 'running' then ({PACE}) end
from read.run r
union all
select 'deployment', d.name, d.name || ' ' || d.canary_version, d.state,
    d.state in ('trial', 'undecided') and d.canary_version <> '',
    coalesce((select c.outcomes from read.call_counter c where c.deployment = d.name and c.version = d.canary_version
        and c.role = 'canary'), 0),
    d.maximum_calls, 'judged calls', '', coalesce(d.started_at, d.created_at), d.updated_at, null, null, null, null
from read.deployment d
"""


class JobAttributes(Attributes):
    """Something that takes time. total: null where it is not known before the end; phase: of a run.

    eta_seconds: at the pace so far; null where nothing is done yet, or where the end depends on others' calls.
    """

    kind: Kind
    name: str
    state: str
    active: bool
    done: int
    total: int | None
    unit: str
    phase: str = ""
    started_at: datetime
    updated_at: datetime
    eta_seconds: float | None = None
    error: Fault | None = None


@router.get("", dependencies=requires("studio:read"), responses=documented(401, 403, 422))
async def index(
    reader: Reading,
    active: Annotated[bool, Query(description="False: what has ended, too.")] = True,
    limit: Limit = 100,
) -> Page[JobAttributes]:
    """Jobs, the one that moved last first; `meta.total` counts all of them."""
    query = f"select *, now() as asked_at, count(*) over () as found from ({JOBS}) job"
    query += (" where active" if active else "") + " order by updated_at desc, kind, id limit %(limit)s"
    rows = await reader.rows(query, {"limit": limit})
    total = rows[0]["found"] if rows else 0
    return page("job", [(f"{row['kind']}/{row['id']}", _shown(row)) for row in rows], None, total)


def _shown(row: Row) -> JobAttributes:
    error = None
    if row["error_reason"]:
        code = row["error_code"] or str(row["state"]).upper()
        error = Fault(code=code, reason=row["error_reason"], remedy=row["error_remedy"] or "")
    known = {name: value for name, value in row.items() if value is not None}
    values = {"total": None, **known, "name": row["name"] or row["id"], "done": row["done"] or 0}
    attributes = JobAttributes.model_validate({**values, "error": error})
    attributes.eta_seconds = remaining(row)
    return attributes


def remaining(row: Row) -> float | None:
    """Seconds to the end at the pace so far."""
    done, total = row["done"] or 0, row["total"]
    if (
        not row["active"]
        or total is None
        or row["kind"] == "deployment"
        or row["state"] in ("pending", "paused", "lost")
    ):
        return None
    left = max(0, total - done)
    if row["pace"] is not None:
        return float(round(row["pace"] * left, 1))
    if not done:
        return None
    return float(round((row["asked_at"] - row["started_at"]).total_seconds() / done * left, 1))
