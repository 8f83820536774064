"""The deployment room at work: registry policy, routing tables and the rollout controller in one processor."""

from __future__ import annotations

from collections.abc import Sequence

from studio.contract import Event
from studio.contract.records import OutcomeWindow, RunCompleted

from processors.deployment.decide import DEPLOYMENT
from processors.deployment.memories import BATCH, Memories
from processors.deployment.policy import DECISIONS, Memory, react
from processors.deployment.registry import MODEL
from streams.database import Connection
from streams.outcome import NOTHING, Outcome
from streams.processor import Processor
from streams.room import Room, Runtime, run_room
from streams.settings import Settings
from streams.work import Worker

TOPICS = ("studio.training", "studio.deployments", "studio.metrics.windows")


def build(run: Runtime) -> tuple[Sequence[Processor], Sequence[Worker]]:
    memories = Memories(run.pool)

    async def handle(event: Event) -> Outcome:
        if isinstance(event.data, RunCompleted):
            return react(Memory(), event)[1]
        if not isinstance(event.data, (*DECISIONS, OutcomeWindow)):
            return NOTHING
        revision, memory = await memories.before(event)
        after, outcome = react(memory, event)
        if after == memory:
            return outcome
        memories.after(event, after)

        async def store(conn: Connection) -> None:
            await memories.store(conn, event, revision, after)

        return Outcome(facts=outcome.facts, commands=outcome.commands, effects=(store,))

    return [Processor("deployment", TOPICS, handle, batch=BATCH, begin=memories.begin)], []


ROOM = Room("deployment", (MODEL, DEPLOYMENT), build)


async def run(settings: Settings) -> None:
    """Run the room until cancelled."""
    await run_room(settings, ROOM)
