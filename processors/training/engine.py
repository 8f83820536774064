"""The trainer: tails the log, claims runs, works on one at a time, and reports holders that fell silent."""

from __future__ import annotations

import asyncio
import time

import structlog
from psycopg import OperationalError
from psycopg_pool import PoolTimeout

from processors.training.announcing import Announcer
from processors.training.board import TOPICS, Board, Key
from processors.training.claims import Claim, Report, next_move
from processors.training.decide import RUN, ClaimRun, ReportLeaseLost
from processors.training.devices import devices
from processors.training.job import Job
from processors.training.process import ChildCrashed
from streams.cause import Cause
from streams.decider import Refused
from streams.decision import Decision
from streams.gate import Do, Gate
from streams.room import Runtime, runtime
from streams.settings import Settings
from streams.source import LogSource

log = structlog.get_logger()
LONGEST_REST = 60.0  # seconds between two tries of one run
PATIENCE = 0.5  # seconds between looks at the board


async def run(settings: Settings) -> None:
    """Run a trainer until cancelled."""
    async with runtime(settings, connections=3) as shared, LogSource(settings, TOPICS) as source:
        trainer = Trainer(shared)
        async with asyncio.TaskGroup() as group:
            group.create_task(trainer.listen(source))
            group.create_task(trainer.act(source))
            group.create_task(trainer.announcer.run())


class Trainer:
    """A board of what the log says, and at most one job."""

    def __init__(self, shared: Runtime) -> None:
        self.shared, self.name = shared, shared.settings.trainer_name
        self.gate = Gate(shared.pool, (RUN,))
        self.board = Board()
        self.busy: Key | None = None
        self.claimed = (0, 0)  # version and epoch of the claim that is held
        self.task: asyncio.Task[None] | None = None
        self.job: Job | None = None
        self.announcer = Announcer(shared.sink, self.name, lambda: self.board.tenants, lambda: self.busy, devices)
        self.failures: dict[Key, int] = {}
        self.resting: dict[Key, float] = {}  # until when a run that went wrong here is left to others

    async def listen(self, source: LogSource) -> None:
        async for event in source.events():
            if event is None:
                continue
            known = len(self.board.tenants)
            self.board.take(event, time.monotonic())
            if len(self.board.tenants) > known and source.caught_up:
                self.announcer.news.set()
            if self.busy == (event.tenant, event.subject) and self.over() and self.task:
                log.info("claim_over", run=event.subject, status=self.board.runs[self.busy].state.status)
                self.task.cancel()

    def over(self) -> bool:
        """Whether the log shows that the claim held here has ended: lost, taken over, cancelled.

        A run that is paused is still finished here: with a checkpoint, and then let go.
        """
        view = self.board.runs.get(self.busy) if self.busy else None
        version, epoch = self.claimed
        if view is None or not version or view.version <= version:
            return False
        return view.state.status not in ("claimed", "paused") or view.state.epoch != epoch

    async def act(self, source: LogSource) -> None:
        """Look at the board again and again; the job runs beside it."""
        try:
            while True:
                await asyncio.sleep(PATIENCE)
                if self.job:
                    self.job.tell()
                if not source.caught_up:
                    continue
                now = time.monotonic()
                runs = [view for key, view in self.board.runs.items() if self.resting.get(key, 0.0) <= now]
                move = next_move(runs, self.board.trainers.values(), self.name, self.busy, now)
                try:
                    if isinstance(move, Report):
                        await self.report(move)
                    elif isinstance(move, Claim):
                        await self.claim(move)
                except (OperationalError, PoolTimeout) as problem:
                    log.warning("gate_unreachable", error=str(problem))
        finally:
            if self.task:
                self.task.cancel()
                await asyncio.gather(self.task, return_exceptions=True)

    async def report(self, move: Report) -> None:
        log.warning("lease_lost", run=move.key[1], epoch=move.epoch, reason=move.reason)
        tenant, run_id = move.key
        cause = Cause.of(self.board.runs[move.key].requested)
        await self.gate.handle(tenant, Do("run", run_id, ReportLeaseLost(move.epoch, move.reason)), cause=cause)
        # The answer will be in the log; until then this holder need not be reported again.
        self.board.runs[move.key].decided = time.monotonic()

    async def claim(self, move: Claim) -> None:
        tenant, run_id = move.key
        view = self.board.runs[move.key]
        command = ClaimRun(self.name, self.shared.settings.lease_seconds)
        try:
            decision = await self.gate.handle(
                tenant, Do("run", run_id, command), expected_version=move.version, cause=Cause.of(view.requested)
            )
        except Refused as refused:
            log.info("claim_refused", run=run_id, code=refused.code)  # somebody else has it; the log will say so
            return
        self.busy, self.claimed = move.key, (decision.version, epoch_of(decision))
        log.info("run_claimed", run=run_id, epoch=self.claimed[1], trainer=self.name)
        self.task = asyncio.create_task(self.work(move.key))
        self.task.add_done_callback(self.free)
        self.announcer.news.set()

    def rest(self, key: Key) -> None:
        """Do not claim this run again at once: what broke may need time, and claims are counted."""
        self.failures[key] = self.failures.get(key, 0) + 1
        self.resting[key] = time.monotonic() + min(2.0 ** self.failures[key], LONGEST_REST)

    def free(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (problem := task.exception()):
            log.error("job_failed", run=self.busy and self.busy[1], error=repr(problem), exc_info=problem)
        self.busy, self.claimed, self.task, self.job = None, (0, 0), None, None
        self.announcer.news.set()

    async def work(self, key: Key) -> None:
        view, epoch = self.board.runs[key], self.claimed[1]
        self.job = Job(self.shared, self.gate, self.board, view, epoch)
        try:
            await self.job.work()
            self.failures.pop(key, None)
        except ChildCrashed:
            self.rest(key)
        except Exception as problem:
            self.rest(key)
            # A fault of this trainer, not of the run: give it back, another one or another try may do better.
            await self.gate.handle(
                key[0], Do("run", key[1], ReportLeaseLost(epoch, repr(problem))), cause=Cause.of(view.requested)
            )
            raise


def epoch_of(decision: Decision) -> int:
    """The epoch in the answer to a claim."""
    return int(decision.events[0][1]["epoch"])
