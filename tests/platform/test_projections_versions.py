"""New versions of projections: built beside the one that is read, switched to and back; changed tables begin anew."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from studio.contract import Event
from studio.contract.records import DocumentRegistered

from ops.local.session import Session
from projections import schema
from projections.catalogue import PROJECTIONS, Projection, named
from projections.engine import follow
from tests.background import background
from tests.platform.views import World, world_of
from tests.story import Teller


@pytest.fixture
async def world(backbone: Session) -> AsyncIterator[World]:
    async with world_of(backbone) as found:
        yield found


async def test_a_new_version_is_built_beside_and_switched_and_switched_back(world: World) -> None:
    table = replace(PROJECTIONS[0].tables[0], name=f"thing_{uuid4().hex[:6]}")
    old = Projection(f"things_{uuid4().hex[:6]}", 1, ("studio.documents",), (table,), _things(table.name, "old"))
    new = replace(old, version=2, rows=_things(table.name, "new"))
    teller = Teller(world.tenant)
    teller.decide("doc", DocumentRegistered(name="a"))
    state = f"select state from read.{table.name} where tenant_id = %s"
    async with world.engine.connection() as conn:
        await schema.create(conn, projections=[old])
    async with background(follow(world.settings, world.engine, [old])):
        await world.sink.publish(teller.told)
        await world.until(state, "old", world.tenant)
        async with world.engine.connection() as conn:
            await schema.create(conn, projections=[new])
        assert await world.value(state, world.tenant) == "old", "nobody sees the new one before the switch"
        async with background(follow(world.settings, world.engine, [new])):
            await world.until(f"select count(*) from {new.schema}.{table.name} where tenant_id = %s", 1, world.tenant)
            for version, seen in ((2, "new"), (1, "old"), (2, "new")):
                async with world.engine.connection() as conn, conn.transaction():
                    await schema.show(conn, new.name, version)
                assert await world.value(state, world.tenant) == seen
            with pytest.raises(LookupError):
                async with world.engine.connection() as conn, conn.transaction():
                    await schema.show(conn, new.name, 3)


def _things(table: str, word: str) -> Callable[[Sequence[Event]], Any]:
    def rows(events: Sequence[Event]) -> Any:
        for row in named("documents").rows(events):
            yield row._replace(table=table, values={**row.values, "state": word})

    return rows


async def test_changed_tables_are_built_anew_from_the_log(world: World) -> None:
    (copy,) = await world.copies("documents")
    copy = replace(copy, name=f"changed_{uuid4().hex[:6]}")
    copy = replace(copy, tables=(replace(copy.tables[0], name=copy.name),), rows=_things(copy.name, "x"))
    teller = Teller(world.tenant)
    teller.decide("doc", DocumentRegistered(name="a"))
    await world.sink.publish(teller.told)
    for columns in ("", ", more bigint"):
        table = replace(copy.tables[0], columns=copy.tables[0].columns + columns)
        changed = replace(copy, tables=(table,))
        async with world.engine.connection() as conn:
            await schema.create(conn, projections=[changed])
        async with background(follow(world.settings, world.engine, [changed])):
            await world.until(f"select count(*) from read.{copy.name} where tenant_id = %s", 1, world.tenant)
