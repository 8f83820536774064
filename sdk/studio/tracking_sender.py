"""The thread that brings facts of a loop to the platform: numbered, in order, repeated until they are acknowledged."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, Protocol, TypeVar

from studio.contract import Record, to_dict
from studio.contract.records import RunHeartbeat, StepRecorded
from studio.errors import RateLimited, ServerFault, StudioError, Unreachable

BATCH = 200  # facts in one request
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 15.0  # seconds between tries
T = TypeVar("T")
PASSING = (Unreachable, ServerFault, RateLimited)


@dataclass(frozen=True, slots=True)
class Claim:
    """The hold on a run. recorded: phase to the last step that the log has already."""

    run_id: str
    epoch: int
    lease_seconds: float
    recorded: Mapping[str, int]
    definitions_blob: str = ""


class Wire(Protocol):
    """How the platform is reached; each call raises `StudioError`."""

    def open(self) -> Claim: ...
    def send(self, claim: Claim, facts: list[dict[str, Any]]) -> None: ...
    def end(self, claim: Claim, outcome: str, reason: str, step: int, metrics: Mapping[str, Any]) -> None: ...
    def close(self) -> None: ...


class Sender:
    """Facts wait here, at most `capacity`; what does not fit is dropped before it has a number, so no gap arises.

    `offer` never waits. `warn` is told once about each kind of trouble.
    """

    def __init__(self, wire: Wire, capacity: int, warn: Callable[[str], None], tick: Callable[[], None]) -> None:
        """tick: called by the thread a few times per second, so that a step that lingers is offered."""
        self._wire, self._capacity, self._warn, self._tick = wire, capacity, warn, tick
        self._waiting: deque[tuple[datetime, Record]] = deque()
        self._batch: list[dict[str, Any]] = []  # numbered, not acknowledged
        self._seq, self._last = 0, ("", 0, 0)
        self._wake = threading.Condition()
        self._end: tuple[str, str, int, Mapping[str, Any]] | None = None
        self._deadline = float("inf")
        self.claim: Claim | None = None
        self.error: StudioError | None = None
        """Why nothing more can be sent: refused, taken over, cancelled."""
        self.opened, self.done = threading.Event(), threading.Event()
        self.dropped = 0
        threading.Thread(target=self._run, name="studio-tracking", daemon=True).start()

    @property
    def left(self) -> int:
        """Facts that are not acknowledged."""
        return len(self._waiting) + len(self._batch)

    def offer(self, record: Record) -> None:
        """Take a fact, or drop it where there is no room."""
        with self._wake:
            if self.error is not None or self._end is not None:
                return
            if self.left >= self._capacity:
                self.dropped += 1
                dropped = True
            else:
                self._waiting.append((datetime.now(UTC), record))
                dropped = False
                self._wake.notify()
        if dropped:
            self._warn(f"{self._capacity} steps wait for the platform; what comes now is dropped until it answers")

    def finish(self, outcome: str, reason: str, step: int, metrics: Mapping[str, Any], seconds: float) -> bool:
        """Deliver what waits and end the run; False where that did not succeed in time."""
        with self._wake:
            self._end = self._end or (outcome, reason, step, metrics)
            self._deadline = time.monotonic() + seconds
            self._wake.notify()
        return self.done.wait(seconds + 1.0) and self.error is None

    def _run(self) -> None:
        try:
            claim = self.claim = self._persistently(self._wire.open)
            self.opened.set()
            while self._gather(claim):
                self._persistently(partial(self._wire.send, claim, self._batch))
                self._batch = []
            assert self._end is not None
            self._persistently(partial(self._wire.end, claim, *self._end))
        except StudioError as error:
            self.error = error
        except Exception as error:  # a fault of ours must not look like one of the loop
            self.error = StudioError(f"telling the platform failed: {error!r}")
        finally:
            self.opened.set()
            self._wire.close()
            self.done.set()
            if self.error is not None and self._end is None:
                self._warn(f"nothing more is told to the platform: {self.error}")

    def _gather(self, claim: Claim) -> bool:
        """Wait for the next batch, in silence for a heartbeat; False once everything is delivered and the run ends."""
        quiet_until = time.monotonic() + claim.lease_seconds / 4
        while True:
            self._tick()
            with self._wake:
                if not self._waiting:
                    if self._end is not None:
                        return False
                    self._wake.wait(0.25)
                for _ in range(min(BATCH, len(self._waiting))):
                    self._number(claim, *self._waiting.popleft())
            if not self._batch and time.monotonic() > quiet_until:
                phase, step, total = self._last
                self._number(claim, datetime.now(UTC), RunHeartbeat(phase=phase, step=step, steps_total=total))
            if self._batch:
                return True

    def _number(self, claim: Claim, at: datetime, record: Record) -> None:
        data = to_dict(record)
        if isinstance(record, StepRecorded):
            if record.step <= claim.recorded.get(record.phase, -1):
                return  # trained again on the way from a checkpoint to where the log is
            data["definitions_blob"] = claim.definitions_blob
            self._last = (record.phase, record.step, record.steps_total)
        self._seq += 1
        self._batch.append({"seq": self._seq, "type": type(record).__name__, "time": at.isoformat(), "data": data})

    def _persistently(self, once: Callable[[], T]) -> T:
        """The answer, tried again while the platform is away, until the deadline of `finish`.

        Raises:
            StudioError: it says no, or stays away.
        """
        pause = FIRST_PAUSE
        while True:
            try:
                return once()
            except PASSING as error:
                if time.monotonic() + pause > self._deadline:
                    raise
                self._warn(f"the platform is away, steps wait: {error}")
            with self._wake:
                self._wake.wait_for(lambda: self._deadline < float("inf"), timeout=pause)
            if self._deadline < float("inf"):
                time.sleep(min(FIRST_PAUSE, max(0.0, self._deadline - time.monotonic())))
            pause = min(pause * 2, LONGEST_PAUSE)
