"""How many pieces of a curation are left; whoever does the last one queues its end."""

from __future__ import annotations

from processors.curation.pieces import finish_item
from processors.curation.tables import Job
from streams.database import Connection
from streams.outcome import Effect, enqueue


def one_less(job: Job) -> Effect:
    """Count a piece as done."""

    async def count(conn: Connection) -> None:
        row = await (
            await conn.execute(
                "update curation.job set items = items - 1 where tenant = %s and id = %s returning items",
                [job.tenant, job.id],
            )
        ).fetchone()
        if row is not None and row[0] == 0:
            await enqueue(conn, [finish_item(job)])

    return count
