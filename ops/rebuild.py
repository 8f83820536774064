"""`studio rebuild`: views and the gate's heads folded again from the log, compared or put in place."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any

from projections import replay
from projections.catalogue import PROJECTIONS, named
from streams.database import pool
from streams.settings import Settings

GATE = "gate"


def names() -> list[str]:
    """What can be rebuilt."""
    return [GATE, *(projection.name for projection in PROJECTIONS)]


async def rebuild(settings: Settings, chosen: Sequence[str], compare: bool) -> AsyncIterator[dict[str, Any]]:
    """One report per name, as each is done; `equal` says whether the live tables are what the log gives.

    compare: only look. Otherwise a fresh copy takes the place of the live tables (of the gate: heads that differ).
    """
    shared = pool(settings.postgres_dsn, "rebuild", 4)
    await shared.open()
    try:
        for name in chosen:
            if name == GATE:
                # Imported here: the deciders bring every room with them, which a single view does not need.
                from api.deciders import DECIDERS
                from streams.refold import refold

                found = await refold(settings, shared, DECIDERS, mend=not compare)
                yield {"name": name, **found, "equal": found["equal"] or found["mended"] == len(found["differing"])}
                continue
            if not compare:
                await replay.replace(settings, shared, named(name))
            yield {"name": name, **await replay.compare(settings, shared, named(name))}
    finally:
        await shared.close()
