"""Why something happened, and what came of it: the chain of causation around one event."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter

from api.access import requires
from api.envelope import Attributes, Item, Resource, item
from api.errors import documented, missing
from api.events import EventAttributes
from api.reading import Reading, Row

router = APIRouter(prefix="/events", tags=["events"])
FURTHEST = 50  # causes
MOST = 200  # effects
CAUSES = """
with recursive chain as (
    select e.*, 0 as depth from read.event e where e.event_id = %(id)s
    union all
    select e.*, chain.depth + 1 from read.event e join chain on e.event_id = chain.causation_id
    where chain.depth < %(most)s)
select * from chain order by depth
"""
EFFECTS = "select * from read.event where causation_id = %(id)s order by time, event_id limit %(most)s"


class CausesAttributes(Attributes):
    """causes: the event that led to this one first, then what led to that, back to what a person asked for.

    effects: what followed from it directly, oldest first. truncated: there is more of either. related: events that go
    back to the same request, this one included.
    """

    event: Resource[EventAttributes]
    causes: list[Resource[EventAttributes]]
    effects: list[Resource[EventAttributes]]
    related: int
    truncated: bool


@router.get("/{id}/causes", dependencies=requires("studio:read"), responses=documented(401, 403, 404, 422))
async def causes(reader: Reading, id: UUID) -> Item[CausesAttributes]:
    """The causes of an event up to the first one, and its direct effects."""
    chain = await reader.rows(CAUSES, {"id": id, "most": FURTHEST})
    if not chain:
        raise missing("event", str(id))
    effects = await reader.rows(EFFECTS, {"id": id, "most": MOST + 1})
    count = "select count(*) as n from read.event where correlation_id = %s"
    related = await reader.rows(count, [chain[0]["correlation_id"]])
    further = len(chain) > FURTHEST and chain[-1]["causation_id"] is not None
    attributes = CausesAttributes(
        event=_shown(chain[0]),
        causes=[_shown(row) for row in chain[1:]],
        effects=[_shown(row) for row in effects[:MOST]],
        related=related[0]["n"],
        truncated=further or len(effects) > MOST,
    )
    return item(str(id), "causes", attributes)


def _shown(row: Row) -> Resource[EventAttributes]:
    return Resource(id=str(row["event_id"]), type="event", attributes=EventAttributes.model_validate(row))
