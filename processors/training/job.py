"""One run under one claim: fetch, start the torch process, have its records told, end the run at the gate."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import structlog
from psycopg import OperationalError
from studio.contract.records import RunHeartbeat

from processors.training.board import Board, RunView
from processors.training.decide import Command, CompleteRun, FailRun, ReportLeaseLost
from processors.training.facts import Facts
from processors.training.manifest import Store, clear
from processors.training.preparation import PAUSE, JobImpossible, Preparation, dataset_of, standing_orders
from processors.training.process import Child, ChildCrashed
from processors.training.telling import Telling
from streams.cause import Cause
from streams.decider import Refused
from streams.gate import Do, Gate
from streams.room import Runtime

log = structlog.get_logger()


class Job:
    """Works on ``view`` under the claim ``epoch``; ``work`` returns when the run ended, paused, or was given back."""

    def __init__(self, runtime: Runtime, gate: Gate, board: Board, view: RunView, epoch: int) -> None:
        self.runtime, self.gate, self.board, self.view, self.epoch = runtime, gate, board, view, epoch
        self.tenant, self.run_id = view.key
        self.facts = Facts(runtime.sink, self.tenant, self.run_id, epoch, view.requested)
        self.store = Store(runtime.blobs)
        self.home = runtime.settings.home / "trainers" / runtime.settings.trainer_name / self.tenant / self.run_id
        self.telling = Telling(self.facts, self.store, self.tenant)
        self.base_manifest = ""
        self.child: Child | None = None

    async def work(self) -> None:
        """Train to the end, or until the run is paused; a typed error of the torch process fails the run.

        Raises:
            ChildCrashed: it ended without a word; the run was given back.
        """
        beat = asyncio.create_task(self.beat())
        try:
            # Once a fact of this claim is in the log, those of earlier ones can no longer follow.
            while self.view.progress.order[0] < self.epoch:  # noqa: ASYNC110 - the board's fold has no events
                await asyncio.sleep(PAUSE)
            await self.telling.begin(self.view.progress)
            preparation = Preparation(self.store, self.board, self.view, self.home)
            dataset = await dataset_of(self.board, self.view)
            prepared = await preparation.going_on(dataset, self.runtime.settings.training_threads, self.epoch)
            self.telling.warnings += prepared.warnings
            processes = self.runtime.settings.training_processes
            async with Child(prepared.job, self.home / "job.json", processes) as self.child:
                self.tell()  # before it looks for the first time
                async for record in self.child.records():
                    await self.take(record)
        except ChildCrashed as crash:
            log.warning("training_process_crashed", run=self.run_id, reason=str(crash))
            await self.say(ReportLeaseLost(self.epoch, str(crash)))
            raise
        except JobImpossible as problem:
            await self.say(problem.command(self.epoch))
        finally:
            self.child = None
            beat.cancel()
            clear(self.home)

    def tell(self) -> None:
        """Pass on what is asked of the run; called again and again."""
        if not self.child:
            return
        try:
            self.child.tell(standing_orders(self.view, self.epoch))
        except OSError as problem:
            log.warning("orders_not_written", run=self.run_id, error=str(problem))

    async def beat(self) -> None:
        """Say that the claim is held, a few times per lease, whatever the torch process is doing."""
        while True:
            phase, step, total = self.telling.place
            await self.facts.publish(
                RunHeartbeat(
                    run_id=self.run_id,
                    trainer=self.runtime.settings.trainer_name,
                    phase=phase,
                    step=step,
                    steps_total=total,
                )
            )
            await asyncio.sleep(min(2.0, self.view.lease_seconds / 4))

    async def take(self, record: dict[str, Any]) -> None:
        """Publish what one record of the torch process says, or end the run with it."""
        match record["kind"]:
            case "base":
                self.base_manifest, _ = await self.store.put(self.tenant, Path(record["path"]), step=0, role="base")
            case "finished":
                manifest, _ = await self.store.put(
                    self.tenant, Path(record["path"]), step=record["step"], epoch=self.epoch, role="trained"
                )
                await self.say(
                    CompleteRun(self.epoch, record["step"], manifest, self.base_manifest, json.dumps(record["metrics"]))
                )
            case "error" if record["code"] == "CHECKPOINT_CORRUPT":
                # It came whole from the blob store, so the fault is here; another try fetches it again.
                await self.say(ReportLeaseLost(self.epoch, record["message"]))
            case "error":
                await self.say(
                    FailRun(self.epoch, record["code"], record["message"], record["field"], record["remedy"])
                )
            case _:
                await self.telling.take(record)

    async def say(self, command: Command) -> None:
        """Bring a command to the gate, for as long as the database is away; a refusal means that the claim is over."""
        key = f"run/{self.run_id}/{self.epoch}/{type(command).__name__}"
        while True:
            try:
                await self.gate.handle(
                    self.tenant,
                    Do("run", self.run_id, command),
                    idempotency_key=key,
                    cause=Cause.of(self.view.requested),
                )
                return
            except Refused as refused:
                log.warning("command_refused", run=self.run_id, code=refused.code, reason=refused.message)
                return
            except OperationalError as problem:
                log.warning("gate_unreachable", run=self.run_id, error=str(problem))
                await asyncio.sleep(1)
