"""Projections that meet what they cannot take: it waits, all else goes on, and a rebuild says the same."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from studio.contract import Encoded, Event, encode
from studio.contract.records import SampleScored

from ops.local.session import Session
from projections import comparison
from projections.catalogue import PROJECTIONS, named
from projections.engine import follow
from streams import dead
from streams.catalogue import TOPICS
from streams.relay import run as relay
from streams.token import Token
from tests.background import background
from tests.platform.views import World, at_the_end, steps, world_of
from tests.story import Teller, story


@pytest.fixture
async def world(backbone: Session) -> AsyncIterator[World]:
    async with world_of(backbone) as found:
        yield found


async def test_undecodable_bytes_on_every_topic_park_only_their_key(world: World) -> None:
    copies = await world.copies(*(projection.name for projection in PROJECTIONS))
    read = {topic.name for topic in TOPICS if topic.name != "studio.routing"}
    good = story(world.tenant)
    poison = [
        Encoded(topic, f"{world.tenant}/poison".encode(), [("ce_tenant", world.tenant.encode())], body)
        for topic in sorted(read)
        for body in (b"\xc3\x01 no such schema here", b"")
    ]
    token = Token()
    for bad in poison:
        token = token.joined(await world.sink.send([bad]))
    token = token.joined(await world.sink.publish(good))
    async with background(follow(world.settings, world.engine, copies)):
        for projection in copies:
            await world.caught_up(projection, token)
        for projection in copies:
            query = "select count(*) from streams.parked where consumer = %s and key = %s"
            parked = await world.value(query, projection.consumer, f"{world.tenant}/poison")
            assert parked == 2 * len(projection.topics), projection.name
            others = "select count(*) from streams.parked where consumer = %s and key like %s and key <> %s"
            assert not await world.value(others, projection.consumer, f"{world.tenant}/%", f"{world.tenant}/poison")
            assert (await comparison.compare(world.settings, world.engine, projection))["equal"]
        documents = next(projection for projection in copies if projection.name == "documents")
        rows = await world.value(f"select count(*) from {documents.schema}.document where tenant_id = %s", world.tenant)
        assert rows == 3


async def test_a_letter_whose_headers_hold_nul_is_shown_like_any_other(world: World) -> None:
    """Postgres keeps no NUL in jsonb; the view of dead letters would fill with letters about itself."""
    runs, letters = await world.copies("runs", "dead_letters")
    await at_the_end(world, runs, letters)
    key, headers = f"{world.tenant}/x".encode(), [("ce_tenant", world.tenant.encode()), ("a\0b", b"c\0\xff")]
    await world.sink.send([Encoded("studio.training", key, headers, b"\0")])
    found = f"select headers from {letters.schema}.dead_letter where tenant_id = %s and consumer = '{runs.consumer}'"
    async with background(follow(world.settings, world.engine, [runs, letters]), relay(world.settings)):
        await world.until(found, [["ce_tenant", world.tenant], ["a\ufffdb", "c\ufffd\xff"]], world.tenant)
    own = "select count(*) from streams.dead_letter where consumer = %s"
    assert await world.value(own, letters.consumer) == 0


async def test_a_skipped_letter_is_left_out_by_the_rebuild_too(world: World) -> None:
    """The second event is poison; a person skips it; the third one then counts, on both sides."""
    (copy,) = await world.copies("curations")
    teller = Teller(world.tenant)
    for number in range(3):
        teller.fact("cur/0", SampleScored(sample_id=f"s{number}", curation_id="cur", scorer="x"))
    first, second, third = (encode(event) for event in teller.told)
    broken = second._replace(body=b"\xc3\x01 no such schema")
    await world.sink.send([first])
    await world.sink.send([broken])
    token = await world.sink.send([third])
    scores = f"select scores from {copy.schema}.curation where tenant_id = %s"
    async with background(follow(world.settings, world.engine, [copy]), relay(world.settings)):
        await world.until("select count(*) from streams.parked where consumer = %s and key = %s", 2, copy.consumer,
                          f"{world.tenant}/cur")  # fmt: skip
        assert await world.value(scores, world.tenant) == 1
        assert (await comparison.compare(world.settings, world.engine, copy))["equal"]
        letter = "select dead_id::text from streams.dead_letter where consumer = %s and key = %s"
        dead_id = await world.value(letter, copy.consumer, f"{world.tenant}/cur")
        async with world.engine.connection() as conn:
            await dead.settle(conn, dead_id, world.tenant, False, "ann", "not worth it")
        await world.until("select state from streams.dead_letter where dead_id = %s", "skipped", dead_id)
        await world.caught_up(copy, token)
        assert await world.value(scores, world.tenant) == 2, "its number counts as seen, so the third one follows"
    report = await comparison.compare(world.settings, world.engine, copy)
    assert report["equal"], report
    assert report["left_out"]["skipped"] == 1


async def test_one_stopped_projection_does_not_hold_up_the_others(world: World) -> None:
    """Too many dead letters in a row stop one projection; the rest goes on; after the release it catches up."""
    runs, log = await world.copies("runs", "log")
    faulty = True

    def rows(events: Sequence[Event]) -> Any:
        if faulty and any(event.tenant == world.tenant for event in events):
            raise RuntimeError("a fault in the code")
        yield from named("runs").rows(events)

    ill = replace(runs, rows=rows)
    settings = world.settings.model_copy(update={"dead_letters_in_a_row": 3})
    await at_the_end(world, ill, log)  # what other tests left behind is none of this one's business
    count = f"select count(*) from {runs.schema}.run_step where tenant_id = %s"
    events = f"select count(*) from {log.schema}.event where tenant_id = %s"
    states = "select state from streams.consumer where consumer = %s"
    async with background(follow(settings, world.engine, [ill, log])):
        await world.sink.publish(steps(world.tenant, 20, 5))
        await world.until(states, "stopped", ill.consumer)
        await world.until(events, 100, world.tenant)
        letters = "select count(*) from streams.dead_letter where consumer = %s and tenant = %s"
        assert await world.value(letters, ill.consumer, world.tenant) == 3, "it stops, it does not bury everything"
        faulty = False
        async with world.engine.connection() as conn:
            rows_ = await conn.execute(
                "select dead_id::text from streams.dead_letter where consumer = %s and tenant = %s",
                [ill.consumer, world.tenant],
            )
            for (dead_id,) in await rows_.fetchall():
                await dead.settle(conn, dead_id, None, True, "ann", "mended")
        await world.until(count, 100, world.tenant)
        await world.sink.publish(steps(f"{world.tenant}-later", 2, 5))
        await world.until(count, 10, f"{world.tenant}-later")
        assert await world.value("select count(*) from streams.parked where consumer = %s", ill.consumer) == 0
