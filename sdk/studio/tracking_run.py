"""A run whose training loop is in this process: it takes numbers at once, a thread behind it tells the platform."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self

from studio.contract.schemas import encode_body
from studio.tracking_sender import Sender, Wire
from studio.tracking_step import Step, plain

SECONDS = 30.0  # to wait for the platform at the end
log = logging.getLogger("studio.tracking")


class TrackedRun:
    """A run whose loop is here. Get one from `init`."""

    def __init__(self, make_wire: Callable[[], Wire] | None, *, steps_total: int, capacity: int, linger: float) -> None:
        """make_wire: None makes a run that tells nobody anything, for all ranks but the first."""
        self._steps_total, self._linger = steps_total, linger
        self._lock = threading.Lock()
        self._step: Step | None = None
        self._told = self._began = time.monotonic()
        self._numbers: dict[str, int] = {}  # phase to the last step that was given away
        self._warned: set[str] = set()
        self._late = 0
        self._process, self._finished = os.getpid(), False
        self._sender = Sender(make_wire(), capacity, self.warn, self._tick) if make_wire else None

    @property
    def id(self) -> str:
        """Of the run; empty until the platform has answered."""
        claim = self._sender.claim if self._sender else None
        return claim.run_id if claim else ""

    @property
    def sender(self) -> Sender | None:
        """What tells the platform; None in a run that tells nobody."""
        return self._sender

    @property
    def stopped(self) -> bool:
        """Whether the loop may stop: the run was cancelled, or another process has taken it over."""
        error = self._sender.error if self._sender else None
        return error is not None and error.code in ("RUN_ENDED", "LEASE_LOST")

    @property
    def dropped(self) -> int:
        """Steps that found no room in the buffer, or came too late."""
        return self._late + (self._sender.dropped if self._sender else 0)

    def log(self, values: Mapping[str, Any], step: int | None = None, *, phase: str = "train") -> None:
        """Tell numbers of a step; those of one step may come in several calls.

        Args:
            values: by name. `loss`, `reward`, `kl`, `entropy`, `clip_fraction`, `grad_norm`, `learning_rate`, `length`,
                `tokens`, `completions`, `dead_groups`, `seconds` and `reward_parts` (an object) have places of their
                own, anything else is shown under its name.
            step: 1, 2, 3, ...; the one after the last where it is left out.
            phase: steps are counted in each phase.
        """
        if self._sender is None or self._finished or os.getpid() != self._process:
            return
        try:
            with self._lock:
                self._take(dict(values), step, phase)
        except Exception as error:  # whatever it is: training goes on
            self.warn(f"a step could not be told: {error!r}")

    def flush(self) -> None:
        """The newest step is complete: tell it now."""
        with self._lock:
            self._give()

    def finish(
        self,
        outcome: str = "completed",
        *,
        reason: str = "",
        metrics: Mapping[str, Any] | None = None,
        seconds: float = SECONDS,
    ) -> bool:
        """Deliver what waits and end the run; a second call does nothing.

        Args:
            outcome: "completed" or "failed", with the reason.
            metrics: of the result.
            seconds: to wait for the platform.

        Returns:
            Whether the platform has everything.
        """
        if self._sender is None or os.getpid() != self._process:
            return True
        if not self._finished:
            self.flush()
            self._finished = True
            last = max(self._numbers.values(), default=0)
            if not self._sender.finish(outcome, reason, last, plain(dict(metrics or {})), seconds):
                self.warn(f"{self._sender.left} facts did not reach the platform: {self._sender.error or 'no answer'}")
        return self._sender.done.is_set() and self._sender.error is None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.finish()
        else:
            self.finish("failed", reason=f"{type(error).__name__}: {error}")

    def _take(self, values: dict[str, Any], number: int | None, phase: str) -> None:
        open_ = self._step if self._step and self._step.phase == phase else None
        last = self._numbers.get(phase, 0)
        if number is None:
            number = (open_.number if open_ else last) + 1
        if open_ is None or open_.number != number:
            if number <= max(last, open_.number if open_ else 0):
                self._late += 1
                self.warn(f"step {number} of {phase!r} came after a later one, or too late, and is left out")
                return
            self._give()
            self._step = Step(phase, number)
            if self._steps_total:
                self._step.add({"steps_total": self._steps_total})
            now = time.monotonic()
            self._step.add({"seconds": now - self._began})
            self._began = now
        assert self._step is not None
        self._step.add(values)
        self._told = time.monotonic()

    def _give(self) -> None:
        step, self._step = self._step, None
        if step is None or self._sender is None:
            return
        self._numbers[step.phase] = step.number
        for name in step.refused:
            self.warn(f"{name!r} is no number and is left out")
        try:
            record = step.record()
            encode_body(record)
        except ValueError as error:
            self.warn(f"step {step.number} of {step.phase!r} does not fit: {error}")
            return
        self._sender.offer(record)

    def _tick(self) -> None:
        with self._lock:
            if self._step is not None and time.monotonic() - self._told > self._linger:
                self._give()

    def warn(self, text: str) -> None:
        """Log something that a person should know, once."""
        if text not in self._warned and len(self._warned) < 100:
            self._warned.add(text)
            log.warning(text)
