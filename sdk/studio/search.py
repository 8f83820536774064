"""Searching for settings over runs: each trial is a run, and the log is all that a search remembers.

Whoever starts it again under its name finds its runs by their labels, goes on with those that train, and pays for none
of them twice: a trial's number is the key under which its run is asked for.
"""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import Callable
from typing import Any

from studio.client import AsyncStudio
from studio.errors import ApiError, Conflict, StudioError, ValidationError
from studio.feed import FeedEvent
from studio.item import Item
from studio.search_spec import Spec
from studio.search_study import propose, worth_stopping
from studio.search_trial import PRUNED, Found, Trial, best, configured, end, next_number, trial_of

STATUS = {"RunCompleted": "completed", "RunFailed": "failed", "RunCancelled": "cancelled"}
LIST_PATIENCE = 10.0  # seconds for a run that another searcher asked for to be listed


class Search:
    """One search, at work until its trials are done. `tell` hears of every trial that begins or ends."""

    def __init__(self, studio: AsyncStudio, spec: Spec, tell: Callable[[Trial], None] = lambda trial: None) -> None:
        self._studio, self._spec, self._tell = studio, spec, tell
        self._trials: dict[int, Trial] = {}
        self._followed: set[int] = set()
        self._turn = asyncio.Lock()
        self._exhausted = False

    async def run(self) -> Found:
        """Try until `trials` runs have been asked for and have ended, or the space holds nothing new.

        Raises:
            StudioError: SPEC_CHANGED; SEARCH_FAILED after several failed runs in a row; what the API refuses.
        """
        await self._read()
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(self._spec.parallel):
                    group.create_task(self._work())
        except BaseExceptionGroup as several:
            raise _first(several) from None
        ordered = tuple(self._ordered())
        return Found(self._spec, ordered, best(self._spec, ordered))

    def _ordered(self) -> list[Trial]:
        return [self._trials[number] for number in sorted(self._trials)]

    async def _read(self) -> None:
        """The trials as the platform has them."""
        cursor: str | None = None
        while True:
            labels = {"search": self._spec.name}
            page = await self._studio.runs.list(labels=labels, limit=200, cursor=cursor)
            for run in page:
                trial = trial_of(self._spec, run)
                if trial.number not in self._trials:
                    self._trials[trial.number] = trial
                    if trial.state != "running":  # the steps of a running one come again while it is followed
                        await self._steps(trial)
            cursor = page.next_cursor
            if cursor is None:
                return

    async def _steps(self, trial: Trial) -> None:
        async for step in self._studio.runs.steps(trial.run_id, phase=self._spec.pruning.phase):
            self._note(trial, step.attributes)

    def _note(self, trial: Trial, step: Any) -> None:
        metrics = step.get("metrics") or {}
        metrics = json.loads(metrics) if isinstance(metrics, str) else metrics
        value = step.get(self._spec.pruning.metric, metrics.get(self._spec.pruning.metric))
        if isinstance(value, int | float) and math.isfinite(value):
            trial.values[int(step["step"])] = float(value)

    async def _work(self) -> None:
        while (trial := await self._next()) is not None:
            await self._follow(trial)

    async def _next(self) -> Trial | None:
        """A trial that trains and that nobody here follows, else a new one."""
        async with self._turn:
            self._give_up()
            left = [one for one in self._ordered() if one.state == "running" and one.number not in self._followed]
            trial = left[0] if left else await self._begin()
            if trial is not None:
                self._followed.add(trial.number)
            return trial

    def _give_up(self) -> None:
        ended = [trial for trial in self._ordered() if trial.state != "running"]
        last = ended[-self._spec.failures :]
        if len(last) == self._spec.failures and all(trial.state == "failed" for trial in last):
            raise StudioError(
                f"{len(last)} runs in a row failed; the last one, {last[-1].run_id}: {last[-1].reason}",
                code="SEARCH_FAILED",
                remedy="mend what they say, then search under another name",
            )

    async def _begin(self) -> Trial | None:
        spec = self._spec
        while not self._exhausted and (number := next_number(self._ordered())) < spec.trials:
            params = await asyncio.to_thread(propose, spec, self._ordered())
            if params is None:
                self._exhausted = True
                break
            try:
                run = await self._studio.runs.create(
                    spec.dataset,
                    model_name=spec.model,
                    base_model=spec.base,
                    config=configured(spec, params),
                    needs=spec.needs,
                    labels={"search": spec.name, "trial": str(number), "spec": spec.digest},
                    key=f"search/{spec.name}/{number}",
                )
            except ApiError as error:
                if error.code != "KEY_REUSED":
                    raise
                await self._known_elsewhere(number)
                continue
            self._trials[number] = trial = Trial(number, run.id, params)
            self._tell(trial)
            return trial
        return None

    async def _known_elsewhere(self, number: int) -> None:
        """A run that this search asked for before, or in another process: its view may be a moment behind."""
        for _ in range(int(LIST_PATIENCE / 0.5)):
            await self._read()
            if number in self._trials:
                return
            await asyncio.sleep(0.5)
        raise StudioError(f"trial {number} of {self._spec.name!r} exists, but its run is not listed", code="LATE")

    async def _follow(self, trial: Trial) -> None:
        stopped = False
        async for event in self._studio.follow(Item(trial.run_id, "run", {})):
            if event.type in STATUS:
                self._end(trial, event)
            elif event.type == "StepRecorded" and event.data.get("phase") == self._spec.pruning.phase:
                self._note(trial, event.data)
                if not stopped and await asyncio.to_thread(worth_stopping, self._spec, self._ordered(), trial):
                    stopped = True
                    await self._stop(trial)
        self._tell(trial)

    def _end(self, trial: Trial, event: FeedEvent) -> None:
        metrics = event.data.get("metrics") or {}
        metrics = json.loads(metrics) if isinstance(metrics, str) else metrics
        end(self._spec, trial, STATUS[event.type], metrics, str(event.data.get("reason") or ""))

    async def _stop(self, trial: Trial) -> None:
        step = max(trial.values)
        reason = f"{PRUNED} {self._spec.name!r} ({self._spec.pruning.kind}) after step {step}"
        try:
            await self._studio.runs.cancel(trial.run_id, reason=reason)
        except (Conflict, ValidationError):
            pass  # it ended meanwhile


def _first(error: BaseException) -> BaseException:
    """The first error inside groups of them."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
